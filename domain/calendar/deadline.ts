import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { standstills, unpublishedYears, weekend, type Clock, type Deadline, type LedgerEntry, type Standstill } from './clock.ts'
import { dayOfNumber, numberOf, weekdayOf } from './days.ts'

export type { Clock, Deadline, LedgerEntry, Pause } from './clock.ts'
export { ledgerText } from './ledger-text.ts'

const addCalendarDays = (day: Day, count: number) => dayOfNumber(numberOf(day) + count)
const calendarDaysBetween = (after: Day, upTo: Day) => Math.max(0, numberOf(upTo) - numberOf(after))
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)

/** The limit with its extensions, in the days that it is counted in. */
function limitOf(clock: Exclude<Clock, { statedDueOn: Day }>) {
  if ('limitWorkingDays' in clock) return { unit: 'working-days' as const, limit: clock.limitWorkingDays, rollsOver: false,
    extensions: (clock.extensions ?? []).map(({ clause, workingDays }) => ({ clause, days: workingDays })) }
  return { unit: 'calendar-days' as const, limit: clock.limitCalendarDays, rollsOver: clock.rollsOver,
    extensions: (clock.extensions ?? []).map(({ clause, calendarDays }) => ({ clause, days: calendarDays })) }
}
const arithmeticOf = (unit: LedgerEntry['unit'], calendar: Calendar) => unit === 'working-days'
  ? { add: calendar.addWorkingDays, between: calendar.workingDaysBetween } : { add: addCalendarDays, between: calendarDaysBetween }

type Run = { ranOutOn?: Day; dueOn?: Day; provisional: boolean; stood: Standstill[] }

/** A standstill moves the day by its own length, but only if it began before the limit ran out. */
function run(clock: Exclude<Clock, { statedDueOn: Day }>, calendar: Calendar): Run {
  const { unit, limit, extensions, rollsOver } = limitOf(clock)
  const { add, between } = arithmeticOf(unit, calendar)
  const stood: Standstill[] = []
  let ranOutOn = add(clock.startedOn, limit + sum(extensions.map(({ days }) => days)))
  for (const still of standstills(clock, calendar)) {
    if (still.from >= ranOutOn) break
    stood.push(still)
    if (still.to === undefined) return { provisional: false, stood }
    ranOutOn = add(ranOutOn, between(still.from, still.to))
  }
  const dueOn = rollsOver && !calendar.isWorkingDay(ranOutOn) ? calendar.addWorkingDays(ranOutOn, 1) : ranOutOn
  // Days of the calendar are what they are; only where the rest days matter can a notice to come move the end.
  const firstOn = unit === 'working-days' ? addCalendarDays(clock.startedOn, 1) : ranOutOn
  const unknown = (unit === 'working-days' || rollsOver) && unpublishedYears(firstOn, dueOn, calendar).length > 0
  return { ranOutOn, dueOn, stood, provisional: unknown || stood.some(({ pause }) => pause.to === undefined) }
}

/** The due day alone, for sweeps over many cases that open no ledger. */
export function dueOnOf(clock: Clock, calendar: Calendar): Pick<Deadline, 'dueOn' | 'provisional'> {
  if ('statedDueOn' in clock) return { dueOn: clock.statedDueOn }
  const { dueOn, provisional } = run(clock, calendar)
  return { ...(dueOn && { dueOn }), ...(provisional && { provisional }) }
}

