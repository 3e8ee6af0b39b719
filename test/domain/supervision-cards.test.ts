import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor, Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { instantOf } from '../../domain/kernel/zones.ts'
import { cardDecider } from '../../domain/supervision/decide/cards.ts'
import type { CardCommand, CardEvent } from '../../domain/supervision/events.ts'
import { judge, rulebook } from '../../domain/supervision/judge.ts'
import { marksOf } from '../../domain/supervision/marks.ts'
import { disproved, reconcile, type Then } from '../../domain/supervision/policy.ts'
import { findingId, type Finding } from '../../domain/supervision/rules/rule.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { cards as cardsProjection, type CardRow } from '../../projections/cards.ts'
import { foldRows } from '../../projections/fold-row.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day, heInspector, liMin, policy } from '../kernel/spec.ts'

const close = (on: string) => at(on, '17:30')

/** One subject's stream as a book keeps it: what is said under a key that was said before is not said again. */
function stream() {
  let now = Date.parse(at('2026-09-21'))
  const facts: Recorded<CardEvent>[] = []
  const rows = () => [...foldRows(cardsProjection, facts).values()]
  return {
    facts, rows,
    say(command: CardCommand, by: Actor, key: string) {
      now += 3_600_000
      if (facts.some(({ meta }) => meta.cause === key)) return undefined
      const given = { id: 'cases.X-1', now: instantOf(now), by, calendar: calendarIn2026 }
      const answer = cardDecider.decide(facts.reduce<ReturnType<typeof cardDecider.evolve>>((state, fact) => cardDecider.evolve(state, fact), cardDecider.initial), command, given)
      if (isRefusal(answer)) return answer
      for (const fact of answer) facts.push({ ...fact, meta: { position: facts.length + 1, stream: 'supervision-card.cases.X-1', revision: facts.length + 1, id: `${facts.length}`, version: 1,
        recordedAt: instantOf(now), actor: by, region: '422822', cause: key } } as Recorded<CardEvent>)
      return undefined
    },
  }
}
/** Two episodes of yellow, a red for each, a warning; each at one of three instants. */
const instants: Instant[] = [close('2026-09-16'), close('2026-09-17'), close('2026-09-18')]
const finding = (ruleId: string, clock: string, n: number, severity: Finding['severity'], because?: string): Finding => ({ ruleId, ruleVersion: 1, params: {}, clause: '无', severity, calendarVersion: 22, clock,
  becameTrueAt: instants[n]!, ...(because !== undefined && { because }) })
const yellows = [['R-02', 'promised'], ['R-06', 'special:1']] as const
const universe = [...instants.keys()].flatMap((n) => [finding('R-01', 'promised', n, 'WARN'), ...yellows.flatMap(([rule, clock]) => {
  const yellow = finding(rule, clock, n, 'YELLOW')
  return [yellow, finding('R-03', clock, n, 'RED', findingId(yellow))]
})])
const issue = ({ ...it }: Finding): CardCommand => ({ type: 'IssueCard', data: { ...it, evidence: undefined, ledger: [] } as unknown as Extract<CardCommand, { type: 'IssueCard' }>['data'] })

/** The tally of an accountant who reads the facts alone. */
function tally(facts: readonly CardEvent[]) {
  const state = new Map<string, 'active' | 'revoked' | 'superseded'>()
  let dealt = 0, ended = 0
  for (const { type, data: { cardId } } of facts) {
    if (['HintRaised', 'WarningRaised', 'YellowCardIssued', 'RedCardIssued'].includes(type)) { expect(state.get(cardId), 'a card is not dealt while it stands').not.toBe('active'); state.set(cardId, 'active'); dealt++ }
    if (type === 'CardRevoked' || type === 'CardSuperseded') { expect(state.get(cardId), 'what does not stand is not ended').toBe('active'); state.set(cardId, type === 'CardRevoked' ? 'revoked' : 'superseded'); ended++ }
  }
  const count = (which: string) => [...state.values()].filter((it) => it === which).length
  return { issued: state.size, active: count('active'), revoked: count('revoked'), superseded: count('superseded'), dealt, ended, state }
}

