import { join } from 'node:path'
import Database from 'libsql'
import type { FoundText } from './embedded.ts'
import { readServing } from './generations.ts'
import { quoted, shapeIn } from './rows-file.ts'

/** 原文 — rows of one collection by key, as the file has them and all of one state of it: for threads that read a million and each take a part. */
export type Texts = {
  /** The rows after a key (from the first where there is none), at most so many. */
  after(key: string | undefined, most: number): FoundText[]
  /** Those from one key up to another, that one included. */
  between(from: string, upTo: string): FoundText[]
  close(): void
}

const found = (rows: unknown[]) => (rows as [string, string][]).map(([key, text]) => ({ key, text }))

/** Nothing where no file serves it. */
export function openTexts(dir: string, collection: string): Texts | undefined {
  for (const file of Object.values(readServing(dir))) {
    const db = new Database(join(dir, file))
    db.exec('PRAGMA query_only=1; PRAGMA busy_timeout=5000; PRAGMA cache_size=-4000; BEGIN')
    if (!shapeIn(db)?.tables.some(({ name }) => name === collection)) { db.close(); continue }
    const from = `SELECT id, doc FROM ${quoted(collection)}`
    const first = db.prepare(`${from} ORDER BY id LIMIT ?`).raw(), next = db.prepare(`${from} WHERE id > ? ORDER BY id LIMIT ?`).raw()
    const span = db.prepare(`${from} WHERE id >= ? AND id <= ? ORDER BY id`).raw()
    return {
      after: (key, most) => found(key === undefined ? first.all([most]) : next.all([key, most])),
      between: (lower, upper) => found(span.all([lower, upper])),
      close: () => { db.close() },
    }
  }
  return undefined
}
