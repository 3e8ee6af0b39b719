import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { dayIn } from '../domain/kernel/zones.ts'
import { canonical } from '../domain/kernel/canonical.ts'
import { pageLimit, type Condition, type Place, type ReadStore } from '../projections/read-store.ts'
import type { HouseView, PersonView } from '../projections/views.ts'
import { caseFor } from './access/case-for.ts'
import { isLook, partsOf, seenIn, whole, type Part } from './access/collections.ts'
import { countAny, findAny, placeOf } from './access/finding.ts'
import { lacksPurpose, purposeRequired } from './access/gate.ts'
import { meets, sightOf, type Where } from './access/sight.ts'
import { caseReaders, hasRole, standingOf, type Standing } from './access/standing.ts'
import { countCases, listAsked, listCases } from './case-listing.ts'
import { momentsIn, replay, withMasks } from './case-reading.ts'
import { answerWith } from './commands.ts'
import { eyesOn, looked, pageLooked, rowsLooked } from './privacy/looks.ts'
import type { Due } from './due.ts'
import { searchInAddress, searchInBody } from './search-asked.ts'
import { searchCases } from './searching.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

type Strings = Record<string, string | undefined>

/** GET — cases with their lights, a case as it stood, and every collection of rows by its declared fields. */
export function queryRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due) {
  const listWords = ['light', 'department', 'item', 'q', 'order', 'after', 'limit']
  const sightFor = (request: FastifyRequest) => sightOf(rooms, standingOf(request))
  app.get<{ Querystring: Strings }>('/api/cases', { config: { access: caseReaders, looks: true } }, async (request) => {
    const asked = listAsked(only(request.query, ...listWords))
    await ready()
    return pageLooked(rooms, standingOf(request), 'list', listCases(rooms, index, asked, await sightFor(request)))
  })
  app.get<{ Querystring: Strings }>('/api/search', { config: { access: caseReaders, looks: true } }, async (request) =>
    pageLooked(rooms, standingOf(request), 'search', searchCases(rooms, searchInAddress(request.query), await sightFor(request))))
  app.post('/api/search', { config: { access: caseReaders, looks: true } }, async (request) =>
    pageLooked(rooms, standingOf(request), 'search', searchCases(rooms, searchInBody(request.body), await sightFor(request))))
  app.get('/api/cases/counts', { config: { access: caseReaders } }, async (request) => {
    await ready()
    return countCases(rooms, index, await sightFor(request))
  })
  app.get<{ Params: { id: string }; Querystring: Strings }>('/api/cases/:id', { config: { access: caseReaders, looks: true } }, async (request) => {
    const who = standingOf(request), said = momentsIn(only(request.query, 'at', 'known', 'as')), { id, as } = await caseFor(rooms, who, request.params.id, said.as)
    const view = await replay(rooms, id, { at: rooms.now(), ...said, as, eyes: await eyesOn(rooms, who, id, as) })
    await looked(rooms, who, 'case', [id])
    return view
  })
  app.get<{ Params: { name: string }; Querystring: Strings }>('/api/collections/:name', { config: { access: 'signed-in' } }, async (request, reply) => {
    const who = standingOf(request), { name } = request.params, asked = only(request.query, 'where', 'order', 'after', 'limit', 'count')
    const parts = rooms.rows.collections().includes(name) ? await partsOf(rooms, who, name) : whole
    return isLook(name) && lacksPurpose(who) ? answerWith(reply, purposeRequired) : rowsLooked(rooms, who, name, await queryCollection(rooms, name, asked, parts))
  })
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

/** One collection, by its declared fields, of what is somebody's to see; with `count`, how many there are. */
export async function queryCollection(rooms: Rooms, name: string, { where, order, after, limit, count }: Strings, parts: readonly Part[] = whole) {
  const { rows } = rooms
  const conditions = where === undefined ? {} : jsonOf('where', where) as Where, fields = [...Object.keys(conditions), ...(order === undefined ? [] : [order.replace(/^-/, '')])]
  if (limit !== undefined && !/^\d{1,4}$/.test(limit)) throw new Unanswerable(400, 'bad-parameter', 'limit 须为 1…1000 的整数',
    'limit is a whole number from 1 to 1000', { field: 'limit' })
  // What may not be seen may not be asked for either: the answer would tell it.
  const open = parts.filter(({ hides }) => !fields.some((field) => hides?.includes(field)))
  const hidden = open.length === 0 ? fields.find((field) => parts.some(({ hides }) => hides?.includes(field))) : undefined
  if (hidden !== undefined) throw new Unanswerable(400, 'undeclared-field', `“${name}”不能按“${hidden}”查询`, `${name} cannot be asked by ${hidden}`, { field: hidden })
  const question = createHash('sha256').update(canonical([name, conditions, order ?? ''])).digest('base64url').slice(0, 12)
  const query = { ...(order !== undefined && { order }), ...(after !== undefined && { after: placeIn(question, after) }) }, wheres = conditionsOf(conditions, open)
  const most = Number(limit ?? 50)
  // Says what is wrong in the asking, whatever there is to see.
  if (parts !== whole) await rows.find(name, { where: conditions, ...query, limit: most >= 1 && most <= pageLimit ? 1 : most })
  if (count !== undefined) return { collection: name, count: await countSeen(rows, name, wheres, open) }
  const page = await pageSeen(rows, name, { ...query, limit: most }, wheres, open)
  const masked = await Promise.all(page.rows.map((row) => withMasks(rooms, row)))
  return { collection: name, rows: masked, ...(page.end && { next: cursorOf(question, page.end) }), position: await rows.checkpoint(name) }
}
type InOrder = { order?: string; after?: Place; limit: number }
type Seen = { rows: Readonly<Record<string, unknown>>[]; end?: Place }
/** A page of what is to be seen. It goes on only where more of that is left, behind a row that was shown: how many others stand between, and by which keys,
    nobody learns. */
async function pageSeen(rows: ReadStore, name: string, query: InOrder, wheres: readonly Where[], parts: readonly Part[]): Promise<Seen> {
  const found: Seen['rows'] = [], { order, limit } = query, looksOver = parts.some(({ holds }) => holds !== undefined)
  let last: Place | undefined, batch = looksOver ? Math.min(limit + 1, pageLimit) : limit
  for (let { after } = query; ; batch = pageLimit) {
    const page = await findAny(rows, name, { ...(order !== undefined && { order }), limit: batch, ...(after && { after }) }, wheres)
    for (const one of page.rows) {
      const row = await seenIn(parts, one.row, one.key)
      if (!row) continue
      if (found.length === limit) return { rows: found, end: last! }
      found.push(row)
      last = placeOf(order, one)
    }
    if (!page.end || !looksOver) return { rows: found, ...(page.end && { end: page.end }) }
    after = page.end
  }
}
/** What is asked, in each of the parts; what can be in none of them is asked of nobody. */
const conditionsOf = (asked: Where, parts: readonly Part[]): Where[] => parts.flatMap(({ where }): Where[] => {
  const both: Record<string, Condition> = { ...asked }
  for (const [field, condition] of Object.entries(where)) {
    if (asked[field] === undefined) { both[field] = condition; continue }
    const values = typeof condition === 'object' && condition !== null && 'in' in condition ? condition.in.filter((value) => meets(asked[field]!, String(value))) : []
    if (values.length === 0) return []
    both[field] = { in: values }
  }
  return [both]
})
async function countSeen(rows: ReadStore, name: string, wheres: readonly Where[], parts: readonly Part[]): Promise<number> {
  if (parts.every(({ holds }) => holds === undefined)) return wheres.length === 0 ? 0 : countAny(rows, name, wheres)
  let n = 0
  for (let after: Place | undefined; ;) {
    const page = await findAny(rows, name, { limit: pageLimit, ...(after && { after }) }, wheres)
    for (const { row, key } of page.rows) if (await seenIn(parts, row, key)) n++
    if (!page.end) return n
    after = page.end
  }
}
const cursorOf = (question: string, { value, key }: Place) => Buffer.from(JSON.stringify([question, value, key])).toString('base64url')
function placeIn(question: string, cursor: string): Place {
  try {
    const [of, value, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, Place['value'], unknown]
    if (of === question && (value === null || ['string', 'number'].includes(typeof value)) && typeof key === 'string') return { value, key }
  } catch { /* told below */ }
  throw new Unanswerable(400, 'bad-cursor', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query', { field: 'after' })
}
function jsonOf(field: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch { /* worded below */ }
  throw new Unanswerable(400, 'bad-parameter', `${field} 须为 JSON 对象，例如 {"open":true}`, `${field} is a JSON object such as {"open":true}`, { field })
}

const personView = (who: Standing): PersonView => {
  const { person, name, department, post, hall, grants, purpose } = who
  return { person, name, department, post, roles: [...new Set(grants.map(({ role }) => role))],
    ...(hall !== undefined && { hall }), ...(purpose && { purpose }), ...(lacksPurpose(who) && { purposeWanted: true }), ...(hasRole(who, caseReaders) && { seesCases: true }) }
}
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
