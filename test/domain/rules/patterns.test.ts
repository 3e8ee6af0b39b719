import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day, Instant } from '../../../domain/kernel/values.ts'
import { rulebook, type RuleVersion } from '../../../domain/supervision/judge.ts'
import { concludeAll, concludeGroup, observeAll, type Observed, type PatternFinding } from '../../../domain/supervision/patterns.ts'
import { catalogue, patterns, rules, waiting } from '../../../domain/supervision/rules/index.ts'
import type { ItemGround, PatternExample } from '../../../domain/supervision/rules/rule.ts'
import { Timeline } from '../../../domain/supervision/timeline.ts'
import { calendarIn2026 as calendar } from '../../fixtures/calendars.ts'
import { day } from '../../kernel/spec.ts'

const empty: Timeline = { subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day('2026-01-05'), clocks: [], deeds: [] }
const end = '2099-12-31T00:00:00.000Z' as Instant
const version = (ruleId: string, params: Record<string, number>, more: Partial<RuleVersion> = {}): RuleVersion => ({ ruleId, version: 2, params, effectiveFrom: day('2000-01-01'), mode: 'live', ...more })
const observed = (timelines: readonly Timeline[], item?: ItemGround) => timelines.flatMap((timeline) => observeAll(timeline, rulebook(), { calendar, item }))
const foundIn = (timelines: readonly Timeline[], published: RuleVersion[] = [], item?: ItemGround) => concludeAll(rulebook(published), observed(timelines, item), calendar, end)
const told = (findings: readonly PatternFinding[]) => findings.map(({ ruleId, subject, clock, becameTrueAt }) => `${ruleId} ${subject} ${clock} ${becameTrueAt}`).sort()
const chinese = expect.stringMatching(/\p{Script=Han}/u), english = expect.stringMatching(/^[\x20-\x7e’]+$/)

describe('群案之例', () => {
  const examples = patterns.flatMap((pattern) => pattern.examples.map((example) => ({ pattern, ruleId: pattern.id, name: example.zh, example })))
  const found = (ruleId: string, { timelines, item, params }: PatternExample) =>
    foundIn(timelines.map((timeline) => Timeline.parse({ ...empty, ...timeline })), params ? [version(ruleId, { ...params })] : [], item).filter((finding) => finding.ruleId === ruleId)
  it.each(examples)('$ruleId $name', ({ pattern, ruleId, example }) =>
    expect(found(ruleId, example).map(({ subject, clock, becameTrueAt, severity }) => ({ severity, subject, clock, becameTrueAt })))
      .toStrictEqual(example.finds.map((it) => ({ severity: pattern.severity, ...it }))))
  it.each(patterns)('$id finds in one example and not in another, each named in both languages', ({ examples }) => {
    expect(new Set(examples.map(({ finds }) => finds.length > 0))).toStrictEqual(new Set([true, false]))
    for (const { zh, en } of examples) expect([zh, en]).toStrictEqual([chinese, english])
  })
})

describe('规则目录', () => {
  const cards = [...patterns, ...waiting]
  it('has every rule of the book once: R-01 to R-29 and I-01 to I-12', () => {
    const numbered = (letter: string, n: number) => [...Array(n).keys()].map((i) => `${letter}-${String(i + 1).padStart(2, '0')}`)
    expect(catalogue.map(({ id }) => id)).toStrictEqual([...numbered('I', 12), ...numbered('R', 29)])
  })
  it.each(cards)('$id says all of itself in both languages, with every parameter in its formula and within its bounds', ({ zh, en, formula, params, bounds, tells, clause }) => {
    expect([zh, en, formula.zh, formula.en, clause]).toStrictEqual([chinese, english, chinese, english, chinese])
    expect(Object.keys(bounds).sort()).toStrictEqual(Object.keys(params).sort())
    expect(tells.length).toBeGreaterThan(0)
    for (const [name, { from, to, whole }] of Object.entries(bounds)) {
      expect([formula.zh, formula.en]).toStrictEqual([expect.stringContaining(name), expect.stringContaining(name)])
      expect([params[name]! >= from, params[name]! <= to, !whole || Number.isInteger(params[name])]).toStrictEqual([true, true, true])
    }
  })
  it('integrity risks are confidential and cost nothing; no other rule is', () => {
    for (const { id, confidential, deduction } of catalogue) {
      expect(confidential, id).toBe(id.startsWith('I-') ? true : undefined)
      if (confidential) expect(Object.values(deduction).every((points) => points === 0), id).toBe(true)
    }
  })
  it.each(waiting)('$id waits: it names facts that no case tells, and judges nothing', async ({ id, awaits, examples }) => {
    const { caseEvents } = await import('../../../domain/cases/events.ts')
    expect(awaits.length).toBeGreaterThan(0)
    for (const fact of awaits) expect([/^([A-Z][a-z]+)+$/.test(fact), fact in caseEvents], fact).toStrictEqual([true, false])
    expect(examples).toStrictEqual([])
    expect([...rules, ...patterns].map((rule) => rule.id)).not.toContain(id)
  })
  it('every fact that a pattern names as its input exists', async () => {
    const { contexts } = await import('../../../domain/contexts.ts')
    const facts = contexts.flatMap(({ events }) => Object.keys(events))
    for (const { id, inputs } of patterns) expect(inputs.filter((fact) => !facts.includes(fact)), id).toStrictEqual([])
  })
})

