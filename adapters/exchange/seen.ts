import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

/** 见过的 — what was remembered under a key while reading one file: how often a row came, what a case has said. */
export type Seen = {
  get(key: string): string | undefined
  set(key: string, value: string): void
  close(): void
}

const filterBits = 2 ** 26
const rowsAtOnce = 250

/** Bounded memory: the newer half and the older half of what was used last stay here, everything else goes into a file of its own,
    which is deleted at the end. A filter of fixed size spares nearly all look-ups of keys that never came. */
export function openSeen(tmpDir: string, remembered: number): Seen {
  const half = Math.max(1, Math.floor(remembered / 2))
  let newer = new Map<string, string>(), older = new Map<string, string>()
  let spilled: Spilled | undefined
  const renew = (key: string, value: string) => {
    newer.set(key, value)
    if (newer.size < half) return
    for (const known of newer.keys()) older.delete(known)
    if (older.size > 0) (spilled ??= openSpilled(tmpDir)).write(older)
    older = newer
    newer = new Map()
  }
  return {
    get(key) {
      const near = newer.get(key)
      if (near !== undefined) return near
      const value = older.get(key) ?? spilled?.read(key)
      if (value !== undefined) renew(key, value)
      return value
    },
    set: renew,
    close() { spilled?.close() },
  }
}

type Spilled = { write(entries: Map<string, string>): void; read(key: string): string | undefined; close(): void }
function openSpilled(tmpDir: string): Spilled {
  mkdirSync(tmpDir, { recursive: true })
  const file = join(tmpDir, `import-seen-${randomUUID()}.db`)
  const db = new Database(file)
  // Nothing here outlives the import: there is nothing to make durable.
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE', 'cache_size = -16384']) db.exec(`PRAGMA ${pragma}`)
  db.exec('CREATE TABLE seen (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID')
  const insertOf = (count: number) => db.prepare(`INSERT OR REPLACE INTO seen VALUES ${Array(count).fill('(?,?)').join(',')}`)
  const many = insertOf(rowsAtOnce), one = insertOf(1), find = db.prepare('SELECT value FROM seen WHERE key = ?')
  const filter = newFilter()
  return {
    write(entries) {
      // In order of the key, so that pages of the file are touched once.
      const keys = [...entries.keys()].sort()
      db.exec('BEGIN')
      let at = 0
      for (; at + rowsAtOnce <= keys.length; at += rowsAtOnce) many.run(...keys.slice(at, at + rowsAtOnce).flatMap((key) => [key, entries.get(key)!]))
      for (; at < keys.length; at++) one.run(keys[at]!, entries.get(keys[at]!)!)
      db.exec('COMMIT')
      for (const key of keys) filter.add(key)
    },
    read(key) {
      if (!filter.mayHave(key)) return undefined
      return (find.get(key) as { value: string } | undefined)?.value
    },
    close() {
      db.close()
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(file + end, { force: true })
    },
  }
}

/** A Bloom filter with four probes; it may say yes wrongly, never no. */
function newFilter() {
  const bits = new Uint32Array(filterBits / 32)
  const each = (key: string, visit: (word: number, bit: number) => boolean) => {
    let a = 0x811c9dc5, b = 0x9747b28c
    for (let at = 0; at < key.length; at++) {
      const code = key.charCodeAt(at)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x5bd1e995)
      b ^= b >>> 15
    }
    for (let probe = 0; probe < 4; probe++) {
      const place = ((a ^ (a >>> 16)) + Math.imul(probe, b | 1)) >>> 0 & (filterBits - 1)
      if (!visit(place >>> 5, 1 << (place & 31))) return false
    }
    return true
  }
  return {
    add: (key: string) => { each(key, (word, bit) => { bits[word]! |= bit; return true }) },
    mayHave: (key: string) => each(key, (word, bit) => (bits[word]! & bit) !== 0),
  }
}
