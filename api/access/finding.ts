import { keysLimit, unbounded, type Found, type Page, type Place, type Query, type ReadStore } from '../../projections/read-store.ts'
import type { Where } from './sight.ts'

type Scalar = string | number | null
const scalarOf = (value: unknown): Scalar => typeof value === 'string' || typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null
const bytewise = (a: string, b: string) => a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
/** Numbers come before texts. */
const byScalar = (a: Scalar, b: Scalar) => typeof a === 'number' && typeof b === 'number' ? a - b : typeof a === 'number' ? -1 : typeof b === 'number' ? 1 : bytewise(a ?? '', b ?? '')

/** The order in which a store answers: by value and key, without a value last. */
function wayOf(order: string | undefined) {
  const down = order?.startsWith('-') ?? false, field = down ? order!.slice(1) : order
  return {
    placeOf: ({ key, row }: Found): Place => ({ value: field === undefined ? null : scalarOf(row[field]), key }),
    compare(a: Place, b: Place) {
      if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1
      const way = byScalar(a.value, b.value) || bytewise(a.key, b.key)
      return down ? -way : way
    },
  }
}

/** Where a row stands in an order. */
export const placeOf = (order: string | undefined, found: Found): Place => wayOf(order).placeOf(found)
type InOrder = Omit<Query, 'where' | 'after'> & { after?: Place }
/** 并查 — a page of what meets one of several conditions: each is asked by itself, led by an index of its own, and the answers are put in order. */
export async function findAny(rows: Pick<ReadStore, 'find'>, collection: string, { limit = 50, ...query }: InOrder, wheres: readonly Where[]): Promise<Page> {
  if (wheres.length <= 1) return wheres[0] ? rows.find(collection, { ...query, limit, where: wheres[0] }) : { rows: [] }
  const pages = await Promise.all(wheres.map((where) => rows.find(collection, { ...query, limit, where }))), { placeOf, compare } = wayOf(query.order)
  const all = [...new Map(pages.flatMap((page) => page.rows.map((one) => [one.key, one] as const))).values()].sort((a, b) => compare(placeOf(a), placeOf(b)))
  // What one of them has not looked at yet may come before what another has found.
  const stopped = pages.flatMap(({ looked, end }) => looked !== undefined && end ? [end] : []).sort(compare)[0]
  const sure = stopped ? all.filter((one) => compare(placeOf(one), stopped) <= 0) : all, found = sure.slice(0, limit)
  if (sure.length > limit || (found.length === limit && pages.some(({ end }) => end))) return { rows: found, end: placeOf(found.at(-1)!) }
  return stopped ? { rows: found, end: stopped, looked: pages.reduce((sum, { looked = 0 }) => sum + looked, 0) } : { rows: found }
}
/** Keys of all that meets one of several conditions. */
export async function keysOfAny(rows: Pick<ReadStore, 'keys'>, collection: string, wheres: readonly Where[], upTo: number): Promise<readonly string[]> {
  const sets = await Promise.all(wheres.map((where) => rows.keys(collection, where, upTo)))
  return sets.length === 1 ? sets[0]! : [...new Set(sets.flat())]
}
/** How many meet one of several conditions. */
export const countAny = async (rows: Pick<ReadStore, 'keys' | 'count'>, collection: string, wheres: readonly Where[]): Promise<number> =>
  wheres.length === 1 ? rows.count(collection, wheres[0]) : (await keysOfAny(rows, collection, wheres, unbounded)).length
/** Keys in their order, many at once, where one condition says it all; else those of the rows. */
export async function keysInOrderOfAny(rows: Pick<ReadStore, 'find' | 'keysInOrder'>, collection: string, query: InOrder, wheres: readonly Where[]) {
  if (wheres.length === 1) return rows.keysInOrder(collection, { ...query, limit: Math.min(query.limit ?? keysLimit, keysLimit), where: wheres[0]! })
  const { rows: found, ...rest } = await findAny(rows, collection, { ...query, limit: Math.min(query.limit ?? 1_000, 1_000) }, wheres)
  return { keys: found.map(({ key }) => key), ...rest }
}