/** Days of 2026 by number, from Monday the 2nd of March, read in the hall's zone: eight hours ahead. */
const instantOf = (minute: number) => new Date(Date.parse('2026-03-02T00:00:00+08:00') + minute * 60_000).toISOString() as Instant
const dayNumber = (at: string) => Math.floor((Date.parse(at) + 8 * 36e5) / 864e5)
type Plan = { applicant: number; agent: number; officer: number; hall: number; start: number; used: number; outcome: 'granted' | 'refused' | 'returned' | 'open'; materials: number }
const plan: fc.Arbitrary<Plan> = fc.record({
  applicant: fc.nat(3), agent: fc.nat(3), officer: fc.nat(2), hall: fc.nat(6), start: fc.nat(150 * 24).map((hour) => hour * 60), used: fc.nat(40 * 24).map((hour) => hour * 60 + 7),
  outcome: fc.constantFrom('granted', 'refused', 'returned', 'open'), materials: fc.nat(1),
})
const timelineOf = ({ applicant, agent, officer, hall, start, used, outcome, materials }: Plan, n: number): Timeline => {
  const subject = `cases.${String(n).padStart(3, '0')}`, accepted = instantOf(start), over = instantOf(start + used), by = `P-${officer}`
  const deed = (type: string, at: Instant, more: object = {}) => ({ id: `${subject} ${type}`, type, at, ...more })
  const decided = outcome === 'granted' ? 'LicenceGranted' : 'LicenceRefused'
  return { ...empty, subject, applicant: `A-${applicant}`, ...(agent > 0 && { agent: `G-${agent}` }), hall: `H-${hall}`, limitedQuantity: true,
    ...(outcome !== 'returned' && { acceptedAt: accepted }), openedOn: '2026-03-02' as Day,
    deeds: [deed('MaterialsReceived', accepted, { said: { materialsHash: materials } }), ...outcome === 'returned' ? [deed('CaseReturned', over)] : [
      deed('CaseAccepted', accepted, { step: 'acceptance' }), deed('HandlingCompleted', accepted, { step: 'handling', by, said: { opinion: officer } }),
      ...outcome === 'open' ? [] : [deed(decided, over, { step: 'decision' }), deed('CaseConcluded', over, { step: 'conclusion', by })]]] }
}
const item: ItemGround = { officers: ['P-0', 'P-1', 'P-2'], flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }
const loosely = [version('R-15', { sigmas: 1, leastCases: 2 }), version('R-18', { leastCases: 2, withinMinutes: 1440 }), version('I-01', { leastCases: 3, share: 0.5 }),
  version('I-02', { leastGrants: 3 }), version('I-04', { leastCases: 4, percentile: 0.3 })]
const plans = fc.array(plan, { minLength: 12, maxLength: 40 })

