import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent, Pinned } from '../../../domain/cases/events.ts'
import { caseDecider } from '../../../domain/cases/index.ts'
import type { ItemReference } from '../../../domain/cases/needs.ts'
import type { Recorded } from '../../../domain/kernel/events.ts'
import type { Day, Instant } from '../../../domain/kernel/values.ts'
import { judge, rulebook, type RuleVersion } from '../../../domain/supervision/judge.ts'
import { concludeAll, observeAll } from '../../../domain/supervision/patterns.ts'
import { findingId, type Finding, type Ground, type ItemGround } from '../../../domain/supervision/rules/rule.ts'
import type { Timeline } from '../../../domain/supervision/timeline.ts'
import { caseTimelines } from '../../../projections/case-timelines.ts'
import { foldRows } from '../../../projections/fold-row.ts'
import { calendarIn2026 as calendar } from '../../fixtures/calendars.ts'
import { accepted, submitted } from '../../fixtures/case.ts'
import { numbered } from '../../kernel/rows.ts'
import { walk } from '../cases-walk.ts'
import { chance, type Chance } from './honest-cases.ts'

/** 已成之事不因后事而不成 — what had become true by an instant is the same, judged from what had happened by then and from all that happened since.
    Nothing here is keyed in late: that alone may tell of an earlier instant what nobody knew. */

type Facts = readonly Recorded<CaseEvent>[]
/** What the law makes true by itself has happened then, whoever writes it down when. */
const happenedAt = ({ data, meta }: Recorded<CaseEvent>): Instant => 'becameTrueAt' in data ? data.becameTrueAt : meta.recordedAt
const momentBefore = (at: string) => new Date(Date.parse(at) - 1).toISOString() as Instant
const afterAll = '2031-12-31T00:00:00.000Z' as Instant
const named = (findings: readonly Finding[], at: Instant) => findings.filter(({ becameTrueAt }) => becameTrueAt <= at).map((finding) => `${findingId(finding)} ${finding.severity}`).sort()

type Seen = Map<string, number>
const book = rulebook()
/** Between two facts only time passes, so the moments before each fact and after the last are all that need be asked. */
function holds(facts: Facts, groundOf: (timeline: Timeline) => Ground, seen: Seen) {
  const timelines = (at: Instant) => foldRows(caseTimelines, facts.filter((fact) => happenedAt(fact) <= at))
  const judged = (timeline: Timeline) => judge(timeline, book, groundOf(timeline), afterAll), whole = [...timelines(afterAll)].map(([subject, row]) => [subject, judged(row)] as const)
  for (const [, findings] of whole) for (const { ruleId } of findings) seen.set(ruleId, (seen.get(ruleId) ?? 0) + 1)
  for (const moment of new Set(facts.flatMap((fact) => [happenedAt(fact), momentBefore(happenedAt(fact))]))) {
    const then = timelines(moment)
    for (const [subject, findings] of whole) {
      const row = then.get(subject)
      expect(row ? named(judged(row), moment) : [], `${subject} at ${moment}`).toStrictEqual(named(findings, moment))
    }
  }
}
const reached = (seen: Seen, least: number, ...ruleIds: string[]) => { for (const ruleId of ruleIds) expect(seen.get(ruleId) ?? 0, ruleId).toBeGreaterThan(least) }

