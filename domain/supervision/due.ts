import { deadline, dueOnOf, type Clock, type Deadline } from '../calendar/deadline.ts'
import type { Calendar } from '../kernel/values.ts'
import type { Timeline, TimelineClock } from './timeline.ts'

/** The clock as the calendar counts it. A pause that is still open gives no due day to judge by, whatever its plan was. */
export const asClock = ({ clause, basis, startedOn, pauses, extensions, limitWorkingDays, statedDueOn }: TimelineClock, limit = limitWorkingDays): Clock => {
  const common = { clause, basis, startedOn, pauses: pauses.map(({ clause, from, to }) => ({ clause, from, ...(to && { to }) })), ...(extensions && { extensions }) }
  return limit === undefined ? { ...common, statedDueOn: statedDueOn ?? startedOn } : { ...common, limitWorkingDays: limit }
}

/** 应办结 of a clock. */
export const dueOf = (clock: TimelineClock, calendar: Calendar): Pick<Deadline, 'dueOn' | 'provisional'> => dueOnOf(asClock(clock), calendar)

/** 期限账 of the clock that a finding speaks of: the clauses and days that add up to its due day. */
export const ledgerOf = ({ clocks }: Timeline, name: string, calendar: Calendar): Deadline['ledger'] =>
  clocks.filter((clock) => clock.name === name).flatMap((clock) => deadline(asClock(clock), calendar).ledger)

/** The clock's limit in working days with its extensions; for a day that the source states, as many as lie before it. */
export const limitOf = (clock: TimelineClock, calendar: Calendar): number =>
  clock.limitWorkingDays !== undefined ? (clock.extensions ?? []).reduce((limit, { workingDays }) => limit + workingDays, clock.limitWorkingDays) : calendar.workingDaysBetween(clock.startedOn, clock.statedDueOn ?? clock.startedOn)

/** The day on which the nth working day of the clock is used up. */
export const usedUpOn = (clock: TimelineClock, workingDays: number, calendar: Calendar) =>
  dueOnOf({ ...asClock(clock, workingDays), extensions: [] } as Clock, calendar).dueOn

export const clocksOf = ({ clocks }: Timeline, kind: TimelineClock['kind']) => clocks.filter((clock) => clock.kind === kind)
