import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fdatasync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import Database from 'libsql'
import type { Keys } from '../../domain/kernel/ports.ts'
import { atomically } from '../atomically.ts'
import { rewriteWal, syncFolder } from '../durable.ts'
import { movedByHand } from '../moving.ts'
import { blinded, nameOf, opened, openedBytes, sealedWith, type Suite } from './cipher.ts'
import { keptByOwner, ownKey, suiteHere } from './own.ts'

const syncData = promisify(fdatasync)
/** Keys that were used lately, so that a case's own facts need no second look-up. */
const remembered = 20_000
const busyMs = 5_000, againMs = 500

/** The file that the keys lie in, readable by its owner alone. `limits`: what is restricted, and what was forgotten and never comes back. */
function openKeyFile(dir: string, readOnly: boolean) {
  const path = join(dir, 'keys.db')
  const db = new Database(path)
  chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON')
  db.exec(`PRAGMA busy_timeout=${busyMs}`)
  db.exec(`CREATE TABLE IF NOT EXISTS keys(subject TEXT NOT NULL, matter TEXT NOT NULL, wrapped TEXT NOT NULL, PRIMARY KEY(subject, matter)) WITHOUT ROWID
    ; CREATE TABLE IF NOT EXISTS limits(subject TEXT NOT NULL, matter TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY(subject, matter)) WITHOUT ROWID`)
  if (readOnly) db.exec('PRAGMA query_only=1')
  else {
    // A key that is found here seals from now on, so it has to be on the disk, by its bytes and by its name.
    rewriteWal(`${path}-wal`)
    syncFolder(dir)
  }
  const find = db.prepare('SELECT wrapped FROM keys WHERE subject=? AND matter=?').raw() as unknown as { all(...of: string[]): [string][] }
  const all = db.prepare("SELECT matter FROM keys WHERE subject=? AND matter<>''").raw() as unknown as { all(of: string): [string][] }
  const limited = db.prepare('SELECT subject, matter, state FROM limits').raw() as unknown as { all(): [string, string, 'restricted' | 'gone'][] }
  return { db, moving: movedByHand(db, path), find, add: db.prepare('INSERT INTO keys(subject, matter, wrapped) VALUES(?,?,?)'),
    limits: new Map(limited.all().map(([subject, matter, state]) => [nameOf(subject, matter), state])),
    mattersOf: (subject: string) => all.all(subject).map(([matter]) => matter) }
}

/** 清空日志 — nothing of what was forgotten stays behind in the log. Whoever reads just now (a backup) is not waited for: it is tried again until it is done. */
function emptying(db: Database.Database, moving: ReturnType<typeof movedByHand>) {
  const [within, patient] = ['PRAGMA busy_timeout=0', `PRAGMA busy_timeout=${busyMs}`]
  let timer: NodeJS.Timeout | undefined
  const now = () => {
    clearTimeout(timer)
    let done = false
    try {
      db.exec(within)
      done = moving.move('TRUNCATE')
    } finally {
      db.exec(patient)
      if (!done) timer = setTimeout(() => { try { now() } catch { /* The disk is in trouble: again in a while. */ } }, againMs).unref()
    }
  }
  return { now, close: () => clearTimeout(timer) }
}

/** The log of the file, synced beside the work of this thread; opened once it is there. */
function syncingLog(path: string) {
  let file: number | undefined
  return {
    sync: () => syncData(file ??= openSync(path, 'r+')),
    close() { if (file !== undefined) closeSync(file); file = undefined },
  }
}

/** Keys made and not yet written: all that were made while those before them went to the disk become durable together, as the facts that need them will. The
    commit writes and the log is synced off this thread, for who waits for the disk here keeps everybody waiting. */
function pendingKeys({ db, add, path, written, failed }: {
  db: Database.Database; add: Database.Statement; path: string; written(): void; failed(subject: string, matter: string): void
}) {
  const log = syncingLog(`${path}-wal`)
  let pending: [subject: string, matter: string, wrapped: string][] = []
  let now: Promise<void> | undefined, next: Promise<void> | undefined
  /** What was committed is not known to be on the disk: where the sync failed, nothing more is sealed before all of the log was written once more. */
  let unsure = false
  async function write() {
    const rows = pending
    pending = []
    try {
      if (unsure) { rewriteWal(`${path}-wal`); unsure = false }
      if (rows.length === 0) return
      db.exec('PRAGMA synchronous=NORMAL')
      try { atomically(db, () => { for (const row of rows) add.run(...row) }) } finally { db.exec('PRAGMA synchronous=FULL') }
      unsure = true
      await log.sync()
      unsure = false
      written()
    } catch (error) {
      for (const [subject, matter] of rows) failed(subject, matter)
      throw error
    }
  }
  async function after(before: Promise<void> | undefined) {
    await before?.catch(() => undefined)
    await nextTurn()
    next = undefined
    const own = now = write()
    try { await own } finally { if (now === own) now = undefined }
  }
  return {
    add(subject: string, matter: string, wrapped: string) { pending.push([subject, matter, wrapped]) },
    /** Everything that was added is on the disk; throws where it is not. */
    async settled(): Promise<void> { if (pending.length > 0 || now || next || unsure) await (next ??= after(now)) },
    close: log.close,
  }
}

