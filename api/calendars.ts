import { calendarOf, type OfficeCalendar } from '../domain/calendar/calendar.ts'
import { calendarIdOf, hoursIdOf } from '../domain/calendar/index.ts'
import { calendarEvents, type CalendarEvent } from '../domain/calendar/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import type { Day } from '../domain/kernel/values.ts'

/** Calendars that were made lately; a hall and a day of knowledge make one. */
const remembered = 128

/** 日历 of this house: the layers that apply to its region, and the hours of its halls. Read again when `reload` is called. */
export async function openCalendars(book: EventLog, region: () => string, houseZone: () => string) {
  let house: CalendarEvent[] = []
  const halls = new Map<string, readonly CalendarEvent[]>()
  const made = new Map<string, OfficeCalendar>()

  const factsOf = async (stream: string): Promise<CalendarEvent[]> => (await book.readStream(stream))
    .map((fact) => read(calendarEvents, fact as Recorded<CalendarEvent>, fact.meta.version))
  const layersOf = (code: string) => [calendarIdOf('national', ''), calendarIdOf('province', code.slice(0, 2)), calendarIdOf('prefecture', code.slice(0, 4)),
    calendarIdOf('county', code.slice(0, 6))].map((id) => `calendar-${id}`)

  async function reload() {
    const streams = [...layersOf(region()), `calendar-hours.${hoursIdOf('')}`]
    house = (await Promise.all(streams.map(factsOf))).flat()
    halls.clear()
    made.clear()
  }
  /** A hall's own layer and hours; read once. */
  async function openHall(hall: string) {
    if (halls.has(hall)) return
    halls.set(hall, (await Promise.all([factsOf(`calendar-${calendarIdOf('office', hall)}`), factsOf(`calendar-hours.${hoursIdOf(hall)}`)])).flat())
  }
  await reload()
  return {
    reload,
    /** The calendar of a hall, as it was known on a day. */
    async of(hall: string, zone: string, knownAsOf: Day): Promise<OfficeCalendar> {
      await openHall(hall)
      return this.ofKnown(hall, zone, knownAsOf)
    },
    /** The same for a hall whose facts have been read, or that has none of its own. */
    ofKnown(hall: string, zone: string, knownAsOf: Day): OfficeCalendar {
      const name = `${hall} ${zone} ${knownAsOf}`
      let calendar = made.get(name)
      if (!calendar) {
        if (made.size >= remembered) made.delete(made.keys().next().value!)
        const facts = [...house, ...halls.get(hall) ?? []]
        made.set(name, calendar = calendarOf(facts, { knownAsOf, zone: zone || houseZone(), region: region(), hall }))
      }
      return calendar
    },
  }
}
export type Calendars = Awaited<ReturnType<typeof openCalendars>>
