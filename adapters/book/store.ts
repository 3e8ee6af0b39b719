import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { makeFolder, rewriteWal, syncFolder } from '../durable.ts'
import { BookInUse, BookTooNew, NoBook } from './errors.ts'

export type Connection = Database.Database
/** Rows come raw: `get` would otherwise add a field of its own to each. */
export type Rows = { get(bound: readonly unknown[]): any[] | undefined; all(bound: readonly unknown[]): any[][] }
export const rows = (db: Connection, sql: string): Rows => db.prepare(sql).raw() as unknown as Rows

// libsql ends the whole process over text that is not UTF-8, which is what a flipped bit makes of it: whatever a disk may have changed is asked for
// as bytes. A leaf comes with the byte that RFC 6962 puts before it, so that it is hashed as it is.
export const leafBytes = "CAST(x'00' || leaf AS BLOB)"
export const hashColumn = 'CAST(hash AS BLOB)'

export const bookFormat = 1
export const bookPath = (dir: string) => join(dir, 'book.db')
/** The WAL is given this size at once and used over and over: a sync that does not have to grow a file is nearly twice as fast. */
export const walBytes = 16 * 2 ** 20
const busyMs = 5_000
const probeBytes = 65_536

/** What holds of each table is in the README; `verify` compares these words with those in the file, so that no trigger can hide there. */
export const schema: Record<string, string> = {
  meta: 'CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT',
  streams: 'CREATE TABLE streams(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT',
  events: 'CREATE TABLE events(pos INTEGER PRIMARY KEY, stream INTEGER NOT NULL, rev INTEGER NOT NULL, id BLOB NOT NULL, leaf TEXT NOT NULL, '
    + 'hash BLOB NOT NULL, UNIQUE(stream, rev), UNIQUE(stream, id)) STRICT',
  tiles: 'CREATE TABLE tiles(tile INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT',
  head: 'CREATE TABLE head(one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL, frontier BLOB NOT NULL, '
    + 'at TEXT NOT NULL) STRICT',
}

/** Made empty, and only if it is not there: to open and close a file that SQLite has locked would drop its locks (POSIX). */
export function touch(path: string): void {
  try { closeSync(openSync(path, 'wx', 0o600)) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error }
}

/** 试写 — whether the disk takes anything at all: a small file, synced and gone again. Throws what the system says. */
export function probe(dir: string): void {
  const path = join(dir, 'book.probe')
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, Buffer.alloc(probeBytes))
    fsyncSync(file)
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

function assertFormat(db: Connection): void {
  const found = Number(rows(db, "SELECT value FROM meta WHERE key = 'format'").get([])?.[0])
  if (!(found <= bookFormat)) throw new BookTooNew(found, bookFormat)
}

/** For writing: made where it is not there. Only the holder of the lock may do so. */
export function openForWriting(dir: string): Connection {
  touch(bookPath(dir))
  // What is found here is answered for from now on, so it has to be on the disk, by its bytes and by its name.
  rewriteWal(`${bookPath(dir)}-wal`)
  const db = new Database(bookPath(dir), { timeout: busyMs })
  try { return madeReady(dir, db) } catch (error) { db.close(); throw error }
}
function madeReady(dir: string, db: Connection): Connection {
  for (const pragma of ['page_size = 8192', 'journal_mode = WAL', 'synchronous = FULL', 'cache_size = -65536', 'wal_autocheckpoint = 0',
    `journal_size_limit = ${walBytes}`]) db.exec(`PRAGMA ${pragma}`)
  const [mode, synchronous] = [rows(db, 'PRAGMA journal_mode').get([])?.[0], rows(db, 'PRAGMA synchronous').get([])?.[0]]
  if (mode !== 'wal' || synchronous !== 2) throw new Error(`not durable: journal_mode ${mode}, synchronous ${synchronous}`)
  syncFolder(dir)
  if (rows(db, "SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get([])) { assertFormat(db); return db }
  db.exec('BEGIN IMMEDIATE')
  for (const sql of Object.values(schema)) db.exec(sql)
  db.exec(`INSERT INTO meta VALUES ('format', ${bookFormat})`)
  db.exec('COMMIT')
  return db
}

/** Before a thread is started for it: what stands there is a book of a format that is known, or nothing yet. */
export function assertReadable(dir: string): void {
  if (!existsSync(bookPath(dir))) return
  const db = new Database(bookPath(dir), { timeout: busyMs })
  try { if (rows(db, "SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get([])) assertFormat(db) } finally { db.close() }
}

/** For reading: libsql does not enforce `readonly`, so the connection itself is told. */
export function openForReading(dir: string): Connection {
  if (!existsSync(bookPath(dir))) throw new NoBook(dir)
  const db = new Database(bookPath(dir), { timeout: busyMs })
  db.exec('PRAGMA query_only = 1')
  db.exec('PRAGMA cache_size = -16384')
  if (!rows(db, "SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get([])) throw new NoBook(dir)
  assertFormat(db)
  return db
}

/** 笔 — held by one process at a time, and freed by the kernel however that process ends. */
export function takePen(dir: string): { putDown(): void } {
  makeFolder(dir)
  const path = join(dir, 'book.lock.db')
  touch(path)
  const lock = new Database(path, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw new BookInUse(dir)
    throw error
  }
  return { putDown: () => lock.close() }
}
