import type { Instant } from '../domain/kernel/values.ts'
import type { CaseRow } from '../projections/cases.ts'
import { openLight, placeFields, type DueIndex, type OpenLight, type Standing } from '../projections/due-index.ts'
import { keysLimit, unbounded, type Condition, type Place } from '../projections/read-store.ts'
import type { CaseList } from '../projections/views.ts'
import { listed } from './case-listing.ts'
import { countAny, findAny, keysInOrderOfAny, keysOfAny } from './access/finding.ts'
import { asked as within, askedOfIndex, everything, eyesFor, meets, type Sight, type Where } from './access/sight.ts'
import { directory, hallsMeant, itemsMeant, peopleMeant } from './naming.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { cursorOf, openWords, type Ended, type SearchAsked } from './search-asked.ts'
import { rememberedKeys } from './search-open.ts'

/** `looked`: so many were looked at without filling the page; `next` goes on. `count`: exact, where it was asked for. */
export type SearchPage = CaseList & { looked?: number; count?: number }
/** What is looked for, in codes; `keys`: among these cases alone. */
type Sought = { where: Where; keys?: readonly string[]; light?: OpenLight }
/** What the roads to an answer have in hand. */
type Search = { rooms: Rooms; index: DueIndex; now: Instant; asked: SearchAsked; sought: Sought; sight: Sight }
type Part = { rows: CaseRow[]; end?: Ended; looked?: number; count?: number }

/** Up to here cases of one applicant are a set of keys, and of one light are read and sorted here. */
const fewCases = 4_000, readAtOnce = 300
/** Keys that are looked at for one page, at the most, and how the batches grow. */
const lookAtMost = 200_000, steps = [400, 4_000, 20_000]
const itemsLimit = 1_000

const subjectOf = (key: string) => `cases.${key}`
const keyOf = (subject: string) => subject.slice('cases.'.length)
const oneOrIn = (values: readonly string[]): Condition => values.length === 1 ? values[0]! : { in: values }

/** 受理编号 exactly: as a source numbers it, as `source:number`, or as we do. */
async function numbered({ rows }: Rooms, said: string): Promise<readonly string[]> {
  const keys = await rows.keys('cases', { caseNo: said }, unbounded)
  return keys.includes(said) || !await rows.get('cases', said) ? keys : [...keys, said]
}
/** 申请人 by our number, by the name of an organisation, or by a person's own name or number. One of the first two alone may have very many cases. */
async function applied({ rows, blind }: Rooms, said: string): Promise<{ where?: Where; keys?: readonly string[] }> {
  const named = await blind.casesOf(said), fields = ['applicantId', 'organisation'] as const
  const some = await Promise.all(fields.map((field) => rows.keys('cases', { [field]: said }, fewCases)))
  const holding = fields.filter((_, i) => some[i]!.length > 0)
  if (named.length === 0 && holding.length === 1) return { where: { [holding[0]!]: said } }
  const sets = some.every(({ length }) => length <= fewCases) ? some : await Promise.all(fields.map((field) => rows.keys('cases', { [field]: said }, unbounded)))
  return { keys: [...new Set([...named, ...sets.flat()])] }
}

async function soughtBy(rooms: Rooms, asked: SearchAsked): Promise<Sought> {
  const { hall, caseNo, caseType, stage, light, department, applicant, applicantId, acceptedBy, item, acceptedFrom: from, acceptedTo: to, order } = asked
  const names = await directory(rooms)
  const items = item === undefined ? [] : itemsMeant(names, item)
  if (items.length > itemsLimit) throw new Unanswerable(400, 'too-broad', `有 ${items.length} 个事项的名称含「${item}」，请说得更准`,
    `${items.length} items have "${item}" in their names; say more of it`, { field: 'item', rule: `at-most-${itemsLimit}-items` })
  const person = applicant === undefined ? {} : await applied(rooms, applicant)
  const number = caseNo === undefined ? undefined : await numbered(rooms, caseNo)
  const sets = [number, person.keys, await rememberedKeys(rooms, await rooms.due(), asked)].filter((set) => set !== undefined)
  const keys = sets.length === 0 ? undefined : sets.slice(1).reduce((left, set) => { const has = new Set(set); return left.filter((key) => has.has(key)) }, sets[0]!)
  return {
    where: {
      ...person.where, ...(applicantId !== undefined && { applicantId }),
      ...(hall !== undefined && { hall: oneOrIn(hallsMeant(names, hall)) }), ...(caseType !== undefined && { caseType }), ...(stage !== undefined && { stage: oneOrIn(stage.split(',')) }),
      ...(department !== undefined && { department }), ...(acceptedBy !== undefined && { acceptedBy: oneOrIn(peopleMeant(names, acceptedBy)) }),
      ...(item !== undefined && { itemCode: oneOrIn(items) }),
      ...((from ?? to) !== undefined && { acceptedOn: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }),
      ...(light !== undefined ? { open: light !== 'done' } : (order === 'due' || openWords.some((word) => asked[word] !== undefined)) && { open: true }),
    },
    ...(keys && { keys }), ...(light !== undefined && light !== 'done' && { light }),
  }
}

