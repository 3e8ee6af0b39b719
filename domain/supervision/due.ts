import { deadline, dueOnOf, type Clock, type Deadline } from '../calendar/deadline.ts'
import type { Calendar, Day, Instant } from '../kernel/values.ts'
import type { Timeline, TimelineClock } from './timeline.ts'

/** The clock as the calendar counts it. A pause that is still open gives no due day to judge by, whatever its plan was. */
export const asClock = ({ clause, basis, startedOn, pauses, extensions, limitWorkingDays, statedDueOn }: TimelineClock, limit = limitWorkingDays): Clock => {
  const common = { clause, basis, startedOn, pauses: pauses.map(({ clause, from, to }) => ({ clause, from, ...(to && { to }) })), ...(extensions && { extensions }) }
  return limit === undefined ? { ...common, statedDueOn: statedDueOn ?? startedOn } : { ...common, limitWorkingDays: limit }
}

type DueOn = Pick<Deadline, 'dueOn' | 'provisional'>
/** What was counted last: a dozen rules ask in one breath for the due days of the same few clocks. A clock is never changed in place. */
const counted: { clock: TimelineClock; calendar: Calendar; due: DueOn }[] = []
const remembered = 16
let oldest = 0

/** 应办结 of a clock. */
export function dueOf(clock: TimelineClock, calendar: Calendar): DueOn {
  for (const it of counted) if (it.clock === clock && it.calendar === calendar) return it.due
  const due = dueOnOf(asClock(clock), calendar)
  counted[oldest] = { clock, calendar, due }
  oldest = (oldest + 1) % remembered
  return due
}

/** The clock that an episode is of: `special:1` of `special:1`, and of `special:1~untold` too. */
export function clockOf({ clocks }: Timeline, episode: string): TimelineClock | undefined {
  const cut = episode.indexOf('~'), name = cut < 0 ? episode : episode.slice(0, cut)
  return clocks.find((clock) => clock.name === name)
}

/** 期限账 of the clock that a finding speaks of: the clauses and days that add up to its due day. */
export function ledgerOf(timeline: Timeline, episode: string, calendar: Calendar): Deadline['ledger'] {
  const clock = clockOf(timeline, episode)
  return clock ? deadline(asClock(clock), calendar).ledger : []
}

/** The clock's limit in working days with its extensions; for a day that the source states, as many as lie before it. */
export const limitOf = (clock: TimelineClock, calendar: Calendar): number => clock.limitWorkingDays !== undefined
  ? (clock.extensions ?? []).reduce((limit, { workingDays }) => limit + workingDays, clock.limitWorkingDays)
  : calendar.workingDaysBetween(clock.startedOn, clock.statedDueOn ?? clock.startedOn)

/** The day on which the nth working day of the clock is used up. */
export const usedUpOn = (clock: TimelineClock, workingDays: number, calendar: Calendar) =>
  dueOnOf({ ...asClock(clock, workingDays), extensions: [] } as Clock, calendar).dueOn

export const clocksOf = ({ clocks }: Timeline, kind: TimelineClock['kind']) => clocks.filter((clock) => clock.kind === kind)

/** 超期 — for each clock of a kind the close of the nth working day after its due day, and whose it is. */
export function overruns(timeline: Timeline, kind: TimelineClock['kind'], graceWorkingDays: number, calendar: Calendar): Overrun[] {
  const found: Overrun[] = []
  for (const clock of timeline.clocks) {
    if (clock.kind !== kind) continue
    const { dueOn } = dueOf(clock, calendar)
    if (dueOn === undefined) continue
    found.push(overrun(clock, dueOn, calendar.closeOf(calendar.addWorkingDays(dueOn, graceWorkingDays))))
  }
  return found
}
export type Overrun = { clock: string; becameTrueAt: Instant; dueOn: Day; department?: string }
/** What is found on a clock is found on whoever holds it. */
export const overrun = ({ name, department }: TimelineClock, dueOn: Day, becameTrueAt: Instant): Overrun =>
  ({ clock: name, becameTrueAt, dueOn, ...(department !== undefined && { department }) })