const anyCard = fc.constantFrom(...universe.map(findingId))
const anyCommand: fc.Arbitrary<[CardCommand, Actor]> = fc.oneof(
  fc.constantFrom(...universe).map((it): [CardCommand, Actor] => [issue(it), policy]),
  fc.record({ cardId: anyCard, reason: fc.constantFrom('calendar-amended' as const, 'late-fact' as const) }).map((data): [CardCommand, Actor] => [{ type: 'RevokeCard', data: { ...data, evidence: '证据' } }, policy]),
  fc.record({ cardId: anyCard, reason: fc.constantFrom('appeal-upheld' as const, 'force-majeure' as const) }).map((data): [CardCommand, Actor] => [{ type: 'RevokeCard', data: { ...data, evidence: '证据' } }, heInspector]),
  fc.record({ cardId: anyCard, by: anyCard }).map((data): [CardCommand, Actor] => [{ type: 'SupersedeCard', data: { ...data, reason: 'late-fact' } }, policy]),
  anyCard.map((cardId): [CardCommand, Actor] => [{ type: 'NotifyCard', data: { cardId, notified: [{ duty: 'handler', person: 'p-001' }] } }, policy]),
  anyCard.map((cardId): [CardCommand, Actor] => [{ type: 'FileCardAppeal', data: { cardId, grounds: '理由' } }, liMin]),
  fc.record({ cardId: anyCard, result: fc.constantFrom('upheld' as const, 'dismissed' as const) }).map((data): [CardCommand, Actor] => [{ type: 'DecideCardAppeal', data: { ...data, reason: '理由' } }, heInspector]),
  anyCard.map((cardId): [CardCommand, Actor] => [{ type: 'CorrectCard', data: { cardId, report: '报告' } }, liMin]),
)

describe('任何次序', () => {
  it('issued = active + revoked + superseded, in the facts and in the rows; and every dealing ends once at most', () => {
    const seen = { revoked: 0, superseded: 0, again: 0 }
    fc.assert(fc.property(fc.array(anyCommand, { minLength: 30, maxLength: 80 }), (commands) => {
      const book = stream()
      commands.forEach(([command, by], i) => book.say(command, by, `k-${i}`))
      const counted = tally(book.facts), rows = book.rows()
      expect(counted.issued).toBe(counted.active + counted.revoked + counted.superseded)
      expect(counted.dealt - counted.ended).toBe(counted.active)
      expect(rows.length).toBe(counted.issued)
      for (const row of rows) {
        expect([row.state, row.standing]).toStrictEqual([counted.state.get(row.cardId), row.state === 'active'])
        expect(cardsProjection.row.safeParse(row).error).toBeUndefined()
      }
      seen.revoked += counted.revoked; seen.superseded += counted.superseded; seen.again += counted.dealt - counted.issued
    }), { numRuns: 400, seed: 7 })
    for (const [what, n] of Object.entries(seen)) expect(n, what).toBeGreaterThan(10)
  })
})

/** One instant at most for each episode, and no red without its yellow: what a judging can find. */
const judging = fc.record({ warning: fc.option(fc.nat(2)), yellows: fc.tuple(fc.option(fc.nat(2)), fc.option(fc.nat(2))), reds: fc.tuple(fc.boolean(), fc.boolean()) }).map(({ warning, yellows: [a, b], reds }): Finding[] => [
  ...warning === null ? [] : [finding('R-01', 'promised', warning, 'WARN')],
  ...[a, b].flatMap((n, i) => {
    if (n === null) return []
    const [rule, clock] = yellows[i]!, yellow = finding(rule, clock, n, 'YELLOW')
    return [yellow, ...reds[i] ? [finding('R-03', clock, n, 'RED', findingId(yellow))] : []]
  }),
])
type Turn = { findings: Finding[]; then: Finding[]; late: boolean; people?: { card: number; reason: 'appeal-upheld' | 'force-majeure' } | undefined }
const turns = fc.array(fc.record({ findings: judging, then: judging, late: fc.boolean(), people: fc.option(fc.record({ card: fc.nat(9), reason: fc.constantFrom('appeal-upheld' as const, 'force-majeure' as const) }), { nil: undefined }) }), { minLength: 1, maxLength: 8 })

