import { calendarOf } from '../domain/calendar/calendar.ts'
import type { CalendarEvent } from '../domain/calendar/events.ts'
import type { CaseEvent } from '../domain/cases/events.ts'
import type { Meta, Recorded } from '../domain/kernel/events.ts'
import type { Epoch } from '../domain/kernel/order.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import type { CardPiece } from './card-fold.ts'
import { caseFolder, type Judged, type Moment, type NotYet } from './case-fold.ts'
import type { CaseView, FindingView } from './views.ts'

/** A fact as one role may read it, with what its order and its line need and nothing else. `person`: who did it, where the fact itself does not say. */
export type ReplayFact = {
  type: string; data: Record<string, unknown>
  meta: Pick<Meta, 'position' | 'revision' | 'recordedAt' | 'occurredAt' | 'precision' | 'source' | 'epoch'> & { role: string; department: string; person?: string }
}
/** 一栏 — what was known from an instant on, until the next column: by which calendar, and what was judged from each instant on. */
export type ReplayColumn = { since: Instant | ''; calendar: number; cells: (readonly [at: Instant, judgement: number])[] }
/** By sub-case; the case itself is `''`. Findings by their places in `findings`. */
export type ReplayJudgement = Record<string, { soonAt?: Instant; found: number[] }>
/** 回放 — all that a case is folded from at any moment, in one role's eyes: the facts as they may be read, and what the rules said of them when. */
export type Replay = {
  id: string; role: string; now: Instant; epoch?: Epoch
  facts: ReplayFact[]; cards: CardPiece[]; findings: FindingView[]; judgements: ReplayJudgement[]; columns: ReplayColumn[]
  /** The columns are told apart by every recording: a moment beyond what was known is then looked up as it stands. */
  dated?: true
  /** Public notices and office hours, in the order in which they were told here; `known`: by which day, among how many of them. */
  calendar: { facts: CalendarEvent[]; zone: string; region: string; hall: string; known: { knownAsOf: Day; among: number }[] }
  names: Record<string, string>; item?: { shortName: string; caseType: string }; hallName?: string
}

const factOf = (id: string) => ({ type, data, meta: { role, department, person = '', ...meta } }: ReplayFact) => ({
  type, data, meta: { ...meta, stream: `cases-${id}`, id: String(meta.position), version: 1, actor: { person, role, department }, region: '', cause: '' },
}) as Recorded<CaseEvent>

/** The last that begins by then; they lie in order. */
function lastBy<T>(list: readonly T[], from: (one: T) => string, by: string): T | undefined {
  let low = 0, high = list.length
  while (low < high) {
    const middle = low + high >> 1
    if (from(list[middle]!) <= by) low = middle + 1
    else high = middle
  }
  return list[low - 1]
}

/** 重放 — the case at any moment, folded from what was sent of it. */
export function replayed(replay: Replay): (moment: Moment) => CaseView | NotYet {
  const { id, role, now, epoch, calendar, columns, judgements, findings, names, item, hallName } = replay
  const made: (Calendar | undefined)[] = [], columnBy = (known: Instant) => lastBy(columns, ({ since }) => since, known)!
  const calendarAt = (known: Instant) => {
    const { calendar: place } = columnBy(known), { knownAsOf, among } = calendar.known[place]!, { zone, region, hall } = calendar
    return made[place] ??= calendarOf(calendar.facts.slice(0, among), { knownAsOf, zone, region, hall })
  }
  const of = `cases.${id}`
  const judged = ({ subject }: { subject: string }, at: Instant, known: Instant): Judged => {
    const cell = lastBy(columnBy(known).cells, ([from]) => from, replay.dated || at < known ? at : known), said = cell && judgements[cell[1]]?.[subject.slice(of.length + 1)]
    return said ? { soonAt: said.soonAt, found: said.found.map((place) => findings[place]!) } : { found: [] }
  }
  const personName = (person: string) => Object.hasOwn(names, person) ? names[person] : undefined
  return caseFolder(id, { facts: replay.facts.map(factOf(id)), cards: replay.cards, calendarAt, judged, item, hallName, personName }, { role, now, epoch })
}
