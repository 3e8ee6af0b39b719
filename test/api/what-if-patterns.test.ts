import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Grounds } from '../../api/grounds.ts'
import { asideIn, bins, concludeBoth } from '../../api/what-if-patterns.ts'
import type { Side } from '../../api/what-if-share.ts'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import type { CalendarEvent } from '../../domain/calendar/events.ts'
import type { Calendar, Day, Instant } from '../../domain/kernel/values.ts'
import { rulebook, type RuleVersion } from '../../domain/supervision/judge.ts'
import { concludeAll, observeAll } from '../../domain/supervision/patterns.ts'
import { patterns } from '../../domain/supervision/rules/index.ts'
import type { ItemGround, Pattern } from '../../domain/supervision/rules/rule.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { compared, otherBook, otherTimeline, type OtherLimit, type OtherParams } from '../../domain/supervision/what-if.ts'
import { calendarIn2026, nationalFacts } from '../fixtures/calendars.ts'

const now = '2026-12-31T00:00:00.000Z' as Instant
const version = (ruleId: string, params: Record<string, number>): RuleVersion => ({ ruleId, version: 2, params, effectiveFrom: '2026-01-01' as Day, mode: 'live' })
/** One that a module might bring: its parameter has a say in what is observed already. */
const choosy = { ...patterns[0]!, id: 'X-01', version: 1, params: { leastDeeds: 5 }, bounds: { leastDeeds: { from: 1, to: 9, whole: true } },
  observe: ({ subject, department, deeds }, _, { leastDeeds }) => deeds.length < leastDeeds! ? [] : [{ group: department, subject, at: deeds[0]!.at, said: { department } }],
  conclude: (group, observations) => observations.map(({ subject, at }) => ({ subject, department: group, clock: 'x', becameTrueAt: at })) } satisfies Pattern
const book = rulebook([version('R-18', { leastCases: 2, withinMinutes: 1440 }), version('I-01', { leastCases: 3, share: 0.5 }), version('I-04', { leastCases: 3, percentile: 0.4, times: 1 }),
  version('I-02', { leastGrants: 3 }), version('I-05', { withinWorkingDays: 2 })], { patterns: [choosy] })
const item: ItemGround = { officers: ['P-0', 'P-1', 'P-2'], flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }
const holiday = { type: 'CalendarAmended', data: { layer: 'national', place: '', year: 2026, off: ['2026-03-09', '2026-03-10', '2026-03-11'].map((on) => ({ on, name: '某日' })), working: [], ordinary: [],
  notice: '假设', knownOn: '2025-12-30' } } as unknown as CalendarEvent
const calendarWithHoliday = calendarOf([...nationalFacts, holiday], { knownAsOf: '2026-01-01' as Day })

const plan = fc.record({ applicant: fc.nat(2), officer: fc.nat(1), agent: fc.nat(2), code: fc.nat(1), startDay: fc.nat(6), used: fc.nat(9 * 24 * 60), refused: fc.boolean(), materials: fc.nat(1), opinion: fc.nat(3) })
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never
const instantAt = (day: number, minute: number) => new Date(Date.parse('2026-03-02T01:00:00Z') + day * 864e5 + minute * 60_000).toISOString() as Instant
const timelineOf = ({ applicant, officer, agent, code, startDay, used, refused, materials, opinion }: Plan, n: number): Timeline => {
  const subject = `cases.${n}`, acceptedAt = instantAt(startDay, 0), over = instantAt(startDay, used), by = `P-${officer}`
  const deed = (type: string, at: Instant, more: object = {}) => ({ id: `${subject} ${type}`, type, at, ...more })
  return { subject, department: code === 0 ? '甲局' : '乙"局\n', itemCode: `SP-0${code}`, hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: acceptedAt.slice(0, 10) as Day, acceptedAt, applicant: `A-${applicant}`,
    limitedQuantity: code === 0, ...(agent > 0 && { agent: `G-${agent}` }),
    clocks: [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: acceptedAt.slice(0, 10) as Day, limitWorkingDays: 5, pauses: [] }],
    deeds: [deed('MaterialsReceived', acceptedAt, { said: { materialsHash: materials } }), deed('CaseAccepted', acceptedAt, { step: 'acceptance' }),
      deed('HandlingCompleted', acceptedAt, { step: 'handling', by, ...(opinion < 2 && { said: { opinion } }) }),
      deed(refused ? 'LicenceRefused' : 'LicenceGranted', over, { step: 'decision' }), deed('CaseConcluded', over, { step: 'conclusion', by })] }
}
type Supposed = { params: OtherParams; limits: readonly OtherLimit[]; calendar: Calendar }
const nothingSupposed: Supposed = { params: {}, limits: [], calendar: calendarIn2026 }
const suppositions: Record<string, Supposed> = {
  'nothing': nothingSupposed,
  'a rule of one case': { ...nothingSupposed, params: { 'R-02': { graceWorkingDays: 3 } } },
  'a pattern that is looser': { ...nothingSupposed, params: { 'R-18': { remainingWorkingDays: 4 }, 'I-04': { times: 2 } } },
  'that another is observed': { ...nothingSupposed, params: { 'X-01': { leastDeeds: 6 } } },
  'another limit of one item': { ...nothingSupposed, limits: [{ itemCode: 'SP-00', kind: 'promised', workingDays: 3 }] },
  'another calendar': { ...nothingSupposed, calendar: calendarWithHoliday },
}
const grounds = (calendar: Calendar): Grounds => ({ calendarFor: async () => calendar, groundFor: () => ({ calendar, item }) })

