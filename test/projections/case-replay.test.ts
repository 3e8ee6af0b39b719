import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import type { CalendarEvent } from '../../domain/calendar/events.ts'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { judge, rulebook } from '../../domain/supervision/judge.ts'
import type { CardEvent } from '../../domain/supervision/events.ts'
import { cardsFor } from '../../domain/supervision/policy.ts'
import { caseReplay, type ReplaySources } from '../../projections/case-replay.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { caseView } from '../../projections/case-view.ts'
import { foldRow } from '../../projections/fold-row.ts'
import { replayed, type Replay } from '../../projections/replayed.ts'
import { accepted, approved, concluded, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { nationalFacts } from '../fixtures/calendars.ts'
import { at, day, liMin } from '../kernel/spec.ts'
import { numbered } from '../kernel/rows.ts'

const names: Record<string, string> = { 'p-001': '李敏', 'p-002': '王强', 'p-003': '陈局' }
const hourMs = 3_600_000, first = Date.parse('2026-03-02T01:00:00Z')
const instant = (hours: number) => new Date(first + hours * hourMs).toISOString() as Instant
const now = instant(24 * 60), zone = 'Asia/Shanghai'
/** A notice of mid-March takes three days of that month away; nobody knew of it before. */
const amendment: CalendarEvent = { type: 'CalendarAmended', data: { layer: 'county', place: '422822', year: 2026, off: [{ on: day('2026-03-09'), name: '停电' }, { on: day('2026-03-10'), name: '停电' }, { on: day('2026-03-11'), name: '停电' }], working: [], ordinary: [],
  notice: '停电通知', knownOn: day('2026-03-05') } }
const notices = [...nationalFacts, amendment], place = { zone, region: '422822', hall: 'H-1' }
const knownDays = ['2026-01-01', '2026-03-05'] as Day[], knownSince = ['', at('2026-03-05', '00:00')] as const
const calendars = knownDays.map((knownAsOf, i) => ({ since: knownSince[i]!, knownAsOf, among: notices.length, calendar: calendarOf(notices, { ...place, knownAsOf }) }))
const calendarBy = (known: Instant) => calendars.findLast(({ since }) => since <= known)!.calendar

const steps: readonly CaseEvent[] = [submitted, accepted, requested('2026-03-04', true), supplied('2026-03-06'), specialStarted('2026-03-09'), specialEnded('2026-03-11'), handled, reviewed(), reviewed('back'), approved(), granted, concluded('2026-03-12'),
  { type: 'LimitExtended', data: { workingDays: 3, extendedOn: day('2026-03-06'), reason: '案情复杂', basis: '行政许可法第四十二条', approver: 'p-003', by: 'p-001', dueOnBefore: day('2026-03-09') } } as CaseEvent,
  { type: 'SubCaseOpened', data: { subCase: 1, department: '消防', matter: '联审', promisedWorkingDays: 3, openedOn: day('2026-03-03'), by: 'p-001' } } as CaseEvent,
  { type: 'SubOpinionGiven', data: { subCase: 1, result: 'agree', givenOn: day('2026-03-10'), opinion: '联审无异议', by: 'p-002' } } as CaseEvent,
  { type: 'RecordCorrected', data: { target: 2, reason: '笔误', correct: '写错了日期', by: 'p-002', proposedBy: 'p-001' } } as CaseEvent,
  { type: 'StepCompleted', data: { step: 'T02', by: 'p-001' } }, { type: 'FeeCharged', data: { effect: 'adds', amountFen: 5 } }]
type Told = { fact: CaseEvent; after: number; late: number | undefined; ahead: boolean }
/** Facts told one after another; some are entries of what had happened earlier, and of a foreign source some are dated ahead. */
const told: fc.Arbitrary<Told[]> = fc.array(fc.record({ fact: fc.constantFrom(...steps), after: fc.integer({ min: 1, max: 96 }), late: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined, freq: 3 }), ahead: fc.constant(false) }), { minLength: 1, maxLength: 12 })
const foreign = told.map((all) => all.map((one, i) => ({ ...one, ahead: i % 3 === 1, late: one.late ?? 1 })))
function factsOf(all: readonly Told[], id: string): Recorded<CaseEvent>[] {
  let hours = 0
  const opening: Told[] = [{ fact: submitted, after: 1, late: undefined, ahead: false }, { fact: accepted, after: 1, late: undefined, ahead: false }]
  return numbered([...opening, ...all].map(({ fact, after, late, ahead }, i) => {
    hours += after
    const own = late === undefined ? undefined : { occurredAt: instant(ahead ? hours + late : Math.max(0, hours - late)), ...(ahead && { source: { name: 'receipt', batch: 'b', order: i } }) }
    return { stream: `cases-${id}`, fact, meta: { recordedAt: instant(hours), actor: liMin, ...own } }
  }))
}
/** Cards as they would have been dealt half-way, and what people said of them. */
function cardsOf(facts: readonly Recorded<CaseEvent>[], id: string, said: readonly ('stay' | 'correct' | 'revoke' | 'appeal' | 'notify')[]): Recorded<CardEvent>[] {
  const timeline = foldRow(caseTimelines, facts.slice(0, Math.ceil(facts.length / 2)), `cases.${id}`)!, calendar = calendars[1]!.calendar
  const dealt = cardsFor(timeline, judge(timeline, rulebook(), { calendar }, now), calendar).flatMap(({ command, key }): CardEvent[] => {
    if (command.type !== 'IssueCard') return []
    const { severity, because: _, ...data } = command.data
    return [{ type: severity === 'HINT' ? 'HintRaised' : severity === 'WARN' ? 'WarningRaised' : 'YellowCardIssued', data: { cardId: key, ...data } } as CardEvent]
  })
  const [card] = dealt.flatMap((fact) => fact.data.cardId)
  const words: CardEvent[] = card === undefined ? [] : said.map((word): CardEvent => word === 'stay' ? { type: 'CardStayed', data: { cardId: card, until: day('2026-03-20'), reason: '等鉴定' } }
    : word === 'correct' ? { type: 'CardCorrected', data: { cardId: card, report: '已补办' } } : word === 'appeal' ? { type: 'CardAppealFiled', data: { cardId: card, grounds: '停电', decideBy: day('2026-03-20') } }
    : word === 'notify' ? { type: 'CardNotified', data: { cardId: card, notified: [{ duty: 'handler', person: 'p-001', at: instant(300) }], notifiedAt: instant(300) } } as unknown as CardEvent
    : { type: 'CardRevoked', data: { cardId: card, reason: 'force-majeure', evidence: '停电' } })
  return numbered([...dealt, ...words].map((fact, i) => ({ stream: `supervision-card.cases.${id}`, fact, meta: { recordedAt: instant(170 + i * 17), actor: liMin } })))
}
type World = { facts: Recorded<CaseEvent>[]; cards: Recorded<CardEvent>[]; id: string }
const world = (how: fc.Arbitrary<Told[]>, id = 'X-1'): fc.Arbitrary<World> => fc.tuple(how, fc.array(fc.constantFrom('stay' as const, 'correct' as const, 'revoke' as const, 'appeal' as const, 'notify' as const), { maxLength: 4 }))
  .map(([all, said]) => { const facts = factsOf(all, id); return { id, facts, cards: cardsOf(facts, id, said) } })