describe('群案研判', () => {
  it('of shuffled observations is the same', () => {
    const seen = new Map<string, number>()
    fc.assert(fc.property(plans, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (cases, order) => {
      const all = observed(cases.map(timelineOf), item)
      const shuffled = all.map((one) => ({ one, key: order.next().value as number })).sort((a, b) => a.key - b.key).map(({ one }) => one)
      const found = concludeAll(rulebook(loosely), all, calendar, end)
      expect(concludeAll(rulebook(loosely), shuffled, calendar, end)).toStrictEqual(found)
      for (const { ruleId } of found) seen.set(ruleId, (seen.get(ruleId) ?? 0) + 1)
    }), { numRuns: 150 })
    expect([...seen.keys()].sort()).toStrictEqual(patterns.map(({ id }) => id).sort()) // nothing is the same by being nothing
  })
  it('group by group, as subjects come and come again, is that of all at once', () => {
    fc.assert(fc.property(plans, plans, (earlier, later) => {
      const kept = new Map<string, Map<string, Observed>>(), book = rulebook(loosely), standing = new Map<string, readonly PatternFinding[]>()
      const nameOf = ({ ruleId, group }: Observed) => `${ruleId} ${group}`
      const tell = (timeline: Timeline) => {
        const now = observeAll(timeline, book, { calendar, item }), touched = new Map(now.map((one) => [nameOf(one), one]))
        for (const [name, group] of kept) if (group.delete(timeline.subject) && !touched.has(name)) touched.set(name, { ...now[0]!, ruleId: name.slice(0, 4), group: name.slice(5) })
        for (const one of now) kept.set(nameOf(one), (kept.get(nameOf(one)) ?? new Map()).set(timeline.subject, one))
        for (const [name, { ruleId, group }] of touched) standing.set(name, concludeGroup(book, ruleId, group, [...kept.get(name)?.values() ?? []], calendar))
      }
      earlier.map(timelineOf).forEach(tell)
      later.map(timelineOf).forEach(tell)
      const last = [...later, ...earlier.slice(later.length)].map(timelineOf)
      expect(told([...standing.values()].flat())).toStrictEqual(told(concludeAll(book, observed(last, item), calendar, end)))
    }), { numRuns: 60 })
  })
  it('a version finds what becomes true from its day on; in shadow it deals nothing; a retired rule finds nothing more', () => {
    const returned = (n: number, on: string): Timeline => ({ ...empty, subject: `cases.${n}`, applicant: 'A-1', deeds: [{ id: `${n}`, type: 'CaseReturned', at: `${on}T02:00:00.000Z` as Instant }] })
    const cases = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'].map((on, n) => returned(n, on))
    const by = (...published: RuleVersion[]) => foundIn(cases, published).map(({ subject, ruleVersion, severity, shadow }) => [subject, ruleVersion, severity, ...shadow ? ['shadow'] : []])
    const [second, third, fourth] = [['cases.1', 1, 'WARN'], ['cases.2', 1, 'YELLOW'], ['cases.3', 1, 'YELLOW']]
    const milder = version('R-19', { returns: 4, yellowAtReturns: 9 }, { effectiveFrom: day('2026-03-04') })
    expect(by()).toStrictEqual([second, third, fourth])
    expect(by(milder)).toStrictEqual([second, ['cases.3', 2, 'WARN']])
    expect(by({ ...milder, mode: 'shadow' })).toStrictEqual([second, third, fourth, ['cases.3', 2, 'WARN', 'shadow']])
    expect(by(version('R-19', {}, { mode: 'retired', effectiveFrom: day('2026-03-05') }))).toStrictEqual([second, third])
  })
  it('says nothing before it is true: a quarter is judged when it is over', () => {
    const [example] = patterns.find(({ id }) => id === 'R-15')!.examples
    const all = observed(example!.timelines.map((timeline) => Timeline.parse({ ...empty, ...timeline }))), book = rulebook([version('R-15', { leastCases: 2 })])
    const asOf = (now: string) => concludeAll(book, all, calendar, now as Instant).length
    expect(['2026-03-31T09:29:59.999Z', '2026-03-31T09:30:00.000Z'].map(asOf)).toStrictEqual([0, 1])
  })
})

