import type { Composite } from '../../projections/kernel.ts'
import type { Place } from '../../projections/read-store.ts'
import type { Check } from './query.ts'
import { column, compositeName, indexName, quoted, type Table } from './rows-file.ts'

export type Sql = { text: string; values: readonly (string | number | null)[] }
/** 主导 — the index by which the rows are gone through: that of a condition, of the order, or (neither) the keys. `covering`: a composite in
    which all conditions can be looked at. `count`: how many rows it leads to, where they were counted to the last. */
export type Lead = { check?: Check; order?: string; covering?: Composite; count?: number }
/** How many rows a condition leaves, but no further than `upTo`; from `far` on, the answer may be remembered. */
export type Estimate = (check: Check, upTo: number) => number

/** So far conditions are counted one after the other, until one of them is found to leave less. */
export const countedUpTo: readonly number[] = [256, 8_192]
export const far = 262_144

/** Composites in this order in which every condition can be looked at. */
const coveringOf = ({ composites = [] }: Table, checks: readonly Check[], order: string | undefined) => composites.filter((one) =>
  (order === undefined || one.order === order) && checks.every(({ field }) => field === one.lead || field === one.order || one.covers.includes(field)))
const isOrder = (check: Check, composite: Composite) => check.field === composite.order

/** The most selective condition leads. Where even that leaves many, a composite serves that the most selective begins, or else the order itself:
    the rows are gone through in the order asked for, since a page is then full soon, and what is passed over is not read. */