const moment = fc.option(fc.integer({ min: -5, max: 24 * 70 }), { nil: undefined, freq: 6 }).map((hours) => hours === undefined ? undefined : instant(hours))
const role = fc.constantFrom('applicant', 'window-clerk', 'handler', 'section-head', 'inspector', 'auditor')

const sourcesOf = ({ facts, cards }: World): Omit<ReplaySources, 'calendars' | 'notices' | 'place'> =>
  ({ facts, cards, rulebook: rulebook(), item: { shortName: '食品许可', caseType: 'PROMISED' }, hallName: '政务大厅', personName: (person) => names[person] })
const asked = (of: World, role: string, moment: { at?: Instant | undefined; known?: Instant | undefined }) =>
  caseView(of.id, { ...sourcesOf(of), calendar: calendarBy(moment.known ?? now) }, { role, now, ...moment })
/** As it comes over the line. */
/** Its steps, one after the other. */
function whole(steps: Generator<void, Replay>): Replay {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}
const sent = (of: World, role: string) => JSON.parse(JSON.stringify(whole(caseReplay(of.id, { ...sourcesOf(of), calendars, notices, place }, { role, now })))) as Replay
const plain = (view: unknown) => JSON.parse(JSON.stringify(view)) as unknown

describe('回放 in the browser', () => {
  it.each([['of the house, late entries among them', world(told)], ['of a source that dates ahead of its own telling', world(foreign)]])('answers at every moment what the server answers: facts %s', (_, worlds) => fc.assert(
    fc.property(worlds, role, fc.array(fc.tuple(moment, moment), { minLength: 6, maxLength: 6 }), (of, role, moments) => {
      const look = replayed(sent(of, role))
      // One after another, as a hand moves: what was folded before must not show.
      for (const [at, known] of [...moments, ...moments.map(([at]) => [at, at] as const)]) expect(plain(look({ at, known }))).toStrictEqual(plain(asked(of, role, { at, known })))
    }), { numRuns: 20 }))

  const strings = (value: unknown): string[] => typeof value === 'string' ? [value] : Array.isArray(value) ? value.flatMap(strings)
    : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, one]) => [name, ...strings(one)]) : []
  it('holds nothing that no moment would show: every word of it stands in some answer', () => fc.assert(fc.property(world(told), role, (of, role) => {
    const { calendar: _public, columns, judgements, ...replay } = sent(of, role), found = replay.findings.map(({ becameTrueAt }) => becameTrueAt)
    const instants = [...new Set([...of.facts.flatMap((fact) => [occurredAt(fact), fact.meta.recordedAt]), ...of.cards.map(({ meta }) => meta.recordedAt), knownSince[1], now, at('2027-12-31'), ...found])]
    const answers = new Set<string>()
    const turning = new Set<string>()
    for (const known of instants) for (const at of instants) {
      const view = asked(of, role, { at, known })
      if ('notYet' in view) continue
      for (const text of strings(view)) answers.add(text)
    }
    // What the line is folded with besides has names of its own, and says when something turned, which the light of two moments says as well.
    const ours = new Set(['id', 'role', 'now', 'facts', 'cards', 'findings', 'names', 'item', 'hallName', 'shortName', 'meta', 'person', 'card', 'issued', 'over', 'remark', 'dated', ...of.cards.map((_, i) => String(i + 1))])
    expect(strings(replay).filter((text) => !answers.has(text) && !ours.has(text))).toStrictEqual([])
    for (const { soonAt } of judgements.flatMap((one) => Object.values(one))) if (soonAt && soonAt !== columns[0]!.cells[0]?.[0]) turning.add(soonAt)
    for (const soonAt of turning) {
      const lights = (ms: number) => instants.flatMap((known) => { const view = asked(of, role, { at: new Date(Date.parse(soonAt) + ms).toISOString() as Instant, known }); return 'notYet' in view ? [] : [[view.light, ...view.subCases.map(({ light }) => light)].join()] })
      expect(lights(0), soonAt).not.toStrictEqual(lights(-1))
    }
    expect(columns.flatMap(({ cells }) => cells).every(([at]) => instants.includes(at as typeof now))).toBe(true)
  }), { numRuns: 10 }), 60_000)

  it('says no inner word to an applicant, and nothing of rules to a clerk', () => fc.assert(fc.property(world(told), (of) => {
    expect(JSON.stringify(sent(of, 'applicant'))).not.toMatch(/p-00\d|现场合格|材料属实|联审无异议|R-\d\d|李敏|王强|陈局/)
    const { calendar: _public, ...clerks } = sent(of, 'window-clerk')
    expect(JSON.stringify(clerks)).not.toMatch(/R-\d\d|停电|等鉴定|已补办/)
  }), { numRuns: 20 }))
  it('of a rule that is the inspectors’ alone others are sent nothing', () => {
    const rubber = factsOf([{ fact: handled, after: 1, late: undefined, ahead: false }, { fact: { type: 'StepSentBack', data: { from: 'reviewing', to: 'handling', reason: '', by: 'p-002' } } as CaseEvent, after: 1, late: undefined, ahead: false }], 'X-1')
    const of = { id: 'X-1', facts: rubber, cards: [] }, ids = (role: string) => sent(of, role).findings.map(({ ruleId }) => ruleId)
    const inspectors = new Set(ids('inspector')), handlers = new Set(ids('handler'))
    const hidden = [...inspectors].filter((id) => !handlers.has(id)), secret = rulebook().rules.filter(({ confidential }) => confidential).map(({ id }) => id)
    expect(secret.length).toBeGreaterThan(0)
    expect(hidden.every((id) => secret.includes(id))).toBe(true)
    expect([...handlers].filter((id) => secret.includes(id))).toStrictEqual([])
  })
  it('is judged once for each fact and calendar, however many late entries cut it into columns', () => {
    const late = (n: number) => factsOf(Array.from({ length: n }, (): Told => ({ fact: { type: 'StepCompleted', data: { step: 'T02', by: 'p-001' } }, after: 2, late: 1, ahead: false })), 'X-1')
    const judgedFor = (n: number) => {
      const { rules, ...book } = rulebook(), facts = late(n)
      let times = 0
      const counting = { ...book, rules: rules.map((rule) => ({ ...rule, foresee: (...said: Parameters<typeof rule.foresee>) => { times++; return rule.foresee(...said) } })) as typeof rules }
      const { columns } = whole(caseReplay('X-1', { ...sourcesOf({ id: 'X-1', facts, cards: [] }), rulebook: counting, calendars, notices, place }, { role: 'inspector', now }))
      expect(columns.length).toBeGreaterThan(n)
      return times / (facts.length * rules.length * calendars.length)
    }
    expect(judgedFor(20)).toBeLessThanOrEqual(1)
    expect(judgedFor(160)).toBeLessThanOrEqual(1)
  })
})
