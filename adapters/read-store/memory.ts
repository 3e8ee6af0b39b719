import { keysLimit, type Found, type Place, type Query, type ReadStore } from '../../projections/read-store.ts'
import { checkedQuery, checkedWhere, cursorOf, unknownCollection, type Check } from './query.ts'
import { scalarOf, type Row } from './rows-file.ts'

export type MemoryTable = { fields: readonly string[]; rows: Readonly<Record<string, Row>>; checkpoint: number }

/** 读侧 in memory, over rows that somebody else keeps: it answers as the embedded one does, by looking at every row. */
export function memoryReadStore(tables: () => Readonly<Record<string, MemoryTable>>): ReadStore {
  const tableOf = (name: string) => {
    const table = tables()[name]
    if (!table) throw unknownCollection(name, Object.keys(tables()).sort())
    return table
  }
  const byKey = ({ rows }: MemoryTable): Found[] => Object.keys(rows).sort(byCodePoint).map((key) => ({ key, row: structuredClone(rows[key]!) }))
  const page = (name: string, query: Query, most?: number) => {
    const table = tableOf(name)
    const { checks, order, limit, after } = checkedQuery(name, table.fields, query, most)
    const placeOf = ({ key, row }: Found): Place => ({ value: order ? scalarOf(row[order.field]) : null, key })
    const compare = (a: Place, b: Place) => {
      if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1
      const way = byScalar(a.value, b.value) || byCodePoint(a.key, b.key)
      return order?.descending ? -way : way
    }
    const found = byKey(table).filter(({ row }) => checks.every((check) => holds(check, row)))
      .sort((a, b) => compare(placeOf(a), placeOf(b))).filter((one) => !after || compare(placeOf(one), after) > 0)
    const rows = found.slice(0, limit)
    const end = found.length > limit && placeOf(rows.at(-1)!)
    return end ? { rows, next: cursorOf(name, query, end), end } : { rows }
  }
  return {
    collections: () => Object.keys(tables()).sort(),
    async get(name, key) {
      const { rows } = tableOf(name)
      return Object.hasOwn(rows, key) ? structuredClone(rows[key]) : undefined
    },
    find: async (name, query) => page(name, query),
    async count(name, where) {
      const { fields, rows } = tableOf(name)
      const checks = checkedWhere(name, fields, where)
      return Object.values(rows).filter((row) => checks.every((check) => holds(check, row))).length
    },
    async keys(name, where, upTo) {
      const { fields, rows } = tableOf(name)
      const checks = checkedWhere(name, fields, where)
      return Object.keys(rows).filter((key) => checks.every((check) => holds(check, rows[key]!))).slice(0, upTo + 1)
    },
    async keysInOrder(name, query) {
      const { rows, end } = page(name, query, keysLimit)
      return { keys: rows.map(({ key }) => key), ...(end && { end }) }
    },
    async* scan(name) {
      const rows = byKey(tableOf(name))
      for (let from = 0; from < rows.length; from += 500) yield rows.slice(from, from + 500)
    },
    checkpoint: async (name) => tableOf(name).checkpoint,
    close: async () => {},
  }
}

function holds(check: Check, row: Row): boolean {
  const value = scalarOf(row[check.field])
  switch (check.kind) {
    case 'equal': return value === check.value
    case 'in': return value !== null && check.values.includes(value)
    case 'present': return value !== null
    case 'range': {
      const { from, to } = check
      return value !== null && typeof value === typeof (from ?? to)
        && (from === undefined || byScalar(value, from) >= 0) && (to === undefined || byScalar(value, to) <= 0)
    }
  }
}

/** Numbers before texts; texts by code point, as they are compared in UTF-8. */
const byScalar = (a: string | number | null, b: string | number | null): number => {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : byCodePoint(a ?? '', b ?? '')
}
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i), right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}
/** Half of a pair stands for a code point beyond every single unit. */
const rank = (unit: number) => unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
