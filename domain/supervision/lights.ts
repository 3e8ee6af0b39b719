import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { clocksOf, dueOf } from './due.ts'
import type { Timeline } from './timeline.ts'

/** 三色灯：正常、临期、超期；停表 is a state and no light, 办结 has none. */
export type Light = 'ok' | 'soon' | 'late' | 'hold' | 'done'

/** 到期索引 — of one subject: its due day, the instants at which its light changes, and the next one at which judging could change anything. */
export type Due = { dueOn?: Day; provisional?: true; dueAt?: Instant; soonAt?: Instant; lateAt?: Instant; nextAt?: Instant; held: boolean; ended: boolean }

/** 应办结 of a subject and where its light turns, once a rule has said since when it is due soon; whoever knows that needs no rules for the rest. */
export function dueWith(timeline: Timeline, calendar: Calendar, soonAt: Instant | undefined): Due {
  const ended = timeline.endedAt !== undefined
  const [clock] = clocksOf(timeline, 'promised')
  if (!clock) return { held: false, ended }
  const { dueOn, provisional } = dueOf(clock, calendar)
  const held = !ended && clock.pauses.some(({ to }) => to === undefined) && dueOn === undefined
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  return { held, ended, ...(dueOn && { dueOn }), ...(provisional && { provisional }), ...(dueAt && { dueAt, lateAt: dueAt }), ...(soonAt && { soonAt }) }
}

export function lightAt({ held, ended, soonAt, lateAt }: Due, now: Instant): Light {
  if (ended) return 'done'
  if (held) return 'hold'
  if (lateAt && now > lateAt) return 'late'
  return soonAt && now >= soonAt ? 'soon' : 'ok'
}