/** What is asked of each pattern, said again of the plans themselves, by going through all pairs. */
describe('群案研判 and a plain look at the same cases', () => {
  const check = (ruleId: string, expected: (cases: readonly Timeline[], all: readonly Plan[]) => string[], runs = 200) => {
    let some = 0
    fc.assert(fc.property(plans, (all) => {
      const cases = all.map(timelineOf), findings = told(foundIn(cases, loosely, item).filter((finding) => finding.ruleId === ruleId))
      expect(findings).toStrictEqual(expected(cases, all).map((line) => `${ruleId} ${line}`).sort())
      some += findings.length
    }), { numRuns: runs })
    expect(some).toBeGreaterThan(0)
  }
  const deedAt = ({ deeds }: Timeline, ...types: string[]) => deeds.find(({ type }) => types.includes(type))?.at
  const inTime = (cases: readonly Timeline[], ...types: string[]) => cases.filter((one) => deedAt(one, ...types)).map((one) => ({ one, at: deedAt(one, ...types)! }))
    .sort((a, b) => `${a.at} ${a.one.subject}` < `${b.at} ${b.one.subject}` ? -1 : 1)

  it('R-19 two returns of one applicant in ninety days', () => check('R-19', (cases) => {
    const returns = inTime(cases, 'CaseReturned')
    return returns.filter(({ one, at }, i) => returns.slice(0, i).some((other) => other.one.applicant === one.applicant && dayNumber(at) - dayNumber(other.at) <= 90))
      .map(({ one, at }) => `${one.subject} returned ${at}`)
  }))
  it('I-03 granted while an earlier one waited', () => check('I-03', (cases) => cases.filter((one) => deedAt(one, 'LicenceGranted') && cases.some((other) =>
    other.acceptedAt !== undefined && other.acceptedAt < one.acceptedAt! && (deedAt(other, 'LicenceGranted', 'LicenceRefused') ?? end) > deedAt(one, 'LicenceGranted')!))
    .map((one) => `${one.subject} queue ${deedAt(one, 'LicenceGranted')}`)))
  it('I-05 refused, then granted on the same materials', () => check('I-05', (cases, all) => cases.flatMap((one, i) => {
    const at = deedAt(one, 'LicenceGranted')
    const near = at && cases.some((other, j) => {
      const refusedAt = deedAt(other, 'LicenceRefused')
      if (!refusedAt || all[j]!.materials !== all[i]!.materials || other.applicant !== one.applicant || `${refusedAt} ${other.subject}` > `${at} ${one.subject}`) return false
      let days = 0
      for (let n = dayNumber(refusedAt) + 1; n <= dayNumber(at); n++) if (calendar.isWorkingDay(new Date(n * 864e5).toISOString().slice(0, 10) as Day)) days += 1
      return days <= 10
    })
    return near ? [`${one.subject} refused-before ${at}`] : []
  })))
  const firstAbove = (parts: readonly { who: string; at: string }[], share: number, least: number) => [...new Set(parts.map(({ who }) => who))].filter((who) => who !== '').flatMap((who) => {
    const n = parts.findIndex((_, i) => i + 1 >= least && parts.slice(0, i + 1).filter((part) => part.who === who).length / (i + 1) > share)
    return n < 0 ? [] : [{ who, at: parts[n]!.at }]
  })
  it('I-01 one officer for one applicant or agent', () => check('I-01', (cases) => ['applicant', 'agent'].flatMap((whose) => ['A-0', 'A-1', 'A-2', 'A-3', 'G-1', 'G-2', 'G-3'].flatMap((id) => {
    const theirs = inTime(cases, 'HandlingCompleted').filter(({ one }) => one[whose as 'agent'] === id)
    return firstAbove(theirs.map(({ one, at }) => ({ who: one.deeds.find(({ type }) => type === 'HandlingCompleted')!.by!, at })), 0.5, 3)
      .map(({ who, at }) => `officers.${who} steering:${whose}:${id}:2026 ${at}`)
  }))))
  it('I-02 one agent for one item', () => check('I-02', (cases) => firstAbove(inTime(cases, 'LicenceGranted').map(({ one, at }) => ({ who: one.agent ?? '', at })), 0.3, 3)
    .map(({ who, at }) => `agents.${who} agent:SP-01:2026 ${at}`)))
  it('I-04 among the fastest, twice', () => check('I-04', (cases, all) => {
    const done = inTime(cases, 'CaseConcluded'), used = (one: Timeline) => all[cases.indexOf(one)]!.used
    const fast = done.filter(({ one }, i) => i >= 4 && used(one) < done.slice(0, i).map((other) => used(other.one)).sort((a, b) => a - b)[Math.ceil(0.3 * i) - 1]!)
    return fast.filter(({ one }, i) => fast.slice(0, i).some((other) => other.one.applicant === one.applicant)).map(({ one, at }) => `${one.subject} fast ${at}`)
  }))
  it('R-15 an office that turns more away than its like', () => check('R-15', (cases) => ['1 2025-12-31 2026-03-31', '2 2026-03-31 2026-06-30', '3 2026-06-30 2026-09-30'].flatMap((quarter) => {
    const [q, before, lastDay] = quarter.split(' ') as [string, string, string]
    // From close to close: what is answered in the last evening is of the next.
    const answered = cases.filter((one) => { const at = deedAt(one, 'CaseAccepted', 'CaseReturned')!; return at > `${before}T09:30:00.000Z` && at <= `${lastDay}T09:30:00.000Z` })
    const rates = [...Array(7).keys()].map((hall) => answered.filter((one) => one.hall === `H-${hall}`)).filter(({ length }) => length >= 2)
      .map((office) => ({ hall: office[0]!.hall, rate: office.filter((one) => deedAt(one, 'CaseReturned')).length / office.length }))
    const mean = rates.reduce((sum, { rate }) => sum + rate / rates.length, 0), squares = rates.reduce((sum, { rate }) => sum + rate * rate / rates.length, 0)
    return rates.filter(({ rate }) => rate > mean + Math.sqrt(Math.max(0, squares - mean * mean)) + 1e-6).map(({ hall }) => `departments.市场监管局 turned-away:SP-01:${hall}:2026-Q${q} ${lastDay}T09:30:00.000Z`)
  })))
})
