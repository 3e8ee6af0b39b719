import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Database from 'libsql'
import { keysLimit, lookLimit, type Found, type KeysPage, type Page, type Place, type Query, type ReadStore } from '../../projections/read-store.ts'
import { currentPath, readServing } from './generations.ts'
import { checkedQuery, checkedWhere, cursorOf, unknownCollection, type Check, type Checked } from './query.ts'
import { indexName, quoted, shapeIn, type Row, type Table } from './rows-file.ts'
import { conditionOf, countedUpTo, countSql, far, findKeysSql, findSql, keysSql, lastLookedSql, leadOf, lookedAt, placeSql, type Estimate, type Lead, type PageOf, type Sql } from './sql.ts'

/** A row as the file has it, not parsed: lists go out as they are. */
export type FoundText = { key: string; text: string }
type Texts = Omit<Page, 'rows'> & { rows: readonly FoundText[] }
export type EmbeddedReadStore = ReadStore & {
  getText(collection: string, key: string): Promise<string | undefined>
  findText(collection: string, query: Query): Promise<Texts>
  /** Looks whether other files serve by now; the projector's word for it. */
  reopen(): void
}

type Counted = { n: number; at: number }
type Shelf = { file: string; path: string; db: Database.Database; statements: Map<string, Database.Statement>; counted: Map<string, Counted> }
/** How much a question may look at: for one page, and to choose what leads. */
type Looking = { atMost: number; upTos: readonly number[] }
type Collection = Table & { shelf: Shelf; looking: Looking }

/** How often `current.json` is looked at where nobody says that it changed (rows that another process rebuilt). */
const lookEveryMs = 200
const statementsKept = 500
const scanBatch = 500
/** A count that only says which index leads may be this old. */
const countKeptMs = 60_000
const countsKept = 2_000

/** The files that serve, open. All reading is synchronous within a call, so a switch of files never cuts through an answer. */
function servingFiles(dir: string, looking: Looking) {
  let shelves = new Map<string, Shelf>()
  let collections = new Map<string, Collection>()
  let looked = -Infinity
  let stamp = ''

  function reopen(tries = 20) {
    const serving = readServing(dir)
    const opened = new Map<string, Shelf>()
    const found = new Map<string, Collection>()
    for (const file of Object.values(serving)) {
      const shelf = shelves.get(file) ?? openShelf(dir, file)
      const tables = shelf && shapeIn(shelf.db)?.tables
      // Removed between the two looks: the switch went on, so the list of those that serve is read again.
      if (!tables && tries > 0) { shelf?.db.close(); opened.forEach((one) => shelves.has(one.file) || one.db.close()); return reopen(tries - 1) }
      // Damaged: its collections are unknown until it is built anew, and the others serve.
      if (!tables) continue
      opened.set(file, shelf)
      for (const table of tables) found.set(table.name, { ...table, shelf, looking })
    }
    const gone = [...shelves.values()].filter(({ file }) => !opened.has(file))
    shelves = opened
    collections = found
    for (const { db } of gone) db.close()
  }
  function look() {
    const now = performance.now()
    if (now - looked < lookEveryMs) return
    looked = now
    const stat = statSync(currentPath(dir), { throwIfNoEntry: false })
    const seen = stat ? `${stat.ino} ${stat.mtimeMs}` : ''
    if (seen === stamp) return
    stamp = seen
    reopen()
  }
  const collectionOf = (name: string): Collection => {
    look()
    const collection = collections.get(name)
    if (!collection) throw unknownCollection(name, [...collections.keys()].sort())
    return collection
  }

  return {
    of: collectionOf,
    names: () => { look(); return [...collections.keys()].sort() },
    reopen: () => { looked = performance.now(); reopen() },
    close() {
      for (const { db } of shelves.values()) db.close()
      shelves = new Map()
      collections = new Map()
    },
  }
}

