import type { Day, Instant } from './values.ts'

/** 时区 — days are read where the hall stands. Offsets change on whole minutes (St John's did at 00:01), so one look-up serves a minute. */
const minuteMs = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, Map<number, number>>()
/** Zones are few and minutes many; past this the memory is thrown away and filled again. */
const remembered = 200_000

/** Throws RangeError for a name that is not an IANA zone. */
const formatOf = (zone: string) => {
  let format = formats.get(zone)
  if (!format) formats.set(zone, format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', era: 'short',
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }))
  return format
}
export const isZone = (zone: string) => { try { formatOf(zone); return true } catch { return false } }

function measured(zone: string, ms: number) {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = Number(value)
  return Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!, part['second']!) - Math.floor(ms / 1000) * 1000
}

const hourMs = 3_600_000
const steady = new Map<string, Map<number, number>>()
/** The offset of a whole hour, where it is the same at both its ends: no zone has ever changed twice in one. Otherwise NaN. */
function offsetOfHour(zone: string, hour: number): number {
  let known = steady.get(zone)
  if (!known || known.size > remembered) steady.set(zone, known = new Map())
  let offset = known.get(hour)
  if (offset === undefined) {
    const first = measured(zone, hour * hourMs)
    known.set(hour, offset = first === measured(zone, (hour + 1) * hourMs - minuteMs) ? first : NaN)
  }
  return offset
}

/** Milliseconds that local time is ahead of UTC at this instant (ms since 1970). */
export function offsetMsAt(zone: string, ms: number): number {
  const ofHour = offsetOfHour(zone, Math.floor(ms / hourMs))
  if (!Number.isNaN(ofHour)) return ofHour
  const minute = Math.floor(ms / minuteMs)
  let known = offsets.get(zone)
  if (!known || known.size > remembered) offsets.set(zone, known = new Map())
  let offset = known.get(minute)
  if (offset === undefined) known.set(minute, offset = measured(zone, ms))
  return offset
}

const dayMs = 864e5
const days = new Map<number, Day>()
/** Days are few and instants many. */
function dayText(ms: number): Day {
  const number = Math.floor(ms / dayMs)
  let day = days.get(number)
  if (!day) {
    if (days.size > remembered) days.clear()
    days.set(number, day = new Date(ms).toISOString().slice(0, 10) as Day)
  }
  return day
}
export const instantOf = (ms: number) => new Date(ms).toISOString() as Instant

/** The day on which this instant falls there. */
export const dayIn = (zone: string, at: Instant): Day => {
  const ms = Date.parse(at)
  return dayText(ms + offsetMsAt(zone, ms))
}

/** Local wall time to an instant. In the hour that clocks repeat, the earlier reading; in the hour that they skip, as if they had not. */
export function localMs(zone: string, wallMs: number): number {
  const before = offsetMsAt(zone, wallMs - 864e5), after = offsetMsAt(zone, wallMs + 864e5)
  const early = wallMs - Math.max(before, after)
  if (early + offsetMsAt(zone, early) === wallMs) return early
  const late = wallMs - Math.min(before, after)
  return late + offsetMsAt(zone, late) === wallMs ? late : wallMs - before
}

/** `hh:mm` of a day there; midnight by default. */
export const instantIn = (zone: string, day: Day, clock = '00:00'): Instant => instantOf(localMs(zone, Date.parse(`${day}T${clock}:00Z`)))

/** The day `count` calendar days later. */
export const dayAfter = (day: Day, count = 1): Day => dayText(Date.parse(day) + count * 864e5)
