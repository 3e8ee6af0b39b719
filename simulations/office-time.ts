import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import { instantOf } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'

/** How a day's work lies over a day's hours: busy to a third, next to nothing over lunch, busy again. */
const [noon, afternoon] = [0.36, 0.57], [beforeNoon, beforeAfternoon] = [0.48, 0.53]
const hoursOf = (work: number) => work < beforeNoon ? work / beforeNoon * noon
  : work < beforeAfternoon ? noon + (work - beforeNoon) / (beforeAfternoon - beforeNoon) * (afternoon - noon)
    : afternoon + (work - beforeAfternoon) / (1 - beforeAfternoon) * (1 - afternoon)
const workOf = (hours: number) => hours < noon ? hours / noon * beforeNoon
  : hours < afternoon ? beforeNoon + (hours - noon) / (afternoon - noon) * (beforeAfternoon - beforeNoon)
    : beforeAfternoon + (hours - afternoon) / (1 - afternoon) * (1 - beforeAfternoon)

/** Nobody is served in the first minute or in the last. */
const doorsMs = 60_000

/** The moment of a working day at which so much of its work (0–1) is done. */
export function momentOf(calendar: OfficeCalendar, day: Day, work: number): Instant {
  const opens = Date.parse(calendar.opensOf(day)) + doorsMs, closes = Date.parse(calendar.closeOf(day)) - doorsMs
  return instantOf(Math.round(opens + hoursOf(Math.min(1, Math.max(0, work))) * (closes - opens)))
}

/** The working day that a moment belongs to, and how much of its work is done by then. */
export function workBy(calendar: OfficeCalendar, at: Instant): { day: Day; work: number } {
  const day = calendar.dayOf(at)
  if (!calendar.isWorkingDay(day)) return { day: calendar.addWorkingDays(day, 1), work: 0 }
  const opens = Date.parse(calendar.opensOf(day)) + doorsMs, closes = Date.parse(calendar.closeOf(day)) - doorsMs, ms = Date.parse(at)
  if (ms >= closes) return { day: calendar.addWorkingDays(day, 1), work: 0 }
  return { day, work: ms <= opens ? 0 : workOf((ms - opens) / (closes - opens)) }
}

/** So many working days (and parts of one) later, when the doors are open. */
export function afterWork(calendar: OfficeCalendar, from: Instant, workingDays: number): Instant {
  const { day, work } = workBy(calendar, from), total = work + Math.max(0, workingDays), whole = Math.floor(total)
  return momentOf(calendar, calendar.addWorkingDays(day, whole), total - whole)
}
