import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import Database from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { readServing } from '../../adapters/read-store/generations.ts'
import { hashOfServing } from '../../adapters/read-store/hash.ts'
import { Projector, type Changed, type ProjectorOptions } from '../../adapters/read-store/projector.ts'
import { memoryFacts } from '../../adapters/read-store/source.ts'
import type { Meta, Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { AnyProjection } from '../../projections/kernel.ts'
import type { ReadStore } from '../../projections/read-store.ts'
import { groups, hallLoad, halls, matters, paged, projections, type MatterEvent } from '../contract/read-store.ts'
import { naively, numbered, rowsOf, shuffled } from '../kernel/rows.ts'

const folders: string[] = []
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'projector-')); folders.push(dir); return dir }
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })))

const allOf = async (store: ReadStore, name: string) => {
  const rows: Record<string, unknown> = {}
  for await (const some of store.scan(name)) for (const { key, row } of some) rows[key] = row
  return rows
}
const served = async (dir: string) => {
  const store = openReadStore(dir)
  try { return Object.fromEntries(await Promise.all(store.collections().map(async (name) => [name, await allOf(store, name)] as const))) } finally { await store.close() }
}
const right = (facts: readonly Recorded[]) => {
  const { rows, groups: counted } = naively(matters, groups, facts)
  return { matters: rows, 'hall-load': counted['hall-load'], halls: naively(halls, [], facts).rows }
}
const projecting = (dir: string, facts: readonly Recorded[], options: Partial<ProjectorOptions> = {}) =>
  new Projector({ dir, projections, groups, source: memoryFacts(facts), hot: 4, ...options })
const caught = async (dir: string, facts: readonly Recorded[], options: Partial<ProjectorOptions> = {}) => {
  const projector = projecting(dir, facts, options)
  await projector.wake()
  await projector.caughtUp(0)
  return projector
}
const opening = (n: number) => numbered<MatterEvent>(Array.from({ length: n }, (_, i) =>
  ({ stream: `m-${i}`, fact: { type: 'MatterOpened', data: { title: '设立登记', days: i, hall: `h${i % 3}` } } })))

const fact: fc.Arbitrary<MatterEvent> = fc.oneof(
  fc.record({ title: fc.constantFrom('甲', '乙'), hall: fc.constantFrom('h1', 'h2'), days: fc.nat(9), urgent: fc.boolean() })
    .map((data): MatterEvent => ({ type: 'MatterOpened', data })),
  fc.record({ hall: fc.constantFrom('h1', 'h2', 'h3'), step: fc.constantFrom('审', '核') }).map((data): MatterEvent => ({ type: 'MatterMoved', data })),
  fc.constant<MatterEvent>({ type: 'MatterClosed', data: {} }))
/** Some say when they happened, in any order; some have a place in a file. */
const claimed: fc.Arbitrary<Partial<Meta>> = fc.oneof(fc.constant({}), fc.record({ hour: fc.nat(9), order: fc.nat(3) }).map(({ hour, order }) =>
  ({ occurredAt: `2026-03-0${1 + hour % 4}T0${hour}:00:00.000Z` as Instant, source: { name: 'file', batch: 'b', order } })))
const history = (maxLength: number) => fc.array(fc.record({ stream: fc.nat(6).map((n) => `m-${n}`), fact, meta: claimed }), { maxLength }).map(numbered)

