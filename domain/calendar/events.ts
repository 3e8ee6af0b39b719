import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day } from '../kernel/values.ts'
import { layers } from './layers.ts'

const NamedDay = z.strictObject({ on: Day, name: z.string().min(1) })
export type NamedDay = z.infer<typeof NamedDay>

const notice = {
  layer: z.enum(layers).describe('层级'),
  place: z.string().describe('适用地（全国为空；区划代码前缀；大厅编号）'),
  year: z.int().min(1949).max(9998).describe('年份'),
  off: z.array(NamedDay).describe('放假'),
  working: z.array(NamedDay).describe('调休上班'),
  notice: z.string().min(1).describe('通知（标题或网址）'),
  knownOn: Day.describe('获知日'),
  unsure: z.string().min(1).optional().describe('获知日存疑的原因'),
}
/** An amendment says only what it changes; `ordinary` are the days of which this layer no longer says anything. */
const amendment = { ...notice, ordinary: z.array(Day).describe('恢复常规') }

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const monthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
const hours = {
  hall: z.string().describe('大厅编号（空为全系统默认）'),
  opensAt: clock.describe('上班'),
  closesAt: clock.describe('下班'),
  effectiveFrom: Day.describe('施行日'),
  season: z.strictObject({ from: monthDay, to: monthDay }).optional().describe('每年季节（可跨年）'),
  basis: z.string().min(1).describe('依据'),
}

/** 日历 — what a notice says of a year and since when it is known; and when the doors open and close. */
export const calendarEvents = { CalendarPublished: event(notice), CalendarAmended: event(amendment), OfficeHoursSet: event(hours) }
export type CalendarEvent = EventOf<typeof calendarEvents>
export type NoticeEvent = Exclude<CalendarEvent, { type: 'OfficeHoursSet' }>
export type HoursEvent = Extract<CalendarEvent, { type: 'OfficeHoursSet' }>

export const calendarCommands = { PublishCalendar: command(notice), AmendCalendar: command(amendment), SetOfficeHours: command(hours) }
export type CalendarCommand = CommandOf<typeof calendarCommands>
export type NoticeCommand = Exclude<CalendarCommand, { type: 'SetOfficeHours' }>
export type HoursCommand = Extract<CalendarCommand, { type: 'SetOfficeHours' }>
