import type { Calendar, Day } from '../kernel/values.ts'

/** 停 — its first day is still handling, its last day still pause (domain.md C.1). A pause still open has no `to`, but may have a plan. */
export type Pause = { clause: string; from: Day; to?: Day | undefined; plannedWorkingDays?: number | undefined }

/** 期限 in working days (行政许可法 82). */
type InWorkingDays = { limitWorkingDays: number; extensions?: readonly { clause: string; workingDays: number }[] | undefined }
/** 期限 in calendar days; `rollsOver` to the day after the rest where the last day is one (民法典 203). */
type InCalendarDays = {
  limitCalendarDays: number
  rollsOver: boolean
  extensions?: readonly { clause: string; calendarDays: number }[] | undefined
}
/** The day that a foreign source states itself; it is taken as it is, whatever paused meanwhile. */
type Stated = { statedDueOn: Day }

/** 钟 — day 1 is the day after `startedOn` (民法典 201). A clause that restarts a clock is no pause: it makes a clock with a later `startedOn`. */
export type Clock = {
  clause: string
  basis?: string | undefined
  startedOn: Day
  /** How it was started; 受理 where nothing is said. */
  startedBy?: string | undefined
  pauses: readonly Pause[]
} & (InWorkingDays | InCalendarDays | Stated)

/** 账目 — every entry is whole days of the calendar, so that they add up: a working day is one, `rest` are those passed over.
    `unit` says which of its days an entry counts. */
export type LedgerEntry = {
  kind: 'limit' | 'extension' | 'pause' | 'rest' | 'stated' | 'rolled'
  clause: string
  days: number
  unit: 'working-days' | 'calendar-days'
  from?: Day
  to?: Day
  /** What the days of rest are called. */
  detail?: { name: string; days: number }[]
  /** 补班 — weekend days among those that were counted. */
  makeUp?: Day[]
}
/** 应办结 — where there is a due day, `startedOn` and the ledger's days are exactly that day. No due day while the clock stands still. */
export type Deadline = { dueOn?: Day; provisional?: true; ledger: LedgerEntry[] }

/** What a rest day is called that no notice names. */
export const weekend = '周末'

/** A stretch in which the clock stands still, (from, to]; disjoint and in order, a day in two pauses belongs to the earlier. */
export type Standstill = { pause: Pause; from: Day; to?: Day }

const plannedEnd = ({ from, plannedWorkingDays }: Pause, calendar: Calendar) =>
  plannedWorkingDays === undefined ? undefined : calendar.addWorkingDays(from, plannedWorkingDays)

/** An open pause ends `openUntil`, else where it is planned to, else nowhere: then nothing after it matters. */
export function standstills({ startedOn, pauses }: Clock, calendar: Calendar, openUntil?: Day): Standstill[] {
  const found: Standstill[] = []
  let covered = startedOn
  for (const pause of [...pauses].sort((a, b) => a.from === b.from ? 0 : a.from < b.from ? -1 : 1)) {
    const from = pause.from > covered ? pause.from : covered
    const { to = openUntil ?? plannedEnd(pause, calendar) } = pause
    if (to === undefined) return [...found, { pause, from }]
    if (to <= from && pause.to !== undefined) continue
    found.push({ pause, from, to })
    if (to > covered) covered = to
  }
  return found
}

/** 未公布年份 that the days from the first counted one to the last lie in. */
export function unpublishedYears(first: Day, last: Day, calendar: Calendar): number[] {
  const years: number[] = []
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year++) {
    if (calendar.isProvisional(`${String(year).padStart(4, '0')}-01-01` as Day)) years.push(year)
  }
  return years
}