/** Cases of every kind and course, as the house lets them be played. */
function played(seeds: readonly number[]): { facts: Facts; item: ItemReference }[] {
  const cases: { told: Parameters<typeof numbered<CaseEvent>>[0][number][]; item: ItemReference }[] = []
  // Cases are left when they are over; what is sent or paid after that comes beside.
  let over = false
  walk(seeds, { ...caseDecider, decide: (state, { type, data }, given) => {
    const { happenedAt: _, ...onTime } = data as { happenedAt?: Instant }
    return caseDecider.decide(state, { type, data: onTime } as CaseCommand, given)
  } }, {
    began: (item) => { cases.push({ told: [], item }); over = false },
    stepped({ facts, given: { now }, after }) {
      const { told } = cases.at(-1)!
      over = !['Submitted', 'Accepted', 'Decided'].includes(after.stage) && after.stage !== 'Concluded'
      for (const { by, at: _, claim: __, ...fact } of facts) told.push({ stream: `cases-X-${cases.length}`, fact: fact as CaseEvent, meta: { actor: by, recordedAt: now, id: `${cases.length}.${told.length}` } })
    },
    over: () => over,
  })
  return cases.filter(({ told }) => told.length > 0).map(({ told, item }) => ({ facts: numbered(told), item }))
}
const officersOf = (version: number | undefined) => version === 2 ? ['o1', 'o3'] : ['o1', 'o2', 'o3']
const groundFor = ({ flow, specialProcedures, feeFen }: ItemReference) => ({ itemVersion }: Timeline): Ground => ({ calendar,
  item: { officers: officersOf(itemVersion), flow, specialProcedures, feeFen, twoPersonRule: true } })

/** Facts in any order that a house could not play: extensions of what is late, visits and parts as they come, charges whenever. */
function anything(seed: number): Facts {
  const { below, between, of, one } = chance(seed), told: Parameters<typeof numbered<CaseEvent>>[0][number][] = []
  let ms = Date.parse('2026-03-02T01:00:00.000Z') + below(40) * 36e5
  const instant = () => new Date(ms).toISOString() as Instant, today = () => calendar.dayOf(instant()), by = of(['o1', 'o2', 'o3'])
  const tell = (type: CaseEvent['type'], data: object) => told.push({ stream: 'cases-X-1', fact: { type, data } as CaseEvent,
    meta: { recordedAt: instant(), id: `${told.length}`, actor: { person: of(['o1', 'o2', 'v1']), role: 'handler', department: '市场监管局', terminal: of(['T-1', 'T-2']) } } })
  const pinned = { ...(accepted.data as { pinned: Pinned }).pinned, flow: of([['handling'], ['handling', 'reviewing'], ['handling', 'reviewing', 'approving']]) as never, feeFen: 1000,
    promisedWorkingDays: between(0, 12), statutoryWorkingDays: between(3, 20), stepLimits: [{ step: 'handling', workingDays: between(1, 4) }, { step: 'reviewing', workingDays: 1 }] } as Pinned
  tell('ApplicationSubmitted', { ...submitted.data, receivedOn: today(), pinned: { ...pinned, feeFen: of([1000, 800]) } })
  if (one(0.2)) {
    const receivedOn = today(), becameTrueAt = calendar.closeOf(calendar.addWorkingDays(receivedOn, 5))
    ms = Date.parse(becameTrueAt)
    tell('CaseDeemedAccepted', { pinned, effectiveOn: receivedOn, becameTrueAt })
  } else {
    ms += below(50) * 36e5
    tell('CaseAccepted', { ...accepted.data, acceptedOn: today(), pinned })
  }
  let special = false, asked = false
  const acts: Record<string, () => void> = {
    extend: () => tell('LimitExtended', { workingDays: between(1, 10), reason: '复杂', basis: '行政许可法第四十二条', approver: of(['l1', by]), extendedOn: today(), dueOnBefore: today(), by }),
    special: () => {
      if (special) tell('SpecialProcedureEnded', { endedOn: today(), result: '合格', by })
      else tell('SpecialProcedureStarted', { kind: of(['inspection', 'hearing', 'consultation']), startedOn: today(), plannedWorkingDays: between(1, 4), approver: 'l1', by })
      special = !special
    },
    ask: () => {
      if (asked) tell('SupplementSubmitted', { materials: ['平面图'], submittedOn: today() })
      else tell('SupplementRequested', { asked: [], requestedOn: today(), afterAcceptance: true, by })
      asked = !asked
    },
    handle: () => tell('HandlingCompleted', { opinion: '合格', by: of(['o1', 'o2', 'o9']) }),
    review: () => tell('ReviewCompleted', { opinion: '阅', result: of(['pass', 'back']), by: of(['o1', 'v1']) }),
    back: () => tell('StepSentBack', { from: 'reviewing', to: 'handling', reason: '缺页', by: 'v1' }),
    notice: () => tell('NoticeSent', { number: `${told.length}`, kind: of(['special-procedure', 'extension']), channel: 'sms', by }),
    assess: () => tell('FeeAssessed', { number: `${told.length}`, kind: '工本费', effect: 'adds', amountFen: of([300, 500, 1000]), by }),
    charge: () => tell('FeeCharged', { number: `${told.length}`, effect: 'adds', amountFen: of([200, 500, 800, 1000]), by, ...(one(0.8) && { receiptNo: '票' }) }),
    refund: () => tell('FeeRefunded', { number: `${told.length}`, amountFen: of([100, 300, 500]), reason: '多收', by }),
  }
  const all = Object.keys(acts)
  const some = (least: number, from: readonly string[]) => { for (let n = between(least, 9); n > 0; n--) { ms += one(0.3) ? below(20) * 6e4 : one(0.6) ? below(30) * 36e5 : below(6) * 864e5; acts[of(from)]!() } }
  some(2, all)
  tell('LicenceGranted', { by })
  some(0, ['charge', 'refund', 'notice'])
  if (one(0.8)) { tell('CaseConcluded', { resultCode: 'granted', concludedOn: today(), by }); some(0, ['charge', 'charge', 'refund', 'assess']) }
  if (one(0.6)) tell('ResultDelivered', { method: 'post', deliveredOn: today(), by })
  if (one(0.6)) tell('DecisionPublished', { where: '门户', publishedOn: today(), by })
  return numbered(told)
}

