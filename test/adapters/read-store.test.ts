import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { memoryReadStore, type MemoryTable } from '../../adapters/read-store/memory.ts'
import { Projector } from '../../adapters/read-store/projector.ts'
import { memoryFacts } from '../../adapters/read-store/source.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Condition, Found, Query } from '../../projections/read-store.ts'
import { groups, halls, matters, paged, projections, readStoreClauses, type House } from '../contract/read-store.ts'
import { naively, numbered } from '../kernel/rows.ts'

const folders: string[] = []
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'read-store-')); folders.push(dir); return dir }
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })))

/** Facts that were told before reach the projector again, as a book that delivers twice would do it. */
async function embedded(looking: Parameters<typeof openReadStore>[1] = {}): Promise<House> {
  const dir = folder()
  const facts: Recorded[] = []
  const source = memoryFacts(facts)
  let redelivered: readonly Recorded[] = []
  const projector = new Projector({ dir, projections, groups, source: { ...source, *read(after, upTo) { yield redelivered; yield* source.read(after, upTo) } }, hot: 3 })
  await projector.caughtUp(0)
  const store = openReadStore(dir, looking)
  return {
    store,
    async tell(more) {
      redelivered = more
      facts.push(...more.filter(({ meta }) => meta.position > source.head()))
      await projector.wake()
    },
    async close() { await projector.close(); await store.close() },
  }
}
async function memory(): Promise<House> {
  const facts: Recorded[] = []
  const tables = (): Record<string, MemoryTable> => {
    const checkpoint = facts.at(-1)?.meta.position ?? 0
    const all = Object.fromEntries(projections.map((p) => {
      const own = groups.filter(({ of }) => of === p.name)
      const { rows, groups: counted } = naively(p, own, facts)
      return [[p.name, { fields: p.indexes, rows, checkpoint }], ...own.map(({ name }) => [name, { fields: [], rows: counted[name]!, checkpoint }])]
    }).flat() as [string, MemoryTable][])
    return all
  }
  return {
    store: memoryReadStore(tables),
    tell: async (more) => { facts.push(...more.filter(({ meta }) => meta.position > (facts.at(-1)?.meta.position ?? 0))) },
    close: async () => {},
  }
}

for (const [name, open] of Object.entries({ embedded: () => embedded(), memory }))
  describe(`read store: ${name}`, () => {
    it.each(Object.entries(readStoreClauses))('%s', async (_, clause) => {
      const house = await open()
      await clause(house).finally(() => house.close())
    })
  })

/** Houses with one fault each, to try the contract before it is trusted. */
const faults: Record<string, (house: House) => Partial<House['store']> & { tell?: House['tell'] }> = {
  'forgets the checkpoint': () => ({ checkpoint: async () => 0 }),
  'drops a row beyond a page': ({ store }) => ({ find: async (name, query) => {
    const page = await store.find(name, query)
    return query.after === undefined ? page : { ...page, rows: page.rows.slice(1) } } }),
  'counts a redelivered fact twice': ({ tell }) => {
    let told = 0
    return { tell: (facts) => tell(facts.map((fact) => ({ ...fact, meta: { ...fact.meta, position: told += 2, revision: told } }))) } },
  'compares numbers as text': ({ store }) => ({ find: async (name, query) => {
    const page = await store.find(name, query)
    return query.order !== 'days' ? page : { ...page, rows: [...page.rows].sort((a, b) => String(a.row['days']) < String(b.row['days']) ? -1 : 1) } } }),
  'loses ties between pages': ({ store }) => {
    const last = new Map<string, unknown>()
    return { find: async (name, query) => {
      const field = query.order?.replace('-', '')
      const page = await store.find(name, query)
      const rows = query.after === undefined || !field ? page.rows : page.rows.filter(({ row }) => row[field] !== last.get(String(query.after)))
      if (page.next !== undefined && field) last.set(page.next, page.rows.at(-1)?.row[field])
      return { ...page, rows } } } },
  'serves half a commit': ({ store, tell }) => {
    let before: Found[] = []
    return {
      tell: async (facts) => { before = [...(await store.find('hall-load', {})).rows]; await tell(facts) },
      find: async (name, query) => name === 'hall-load' ? { rows: before } : store.find(name, query) } },
  'forgets a filter when another leads': ({ store }) => ({
    find: (name, query) => store.find(name, { ...query, ...(query.where && { where: Object.fromEntries(Object.entries(query.where).slice(0, 1)) }) }) }),
  'counts what a filter should have left out': ({ store }) => ({ count: (name) => store.count(name) }),
  'ignores what it does not know': ({ store }) => ({ find: (name, query) => store.find(name, query).catch(() => ({ rows: [] })) }),
  'folds late facts as they come': ({ tell }) => ({ tell: (facts) => tell(facts.map((fact) => {
    const { occurredAt: _, ...meta } = fact.meta
    return { ...fact, meta } })) }),
  'puts rows without the field first': ({ store }) => ({ find: async (name, query) => {
    const page = await store.find(name, query)
    const field = query.order?.replace('-', '')
    return field ? { ...page, rows: [...page.rows.filter(({ row }) => row[field] === undefined), ...page.rows.filter(({ row }) => row[field] !== undefined)] } : page } }),
  'ends a scan early': ({ store }) => ({ async* scan(name) { for await (const rows of store.scan(name)) { yield rows; return } } }),
}
describe('the contract catches a read store that', () => {
  it.each(Object.entries(faults))('%s', async (_, fault) => {
    const caught = await Promise.allSettled(Object.values(readStoreClauses).map(async (clause) => {
      const house = await memory()
      const { tell, ...store } = fault(house)
      await clause({ ...house, ...(tell && { tell }), store: { ...house.store, ...store } })
    }))
    expect(caught.some(({ status }) => status === 'rejected')).toBe(true)
  })
})

