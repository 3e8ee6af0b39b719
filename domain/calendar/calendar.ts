import { instantIn, offsetMsAt } from '../kernel/zones.ts'
import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { dayOfNumber, numberOf } from './days.ts'
import type { CalendarEvent, HoursEvent, NamedDay, NoticeEvent } from './events.ts'
import { layers } from './layers.ts'
import { workingDayIndex } from './working-days.ts'

/** Whose calendar, and as anybody could have known it on which day. */
export type Standpoint = {
  knownAsOf: Day
  /** IANA name; 'Asia/Shanghai' where nothing is said. */
  zone?: string | undefined
  /** Division code (`422822`); a layer's place applies where the code starts with it. */
  region?: string | undefined
  hall?: string | undefined
}
export type OfficeCalendar = Calendar

/** 默认办公时间 (domain.md C.1 届满). */
const defaultHours = { opensAt: '08:30', closesAt: '17:30' }

type Word = { working: boolean; name: string }
const isNotice = (fact: CalendarEvent): fact is NoticeEvent => fact.type !== 'OfficeHoursSet'
const isHours = (fact: CalendarEvent): fact is HoursEvent => fact.type === 'OfficeHoursSet'

const earlier = (a: Day, b: Day) => a === b ? 0 : a < b ? -1 : 1
/** Known later comes later; of one day, the publication before what amends it. */
const asKnown = (a: NoticeEvent, b: NoticeEvent) =>
  earlier(a.data.knownOn, b.data.knownOn) || Number(a.type === 'CalendarAmended') - Number(b.type === 'CalendarAmended')

/** 分层 — the last word of each layer on a day, and of all layers the last that says anything. */
function wordsOf(notices: readonly NoticeEvent[]): Map<number, Word> {
  const words = new Map<number, Word>()
  for (const layer of layers) {
    const own = new Map<number, Word>()
    const say = (working: boolean) => ({ on, name }: NamedDay) => own.set(numberOf(on), { working, name })
    for (const { type, data } of notices.filter(({ data }) => data.layer === layer).sort(asKnown)) {
      data.off.forEach(say(false))
      data.working.forEach(say(true))
      if (type === 'CalendarAmended') for (const day of data.ordinary) own.delete(numberOf(day))
    }
    for (const [day, word] of own) words.set(day, word)
  }
  return words
}

const inSeason = ({ season }: HoursEvent['data'], monthDay: string) =>
  !season || (season.from <= season.to ? season.from <= monthDay && monthDay <= season.to : season.from <= monthDay || monthDay <= season.to)

/** A hall's own hours before the house's, a season before the whole year, the later before the earlier. */
const byWeight = ({ data: a }: HoursEvent, { data: b }: HoursEvent) =>
  Number(a.hall !== '') - Number(b.hall !== '') || Number(!!a.season) - Number(!!b.season) || earlier(a.effectiveFrom, b.effectiveFrom)

/** 日历 as it was known on a day, where it applies: an amendment made later changes nothing said before. */
export function calendarOf(facts: readonly CalendarEvent[], standpoint: Standpoint): OfficeCalendar {
  const { knownAsOf, zone = 'Asia/Shanghai', region = '', hall } = standpoint
  const notices = facts.filter(isNotice).filter(({ data: { layer, place, knownOn } }) => knownOn <= knownAsOf
    && (layer === 'national' || (layer === 'office' ? place === hall : region.startsWith(place))))
  const hours = facts.filter(isHours).filter(({ data }) => data.hall === '' || data.hall === hall).sort(byWeight)
  const published = new Set(notices.filter(({ type, data: { layer } }) => type === 'CalendarPublished' && layer === 'national').map(({ data }) => data.year))
  const words = wordsOf(notices)
  const index = workingDayIndex(new Map([...words].map(([day, { working }]) => [day, working])))

  const doors = new Map<Day, { opens: Instant; closes: Instant }>()
  const doorsOf = (day: Day) => {
    let found = doors.get(day)
    if (!found) {
      const { opensAt, closesAt } = hours.findLast(({ data }) => data.effectiveFrom <= day && inSeason(data, day.slice(5)))?.data ?? defaultHours
      doors.set(day, found = { opens: instantIn(zone, day, opensAt), closes: instantIn(zone, day, closesAt) })
    }
    return found
  }
  return {
    version: notices.length + hours.length,
    zone,
    dayOf(at) {
      const ms = Date.parse(at)
      return dayOfNumber(Math.floor((ms + offsetMsAt(zone, ms)) / 864e5))
    },
    opensOf: (day) => doorsOf(day).opens,
    closeOf: (day) => doorsOf(day).closes,
    isWorkingDay: (day) => index.isWorking(numberOf(day)),
    addWorkingDays(from, count) {
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a count of working days: ${count}`)
      return count === 0 ? from : dayOfNumber(index.after(numberOf(from), count))
    },
    workingDaysBetween: (after, upTo) => upTo > after ? index.between(numberOf(after), numberOf(upTo)) : 0,
    isProvisional: (day) => !published.has(Number(day.slice(0, 4))),
    nameOf: (day) => words.get(numberOf(day))?.name,
  }
}
