import { canonical } from '../kernel/canonical.ts'
import { context } from '../kernel/context.ts'
import { decider, refuse, type Decider } from '../kernel/decider.ts'
import { calendarCommands, calendarEvents, type HoursCommand, type HoursEvent, type NoticeCommand, type NoticeEvent } from './events.ts'
import type { Layer } from './layers.ts'

/** 日历 of a layer and place: `national`, `prefecture.4228`, `office.<hall>`. */
export const calendarIdOf = (layer: Layer, place: string) => layer === 'national' ? layer : `${layer}.${place}`
/** 办公时间 of a hall; the default of the house has a name of its own, for an id is never empty. */
export const hoursIdOf = (hall: string) => hall || 'house'

type Notice = NoticeCommand['data'] & { ordinary?: readonly string[] }

function faultIn(id: string, { layer, place, year, off, working, ordinary = [] }: Notice) {
  if (calendarIdOf(layer, place) !== id || (layer === 'national') !== (place === '')) return refuse('wrong-calendar-stream')
  const offDays = new Set<string>(off.map(({ on }) => on)), named = [...off, ...working].map(({ on }) => on as string).concat(ordinary)
  if (working.some(({ on }) => offDays.has(on))) return refuse('day-both-off-and-working')
  if (new Set(named).size < named.length) return refuse('day-named-twice')
  // A notice reaches over New Year and no further: 2019's begins on 2018-12-29.
  if (named.some((day) => day < `${year - 1}-12-01` || day > `${year + 1}-01-31`)) return refuse('day-outside-the-year')
  return undefined
}

type Known = { published: Readonly<Record<number, string>>; amendments: readonly string[] }

/** 日历：one stream per layer and place; a change made in mid-year stands beside what it changes. */
export const calendarDecider = decider<Known, NoticeCommand, NoticeEvent>()({
  needs: { PublishCalendar: {}, AmendCalendar: {} },
  initial: { published: {}, amendments: [] },
  evolve: ({ published, amendments }, { type, data }) => type === 'CalendarPublished'
    ? { published: { ...published, [data.year]: canonical(data) }, amendments }
    : { published, amendments: [...amendments, canonical(data)] },
  answers: {
    PublishCalendar({ published }, data, { id }) {
      const fault = faultIn(id, data)
      if (fault) return fault
      if (published[data.year] === undefined) return [{ type: 'CalendarPublished', data }]
      return published[data.year] === canonical(data) ? [] : refuse('calendar-already-published')
    },
    AmendCalendar({ published, amendments }, data, { id }) {
      const fault = faultIn(id, data)
      if (fault) return fault
      if (published[data.year] === undefined) return refuse('calendar-not-published')
      return amendments.includes(canonical(data)) ? [] : [{ type: 'CalendarAmended', data }]
    },
  },
})

type HoursBySlot = Readonly<Record<string, string>>
const slotOf = ({ effectiveFrom, season }: HoursEvent['data']) => canonical({ effectiveFrom, season })

/** 办公时间：one stream per hall. What was said last of the same day and season holds, so that an error can be put right. */
export const hoursDecider = decider<HoursBySlot, HoursCommand, HoursEvent>()({
  needs: { SetOfficeHours: {} },
  initial: {},
  evolve: (set, { data }) => ({ ...set, [slotOf(data)]: canonical(data) }),
  answers: {
    SetOfficeHours(set, data, { id, by, now, calendar }) {
      if (hoursIdOf(data.hall) !== id) return refuse('wrong-calendar-stream')
      if (data.opensAt >= data.closesAt) return refuse('hours-out-of-order')
      if (set[slotOf(data)] === canonical(data)) return []
      // Closing time decides who was late: only the house itself, at its founding, says it of days that are over.
      if (data.effectiveFrom < calendar.dayOf(now) && by.role !== 'policy') return refuse('hours-reaching-back')
      return [{ type: 'OfficeHoursSet', data }]
    },
  },
})

type RefusalOf<D> = D extends Decider<any, any, any, any, infer Code> ? Code : never
export type CalendarRefusal = RefusalOf<typeof calendarDecider> | RefusalOf<typeof hoursDecider>

export const calendar = context({
  name: 'calendar',
  zh: '日历',
  events: calendarEvents,
  commands: calendarCommands,
  grants: { PublishCalendar: ['inspector', 'policy'], AmendCalendar: ['inspector', 'policy'], SetOfficeHours: ['inspector', 'policy'] },
  subjects: { '': 'house', hours: 'house' },
  deciders: { '': calendarDecider, hours: hoursDecider },
})
