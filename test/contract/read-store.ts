import { expect } from 'vitest'
import { z } from 'zod'
import { hashOfRows } from '../../adapters/read-store/hash.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { moved, type Group, type Projection } from '../../projections/kernel.ts'
import type { Found, Query, ReadStore } from '../../projections/read-store.ts'
import { numbered } from '../kernel/rows.ts'

/** A read store and the way in which facts get into it: each `tell` has been folded and committed when it returns. */
export type House = { store: ReadStore; tell(facts: readonly Recorded[]): Promise<void>; close(): Promise<void> }

const Matter = z.strictObject({ title: z.string(), hall: z.string().optional(), days: z.number(), urgent: z.boolean(), steps: z.array(z.string()),
  who: z.strictObject({ subject: z.string(), matter: z.string(), sealed: z.string() }).optional(), toldAt: z.strictObject({ recordedAt: z.string() }).optional() })
export type Matter = z.infer<typeof Matter>
export type MatterEvent =
  | { type: 'MatterOpened'; data: { title: string; hall?: string; days: number; urgent?: boolean; sealed?: string } }
  | { type: 'MatterMoved'; data: { hall: string; step?: string } }
  | { type: 'MatterClosed'; data: Record<string, never> }

/** 事项 as a queue sees them: a row from opening to closing. What comes first matters, so it follows business order. */
export const matters: Projection<Matter, MatterEvent> = {
  name: 'matters', version: 1, row: Matter, order: 'business', indexes: ['title', 'hall', 'days', 'urgent'],
  composites: [{ lead: 'hall', order: 'days', covers: ['title', 'urgent'] }, { lead: 'urgent', order: 'days', covers: ['hall', 'title'] }, { order: 'days', covers: ['title', 'urgent'] }],
  key: ({ meta }) => meta.stream,
  on: {
    MatterOpened: (_, { data: { title, hall, days, urgent = false, sealed }, meta }) => ({ title, ...(hall !== undefined && { hall }), days, urgent, steps: [],
      ...(sealed !== undefined && { who: { subject: 'p-1', matter: meta.stream, sealed }, toldAt: { recordedAt: meta.recordedAt } }) }),
    MatterMoved: (row, { data: { hall, step } }) => row && { ...row, hall, steps: step === undefined ? row.steps : [...row.steps, step] },
    MatterClosed: () => undefined,
  },
}
/** 大厅 — how often each hall was named, and its name by the key; several rows a fact, and the order of arrival does not matter. */
const Hall = z.strictObject({ name: z.string(), times: z.int() })
export const halls: Projection<z.infer<typeof Hall>, MatterEvent> = {
  name: 'halls', version: 1, row: Hall, order: 'arrival', indexes: ['times'],
  key: ({ type, data }) => type === 'MatterMoved' ? [data.hall, 'all'] : type === 'MatterOpened' && data.hall !== undefined ? data.hall : [],
  on: { MatterOpened: (row, _, name) => ({ name, times: (row?.times ?? 0) + 1 }), MatterMoved: (row, _, name) => ({ name, times: (row?.times ?? 0) + 1 }) },
}
export const hallLoad: Group<Matter> = {
  name: 'hall-load', version: 1, of: 'matters', on: moved(({ hall = '无', urgent }) => [[hall, { open: 1, urgent: urgent ? 1 : 0 }]]),
}
export const projections = [matters, halls]
export const groups = [hallLoad]

const opened = (stream: string, data: Partial<Extract<MatterEvent, { type: 'MatterOpened' }>['data']> = {}) =>
  ({ stream, fact: { type: 'MatterOpened', data: { title: '设立登记', days: 5, ...data } } as MatterEvent })
const hall = (stream: string, name: string, step?: string) =>
  ({ stream, fact: { type: 'MatterMoved', data: { hall: name, ...(step !== undefined && { step }) } } as MatterEvent })
