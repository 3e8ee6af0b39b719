import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import type { BoardDay } from './board.ts'
import type { OpenCounts, OpenLight } from './due-index.ts'

/** 部门一件 — as much of a case as its head asks of it, with its light as of now. */
export type DepartmentCase = {
  subject: string; itemCode: string; holder?: string | undefined; acceptedOn?: Day | undefined; openedAt: Instant; endedAt?: Instant | undefined; open: boolean
  dueAt?: Instant | undefined; light: OpenLight; lateAt?: Instant | undefined; runsSince?: Instant | undefined
}
/** 件龄 — the days of acceptance that make it; without any, what is not accepted yet. */
export type Age = { key: 'unaccepted' | '0-2' | '3-5' | '6-10' | '11-20' | 'over-20'; from?: Day; to?: Day }
export type Load = OpenCounts & { ages: number[]; week: number }
/** `days`: how many were open at its close, and how many of them beyond the due day that they have by today's knowledge. */
export type DepartmentFigures = {
  total: Load; hands: Map<string, Load>; untaken: Load; items: Map<string, OpenCounts>
  days: { day: Day; open: number; late: number }[]
}

const dayBefore = (day: Day): Day => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10) as Day
const limits = [['0-2', 2], ['3-5', 5], ['6-10', 10], ['11-20', 20]] as const
/** 件龄分段 by working days since acceptance, as days of acceptance: so that a list asked by those days is of exactly these. */
export function agesOn(calendar: Calendar, today: Day): Age[] {
  const found: Age[] = [{ key: 'unaccepted' }]
  let day = today, count = 0, to: Day | undefined
  for (const [key, most] of limits) {
    for (let next = count + (calendar.isWorkingDay(day) ? 1 : 0); next <= most; next += calendar.isWorkingDay(day) ? 1 : 0) { count = next; day = dayBefore(day) }
    found.push({ key, from: day, ...(to !== undefined && { to }) })
    to = dayBefore(day)
  }
  return [...found, { key: 'over-20', ...(to !== undefined && { to }) }]
}
const ageOf = (ages: readonly Age[], acceptedOn: Day | undefined) =>
  acceptedOn === undefined ? 0 : ages.findIndex(({ key, from }) => key !== 'unaccepted' && (from === undefined || acceptedOn >= from))

const nothing = (): OpenCounts => ({ open: 0, late: 0, soon: 0, ok: 0, hold: 0 })
const noLoad = (ages: readonly Age[]): Load => ({ ...nothing(), ages: ages.map(() => 0), week: 0 })
const of = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}
/** 本周到期 — not late yet, not held, and due before the week is over. */
export const fallsDue = ({ light, dueAt }: { light: OpenLight; dueAt?: Instant | undefined }, before: Instant): boolean =>
  dueAt !== undefined && (light === 'ok' || light === 'soon') && dueAt < before

/** Since when it is late, or was when it ended; never since before its clock ran. */
function lateSince({ open, light, lateAt, dueAt, endedAt, runsSince }: DepartmentCase): Instant | undefined {
  const late = open ? light === 'late' ? lateAt : undefined : dueAt !== undefined && endedAt! > dueAt ? dueAt : undefined
  return late !== undefined && runsSince !== undefined && runsSince > late ? runsSince : late
}
/** The first day whose close is not before an instant; `after`: is after it. */
const firstDay = (days: readonly BoardDay[], instant: Instant, after = false) => {
  let i = 0
  while (i < days.length && (after ? days[i]!.at <= instant : days[i]!.at < instant)) i++
  return i
}
/** Where it begins and where it ends to be open, and late. */
function course(counts: DepartmentFigures['days'], days: readonly BoardDay[], one: DepartmentCase) {
  const from = firstDay(days, one.openedAt), end = one.endedAt === undefined ? days.length : firstDay(days, one.endedAt), late = lateSince(one)
  const span = (name: 'open' | 'late', from: number) => { if (from < end) { counts[from]![name]++; if (end < days.length) counts[end]![name]-- } }
  span('open', from)
  if (late !== undefined) span('late', Math.max(from, firstDay(days, late, true)))
}
type Moment = { ages: readonly Age[]; days: readonly BoardDay[]; weekEnds: Instant; own(person: string): boolean }
/** 部门之数 — each case is looked at once. Whoever acted last has it in hand; where that is nobody of the department, nobody there has taken it up. */
export function departmentFigures(cases: Iterable<DepartmentCase>, { ages, days, weekEnds, own }: Moment): DepartmentFigures {
  const figures: DepartmentFigures = { total: noLoad(ages), hands: new Map(), untaken: noLoad(ages), items: new Map(), days: days.map(({ day }) => ({ day, open: 0, late: 0 })) }
  for (const one of cases) {
    course(figures.days, days, one)
    const { open, light } = one
    if (!open) continue
    const hand = one.holder !== undefined && own(one.holder) ? of(figures.hands, one.holder, () => noLoad(ages)) : figures.untaken, age = ageOf(ages, one.acceptedOn)
    for (const load of [figures.total, hand]) {
      load.ages[age]!++
      if (fallsDue(one, weekEnds)) load.week++
    }
    for (const counts of [figures.total, hand, of(figures.items, one.itemCode, nothing)]) { counts.open++; counts[light]++ }
  }
  // What began and ended is summed up to what there was.
  for (let i = 1; i < days.length; i++) for (const name of ['open', 'late'] as const) figures.days[i]![name] += figures.days[i - 1]![name]
  return figures
}
