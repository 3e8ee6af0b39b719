import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { dueOf } from './due.ts'
import type { Timeline, TimelineClock } from './timeline.ts'

/** 责任天数 — so many of the working days by which the whole is late are this department's. */
export type DelayShare = { department: string; workingDays: number }
type Segment = { department: string; dueOn: Day; stoppedAt: Instant | undefined }

const segmentOf = (clock: TimelineClock, department: string, calendar: Calendar): Segment[] => {
  const { dueOn } = dueOf(clock, calendar)
  return dueOn ? [{ department, dueOn, stoppedAt: clock.stoppedAt }] : []
}
const longestDue = (a: Segment, b: Segment) => a.dueOn === b.dueOn ? 0 : a.dueOn < b.dueOn ? -1 : 1
/** On a day that has closed it was still not done, and should have been before. */
const late = ({ dueOn, stoppedAt }: Segment, close: Instant) => (day: Day) => day > dueOn && (stoppedAt === undefined || stoppedAt >= close)

/** 迟延分摊 — each working day after a due day, once the office has closed on it, is one department's: the superior's while it keeps the case past its own
    limit, else that of the co-handler who is longest due, else the lead's. Each day is counted once, so the shares add up to the days of delay. */
export function delayShares(lead: Timeline, subs: readonly Timeline[], calendar: Calendar, at: Instant): DelayShare[] {
  const of = (timeline: Timeline, kind: TimelineClock['kind']) => timeline.clocks.filter((clock) => clock.kind === kind)
  const own = of(lead, 'promised').flatMap((clock) => segmentOf(clock, lead.department, calendar))
  const above = of(lead, 'superior').flatMap((clock) => segmentOf(clock, clock.department ?? '', calendar)).sort(longestDue)
  const beside = subs.flatMap((sub) => of(sub, 'promised').flatMap((clock) => segmentOf(clock, sub.department, calendar))).sort(longestDue)
  const first = [...own, ...above].map(({ dueOn }) => dueOn).sort()[0]
  const shares = new Map<string, number>()
  const until = lead.endedAt && lead.endedAt < at ? lead.endedAt : at
  for (let day = first; day !== undefined;) {
    day = calendar.addWorkingDays(day, 1)
    const close = calendar.closeOf(day)
    if (close > until) break
    const isLate = (segment: Segment) => late(segment, close)(day!)
    const blamed = above.find(isLate) ?? (own.some(isLate) ? beside.find(isLate) ?? own[0] : undefined)
    if (blamed) shares.set(blamed.department, (shares.get(blamed.department) ?? 0) + 1)
  }
  return [...shares].map(([department, workingDays]) => ({ department, workingDays }))
}