export function leadOf(table: Table, checks: readonly Check[], { estimate, upTos }: { estimate: Estimate; upTos: readonly number[] }, order?: string): Lead {
  const covering = coveringOf(table, checks, order)
  const by = (check: Check, count?: number): Lead => {
    const composite = covering.find(({ lead }) => lead === check.field)
    return { check, ...(composite && { covering: composite }), ...(count !== undefined && { count }) }
  }
  const inOrder = checks.find(({ field, kind }) => order === undefined ? kind === 'equal' : field === order)
  if (checks.length === 1 && inOrder) return covering.length > 0 && order !== undefined ? { check: inOrder } : by(inOrder)
  for (const upTo of upTos) {
    const counts = checks.map((check) => estimate(check, upTo))
    const least = Math.min(...counts)
    if (least < upTo) return by(checks[counts.indexOf(least)]!, least)
  }
  const led = checks.filter((check) => check.kind === 'equal' && covering.some(({ lead, order }) => lead === check.field && order !== check.field))
  if (led.length > 0) {
    const counts = led.map((check) => estimate(check, far)), least = Math.min(...counts)
    return by(led[counts.indexOf(least)]!, least < far ? least : undefined)
  }
  const alone = covering.find(({ lead }) => lead === undefined)
  if (alone && checks.length > 0) return { covering: alone, ...(order !== undefined && { order }) }
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

const whereOf = (conditions: readonly Sql[]): Sql => conditions.length === 0 ? { text: '', values: [] }
  : { text: ` WHERE ${conditions.map(({ text }) => text).join(' AND ')}`, values: conditions.flatMap(({ values }) => values) }
const from = (table: Table, { check, order, covering }: Lead) => {
  const field = check?.field ?? order
  return `FROM ${quoted(table.name)}${covering ? ` INDEXED BY ${compositeName(table.name, covering)}` : field === undefined ? '' : ` INDEXED BY ${indexName(table, field)}`}`
}
/** Conditions that the lead's index can seek by: the lead's own, and in a composite those on its order. */
const seeks = (check: Check, { check: lead, covering }: Lead) => check === lead || (covering !== undefined && isOrder(check, covering))

export function countSql(table: Table, checks: readonly Check[], lead: Lead): Sql {
  const { text, values } = whereOf(checks.map((check) => conditionOf(check, seeks(check, lead))))
  return { text: `SELECT count(*) ${from(table, lead)}${text}`, values }
}
export function keysSql(table: Table, checks: readonly Check[], lead: Lead, limit: number): Sql {
  const { text, values } = whereOf(checks.map((check) => conditionOf(check, seeks(check, lead))))
  return { text: `SELECT json_group_array(id) FROM (SELECT id ${from(table, lead)}${text} LIMIT ${limit})`, values }
}

export type PageOf = { limit: number; order?: { field: string; descending: boolean }; backwards?: boolean; after?: Place; atMost: number }

/** Conditions that are looked at row by row: neither the index that leads nor the order leaves them to be. Without any, a page goes to its end. */
export const lookedAt = (checks: readonly Check[], lead: Lead, { order }: Pick<PageOf, 'order'>): readonly Check[] =>
  checks.filter((check) => !seeks(check, lead) && check.field !== order?.field)

/** What a page goes through, in its order and by key (`backwards`: from the last), ties going the same way round; and what it leaves out of it. */
function goneThrough(table: Table, checks: readonly Check[], lead: Lead, page: PageOf): { within: Sql; others: readonly Check[] } {
  const { order, backwards = false, after } = page
  const down = order ? order.descending : backwards
  const beyond = down ? '<' : '>', way = down ? ' DESC' : ''
  const sorted = order && column(order.field)
  const more: Sql[] = []
  if (sorted && !checks.some(({ field }) => field === order.field)) more.push({ text: `${sorted} IS NOT NULL`, values: [] })
  if (after && sorted) more.push({ text: `(${sorted}, id) ${beyond} (?, ?)`, values: [after.value, after.key] })
  else if (after) more.push({ text: `id ${beyond} ?`, values: [after.key] })
  const others = lookedAt(checks, lead, page)
  const { text, values } = whereOf([...checks.filter((check) => !others.includes(check)).map((check) => conditionOf(check, seeks(check, lead))), ...more])
  const seen = [...new Set(others.map(({ field }) => column(field)))].map((name) => `, ${name}`).join('')
  return { others, within: { text: `SELECT id, ${sorted ?? 'NULL'} AS place${seen} ${from(table, lead)}${text} ORDER BY ${sorted ? `${sorted}${way}, ` : ''}id${way}`, values } }
}

function pageKeys(table: Table, checks: readonly Check[], lead: Lead, page: PageOf): Sql {
  const { within, others } = goneThrough(table, checks, lead, page)
  const { text, values } = whereOf(others.map((check) => conditionOf(check, false)))
  return { text: others.length === 0 ? `${within.text} LIMIT ${page.limit}` : `SELECT id, place FROM (${within.text} LIMIT ${page.atMost})${text} LIMIT ${page.limit}`,
    values: [...within.values, ...values] }
}
/** A page: its keys are found in the index as far as the index goes, and its rows are read afterwards, by key. */
export function findSql(table: Table, checks: readonly Check[], lead: Lead, page: PageOf): Sql {
  const { text, values } = pageKeys(table, checks, lead, page)
  return { text: `SELECT found.id, doc, place FROM (${text}) found CROSS JOIN ${quoted(table.name)} it ON it.id = found.id`, values }
}
/** Its keys alone, as one text: many rows of a statement cost more than what is in them. */
export function findKeysSql(table: Table, checks: readonly Check[], lead: Lead, page: PageOf): Sql {
  const { text, values } = pageKeys(table, checks, lead, page)
  return { text: `SELECT json_group_array(id) FROM (${text})`, values }
}
export const placeSql = (table: Table, field: string, key: string): Sql => ({ text: `SELECT ${column(field)} FROM ${quoted(table.name)} WHERE id = ?`, values: [key] })
/** The last that a page looked at, where it looked at as many as it may. */
export function lastLookedSql(table: Table, checks: readonly Check[], lead: Lead, page: PageOf): Sql {
  const { within } = goneThrough(table, checks, lead, page)
  return { text: `SELECT id, place FROM (${within.text} LIMIT 1 OFFSET ${page.atMost - 1})`, values: within.values }
}
