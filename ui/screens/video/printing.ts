import type { Formatter } from '../../format.ts'
import type { AtWindow } from './asks.ts'
import { minuteMs, secondMs } from './timeline.ts'
import type { Words } from './words.zh.ts'

const two = (n: number) => String(n).padStart(2, '0')
/** 时分秒 of the hall. */
export const clockOf = (ms: number, f: Formatter) => `${f.time(new Date(ms).toISOString())}:${two(Math.floor(ms / secondMs) % 60)}`
export const lasted = (ms: number, words: Words, f: Formatter) => ms < minuteMs ? words.seconds(f.count(Math.max(1, Math.round(ms / secondMs)))) : words.minutes(f.count(Math.round(ms / minuteMs)))
export const causeOf = (cause: string | undefined, words: Words) => cause === undefined ? words.causeUnknown : words.causes[cause] ?? cause
/** 留存何故 — as it is written, or a word for its code. */
export const keptBecause = ({ reason, untilMs }: { reason: string; untilMs?: number }, words: Words, f: Formatter) => words.kept(words.reasons[reason] ?? reason, untilMs === undefined ? '' : f.day(f.dayOf(new Date(untilMs).toISOString())))

/** 窗口上的灯字 — how much is left of the case that stands there. */
export function leftWord({ light, leftMs, dueOn }: AtWindow, lights: Record<string, string>, words: Words, f: Formatter): string {
  if (light === 'late') return words.over
  if (light === 'done' || light === 'hold') return lights[light] ?? ''
  if (leftMs !== undefined && leftMs > 0 && leftMs < 24 * 60 * minuteMs) return words.left(words.hoursMinutes(f.count(Math.floor(leftMs / minuteMs / 60)), f.count(Math.floor(leftMs / minuteMs) % 60)))
  if (dueOn !== undefined) return words.dueBy(f.day(dueOn))
  return light === undefined ? '' : lights[light] ?? ''
}