/** A condition looked at in the row itself. */
function holds(row: CaseRow, where: Where): boolean {
  return Object.entries(where).every(([field, condition]) => {
    const value = row[field as keyof CaseRow] as string | boolean | undefined
    return typeof value === 'string' ? meets(condition, value) : value === condition
  })
}
const bytewise = (a: string, b: string) => a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
const rowOf = (rooms: Rooms, key: string) => rooms.rows.get('cases', key) as Promise<CaseRow | undefined>

const wayOf = (order: SearchAsked['order'], a: Place, b: Place) => (a.value === null) !== (b.value === null) ? a.value === null ? 1 : -1
  : (order === 'newest' ? -1 : 1) * (bytewise(String(a.value), String(b.value)) || bytewise(a.key, b.key))
const dueAtOf = (index: DueIndex, key: string) => index.standing(subjectOf(key))?.dueAt ?? null
/** Has it the light, as of now? What has no entry has no clock, and so is all right. Many share a standing, which is looked at once. */
function isLit({ index, now, sought: { light } }: Search): (key: string) => boolean {
  if (light === undefined) return () => true
  const seen = new Map<Standing | undefined, boolean>([[undefined, light === 'ok']])
  return (key) => {
    const standing = index.standing(subjectOf(key)), known = seen.get(standing)
    if (known !== undefined || !standing) return known!
    const is = openLight(standing, now) === light
    seen.set(standing, is)
    return is
  }
}
const rowsOf = async (rooms: Rooms, keys: readonly string[]) => (await Promise.all(keys.map((key) => rowOf(rooms, key)))).filter((row) => row !== undefined)

/** A few cases by their keys: each is read, looked at, and sorted here. */
async function byKeys(search: Search, keys: readonly string[]): Promise<Part> {
  const { rooms, index, asked: { order, after, limit }, sought: { where }, sight } = search
  const found = (await rowsOf(rooms, keys.filter(isLit(search)))).filter((row) => holds(row, where) && eyesFor(sight, row) !== undefined)
    .map((row) => ({ row, place: { by: 'keys', key: row.id, value: (order === 'due' ? dueAtOf(index, row.id) : row.acceptedOn) ?? null } satisfies Ended }))
  const left = found.sort((a, b) => wayOf(order, a.place, b.place)).filter(({ place }) => !after || wayOf(order, place, after) > 0)
  const page = left.slice(0, limit)
  return { rows: page.map(({ row }) => row), ...(left.length > limit && { end: page.at(-1)!.place }), count: found.length }
}

const places = { newest: '-acceptedOn', oldest: 'acceptedOn' } as const

/** Through the rows in the order of acceptance; where a light is sought, through their keys, and rows are read only for what is on the page. */
async function byRows(search: Search, order: 'newest' | 'oldest'): Promise<Part> {
  const { rooms, asked: { after, limit }, sought: { where, light }, sight } = search, parts = within(where, sight)
  const endAt = (row: CaseRow): Ended => ({ by: 'rows', value: row.acceptedOn ?? null, key: row.id })
  let from: Place | undefined = after && { value: after.value, key: after.key }
  const query = () => ({ order: places[order], ...(from && { after: from }) })
  if (!light) {
    const { rows, end, looked } = await findAny(rooms.rows, 'cases', { ...query(), limit }, parts)
    return { rows: rows.map(({ row }) => row as CaseRow), ...(end && { end: { by: 'rows', ...end } }), ...(looked !== undefined && { looked }) }
  }
  const found: string[] = [], has = isLit(search)
  for (let looked = 0, step = 0; ; step++) {
    const page = await keysInOrderOfAny(rooms.rows, 'cases', { ...query(), limit: steps[step] ?? keysLimit }, parts)
    for (const key of page.keys) if (has(key)) found.push(key)
    looked += page.looked ?? page.keys.length
    from = page.end
    if (found.length > limit) {
      const rows = await rowsOf(rooms, found.slice(0, limit))
      return { rows, end: endAt(rows.at(-1)!) }
    }
    if (!from) return { rows: await rowsOf(rooms, found) }
    if (page.looked !== undefined || looked >= lookAtMost) return { rows: await rowsOf(rooms, found), end: { by: 'rows', ...from }, looked }
    await new Promise(setImmediate)
  }
}