describe('the projector, told an arbitrary history', () => {
  it('makes the rows that a naive fold makes, whatever the batches, and however often it is cut off', { timeout: 60_000 }, () =>
    fc.assert(fc.asyncProperty(history(60), fc.array(fc.record({ upTo: fc.nat(60), batch: fc.integer({ min: 1, max: 30 }), hot: fc.integer({ min: 1, max: 5 }) }), { maxLength: 4 }),
      async (facts, runs) => {
        const dir = folder()
        for (const { upTo, batch, hot } of [...runs.sort((a, b) => a.upTo - b.upTo), { upTo: facts.length, batch: 7, hot: 2 }]) {
          const source = memoryFacts(facts.slice(0, upTo), batch)
          const projector = new Projector({ dir, projections, groups, source, hot, batch })
          await projector.wake()
          await projector.caughtUp(0)
          await projector.close()
          expect(await served(dir)).toEqual(right(facts.slice(0, upTo)))
        }
      }), { numRuns: 60 }))
  it('has the same hash in whatever order and whenever it was told', { timeout: 60_000 }, () =>
    fc.assert(fc.asyncProperty(history(40), fc.nat(), async (facts, seed) => {
      const hashes = await Promise.all([facts, shuffled(facts, 'business', seed)].map(async (told) => {
        const dir = folder()
        // `halls` counts and does not care; `matters` follows business order. What says nothing of when it happened is told on the same day.
        await (await caught(dir, told, { batch: 5 })).close()
        return hashOfServing(dir)
      }))
      expect(hashes[0]).toBe(hashes[1])
    }), { numRuns: 30 }))
  it('the reference itself holds for it', () => fc.assert(fc.property(history(25), (facts) => {
    rowsOf(matters, groups, facts)
    rowsOf(halls, [], facts)
  }), { numRuns: 60 }))
})

describe('the hash of rows', () => {
  const sealedBy = (sealed: string, recordedAt: string) => numbered<MatterEvent>([
    { stream: 'm-1', fact: { type: 'MatterOpened', data: { title: '甲', days: 1, sealed } }, meta: { recordedAt: recordedAt as Instant } }])
  const hashed = async (facts: readonly Recorded[]) => {
    const dir = folder()
    await (await caught(dir, facts)).close()
    return hashOfServing(dir)
  }
  it('does not depend on the day of telling or on the envelope, but on everything else', async () => {
    const hash = await hashed(sealedBy('abc', '2026-03-02T02:00:00.000Z'))
    expect(await hashed(sealedBy('xyz', '2027-01-01T00:00:00.000Z'))).toBe(hash)
    expect(await hashed(opening(1))).not.toBe(hash)
  })
})

