import type { CalendarEvent } from '../domain/calendar/events.ts'
import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt, type Epoch } from '../domain/kernel/order.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dueWith, lightAt } from '../domain/supervision/lights.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { cardPieces } from './case-cards.ts'
import { doneBy, saidTo, seesFindings } from './case-facts.ts'
import type { Eyes, Judged } from './case-fold.ts'
import { judging, rulesIn, type CaseSources } from './case-view.ts'
import { caseWalks, type Walked } from './case-walk.ts'
import type { Replay, ReplayColumn, ReplayFact, ReplayJudgement } from './replayed.ts'
import type { FindingView } from './views.ts'

type Fact = Recorded<CaseEvent>
/** 日历 by which the case is judged, from an instant of knowledge on. */
export type CalendarKnown = { since: Instant | ''; calendar: Calendar; knownAsOf: Day; among: number }
export type ReplaySources = Omit<CaseSources, 'calendar'> & { calendars: readonly CalendarKnown[]; notices: readonly CalendarEvent[]; place: { zone: string; region: string; hall: string } }

/** From when on a fact is known, and counts: of an epoch that is over, at the latest since the newest began. */
const thresholds = (epoch: Epoch | undefined) => (fact: Fact) => {
  const { meta: { recordedAt, source, epoch: own = 0 } } = fact, over = epoch !== undefined && source === undefined && own < epoch.epoch ? epoch.began : undefined
  const by = (at: Instant) => over !== undefined && over < at ? over : at
  return { fact, known: by(recordedAt), true: by(occurredAt(fact)) }
}
const ascending = (a: string, b: string) => a === b ? 0 : a < b ? -1 : 1
const distinct = <T extends string>(texts: readonly T[]) => [...new Set(texts)].sort(ascending)

const toldTo = (role: string, names: (person: string) => string | undefined) => (fact: Fact): ReplayFact => {
  const { type, data, meta: { position, revision, recordedAt, occurredAt, precision, source, epoch, actor } } = fact, person = doneBy(fact)
  const shown = role !== 'applicant' && person !== undefined && !('by' in data && data.by !== undefined)
  return { type, data: saidTo(data, role, names), meta: { position, revision, recordedAt, ...(occurredAt && { occurredAt }), ...(precision && { precision }), ...(source && { source }),
    ...(epoch !== undefined && { epoch }), role: actor.role, department: actor.department, ...(shown && { person }) } }
}

/** Things said once, by their places. */
function register<T>() {
  const all: T[] = [], places = new Map<string, number>()
  return { all, place(one: T): number {
    const text = JSON.stringify(one), place = places.get(text) ?? all.push(one) - 1
    places.set(text, place)
    return place
  } }
}

type Marks = ReturnType<typeof judging>['marksBy']
const carded = ({ cards }: ReplaySources) => distinct(cards.map(({ meta }) => meta.stream.slice('supervision-card.'.length)))
/** When what people have said of the cards comes to bear on what is judged. */
function marked(sources: ReplaySources, marksBy: Marks): Instant[] {
  const { cards, calendars: [first] } = sources, subjects = carded(sources)
  let before = '[]'
  return distinct(cards.map(({ meta }) => meta.recordedAt)).filter((known) => {
    const marks = JSON.stringify(subjects.flatMap(marksBy(known, first!.calendar))), turns = marks !== before
    before = marks
    return turns
  })
}

type Bound = ReturnType<ReturnType<typeof thresholds>>
/** The facts of a column as the hand goes forward: one by one where they lie in the order in which they came true, else anew. */
function walking(told: readonly Bound[], walks: ReturnType<typeof caseWalks>): (at: string) => Walked {
  const inOrder = told.every((it, i) => i === 0 || told[i - 1]!.true <= it.true)
  let step = walks.begin(), passed = 0
  return (at) => {
    if (!inOrder) return walks.folded(told.flatMap((it) => it.true <= at ? it.fact : []))
    while (passed < told.length && told[passed]!.true <= at) step = walks.after(step, told[passed++]!.fact)
    return step
  }
}
type Cell = { at: Instant; begins: Instant; ends: Instant | undefined }
/** 研判 in one cell after the other: whatever columns have in common is judged once. */
function judgements(id: string, judged: ReturnType<typeof judging>['judged']) {
  const findings = register<FindingView>(), all = register<ReplayJudgement>(), remembered = new Map<string, WeakMap<object, Judged>>(), alike = new WeakMap<Walked, Map<string, number>>()
  /** `by`: a name for the calendar and the marks. */
  const place = (step: Walked, { at, begins, ends }: Cell, calendar: Calendar, marks: (subject: string) => ReturnType<ReturnType<Marks>>, by: string): number => {
    const isSeen = (instant: Instant) => ends === undefined || instant < ends, said: ReplayJudgement = {}
    for (const timeline of step.timelines.values()) {
      const own = marks(timeline.subject), key = `${by} ${JSON.stringify(own)}`, known = remembered.get(key) ?? new WeakMap<object, Judged>()
      remembered.set(key, known)
      const found = known.get(timeline) ?? judged(timeline, calendar, own), soonAt = turnIn(timeline, calendar, found.soonAt, at, isSeen, begins)
      known.set(timeline, found)
      said[timeline.subject.slice(`cases.${id}`.length + 1)] =
        { ...(soonAt && { soonAt }), found: found.found.filter(({ becameTrueAt }) => isSeen(becameTrueAt)).map((one) => findings.place(one)) }
    }
    return all.place(said)
  }
  return { findings: findings.all, judgements: all.all, place(step: Walked, cell: Cell, calendar: Calendar, marks: (subject: string) => ReturnType<ReturnType<Marks>>, by: string): number {
    const known = alike.get(step) ?? new Map<string, number>(), name = `${cell.at} ${cell.ends ?? ''} ${cell.begins} ${by}`, found = known.get(name) ?? place(step, cell, calendar, marks, by)
    alike.set(step, known.set(name, found))
    return found
  } }
}
/** 各栏 — the whole plane of moments, cut where what is known changes otherwise than by something happening, and in each column where something happened.
    What no moment of a cell can show is not in it. A cell is a step: whoever has others waiting gives way between two. */