/** 读侧 over the files that serve. */
export function openReadStore(dir: string, { atMost = lookLimit, upTos = countedUpTo }: Partial<Looking> = {}): EmbeddedReadStore {
  const files = servingFiles(dir, { atMost, upTos })
  const findText = (name: string, query: Query) => textsOf(files.of(name), query)
  const getText = (name: string, key: string) =>
    all<[string]>(files.of(name), { text: `SELECT doc FROM ${quoted(name)} WHERE id = ?`, values: [key] })[0]?.[0]
  return {
    collections: files.names,
    reopen: files.reopen,
    getText: async (name, key) => getText(name, key),
    findText: async (name, query) => findText(name, query),
    async get(name, key) {
      const text = getText(name, key)
      return text === undefined ? undefined : JSON.parse(text) as Row
    },
    async find(name, query): Promise<Page> {
      const { rows, ...rest } = findText(name, query)
      return { rows: rows.map(({ key, text }) => ({ key, row: JSON.parse(text) as Row })), ...rest }
    },
    async count(name, where) {
      const collection = files.of(name)
      const checks = checkedWhere(name, collection.fields, where)
      const lead = leadOf(collection, checks, counting(collection))
      return all<[number]>(collection, countSql(collection, checks, lead.check || lead.covering || !checks[0] ? lead : { check: checks[0] }))[0]![0]
    },
    async keys(name, where, upTo) {
      const collection = files.of(name)
      const checks = checkedWhere(name, collection.fields, where)
      return listOf(collection, keysSql(collection, checks, leadOf(collection, checks, counting(collection)), upTo + 1))
    },
    keysInOrder: async (name, query) => keysOf(files.of(name), query),
    scan: (name) => scan(files.of(name)),
    async checkpoint(name) {
      return all<[number]>(files.of(name), { text: 'SELECT position FROM about', values: [] })[0]![0]
    },
    close: async () => files.close(),
  }
}

/** Read only by `query_only`: the driver does not enforce the option of that name. */
function openShelf(dir: string, file: string): Shelf | undefined {
  const path = join(dir, file)
  if (!existsSync(path)) return undefined
  const db = new Database(path)
  db.exec('PRAGMA query_only=1; PRAGMA busy_timeout=5000; PRAGMA cache_size=-8000')
  return { file, path, db, statements: new Map(), counted: new Map() }
}

function all<T>({ shelf }: Collection, { text, values }: Sql): T[] {
  let statement = shelf.statements.get(text)
  if (!statement) {
    if (shelf.statements.size >= statementsKept) shelf.statements.clear()
    statement = shelf.db.prepare(text).raw()
    shelf.statements.set(text, statement)
  }
  return statement.all([...values]) as T[]
}

/** How many rows a condition leaves, counted in its index, but no further than `upTo`. Far counts are remembered for a while: they choose the
    index, and answer nothing. */
