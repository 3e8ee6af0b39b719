import { dayIn } from '../domain/kernel/zones.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { clocksOf, dueOf } from '../domain/supervision/due.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { feesOf } from '../projections/case-row.ts'
import type { CaseRow } from '../projections/cases.ts'
import { calendarFor } from './judging.ts'
import type { Rooms } from './rooms.ts'

/** Closed cases by how many working days after their due day they ended: more than none, one, five, ten, twenty. */
const steps = { gt0: 0, gt1: 1, gt5: 5, gt10: 10, gt20: 20 } as const
export type Summary = {
  now: Instant; cases: number; activities: number; open: number; closed: number
  /** Of the closed, those that ended after the instant that was due. */
  lateAsInstant: number
  lateWorkingDays: Record<keyof typeof steps, number>
  openPastDue: number
  /** Cases for which something was assessed, by what was paid of it. */
  fees: { exact: number; under: number; over: number; unpaid: number }
}

/** 汇总 — the figures of the whole book as of an instant, counted from the rows for this question. */
export async function summarise(rooms: Rooms, now: Instant): Promise<Summary> {
  const summary: Summary = { now, cases: 0, activities: await rooms.rows.count('activities'), open: 0, closed: 0, lateAsInstant: 0,
    lateWorkingDays: { gt0: 0, gt1: 0, gt5: 0, gt10: 0, gt20: 0 }, openPastDue: 0, fees: { exact: 0, under: 0, over: 0, unpaid: 0 } }
  for await (const batch of rooms.rows.scan('case-timelines')) for (const { row } of batch) await count(rooms, summary, row as Timeline)
  for await (const batch of rooms.rows.scan('cases')) for (const { row } of batch) {
    const fees = feesOf(row as CaseRow)
    if (fees) summary.fees[fees.verdict]++
  }
  return summary
}

async function count(rooms: Rooms, summary: Summary, timeline: Timeline) {
  summary.cases++
  if (timeline.endedAt) summary.closed++
  else summary.open++
  const [clock] = clocksOf(timeline, 'promised')
  if (!clock) return
  const calendar = await calendarFor(rooms, timeline, summary.now)
  const { dueOn } = dueOf(clock, calendar)
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  if (!dueOn || !dueAt) return
  if (!timeline.endedAt) {
    if (dueAt < summary.now) summary.openPastDue++
    return
  }
  if (timeline.endedAt > dueAt) summary.lateAsInstant++
  const late = calendar.workingDaysBetween(dueOn, dayIn(calendar.zone, timeline.endedAt))
  for (const [name, over] of Object.entries(steps) as [keyof typeof steps, number][]) if (late > over) summary.lateWorkingDays[name]++
}
