import type { FastifyInstance } from 'fastify'
import { overdueWorkingDays, remainingWorkingDays } from '../domain/calendar/deadline.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { lightAt } from '../domain/supervision/light.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { maySee } from '../projections/case-cards.ts'
import { seesFindings } from '../projections/case-facts.ts'
import type { CardRow } from '../projections/cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueEntry, DueIndex } from '../projections/due-index.ts'
import type { CaseListRow } from '../projections/views.ts'
import { rulesKnown } from './access/collections.ts'
import { sightOf } from './access/sight.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { listed } from './case-listing.ts'
import { waitingFor, type Taken, type Waiting } from './desk-asks.ts'
import type { DeskOne } from './desk-memory.ts'
import { monthOf, type Month } from './desk-month.ts'
import { newsFor, type News } from './desk-news.ts'
import type { Due } from './due.ts'
import { calendarFor } from './judging.ts'
import { directory } from './naming.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

const sitting: readonly Role[] = ['window-clerk', 'handler', 'section-head', 'leader']
/** 五组, in the order of the clock. */
const groups = ['late', 'today', 'week', 'hold', 'later'] as const
type Group = typeof groups[number]
/** 桌上一行 — what it waits for, in which role that is mine, and what has been said of it. */
export type DeskCase = CaseListRow & { group: Group; turn: Waiting['turn']; as: Role; subCase?: number; urged?: number; sentBack?: number; appealed?: true; taken?: string
  /** 已停: so many working days, of so many planned. */
  held?: { days: number; planned?: number } }
export type DeskView = {
  now: Instant; position: number; whose: 'mine' | 'all'
  counts: { mine: number; all: number } & Record<Group, number>
  /** No more than were asked for, the most pressing first: `counts` are of all there are. */
  rows: DeskCase[]
  /** What is to be done today, which is what the rail counts. */
  waiting: number
  /** Of tomorrow's, where nothing waits today. */
  tomorrow: number
  news: News; month: Month
}

const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / 864e5)
/** Monday begins the week. */
const weekOf = (day: string) => Math.floor((dayNumber(day) + 3) / 7)
/** The days of instants: many are the same, and only the first of them is counted out. */
function daysIn(zone: string) {
  const known = new Map<Instant, Day>()
  return (at: Instant): Day => { const day = known.get(at) ?? dayIn(zone, at); known.set(at, day); return day }
}
function groupOf(due: Pick<DueEntry, 'held' | 'dueAt'> | undefined, now: Instant, dayOf: (at: Instant) => Day): Group {
  if (due?.held) return 'hold'
  if (!due?.dueAt) return 'later'
  if (due.dueAt < now) return 'late'
  const today = dayOf(now), day = dayOf(due.dueAt)
  return day === today ? 'today' : weekOf(day) === weekOf(today) ? 'week' : 'later'
}
/** What is in a handler's hands. */
const atHandler: readonly string[] = ['handling', 'special', 'supplement', 'superior', 'conclusion']
const subjectOf = (id: string, subCase: number | undefined) => `cases.${id}${subCase === undefined ? '' : `#${subCase}`}`
type Placed = Waiting & { group: Group }