/** By the bins, two threads having observed by turns. */
async function byBins(timelines: readonly Timeline[], { params, limits, calendar }: Supposed) {
  const dir = mkdtempSync(join(tmpdir(), 'mingjian-patterns-'))
  const before: Side = { book, grounds: grounds(calendarIn2026) }, after: Side = { book: otherBook(book, params), grounds: grounds(calendar) }
  try {
    const threads = ['1', '2'].map((name) => asideIn(dir, name, { before, after })), ground = { calendar: calendarIn2026, item }
    timelines.forEach((timeline, i) => {
      const thread = threads[i % 2]!
      thread.observe(timeline, otherTimeline(timeline, limits), ground, calendar === calendarIn2026 ? ground : { calendar, item })
      if (i % 5 === 0) thread.settle()
    })
    for (const thread of threads) { thread.settle(); thread.flush() }
    const shares = []
    for (let bin = 0; bin < bins; bin++) shares.push(await concludeBoth(dir, bin, { before, after, limits, now }, 1_000))
    const counts = shares.flatMap(({ tally: { cards } }) => [...cards].flatMap(([department, kinds]) => [...kinds].map(([kind, { before, after }]) => ({ name: `${department} ${kind}`, before, after }))))
    return { counts, listed: shares.flatMap(({ listed }) => listed.map(({ change, rule, clock, subject, before, after }) => [change, rule, clock, subject, before, after].join(' '))).sort() }
  } finally { rmSync(dir, { recursive: true }) }
}
/** All observed and concluded on each side by itself. */
function byItself(timelines: readonly Timeline[], { params, limits, calendar }: Supposed) {
  const of = (own: typeof book, all: readonly Timeline[], by: Calendar) => concludeAll(own, all.flatMap((timeline) => observeAll(timeline, own, { calendar: by, item })), by, now)
  const left = of(book, timelines, calendarIn2026), right = of(otherBook(book, params), timelines.map((timeline) => otherTimeline(timeline, limits)), calendar)
  return { left, right, listed: compared(left, right).map(({ kind, card, before, after }) => [kind, card.ruleId, card.clock, card.subject, before, after].join(' ')).sort() }
}

describe('群案两边研判', () => {
  it.each(Object.entries(suppositions))('where %s is supposed, each bin by itself says what everything at once says', async (name, supposed) => {
    const rules = new Set<string>()
    let differences = 0
    await fc.assert(fc.asyncProperty(fc.array(plan, { minLength: 8, maxLength: 40 }), async (cases) => {
      const timelines = cases.map(timelineOf), { counts, listed } = await byBins(timelines, supposed), whole = byItself(timelines, supposed)
      const sum = (side: 'before' | 'after') => counts.reduce((total, own) => total + own[side], 0)
      expect(listed).toStrictEqual(whole.listed)
      expect([sum('before'), sum('after')]).toStrictEqual([whole.left.length, whole.right.length])
      for (const { ruleId } of whole.left) rules.add(ruleId)
      differences += listed.length
    }), { numRuns: 60 })
    expect(rules.size, [...rules].join(' ')).toBeGreaterThan(3)
    expect(differences > 0).toBe(!['nothing', 'a rule of one case'].includes(name))
  }, 180_000)
})
