import { createHash } from 'node:crypto'
import { canonical } from '../../domain/kernel/canonical.ts'
import { pageLimit, type Condition, type Place, type Query } from '../../projections/read-store.ts'

export type QueryRefusal = 'unknown-collection' | 'undeclared-field' | 'bad-condition' | 'bad-limit' | 'bad-cursor'
/** A question that cannot be asked of these rows: wrong in the asking, so the asker is told which field and why. */
export class QueryRefused extends Error {
  readonly code: QueryRefusal
  readonly field: string
  readonly zh: string
  readonly en: string
  constructor(code: QueryRefusal, field: string, zh: string, en: string) {
    super(`${zh} / ${en}`)
    this.code = code
    this.field = field
    this.zh = zh
    this.en = en
  }
}

export type Scalar = string | number | boolean | null
/** 条件, checked. `range` compares only with what has the type of its bounds, `present` is any value at all. */
export type Check =
  | { field: string; kind: 'equal'; value: string | number | null }
  | { field: string; kind: 'in'; values: readonly (string | number)[] }
  | { field: string; kind: 'range'; from?: string | number; to?: string | number }
  | { field: string; kind: 'present' }
export type Checked = { checks: readonly Check[]; order: { field: string; descending: boolean } | undefined; limit: number; after: Place | undefined }

const listLimit = 1_000
const usualLimit = 100

export function unknownCollection(collection: string, known: readonly string[]): QueryRefused {
  return new QueryRefused('unknown-collection', collection, `没有“${collection}”这个集合；现有：${known.join('、')}`,
    `there is no collection ${collection}; there are: ${known.join(', ')}`)
}

const isBound = (value: unknown): value is string | number => typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))

function checked(field: string, condition: Condition | undefined): Check {
  const bad = (zh: string, en: string) => new QueryRefused('bad-condition', field, `“${field}”的条件有误：${zh}`, `bad condition on ${field}: ${en}`)
  if (condition === null) return { field, kind: 'equal', value: null }
  if (typeof condition === 'boolean') return { field, kind: 'equal', value: Number(condition) }
  if (isBound(condition)) return { field, kind: 'equal', value: condition }
  if (typeof condition !== 'object') throw bad('须为值、in 或 from/to', 'it must be a value, in, or from/to')
  const names = Object.keys(condition)
  if ('in' in condition) {
    if (names.length > 1 || !Array.isArray(condition.in) || !condition.in.every(isBound))
      throw bad('in 须为文字或数字的列表', 'in must be a list of texts or numbers')
    if (condition.in.length > listLimit) throw bad(`in 至多 ${listLimit} 项`, `in takes at most ${listLimit} values`)
    return { field, kind: 'in', values: condition.in }
  }
  const { from, to } = condition
  if (names.some((name) => name !== 'from' && name !== 'to')) throw bad('只认 in、from、to', 'only in, from and to are known')
  if ([from, to].some((bound) => bound !== undefined && !isBound(bound))) throw bad('from/to 须为文字或数字', 'from and to must be texts or numbers')
  if (from !== undefined && to !== undefined && typeof from !== typeof to) throw bad('from 与 to 须同类', 'from and to must be of one type')
  return from === undefined && to === undefined ? { field, kind: 'present' }
    : { field, kind: 'range', ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

export function checkedWhere(collection: string, fields: readonly string[], where: Query['where'] = {}): readonly Check[] {
  return Object.entries(where).map(([field, condition]) => {
    declared(collection, fields, field)
    return checked(field, condition)
  })
}
function declared(collection: string, fields: readonly string[], field: string) {
  if (!fields.includes(field)) throw new QueryRefused('undeclared-field', field,
    `“${collection}”不能按“${field}”查询；可用：${fields.join('、') || '无'}`,
    `${collection} cannot be asked by ${field}; it can by: ${fields.join(', ') || 'nothing'}`)
}

export function checkedQuery(collection: string, fields: readonly string[], query: Query, most = pageLimit): Checked {
  const checks = checkedWhere(collection, fields, query.where)
  const descending = query.order?.startsWith('-') ?? false
  const field = descending ? query.order!.slice(1) : query.order
  if (field !== undefined) declared(collection, fields, field)
  const limit = query.limit ?? usualLimit
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new QueryRefused('bad-limit', 'limit', `每页条数须为 1 至 ${most} 的整数`, `limit must be a whole number from 1 to ${most}`)
  return { checks, order: field === undefined ? undefined : { field, descending }, limit,
    after: query.after === undefined ? undefined : placeOf(collection, query, query.after) }
}

/** 翻页标 — names the question too, since a place in one list says nothing about another. */
const questionOf = (collection: string, { where = {}, order = '' }: Query) =>
  createHash('sha256').update(canonical([collection, where, order])).digest('base64url').slice(0, 12)

export const cursorOf = (collection: string, query: Query, { value, key }: Place): string =>
  Buffer.from(JSON.stringify([questionOf(collection, query), value, key])).toString('base64url')

const isPlace = (value: unknown, key: unknown) => (value === null || isBound(value)) && typeof key === 'string'
function placeOf(collection: string, query: Query, cursor: string | Place): Place {
  if (typeof cursor === 'object') { if (isPlace(cursor.value, cursor.key)) return cursor } else try {
    const [question, value, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, Place['value'], string]
    if (question === questionOf(collection, query) && isPlace(value, key)) return { value, key }
  } catch { /* told below */ }
  throw new QueryRefused('bad-cursor', 'after', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query')
}
