import { calendarOf, type OfficeCalendar } from '../domain/calendar/calendar.ts'
import { calendarIdOf, hoursIdOf } from '../domain/calendar/index.ts'
import { calendarEvents, type CalendarEvent } from '../domain/calendar/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'

/** Calendars that were made lately; a hall and a day of knowledge make one. */
const remembered = 128
type Written = { fact: CalendarEvent; recordedAt: Instant }

/** 日历 of this house: the layers that apply to its region, and the hours of its halls. Read again when `reload` is called. */
export async function openCalendars(book: EventLog, region: () => string, houseZone: () => string) {
  let house: Written[] = []
  const halls = new Map<string, readonly Written[]>()
  const made = new Map<string, OfficeCalendar>(), knownDays = new Map<string, readonly Day[]>()

  const factsOf = async (stream: string): Promise<Written[]> => (await book.readStream(stream))
    .map((fact) => ({ fact: read(calendarEvents, fact as Recorded<CalendarEvent>, fact.meta.version), recordedAt: fact.meta.recordedAt }))
  const layersOf = (code: string) => [calendarIdOf('national', ''), calendarIdOf('province', code.slice(0, 2)), calendarIdOf('prefecture', code.slice(0, 4)),
    calendarIdOf('county', code.slice(0, 6))].map((id) => `calendar-${id}`)

  async function reload() {
    const streams = [...layersOf(region()), `calendar-hours.${hoursIdOf('')}`]
    house = (await Promise.all(streams.map(factsOf))).flat()
    halls.clear()
    made.clear()
    knownDays.clear()
  }
  /** Between two notices nothing becomes known: days of knowledge share the calendar of the last one on which something did. */
  function lastNotice(hall: string, day: Day): Day | '' {
    let days = knownDays.get(hall)
    if (!days) knownDays.set(hall, days = [...new Set([...house, ...halls.get(hall) ?? []].flatMap(({ fact: { data } }) => 'knownOn' in data ? [data.knownOn] : []))].sort())
    return days.findLast((known) => known <= day) ?? ''
  }
  /** A hall's own layer and hours; read once. */
  async function openHall(hall: string) {
    if (halls.has(hall)) return
    knownDays.delete(hall)
    halls.set(hall, (await Promise.all([factsOf(`calendar-${calendarIdOf('office', hall)}`), factsOf(`calendar-hours.${hoursIdOf(hall)}`)])).flat())
  }
  const writtenBy = (hall: string, recordedBy: Instant) => [...house, ...halls.get(hall) ?? []].filter(({ recordedAt }) => recordedAt <= recordedBy)
  await reload()
  return {
    reload,
    /** The calendar of a hall, as it was known on a day; with `recordedBy`, as far as this platform had been told by then. */
    async of(hall: string, zone: string, knownAsOf: Day, recordedBy?: Instant): Promise<OfficeCalendar> {
      await openHall(hall)
      return this.ofKnown(hall, zone, knownAsOf, recordedBy)
    },
    /** 假如 — the calendar of a hall with more facts than there are. */
    async supposing(hall: string, zone: string, knownAsOf: Day, more: readonly CalendarEvent[]): Promise<OfficeCalendar> {
      await openHall(hall)
      return calendarOf([...house, ...halls.get(hall) ?? []].map(({ fact }) => fact).concat(more), { knownAsOf, zone: zone || houseZone(), region: region(), hall })
    },
    /** 账上的日历 of a hall: what there is to know, in the order in which this platform was told. */
    async told(hall: string): Promise<{ region: string; written: readonly Written[] }> {
      await openHall(hall)
      return { region: region(), written: [...house, ...halls.get(hall) ?? []].sort((a, b) => a.recordedAt === b.recordedAt ? 0 : a.recordedAt < b.recordedAt ? -1 : 1) }
    },
    /** The same for a hall whose facts have been read, or that has none of its own. */
    ofKnown(hall: string, zone: string, knownAsOf: Day, recordedBy?: Instant): OfficeCalendar {
      const written = recordedBy === undefined ? undefined : writtenBy(hall, recordedBy)
      // Of what was written by two instants the earlier is a part of the later: as many facts are the same facts, so that instants share a calendar.
      const name = `${hall} ${zone} ${lastNotice(hall, knownAsOf)} ${written?.length ?? ''}`
      let calendar = made.get(name)
      if (!calendar) {
        if (made.size >= remembered) made.delete(made.keys().next().value!)
        const facts = (written ?? [...house, ...halls.get(hall) ?? []]).map(({ fact }) => fact)
        made.set(name, calendar = calendarOf(facts, { knownAsOf, zone: zone || houseZone(), region: region(), hall }))
      }
      return calendar
    },
  }
}
export type Calendars = Awaited<ReturnType<typeof openCalendars>>
