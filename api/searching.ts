import type { Instant } from '../domain/kernel/values.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueEntry, DueIndex, OpenLight } from '../projections/due-index.ts'
import type { Condition, Place, Query } from '../projections/read-store.ts'
import type { CaseList } from '../projections/views.ts'
import { listed } from './case-listing.ts'
import { directory, hallsMeant, itemsMeant, peopleMeant } from './naming.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { cursorOf, type Ended, type SearchAsked } from './search-asked.ts'

/** `looked`: so many were looked at without filling the page; `next` goes on. `count`: exact, where it was asked for. */
export type SearchPage = CaseList & { looked?: number; count?: number }
type Where = Record<string, Condition>
/** What is looked for, in codes; `keys`: among these cases alone. */
type Sought = { where: Where; keys?: readonly string[]; light?: OpenLight }
/** What the roads to an answer have in hand. */
type Search = { rooms: Rooms; index: DueIndex; now: Instant; asked: SearchAsked; sought: Sought }
type Part = { rows: CaseRow[]; end?: Ended; looked?: number; count?: number }

/** Up to here a set is looked at by its keys, and so many of its rows are read, rather than going through an order. */
const fewCases = 4_000, readAtOnce = 400
/** Rows that are read one by one for one page, at the most. */
const readLimit = 20_000
const all = 1_000_000_000
const together = 5_000
const itemsLimit = 1_000

const subjectOf = (key: string) => `cases.${key}`
const keyOf = (subject: string) => subject.slice('cases.'.length)
const oneOrIn = (values: readonly string[]): Condition => values.length === 1 ? values[0]! : { in: values }

/** 受理编号 exactly: as a source numbers it, as `source:number`, or as we do. */
async function numbered({ rows }: Rooms, said: string): Promise<readonly string[]> {
  const keys = await rows.keys('cases', { caseNo: said }, all)
  return keys.includes(said) || !await rows.get('cases', said) ? keys : [...keys, said]
}
/** 申请人 by our number, by the name of an organisation, or by a person's own name or number. One of the first two alone may have very many cases. */
async function applied({ rows, blind }: Rooms, said: string): Promise<{ where?: Where; keys?: readonly string[] }> {
  const named = await blind.casesOf(said), fields = ['applicantId', 'organisation'] as const
  const some = await Promise.all(fields.map((field) => rows.keys('cases', { [field]: said }, fewCases)))
  const holding = fields.filter((_, i) => some[i]!.length > 0)
  if (named.length === 0 && holding.length === 1) return { where: { [holding[0]!]: said } }
  const sets = some.every(({ length }) => length <= fewCases) ? some : await Promise.all(fields.map((field) => rows.keys('cases', { [field]: said }, all)))
  return { keys: [...new Set([...named, ...sets.flat()])] }
}

async function soughtBy(rooms: Rooms, asked: SearchAsked): Promise<Sought> {
  const { hall, caseNo, caseType, stage, light, department, applicant, acceptedBy, item, acceptedFrom: from, acceptedTo: to, order } = asked
  const names = await directory(rooms)
  const items = item === undefined ? [] : itemsMeant(names, item)
  if (items.length > itemsLimit) throw new Unanswerable(400, 'too-broad', `有 ${items.length} 个事项的名称含「${item}」，请说得更准`,
    `${items.length} items have "${item}" in their names; say more of it`, { field: 'item', rule: `at-most-${itemsLimit}-items` })
  const person = applicant === undefined ? {} : await applied(rooms, applicant)
  const number = caseNo === undefined ? undefined : await numbered(rooms, caseNo)
  const keys = number && person.keys ? number.filter((key) => person.keys!.includes(key)) : number ?? person.keys
  return {
    where: {
      ...person.where, ...(hall !== undefined && { hall: oneOrIn(hallsMeant(names, hall)) }), ...(caseType !== undefined && { caseType }), ...(stage !== undefined && { stage }),
      ...(department !== undefined && { department }), ...(acceptedBy !== undefined && { acceptedBy: oneOrIn(peopleMeant(names, acceptedBy)) }),
      ...(item !== undefined && { itemCode: oneOrIn(items) }),
      ...((from ?? to) !== undefined && { acceptedOn: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }),
      ...(light !== undefined ? { open: light !== 'done' } : order === 'due' && { open: true }),
    },
    ...(keys && { keys }), ...(light !== undefined && light !== 'done' && { light }),
  }
}