// Arbitrary rows and questions, against looking at every row.
const scalar = fc.oneof(fc.constantFrom('一楼', '二楼', '𠮷', '￥', '', 'b', 'B'), fc.integer({ min: -3, max: 12 }))
const condition: fc.Arbitrary<Condition> = fc.oneof(scalar, fc.constant(null), fc.constant({}), fc.record({ in: fc.array(scalar, { maxLength: 3 }) }),
  fc.tuple(fc.constantFrom('', '一楼', 'b'), fc.constantFrom('二楼', '￥', '𠮷')).map(([from, to]) => ({ from, to })),
  fc.record({ from: fc.integer({ min: -3, max: 12 }) }), fc.record({ to: fc.integer({ min: -3, max: 12 }) }), fc.record({ to: fc.constantFrom('b', '一楼') }))
const question: fc.Arbitrary<Query> = fc.record({
  where: fc.dictionary(fc.constantFrom('hall', 'days', 'title', 'urgent'), condition, { maxKeys: 3 }),
  order: fc.constantFrom('hall', '-hall', 'days', '-days', '-urgent'), limit: fc.integer({ min: 1, max: 9 }),
}, { requiredKeys: ['limit'] })
const utf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const value = (row: Record<string, unknown>, field: string) => typeof row[field] === 'boolean' ? Number(row[field]) : row[field] as string | number | undefined
const compare = (a: string | number, b: string | number) => typeof a === typeof b
  ? typeof a === 'number' ? a - (b as number) : utf8(a, b as string) : typeof a === 'number' ? -1 : 1
const holds = (row: Record<string, unknown>, field: string, asked: Condition): boolean => {
  const has = value(row, field)
  if (asked === null) return has === undefined
  if (typeof asked !== 'object') return has === asked
  if (has === undefined) return false
  if ('in' in asked) return asked.in.includes(has)
  return [asked.from, asked.to].every((bound) => bound === undefined || typeof bound === typeof has)
    && (asked.from === undefined || compare(has, asked.from) >= 0) && (asked.to === undefined || compare(has, asked.to) <= 0)
}
describe('a question to arbitrary rows', () => {
  /** A store that may look at next to nothing for one page answers in more pages, and the same. */
  const lookingAtFew = () => embedded({ atMost: 3 })
  /** Where every condition leaves many, composites serve. */
  const amongMany = () => embedded({ upTos: [] }), amongManyLookingAtFew = () => embedded({ upTos: [], atMost: 3 })
  it.each(Object.entries({ embedded: () => embedded(), lookingAtFew, amongMany, amongManyLookingAtFew, memory }))('is answered as by looking at every row: %s', { timeout: 60_000 }, async (_, open) => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ title: scalar, hall: fc.option(scalar, { nil: undefined }), days: scalar, urgent: fc.boolean() }), { maxLength: 30 }),
      fc.array(question, { minLength: 1, maxLength: 12 }),
      async (rows, questions) => {
        const house = await open()
        try {
          const facts = numbered(rows.map((data, i) => ({ stream: `${['甲', '𠮷', '￥', 'b', 'z'][i % 5]}${i}`, fact: { type: 'MatterOpened', data: JSON.parse(JSON.stringify(data)) as typeof data } })))
          await house.tell(facts)
          const all = Object.entries(naively(matters, [], facts).rows).map(([key, row]) => ({ key, row })).sort((a, b) => utf8(a.key, b.key))
          for (const asked of questions) {
            const right = all.filter(({ row }) => Object.entries(asked.where ?? {}).every(([field, one]) => holds(row, field, one)))
            if (asked.order) {
              const field = asked.order.replace('-', '')
              const withIt = right.filter(({ row }) => value(row, field) !== undefined).sort((a, b) => compare(value(a.row, field)!, value(b.row, field)!) || utf8(a.key, b.key))
              const without = right.filter(({ row }) => value(row, field) === undefined)
              if (asked.order !== field) { withIt.reverse(); without.reverse() }
              right.splice(0, right.length, ...withIt, ...without)
            }
            expect(await paged(house.store, 'matters', asked)).toEqual(right)
            expect(await house.store.count('matters', asked.where)).toBe(right.length)
            expect([...await house.store.keys('matters', asked.where, 1_000)].sort(utf8)).toEqual(right.map(({ key }) => key).sort(utf8))
          }
        } finally { await house.close() }
      }), { numRuns: 40, examples: [
        // All of the condition is in the index that leads: nothing is passed over, and the page does not end where it would have been full.
        [(['一楼', 0, '一楼', 0] as const).map((days) => ({ title: '一楼' as const, hall: undefined, days, urgent: false })), [{ where: { days: {} }, limit: 4 }]],
      ] })
  })
  it('has the same answers for groups and other projections, asked by key', async () => {
    const house = await embedded()
    const facts = numbered(Array.from({ length: 40 }, (_, i) => ({ stream: `m-${i % 9}`, fact: i < 9
      ? { type: 'MatterOpened', data: { title: 't', hall: `h${i % 2}`, days: i } } : { type: 'MatterMoved', data: { hall: `h${i % 4}` } } })))
    await house.tell(facts)
    const rowsIn = async (name: string) => Object.fromEntries((await paged(house.store, name, { limit: 2 })).map(({ key, row }) => [key, row]))
    expect(await rowsIn('halls')).toEqual(naively(halls, [], facts).rows)
    expect(await rowsIn('hall-load')).toEqual(naively(matters, groups, facts).groups['hall-load'])
    await house.close()
  })
})
