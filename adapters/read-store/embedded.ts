import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Database from 'libsql'
import type { Found, Page, Query, ReadStore } from '../../projections/read-store.ts'
import { currentPath, readServing } from './generations.ts'
import { checkedQuery, checkedWhere, cursorOf, unknownCollection, type Check, type Checked } from './query.ts'
import { quoted, shapeIn, type Row } from './rows-file.ts'
import { conditionOf, countSql, findSql, leadOf, type Lead, type Sql } from './sql.ts'

/** A row as the file has it, not parsed: lists go out as they are. */
export type FoundText = { key: string; text: string }
export type EmbeddedReadStore = ReadStore & {
  getText(collection: string, key: string): Promise<string | undefined>
  findText(collection: string, query: Query): Promise<{ rows: readonly FoundText[]; next?: string }>
  /** Looks whether other files serve by now; the projector's word for it. */
  reopen(): void
}

type Shelf = { file: string; path: string; db: Database.Database; statements: Map<string, Database.Statement> }
type Collection = { shelf: Shelf; name: string; fields: readonly string[] }

/** How often `current.json` is looked at where nobody says that it changed (rows that another process rebuilt). */
const lookEveryMs = 200
const statementsKept = 500
const scanBatch = 500

/** The files that serve, open. All reading is synchronous within a call, so a switch of files never cuts through an answer. */
function servingFiles(dir: string) {
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
      for (const { name, fields } of tables) found.set(name, { shelf, name, fields })
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
export function openReadStore(dir: string): EmbeddedReadStore {
  const files = servingFiles(dir)
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
      return all<[number]>(collection, countSql(name, checks, leadOf(checks, estimate(collection)).check ?? checks[0]))[0]![0]
    },
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
  return { file, path, db, statements: new Map() }
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

/** How many rows a condition leaves, counted in its index, but no further than `upTo`. */
const estimate = (collection: Collection) => (check: Check, upTo: number): number => {
  const { text, values } = conditionOf(check, true)
  const index = `INDEXED BY ${quoted(`${collection.name}.${check.field}`)}`
  return all<[number]>(collection, {
    text: `SELECT count(*) FROM (SELECT 1 FROM ${quoted(collection.name)} ${index} WHERE ${text} LIMIT ${upTo})`, values })[0]![0]
}

function textsOf(collection: Collection, query: Query): { rows: readonly FoundText[]; next?: string } {
  const { name, fields } = collection
  const checked = checkedQuery(name, fields, query)
  const found = pageOf(collection, checked)
  const rows = found.slice(0, checked.limit).map(([key, text]) => ({ key, text }))
  if (found.length <= checked.limit) return { rows }
  const [key, , value] = found[checked.limit - 1]!
  return { rows, next: cursorOf(name, query, { key, value }) }
}

/** One row more than asked for tells whether there is another page. */
function pageOf(collection: Collection, { checks, order, limit, after }: Checked): [key: string, text: string, value: string | number | null][] {
  const { name } = collection
  const lead: Lead = leadOf(checks, estimate(collection), order?.field)
  if (!order) return all(collection, findSql(name, checks, lead, { limit: limit + 1, ...(after && { after }) }))
  const without = (check: Check) => check.field === order.field && check.kind === 'equal' && check.value === null
  const inField = after?.value === null || checks.some(without) ? []
    : all<[string, string, string | number | null]>(collection, findSql(name, checks, lead, { order, limit: limit + 1, ...(after && { after }) }))
  const left = limit + 1 - inField.length
  if (left === 0 || checks.some((check) => check.field === order.field && !without(check))) return inField
  const last: Check[] = [...checks.filter(({ field }) => field !== order.field), { field: order.field, kind: 'equal', value: null }]
  const placed = after?.value === null ? { after } : {}
  return [...inField, ...all<[string, string, null]>(collection,
    findSql(name, last, leadOf(last, estimate(collection)), { limit: left, backwards: order.descending, ...placed }))]
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