describe('generations', () => {
  const wider: AnyProjection = { ...matters, version: 2, indexes: ['title', 'days'], composites: [] }
  it('a new version is built beside the old one, which serves until then and is removed after', async () => {
    const dir = folder(), facts = opening(30)
    await (await caught(dir, facts)).close()
    const store = openReadStore(dir)
    let during: string[] = []
    const builder: ProjectorOptions['builder'] = async (targets, upTo, onProgress) => {
      during = Object.values(readServing(dir))
      expect(await store.count('matters', { hall: 'h1' })).toBe(10)
      const { build } = await import('../../adapters/read-store/build.ts')
      return build(targets, { dir, source: memoryFacts(facts), upTo, onProgress })
    }
    const projector = await caught(dir, facts, { projections: [wider, halls], builder })
    expect(during.sort()).toStrictEqual(['halls.v1.db', 'matters.v1.db'])
    expect(readdirSync(dir).filter((file) => file.endsWith('.db')).sort()).toStrictEqual(['halls.v1.db', 'matters.v2.db'])
    store.reopen()
    await expect(store.count('matters', { hall: 'h1' })).rejects.toMatchObject({ code: 'undeclared-field' })
    expect(await store.count('matters')).toBe(30)
    await projector.close()
    await store.close()
  })
  it('another group, or another index, is another file too', async () => {
    const dir = folder(), facts = opening(9)
    await (await caught(dir, facts)).close()
    await (await caught(dir, facts, { groups: [{ ...hallLoad, version: 2, on: (_, row) => row ? [['all', { n: 1 }]] : [] }] })).close()
    expect((await served(dir))['hall-load']).toStrictEqual({ all: { n: 9 } })
    expect(Object.values(readServing(dir)).sort()).toStrictEqual(['halls.v1.db', 'matters.v1.g1.db'])
  })
  it('a reader that pages does not notice the switch', async () => {
    const dir = folder(), facts = opening(200)
    const projector = await caught(dir, facts)
    const store = openReadStore(dir)
    const all = await paged(store, 'matters', { order: 'days', limit: 1_000 })
    const seen: string[] = []
    const scanned: string[] = []
    const scan = store.scan('matters')[Symbol.asyncIterator]()
    for (const { key } of (await scan.next()).value!) scanned.push(key)
    for (let after: string | undefined, n = 0; ; n++) {
      const page = await store.find('matters', { order: 'days', limit: 7, ...(after !== undefined && { after }) })
      seen.push(...page.rows.map(({ key }) => key))
      if (n % 8 === 3) { await projector.rebuild(); store.reopen() }
      if (page.next === undefined) break
      after = page.next
    }
    for (let next = await scan.next(); !next.done; next = await scan.next()) for (const { key } of next.value) scanned.push(key)
    expect(seen).toStrictEqual(all.map(({ key }) => key))
    expect(scanned).toStrictEqual([...seen].sort())
    await projector.close()
    await store.close()
  })
  it('a reader finds out by itself that others serve', async () => {
    const dir = folder(), facts = opening(5)
    const projector = await caught(dir, facts)
    const store = openReadStore(dir)
    expect(await store.count('matters')).toBe(5)
    await projector.rebuild()
    facts.push(...opening(6).slice(5))
    await projector.wake()
    await expect.poll(() => store.count('matters')).toBe(6)
    await projector.close()
    await store.close()
  })
  it('what a killed build left is removed, and a file that nobody can read is built anew', async () => {
    const dir = folder(), facts = opening(5)
    await (await caught(dir, facts)).close()
    for (const left of ['matters.v1.g7.db', 'matters.v1.g7.db-journal']) writeFileSync(join(dir, left), 'half')
    writeFileSync(join(dir, readServing(dir)['halls']!), 'not a database at all, but long enough to be taken for one'.repeat(20))
    for (const tail of ['-wal', '-shm']) rmSync(join(dir, readServing(dir)['halls']! + tail), { force: true })
    await (await caught(dir, facts)).close()
    expect(existsSync(join(dir, 'matters.v1.g7.db'))).toBe(false)
    expect(await served(dir)).toEqual(right(facts))
  })
})

describe('rebuild', () => {
  it('repairs a row that was altered by hand, and has the hash of before', async () => {
    const dir = folder(), facts = opening(40)
    const projector = await caught(dir, facts)
    const before = await hashOfServing(dir)
    await projector.close()
    const db = new Database(join(dir, readServing(dir)['matters']!))
    db.exec(`UPDATE matters SET doc = json_set(doc, '$.days', 999) WHERE id = 'm-7'`)
    db.close()
    const altered = await hashOfServing(dir)
    expect(altered).not.toBe(before)
    const again = await caught(dir, facts)
    const told: number[] = []
    const { facts: folded, hash, broken } = await again.rebuild(({ facts }) => told.push(facts))
    expect({ folded, hash, broken, told: told.at(-1) }).toStrictEqual({ folded: 40, hash: before, broken: [], told: 40 })
    expect(await served(dir)).toEqual(right(facts))
    await again.close()
  })
  it('folds in what is told while it builds, into the old rows and the new ones', async () => {
    const dir = folder(), facts = opening(10)
    const { build } = await import('../../adapters/read-store/build.ts')
    const projector = await caught(dir, facts, { builder: async (targets, upTo, onProgress) => {
      const result = await build(targets, { dir, source: memoryFacts([...facts]), upTo, onProgress })
      facts.push(...opening(facts.length + 10).slice(facts.length))
      if (readServing(dir)['matters']) {
        await projector.wake()
        expect(Object.keys((await served(dir))['matters']!)).toHaveLength(facts.length)
      }
      return result
    } })
    await projector.wake()
    await projector.rebuild()
    expect(facts).toHaveLength(30)
    expect(await served(dir)).toEqual(right(facts))
    await projector.close()
  })
})