describe('复核', () => {
  const byPeople = ({ revoked }: CardRow) => revoked !== undefined && ['appeal-upheld', 'force-majeure'].includes(revoked.reason)
  const episode = ({ ruleId, clock }: { ruleId: string; clock: string }) => `${ruleId} ${clock}`
  function turn(book: ReturnType<typeof stream>, { findings, then, late, people }: Turn) {
    const lately = [{ fact: 'CaseUrged', late: false }, ...late ? [{ fact: 'CaseConcluded', late }] : []]
    const standing = book.rows().filter((row) => row.standing)
    if (people && standing.length > 0) {
      const { cardId } = standing[people.card % standing.length]!
      book.say({ type: 'RevokeCard', data: { cardId, reason: people.reason, evidence: '证据' } }, heInspector, `people ${book.facts.length}`)
    }
    const how: Then = { findings: then, calendar: calendarIn2026 }
    const sayings = () => reconcile({ subject: 'cases.X-1', findings, cards: book.rows(), calendar: calendarIn2026, of: () => ({ then: how, since: lately }) })
    const wrong = disproved(book.rows(), findings), first = sayings()
    for (const { command, key } of first) book.say(command, policy, key)
    return { again: sayings(), wrong }
  }
  it('whatever the findings were before, what stands is what is found now, but for what people have settled; and asked again there is nothing to say', () => {
    let settledSeen = 0
    fc.assert(fc.property(turns, (all) => {
      const book = stream()
      for (const one of all) {
        const { again, wrong } = turn(book, one), rows = book.rows(), counted = tally(book.facts)
        const settled = new Set(rows.filter(byPeople).map(episode))
        settledSeen += settled.size
        const yellowsGone = one.findings.filter((it) => settled.has(episode(it))).map(findingId)
        const expected = one.findings.filter((it) => !settled.has(episode(it)) && !yellowsGone.includes(it.because ?? '')).map(findingId)
        expect(rows.filter(({ standing }) => standing).map(({ cardId }) => cardId).sort()).toStrictEqual(expected.sort())
        expect(again).toStrictEqual([])
        expect(counted.issued).toBe(counted.active + counted.revoked + counted.superseded)
        for (const { cardId } of wrong) {
          const row = rows.find((row) => row.cardId === cardId)!, { because } = row, reason = row.revoked?.reason ?? row.superseded?.reason
          // A red that fell with its yellow fell for the yellow's reason.
          if (because === undefined) expect(reason, cardId).toBe(one.then.some((it) => findingId(it) === cardId) ? 'calendar-amended' : one.late ? 'late-fact' : 'judged-anew')
        }
      }
    }), { numRuns: 300, seed: 11 })
    expect(settledSeen).toBeGreaterThan(50)
  })
  it('says that a fact came late only of one that had happened by the instant of the card, and names no other for it', () => {
    const evidence = (...since: { fact: string; late: boolean }[]) => {
      const book = stream()
      book.say(issue(universe[0]!), policy, 'dealt')
      const [saying] = reconcile({ subject: 'cases.X-1', findings: [], cards: book.rows(), calendar: calendarIn2026, of: () => ({ since }) })
      return saying!.command.data as { reason: string; evidence: string }
    }
    const late = evidence({ fact: 'LimitExtended', late: false }, { fact: 'CaseConcluded', late: true }), anew = evidence({ fact: 'LimitExtended', late: false })
    expect([late.reason, late.evidence.includes('CaseConcluded'), late.evidence.includes('LimitExtended')]).toStrictEqual(['late-fact', true, false])
    expect([anew.reason, anew.evidence.includes('没有补录'), anew.evidence.includes('其后发生的事实：LimitExtended')]).toStrictEqual(['judged-anew', true, true])
    expect(evidence().reason).toBe('judged-anew')
    // A foreign history arrives in portions, and its money is judged whole: whatever came in after the card came in late.
    const book = stream(), timeline = { subject: 'cases.X-1', department: '', itemCode: '', hall: '', zone: '', imported: true, clocks: [], deeds: [] }
    book.say(issue(universe[0]!), policy, 'dealt')
    const [foreign] = reconcile({ subject: 'cases.X-1', timeline, findings: [], cards: book.rows(), calendar: calendarIn2026, of: () => ({ since: [{ fact: 'FeeCharged', late: false }] }) })
    expect(foreign!.command.data).toMatchObject({ reason: 'late-fact', evidence: expect.stringContaining('FeeCharged') as string })
  })
  it('of what is only tried out nothing is dealt', () => {
    const shadow = { ...universe[0]!, shadow: true as const }
    expect(reconcile({ subject: 'cases.X-1', findings: [shadow], cards: [], calendar: calendarIn2026, of: () => ({ since: [] }) })).toStrictEqual([])
  })
  it('the same instant with another weight: the card is taken back, and dealt as what it is', () => {
    const book = stream(), light = finding('R-09', 'fee', 0, 'YELLOW'), heavy = { ...light, severity: 'RED' as const }
    for (const findings of [[light], [heavy], [heavy], [light]]) turn(book, { findings, then: [], late: true })
    expect(book.facts.map(({ type }) => type)).toStrictEqual(['YellowCardIssued', 'CardRevoked', 'RedCardIssued', 'CardRevoked', 'YellowCardIssued'])
  })
})

