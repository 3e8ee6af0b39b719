import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync, fsyncSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import type { Keys } from '../../domain/kernel/ports.ts'
import { blinded, nameOf, opened, openedBytes, sealedWith } from './cipher.ts'

/** Keys that were used lately, so that a case's own facts need no second look-up. */
const remembered = 20_000

/** A key of the house's own (`master` wraps the persons', `blind` makes blind words): made at the first start, readable by its owner alone. */
function ownKey(dir: string, name: 'master' | 'blind'): Buffer {
  const path = join(dir, `${name}.key`)
  if (!existsSync(path)) {
    const file = openSync(`${path}.new`, 'w', 0o600)
    writeSync(file, randomBytes(32).toString('hex'))
    fsyncSync(file)
    closeSync(file)
    renameSync(`${path}.new`, path)
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== 32) throw new Error(`${path}: 钥匙文件损坏 / the key file is damaged; restore it from the backup of the keys`)
  return key
}

/** The file that the keys lie in, readable by its owner alone. */
function openKeyFile(dir: string, readOnly: boolean) {
  const path = join(dir, 'keys.db')
  const db = new Database(path)
  chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA busy_timeout=5000')
  db.exec('CREATE TABLE IF NOT EXISTS keys(subject TEXT NOT NULL, matter TEXT NOT NULL, wrapped TEXT NOT NULL, PRIMARY KEY(subject, matter)) WITHOUT ROWID')
  if (readOnly) db.exec('PRAGMA query_only=1')
  const find = db.prepare('SELECT wrapped FROM keys WHERE subject=? AND matter=?').raw() as unknown as { all(...of: string[]): [string][] }
  return { db, find, add: db.prepare('INSERT INTO keys(subject, matter, wrapped) VALUES(?,?,?)') }
}

/** Keys made and not yet written: all that are made in one turn become durable together, as the facts that need them will. */
function pendingKeys(db: Database.Database, add: Database.Statement, failed: (subject: string, matter: string) => void) {
  let pending: [subject: string, matter: string, wrapped: string][] = []
  let flushing: Promise<void> | undefined
  return {
    add(subject: string, matter: string, wrapped: string) { pending.push([subject, matter, wrapped]) },
    any: () => pending.length > 0 || flushing !== undefined,
    flush: () => flushing ??= new Promise<void>((resolve, reject) => setImmediate(() => {
      const rows = pending
      pending = []
      flushing = undefined
      try {
        db.exec('BEGIN IMMEDIATE')
        for (const row of rows) add.run(...row)
        db.exec('COMMIT')
        resolve()
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK')
        for (const [subject, matter] of rows) failed(subject, matter)
        reject(error as Error)
      }
    })),
  }
}

/** 钥匙库 — a file apart from the book: per person a key under the house's, per person and matter a key under that person's.
    Deleting a row is forgetting; `secure_delete` overwrites what it held. A new key is durable before anything is sealed with it. */
export function fileKeys(dir: string, options: { readOnly?: boolean } = {}): Keys {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const master = ownKey(dir, 'master'), blindKey = ownKey(dir, 'blind')
  const { db, find, add } = openKeyFile(dir, options.readOnly ?? false)
  const cache = new Map<string, Buffer>()
  const pending = pendingKeys(db, add, (subject, matter) => cache.delete(nameOf(subject, matter)))

  const remember = (name: string, key: Buffer) => {
    if (cache.size >= remembered) cache.delete(cache.keys().next().value!)
    cache.set(name, key)
    return key
  }
  // '' is the person's own key; a matter's name is never empty.
  const keyOf = (subject: string, matter: string, wrapping: () => Buffer | undefined, make: boolean): Buffer | undefined => {
    const name = nameOf(subject, matter)
    const known = cache.get(name)
    if (known) return known
    const row = find.all(subject, matter)[0]
    const under = wrapping()
    if (row) return under && remember(name, openedBytes(under, name, row[0]))
    if (!make || !under) return undefined
    const key = randomBytes(32)
    pending.add(subject, matter, sealedWith(under, name, key))
    return remember(name, key)
  }
  const keysFor = (subject: string, matter: string, make: boolean) =>
    keyOf(subject, matter, () => keyOf(subject, '', () => master, make), make)

  return {
    async seal(subject, matter, plain) {
      const key = keysFor(subject, matter, true)!
      if (pending.any()) await pending.flush()
      return { subject, matter, sealed: sealedWith(key, nameOf(subject, matter), plain) }
    },
    async open({ subject, matter, sealed }) {
      const key = keysFor(subject, matter, false)
      return key && opened(key, nameOf(subject, matter), sealed)
    },
    async forget(subject, matter) {
      if (matter === undefined) db.prepare('DELETE FROM keys WHERE subject=?').run(subject)
      else db.prepare('DELETE FROM keys WHERE subject=? AND matter=?').run(subject, matter)
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      for (const name of cache.keys()) if (JSON.parse(name)[0] === subject && (matter === undefined || name === nameOf(subject, matter))) cache.delete(name)
    },
    blind: async (field, text) => blinded(blindKey, field, text),
    async close() {
      if (pending.any()) await pending.flush()
      db.close()
    },
  }
}