/** What is open in the order in which it falls due: the due index has it, where it knows all that is asked; else those that match are sorted here. */
async function byDue(search: Search): Promise<Part> {
  const { rooms, index, now, asked: { after, limit }, sought: { where, light }, sight } = search, known = askedOfIndex(where, sight)
  const endAt = (key: string): Ended => ({ by: 'due', value: dueAtOf(index, key), key })
  if (known) {
    const from = after && { subject: subjectOf(after.key), ...(after.value !== null && { dueAt: after.value as Instant }) }
    const { entries, next } = index.list({ among: known, ...(light && { light }), limit, ...(from && { after: from }) }, now)
    return { rows: await rowsOf(rooms, entries.map(({ subject }) => keyOf(subject))), ...(next !== undefined && { end: endAt(keyOf(entries.at(-1)!.subject)) }) }
  }
  const has = isLit(search), found: Place[] = []
  let count = 0, last: Place | undefined
  for (const key of await keysOfAny(rooms.rows, 'cases', within(where, sight), unbounded)) if (has(key)) {
    const place = { key, value: dueAtOf(index, key) }
    count++
    if (after && wayOf('due', place, after) <= 0) continue
    if (last && wayOf('due', place, last) > 0) continue
    if (found.push(place) > limit * 4) {
      found.sort((a, b) => wayOf('due', a, b)).length = limit + 1
      last = found.at(-1)
    }
  }
  const page = found.sort((a, b) => wayOf('due', a, b)).slice(0, limit)
  return { rows: await rowsOf(rooms, page.map(({ key }) => key)), ...(found.length > limit && { end: endAt(page.at(-1)!.key) }), count }
}

/** Which road: a set by its keys; what falls due by the due index; a light that few have by those few; everything else by the rows. */
async function road(search: Search): Promise<Part> {
  const { index, now, asked: { order }, sought: { where, keys, light }, sight } = search
  if (keys) return byKeys(search, keys)
  if (order === 'due') return byDue(search)
  const placed = Object.fromEntries(placeFields.flatMap((field) => where[field] === undefined ? [] : [[field, where[field]]]))
  const known = light && light !== 'ok' && askedOfIndex({ open: true, ...placed }, sight)
  const few = known && index.litSubjects({ light, among: known }, now, readAtOnce)
  if (few) return byKeys(search, few.map(keyOf))
  // Where it went by keys and there are more by now, it goes on by rows: both roads have one order.
  return byRows(search, order)
}

async function counted(search: Search): Promise<number> {
  const { rooms: { rows }, index, now, sought: { where, light }, sight } = search, known = askedOfIndex(where, sight)
  if (!light) return countAny(rows, 'cases', within(where, sight))
  if (known) return index.lit({ light, among: known }, now)
  const has = isLit(search)
  return (await keysOfAny(rows, 'cases', within(where, sight), unbounded)).reduce((n, key) => has(key) ? n + 1 : n, 0)
}

/** 综合查询 — by every field alone and in any combination, exact as of the instant of asking, of what is somebody's to see. */
export async function searchCases(rooms: Rooms, asked: SearchAsked, seen: Sight = everything): Promise<SearchPage> {
  // In whose hands a case is, is nobody's who applied for it.
  const sight = asked.holder === undefined && asked.untaken === undefined ? seen : seen.filter(({ as }) => as !== 'applicant')
  const index = await rooms.due()
  const now = rooms.now(), position = await rooms.rows.checkpoint('cases')
  const search: Search = { rooms, index, now, asked, sought: await soughtBy(rooms, asked), sight }
  const { rows, end, looked, count } = await road(search)
  return {
    rows: await listed(rooms, rows, index, now, sight), ...(end && { next: cursorOf(asked.question, end) }), ...(looked !== undefined && { looked }),
    ...(asked.count && { count: count ?? await counted(search) }), position, now,
  }
}