describe('缓', () => {
  it('said again while the first still holds, it holds on from there: no red is found at an instant that was stayed then', () => {
    const yellow = { ...finding('R-02', 'promised', 0, 'YELLOW'), becameTrueAt: close('2026-09-21') }, cardId = findingId(yellow)
    const said: (readonly [on: string, fact: CardEvent])[] = [
      ['2026-09-21', { type: 'YellowCardIssued', data: { ...(({ severity: _, ...it }) => it)(yellow), cardId, ledger: [] } } as unknown as CardEvent],
      ['2026-09-22', { type: 'CardStayed', data: { cardId, until: day('2026-09-28'), reason: '核对' } }],
      ['2026-09-29', { type: 'CardStayed', data: { cardId, until: day('2026-10-12'), reason: '再核对' } }],
    ]
    const facts = said.map(([on, fact], i) => ({ ...fact, meta: { position: i + 1, stream: 'supervision-card.cases.X-1', revision: i + 1, id: `${i}`, version: 1, recordedAt: at(on, '18:00'), actor: heInspector, region: '422822', cause: `${i}` } }) as Recorded<CardEvent>)
    const [row] = foldRows(cardsProjection, facts).values()
    expect(row?.stay).toMatchObject({ until: '2026-10-12', reason: '再核对' })
    const late: Timeline = { subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day('2026-09-14'), deeds: [],
      clocks: [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: day('2026-09-14'), limitWorkingDays: 5, pauses: [] }] }
    const reds = judge(late, rulebook(), { calendar: calendarIn2026, marks: marksOf([row!], calendarIn2026) }, close('2026-12-31')).filter(({ ruleId }) => ruleId === 'R-03')
    expect(reds.map(({ becameTrueAt }) => becameTrueAt)).toStrictEqual([close('2026-10-15')])
  })
})
