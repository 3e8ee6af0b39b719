import type { Check, Place } from './query.ts'
import { column, indexName, quoted } from './rows-file.ts'

export type Sql = { text: string; values: readonly (string | number | null)[] }
/** 主导 — the index by which the rows are gone through: that of a condition, of the order, or (neither) the keys. */
export type Lead = { check?: Check; order?: string }

const few = 256
const many = 8_192

/** The most selective condition leads. Where even that leaves many, the rows are gone through in the order asked for, since a page
    is then full soon. */
export function leadOf(checks: readonly Check[], estimate: (check: Check, upTo: number) => number, order?: string): Lead {
  const inOrder = checks.find(({ field, kind }) => order === undefined ? kind === 'equal' : field === order)
  if (checks.length === 1 && inOrder) return { check: inOrder }
  for (const upTo of [few, many]) {
    const counts = checks.map((check) => estimate(check, upTo))
    const least = Math.min(...counts)
    if (least < upTo) return { check: checks[counts.indexOf(least)]! }
  }
  return inOrder ? { check: inOrder } : order === undefined ? {} : { order }
}

/** A condition in SQL. One that must not lead is written so that no index can serve it. */
export function conditionOf(check: Check, leads: boolean): Sql {
  const field = leads ? column(check.field) : `+${column(check.field)}`
  switch (check.kind) {
    case 'equal': return check.value === null ? { text: `${field} IS NULL`, values: [] } : { text: `${field} = ?`, values: [check.value] }
    case 'in': return { text: `${field} IN (${check.values.map(() => '?').join(', ')})`, values: check.values }
    case 'present': return { text: `${field} IS NOT NULL`, values: [] }
    case 'range': {
      // Numbers come before texts: a bound of one type must not let in the other.
      const { from = typeof check.to === 'string' ? '' : undefined, to } = check
      const numbersOnly = typeof from === 'number' && to === undefined
      return {
        text: [from !== undefined && `${field} >= ?`, to !== undefined && `${field} <= ?`, numbersOnly && `${field} < ''`].filter(Boolean).join(' AND '),
        values: [from, to].filter((bound) => bound !== undefined),
      }
    }
  }
}

function whereOf(checks: readonly Check[], lead: Check | undefined, more: readonly Sql[] = []): Sql {
  const all = [...checks.map((check) => conditionOf(check, check === lead)), ...more]
  return all.length === 0 ? { text: '', values: [] }
    : { text: ` WHERE ${all.map(({ text }) => text).join(' AND ')}`, values: all.flatMap(({ values }) => values) }
}
const from = (table: string, field: string | undefined) =>
  `FROM ${quoted(table)}${field === undefined ? '' : ` INDEXED BY ${indexName(table, field)}`}`

export function countSql(table: string, checks: readonly Check[], lead: Check | undefined): Sql {
  const { text, values } = whereOf(checks, lead)
  return { text: `SELECT count(*) ${from(table, lead?.field)}${text}`, values }
}

export type PageOf = { limit: number; order?: { field: string; descending: boolean }; backwards?: boolean; after?: Place }

/** A page by key (`backwards`: from the last), or of the rows that have the field by which it is ordered; ties go by key, the same way round. */
export function findSql(table: string, checks: readonly Check[], lead: Lead, { limit, order, backwards = false, after }: PageOf): Sql {
  const down = order ? order.descending : backwards
  const beyond = down ? '<' : '>'
  const way = down ? ' DESC' : ''
  const sorted = order && column(order.field)
  const more: Sql[] = []
  if (sorted && !checks.some(({ field }) => field === order.field)) more.push({ text: `${sorted} IS NOT NULL`, values: [] })
  if (after && sorted) more.push({ text: `(${sorted}, id) ${beyond} (?, ?)`, values: [after.value, after.key] })
  else if (after) more.push({ text: `id ${beyond} ?`, values: [after.key] })
  const { text, values } = whereOf(checks, lead.check, more)
  return {
    text: `SELECT id, doc, ${sorted ?? 'NULL'} ${from(table, lead.check?.field ?? lead.order)}${text}`
      + ` ORDER BY ${sorted ? `${sorted}${way}, ` : ''}id${way} LIMIT ${limit}`,
    values,
  }
}