describe('a projection that breaks', () => {
  const breaking = (): AnyProjection => ({ ...halls, on: { ...halls.on, MatterMoved: () => { throw new Error('除以零') } } })
  const moved = (facts: Recorded[]) => [...facts, ...numbered<MatterEvent>([...facts.map(({ meta: { stream } }) =>
    ({ stream, fact: { type: 'MatterMoved', data: { hall: 'h1' } } as MatterEvent }))]).map((fact) =>
    ({ ...fact, meta: { ...fact.meta, position: fact.meta.position + 100, revision: 2 } }))]
  it('does not stop the others, is told of with position and error, and its old rows go on serving', async () => {
    const dir = folder(), facts: Recorded[] = opening(6)
    const projector = await caught(dir, facts, { projections: [matters, breaking()] })
    facts.push(...moved(opening(6)).slice(6))
    await projector.wake()
    await projector.caughtUp(facts.at(-1)!.meta.position)
    expect(projector.health().find(({ name }) => name === 'halls')).toMatchObject({ broken: { position: 101, error: expect.stringContaining('除以零') } })
    expect(projector.health().find(({ name }) => name === 'matters')).not.toHaveProperty('broken')
    const { matters: rows, halls: old } = await served(dir)
    expect(rows).toEqual(right(facts).matters)
    expect(old).toEqual(right(opening(6)).halls)
    await projector.close()
  })
  it('that cannot be built leaves the version before it serving', async () => {
    const dir = folder(), facts = moved(opening(3))
    await (await caught(dir, facts)).close()
    const projector = await caught(dir, facts, { projections: [matters, { ...breaking(), version: 2 }] })
    expect(projector.health().find(({ name }) => name === 'halls')).toMatchObject({ version: 2, broken: { position: 101 } })
    expect(await served(dir)).toEqual(right(facts))
    expect((await projector.rebuild()).broken).toStrictEqual(['halls'])
    expect(await served(dir)).toEqual(right(facts))
    await projector.close()
  })
})

describe('who follows the rows', () => {
  it('is told each row that changed and each that went, and of many only where', async () => {
    const dir = folder(), facts: Recorded[] = []
    const heard: Changed[] = []
    const projector = await caught(dir, facts, { onChanged: (changed) => heard.push(changed) })
    heard.length = 0
    const tell = async (...told: Recorded[]) => { facts.push(...told); await projector.wake(); return heard.splice(0) }
    const [one, two] = numbered<MatterEvent>([{ stream: 'm-0', fact: { type: 'MatterOpened', data: { title: '甲', days: 1 } } }, { stream: 'm-0', fact: { type: 'MatterClosed', data: {} } }])
    const row = { title: '甲', days: 1, urgent: false, steps: [] }
    expect(await tell(one!)).toStrictEqual([{ position: 1, changes: [{ collection: 'matters', key: 'm-0', row }, { collection: 'hall-load', key: '无', row: { open: 1 } }] }])
    expect(await tell(two!)).toStrictEqual([{ position: 3,
      changes: [{ collection: 'matters', key: 'm-0', row: undefined }, { collection: 'hall-load', key: '无', row: undefined }] }])
    const [many] = await tell(...opening(600).slice(2))
    expect(many).toStrictEqual({ position: 1199, many: true, collections: ['matters', 'hall-load', 'halls'] })
    await projector.close()
  })
  it('may wait for a position', async () => {
    const dir = folder(), facts: Recorded[] = []
    const projector = await caught(dir, facts)
    let done = false
    const waited = projector.caughtUp(3).then(() => { done = true })
    facts.push(...opening(1))
    await projector.wake()
    expect(done).toBe(false)
    facts.push(...opening(2).slice(1))
    await projector.wake()
    await waited
    const store = openReadStore(dir)
    expect(await store.count('matters')).toBe(2)
    await store.close()
    await projector.close()
  })
})