/** A co-handler's opinion has a clock of its own. */
async function onOwnClock(rooms: Rooms, index: DueIndex, line: CaseListRow, row: CaseRow, waiting: Waiting, now: Instant): Promise<CaseListRow> {
  const { dueOn: _1, dueAt: _2, provisional: _3, remainingWorkingDays: _4, overdueWorkingDays: _5, ...rest } = line, due = index.get(subjectOf(waiting.one.id, waiting.subCase))
  if (!due) return { ...rest, light: 'ok' }
  const calendar = await calendarFor(rooms, row, now), { dueOn, dueAt, provisional } = due
  const over = dueOn ? overdueWorkingDays(dueOn, now, calendar) : 0
  return { ...rest, light: lightAt({ ...due, ended: false }, now), ...(dueOn && { dueOn, remainingWorkingDays: remainingWorkingDays(dueOn, now, calendar) }), 
    ...(dueAt && { dueAt }), ...(provisional && { provisional }), ...(over > 0 && { overdueWorkingDays: over }) }
}
/** 停了多久, by the pause of the case's own clock that is open. */
async function heldFor(rooms: Rooms, row: CaseRow, now: Instant): Promise<Pick<DeskCase, 'held'>> {
  const timeline = await rooms.rows.get('case-timelines', `cases.${row.id}`) as Timeline | undefined
  const pause = timeline?.clocks.find(({ name }) => name === 'promised')?.pauses.findLast(({ to }) => to === undefined)
  if (!pause) return {}
  const calendar = await calendarFor(rooms, row, now), { plannedWorkingDays: planned } = pause
  return { held: { days: calendar.workingDaysBetween(pause.from, calendar.dayOf(now)), ...(planned !== undefined && { planned }) } }
}
async function linesOf(rooms: Rooms, index: DueIndex, who: Standing, shown: readonly Placed[], now: Instant): Promise<DeskCase[]> {
  const found = await Promise.all(shown.map(({ one: { id } }) => rooms.rows.get('cases', id) as Promise<CaseRow | undefined>))
  const rows = new Map(found.flatMap((row) => row ? [[row.id, row] as const] : []))
  const lines = new Map((await listed(rooms, [...rows.values()], index, now, await sightOf(rooms, who))).map((line) => [line.id, line]))
  const appeals = await appealsOn(rooms, shown.filter(({ as }) => seesFindings(as)).map(({ one }) => one.id)), { personName } = await directory(rooms)
  return (await Promise.all(shown.map(async (placed) => {
    const { one: { id, said, alike: { taker, turn } }, group, as, subCase } = placed, line = lines.get(id), { urged, sentBack } = said ?? {}
    if (!line) return []
    const due = subCase === undefined ? line : await onOwnClock(rooms, index, line, rows.get(id)!, placed, now)
    return [{ ...due, ...(group === 'hold' && await heldFor(rooms, rows.get(id)!, now)), group, turn: placed.turn, as,
      ...(subCase !== undefined && { subCase }), ...(urged && { urged }), ...(sentBack && turn === 'handling' && { sentBack }),
      ...(appeals.has(line.id) && { appealed: true as const }), ...(taker !== undefined && taker !== who.person && atHandler.includes(turn) && { taken: personName.get(taker) ?? taker }) }]
  }))).flat()
}
/** 申诉中 — cases with a card whose appeal is undecided. */
async function appealsOn(rooms: Rooms, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = ids.length === 0 ? [] : (await rooms.rows.find('cards', { where: { subject: { in: ids.map((id) => `cases.${id}`) }, standing: true }, limit: 1_000 })).rows
  const open = found.map(({ row }) => row as CardRow).filter(maySee('handler', rulesKnown(rooms)))
  return new Set(open.flatMap(({ appeal, subject }) => appeal && !appeal.decided ? [subject.slice('cases.'.length)] : []))
}

type Place = { group: Group; dueAt: string; rank: number }
const never = '9', order = Object.fromEntries(groups.map((group, i) => [group, i])) as Record<Group, number>
/** Where each lies on the desk. Many share a standing, which is looked at once. */
function placing(rooms: Rooms, index: DueIndex, now: Instant) {
  const dayOf = daysIn(rooms.founding.zone), known: Record<string, Map<Pick<DueEntry, 'held' | 'dueAt'> | undefined, Place>> = {}
  const place = (due: Pick<DueEntry, 'held' | 'dueAt'> | undefined, turn: string): Place => {
    const lies = groupOf(due, now, dayOf), group = turn === 'supplement' ? 'hold' : turn === 'delivery' && lies !== 'hold' ? 'later' : lies
    return { group, dueAt: due?.dueAt ?? never, rank: order[group] }
  }
  /** Of cases that wait for the same. */
  const placed = ({ turn, subCase }: Pick<Waiting, 'turn' | 'subCase'>) => {
    const same = known[turn] ??= new Map<Pick<DueEntry, 'held' | 'dueAt'> | undefined, Place>()
    return ({ id, lamp }: DeskOne): Place => {
      const due = subCase === undefined ? lamp.standing : index.get(subjectOf(id, subCase))
      let found = same.get(due)
      if (!found) same.set(due, found = place(due, turn))
      return found
    }
  }
  return { dayOf, placed }
}
/** 最急的在前, and no more of them than are shown: the others are counted, not put in order. */
function mostPressing(most: number) {
  type Lying = { place: Place; one: DeskOne }
  const before = (a: Lying, b: Lying) => a.place.rank - b.place.rank || (a.place.dueAt < b.place.dueAt ? -1 : a.place.dueAt > b.place.dueAt ? 1 : a.one.id < b.one.id ? -1 : 1)
  const first: (Lying & { as: Role; taken: Taken })[] = []
  let worst: Lying | undefined
  const cut = () => { if (first.length > most) worst = first.sort(before).splice(most) && first.at(-1) }
  return {
    take(place: Place, one: DeskOne, as: Role, taken: Taken) {
      // Of most that it cannot be among them is seen at once.
      if (worst && (place.rank > worst.place.rank || before({ place, one }, worst) > 0)) return
      if (first.push({ place, one, as, taken }) > 4 * most) cut()
    },
    rows(): Placed[] { cut(); return first.sort(before).map(({ place: { group }, one, as, taken }) => ({ one, as, ...taken, group })) },
  }
}
const isPressing = (group: Group) => group === 'late' || group === 'today'

