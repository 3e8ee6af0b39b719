import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import { dayAfter, instantIn, instantOf } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { batchPlaces } from './batches.ts'
import { chanceOf } from './chance.ts'
import { caseNoOf, fateOf, netPlace, type Fate } from './fate.ts'
import { momentOf } from './office-time.ts'
import { county } from './places.ts'

export const usualCasesPerDay = 33
/** 收件 — a case that will be handed in. */
export type Arrival = { caseNo: string; at: Instant; fate: Fate }

const weekdays = [0.9, 1.22, 1.08, 1, 0.93, 0.85, 0.9] // Sunday first; the weekend's are those that work for a holiday
const dayOfYear = (day: Day) => Math.round((Date.parse(day) - Date.parse(`${day.slice(0, 4)}-01-01`)) / 864e5) + 1

/** How many come: more on Mondays and after holidays; over the net only while the doors are shut. */
function countOf(seed: number, day: Day, calendar: OfficeCalendar, casesPerDay: number): number {
  const { between } = chanceOf(seed, `arrivals ${day}`)
  if (!calendar.isWorkingDay(day)) return Math.round(casesPerDay * between('over the net', 0.02, 0.1))
  const rested = [1, 2, 3].every((days) => !calendar.isWorkingDay(dayAfter(day, -days)))
  return Math.round(casesPerDay * weekdays[new Date(day).getUTCDay()]! * (rested ? 1.2 : 1) * between('crowd', 0.88, 1.12))
}

/** Everything that is handed in on a day, in order of time; from the seed and the day alone. */
export function arrivalsOn(seed: number, day: Day, calendar: OfficeCalendar, casesPerDay = usualCasesPerDay): Arrival[] {
  const working = calendar.isWorkingDay(day), { draw, happens } = chanceOf(seed, `times ${day}`)
  const midnight = Date.parse(instantIn(county.zone, day)), opens = Date.parse(calendar.opensOf(day)), closes = Date.parse(calendar.closeOf(day))
  const times = Array.from({ length: countOf(seed, day, calendar, casesPerDay) }, (_, i): { at: Instant; shut: boolean } => {
    // The doors are not pressed at the last minute: tickets end a little before.
    if (working && !happens(`shut ${i}`, 0.07)) return { at: momentOf(calendar, day, 0.005 + 0.95 * draw(`time ${i}`)), shut: false }
    const hour = (count: number) => midnight + count * 36e5, early = working && happens(`early ${i}`, 0.3)
    const [from, to] = early ? [opens - 2 * 36e5, opens] : working ? [closes + 9e4, hour(23.5)] : [hour(8), hour(22)]
    return { at: instantOf(Math.round(from + draw(`time ${i}`) * (to - from))), shut: true }
  })
  const byTime = (a: { at: Instant }, b: { at: Instant }) => a.at === b.at ? 0 : a.at < b.at ? -1 : 1
  const year = Number(day.slice(0, 4)), arrival = (at: Instant, place: number): Arrival => {
    const caseNo = caseNoOf(seed, year, dayOfYear(day), place)
    return { caseNo, at, fate: fateOf(seed, caseNo) }
  }
  const usual = times.sort(byTime).map(({ at, shut }, i) => arrival(at, shut ? netPlace + i + 1 : i + 1))
  // What one officer will close at a stroke comes in on one morning.
  const batch = working && casesPerDay > 0 ? batchPlaces(seed, day, dayOfYear(day)).map((place, i) => arrival(momentOf(calendar, day, 0.1 + 0.02 * i), place)) : []
  return [...usual, ...batch].sort(byTime)
}
