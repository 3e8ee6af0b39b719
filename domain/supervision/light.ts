import type { Day, Instant } from '../kernel/values.ts'
import { clockOf, clocksOf, dueOf } from './due.ts'
import { foreseen, rulesFor, type Rulebook } from './judge.ts'
import type { Ground } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 三色灯：正常、临期、超期；停表 is a state and no light, 办结 has none. */
export type Light = 'ok' | 'soon' | 'late' | 'hold' | 'done'

/** 到期索引 — of one subject: its due day, the instants at which its light changes, and the next one at which judging could change anything. */
export type Due = { dueOn?: Day; provisional?: true; dueAt?: Instant; soonAt?: Instant; lateAt?: Instant; nextAt?: Instant; held: boolean; ended: boolean }

export function dueEntry(timeline: Timeline, book: Rulebook, ground: Ground, now: Instant): Due {
  const { calendar } = ground
  const ended = timeline.endedAt !== undefined
  const found = foreseen(timeline, rulesFor(book, timeline.openedOn), ground)
  const nextAt = found.reduce<Instant | undefined>((next, { becameTrueAt: at }) => at > now && (next === undefined || at < next) ? at : next, undefined)
  const next = nextAt && { nextAt }
  const [clock] = clocksOf(timeline, 'promised')
  if (!clock) return { held: false, ended, ...next }
  const { dueOn, provisional } = dueOf(clock, calendar)
  const held = !ended && clock.pauses.some(({ to }) => to === undefined) && dueOn === undefined
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  // An extension that came after a warning makes it green again until the next.
  const soonAt = found.findLast((warning) => warning.ruleId === 'R-01' && clockOf(timeline, warning.clock) === clock && !warning.shadow)?.becameTrueAt
  return { held, ended, ...(dueOn && { dueOn }), ...(provisional && { provisional }), ...(dueAt && { dueAt, lateAt: dueAt }),
    ...(soonAt && { soonAt }), ...next }
}

export function lightAt({ held, ended, soonAt, lateAt }: Due, now: Instant): Light {
  if (ended) return 'done'
  if (held) return 'hold'
  if (lateAt && now > lateAt) return 'late'
  return soonAt && now >= soonAt ? 'soon' : 'ok'
}
