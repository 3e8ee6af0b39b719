import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { Packr } from 'msgpackr'
import type { Recorded } from '../../domain/kernel/events.ts'
import { batchFacts, openReader, type BookReader } from './reader.ts'
import { rows, touch, type Connection } from './store.ts'

const frameFacts = batchFacts
const format = 1
const busyMs = 1_000
const schema = `CREATE TABLE IF NOT EXISTS frames(frame INTEGER PRIMARY KEY, shapes TEXT NOT NULL, newest BLOB NOT NULL, hash BLOB NOT NULL,
  packed BLOB NOT NULL) STRICT`

export type FramesOptions = {
  /** Names the set of schemas and upcasts that `parse` stands for; frames made by another set are as good as absent. */
  schemaHash: string
  /** Brings a stored fact to today's shape. */
  parse: (fact: Recorded) => Recorded
  /** Seals the full frames that it passes. One process of the house does. */
  write?: boolean
}
/** 帧 — the book already upcast, parsed and packed, 2 000 facts at a time: a cache, and never the evidence. */
export type Frames = {
  /** Everything after a position, up to the head at the time of asking. Synchronous: for threads of their own. */
  read(after: number, upTo?: number): Iterable<readonly Recorded[]>
  /** How the facts read so far came: from sealed frames, or parsed out of the book. */
  figures(): { framed: number; parsed: number; sealed: number }
  close(): void
}

export const framesPath = (dir: string) => join(dir, 'frames.db')

/** What it stands for, or nothing: whatever is wrong with a cache, the book knows better. */
type Cache = { get(frame: number): readonly Recorded[] | undefined; put(frame: number, facts: readonly Recorded[]): boolean; close(): void }
const noCache: Cache = { get: () => undefined, put: () => false, close: () => undefined }

function connect(path: string, write: boolean): Connection {
  if (write) touch(path)
  const db = new Database(path, { timeout: busyMs })
  try {
    if (write) for (const sql of ['PRAGMA page_size = 8192', 'PRAGMA journal_mode = WAL', 'PRAGMA synchronous = OFF', schema]) db.exec(sql)
    else db.exec('PRAGMA query_only = 1')
    db.prepare('SELECT frame, shapes, newest, hash, packed FROM frames LIMIT 0').all()
    return db
  } catch (error) { db.close(); throw error }
}

function cacheOf(db: Connection, book: BookReader, shapes: string, write: boolean): Cache {
  const packr = new Packr()
  const find = rows(db, 'SELECT newest, hash, packed FROM frames WHERE frame = ? AND shapes = ?')
  const seal = db.prepare('INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?, ?)')
  if (write) db.prepare('DELETE FROM frames WHERE shapes <> ?').run([shapes] as never)
  /** Ties a frame to this very book: it was cut from the fact that has this leaf. */
  const newestOf = (frame: number): Buffer | undefined => book.leafHashes((frame + 1) * frameFacts - 1, (frame + 1) * frameFacts)[0]
  return {
    get(frame) {
      try {
        const [newest, sum, packed] = find.get([frame, shapes]) ?? []
        if (!packed || !newestOf(frame)?.equals(newest) || !hash('sha256', packed, 'buffer').equals(sum)) return undefined
        return packr.unpack(packed) as Recorded[]
      } catch { return undefined }
    },
    put(frame, facts) {
      const newest = newestOf(frame)
      if (!write || !newest) return false
      try {
        const packed = packr.pack(facts)
        seal.run([frame, shapes, newest, hash('sha256', packed, 'buffer'), packed] as never)
        return true
      } catch { return false }
    },
    close: () => db.close(),
  }
}

function openCache(dir: string, book: BookReader, shapes: string, write: boolean): Cache {
  const path = framesPath(dir)
  try {
    return cacheOf(connect(path, write), book, shapes, write)
  } catch {
    if (!write) return noCache
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
    try { return cacheOf(connect(path, write), book, shapes, write) } catch { return noCache }
  }
}

/** Opens the frames beside a book; what is missing, foreign, older or damaged is read from the book, and sealed anew where `write` is set. */
export function openFrames(dir: string, { schemaHash, parse, write = false }: FramesOptions): Frames {
  const book = openReader(dir)
  const cache = openCache(dir, book, `${format}:${schemaHash}`, write)
  const figures = { framed: 0, parsed: 0, sealed: 0 }

  function* read(after: number, upTo = book.size()): Generator<readonly Recorded[]> {
    const head = Math.min(upTo, book.size())
    for (let position = after; position < head;) {
      const frame = Math.floor(position / frameFacts), start = frame * frameFacts, end = Math.min(head, start + frameFacts)
      const full = book.size() >= start + frameFacts
      let facts = full ? cache.get(frame) : undefined
      if (facts) figures.framed += facts.length
      else {
        facts = book.batch(full && write ? start : position, full && write ? start + frameFacts : end).map(parse)
        figures.parsed += facts.length
        if (full && facts.length === frameFacts && cache.put(frame, facts)) figures.sealed++
      }
      const wanted = facts.filter(({ meta }) => meta.position > position && meta.position <= end)
      if (wanted.length === 0) return
      yield wanted.length === facts.length ? facts : wanted
      position = end
    }
  }
  return { read, figures: () => ({ ...figures }), close() { cache.close(); book.close() } }
}
