import type { FastifyInstance, FastifyRequest } from 'fastify'
import { dayIn } from '../domain/kernel/zones.ts'
import type { Condition, Query } from '../projections/read-store.ts'
import type { DueIndex } from '../projections/due-index.ts'
import type { HouseView, PersonView } from '../projections/views.ts'
import { caseFor } from './access/case-for.ts'
import { sightOf } from './access/sight.ts'
import { caseReaders, standingOf, type Standing } from './access/standing.ts'
import { countCases, listAsked, listCases } from './case-listing.ts'
import { momentsIn, replay, withMasks } from './case-reading.ts'
import { searchInAddress, searchInBody } from './search-asked.ts'
import { searchCases } from './searching.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

type Strings = Record<string, string | undefined>

/** GET — cases with their lights, a case as it stood, and every collection of rows by its declared fields. */
export function queryRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: { index: DueIndex; ready: Promise<void> }) {
  const listWords = ['light', 'department', 'item', 'q', 'order', 'after', 'limit']
  const sightFor = (request: FastifyRequest) => sightOf(rooms, standingOf(request))
  app.get<{ Querystring: Strings }>('/api/cases', { config: { access: caseReaders, looks: true } }, async (request) => {
    const asked = listAsked(only(request.query, ...listWords))
    await ready // right after a start the due index is still being derived
    return listCases(rooms, index, asked, await sightFor(request))
  })
  app.get<{ Querystring: Strings }>('/api/search', { config: { access: caseReaders, looks: true } }, async (request) => searchCases(rooms, searchInAddress(request.query), await sightFor(request)))
  app.post('/api/search', { config: { access: caseReaders, looks: true } }, async (request) => searchCases(rooms, searchInBody(request.body), await sightFor(request)))
  app.get('/api/cases/counts', { config: { access: caseReaders } }, async (request) => {
    await ready
    return countCases(rooms, index, await sightFor(request))
  })
  app.get<{ Params: { id: string }; Querystring: Strings }>('/api/cases/:id', { config: { access: caseReaders, looks: true } }, async (request) => {
    const said = momentsIn(only(request.query, 'at', 'known', 'as')), { id, as } = await caseFor(rooms, standingOf(request), request.params.id, said.as)
    return replay(rooms, id, { at: rooms.now(), ...said, as })
  })
  app.get<{ Params: { name: string }; Querystring: Strings }>('/api/collections/:name', { config: { access: 'signed-in', looks: true } }, ({ params, query }) =>
    queryCollection(rooms, params.name, only(query, 'where', 'order', 'after', 'limit', 'count')))
}

const once = (query: Strings): Strings => {
  for (const [name, value] of Object.entries(query)) if (typeof value !== 'string')
    throw new Unanswerable(400, 'bad-parameter', `参数 ${name} 只能说一次`, `Say ${name} once`, { field: name, rule: 'once' })
  return query
}
/** A word that a question does not know is a mistake of the asker's, not to be passed over. */
export function only(query: Strings, ...known: string[]): Strings {
  for (const name of Object.keys(query)) if (!known.includes(name)) throw new Unanswerable(400, 'unknown-parameter', `没有参数「${name}」；有：${known.join('、')}`,
    `There is no parameter ${name}; there are ${known.join(', ')}`, { field: name })
  return once(query)
}

/** One collection, by its declared fields; with `count`, how many there are. */
export async function queryCollection(rooms: Rooms, name: string, { where, order, after, limit, count }: Strings) {
  const { rows } = rooms
  const conditions = where === undefined ? undefined : jsonOf('where', where) as Record<string, Condition>
  if (limit !== undefined && !/^\d{1,4}$/.test(limit)) throw new Unanswerable(400, 'bad-parameter', 'limit 须为 1…1000 的整数',
    'limit is a whole number from 1 to 1000', { field: 'limit' })
  if (count !== undefined) return { collection: name, count: await rows.count(name, conditions) }
  const query: Query = { ...(conditions && { where: conditions }), ...(order !== undefined && { order }), ...(after !== undefined && { after }),
    limit: Number(limit ?? 50) }
  const page = await rows.find(name, query)
  const masked = await Promise.all(page.rows.map(({ row }) => withMasks(rooms, row)))
  return { collection: name, rows: masked, ...(page.next !== undefined && { next: page.next }), position: await rows.checkpoint(name) }
}
function jsonOf(field: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch { /* worded below */ }
  throw new Unanswerable(400, 'bad-parameter', `${field} 须为 JSON 对象，例如 {"open":true}`, `${field} is a JSON object such as {"open":true}`, { field })
}

const personView = ({ person, name, department, post, hall, grants, purpose }: Standing): PersonView => ({ person, name, department, post, roles: [...new Set(grants.map(({ role }) => role))],
  ...(hall !== undefined && { hall }), ...(purpose && { purpose }) })
/** 时钟 of the house; both readings where one has to be confirmed. */
export const clockOf = ({ keeping }: Rooms): Pick<HouseView, 'clockState' | 'clockReading'> =>
  keeping?.state() === 'stepped' ? { clockState: 'stepped', clockReading: keeping.reading() } : { clockState: 'trusted' }
/** 平台 — what the frame of every screen shows. */
export async function houseView(rooms: Rooms, who: Standing | undefined): Promise<HouseView> {
  const { founding: { name, purpose, region, zone }, clock } = rooms
  const now = rooms.now(), today = dayIn(zone, now)
  const calendar = await rooms.calendars.of('', zone, today)
  const { position } = await rooms.book.head(), folded = await rooms.rows.checkpoint('cases')
  const dayName = calendar.nameOf(today)
  return { name, purpose, region, zone, now, clock, today, workingDay: calendar.isWorkingDay(today), ...(dayName !== undefined && { dayName }),
    position: folded, behind: Math.max(0, position - folded), ...clockOf(rooms), ...(who && { person: personView(who) }) }
}