function* columnsOf(id: string, sources: ReplaySources, eyes: Eyes, bounds: readonly Bound[], dated: boolean) {
  const { marksBy, judged } = judging({ ...sources, calendar: sources.calendars[0]!.calendar }, eyes), walks = caseWalks(id, sources.facts, eyes.epoch)
  const { place: placed, ...made } = judgements(id, judged), ordered = walks.told(endOfTime), boundOf = new Map(bounds.map((it) => [it.fact, it])), subjects = carded(sources)
  const turns = distinct([...sources.calendars.map(({ since }) => since), ...marked(sources, marksBy), ...bounds.flatMap((it) => dated || it.known !== it.true ? it.known : [])])
  const columns: ReplayColumn[] = []
  for (const [n, since] of turns.entries()) {
    const until = turns[n + 1], place = sources.calendars.findLastIndex((it) => it.since <= since), { calendar } = sources.calendars[place]!, marksOf = marksBy(since as Instant, calendar)
    const own = new Map(subjects.map((subject) => [subject, marksOf(subject)])), by = `${place} ${JSON.stringify([...own])}`
    const marks = (subject: string) => own.get(subject) ?? marksOf(subject)
    const told = ordered.map((fact) => boundOf.get(fact)!).filter(({ known }) => until === undefined || known < until), walked = walking(told, walks)
    const ats = distinct(told.map((it) => it.true)), cells: [Instant, number][] = []
    for (const [i, at] of ats.entries()) {
      const next = ats[i + 1], free = !dated && (since > at ? since : at) < (next === undefined || (until !== undefined && until < next) ? until ?? '~' : next)
      const judgement = placed(walked(at), { at, begins: ats[0]!, ends: free ? undefined : next }, calendar, marks, by)
      if (cells.at(-1)?.[1] !== judgement) cells.push([at, judgement])
      yield
    }
    columns.push({ since, calendar: place, cells })
  }
  return { columns, ...made }
}
/** When the light turns amber in a cell, if it does there; where it already has, since ever, for when it did is another cell's to say. */
function turnIn(timeline: Timeline, calendar: Calendar, soonAt: Instant | undefined, at: Instant, isSeen: (instant: Instant) => boolean, begins: Instant): Instant | undefined {
  if (soonAt === undefined || !isSeen(soonAt)) return undefined
  const before = soonAt < at
  return lightAt(dueWith(timeline, calendar, soonAt), before ? at : soonAt) === 'soon' ? before ? begins : soonAt : undefined
}
const endOfTime = '~' as Instant

/** 回放 of a case for one role: whoever has it can fold any moment, and reads nothing that no moment would have shown them. In steps, for a long history takes long. */
export function* caseReplay(id: string, sources: ReplaySources, eyes: Eyes): Generator<void, Replay> {
  const { role, now, epoch } = eyes, { facts, personName: names, item, hallName, calendars, notices, place } = sources, bounds = facts.map(thresholds(epoch))
  const dated = bounds.some((it) => it.true > it.known), people = role === 'applicant' ? [] : [...new Set(facts.flatMap((fact) => doneBy(fact) ?? []))]
  const positions = new Map(facts.map(({ meta }) => [meta.id, meta.position]))
  const columns = yield* columnsOf(id, sources, eyes, bounds, dated)
  return {
    id, role, now, ...(epoch && facts.some(({ meta }) => (meta.epoch ?? 0) < epoch.epoch) && { epoch }), facts: facts.map(toldTo(role, names)),
    cards: seesFindings(role) ? cardPieces(sources.cards, role, names, positions, rulesIn(sources.rulebook)) : [], ...columns, ...(dated && { dated }),
    calendar: { facts: [...notices], ...place, known: calendars.map(({ knownAsOf, among }) => ({ knownAsOf, among })) },
    names: Object.fromEntries(people.flatMap((person) => { const name = names(person); return name === undefined ? [] : [[person, name]] })),
    ...(item && { item: { shortName: item.shortName, caseType: item.caseType } }), ...(hallName !== undefined && { hallName }),
  }
}
