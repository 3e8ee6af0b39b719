import type { FastifyInstance } from 'fastify'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dayIn, instantIn } from '../domain/kernel/zones.ts'
import { boardOf, type BoardCard, type BoardCase, type BoardDay, type BoardView } from '../projections/board.ts'
import type { RegisteredCard } from '../projections/card-register.ts'
import { isAmong, type DueIndex } from '../projections/due-index.ts'
import { sightOf, type Sight } from './access/sight.ts'
import { standingOf } from './access/standing.ts'
import { casesInMemory } from './board-memory.ts'
import { boardReaders } from './signals.ts'
import { registerInMemory } from './cards-register-memory.ts'
import type { Due } from './due.ts'
import { houseCalendar } from './judging.ts'
import { directory } from './naming.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

/** 回看 — so many working days, today among them where it is one. */
const lookedBack = 22
type BoardAsked = { since?: number }

export function lastDays(calendar: Calendar, now: Instant): BoardDay[] {
  const today = calendar.dayOf(now), found: Day[] = [], clock = new Date(Date.parse(now) - Date.parse(instantIn(calendar.zone, today))).toISOString().slice(11, 16)
  for (let day = today; found.length < lookedBack; day = dayBefore(day)) if (calendar.isWorkingDay(day)) found.unshift(day)
  return found.map((day) => ({ day, from: instantIn(calendar.zone, day), at: day === today ? now : calendar.closeOf(day), until: instantIn(calendar.zone, day, clock) }))
}
const dayBefore = (day: Day): Day => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10) as Day

type Placed = { department: string; hall?: string; itemCode?: string }
/** Of a sight that is the whole there is nothing to look at. */
function seenBy(sight: Sight): ((one: Placed) => boolean) | undefined {
  if (sight.some(({ within }) => Object.keys(within).length === 0)) return undefined
  const parts = sight.map(({ within }) => within)
  return ({ department, hall = '', itemCode = '' }) => parts.some((within) => isAmong({ department, hall, itemCode })(within))
}
function* among<T extends Placed>(all: Iterable<T>, sees: ((one: Placed) => boolean) | undefined): Iterable<T> {
  for (const one of all) if (!sees || sees(one)) yield one
}
/** What only inspectors may know hangs on no wall: it has a place of its own. */
function* open(cards: Iterable<RegisteredCard>): Iterable<RegisteredCard & BoardCard> { for (const card of cards) if (!card.confidential) yield card }

/** 监察板 of what is somebody's to see, as of now. */
export async function board(rooms: Rooms, index: DueIndex, sight: Sight, { since }: BoardAsked = {}): Promise<BoardView> {
  const memory = casesInMemory(rooms, index), register = registerInMemory(rooms), names = await directory(rooms)
  const calendar = await houseCalendar(rooms, rooms.now())
  const [position] = await Promise.all([memory.settled(), register.settled()])
  const sees = seenBy(sight)
  // In here nothing is waited for: all of it is of one moment.
  const { counted, now, on, days } = await memory.counted((lightOf, now) => {
    const on = dayIn(rooms.founding.zone, now), days = lastDays(calendar, now)
    const dayBegan = instantIn(rooms.founding.zone, on), monthBegan = instantIn(rooms.founding.zone, `${on.slice(0, 7)}-01` as Day)
    return { now, on, days, counted: boardOf(among<BoardCase>(memory.of(), sees), among(open(register.cards.values()), sees), lightOf, { now, dayBegan, monthBegan, days }) }
  })
  const clerks = new Map<string, number>()
  for (const { hall, roles } of names.people) if (hall !== undefined && roles.includes('window-clerk')) clerks.set(hall, (clerks.get(hall) ?? 0) + 1)
  const told = since === undefined || (memory.moves.length > 0 && since < memory.moves[0]!.position - 1 && memory.moves.length >= 2_000) ? undefined
    : memory.moves.filter((move) => move.position > since && (!sees || sees(move))).map(({ from, to, light }) => ({ from, to, light }))
  const busy = new Map(counted.halls.map((hall) => [hall.hall, hall])), empty = { open: 0, late: 0, soon: 0, ok: 0, hold: 0, received: 0 }
  const halls = [...new Set([...names.halls.map(({ hall }) => hall), ...busy.keys()])]
    .map((hall) => ({ ...empty, ...busy.get(hall), hall, name: names.hallName.get(hall) ?? hall, clerks: clerks.get(hall) ?? 0 }))
  return { ...counted, halls, position, now, on, days: days.map(({ day }) => day), ...(told && { moves: told }) }
}

function asked(query: Record<string, string | undefined>): BoardAsked {
  const { since } = only(query, 'since')
  if (since === undefined) return {}
  if (!/^\d{1,15}$/.test(since)) throw new Unanswerable(400, 'bad-parameter', 'since 须为账本位置（整数）', 'since is a position in the book, a whole number', { field: 'since' })
  return { since: Number(since) }
}
/** GET /api/board — 全县一览: figures alone, of nobody. */
export const boardRoute = (app: FastifyInstance, rooms: Rooms, { index, ready }: Due) =>
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/board', { config: { access: boardReaders } }, async (request) => {
    const said = asked(request.query)
    await ready()
    return board(rooms, index, await sightOf(rooms, standingOf(request)), said)
  })