const seeds = fc.array(fc.integer(), { minLength: 60, maxLength: 250 })
const clocked = ['R-01', 'R-02', 'R-03', 'R-04', 'R-05', 'R-06', 'R-07', 'R-16', 'R-17']
describe('已成之事', () => {
  it('of a case that the house lets be played is not unsaid by what follows', () => {
    const seen: Seen = new Map()
    fc.assert(fc.property(seeds, (numbers) => { for (const { facts, item } of played(numbers)) holds(facts, groundFor(item), seen) }), { numRuns: 150, seed: 14 })
    reached(seen, 20, 'R-01', 'R-02', 'R-03', 'R-04', 'R-05', 'R-09', 'R-13', 'R-20')
  })
  it('nor of one that goes as it will: late and extended, paid in parts, sent back and begun again', () => {
    const seen: Seen = new Map(), item: ItemGround = { officers: ['o1', 'o2', 'o3'], flow: ['handling'], specialProcedures: ['inspection'], feeFen: 1000, twoPersonRule: true }
    fc.assert(fc.property(fc.integer(), (seed) => holds(anything(seed), () => ({ calendar, item }), seen)), { numRuns: 600, seed: 15 })
    reached(seen, 20, ...clocked, 'R-08', 'R-09', 'R-10', 'R-11', 'R-12', 'R-19')
  })
})

