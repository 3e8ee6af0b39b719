import type { Instant } from '../kernel/values.ts'
import { clockOf, clocksOf } from './due.ts'
import { foreseen, rulesFor, type Rulebook } from './judge.ts'
import { dueWith, type Due } from './lights.ts'
import type { Finding, Ground } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

export { lightAt, type Due, type Light } from './lights.ts'

/** 临期 — since when the promise is due soon, by what was foreseen. An extension that came after a warning makes it green again until the next. */
export function soonAtOf(timeline: Timeline, found: readonly Finding[]): Instant | undefined {
  const [clock] = clocksOf(timeline, 'promised')
  return clock && found.findLast((warning) => warning.ruleId === 'R-01' && clockOf(timeline, warning.clock) === clock && !warning.shadow)?.becameTrueAt
}

export function dueEntry(timeline: Timeline, book: Rulebook, ground: Ground, now: Instant): Due {
  const found = foreseen(timeline, rulesFor(book, timeline.openedOn), ground)
  const nextAt = found.reduce<Instant | undefined>((next, { becameTrueAt: at }) => at > now && (next === undefined || at < next) ? at : next, undefined)
  return { ...dueWith(timeline, ground.calendar, soonAtOf(timeline, found)), ...(nextAt && { nextAt }) }
}
