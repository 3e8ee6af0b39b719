import Database from 'libsql'
import type { AnyGroup, AnyProjection, Composite } from '../../projections/kernel.ts'
import { makeDurable } from './generations.ts'

export type Row = Record<string, unknown>
export type Table = { name: string; fields: readonly string[]; composites?: readonly Composite[] }
/** 样式 — what a file must hold to serve a projection; any difference means another file. */
export type Shape = { projection: string; version: number; order: string; groups: readonly string[]; tables: readonly Table[] }

const format = 1
export const shapeOf = ({ name, version, order, indexes, composites }: AnyProjection, groups: readonly AnyGroup[]): Shape => ({
  projection: name, version, order,
  groups: groups.map((group) => `${group.name}.v${group.version}`),
  tables: [{ name, fields: indexes as readonly string[], ...(composites && { composites }) }, ...groups.map((group) => ({ name: group.name, fields: [] }))],
})
export const sameShape = (a: Shape | undefined, b: Shape) => JSON.stringify(a) === JSON.stringify(b)

/** What a column of a declared field holds. Only a scalar can be asked for: a sealed value or a list counts as no field. */
export const scalarOf = (value: unknown): string | number | null =>
  typeof value === 'string' || typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
export const column = (field: string) => quoted(`f_${field}`)
export const compositeName = (table: string, { lead, order }: Composite) => quoted(`${table}.${lead ?? ''}+${order}`)
/** The composite that this field begins: it needs no index of its own. */
const begins = ({ composites = [] }: Table, field: string) => composites.find(({ lead, order }) => (lead ?? order) === field)
/** The index in which a field can be counted and gone through. */
export function indexName(table: Table, field: string): string {
  const composite = begins(table, field)
  return composite ? compositeName(table.name, composite) : quoted(`${table.name}.${field}`)
}
/** The key stands behind the order, so that pages go on in the index; what is only looked at comes last. */
function indexesOf(table: Table): string[] {
  const { name, fields, composites = [] } = table
  return [
    ...fields.filter((field) => !begins(table, field)).map((field) => `CREATE INDEX ${indexName(table, field)} ON ${quoted(name)} (${column(field)})`),
    ...composites.map((one) => `CREATE INDEX ${compositeName(name, one)} ON ${quoted(name)} (${[
      ...(one.lead === undefined ? [] : [column(one.lead)]), column(one.order), 'id', ...one.covers.map(column)].join(', ')})`),
  ]
}

/** A row on its way to the file. `at`, `order`, `revision`: 潮位, the business order of its newest fact, none where the revision is 0.
    `stored`: what the file has under this key now. */
export type Written = { key: string; row: Row | undefined; position: number; at: string; order: number; revision: number; stored: 'nothing' | 'row' | 'tide' }
/** A key as the file has it: a row, or only the tide of one that is gone. */
export type Kept = { doc: string | undefined; tide: string | undefined }

export type RowsFile = {
  shape: Shape
  position(): number
  load(table: string, key: string): Kept | undefined
  /** Any time while building; in a file that serves, inside `commit` only. */
  write(table: string, rows: readonly Written[]): void
  /** What `change` writes and the checkpoint, or nothing of both. */
  commit(position: number, change: () => void): void
  /** A file that was built gets its indexes and can serve: durable when this returns. */
  finish(position: number): void
  close(): void
}

const together = 20
const building = (cacheMb: number) => `PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-${cacheMb * 1_000}; PRAGMA temp_store=FILE`
const serving = 'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-24000; PRAGMA wal_autocheckpoint=2000; PRAGMA busy_timeout=5000'

/** The shape that a file says it has, or nothing where it is no such file. */
export function shapeIn(db: Database.Database): Shape | undefined {
  try {
    const [found] = db.prepare('SELECT format, shape FROM about').raw().all() as [number, string][]
    return found?.[0] === format ? JSON.parse(found[1]) as Shape : undefined
  } catch {
    return undefined
  }
}

/** Opens a file that serves, to go on writing; nothing where it does not have this shape, or is no such file at all. */
export function openRows(path: string, shape: Shape): RowsFile | undefined {
  const db = new Database(path)
  if (sameShape(shapeIn(db), shape)) {
    db.exec(serving)
    return rowsFile(db, path, shape)
  }
  db.close()
  return undefined
}