/** A condition looked at in the row itself. */
function holds(row: CaseRow, where: Where): boolean {
  return Object.entries(where).every(([field, condition]) => {
    const value = row[field as keyof CaseRow] as string | boolean | undefined
    if (typeof condition !== 'object' || condition === null) return value === condition
    if (typeof value !== 'string') return false
    return 'in' in condition ? condition.in.includes(value)
      : (condition.from === undefined || value >= String(condition.from)) && (condition.to === undefined || value <= String(condition.to))
  })
}
const bytewise = (a: string, b: string) => a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
const rowOf = (rooms: Rooms, key: string) => rooms.rows.get('cases', key) as Promise<CaseRow | undefined>

/** Those of these cases that have the light, as of now. What has no entry has no clock, and so is all right. */
function lit({ index, now }: Search, keys: readonly string[], light: OpenLight): ReadonlySet<string> {
  const subjects = keys.map(subjectOf)
  if (light !== 'ok') return new Set(index.among(subjects, light, now).map(keyOf))
  const others = new Set((['late', 'soon', 'hold'] as const).flatMap((other) => index.among(subjects, other, now)).map(keyOf))
  return new Set(keys.filter((key) => !others.has(key)))
}
async function* inTurns<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < all.length; from += together) {
    yield all.slice(from, from + together)
    if (from + together < all.length) await new Promise(setImmediate)
  }
}

/** A set of cases by their keys: each is looked at, and sorted here. */
async function byKeys(search: Search, keys: readonly string[]): Promise<Part> {
  const { rooms, index, asked: { order, after, limit }, sought: { where, light } } = search
  const found: { row: CaseRow; place: Ended }[] = []
  for await (const some of inTurns(keys)) {
    const these = light ? [...lit(search, some, light)] : some
    for (const row of await Promise.all(these.map((key) => rowOf(rooms, key)))) if (row && holds(row, where))
      found.push({ row, place: { by: 'keys', key: row.id, value: (order === 'due' ? index.get(subjectOf(row.id))?.dueAt : row.acceptedOn) ?? null } })
  }
  const back = order === 'newest' ? -1 : 1
  const compare = ({ place: a }: { place: Place }, { place: b }: { place: Place }) =>
    (a.value === null) !== (b.value === null) ? a.value === null ? 1 : -1 : back * (bytewise(String(a.value), String(b.value)) || bytewise(a.key, b.key))
  const left = found.sort(compare).filter((one) => !after || compare(one, { place: after }) > 0)
  const page = left.slice(0, limit)
  return { rows: page.map(({ row }) => row), ...(left.length > limit && { end: page.at(-1)!.place }), count: found.length }
}

const places = { newest: '-acceptedOn', oldest: 'acceptedOn' } as const
const asPlace = (after: Ended | undefined): { after?: Place } => after ? { after: { value: after.value, key: after.key } } : {}

/** Through the rows in the order of acceptance, each batch asked for its light where one is sought. */
async function byRows(search: Search, order: 'newest' | 'oldest'): Promise<Part> {
  const { rooms: { rows }, asked: { after, limit }, sought: { where, light } } = search
  const found: CaseRow[] = [], query: Query = { where, order: places[order] }
  const endAt = (row: CaseRow): Ended => ({ by: 'rows', value: row.acceptedOn ?? null, key: row.id })
  let looked = 0, from = asPlace(after).after
  for (let size = light ? limit * 2 : limit; ; size = Math.min(size * 4, 1_000)) {
    const page = await rows.find('cases', { ...query, limit: size, ...(from && { after: from }) })
    const these = page.rows.map(({ row }) => row as CaseRow)
    const has = light ? lit(search, these.map(({ id }) => id), light) : undefined
    found.push(...has ? these.filter(({ id }) => has.has(id)) : these)
    looked += page.looked ?? these.length
    from = page.end
    if (found.length > limit || (!light && from && found.length === limit)) return { rows: found.slice(0, limit), end: endAt(found[limit - 1]!) }
    if (!from) return { rows: found }
    if (page.looked !== undefined || looked >= readLimit) return { rows: found, end: { by: 'rows', ...from }, looked }
  }
}

