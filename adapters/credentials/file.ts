import { hash, verify } from '@node-rs/argon2'
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import type { Credentials } from '../../domain/kernel/ports.ts'
import { makeFolder, rewriteWal, syncFolder } from '../durable.ts'
import { movedByHand } from '../moving.ts'
import { opened, sealedWith } from '../keys/cipher.ts'
import { ownKey } from '../keys/own.ts'

/** OWASP's least for argon2id (its default algorithm): 19 MiB, two passes, one lane. There is no option that asks for less. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const derived = (key: Buffer, use: string) => Buffer.from(hkdfSync('sha256', key, '', `mingjian credentials ${use}`, 32))

type Row = { password: string | null; totp: string | null; step: number; activation: string | null; until: number; tries: number }
const fields = ['password', 'totp', 'step', 'activation', 'until', 'tries'] as const
const wrongTries = 5

function openFile(dir: string) {
  const path = join(dir, 'credentials.db'), db = new Database(path)
  chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA busy_timeout=5000')
  db.exec(`CREATE TABLE IF NOT EXISTS credentials(person TEXT PRIMARY KEY, password TEXT, totp TEXT, step INTEGER NOT NULL DEFAULT -1,
    activation TEXT, until INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`)
  rewriteWal(`${path}-wal`)
  syncFolder(dir)
  const moving = movedByHand(db, path)
  const find = db.prepare(`SELECT ${fields.join(', ')} FROM credentials WHERE person=?`).raw() as unknown as { all(person: string): unknown[][] }
  return {
    close: () => { moving.close() },
    row(person: string): Row | undefined {
      const [row] = find.all(person)
      return row && Object.fromEntries(fields.map((field, i) => [field, row[i]])) as Row
    },
    forget(person: string) {
      if (db.prepare('DELETE FROM credentials WHERE person=?').run(person).changes > 0) moving.move('TRUNCATE')
    },
    /** Whatever is not named stays. */
    set(person: string, values: Partial<Row>) {
      const names = Object.keys(values) as (keyof Row)[]
      db.prepare(`INSERT INTO credentials(person, ${names.join(', ')}) VALUES(?${', ?'.repeat(names.length)})
        ON CONFLICT(person) DO UPDATE SET ${names.map((name) => `${name}=excluded.${name}`).join(', ')}`).run(person, ...names.map((name) => values[name] ?? null))
      moving.tidy()
    },
  }
}

/** 凭证库 — a file apart from the book: passwords by argon2id with a secret of the house's, second factors sealed, activation codes as keyed words. */
export function fileCredentials(dir: string): Credentials {
  makeFolder(dir)
  const key = ownKey(dir, 'credentials', 'credentials.db'), secret = derived(key, 'passwords'), sealing = derived(key, 'second factors'), marking = derived(key, 'activation')
  const file = openFile(dir)
  // The same words typed on another keyboard are the same words (NFKC), and the person is part of what is hashed: no row stands in another's place.
  const words = (person: string, password: string) => JSON.stringify([person, password.normalize('NFKC')])
  const hashed = (person: string, password: string) => hash(words(person, password), { ...cost, secret })
  const mark = (person: string, code: string) => createHmac('sha256', marking).update(JSON.stringify([person, code])).digest('base64url')
  const same = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
  let nobodys: Promise<string> | undefined
  return {
    async verify(person, password) {
      const known = file.row(person)?.password
      const right = await verify(known ?? await (nobodys ??= hashed('', randomBytes(32).toString('hex'))), words(person, password), { secret })
      return right && known !== null && known !== undefined
    },
    async setPassword(person, password) { file.set(person, { password: await hashed(person, password), activation: null, until: 0, tries: 0 }) },
    totp(person) {
      const sealed = file.row(person)?.totp
      return sealed === null || sealed === undefined ? undefined : opened(sealing, person, sealed)
    },
    setTotp(person, secret) { file.set(person, { totp: secret === undefined ? null : sealedWith(sealing, person, secret), step: -1 }) },
    useStep(person, step) {
      const row = file.row(person)
      if (!row || step <= row.step) return false
      file.set(person, { step })
      return true
    },
    setActivation(person, code, untilMs) { file.set(person, { activation: mark(person, code), until: untilMs, tries: 0 }) },
    mayActivate(person, code, nowMs) {
      const row = file.row(person), said = mark(person, code)
      if (!row?.activation) return false
      if (row.until <= nowMs || row.tries >= wrongTries) return false
      if (same(row.activation, said)) return true
      file.set(person, { tries: row.tries + 1 })
      return false
    },
    knows(person, code, nowMs) {
      const row = file.row(person), said = mark(person, code)
      return row?.activation !== null && row?.activation !== undefined && row.until > nowMs && same(row.activation, said)
    },
    forget: (person) => file.forget(person),
    has: (person) => (file.row(person)?.password ?? null) !== null,
    close: () => file.close(),
  }
}