/** The days of rest that were passed over, by name; and the weekends that were worked and counted. */
function restOf(startedOn: Day, dueOn: Day, stood: readonly Standstill[], calendar: Calendar): LedgerEntry[] {
  const names = new Map<string, number>(), makeUp: Day[] = []
  for (let number = numberOf(startedOn) + 1; number <= numberOf(dueOn); number++) {
    const day = dayOfNumber(number)
    if (!calendar.isWorkingDay(day)) {
      const name = calendar.nameOf(day) ?? weekend
      names.set(name, (names.get(name) ?? 0) + 1)
    } else if (weekdayOf(number) % 6 === 0 && !stood.some(({ from, to }) => from < day && (to === undefined || day <= to))) makeUp.push(day)
  }
  if (names.size === 0 && makeUp.length === 0) return []
  const detail = [...names].map(([name, days]) => ({ name, days })).sort((a, b) => Number(a.name === weekend) - Number(b.name === weekend))
  return [{ kind: 'rest', clause: '放假安排', days: sum([...names.values()]), unit: 'calendar-days', detail, ...(makeUp.length && { makeUp }) }]
}

function statedLedger(clock: Clock & { statedDueOn: Day }, calendar: Calendar): LedgerEntry[] {
  const { startedOn, statedDueOn } = clock
  const stated = { kind: 'stated' as const, clause: `${clock.clause}（来源所载）` }
  // A source may state a day that had passed already; there is nothing to count then, only a difference.
  if (statedDueOn < startedOn) return [{ ...stated, days: numberOf(statedDueOn) - numberOf(startedOn), unit: 'calendar-days' }]
  return [
    { ...stated, days: calendar.workingDaysBetween(startedOn, statedDueOn), unit: 'working-days' },
    ...restOf(startedOn, statedDueOn, [], calendar),
  ]
}

/** 应办结日 and 账: limit, extensions, rest days passed over, pauses, and the roll over a rest day at the end. */
export function deadline(clock: Clock, calendar: Calendar): Deadline {
  if ('statedDueOn' in clock) return { dueOn: clock.statedDueOn, ledger: statedLedger(clock, calendar) }
  const { unit, limit, extensions } = limitOf(clock)
  const { between } = arithmeticOf(unit, calendar)
  const { ranOutOn, dueOn, provisional, stood } = run(clock, calendar)
  const ledger: LedgerEntry[] = [
    { kind: 'limit', clause: clock.clause, days: limit, unit },
    ...extensions.map(({ clause, days }) => ({ kind: 'extension' as const, clause, days, unit })),
    ...dueOn && unit === 'working-days' ? restOf(clock.startedOn, dueOn, stood, calendar) : [],
    ...stood.map(({ pause, from, to }) => ({
      kind: 'pause' as const, clause: pause.clause, days: to === undefined ? 0 : between(from, to), unit, from,
      ...(pause.to !== undefined && to !== undefined && { to }),
    })),
  ]
  if (ranOutOn && dueOn && dueOn > ranOutOn) {
    const days = calendarDaysBetween(ranOutOn, dueOn)
    ledger.push({ kind: 'rolled', clause: '民法典 203', days, unit: 'calendar-days', from: ranOutOn, to: dueOn })
  }
  return { ...(dueOn && { dueOn }), ...(provisional && { provisional }), ledger }
}

/** 剩余工作日 — 0 on the due day itself and after it. */
export const remainingWorkingDays = (dueOn: Day, now: Instant, calendar: Calendar): number =>
  calendar.workingDaysBetween(calendar.dayOf(now), dueOn)

/** 超期工作日 — a day counts once the office has closed on it. */
export function overdueWorkingDays(dueOn: Day, at: Instant, calendar: Calendar): number {
  const today = calendar.dayOf(at)
  const days = calendar.workingDaysBetween(dueOn, today)
  return days > 0 && calendar.isWorkingDay(today) && at < calendar.closeOf(today) ? days - 1 : days
}

/** 已用工作日 up to the end of a day, standstills taken out; an open pause lasts. */
export function elapsedWorkingDays(clock: Clock, on: Day, calendar: Calendar): number {
  const stood = standstills(clock, calendar, on).map(({ from, to }) => calendar.workingDaysBetween(from, to === undefined || to > on ? on : to))
  return calendar.workingDaysBetween(clock.startedOn, on) - sum(stood)
}