/** Through what is open in the order in which it falls due. */
async function byDue({ rooms, index, now, asked: { after, limit }, sought: { where, light } }: Search): Promise<Part> {
  const single = (field: 'department' | 'itemCode') => typeof where[field] === 'string' ? { [field]: where[field] } : {}
  const found: CaseRow[] = [], ends: DueEntry[] = []
  let looked = 0, from: Parameters<DueIndex['list']>[0]['after'] = after && { subject: subjectOf(after.key), ...(after.value !== null && { dueAt: after.value as Instant }) }
  const endAt = ({ subject, dueAt }: DueEntry): Ended => ({ by: 'due', value: dueAt ?? null, key: keyOf(subject) })
  for (let size = limit * 2; ; size = Math.min(size * 4, 1_000)) {
    const { entries, next } = index.list({ ...(light && { light }), ...single('department'), ...single('itemCode'), limit: size, ...(from !== undefined && { after: from }) }, now)
    const rows = await Promise.all(entries.map(({ subject }) => rowOf(rooms, keyOf(subject))))
    for (const [i, row] of rows.entries()) if (row && holds(row, where)) { found.push(row); ends.push(entries[i]!) }
    looked += entries.length
    if (found.length > limit) return { rows: found.slice(0, limit), end: endAt(ends[limit - 1]!) }
    if (next === undefined) return { rows: found }
    from = next
    if (looked >= readLimit) return { rows: found, end: endAt(entries.at(-1)!), looked }
  }
}

/** Which road: a small set by its keys; what falls due by the due index; everything else by the rows. */
async function road(search: Search): Promise<Part> {
  const { rooms: { rows }, index, now, asked: { order, after }, sought: { where, keys, light } } = search
  if (keys) return byKeys(search, keys)
  const inOrder = order === 'due' ? () => byDue(search) : () => byRows(search, order)
  if (after && after.by !== 'keys') return inOrder()
  if (after) return byKeys(search, await rows.keys('cases', where, all))
  if (!light && order !== 'due') return inOrder()
  // Found in the index, and asked for their light, before any row is read: where few are left, those are all that is read.
  const few = await rows.keys('cases', where, fewCases)
  if (few.length <= fewCases) {
    const left = light ? [...lit(search, few, light)] : few
    return left.length <= readAtOnce || left.length < few.length / 20 ? byKeys(search, left) : inOrder()
  }
  const { department, itemCode } = where
  const lights = light && light !== 'ok'
    && index.list({ light, ...(typeof department === 'string' && { department }), ...(typeof itemCode === 'string' && { itemCode }), limit: readAtOnce }, now)
  if (lights && lights.next === undefined) return byKeys(search, lights.entries.map(({ subject }) => keyOf(subject)))
  return inOrder()
}

async function counted(search: Search): Promise<number> {
  const { rooms: { rows }, sought: { where, light } } = search
  if (!light) return rows.count('cases', where)
  let n = 0
  for await (const some of inTurns(await rows.keys('cases', where, all))) n += lit(search, some, light).size
  return n
}

/** 综合查询 — by every field alone and in any combination, exact as of the instant of asking. */
export async function searchCases(rooms: Rooms, asked: SearchAsked): Promise<SearchPage> {
  const index = await rooms.due()
  const now = rooms.now(), position = await rooms.rows.checkpoint('cases')
  const search: Search = { rooms, index, now, asked, sought: await soughtBy(rooms, asked) }
  const { rows, end, looked, count } = await road(search)
  return {
    rows: await listed(rooms, rows, index, now), ...(end && { next: cursorOf(asked.question, end) }), ...(looked !== undefined && { looked }),
    ...(asked.count && { count: count ?? await counted(search) }), position, now,
  }
}
