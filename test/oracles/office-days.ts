import { existsSync, readFileSync } from 'node:fs'
import { dataFile } from './files.ts'

type Holiday = { date: string; isOffDay: boolean }

/** Days off and make-up days by date, straight from the published tables; weekdays decide the rest. */
function tables(): Map<string, boolean> {
  const working = new Map<string, boolean>()
  for (let year = 2007; year <= 2026; year++) {
    const file = dataFile(`calendar/holiday-cn/${year}.json`)
    if (!existsSync(file)) continue
    const { days } = JSON.parse(readFileSync(file, 'utf8')) as { days: Holiday[] }
    for (const { date, isOffDay } of days) working.set(date, !isOffDay)
  }
  return working
}
const listed = tables()
const dayMs = 86_400_000
const after = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

export function isWorkingDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return listed.get(day) ?? (weekday !== 0 && weekday !== 6)
}

/** #{working days d : from < d ≤ to}, one day at a time. */
export function workingDaysBetween(from: string, to: string): number {
  let count = 0
  for (let day = after(from, 1); day <= to; day = after(day, 1)) if (isWorkingDay(day)) count++
  return count
}
/** The nth working day after a day. */
export function workingDayAfter(day: string, n: number): string {
  let at = day
  for (let left = n; left > 0;) if (isWorkingDay(at = after(at, 1))) left--
  return at
}

/** The day of an instant on the wall of a hall, as the platform's own time zone tables have it. */
const formats = new Map<string, Intl.DateTimeFormat>()
export function wallOf(ms: number, zone: string): { day: string; clock: string } {
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit' }))
  const parts = Object.fromEntries(formats.get(zone)!.formatToParts(ms).map(({ type, value }) => [type, value]))
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, clock: `${parts['hour']}:${parts['minute']}:${parts['second']}` }
}
/** When the clock on that wall shows this, by trying the two offsets that a European summer knows. */
export function instantAt(day: string, clock: string, zone: string): number {
  for (const offset of [1, 2, 0, 8]) {
    const ms = Date.parse(`${day}T${clock}Z`) - offset * 3_600_000
    const wall = wallOf(ms, zone)
    if (wall.day === day && wall.clock === clock) return ms
  }
  throw new Error(`${day} ${clock} is not a time in ${zone}`)
}
