import { deadline, ledgerText, type Deadline, type LedgerEntry } from '../domain/calendar/deadline.ts'
import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { dayAfter } from '../domain/kernel/zones.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { asClock, clockOf } from '../domain/supervision/due.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'
import { cardViews } from './case-cards.ts'
import { begins, inWords, withPlans } from './case-clocks.ts'
import { caseTimelines } from './case-timelines.ts'
import { foldInto } from './kernel.ts'
import type { LedgerView } from './views.ts'

type Facts = readonly Recorded<CaseEvent>[]
/** A clock said by name; `#2` is that of the second sub-case, and beside a card it says of which of them that is: two that are late alike have cards alike. */
export type LedgerAsked = { clock?: string | undefined; card?: string | undefined }
export type LedgerSources = { facts: Facts; cards: readonly Recorded<CardEvent>[]; calendar: Calendar; personName(person: string): string | undefined }
export type NoSuch = { noSuch: 'clock' | 'card'; there: string[] }

/** The facts that began a clock, extended it and held it: those with which the fold first shows it. In the order of the facts. */
function givenBy(facts: Facts, subject: string, name: string) {
  const rows = new Map<string, Timeline>(), begun: number[] = [], extensions: number[] = [], pauses: number[][] = []
  for (const fact of facts) {
    foldInto(caseTimelines, rows, fact)
    const clock = rows.get(subject)?.clocks.find((one) => one.name === name), at = fact.meta.position
    if (!clock) continue
    if (begun.length === 0) begun.push(at)
    for (let i = extensions.length; i < (clock.extensions?.length ?? 0); i++) extensions.push(at)
    clock.pauses.forEach(({ to }, i) => {
      if (!pauses[i]) pauses[i] = [at]
      if (to !== undefined && pauses[i].length === 1 && pauses[i][0] !== at) pauses[i].push(at)
    })
  }
  return { begun, extensions, pauses }
}

/** 账目 each with the facts that gave it; of days of rest the calendar is the giver. */
function entriesOf(ledger: readonly LedgerEntry[], clock: TimelineClock | undefined, given: ReturnType<typeof givenBy>): { facts: number[] }[] {
  let extension = 0
  return ledger.map(({ kind, clause, from, to }) => {
    if (kind === 'limit' || kind === 'stated') return { facts: given.begun }
    if (kind === 'extension') return { facts: given.extensions.slice(extension, ++extension) }
    const pause = kind === 'pause' ? clock?.pauses.findIndex((one) => one.clause === clause && one.from <= from! && one.to === to) ?? -1 : -1
    return { facts: given.pauses[pause] ?? [] }
  })
}
const total = (ledger: readonly LedgerEntry[]) => ledger.reduce((days, entry) => days + entry.days, 0)

/** 期限账 of a clock or of a card: clauses, facts, days and the calendar, which add up to the due day. */
export function ledgerView(id: string, sources: LedgerSources, { clock: said, card: cardId }: LedgerAsked, at: Instant, known: Instant, role: string): LedgerView | NoSuch {
  const { facts, cards, calendar, personName } = sources
  const rows = new Map<string, Timeline>(), positions = new Map(facts.map(({ meta }) => [meta.id, meta.position]))
  for (const fact of facts) foldInto(caseTimelines, rows, fact)
  const dealt = cardViews(cards.filter(({ meta }) => meta.recordedAt <= known), at, role, personName, positions)
  const number = said === undefined ? undefined : /^#(\d+)$/.exec(said)?.[1]
  const card = dealt.find((one) => one.cardId === cardId && (number === undefined || String(one.subCase ?? '') === number))
  if (cardId !== undefined && !card) return { noSuch: 'card', there: dealt.map((one) => one.cardId) }
  const sub = card?.subCase ?? number
  const subject = `cases.${id}${sub === undefined ? '' : `#${sub}`}`, timeline = rows.get(subject)
  const name = card?.clock ?? (sub === undefined ? said : 'promised') ?? timeline?.clocks[0]?.name ?? 'promised'
  const clock = timeline && clockOf(timeline, name)
  if (!clock && !card) return { noSuch: 'clock', there: [...rows.values()].flatMap((row) => row.of ? [row.subject.slice(row.of.length)] : row.clocks.map((one) => one.name)) }
  const isIts = ({ type, data, meta }: Recorded<CardEvent>) => /(?:Issued|Raised)$/.test(type) && data.cardId === cardId && meta.stream === `supervision-card.${subject}`
  const issued = card && cards.findLast(isIts)?.data
  // A card's account is the one that it was dealt with, whatever has been told since.
  const found: Deadline = issued && 'ledger' in issued ? { ...(issued.dueOn && { dueOn: issued.dueOn }), ledger: issued.ledger as LedgerEntry[] } : deadline(withPlans(clock!), calendar)
  const startedOn: Day = issued && found.dueOn ? dayAfter(found.dueOn, -total(found.ledger)) : clock?.startedOn ?? calendar.dayOf(at)
  const lines = (language: 'zh' | 'en') => !clock || found.ledger.length === 0 ? [] :
    ledgerText(found, { ...asClock(clock), startedOn, ...(begins[clock.kind] && { startedBy: begins[clock.kind]![language] }) }, calendar, language).map(inWords(language, clock.kind))
  const facing = clock ? entriesOf(found.ledger, clock, givenBy(facts, subject, clock.name)) : found.ledger.map(() => ({ facts: [] }))
  const [zh, en] = [lines('zh'), lines('en')]
  return {
    id, zone: calendar.zone, clock: name, ...(clock && { clause: clock.clause, basis: clock.basis }), startedOn,
    ...(found.dueOn && { dueOn: found.dueOn }), ...(found.provisional && { provisional: found.provisional }),
    calendarVersion: issued && 'calendarVersion' in issued ? issued.calendarVersion : calendar.version, days: total(found.ledger),
    entries: found.ledger.map((entry, i) => ({ ...entry, facts: facing[i]!.facts, zh: zh[i + 1] ?? '', en: en[i + 1] ?? '' })),
    lines: { zh, en }, ...(card && { card }),
  }
}