/** 工作台 of somebody, as of now. */
async function deskOf(rooms: Rooms, index: DueIndex, who: Standing, { whose, limit }: { whose: 'mine' | 'all'; limit: number }): Promise<DeskView> {
  const calendar = await calendarFor(rooms, { hall: '', zone: rooms.founding.zone }, rooms.now()), desk = await waitingFor(rooms, index, who), now = rooms.now()
  const { dayOf, placed } = placing(rooms, index, now), first = mostPressing(limit), next = calendar.addWorkingDays(calendar.dayOf(now), 1)
  const counts = { mine: 0, all: 0, late: 0, today: 0, week: 0, hold: 0, later: 0 }
  let waiting = 0, tomorrow = 0
  desk.each(({ ones }, as, taken) => {
    const { mine } = taken, placeOf = placed(taken)
    counts.all += ones.size
    if (mine) counts.mine += ones.size
    else if (whose === 'mine') return
    for (const one of ones) {
      const place = placeOf(one), { group, dueAt } = place
      counts[group]++
      if (mine && isPressing(group)) waiting++
      if (mine && group !== 'hold' && dueAt !== never && dayOf(dueAt as Instant) === next) tomorrow++
      first.take(place, one, as, taken)
    }
  })
  const mine = (id: string) => { const one = desk.of(id); return one?.mine ? one : undefined }
  const [lines, news, month] = await Promise.all([linesOf(rooms, index, who, first.rows(), now), newsFor(rooms, who, { urged: desk.urged(), mine }, now), monthOf(rooms, who, now)])
  return { now, position: desk.position, whose, counts, rows: lines, waiting, tomorrow, news, month }
}
/** 今天该办的, which is what the rail counts. */
async function pressing(rooms: Rooms, index: DueIndex, who: Standing): Promise<number> {
  const desk = await waitingFor(rooms, index, who), { placed } = placing(rooms, index, rooms.now())
  let waiting = 0
  desk.each(({ ones }, _, taken) => {
    if (!taken.mine) return
    const placeOf = placed(taken)
    for (const one of ones) if (isPressing(placeOf(one).group)) waiting++
  })
  return waiting
}

const wrong = (field: string, choices: string) => new Unanswerable(400, 'bad-parameter', `${field} 只能是：${choices}`, `${field} is one of ${choices}`, { field })
/** GET /api/desk, and how many the rail counts. */
export function deskRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/desk', { config: { access: sitting, looks: true } }, async (request) => {
    const { whose = 'mine', limit = '100' } = only(request.query, 'whose', 'limit'), who = standingOf(request)
    if (whose !== 'mine' && whose !== 'all') throw wrong('whose', 'mine, all')
    if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 500) throw wrong('limit', '1…500')
    await ready()
    const view = await deskOf(rooms, index, who, { whose, limit: Number(limit) })
    await looked(rooms, who, 'list', [...view.rows, ...view.month.rows].map(({ id }) => id))
    return view
  })
  app.get('/api/desk/waiting', { config: { access: sitting } }, async (request) => {
    only(request.query as Record<string, string | undefined>)
    await ready()
    return { waiting: await pressing(rooms, index, standingOf(request)) }
  })
}