/** A new file beside those that serve. It is worth nothing before `finish`, so it takes no care of power cuts until then. `cacheMb`: pages that it may keep in memory. */
export function createRows(path: string, shape: Shape, cacheMb = 4): RowsFile {
  const db = new Database(path)
  db.exec(building(cacheMb))
  db.exec('CREATE TABLE about (format INT, shape TEXT, position INT)')
  db.prepare('INSERT INTO about VALUES (?, ?, 0)').run([format, JSON.stringify(shape)])
  for (const { name, fields } of shape.tables) {
    db.exec(`CREATE TABLE ${quoted(name)} (id TEXT PRIMARY KEY, pos INT, tide TEXT, ${fields.map((field) => `${column(field)}, `).join('')}doc TEXT) WITHOUT ROWID`)
    db.exec(`CREATE TABLE ${quoted(`${name}~tides`)} (id TEXT PRIMARY KEY, tide TEXT) WITHOUT ROWID`)
  }
  db.exec('BEGIN')
  return rowsFile(db, path, shape)
}

function rowsFile(db: Database.Database, path: string, shape: Shape): RowsFile {
  const tables = new Map(shape.tables.map((table) => [table.name, statements(db, table)]))
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) => db.prepare(sql)) as [Statement, Statement, Statement]
  const checkpoint = db.prepare('UPDATE about SET position = ?')
  return {
    shape,
    position: () => (db.prepare('SELECT position FROM about').raw().all() as [number][])[0]![0],
    load: (table, key) => tables.get(table)!.load(key),
    write: (table, rows) => tables.get(table)!.write(rows),
    commit(position, change) {
      begin.run([])
      try {
        change()
        checkpoint.run([position])
        commit.run([])
      } catch (failure) {
        if (db.inTransaction) rollback.run([])
        throw failure
      }
    },
    finish(position) {
      checkpoint.run([position])
      for (const table of shape.tables) for (const sql of indexesOf(table)) db.exec(sql)
      commit.run([])
      db.close()
      const finished = new Database(path)
      finished.exec(serving)
      finished.close()
      makeDurable(path)
    },
    close: () => { db.close() },
  }
}
type Statement = Database.Statement

const tideOf = ({ at, order, revision }: Written) => revision === 0 ? null : `${at} ${order} ${revision}`

function statements(db: Database.Database, { name, fields }: Table) {
  const values = `(${Array(fields.length + 4).fill('?').join(', ')})`
  const columns = ['pos', 'tide', ...fields.map(column), 'doc']
  const insert = `INSERT INTO ${quoted(name)} VALUES `
  const one = db.prepare(insert + values)
  const many = db.prepare(insert + Array(together).fill(values).join(', '))
  const over = db.prepare(`${insert}${values} ON CONFLICT (id) DO UPDATE SET ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}`)
  const remove = db.prepare(`DELETE FROM ${quoted(name)} WHERE id = ?`)
  const find = db.prepare(`SELECT doc, tide FROM ${quoted(name)} WHERE id = ?`).raw()
  const tides = quoted(`${name}~tides`)
  const keepTide = db.prepare(`INSERT INTO ${tides} VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET tide = excluded.tide`)
  const dropTide = db.prepare(`DELETE FROM ${tides} WHERE id = ?`)
  const findTide = db.prepare(`SELECT tide FROM ${tides} WHERE id = ?`).raw()
  const put = (values: unknown[], written: Written) => {
    const { key, row, position } = written
    values.push(key, position, tideOf(written))
    for (const field of fields) values.push(scalarOf(row![field]))
    values.push(JSON.stringify(row))
  }
  return {
    load(key: string): Kept | undefined {
      const [row] = find.all([key]) as [string, string | null][]
      if (row) return { doc: row[0], tide: row[1] ?? undefined }
      const [gone] = findTide.all([key]) as [string][]
      return gone && { doc: undefined, tide: gone[0] }
    },
    write(rows: readonly Written[]) {
      const fresh: Written[] = []
      for (const written of rows) {
        const { key, row, stored, revision } = written
        if (row && stored !== 'row') fresh.push(written)
        else if (row) { const values: unknown[] = []; put(values, written); over.run(values) }
        else if (stored === 'row') remove.run([key])
        if (stored === 'tide' && (row || revision === 0)) dropTide.run([key])
        else if (!row && revision > 0) keepTide.run([key, tideOf(written)])
      }
      fresh.sort((a, b) => a.key < b.key ? -1 : 1) // appended to the tree where the keys allow
      for (let from = 0; from < fresh.length;) {
        const step = fresh.length - from >= together ? together : 1
        const values: unknown[] = []
        for (const written of fresh.slice(from, from + step)) put(values, written)
        ;(step === 1 ? one : many).run(values)
        from += step
      }
    },
  }
}
