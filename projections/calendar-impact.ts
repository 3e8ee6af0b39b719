import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dueOf } from '../domain/supervision/due.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'

/** 同样走着的 — subjects at one place whose running clocks are the same in all that a due day follows from: what moves one of them moves all, by as much. `subs`: those of them
    that others handle beside a case. */
export type Alike = Pick<Timeline, 'hall' | 'zone'> & { clocks: readonly TimelineClock[]; members: ReadonlyMap<string, Member>; subs: ReadonlySet<string> }
type Member = Pick<Timeline, 'department' | 'itemCode'>

/** 应办结变动 of one running clock: when it is due as things stand, and with the draft. */
type DueMove = Member & { subject: string; hall: string; clock: string; kind: TimelineClock['kind']; from: Day; to: Day
  /** Working days that come between, by the draft; fewer than none where it is due earlier. 0: the same day, at another hour. */
  workingDays: number; fromAt: Instant; toAt: Instant; lateNow: boolean; lateThen: boolean }
/** 日历影响 — of the clocks that run now, which would fall due otherwise; figures over all of them. `moves`: the first of them, by the day that they move to. */
export type CalendarImpact = { open: number; clocks: number; movedCases: number; movedClocks: number; later: number; earlier: number; newlyLate: number; noLongerLate: number
  byKind: { kind: TimelineClock['kind']; clocks: number }[]; by: { workingDays: number; clocks: number }[]; moves: DueMove[] }

export const caseOf = (subject: string) => subject.replace(/#\d+$/, '')
type Shift = Omit<DueMove, 'subject' | keyof Member>
function shiftOf(hall: string, clock: TimelineClock, { now, draft }: { now: Calendar; draft: Calendar }, at: Instant): Shift | undefined {
  const from = dueOf(clock, now).dueOn, to = dueOf(clock, draft).dueOn
  if (from === undefined || to === undefined) return undefined
  const fromAt = clock.statedDueAt ?? now.closeOf(from), toAt = clock.statedDueAt ?? draft.closeOf(to)
  if (from === to && fromAt === toAt) return undefined
  const workingDays = from === to ? 0 : to > from ? draft.workingDaysBetween(from, to) : -draft.workingDaysBetween(to, from)
  return { hall, clock: clock.name, kind: clock.kind, from, to, workingDays, fromAt, toAt, lateNow: at > fromAt, lateThen: at > toAt }
}
type Moved = { one: Alike; shift: Shift }

/** The first of all that move, by day and subject, of those that may be looked at: no more are put in order than are listed. */
function firstOf(moved: readonly Moved[], sees: (subject: string) => boolean, most: number): DueMove[] {
  const byDay = new Map<Day, Moved[]>(), found: DueMove[] = []
  for (const one of moved) {
    const same = byDay.get(one.shift.to)
    if (same) same.push(one)
    else byDay.set(one.shift.to, [one])
  }
  for (const [, same] of [...byDay].sort(([a], [b]) => a < b ? -1 : 1)) {
    const left = most - found.length, first: { subject: string; member: Member; shift: Shift }[] = []
    let worst: string | undefined
    const cut = () => { worst = first.sort((a, b) => a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0).splice(left).length > 0 ? first.at(-1)?.subject : worst }
    if (left <= 0) break
    for (const { one, shift } of same) for (const [subject, member] of one.members) {
      if ((worst !== undefined && subject > worst) || !sees(subject)) continue
      if (first.push({ subject, member, shift }) > 4 * left) cut()
    }
    cut()
    for (const { subject, member: { department, itemCode }, shift } of first) found.push({ subject, department, itemCode, ...shift })
  }
  return found
}
const tally = <K>(moved: readonly Moved[], of: (shift: Shift) => K) =>
  [...moved.reduce((found, { one, shift }) => found.set(of(shift), (found.get(of(shift)) ?? 0) + one.members.size), new Map<K, number>())]
/** Cases with what others handle beside them, each once. */
function casesMoved(moved: readonly Moved[], moves: (subject: string) => boolean): number {
  const groups = new Set(moved.map(({ one }) => one)), alone = new Set<string>()
  let cases = 0
  for (const { members, subs } of groups) {
    cases += members.size - subs.size
    for (const sub of subs) if (!moves(caseOf(sub))) alone.add(caseOf(sub))
  }
  return cases + alone.size
}

/** 发布前看影响 — what another calendar would move among open cases, by the same due days as everything else: each way of running is counted out once, whatever number runs so. */
export function calendarImpact(all: Iterable<Alike>, { alikeOf, calendars, sees, most }: {
  alikeOf(subject: string): Alike | undefined; calendars(place: Pick<Timeline, 'hall' | 'zone'>): { now: Calendar; draft: Calendar }; sees(subject: string): boolean; most: number
}, at: Instant): CalendarImpact {
  const moved: Moved[] = []
  let open = 0, clocks = 0
  for (const one of all) {
    open += one.members.size - one.subs.size
    clocks += one.members.size * one.clocks.length
    for (const clock of one.clocks) {
      const shift = shiftOf(one.hall, clock, calendars(one), at)
      if (shift) moved.push({ one, shift })
    }
  }
  const groups = new Set(moved.map(({ one }) => one)), count = (which: (shift: Shift) => boolean) => moved.reduce((sum, { one, shift }) => which(shift) ? sum + one.members.size : sum, 0)
  return { open, clocks, movedCases: casesMoved(moved, (subject) => { const one = alikeOf(subject); return one !== undefined && groups.has(one) }), movedClocks: count(() => true),
    later: count(({ toAt, fromAt }) => toAt > fromAt), earlier: count(({ toAt, fromAt }) => toAt < fromAt),
    newlyLate: count(({ lateNow, lateThen }) => lateThen && !lateNow), noLongerLate: count(({ lateNow, lateThen }) => lateNow && !lateThen),
    byKind: tally(moved, ({ kind }) => kind).map(([kind, clocks]) => ({ kind, clocks })).sort((a, b) => b.clocks - a.clocks),
    by: tally(moved, ({ workingDays }) => workingDays).map(([workingDays, clocks]) => ({ workingDays, clocks })).sort((a, b) => a.workingDays - b.workingDays),
    moves: firstOf(moved, sees, most) }
}
