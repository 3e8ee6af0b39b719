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
import { waitingFor, type Waiting } from './desk-asks.ts'
import type { DeskKept } from './desk-memory.ts'
import { monthOf, type Month } from './desk-month.ts'
import { newsFor, type News } from './desk-news.ts'
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
const subjectOf = ({ row, subCase }: { row: { id: string }; subCase?: number | undefined }) => `cases.${row.id}${subCase === undefined ? '' : `#${subCase}`}`
type Placed = Waiting & { group: Group; dueAt: string }

/** A co-handler's opinion has a clock of its own. */
async function onOwnClock(rooms: Rooms, index: DueIndex, line: CaseListRow, row: CaseRow, waiting: Waiting, now: Instant): Promise<CaseListRow> {
  const { dueOn: _1, dueAt: _2, provisional: _3, remainingWorkingDays: _4, overdueWorkingDays: _5, ...rest } = line, due = index.get(subjectOf(waiting))
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
  const rows = new Map((await Promise.all(shown.map(async ({ row }) => await rooms.rows.get('cases', row.id) as CaseRow | undefined))).flatMap((row) => row ? [[row.id, row] as const] : []))
  const lines = new Map((await listed(rooms, [...rows.values()], index, now, await sightOf(rooms, who))).map((line) => [line.id, line]))
  const appeals = await appealsOn(rooms, shown.filter(({ as }) => seesFindings(as)).map(({ row }) => row.id)), { personName } = await directory(rooms)
  return (await Promise.all(shown.map(async (one) => {
    const line = lines.get(one.row.id), { row: { urged, sentBack, taker, turn }, group, as, subCase } = one
    if (!line) return []
    const due = subCase === undefined ? line : await onOwnClock(rooms, index, line, rows.get(line.id)!, one, now)
    return [{ ...due, ...(group === 'hold' && await heldFor(rooms, rows.get(line.id)!, now)), group, turn: one.turn, as,
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

/** Where each lies on the desk. Many share a standing, which is looked at once. */
function placing(rooms: Rooms, index: DueIndex, now: Instant) {
  const dayOf = daysIn(rooms.founding.zone), known = new Map<unknown, Group>()
  const placed = (row: DeskKept, { turn, subCase }: Pick<Waiting, 'turn' | 'subCase'>): { group: Group; dueAt: string } => {
    const subject = subjectOf({ row, subCase }), due = subCase === undefined ? index.standing(subject) : index.get(subject)
    let group = known.get(due)
    if (group === undefined) known.set(due, group = groupOf(due, now, dayOf))
    return { group: turn === 'supplement' ? 'hold' : turn === 'delivery' && group !== 'hold' ? 'later' : group, dueAt: due?.dueAt ?? never }
  }
  return { dayOf, placed }
}
const never = '9', order = Object.fromEntries(groups.map((group, i) => [group, i])) as Record<Group, number>
/** 最急的在前, and no more of them than are shown: the others are counted, not put in order. */
function mostPressing(most: number) {
  type Place = Pick<Placed, 'group' | 'dueAt'> & { row: Pick<DeskKept, 'id'> }
  const before = (a: Place, b: Place) => order[a.group] - order[b.group] || (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : a.row.id < b.row.id ? -1 : 1)
  const first: Placed[] = []
  let worst: Placed | undefined
  const cut = () => { if (first.length > most) worst = first.sort(before).splice(most) && first.at(-1) }
  return {
    take(place: { group: Group; dueAt: string; row: DeskKept }, as: Role, taken: Omit<Waiting, 'row' | 'as'>) {
      if (worst && before(place, worst) > 0) return
      if (first.push({ ...place, as, ...taken }) > 4 * most) cut()
    },
    rows() { cut(); return first.sort(before) },
  }
}
const isPressing = (group: Group) => group === 'late' || group === 'today'

/** 工作台 of somebody, as of now. */
async function deskOf(rooms: Rooms, index: DueIndex, who: Standing, { whose, limit }: { whose: 'mine' | 'all'; limit: number }): Promise<DeskView> {
  const calendar = await calendarFor(rooms, { hall: '', zone: rooms.founding.zone }, rooms.now()), desk = await waitingFor(rooms, who), now = rooms.now()
  const { dayOf, placed } = placing(rooms, index, now), first = mostPressing(limit), urged: DeskKept[] = [], next = calendar.addWorkingDays(calendar.dayOf(now), 1)
  const counts = { mine: 0, all: 0, late: 0, today: 0, week: 0, hold: 0, later: 0 }
  let waiting = 0, tomorrow = 0
  desk.each((row, as, taken) => {
    const { group, dueAt } = placed(row, taken), { mine } = taken
    counts.all++
    if (mine) {
      counts.mine++
      if (isPressing(group)) waiting++
      if (group !== 'hold' && dueAt !== never && dayOf(dueAt as Instant) === next) tomorrow++
      if (row.urge) urged.push(row)
    } else if (whose === 'mine') return
    counts[group]++
    first.take({ group, dueAt, row }, as, taken)
  })
  const mine = (id: string) => { const one = desk.of(id); return one?.mine ? one : undefined }
  const [lines, news, month] = await Promise.all([linesOf(rooms, index, who, first.rows(), now), newsFor(rooms, who, { urged, mine }, now), monthOf(rooms, who, now)])
  return { now, position: desk.position, whose, counts, rows: lines, waiting, tomorrow, news, month }
}
/** 今天该办的, which is what the rail counts. */
async function pressing(rooms: Rooms, index: DueIndex, who: Standing): Promise<number> {
  const desk = await waitingFor(rooms, who), { placed } = placing(rooms, index, rooms.now())
  let waiting = 0
  desk.each((row, _, taken) => { if (taken.mine && isPressing(placed(row, taken).group)) waiting++ })
  return waiting
}

const wrong = (field: string, choices: string) => new Unanswerable(400, 'bad-parameter', `${field} 只能是：${choices}`, `${field} is one of ${choices}`, { field })
/** GET /api/desk, and how many the rail counts. */
export function deskRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: { index: DueIndex; ready: Promise<void> }) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/desk', { config: { access: sitting, looks: true } }, async (request) => {
    const { whose = 'mine', limit = '100' } = only(request.query, 'whose', 'limit'), who = standingOf(request)
    if (whose !== 'mine' && whose !== 'all') throw wrong('whose', 'mine, all')
    if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 500) throw wrong('limit', '1…500')
    await ready
    const view = await deskOf(rooms, index, who, { whose, limit: Number(limit) })
    await looked(rooms, who, 'list', [...view.rows, ...view.month.rows].map(({ id }) => id))
    return view
  })
  app.get('/api/desk/waiting', { config: { access: sitting } }, async (request) => {
    only(request.query as Record<string, string | undefined>)
    await ready
    return { waiting: await pressing(rooms, index, standingOf(request)) }
  })
}
