import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { canonicalFast } from '../../adapters/book/canonical.ts'
import { openLedger } from '../../adapters/book/ledger.ts'
import { leafHash } from '../../adapters/book/merkle.ts'
import { verifyBook, type Verified, type Witnessed } from '../../adapters/book/verify.ts'
import { leafHashOf, rootOver } from '../../adapters/transparency/proof.ts'
import { chanceFrom } from '../oracles/files.ts'

/** Said aloud, so that a run that fails can be run again: TAMPER_SEED=…; the number of edits is TAMPER_EDITS=…. */
const seed = Number(process.env['TAMPER_SEED'] ?? Math.floor(Date.now() % 1_000_000)), edits = Number(process.env['TAMPER_EDITS'] ?? 210)
const chance = chanceFrom(seed), upTo = (n: number) => 1 + Math.floor(chance() * n)
const root = mkdtempSync(join(tmpdir(), 'tamper-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Leaf = { stream: string; revision: number; id: string; recordedAt: string; data: Record<string, unknown> } & Record<string, unknown>
const witnessedSize = 600, grownSize = 640
let made = 0
const folder = () => { const dir = join(root, String(made++)); mkdirSync(dir); return dir }
/** A book that holds these facts, each after the other in its stream, with every hash as it should be: what a forger who owns the disk can make. */
function forge(leaves: readonly Leaf[], dir = folder()): string {
  const ledger = openLedger(dir), revisions = new Map<string, number>()
  ledger.begin()
  for (const leaf of leaves) {
    const expected = revisions.get(leaf.stream) ?? 0
    revisions.set(leaf.stream, expected + 1)
    const decided = ledger.decide({ stream: leaf.stream, expected, recordedAt: leaf.recordedAt, ids: [leaf.id], leaves: [canonicalFast({ ...leaf, revision: expected + 1 })] })
    if (typeof decided === 'string') throw new Error(`forging: ${decided}`)
  }
  ledger.commit()
  ledger.checkpoint()
  ledger.close()
  return dir
}
const honest: Leaf[] = Array.from({ length: grownSize }, (_, i) => ({ stream: `cases-${(i * 7919) % 23}`, revision: 0, id: (i + 1).toString(16).padStart(32, '0'),
  recordedAt: new Date(Date.UTC(2026, 0, 5) + i * 61_000).toISOString(), actor: { person: 'p', role: 'clerk', department: 'd' }, cause: `k-${i}`, region: '330100', type: 'CaseNoted', version: 1,
  data: { text: `note ${i} ${'文'.repeat(i % 30)}` } }))
const whole = forge(honest), older = forge(honest.slice(0, 500))
const texts: string[] = (() => {
  const db = new Database(join(whole, 'book.db'))
  try { return db.prepare('SELECT leaf FROM events ORDER BY pos').all().map((row) => (row as { leaf: string }).leaf) } finally { db.close() }
})()
/** One honest witness: a head, and the hashes of the leaves under it. Both by way of the witness's own tree, not of the book's. */
const hashes = texts.slice(0, witnessedSize).map((text) => leafHashOf(Buffer.from(text)))
const head = { size: witnessedSize, root: rootOver(hashes) }
const headOnly: Witnessed = { heads: [head] }, withHashes: Witnessed = { heads: [head], leaves: Buffer.concat(hashes) }

/** What an edit makes of the book, and where it first differs from what was witnessed; 0 where that is no fact's place. */
type Edited = { dir: string; first: number }
const inside = (change: (db: Database.Database, at: number) => number | void) => (at: number): Edited => {
  const dir = folder()
  cpSync(join(whole, 'book.db'), join(dir, 'book.db'))
  const db = new Database(join(dir, 'book.db'))
  let first: number | void
  try { first = change(db, at) } finally { db.close() }
  return { dir, first: first ?? at }
}
const forged = (change: (leaves: Leaf[], at: number) => number | void) => (at: number): Edited => {
  const leaves = honest.map((leaf) => structuredClone(leaf)), said = change(leaves, at)
  return { dir: forge(leaves), first: said ?? at }
}
const set = (db: Database.Database, sql: string, ...bound: unknown[]) => { db.prepare(sql).run(bound as never) }
const edited = (at: number) => canonicalFast({ ...JSON.parse(texts[at - 1]!) as Leaf, data: { text: 'edited' } })
const flip = (bytes: Buffer) => { const copy = Buffer.from(bytes), bit = upTo(bytes.length * 8) - 1; copy[bit >> 3]! ^= 1 << (bit & 7); return copy }
const tileAt = (at: number) => Math.min(Math.ceil(at / 256), Math.floor(grownSize / 256))

const kinds: Record<string, (at: number) => Edited> = {
  'a bit of a text flipped in the file': (at) => {
    const dir = folder(), path = join(dir, 'book.db')
    cpSync(join(whole, 'book.db'), path)
    const bytes = readFileSync(path), text = Buffer.from(texts[at - 1]!), byte = upTo(text.length) - 1, bit = 1 << (upTo(8) - 1)
    // Wherever it stands: a page that was split may hold a remnant that nobody reads.
    for (let place = -1; (place = bytes.indexOf(text, place + 1)) >= 0;) bytes[place + byte]! ^= bit
    writeFileSync(path, bytes)
    return { dir, first: at }
  },
  'a bit of a hash flipped': inside((db, at) => set(db, 'UPDATE events SET hash = ? WHERE pos = ?', flip(leafHash(texts[at - 1]!)), at)),
  'a text edited': inside((db, at) => set(db, 'UPDATE events SET leaf = ? WHERE pos = ?', edited(at), at)),
  'a text edited with its hash': inside((db, at) => set(db, 'UPDATE events SET leaf = ?, hash = ? WHERE pos = ?', edited(at), leafHash(edited(at)), at)),
  'a text edited, its hash, and its tile': inside((db, at) => {
    set(db, 'UPDATE events SET leaf = ?, hash = ? WHERE pos = ?', edited(at), leafHash(edited(at)), at)
    const tile = Math.ceil(at / 256), hashes = db.prepare('SELECT hash FROM events WHERE pos > ? AND pos <= ? ORDER BY pos').all([(tile - 1) * 256, tile * 256] as never) as { hash: Buffer }[]
    set(db, 'UPDATE tiles SET hash = ? WHERE tile = ?', rootOver(hashes.map(({ hash }) => Buffer.from(hash))), tile)
  }),
  'a text edited and everything rehashed': forged((leaves, at) => { leaves[at - 1]!.data = { text: 'edited' } }),
  'backdated, and everything rehashed': forged((leaves, at) => { leaves[at - 1]!.recordedAt = '2025-12-31T09:00:00.000Z' }),
  'another actor, and everything rehashed': forged((leaves, at) => { leaves[at - 1]!['actor'] = { person: 'q', role: 'clerk', department: 'd' } }),
  'the newest deleted': inside((db) => { set(db, 'DELETE FROM events WHERE pos > ?', witnessedSize - 1); return witnessedSize }),
  'the newest deleted and everything rehashed': forged((leaves) => { leaves.length = witnessedSize - 1; return witnessedSize }),
  'ten of the newest deleted and everything rehashed': forged((leaves) => { leaves.length = witnessedSize - 10; return witnessedSize - 9 }),
  'the newest deleted and others told in their place': forged((leaves) => { for (const leaf of leaves.slice(witnessedSize - 3)) leaf.data = { text: 'told later' }; return witnessedSize - 2 }),
  'everything since some moment deleted': forged((leaves, at) => { leaves.length = at - 1 }),
  'an older copy put back': () => ({ dir: older, first: 501 }),
  'an older copy put back and grown anew': forged((leaves) => { for (const leaf of leaves.slice(500)) leaf.data = { text: 'anew' }; return 501 }),
  'one in the middle deleted': inside((db, at) => set(db, 'DELETE FROM events WHERE pos = ?', at)),
  'one in the middle deleted and everything rehashed': forged((leaves, at) => { leaves.splice(at - 1, 1) }),
  'one put in between and everything rehashed': forged((leaves, at) => { leaves.splice(at - 1, 0, { ...leaves[at - 1]!, id: 'f'.repeat(32), data: { text: 'between' } }) }),
  'two texts exchanged': inside((db, at) => {
    const other = at > 1 ? at - 1 : 2
    for (const [to, from] of [[at, other], [other, at]] as const) set(db, 'UPDATE events SET leaf = ?, hash = ? WHERE pos = ?', texts[from - 1], leafHash(texts[from - 1]!), to)
    return Math.min(at, other)
  }),
  'two facts exchanged and everything rehashed': forged((leaves, at) => {
    const other = at > 1 ? at - 1 : 2, low = Math.min(at, other)
    leaves.splice(low - 1, 2, leaves[low]!, leaves[low - 1]!)
    return low
  }),
  'all facts in another order and everything rehashed': forged((leaves) => { leaves.splice(0, witnessedSize, ...leaves.slice(0, witnessedSize).reverse()); return 1 }),
  'tiles exchanged': inside((db) => {
    const [one, two] = db.prepare('SELECT hash FROM tiles ORDER BY tile').all() as { hash: Buffer }[]
    set(db, 'UPDATE tiles SET hash = ? WHERE tile = 1', Buffer.from(two!.hash))
    set(db, 'UPDATE tiles SET hash = ? WHERE tile = 2', Buffer.from(one!.hash))
    return 0
  }),
  'a tile taken away': inside((db, at) => { set(db, 'DELETE FROM tiles WHERE tile = ?', tileAt(at)); return 0 }),
  'the root in the head altered': inside((db) => { set(db, 'UPDATE head SET root = ?', flip(rootOver(hashes))); return 0 }),
  'the size in the head altered': inside((db, at) => { set(db, 'UPDATE head SET size = ?', at); return 0 }),
  'the frontier in the head altered': inside((db) => { set(db, 'UPDATE head SET frontier = ?', flip((db.prepare('SELECT frontier FROM head').get([]) as { frontier: Buffer }).frontier)); return 0 }),
  'the instant in the head altered': inside((db) => { set(db, "UPDATE head SET at = '2020-01-01T00:00:00.000Z'"); return 0 }),
  'an id altered': inside((db, at) => set(db, 'UPDATE events SET id = ? WHERE pos = ?', Buffer.alloc(16, 7), at)),
  'a revision altered': inside((db, at) => set(db, 'UPDATE events SET rev = 9999 WHERE pos = ?', at)),
  'moved to another stream': inside((db, at) => set(db, 'UPDATE events SET stream = (SELECT max(stream) + 1 FROM events) WHERE pos = ?', at)),
  'a stream renamed': inside((db, at) => {
    const { stream } = db.prepare('SELECT stream FROM events WHERE pos = ?').get([at] as never) as { stream: number }
    set(db, "UPDATE streams SET name = 'cases-other' WHERE id = ?", stream)
    return (db.prepare('SELECT min(pos) AS first FROM events WHERE stream = ?').get([stream] as never) as { first: number }).first
  }),
  'a trigger hidden in the file': inside((db) => { db.exec("CREATE TRIGGER hidden AFTER INSERT ON events BEGIN DELETE FROM tiles WHERE tile = 1; END"); return 0 }),
  'the file cut short': (at) => {
    const dir = folder()
    cpSync(join(whole, 'book.db'), join(dir, 'book.db'))
    truncateSync(join(dir, 'book.db'), Math.floor(readFileSync(join(dir, 'book.db')).length * at / (grownSize + 60)))
    return { dir, first: 0 }
  },
  'another book altogether': () => ({ dir: forge(honest.map((leaf) => ({ ...leaf, region: '330200' }))), first: 1 }),
}
const verified = (dir: string, witnessed?: Witnessed): Verified => verifyBook(dir, undefined, witnessed)
/** Whether a fault names the place: exactly; within the span that it gives; or only that something is wrong. */
function naming(found: Verified, first: number): 'exact' | 'span' | 'other' {
  if (found.ok) return 'other'
  if (found.position === first) return 'exact'
  return found.upTo !== undefined && found.position <= first && first <= found.upTo ? 'span' : 'other'
}

describe(`edits of the data directory, TAMPER_SEED=${seed}`, () => {
  it('the honest book, as it was witnessed and as it has grown since, is clean', () => {
    for (const witnessed of [undefined, { heads: [] }, headOnly, withHashes, { heads: [head, { size: 1, root: hashes[0]! }, { size: 0, root: rootOver([]) }] }]) {
      expect(verified(whole, witnessed)).toMatchObject({ ok: true, size: grownSize })
      expect(verified(forge(honest.slice(0, witnessedSize)), witnessed)).toMatchObject({ ok: true, size: witnessedSize, root: head.root.toString('hex') })
    }
  })
  it('are at least 21 kinds, each of which is found given one honest head', () => {
    const names = Object.keys(kinds), tries = Math.max(1, Math.ceil(edits / names.length))
    expect(names.length).toBeGreaterThanOrEqual(21)
    const figures = { edits: 0, found: 0, alone: 0, head: { exact: 0, span: 0, other: 0 }, hashes: { exact: 0, span: 0, other: 0 }, placed: 0 }
    for (const name of names) for (let i = 0; i < tries; i++) {
      const at = upTo(witnessedSize), { dir, first } = kinds[name]!(at)
      const [alone, byHead, byHashes] = [verified(dir), verified(dir, headOnly), verified(dir, withHashes)]
      figures.edits++
      expect(byHead, `${name} at ${at}`).toMatchObject({ ok: false })
      expect(byHashes, `${name} at ${at}`).toMatchObject({ ok: false })
      if (!byHead.ok && !byHashes.ok) figures.found++
      if (!alone.ok) figures.alone++
      if (first > 0) {
        figures.placed++
        figures.head[naming(byHead, first)]++
        figures.hashes[naming(byHashes, first)]++
      }
      if (dir !== older) rmSync(dir, { recursive: true, force: true })
    }
    const share = (n: number) => `${(100 * n / figures.placed).toFixed(1)} %`
    console.info(`${names.length} kinds, ${figures.edits} edits, found ${figures.found} (without a head ${figures.alone}); of ${figures.placed} with a place, by the head alone ` +
      `named exactly ${share(figures.head.exact)}, within a span ${share(figures.head.span)}; with the witness's hashes exactly ${share(figures.hashes.exact)}`)
    expect(figures.found).toBe(figures.edits)
    expect(figures.alone, 'without a head, what a forger rehashes goes unseen: that is why there are witnesses').toBeLessThan(figures.edits)
    expect(figures.hashes.exact / figures.placed).toBeGreaterThanOrEqual(0.95)
  }, 120_000 + edits * 250)
  it('two heads narrow down what one only says', () => {
    const at = 300, early = { size: 200, root: rootOver(hashes.slice(0, 200)) }, { dir } = kinds['a text edited and everything rehashed']!(at)
    expect(verified(dir, { heads: [head, early] })).toMatchObject({ ok: false, position: 201, upTo: witnessedSize })
    expect(verified(dir, headOnly)).toMatchObject({ ok: false, position: 1, upTo: witnessedSize })
    expect(verified(dir, withHashes)).toMatchObject({ ok: false, position: at })
  })
})
