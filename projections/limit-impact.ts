import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { clocksOf, dueOf, limitOf } from '../domain/supervision/due.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'
import { otherTimeline, type OtherLimit } from '../domain/supervision/what-if.ts'

/** 拟改时限 of an item, of those limits that are meant to change. */
export type LimitDraft = {
  promisedWorkingDays?: number | undefined; statutoryWorkingDays?: number | undefined; stepLimits?: readonly { step: string; workingDays: number }[] | undefined
}
type LimitItem = { code: string; version: number; promisedWorkingDays: number; statutoryWorkingDays: number }

type Run = { limitWorkingDays: number; dueOn?: Day; provisional?: true; late: boolean }
type ClockImpact = { name: string; kind: TimelineClock['kind']; startedOn: Day; now: Run; draft: Run }
/** 去向 — `keeps`: pinned when it was accepted; `deemed`: the notice is overdue, so it will be accepted as of its receipt, under the version that it was
    submitted under; `takes`: it would be accepted under the new version. */
export type CaseImpact = { subject: string; department: string; hall: string; itemVersion?: number; standing: 'keeps' | 'deemed' | 'takes'; clocks: ClockImpact[] }
/** 期限影响 — publishing moves no due day of a case that keeps its limits: what is told of those under the draft is told for information. */
export type LimitImpact = {
  open: number; keeps: number; deemed: number; takes: number
  lateNow: number; lateUnderDraft: number; newlyLate: number; noLongerLate: number
  cases: CaseImpact[]
}

const limitsOf = (itemCode: string, { promisedWorkingDays, statutoryWorkingDays, stepLimits = [] }: LimitDraft): OtherLimit[] => [
  ...promisedWorkingDays === undefined ? [] : [{ itemCode, kind: 'promised' as const, workingDays: promisedWorkingDays }],
  ...statutoryWorkingDays === undefined ? [] : [{ itemCode, kind: 'statutory' as const, workingDays: statutoryWorkingDays }],
  ...stepLimits.map(({ step, workingDays }) => ({ itemCode, kind: 'step' as const, step, workingDays })),
]

/** Late once the office has closed on the due day, as the lights say it. */
function runOf(clock: TimelineClock, calendar: Calendar, now: Instant): Run {
  const { dueOn, provisional } = dueOf(clock, calendar)
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  return { limitWorkingDays: limitOf(clock, calendar), ...(dueOn && { dueOn }), ...(provisional && { provisional }), late: dueAt !== undefined && now > dueAt }
}

/** 受理前 — the notice clock runs; once it is overdue the law accepts the case as of its receipt (行政许可法 32). */
function standingOf(timeline: Timeline, calendar: Calendar, now: Instant): CaseImpact['standing'] {
  if (timeline.acceptedAt !== undefined || timeline.imported || clocksOf(timeline, 'promised').length > 0) return 'keeps'
  const [notice] = clocksOf(timeline, 'notice').filter(({ stoppedAt }) => stoppedAt === undefined), { dueOn } = notice ? dueOf(notice, calendar) : {}
  return dueOn && now >= calendar.closeOf(dueOn) ? 'deemed' : 'takes'
}

/** What is not accepted yet, as if it were accepted today under the item as it is. */
const acceptedToday = (timeline: Timeline, { promisedWorkingDays, statutoryWorkingDays }: LimitItem, startedOn: Day): Timeline => ({ ...timeline, clocks: [
  { name: 'promised', kind: 'promised', clause: '承诺期限', basis: '', startedOn, pauses: [], limitWorkingDays: promisedWorkingDays },
  { name: 'statutory', kind: 'statutory', clause: '法定期限', basis: '', startedOn, pauses: [], limitWorkingDays: statutoryWorkingDays },
] })

/** The clocks that the draft speaks of and that still run, as they run and as they would. */
function clocksUnder(timeline: Timeline, limits: readonly OtherLimit[], calendar: Calendar, now: Instant): CaseImpact['clocks'] {
  const other = otherTimeline(timeline, limits)
  return timeline.clocks.flatMap((clock, i) => {
    const changed = other.clocks[i]!
    if (changed === clock || clock.stoppedAt !== undefined) return []
    return [{ name: clock.name, kind: clock.kind, startedOn: clock.startedOn, now: runOf(clock, calendar, now), draft: runOf(changed, calendar, now) }]
  })
}

const isLate = (which: 'now' | 'draft') => ({ clocks }: CaseImpact) => clocks.some((clock) => clock[which].late)
const isNewlyLate = ({ clocks }: CaseImpact) => clocks.some(({ now, draft }) => draft.late && !now.late)
const isNoLongerLate = ({ clocks }: CaseImpact) => clocks.some(({ now, draft }) => now.late && !draft.late)
/** Those who would be late first, then by the day on which they would be due. */
const byUrgency = (a: CaseImpact, b: CaseImpact) => Number(isNewlyLate(b)) - Number(isNewlyLate(a)) || earlier(firstDue(a), firstDue(b)) || earlier(a.subject, b.subject)
const earlier = (a: string, b: string) => a === b ? 0 : a < b ? -1 : 1
const firstDue = ({ clocks }: CaseImpact) => clocks.reduce<string>((first, { draft: { dueOn = '9999' } }) => dueOn < first ? dueOn : first, '9999')

/** 发布前看影响 — what other limits of an item would touch among the cases that are open: pure, and nothing is written. */
export function touched(timelines: readonly Timeline[], item: LimitItem, draft: LimitDraft, calendarOf: (timeline: Timeline) => Calendar, now: Instant): LimitImpact {
  const limits = limitsOf(item.code, draft)
  const cases = timelines.filter(({ itemCode, endedAt, of }) => itemCode === item.code && endedAt === undefined && of === undefined).map((timeline): CaseImpact => {
    const calendar = calendarOf(timeline), standing = standingOf(timeline, calendar, now), { subject, department, hall, itemVersion } = timeline
    const runs = standing === 'takes' ? acceptedToday(timeline, item, calendar.dayOf(now)) : timeline
    return { subject, department, hall, ...(itemVersion !== undefined && { itemVersion }), standing, clocks: clocksUnder(runs, limits, calendar, now) }
  }).sort(byUrgency)
  const count = (which: (found: CaseImpact) => boolean) => cases.filter(which).length
  const standing = (which: CaseImpact['standing']) => count((found) => found.standing === which)
  return { open: cases.length, keeps: standing('keeps'), deemed: standing('deemed'), takes: standing('takes'),
    lateNow: count(isLate('now')), lateUnderDraft: count(isLate('draft')), newlyLate: count(isNewlyLate), noLongerLate: count(isNoLongerLate), cases }
}