/** As much of a subject as had happened by then. */
function cut({ clocks, deeds, acceptedAt, endedAt, ...rest }: Timeline, at: Instant): Timeline {
  return { ...rest, deeds: deeds.filter((deed) => deed.at <= at), ...(acceptedAt && acceptedAt <= at && { acceptedAt }), ...(endedAt && endedAt <= at && { endedAt }),
    clocks: acceptedAt && acceptedAt <= at ? clocks.map(({ stoppedAt, ...clock }) => ({ ...clock, ...(stoppedAt && stoppedAt <= at && { stoppedAt }) })) : [] }
}
/** One of many cases of few people in few offices: handled again by another, concluded in heaps, answered late on the last day of a quarter. */
function oneOfMany(n: number, { below, between, of, one }: Chance): Timeline {
  const subject = `cases.${String(n).padStart(3, '0')}`, deeds: Timeline['deeds'] = []
  let ms = one(0.3) ? Date.parse('2026-03-31T08:00:00.000Z') + below(8) * 36e5 : Date.parse('2026-03-23T01:00:00.000Z') + below(15 * 24) * 36e5
  const at = () => new Date(ms).toISOString() as Instant
  const deed = (type: string, more: Partial<Timeline['deeds'][number]> = {}) => deeds.push({ id: `${subject} ${deeds.length}`, type, at: at(), ...more })
  const whole = (more: Partial<Timeline>): Timeline => ({ subject, department: '市场监管局', itemCode: 'SP-01', hall: `H-${below(7)}`, zone: 'Asia/Shanghai', imported: false, clocks: [], deeds,
    openedOn: '2026-03-02' as Day, applicant: `A-${below(3)}`, ...(one(0.7) && { agent: `G-${below(3)}` }), limitedQuantity: one(0.5), ...more })
  deed('MaterialsReceived', { said: { materialsHash: below(2) } })
  ms += below(6) * 36e5
  if (one(0.3)) { deed(of(['CaseReturned', 'CaseNotAccepted'])); return whole({ endedAt: at() }) }
  const acceptedAt = at(), startedOn = calendar.dayOf(acceptedAt)
  deed('CaseAccepted', { step: 'acceptance' })
  for (let visit = between(1, 3); visit > 0; visit--) {
    ms += below(60) * 6e4
    deed('HandlingCompleted', { step: 'handling', by: `P-${below(3)}`, said: { opinion: below(3) } })
  }
  // Heaps in the same quarter of an hour of some days, and often in the same minute.
  ms = Math.ceil(ms / 864e5) * 864e5 + below(2) * 864e5 + below(15) * 6e4
  const by = `P-${below(2)}`, limit = of([0, 2, 3, 5])
  if (one(0.8)) deed('HandlingCompleted', { step: 'handling', by, said: { opinion: below(3) } })
  deed(of(['LicenceGranted', 'LicenceGranted', 'LicenceRefused']), { step: 'decision' })
  const endedAt = at()
  deed('CaseConcluded', { step: 'conclusion', by })
  if (one(0.3)) { ms += below(50) * 36e5; deed('SubOpinionGiven', { by, said: { opinion: below(3) } }) }
  return whole({ acceptedAt, endedAt, clocks: [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn, limitWorkingDays: limit, pauses: [], stoppedAt: endedAt }] })
}

describe('已成之事 of many cases', () => {
  const version = (ruleId: string, params: Record<string, number>): RuleVersion => ({ ruleId, version: 2, params, effectiveFrom: '2000-01-01' as Day, mode: 'live' })
  const loosely = rulebook([version('R-15', { sigmas: 0.5, leastCases: 2 }), version('R-18', { leastCases: 2, withinMinutes: 5 }), version('I-01', { leastCases: 3, share: 0.4 }),
    version('I-02', { leastGrants: 3 }), version('I-04', { leastCases: 4, percentile: 0.5, times: 1 })])
  const item: ItemGround = { officers: ['P-0', 'P-1', 'P-2'], flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }
  const concluded = (timelines: readonly Timeline[]) => concludeAll(loosely, timelines.flatMap((one) => observeAll(one, loosely, { calendar, item })), calendar, afterAll)
  const told = (found: ReturnType<typeof concluded>, at: Instant) => found.filter(({ becameTrueAt }) => becameTrueAt <= at).map((it) => `${it.subject} ${findingId(it)} ${it.severity}`).sort()
  it('is not unsaid by what others do later, nor by what is done later in the same cases', () => {
    const seen: Seen = new Map()
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 6, max: 30 }), (seed, n) => {
      const roll = chance(seed), all = [...Array(n).keys()].map((i) => oneOfMany(i, roll)), whole = concluded(all)
      for (const { ruleId } of whole) seen.set(ruleId, (seen.get(ruleId) ?? 0) + 1)
      const instants = [...new Set([...all.flatMap(({ deeds }) => deeds.map(({ at }) => at)), ...whole.map(({ becameTrueAt }) => becameTrueAt)])].sort()
      for (const at of instants) {
        expect(told(concluded(all.map((one) => cut(one, at)).filter(({ deeds }) => deeds.length > 0)), at), at).toStrictEqual(told(whole, at))
      }
    }), { numRuns: 120, seed: 16 })
    reached(seen, 20, 'R-15', 'R-18', 'R-19', 'I-01', 'I-02', 'I-03', 'I-04', 'I-05')
  })
})
