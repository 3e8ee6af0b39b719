import type { CaseListRow, CaseView, ClockView } from '../projections/views.ts'
import type { Formatter } from './format.ts'
import { clauseName } from './telling.ts'
import type { Words } from './words.zh.ts'

export type LightKind = CaseListRow['light'] | 'none'
type Due = Pick<CaseListRow, 'light' | 'dueOn' | 'dueAt' | 'remainingWorkingDays' | 'overdueWorkingDays' | 'endedAt'>

const dueDay = ({ dueOn, dueAt }: Pick<Due, 'dueOn' | 'dueAt'>, f: Formatter) => dueOn ?? (dueAt && f.dayOf(dueAt))
/** After the close of the due day is late, even before a working day has passed. */
const endedLate = ({ dueAt, endedAt }: Due) => dueAt !== undefined && endedAt !== undefined && endedAt > dueAt
/** A case without a due day has no light, whatever its colour would be. */
export const kindOf = (due: Due): LightKind => due.light === 'done' || due.light === 'hold' || due.dueOn || due.dueAt ? due.light : 'none'

/** 灯的字 — the word beside the light carries the number. */
export function lightWord(due: Due, say: Words, f: Formatter): string {
  const { light, dueAt, remainingWorkingDays: left, overdueWorkingDays: over = 0 } = due
  if (light === 'done') return over > 0 ? say.clock.endedOver(f.workingDays(over)) : endedLate(due) ? say.lights.rowEndedLate : say.lights.done
  if (light === 'hold') return say.lights.hold
  const day = dueDay(due, f)
  if (!day) return say.lights.none
  if (light === 'late') return over > 0 ? say.lights.rowOver(f.workingDays(over)) : say.lights.rowOverdue
  if (f.isToday(day) && dueAt) return say.lights.rowToday(f.time(dueAt))
  return left === undefined ? say.lights[light] : say.lights.rowLeft(f.workingDays(left))
}

export const clockOf = (view: CaseView, name: ClockView['name']) => view.clocks.find((clock) => clock.name === name)
/** The case's own due, as its promised clock has it. */
export function dueOf(view: CaseView): Due {
  const clock = clockOf(view, 'promised') ?? clockOf(view, 'statutory')
  return { light: view.light, ...(view.endedAt && { endedAt: view.endedAt }), ...(clock?.dueOn && { dueOn: clock.dueOn }), ...(clock?.dueAt && { dueAt: clock.dueAt }),
    ...(clock?.remainingWorkingDays !== undefined && { remainingWorkingDays: clock.remainingWorkingDays }),
    ...(clock?.overdueWorkingDays !== undefined && { overdueWorkingDays: clock.overdueWorkingDays }) }
}

/** 判词 — the sentence in big type: how the case stands now. */
export function verdict(view: CaseView, say: Words, f: Formatter): string {
  const due = dueOf(view), { overdueWorkingDays: over = 0, remainingWorkingDays: left = 0, dueAt } = due
  const day = dueDay(due, f), clock = clockOf(view, 'promised')
  if (view.light === 'done') return over > 0 ? say.clock.endedOver(f.workingDays(over)) : endedLate(due) ? say.clock.endedLate : day ? say.clock.inTime : say.clock.done
  if (view.light === 'hold') {
    const pause = clock?.pauses.findLast(({ to }) => to === undefined)
    return pause ? `${say.clock.stopped} · ${clauseName(pause.clause, say)}` : say.clock.stopped
  }
  if (!day) return view.clocks.length ? say.clock.noLimit : say.clock.notStarted
  if (view.light === 'late') return over > 0 ? say.clock.over(f.workingDays(over)) : say.clock.overdue
  if (f.isToday(day) && dueAt) return say.clock.dueToday(f.time(dueAt))
  return say.clock.left(f.workingDays(left))
}

/** 应办结 and 法定, in one line under the verdict. */
export function dueLine(view: CaseView, say: Words, f: Formatter): string {
  const promised = clockOf(view, 'promised'), statutory = clockOf(view, 'statutory')
  const printed = (clock: ClockView) => {
    const day = dueDay(clock, f)
    return day && f.longDay(day)
  }
  const due = promised && printed(promised), law = statutory && printed(statutory)
  return [
    due && (promised.provisional ? say.clock.provisional(due, '') : say.clock.due(due)), law && say.clock.statutory(law),
    view.endedOn ? say.clock.ended(f.longDay(view.endedOn)) : view.endedAt && say.clock.ended(f.longDay(f.dayOf(view.endedAt))),
  ].filter(Boolean).join(' · ')
}

/** 分组 of a list by its due days. */
export type Head = keyof Words['list']['heads']
export function headOf(row: CaseListRow, f: Formatter): Head {
  if (row.light === 'done') return 'done'
  if (row.light === 'hold') return 'hold'
  if (row.light === 'late') return 'late'
  const day = dueDay(row, f)
  if (!day) return 'none'
  return f.isToday(day) ? 'today' : f.inThisWeek(day) ? 'week' : 'later'
}
export const rowDue = (row: CaseListRow, say: Words, f: Formatter): string => {
  if (row.endedAt) return say.list.ended(f.day(f.dayOf(row.endedAt)))
  const day = dueDay(row, f)
  return day ? `${row.provisional ? `${say.list.provisional} ` : ''}${f.day(day)}` : say.list.notDue
}
