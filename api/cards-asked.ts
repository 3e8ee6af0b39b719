import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayAfter, instantIn } from '../domain/kernel/zones.ts'
import { severities } from '../domain/supervision/rules/rule.ts'
import { cardStates, type RegisterAsked } from '../projections/card-register.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'

const words = ['rule', 'severity', 'state', 'standing', 'department', 'officer', 'item', 'case', 'from', 'to', 'since', 'revokedFrom', 'confidential', 'after', 'limit'] as const
export type CardsAsked = RegisterAsked & { after?: { saidAt: Instant; key: string }; limit: number }
const wrong = (field: string, rule: string, zh: string, en: string) => new Unanswerable(400, 'bad-parameter', zh, en, { field, rule })

function listed(field: string, said: string, choices: readonly string[]): readonly string[] {
  const values = said.split(',')
  if (values.some((value) => !choices.includes(value))) throw wrong(field, 'one-of', `${field} 只能是：${choices.join('、')}`, `${field} is one of ${choices.join(', ')}`)
  return values
}
const isDay = (said: string) => /^\d{4}-\d\d-\d\d$/.test(said) && !Number.isNaN(Date.parse(said)) && new Date(said).toISOString().startsWith(said)
/** A day, as the instant at which it begins here. */
function beginning(field: string, said: string | undefined, zone: string, days = 0): Instant | undefined {
  if (said === undefined) return undefined
  if (!isDay(said)) throw wrong(field, 'yyyy-mm-dd', `${field}：「${said}」不是日期，例如 2026-03-02`, `${field}: "${said}" is no day; say 2026-03-02`)
  return instantIn(zone, dayAfter(said as Day, days))
}
/** 翻页标 — behind which card the next page goes on. */
export const cursorOf = ({ saidAt, key }: { saidAt: Instant; key: string }) => Buffer.from(JSON.stringify([saidAt, key])).toString('base64url')
function placeIn(cursor: string): { saidAt: Instant; key: string } {
  try {
    const [saidAt, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof saidAt === 'string' && typeof key === 'string') return { saidAt: saidAt as Instant, key }
  } catch { /* told below */ }
  throw new Unanswerable(400, 'bad-cursor', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query', { field: 'after' })
}

/** Reads what the register was asked, or says which field is wrong. `isRule`: one that this house has. */
export function cardsAsked(said: Record<string, string | undefined>, zone: string, rules: readonly string[]): CardsAsked {
  const query = only(said, ...words), { rule, severity, state, standing, department, officer, item, case: of, confidential, after, limit = '30' } = query
  for (const name of words) if (query[name] === '') throw wrong(name, 'not-empty', `${name} 是空的；不查就不要写`, `${name} is empty; leave it out`)
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) throw wrong('limit', '1-200', 'limit 须为 1…200 的整数', 'limit is a whole number from 1 to 200')
  for (const [name, value] of Object.entries({ standing, confidential })) if (value !== undefined && value !== '1') throw wrong(name, 'one', `${name} 只能是 1`, `${name} is 1 or is left out`)
  const on = (name: 'from' | 'to' | 'since' | 'revokedFrom', days = 0) => beginning(name, query[name], zone, days)
  const from = on('from'), before = on('to', 1), since = on('since'), revokedFrom = on('revokedFrom')
  if (from && before && before <= from) throw wrong('to', 'from-before-to', '止日早于起日', 'to lies before from')
  return {
    ...(rule !== undefined && { rule: listed('rule', rule, rules) }), ...(severity !== undefined && { severity: listed('severity', severity, severities) }),
    ...(state !== undefined && { state: listed('state', state, cardStates) }),
    ...(department !== undefined && { department }), ...(officer !== undefined && { officer }), ...(item !== undefined && { item }), ...(of !== undefined && { subject: of }),
    ...(from && { from }), ...(before && { before }), ...(since && { since }), ...(revokedFrom && { revokedFrom }), ...(standing && { standing: true as const }),
    confidential: confidential === '1', ...(after !== undefined && { after: placeIn(after) }), limit: Number(limit),
  }
}
