import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dueOf } from '../domain/supervision/due.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'

/** 应办结变动 of one running clock: when it is due as things stand, and with the draft. */
type DueMove = { subject: string; department: string; hall: string; itemCode: string; clock: string; kind: TimelineClock['kind']; from: Day; to: Day
  /** Working days that come between, by the draft; fewer than none where it is due earlier. 0: the same day, at another hour. */
  workingDays: number; fromAt: Instant; toAt: Instant; lateNow: boolean; lateThen: boolean }
/** 日历影响 — of the clocks that run now, which would fall due otherwise; figures over all of them. */
export type CalendarImpact = { open: number; clocks: number; movedCases: number; movedClocks: number; later: number; earlier: number; newlyLate: number; noLongerLate: number
  byKind: { kind: TimelineClock['kind']; clocks: number }[]; by: { workingDays: number; clocks: number }[]; moves: DueMove[] }

const caseOf = (subject: string) => subject.replace(/#\d+$/, '')
function moveOf(timeline: Timeline, clock: TimelineClock, now: Calendar, draft: Calendar, at: Instant): DueMove | undefined {
  const from = dueOf(clock, now).dueOn, to = dueOf(clock, draft).dueOn
  if (from === undefined || to === undefined) return undefined
  const fromAt = clock.statedDueAt ?? now.closeOf(from), toAt = clock.statedDueAt ?? draft.closeOf(to)
  if (from === to && fromAt === toAt) return undefined
  const workingDays = from === to ? 0 : to > from ? draft.workingDaysBetween(from, to) : -draft.workingDaysBetween(to, from)
  const { subject, department, hall, itemCode } = timeline
  return { subject, department, hall, itemCode, clock: clock.name, kind: clock.kind, from, to, workingDays, fromAt, toAt, lateNow: at > fromAt, lateThen: at > toAt }
}
const tally = <K>(keys: readonly K[]) => [...keys.reduce((found, key) => found.set(key, (found.get(key) ?? 0) + 1), new Map<K, number>())]

/** 发布前看影响 — what another calendar would move among open cases, by the same due days as everything else: pure, and nothing is written. */
export function calendarImpact(timelines: readonly Timeline[], calendars: (timeline: Timeline) => { now: Calendar; draft: Calendar }, at: Instant): CalendarImpact {
  const running = timelines.flatMap((timeline) => timeline.clocks.filter(({ stoppedAt }) => stoppedAt === undefined).map((clock) => ({ timeline, clock })))
  const moves = running.flatMap(({ timeline, clock }) => { const { now, draft } = calendars(timeline); return moveOf(timeline, clock, now, draft, at) ?? [] })
    .sort((a, b) => a.to < b.to ? -1 : a.to > b.to ? 1 : a.subject < b.subject ? -1 : 1)
  const count = (which: (move: DueMove) => boolean) => moves.filter(which).length
  return { open: timelines.filter(({ of }) => of === undefined).length, clocks: running.length,
    movedCases: new Set(moves.map(({ subject }) => caseOf(subject))).size, movedClocks: moves.length,
    later: count(({ toAt, fromAt }) => toAt > fromAt), earlier: count(({ toAt, fromAt }) => toAt < fromAt),
    newlyLate: count(({ lateNow, lateThen }) => lateThen && !lateNow), noLongerLate: count(({ lateNow, lateThen }) => lateNow && !lateThen),
    byKind: tally(moves.map(({ kind }) => kind)).map(([kind, clocks]) => ({ kind, clocks })).sort((a, b) => b.clocks - a.clocks),
    by: tally(moves.map(({ workingDays }) => workingDays)).map(([workingDays, clocks]) => ({ workingDays, clocks })).sort((a, b) => a.workingDays - b.workingDays), moves }
}