const estimate = (collection: Collection): Estimate => (check, upTo) => {
  const { text, values } = conditionOf(check, true)
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${quoted(collection.name)} INDEXED BY ${indexName(collection, check.field)} WHERE ${text} LIMIT ${upTo})`
  if (upTo < far) return all<[number]>(collection, { text: sql, values })[0]![0]
  const { counted } = collection.shelf, name = JSON.stringify([sql, values]), known = counted.get(name), now = performance.now()
  if (known && now - known.at < countKeptMs) return known.n
  const n = all<[number]>(collection, { text: sql, values })[0]![0]
  if (counted.size >= countsKept) counted.clear()
  counted.set(name, { n, at: now })
  return n
}

const counting = (collection: Collection) => ({ estimate: estimate(collection), upTos: collection.looking.upTos })

function textsOf(collection: Collection, query: Query): Texts {
  const { name, fields, looking: { atMost } } = collection
  const checked = checkedQuery(name, fields, query)
  const { found, cut } = pageOf(collection, checked, (checks, lead, page) => all<Line>(collection, findSql(collection, checks, lead, page)))
  const rows = found.slice(0, checked.limit).map(([key, text]) => ({ key, text }))
  if (found.length > checked.limit) {
    const [key, , value] = found[checked.limit - 1]!
    return { rows, next: cursorOf(name, query, { key, value }), end: { key, value } }
  }
  return cut ? { rows, next: cursorOf(name, query, cut), end: cut, looked: atMost } : { rows }
}

/** A list as one text. */
const listOf = (collection: Collection, sql: Sql) => JSON.parse(all<[string]>(collection, sql)[0]![0]) as string[]
function keysOf(collection: Collection, query: Query): KeysPage {
  const { name, fields, looking: { atMost }, shelf: { db } } = collection
  const checked = checkedQuery(name, fields, query, keysLimit)
  db.exec('BEGIN') // what ends the page is asked for afterwards, and must not have moved
  try {
    const { found, cut } = pageOf(collection, checked, (checks, lead, page) => listOf(collection, findKeysSql(collection, checks, lead, page)))
    const keys = found.slice(0, checked.limit), key = keys.at(-1)
    if (found.length <= checked.limit || key === undefined) return cut ? { keys, end: cut, looked: atMost } : { keys }
    const [[value] = [null]] = checked.order ? all<[Place['value']]>(collection, placeSql(collection, checked.order.field, key)) : []
    return { keys, end: { key, value } }
  } finally { db.exec('COMMIT') }
}

type Line = [key: string, text: string, value: string | number | null]
type Reading<T> = (checks: readonly Check[], lead: Lead, page: PageOf) => T[]
/** Rows in one order by one lead, and where it stopped if it looked at as many as it may. */
function partOf<T>(collection: Collection, checks: readonly Check[], page: PageOf, read: Reading<T>): { found: T[]; cut?: Place } {
  const lead = leadOf(collection, checks, counting(collection), page.order?.field)
  const found = read(checks, lead, page)
  const looksAtAll = lookedAt(checks, lead, page).length === 0 || (lead.count !== undefined && lead.count < page.atMost)
  if (found.length >= page.limit || looksAtAll) return { found }
  const [last] = all<[string, string | number | null]>(collection, lastLookedSql(collection, checks, lead, page))
  return last ? { found, cut: { key: last[0], value: last[1] } } : { found }
}

/** One row more than asked for tells whether there is another page. */
function pageOf<T>(collection: Collection, { checks, order, limit, after }: Checked, read: Reading<T>): { found: T[]; cut?: Place } {
  const { atMost } = collection.looking
  const asked = { limit: limit + 1, atMost, ...(after && { after }) }
  if (!order) return partOf(collection, checks, asked, read)
  const without = (check: Check) => check.field === order.field && check.kind === 'equal' && check.value === null
  const first = after?.value === null || checks.some(without) ? { found: [] } : partOf(collection, checks, { ...asked, order }, read)
  const left = limit + 1 - first.found.length
  if (left === 0 || 'cut' in first || checks.some((check) => check.field === order.field && !without(check))) return first
  const last: Check[] = [...checks.filter(({ field }) => field !== order.field), { field: order.field, kind: 'equal', value: null }]
  const rest = partOf(collection, last, { limit: left, atMost, backwards: order.descending, ...(after?.value === null && { after }) }, read)
  return { ...rest, found: [...first.found, ...rest.found] }
}

/** In one transaction of its own, so that what is seen is one state of the collection, whatever is committed or switched meanwhile. */
async function* scan({ shelf, name }: Collection): AsyncGenerator<readonly Found[]> {
  const db = new Database(shelf.path)
  try {
    db.exec('PRAGMA query_only=1; PRAGMA cache_size=-4000; BEGIN')
    const next = db.prepare(`SELECT id, doc FROM ${quoted(name)} WHERE id > ? ORDER BY id LIMIT ${scanBatch}`).raw()
    for (let after = '', first = true; ; first = false) {
      const rows = (first ? db.prepare(`SELECT id, doc FROM ${quoted(name)} ORDER BY id LIMIT ${scanBatch}`).raw().all([]) : next.all([after])) as [string, string][]
      if (rows.length === 0) return
      yield rows.map(([key, doc]) => ({ key, row: JSON.parse(doc) as Row }))
      after = rows.at(-1)![0]
      await setImmediate()
    }
  } finally {
    db.close()
  }
}
