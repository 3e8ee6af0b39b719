import { calendarIdOf, hoursIdOf } from '../domain/calendar/index.ts'
import { calendarEvents, type CalendarEvent } from '../domain/calendar/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dayAfter, dayIn, instantIn } from '../domain/kernel/zones.ts'
import type { Ground } from '../domain/supervision/rules/rule.ts'
import { marksOf, type Said } from '../domain/supervision/marks.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { openCalendars } from './calendars.ts'
import { itemGround } from './judging.ts'

type Streams = Pick<EventLog, 'readStream'>
const streamOf = ({ type, data }: CalendarEvent) => type === 'OfficeHoursSet' ? `calendar-hours.${hoursIdOf(data.hall)}` : `calendar-${calendarIdOf(data.layer, data.place)}`

/** The book's streams, with facts of the calendar laid over them as though they had been told on the day that they say. */
function laidOver(book: Streams, over: readonly CalendarEvent[], zone: string): Streams {
  const more = (stream: string) => over.filter((fact) => streamOf(fact) === stream).map((fact) => {
    const recordedAt = instantIn(zone, fact.type === 'OfficeHoursSet' ? fact.data.effectiveFrom : fact.data.knownOn, '00:00')
    return { ...fact, meta: { version: calendarEvents[fact.type].version, recordedAt } } as unknown as Recorded
  })
  return { readStream: async (stream) => [...await book.readStream(stream), ...more(stream)] }
}

/** 依据 of judging a great many subjects, read from the book once: the calendar as it was known when each ended, and each item as it was accepted under. */
export type Grounds = {
  calendarFor(timeline: Pick<Timeline, 'hall' | 'zone' | 'endedAt'>, now: Instant): Promise<Calendar>
  /** `cards`: those of this subject of which people have said something. */
  groundFor(timeline: Timeline, now: Instant, cards?: readonly Said[]): Ground | Promise<Ground>
}

export async function openGrounds(book: Streams, { region, zone: houseZone }: { region: string; zone: string }, over: readonly CalendarEvent[] = []): Promise<Grounds> {
  const laid = laidOver(book, over, houseZone)
  let known: Day[] = []
  const streamsWithFacts = new Set<string>()
  // What is read of calendars says on which days anything became known: between two of them every calendar is the same.
  const watched: Streams = { async readStream(stream) {
    const facts = await laid.readStream(stream)
    if (facts.length > 0) streamsWithFacts.add(stream)
    for (const { data } of facts) if (typeof data['knownOn'] === 'string' && !known.includes(data['knownOn'] as Day)) known = [...known, data['knownOn'] as Day].sort()
    return facts
  } }
  const calendars = await openCalendars(watched as EventLog, () => region, () => houseZone)
  /** By which hall its calendar is made: a hall without a word of its own has the house's. */
  const halls = new Map<string, string>()
  const made = new Map<string, Calendar>()
  const epochOf = (day: Day) => known.findLast((on) => on <= day) ?? '0001-01-01' as Day
  /** An instant's day is there that of Greenwich or a neighbour: only where these differ is the zone asked. */
  const everywhere = new Map<Day, Day | undefined>()
  const epochAt = (zone: string, at: Instant) => {
    const day = at.slice(0, 10) as Day
    if (!everywhere.has(day)) everywhere.set(day, epochOf(dayAfter(day, -1)) === epochOf(dayAfter(day, 1)) ? epochOf(day) : undefined)
    return everywhere.get(day) ?? epochOf(dayIn(zone, at))
  }
  async function openHall(hall: string): Promise<string> {
    await calendars.of(hall, houseZone, epochOf('9999-12-31' as Day))
    made.clear()
    everywhere.clear()
    const of = [`calendar-${calendarIdOf('office', hall)}`, `calendar-hours.${hoursIdOf(hall)}`].some((stream) => streamsWithFacts.has(stream)) ? hall : ''
    halls.set(hall, of)
    return of
  }
  const calendarBy = (of: string, { zone: own, endedAt }: Pick<Timeline, 'zone' | 'endedAt'>, now: Instant): Calendar => {
    const zone = own || houseZone, epoch = epochAt(zone, endedAt !== undefined && endedAt < now ? endedAt : now), name = `${of} ${zone} ${epoch}`
    let calendar = made.get(name)
    if (!calendar) {
      if (made.size >= calendarsKept) made.clear()
      made.set(name, calendar = calendars.ofKnown(of, zone, epoch))
    }
    return calendar
  }
  const grounds: Grounds = {
    calendarFor: async (timeline, now) => calendarBy(halls.get(timeline.hall) ?? await openHall(timeline.hall), timeline, now),
    // Of a hall that is known already, and without an item of its own, nothing need be waited for.
    groundFor(timeline, now, cards = []) {
      const of = halls.get(timeline.hall)
      return of !== undefined && timeline.itemVersion === undefined && cards.length === 0 ? { calendar: calendarBy(of, timeline, now), item: undefined } : readFor(timeline, now, cards)
    },
  }
  async function readFor(timeline: Timeline, now: Instant, cards: readonly Said[]): Promise<Ground> {
    const calendar = await grounds.calendarFor(timeline, now)
    return { calendar, item: await itemGround({ book: book as EventLog }, timeline), ...(cards.length > 0 && { marks: marksOf(cards, calendar) }) }
  }
  return grounds
}
/** Each counts the working days of seventy years. */
const calendarsKept = 200