/** 钥匙串 — the key of a person and matter, unwrapped by the person's, that one by the house's; made where there is none and one is wanted. */
function keyRing({ find, cache, pending, master, suite }: {
  find: { all(...of: string[]): [string][] }; cache: Map<string, Buffer>; pending: ReturnType<typeof pendingKeys>; master: Buffer; suite: Suite
}) {
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
    pending.add(subject, matter, sealedWith(under, name, key, suite))
    return remember(name, key)
  }
  return (subject: string, matter: string, make: boolean) => keyOf(subject, matter, () => keyOf(subject, '', () => master, make), make)
}

type Options = { readOnly?: boolean; suite?: Suite | undefined; say?: (line: string) => void }
/** 钥匙库 — a file apart from the book: per person a key under the house's, per person and matter a key under that person's.
    Deleting a row is forgetting; `secure_delete` overwrites what it held. A new key is durable before anything is sealed with it. */
export function fileKeys(dir: string, { readOnly = false, suite: asked, say = (line) => { process.stderr.write(`${line}\n`) } }: Options = {}): Keys {
  keptByOwner(dir, say)
  const suite = suiteHere(dir, asked), master = ownKey(dir, 'master', 'keys.db'), blindKey = ownKey(dir, 'blind', 'keys.db')
  const { db, moving, find, add, limits, mattersOf } = openKeyFile(dir, readOnly)
  const cache = new Map<string, Buffer>()
  const pending = pendingKeys({ db, add, path: join(dir, 'keys.db'), written: moving.tidy, failed: (subject, matter) => cache.delete(nameOf(subject, matter)) })
  const limit = db.prepare('INSERT OR REPLACE INTO limits VALUES(?,?,?)')
  const emptied = emptying(db, moving)
  if (!readOnly) emptied.now() // of what a life before this one forgot, and ended before it had emptied the log

  const keysFor = keyRing({ find, cache, pending, master, suite })
  /** The key as it lies on the disk, once it lies there: where writing it failed for somebody else, another is made meanwhile. Of what was forgotten nothing opens
      again: what is said of it later, or was being said as it was forgotten, is sealed with a key that nobody keeps. */
  async function lasting(subject: string, matter: string): Promise<Buffer> {
    for (let known: Buffer | undefined; ;) {
      if (limits.get(nameOf(subject, matter)) === 'gone') return randomBytes(32)
      const key = keysFor(subject, matter, true)!
      if (key === known) return key
      known = key
      await pending.settled()
    }
  }

  return {
    async seal(subject, matter, plain) {
      return { subject, matter, sealed: sealedWith(await lasting(subject, matter), nameOf(subject, matter), plain, suite) }
    },
    async open({ subject, matter, sealed }) {
      const name = nameOf(subject, matter), key = limits.has(name) ? undefined : keysFor(subject, matter, false)
      return key && opened(key, name, sealed)
    },
    async forget(subject, matter) {
      await pending.settled()
      const matters = matter === undefined ? mattersOf(subject) : [matter]
      atomically(db, () => {
        for (const one of matters) limit.run(subject, one, 'gone')
        if (matter === undefined) db.prepare('DELETE FROM keys WHERE subject=?').run(subject)
        else db.prepare('DELETE FROM keys WHERE subject=? AND matter=?').run(subject, matter)
      })
      for (const one of matters) { limits.set(nameOf(subject, one), 'gone'); cache.delete(nameOf(subject, one)) }
      if (matter === undefined) cache.delete(nameOf(subject, ''))
      emptied.now()
    },
    async restrict(subject, matter) {
      const name = nameOf(subject, matter)
      if (limits.has(name)) return
      await pending.settled()
      limit.run(subject, matter, 'restricted')
      limits.set(name, 'restricted')
      cache.delete(name)
    },
    async standing(subject, matter) {
      return limits.get(nameOf(subject, matter)) ?? (keysFor(subject, matter, false) ? 'open' : 'gone')
    },
    async matters(subject) {
      await pending.settled()
      return mattersOf(subject)
    },
    blind: async (field, text) => blinded(suite, blindKey, field, text),
    async close() {
      await pending.settled()
      emptied.close()
      pending.close()
      moving.close()
    },
  }
}