const closed = (stream: string) => ({ stream, fact: { type: 'MatterClosed', data: {} } as MatterEvent })
const at = (hour: number) => ({ occurredAt: `2026-03-02T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant })

/** Every page of a query, one after another. */
export async function paged(store: ReadStore, collection: string, query: Query): Promise<readonly Found[]> {
  const rows: Found[] = []
  for (let after: string | undefined; ;) {
    const page = await store.find(collection, { ...query, ...(after !== undefined && { after }) })
    rows.push(...page.rows)
    if (page.next === undefined) return rows
    if (rows.length > 10_000) throw new Error('pages without end')
    after = page.next
  }
}
const keys = (found: readonly Found[]) => found.map(({ key }) => key)
const refusal = (asked: Promise<unknown>) => asked.then(() => 'answered', (failure: unknown) => failure)
const told = (n: number, of: (i: number) => ReturnType<typeof opened>) => numbered(Array.from({ length: n }, (_, i) => of(i)))

/** 读侧之约 — what every read store must do; clauses are sentences. */
export const readStoreClauses: Record<string, (house: House) => Promise<void>> = {
  async 'names its collections, groups among them'({ store }) {
    expect(store.collections()).toStrictEqual(['hall-load', 'halls', 'matters'])
  },
  async 'hands out a row as it was folded, and nothing where there is none'({ store, tell }) {
    await tell(numbered([opened('m-1', { title: '"引号" 与 𠮷', hall: '一楼' }), hall('m-1', '二楼', '审核')]))
    expect(await store.get('matters', 'm-1')).toStrictEqual({ title: '"引号" 与 𠮷', hall: '二楼', days: 5, urgent: false, steps: ['审核'] })
    expect(await store.get('matters', 'm-2')).toBeUndefined()
    expect(await store.get('matters', 'toString')).toBeUndefined()
  },
  async 'a row that is gone is neither found nor counted'({ store, tell }) {
    await tell(numbered([opened('m-1', { hall: '一楼' }), opened('m-2', { hall: '一楼' }), closed('m-1')]))
    expect(keys((await store.find('matters', { where: { hall: '一楼' } })).rows)).toStrictEqual(['m-2'])
    expect(await store.count('matters')).toBe(1)
    expect(await store.get('matters', 'm-1')).toBeUndefined()
  },
  async 'knows up to where it was folded, in every collection'({ store, tell }) {
    await tell(numbered([opened('m-1'), opened('m-2'), opened('m-3')]))
    for (const collection of store.collections()) expect(await store.checkpoint(collection)).toBe(5)
  },
  async 'a fact told again changes nothing'({ store, tell }) {
    const facts = numbered([opened('m-1', { hall: '一楼' }), hall('m-1', '二楼'), hall('m-1', '二楼')])
    await tell(facts)
    await tell(facts.slice(1))
    await tell(facts)
    expect(await store.get('halls', '二楼')).toStrictEqual({ name: '二楼', times: 2 })
    expect(await store.get('halls', 'all')).toStrictEqual({ name: 'all', times: 2 })
    expect(await store.get('hall-load', '二楼')).toStrictEqual({ open: 1 })
  },
  async 'a group moves with its rows, in the same commit, and goes when nothing is left'({ store, tell }) {
    const facts = numbered([opened('m-1', { hall: '一楼', urgent: true }), opened('m-2', { hall: '一楼' }), hall('m-1', '二楼'), closed('m-1')])
    const load = async () => Object.fromEntries((await store.find('hall-load', {})).rows.map(({ key, row }) => [key, row]))
    await tell(facts.slice(0, 2))
    expect(await load()).toStrictEqual({ 一楼: { open: 2, urgent: 1 } })
    await tell(facts.slice(2, 3))
    expect(await load()).toStrictEqual({ 一楼: { open: 1 }, 二楼: { open: 1, urgent: 1 } })
    await tell(facts.slice(3))
    expect(await load()).toStrictEqual({ 一楼: { open: 1 } })
  },
  async 'a fact told late takes its place, and the rows come out as if it had been told in time'({ store, tell }) {
    const facts = numbered([{ ...opened('m-1', { hall: '一楼' }), meta: at(1) }, { ...hall('m-1', '三楼', '丙'), meta: at(9) },
      { ...hall('m-1', '二楼', '乙'), meta: at(5) }])
    for (const fact of facts) await tell([fact])
    expect(await store.get('matters', 'm-1')).toStrictEqual({ title: '设立登记', hall: '三楼', days: 5, urgent: false, steps: ['乙', '丙'] })
    expect((await store.find('hall-load', {})).rows).toStrictEqual([{ key: '三楼', row: { open: 1 } }])
  },
  async 'a fact told late about a row that is gone, or not yet there, is no surprise'({ store, tell }) {
    const facts = numbered([{ ...opened('m-1'), meta: at(1) }, { ...closed('m-1'), meta: at(9) }, { ...hall('m-1', '二楼'), meta: at(5) },
      { ...hall('m-2', '二楼', '乙'), meta: at(5) }, { ...opened('m-2'), meta: at(1) }])
    for (const fact of facts) await tell([fact])
    expect(await store.get('matters', 'm-1')).toBeUndefined()
    expect(await store.get('matters', 'm-2')).toMatchObject({ hall: '二楼', steps: ['乙'] })
  },
  async 'filters by every condition, whichever leads'({ store, tell }) {
    await tell(told(60, (i) => opened(`m-${i}`, { title: `t${i % 2}`, days: i % 3, hall: `h${i % 5}` })))
    const where = { title: 't1', days: { from: 1, to: 2 }, hall: { in: ['h1', 'h2', 'h9'] } }
    const naive = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 2 === 1 && i % 3 >= 1 && [1, 2].includes(i % 5)).map((i) => `m-${i}`).sort()
    expect(keys((await store.find('matters', { where })).rows)).toStrictEqual(naive)
    expect(keys(await paged(store, 'matters', { where, order: 'days', limit: 3 })).sort()).toStrictEqual(naive)
    expect(await store.count('matters', where)).toBe(naive.length)
  },
  async 'compares numbers as numbers'({ store, tell }) {
    await tell(told(4, (i) => opened(`m-${i}`, { days: [9, 10, 100, -1.5][i]! })))
    expect(keys((await store.find('matters', { order: 'days' })).rows)).toStrictEqual(['m-3', 'm-0', 'm-1', 'm-2'])
    expect(keys((await store.find('matters', { where: { days: { from: 9.5, to: 100 } } })).rows)).toStrictEqual(['m-1', 'm-2'])
    expect(await store.count('matters', { days: { from: 'a' } })).toBe(0)
    expect(await store.count('matters', { days: '9' })).toBe(0)
    expect(await store.count('matters', { title: { from: 0 } })).toBe(0)
  },
  async 'asks for what is true, what is missing, and what is there at all'({ store, tell }) {
    await tell(numbered([opened('m-1', { urgent: true, hall: '一楼' }), opened('m-2', { urgent: false }), opened('m-3', { urgent: true })]))
    expect(await store.count('matters', { urgent: true })).toBe(2)
    expect(await store.count('matters', { urgent: false })).toBe(1)
    expect(keys((await store.find('matters', { where: { hall: null } })).rows)).toStrictEqual(['m-2', 'm-3'])
    expect(keys((await store.find('matters', { where: { hall: {} } })).rows)).toStrictEqual(['m-1'])
    expect(await store.count('matters', { hall: { in: [] } })).toBe(0)
  },
  async 'orders by a field and back, rows without it last, ties by key the same way round'({ store, tell }) {
    await tell(told(6, (i) => opened(`m-${i}`, { ...(i % 3 > 0 && { hall: `h${i % 3}` }) })))
    const there = ['m-1', 'm-4', 'm-2', 'm-5', 'm-0', 'm-3']
    const back = ['m-5', 'm-2', 'm-4', 'm-1', 'm-3', 'm-0']
    for (const limit of [1, 2, 3, 4, 6]) {
      expect(keys(await paged(store, 'matters', { order: 'hall', limit }))).toStrictEqual(there)
      expect(keys(await paged(store, 'matters', { order: '-hall', limit }))).toStrictEqual(back)
    }
    expect(keys(await paged(store, 'matters', { order: 'hall', where: { hall: null }, limit: 1 }))).toStrictEqual(['m-0', 'm-3'])
  },
  async 'pages through ties without losing or repeating a row'({ store, tell }) {
    await tell(told(25, (i) => opened(`m-${String(i).padStart(2, '0')}`, { days: i < 20 ? 1 : 2 })))
    for (const query of [{ order: 'days' }, { order: '-days' }, { where: { days: 1 } }, {}] as Query[]) {
      const all = (await store.find('matters', { ...query, limit: 1_000 })).rows
      for (const limit of [1, 4, 7, 25]) expect(await paged(store, 'matters', { ...query, limit })).toStrictEqual(all)
    }
    expect((await store.find('matters', { limit: 25 })).next).toBeUndefined()
  },
  async 'a page goes on behind the place of any row, there or not'({ store, tell }) {
    await tell(told(12, (i) => opened(`m-${String(i).padStart(2, '0')}`, { days: i % 4, ...(i % 3 > 0 && { hall: `h${i % 3}` }) })))
    for (const order of ['days', '-days', 'hall', '-hall', undefined]) {
      const query: Query = { ...(order && { order }), limit: 1_000 }, all = (await store.find('matters', query)).rows
      for (const [i, { key, row }] of all.entries()) {
        const value = order ? row[order.replace('-', '')] as number | string | undefined ?? null : null
        expect(keys((await store.find('matters', { ...query, after: { value, key } })).rows)).toStrictEqual(keys(all.slice(i + 1)))
      }
      const { end, rows } = await store.find('matters', { ...query, limit: 5 })
      expect(end?.key).toBe(rows[4]!.key)
    }
    expect(keys((await store.find('matters', { order: 'days', after: { value: 1.5, key: '' } })).rows)).toStrictEqual(['m-02', 'm-06', 'm-10', 'm-03', 'm-07', 'm-11'])
    for (const after of [{ value: {}, key: 'm' }, { value: 1, key: 1 }]) expect(await refusal(store.find('matters', { order: 'days', after } as unknown as Query))).toMatchObject({ code: 'bad-cursor' })
  },
  async 'keys in an order are those of the rows in that order, page by page, many at once too'({ store, tell }) {
    await tell(told(1_200, (i) => opened(`m-${String(i * 7 % 1_200).padStart(4, '0')}`, { days: i % 9, urgent: i % 4 === 0, ...(i % 3 > 0 && { hall: `h${i % 5}` }) })))
    for (const order of ['days', '-days', 'hall', '-hall', undefined]) for (const where of [{}, { urgent: true }, { hall: 'h1', urgent: false }, { days: { from: 2, to: 6 } }, { hall: null }] as NonNullable<Query['where']>[]) {
      const query: Query = { where, ...(order && { order }) }, right = keys(await paged(store, 'matters', { ...query, limit: 1_000 }))
      const all = await store.keysInOrder('matters', { ...query, limit: 50_000 })
      expect(all).toStrictEqual({ keys: right })
      for (const limit of [right.length, Math.max(right.length - 1, 1), 97]) {
        const found: string[] = []
        for (let after: Query['after'], more = true; more;) {
          const page = await store.keysInOrder('matters', { ...query, limit, ...(after && { after }) })
          found.push(...page.keys)
          after = page.end
          more = page.end !== undefined
        }
        expect(found).toStrictEqual(right)
      }
    }
    for (const limit of [0, 50_001]) expect(await refusal(store.keysInOrder('matters', { limit }))).toMatchObject({ code: 'bad-limit' })
    expect(await refusal(store.keysInOrder('matters', { order: 'steps' }))).toMatchObject({ code: 'undeclared-field' })
  },
  async 'a page goes on where the last one ended, though rows were added and taken meanwhile'({ store, tell }) {
    const facts = told(10, (i) => opened(`m-${i}`, { days: i }))
    await tell(facts)
    const first = await store.find('matters', { order: 'days', limit: 4 })
    await tell(numbered([...facts.map(({ meta }) => opened(meta.stream)), closed('m-3'), closed('m-5'), opened('m-35', { days: 3.5 })]).slice(10))
    expect(keys((await store.find('matters', { order: 'days', after: first.next! })).rows)).toStrictEqual(['m-35', 'm-4', 'm-6', 'm-7', 'm-8', 'm-9'])
  },
  async 'refuses a field that was not declared, naming it and those that can be asked for'({ store }) {
    for (const query of [{ where: { steps: 'x' } }, { order: 'steps' }, { order: '-steps' }] as Query[])
      expect(await refusal(store.find('matters', query))).toMatchObject({ code: 'undeclared-field', field: 'steps', zh: expect.stringContaining('title'), en: expect.stringContaining('title') })
    expect(await refusal(store.count('matters', { steps: 'x' }))).toMatchObject({ code: 'undeclared-field', field: 'steps' })
    expect(await refusal(store.find('matters', { where: { 'days" OR 1=1 --': 1 } }))).toMatchObject({ code: 'undeclared-field' })
  },
  async 'refuses a collection, limit, condition or cursor that is none'({ store, tell }) {
    await tell(told(5, (i) => opened(`m-${i}`)))
    expect(await refusal(store.get('nothing', 'm-1'))).toMatchObject({ code: 'unknown-collection', field: 'nothing', zh: expect.stringContaining('matters') })
    for (const limit of [0, -1, 1.5, 1_001, NaN]) expect(await refusal(store.find('matters', { limit }))).toMatchObject({ code: 'bad-limit' })
    const wrong = [{ days: { from: 1, to: 'x' } }, { days: { upTo: 3 } }, { days: { in: 3 } }, { days: [1] }, { days: NaN }, { days: undefined }, { days: { from: {} } }]
    for (const where of wrong) expect(await refusal(store.find('matters', { where } as unknown as Query))).toMatchObject({ code: 'bad-condition', field: 'days' })
    const { next } = await store.find('matters', { order: 'days', limit: 2 })
    for (const query of [{ after: 'nonsense' }, { after: '' }, { after: next! }, { order: 'days', where: { urgent: true }, after: next! }] as Query[])
      expect(await refusal(store.find('matters', query))).toMatchObject({ code: 'bad-cursor' })
  },
  async 'names the keys of all that match, and no more than one too many'({ store, tell }) {
    await tell(told(60, (i) => opened(`m-${i}`, { days: i % 3, hall: `h${i % 5}` })))
    const where = { days: 2, hall: { in: ['h1', 'h4'] } }
    const naive = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 3 === 2 && [1, 4].includes(i % 5)).map((i) => `m-${i}`).sort()
    expect([...await store.keys('matters', where, 1_000)].sort()).toStrictEqual(naive)
    const some = await store.keys('matters', where, 3)
    expect(new Set(some).size).toBe(4)
    expect(some.filter((key) => !naive.includes(key))).toStrictEqual([])
    expect(await store.keys('matters', { days: 7 }, 3)).toStrictEqual([])
    expect(await store.keys('matters', undefined, 1_000)).toHaveLength(60)
    expect(await refusal(store.keys('matters', { steps: 'x' }, 3))).toMatchObject({ code: 'undeclared-field', field: 'steps' })
  },
  async 'scans every row once, by key'({ store, tell }) {
    await tell(told(1_201, (i) => opened(`m-${i}`)))
    const rows: Found[] = []
    for await (const some of store.scan('matters')) rows.push(...some)
    expect(keys(rows)).toStrictEqual(Array.from({ length: 1_201 }, (_, i) => `m-${i}`).sort())
    expect(rows[0]!.row).toStrictEqual({ title: '设立登记', days: 5, urgent: false, steps: [] })
  },
  async 'cannot be altered through what it handed out'({ store, tell }) {
    await tell(numbered([opened('m-1')]))
    const row = await store.get('matters', 'm-1')
    ;(row!['steps'] as string[]).push('x')
    expect(await store.get('matters', 'm-1')).toMatchObject({ steps: [] })
  },
  async 'the hash of its rows is that of what happened, not of how or when it was told'({ store, tell }) {
    const empty = await hashOfRows(store)
    await tell(numbered([opened('m-1', { sealed: 'abc' }), opened('m-2')]))
    expect(await hashOfRows(store)).not.toBe(empty)
    expect(await hashOfRows(store)).toBe('8491b29c66f6c5335f02dadd0ad1b8537b834dc4e3f43422bc6872d48ce05ca6')
  },
}
