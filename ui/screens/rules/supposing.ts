import type { Step } from '../../../domain/kernel/vocabulary.ts'
import type { RuleEntry, Supposed } from './asks.ts'
import { fromTyped, paramsNow } from './values.ts'

/** 草案 — as it is typed; a share in hundredths. */
export type Typed = { rule: string; params: Record<string, string>; item: string; kind: LimitKind; days: string; on: string; until: string; is: '' | 'off' | 'working'; opens: string; closes: string; since: string }
/** 期限 of an item, or of a step of its flow. */
type LimitKind = 'promised' | 'statutory' | `step.${Step}`
/** Nothing is supposed yet. */
export const empty: Typed = { rule: '', params: {}, item: '', kind: 'promised', days: '', on: '', until: '', is: '', opens: '', closes: '', since: '' }
/** `limits`: what is in force, in working days; a step without a limit has none. */
export type Item = { code: string; name: string; flow: readonly Step[]; limits: Partial<Record<LimitKind, number>> }
/** Cards that are told one by one. */
const most = 2_000, mostDays = 31
/** From a day to another, both of them; none where the order is wrong or they are too many. */
export function daysFrom(on: string, until: string): string[] {
  const days = until ? Math.round((Date.parse(until) - Date.parse(on)) / 864e5) + 1 : 1
  return days >= 1 && days <= mostDays ? Array.from({ length: days }, (_, i) => new Date(Date.parse(on) + i * 864e5).toISOString().slice(0, 10)) : []
}

/** 错处 — a field, and between what its answer has to lie. */
export type Fault = { field: string; from?: number; to?: number; whole?: boolean }
/** What is wrong with a draft, field by field, before anything is asked. */
export function faultsOf({ rule, params, item, kind, days, on, until, is, opens, closes, since }: Typed, rules: readonly RuleEntry[]): Fault[] {
  const own = rules.find(({ id }) => id === rule), found: Fault[] = []
  for (const [name, text] of Object.entries(params)) {
    const bounds = own?.bounds[name]
    if (!bounds || text.trim() === '') continue
    const n = fromTyped(name, text)
    if (!(n >= bounds.from && n <= bounds.to) || (bounds.whole && !Number.isInteger(n))) found.push({ field: name, ...bounds })
  }
  if (item && !(/^\d{1,4}$/.test(days.trim()) && Number(days) <= 1000 && (Number(days) > 0 || !kind.startsWith('step.')))) found.push({ field: 'days' })
  if (is && (!on || daysFrom(on, until).length === 0)) found.push({ field: 'on' })
  if ((opens || closes || since) && !(opens && closes && since && opens < closes)) found.push({ field: 'hours' })
  return found
}
/** Parameters that differ from what is in force. */
export function changedParams({ rule, params }: Typed, rules: readonly RuleEntry[]): Record<string, number> {
  const own = rules.find(({ id }) => id === rule)
  if (!own) return {}
  const now = paramsNow(own)
  return Object.fromEntries(Object.entries(params).filter(([name, text]) => Object.hasOwn(own.params, name) && text.trim() !== '').map(([name, text]) => [name, fromTyped(name, text)] as const).filter(([name, value]) => value !== now[name]))
}
/** As the platform is asked; nothing where nothing is supposed. */
export function supposedOf(typed: Typed, rules: readonly RuleEntry[], today: string, name: string): Supposed | undefined {
  const set = Object.entries(changedParams(typed, rules)).map(([param, value]) => `${typed.rule}.${param}=${value}`), { item, kind, days, on, until, is, opens, closes, since } = typed
  const named = on && is ? daysFrom(on, until).map((day) => ({ on: day, name })) : []
  // A notice is of one year.
  const notices = [...new Set(named.map(({ on }) => on.slice(0, 4)))].map((year) => { const own = named.filter(({ on }) => on.startsWith(year))
    return { type: 'CalendarAmended', data: { layer: 'national', place: '', year: Number(year), off: is === 'off' ? own : [], working: is === 'working' ? own : [], ordinary: [], notice: name, knownOn: on < today ? on : today } } })
  const hours = opens && closes && since ? [{ type: 'OfficeHoursSet', data: { hall: '', opensAt: opens, closesAt: closes, effectiveFrom: since, basis: name } }] : []
  const calendar = [...notices, ...hours]
  const limits = item && days.trim() ? [`${item}.${kind}=${days.trim()}`] : []
  return set.length + limits.length + calendar.length === 0 ? undefined : { set, item: limits, calendar, most }
}
