import type { FastifyInstance } from 'fastify'
import { calendarIdOf } from '../domain/calendar/index.ts'
import type { CalendarEvent } from '../domain/calendar/events.ts'
import { layers, type Layer } from '../domain/calendar/layers.ts'
import { canonical } from '../domain/kernel/canonical.ts'
import { Day, type Instant } from '../domain/kernel/values.ts'
import { dayAfter, dayIn } from '../domain/kernel/zones.ts'
import { directory } from './naming.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

type Notice = Exclude<CalendarEvent, { type: 'OfficeHoursSet' }>
type Hours = Extract<CalendarEvent, { type: 'OfficeHoursSet' }>
/** 一年的日历 as it was known on a day. `days`: w working, W made up for, r rest, R a rest day that has a name of its own, one letter a day. */
type CalendarYear = {
  year: number; region: string; today: Day; knownAsOf: Day; provisional: boolean; version: number; days: string; names: Record<string, string>
  layers: { layer: Layer; id: string; place: string; published: boolean }[]
  notices: (Notice['data'] & { amends: boolean; known: boolean; recordedAt: Instant })[]; hours: (Hours['data'] & { recordedAt: Instant })[]
}

function asked(query: Record<string, string | undefined>, today: Day) {
  const { year = today.slice(0, 4), known = today, hall = '' } = query
  if (!/^(19|20|21)\d\d$/.test(year)) throw new Unanswerable(400, 'bad-parameter', 'year 须为 1900…2199 的年份', 'year is a year from 1900 to 2199', { field: 'year' })
  const day = Day.safeParse(known)
  if (!day.success) throw new Unanswerable(400, 'bad-parameter', 'known 须为日期，例如 2026-03-02', 'known is a day such as 2026-03-02', { field: 'known' })
  return { year: Number(year), knownAsOf: day.data, hall }
}
const placesOf = (region: string, hall: string) => layers.filter((layer) => layer !== 'office' || hall !== '').map((layer) => {
  const place = layer === 'national' ? '' : layer === 'office' ? hall : region.slice(0, { province: 2, prefecture: 4, county: 6 }[layer])
  return { layer, place, id: calendarIdOf(layer, place) }
})

/** 日历 of a hall, or of the house: each day of a year, what each layer says of it and since when it is known. */
async function calendarYear(rooms: Rooms, query: Record<string, string | undefined>): Promise<CalendarYear> {
  const today = dayIn(rooms.founding.zone, rooms.now()), { year, knownAsOf, hall } = asked(query, today)
  // What is read of a hall stays in memory: it is read of those that there are.
  if (hall !== '' && !(await directory(rooms)).hallName.has(hall)) throw new Unanswerable(400, 'bad-parameter', `没有大厅「${hall}」`, `There is no hall ${hall}`, { field: 'hall' })
  const calendar = await rooms.calendars.of(hall, rooms.founding.zone, knownAsOf), { region, written: all } = await rooms.calendars.told(hall)
  // The hours of the house are told once, whichever way they came.
  const written = all.filter(({ fact }, i) => all.findIndex((other) => canonical(other.fact) === canonical(fact)) === i)
  const names: Record<string, string> = {}
  let days = ''
  for (let day = `${year}-01-01` as Day; day.startsWith(String(year)); day = dayAfter(day, 1)) {
    const working = calendar.isWorkingDay(day), name = calendar.nameOf(day)
    if (name !== undefined) names[day] = name
    days += working ? name === undefined ? 'w' : 'W' : name === undefined ? 'r' : 'R'
  }
  const notices = written.flatMap(({ fact, recordedAt }) => fact.type === 'OfficeHoursSet' || fact.data.year !== year ? []
    : [{ ...fact.data, amends: fact.type === 'CalendarAmended', known: fact.data.knownOn <= knownAsOf, recordedAt }])
  return { year, region, today, knownAsOf, provisional: calendar.isProvisional(`${year}-01-01` as Day), version: calendar.version, days, names, notices,
    layers: placesOf(region, hall).map((one) => ({ ...one, published: notices.some(({ layer, place, amends }) => !amends && layer === one.layer && place === one.place) })),
    hours: written.flatMap(({ fact, recordedAt }) => fact.type === 'OfficeHoursSet' ? [{ ...fact.data, recordedAt }] : []) }
}

export function calendarRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/calendar', { config: { access: 'signed-in' } }, ({ query }) => calendarYear(rooms, only(query, 'year', 'known', 'hall')))
}
