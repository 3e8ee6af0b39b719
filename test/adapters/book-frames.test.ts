import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalFast } from '../../adapters/book/canonical.ts'
import { framesPath, openFrames, type Frames } from '../../adapters/book/frames.ts'
import { openBook } from '../../adapters/book/open.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import { collect, fact } from '../contract/event-log.ts'

const dir = mkdtempSync(join(tmpdir(), 'book-'))
const size = 6_100
let stored: readonly Recorded[], whole: string
const parse = (it: Recorded): Recorded => ({ ...it, data: { ...it.data, parsed: true } })

beforeAll(async () => {
  const book = await openBook(dir, { write: true })
  const said = fc.sample(fc.dictionary(fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'), fc.jsonValue({ maxDepth: 2 })), { numRuns: 300, seed: 7 })
  for (let n = 0; n < size; n += 100)
    await book.append(`s-${n}`, 0, Array.from({ length: 100 }, (_, i) => ({ ...fact(n + i), data: { n: n + i, said: said[(n + i) % 300]! } })))
  stored = await collect(book.readAll(0))
  whole = canonicalFast(stored.map(parse))
  await book.close()
})
afterAll(() => rmSync(dir, { recursive: true }))

const all = (frames: Frames, after = 0, upTo?: number) => [...frames.read(after, upTo)].flat()
const using = <T>(options: { schemaHash?: string; write?: boolean }, use: (frames: Frames) => T): T => {
  const frames = openFrames(dir, { schemaHash: 'shapes-1', parse, ...options })
  try { return use(frames) } finally { frames.close() }
}
/** Reads everything, and says how it came: from sealed frames, or from the book. */
const how = (options: { schemaHash?: string; write?: boolean }) => using(options, (frames) => {
  expect(canonicalFast(all(frames)) === whole).toBe(true)
  return frames.figures()
})
const unsealed = { framed: 0, parsed: size, sealed: 0 }
const sealing = { framed: 0, parsed: size, sealed: 3 }
const sealed = { framed: 6_000, parsed: 100, sealed: 0 }

describe('帧 — the book already parsed', () => {
  it('reads as the book does: without frames, while it seals them, and from them; only full frames are sealed', () => {
    rmSync(framesPath(dir), { force: true })
    expect([how({}), how({ write: true }), how({}), how({ write: true })]).toStrictEqual([unsealed, sealing, sealed, sealed])
  })
  it('reads from any position up to any other', () => {
    how({ write: true })
    using({}, (frames) => fc.assert(fc.property(fc.integer({ min: 0, max: size + 10 }), fc.integer({ min: 0, max: size + 10 }), (after, upTo) => {
      expect(all(frames, after, upTo).map(({ meta }) => meta.position)).toStrictEqual(stored.slice(after, Math.max(after, upTo)).map(({ meta }) => meta.position))
    }), { numRuns: 40 }))
  })
  it('frames of other schemas are not read, and made anew by who writes', () => {
    how({ write: true })
    const other = { schemaHash: 'shapes-2' }
    expect([how(other), how({ ...other, write: true }), how(other), how({})]).toStrictEqual([unsealed, sealing, sealed, unsealed])
  })
  it('a damaged frame is passed over, and made anew by who writes', () => {
    how({ write: true })
    const db = new Database(framesPath(dir))
    db.exec("UPDATE frames SET packed = zeroblob(length(packed)) WHERE frame = 1; UPDATE frames SET newest = zeroblob(32) WHERE frame = 2; DELETE FROM frames WHERE frame = 0")
    db.close()
    expect([how({}), how({ write: true }), how({})]).toStrictEqual([
      unsealed, sealing, sealed])
    const again = new Database(framesPath(dir))
    again.exec('UPDATE frames SET hash = zeroblob(32) WHERE frame = 1')
    again.close()
    expect([how({}), how({ write: true })]).toStrictEqual([
      { framed: 4_000, parsed: 2_100, sealed: 0 }, { framed: 4_000, parsed: 2_100, sealed: 1 }])
  })
  it('frames of another book are not read', async () => {
    how({ write: true })
    const other = mkdtempSync(join(tmpdir(), 'book-'))
    const book = await openBook(other, { write: true })
    await book.append('a', 0, Array.from({ length: 2_500 }, (_, n) => fact(n)))
    await book.close()
    writeFileSync(framesPath(other), readFileSync(framesPath(dir)))
    const frames = openFrames(other, { schemaHash: 'shapes-1', parse })
    expect(all(frames)).toHaveLength(2_500)
    expect(frames.figures().framed).toBe(0)
    frames.close()
    rmSync(other, { recursive: true })
  })
  it('a file that is no database at all is passed over, and made anew by who writes', () => {
    how({ write: true })
    writeFileSync(framesPath(dir), 'no frames here')
    for (const end of ['-wal', '-shm']) rmSync(framesPath(dir) + end, { force: true })
    expect([how({}), how({ write: true }), how({})]).toStrictEqual([unsealed, sealing, sealed])
  })
  it('two may read while one seals', () => {
    rmSync(framesPath(dir), { force: true })
    using({ write: true }, (writer) => using({}, (reader) => {
      const written = writer.read(0)[Symbol.iterator]()
      written.next()
      expect(canonicalFast(all(reader)) === whole).toBe(true)
      while (!written.next().done) expect(all(reader, 0, 2_500)).toHaveLength(2_500)
    }))
  })
  it('what a caller does to a fact harms no later reader', () => {
    how({ write: true })
    using({}, (frames) => {
      for (const it of all(frames)) it.data.n = -1
      expect(canonicalFast(all(frames)) === whole).toBe(true)
    })
  })
})
