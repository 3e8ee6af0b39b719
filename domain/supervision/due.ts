import { dayOfNumber, numberOf } from '../calendar/days.ts'
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
  const due = plainly(clock, calendar) ?? dueOnOf(settled(clock) ? clock : asClock(clock), calendar)
  counted[oldest] = { clock, calendar, due }
  oldest = (oldest + 1) % remembered
  return due
}

/** No pause of it is open, so that no plan could be taken for an end. */
const settled = (clock: TimelineClock): clock is TimelineClock & { limitWorkingDays: number } => clock.limitWorkingDays !== undefined && clock.pauses.every(({ to }) => to !== undefined)

/** Most clocks never stand still and end in a year whose rest days are known: one look-up gives their day. */
function plainly({ startedOn, pauses, limitWorkingDays, extensions }: TimelineClock, calendar: Calendar): DueOn | undefined {
  if (limitWorkingDays === undefined || pauses.length > 0 || extensions !== undefined) return undefined
  const dueOn = calendar.addWorkingDays(startedOn, limitWorkingDays)
  return dueOn.startsWith(startedOn.slice(0, 4)) && !calendar.isProvisional(dueOn) ? { dueOn } : undefined
}

/** 提前停表 — stopped so early that the nth working day of its limit cannot have closed: a working day takes a day at least, and noon somewhere is another
    day elsewhere. Most clocks of most cases are; nothing more need be counted of them. */
export function stoppedBefore({ startedOn, limitWorkingDays, statedDueOn, stoppedAt }: TimelineClock, workingDays = limitWorkingDays): boolean {
  if (stoppedAt === undefined) return false
  const stated = limitWorkingDays === undefined ? statedDueOn : undefined
  const earliest: string = dayOfNumber((stated === undefined ? numberOf(startedOn) + (workingDays ?? 0) : numberOf(stated)) - 1)
  return stoppedAt < earliest
}

/** The clock that an episode is of: `special:1` of `special:1`, and of `special:1~untold` too. */
export function clockOf({ clocks }: Timeline, episode: string): TimelineClock | undefined {
  const cut = episode.indexOf('~'), name = cut < 0 ? episode : episode.slice(0, cut)
  return clocks.find((clock) => clock.name === name)
}

/** 当时的钟 — with the extensions that had been granted by an instant, and none that came later. */
export function clockAt(clock: TimelineClock, at: Instant): TimelineClock {
  const granted = clock.extensions?.filter((extension) => extension.at === undefined || extension.at <= at)
  return granted?.length === clock.extensions?.length ? clock : { ...clock, extensions: granted }
}

/** 期限账 of the clock that a finding speaks of: the clauses and days that add up to its due day, with what had been granted by `at`. */
export function ledgerOf(timeline: Timeline, episode: string, calendar: Calendar, at?: Instant): Deadline['ledger'] {
  const clock = clockOf(timeline, episode)
  return clock ? deadline(asClock(at === undefined ? clock : clockAt(clock, at)), calendar).ledger : []
}

/** 逐段 — what comes of a clock with the extensions granted so far, and anew after each that was granted when that had become true already. Nothing becomes
    true before the extension that it is counted with, nor before the clock runs. */
export function byStages<F extends { becameTrueAt: Instant }>(clock: TimelineClock, foresee: (clock: TimelineClock) => F | undefined): readonly F[] {
  const found: F[] = []
  const stage = (granted: TimelineClock, since?: Instant, until?: Instant) => {
    const it = foresee(granted)
    if (!it) return
    const becameTrueAt = notBefore(since, it.becameTrueAt)
    if (until === undefined || becameTrueAt < until) found.push({ ...it, becameTrueAt })
  }
  const grants = clock.extensions === undefined ? [] : [...new Set(clock.extensions.flatMap(({ at }) => at ?? []))].sort()
  if (grants.length === 0) stage(clock, clock.runsSince)
  else [undefined, ...grants].forEach((at, i) => stage(clockAt(clock, at ?? beforeAll), at ?? clock.runsSince, grants[i]))
  return found
}
const beforeAll = '' as Instant
export const notBefore = (since: Instant | undefined, at: Instant): Instant => since !== undefined && since > at ? since : at

/** The clock's limit in working days with its extensions; for a day that the source states, as many as lie before it. */
export const limitOf = (clock: TimelineClock, calendar: Calendar): number => clock.limitWorkingDays !== undefined
  ? (clock.extensions ?? []).reduce((limit, { workingDays }) => limit + workingDays, clock.limitWorkingDays)
  : calendar.workingDaysBetween(clock.startedOn, clock.statedDueOn ?? clock.startedOn)

/** The day on which the nth working day of the clock is used up. */
export const usedUpOn = (clock: TimelineClock, workingDays: number, calendar: Calendar) => clock.pauses.length === 0
  ? calendar.addWorkingDays(clock.startedOn, workingDays)
  : dueOnOf({ ...asClock(clock, workingDays), extensions: [] } as Clock, calendar).dueOn

export const clocksOf = ({ clocks }: Timeline, kind: TimelineClock['kind']) => clocks.filter((clock) => clock.kind === kind)

/** 超期 — for each clock of a kind the close of the nth working day after its due day, and whose it is; once, whatever is granted when it is late. */
export function overruns(timeline: Timeline, kind: TimelineClock['kind'], graceWorkingDays: number, calendar: Calendar): Overrun[] {
  const found: Overrun[] = []
  for (const clock of timeline.clocks) {
    if (clock.kind !== kind || stoppedBefore(clock)) continue
    const [first] = byStages(clock, (clock) => {
      const { dueOn } = dueOf(clock, calendar)
      return dueOn && overrun(clock, dueOn, calendar.closeOf(calendar.addWorkingDays(dueOn, graceWorkingDays)))
    })
    if (first && (clock.stoppedAt === undefined || clock.stoppedAt > first.becameTrueAt)) found.push(first)
  }
  return found
}
export type Overrun = { clock: string; becameTrueAt: Instant; dueOn: Day; department?: string }
/** What is found on a clock is found on whoever holds it. */
export const overrun = ({ name, department }: TimelineClock, dueOn: Day, becameTrueAt: Instant): Overrun =>
  ({ clock: name, becameTrueAt, dueOn, ...(department !== undefined && { department }) })
