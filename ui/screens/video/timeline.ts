import { localOf } from '../../format.ts'
import type { FilmedFact, Footage, Kept } from './asks.ts'

/** 窗 — the stretch of time that is seen, or that may be. */
export type Stretch = { fromMs: number; toMs: number }
export const secondMs = 1000, minuteMs = 60_000, dayMs = 864e5
const narrowest = minuteMs, widest = dayMs
/** Segments of one run that follow each other within so long are one bar. */
const joinMs = 600

export const lengthOf = ({ fromMs, toMs }: Stretch) => toMs - fromMs
const within = (ms: number, { fromMs, toMs }: Stretch) => Math.min(Math.max(ms, fromMs), toMs)

/** 缩放 about an instant that stays where it is on the line; from one minute to one day. */
export function zoomed(seen: Stretch, aboutMs: number, by: number): Stretch {
  const before = lengthOf(seen), length = Math.min(Math.max(before * by, narrowest), widest), about = within(aboutMs, seen)
  const fromMs = about - (about - seen.fromMs) / before * length
  return { fromMs, toMs: fromMs + length }
}
/** 平移 — just as far as it takes to have the instant in sight. */
export function holding(seen: Stretch, ms: number): Stretch {
  const length = lengthOf(seen), margin = length * 0.04
  const by = ms < seen.fromMs ? ms - seen.fromMs - margin : ms > seen.toMs ? ms - seen.toMs + margin : 0
  return by === 0 ? seen : { fromMs: seen.fromMs + by, toMs: seen.toMs + by }
}
/** 前后 of an instant, and nothing that has not happened yet. */
export function around(ms: number, lengthMs: number, nowMs: number): Stretch {
  const toMs = Math.min(ms + lengthMs / 2, Math.max(nowMs, ms))
  return { fromMs: toMs - lengthMs, toMs }
}
export const covers = (outer: Stretch, inner: Stretch) => outer.fromMs <= inner.fromMs && outer.toMs >= inner.toMs

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600].map((seconds) => seconds * secondMs)
/** 刻度 — round times, as many as the width has room for; by the clock of the zone. */
export function ticksOf(seen: Stretch, width: number, zone: string): { ms: number; x: number }[] {
  const room = Math.max(2, Math.floor(width / 96)), step = steps.find((one) => lengthOf(seen) / one <= room) ?? steps.at(-1)!
  const shift = offsetOf(seen.fromMs, zone), ticks: { ms: number; x: number }[] = []
  for (let ms = Math.ceil((seen.fromMs + shift) / step) * step - shift; ms <= seen.toMs; ms += step) ticks.push({ ms, x: xOf(ms, seen, width) })
  return ticks
}
export const xOf = (ms: number, seen: Stretch, width: number) => (ms - seen.fromMs) / lengthOf(seen) * width

/** How far the zone's clock is ahead of UTC. */
function offsetOf(ms: number, zone: string): number {
  const { day, time } = localOf(new Date(ms).toISOString(), zone)
  return Date.parse(`${day}T${time}:00Z`) - Math.floor(ms / minuteMs) * minuteMs
}
/** 时刻 — what somebody typed: 10:22, 10:22:55 or 102255, on the day that is shown. */
export function momentOf(text: string, nearMs: number, zone: string): number | undefined {
  const parts = /^\s*(\d{1,2})[:\uff1a]?(\d{2})(?:[:\uff1a]?(\d{2}))?\s*$/.exec(text)
  if (!parts) return undefined
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const { day } = localOf(new Date(nearMs).toISOString(), zone), two = (n: number) => String(n).padStart(2, '0')
  const asUtc = Date.parse(`${day}T${two(hour)}:${two(minute)}:${two(second)}Z`)
  return asUtc - offsetOf(asUtc - offsetOf(nearMs, zone), zone)
}

/** 一路 as it is drawn: what there is, what is missing and why, what is kept and why, what has gone. */
export type Lane = { bars: Stretch[]; gaps: (Stretch & { cause: string; open: boolean })[]; kept: (Stretch & Kept)[]; purged: Stretch[] }
const clipped = <T extends Stretch>(one: T, seen: Stretch): T[] => {
  const fromMs = Math.max(one.fromMs, seen.fromMs), toMs = Math.min(one.toMs, seen.toMs)
  return toMs > fromMs ? [{ ...one, fromMs, toMs }] : []
}
/** What follows without a hole, and is alike, is one. */
function joined<T extends Stretch>(list: readonly T[], alike: (a: T, b: T) => boolean, holeMs: number): T[] {
  const found: T[] = []
  for (const one of list) {
    const last = found.at(-1)
    if (last && one.fromMs - last.toMs <= holeMs && alike(last, one)) found[found.length - 1] = { ...last, toMs: Math.max(last.toMs, one.toMs) }
    else found.push({ ...one })
  }
  return found
}
export function laneOf({ spans, gaps, purged }: Footage, seen: Stretch, nowMs: number): Lane {
  const inOrder = [...spans].sort((a, b) => a.fromMs - b.fromMs)
  // The ordinary time is everybody's; what is underlined stays longer.
  const reasons = [...new Set(inOrder.flatMap(({ kept = [] }) => kept.map(({ reason }) => reason)))].filter((reason) => reason !== 'base')
  const kept = reasons.flatMap((reason) => joined(inOrder.flatMap(({ fromMs, toMs, kept: by = [] }) => by.filter((one) => one.reason === reason).map((one) => ({ fromMs, toMs, ...one }))), () => true, joinMs))
  const lost = joined(inOrder.flatMap(({ amiss, ...one }) => amiss ? [{ ...one, cause: amiss }] : []), (a, b) => a.cause === b.cause, joinMs)
  return {
    bars: joined(inOrder.filter(({ amiss }) => amiss !== 'missing').map(({ fromMs, toMs, run }) => ({ fromMs, toMs, run })), (a, b) => a.run === b.run, joinMs).flatMap((one) => clipped(one, seen)),
    gaps: [...gaps.map(({ fromMs, toMs, cause }) => ({ fromMs, toMs: toMs ?? nowMs, cause, open: toMs === undefined })), ...lost.map(({ fromMs, toMs, cause }) => ({ fromMs, toMs, cause, open: false }))]
      .sort((a, b) => a.fromMs - b.fromMs).flatMap((one) => clipped(one, seen)),
    kept: kept.sort((a, b) => a.fromMs - b.fromMs).flatMap((one) => clipped(one, seen)), purged: joined(purged, () => true, joinMs).flatMap((one) => clipped(one, seen)),
  }
}

/** 何以无画面 — what an instant of a camera holds: a picture, or the reason why there is none. */
export type Held = { span: Stretch } | { gap: { fromMs: number; toMs?: number; cause: string } } | { purged: true } | { none: true }
export function heldAt({ spans, gaps, purged }: Footage, ms: number): Held {
  const holds = ({ fromMs, toMs }: { fromMs: number; toMs?: number }) => fromMs <= ms && (toMs === undefined || ms < toMs)
  const span = spans.find(holds)
  if (span) return span.amiss === 'missing' ? { gap: { fromMs: span.fromMs, toMs: span.toMs, cause: span.amiss } } : { span }
  const gap = gaps.find(holds)
  if (gap) return { gap }
  return purged.some(holds) ? { purged: true } : { none: true }
}
/** Where there is a picture again. */
export const nextPicture = ({ spans }: Footage, ms: number): number | undefined => {
  const later = spans.filter(({ toMs, amiss }) => toMs > ms && amiss !== 'missing').map(({ fromMs }) => Math.max(fromMs, ms))
  return later.length ? Math.min(...later) : undefined
}

/** 末画 — the newest moment that all of these hold, where any holds one: what comes now is not sealed yet. */
export function lastOfAll(all: readonly Pick<Footage, 'spans'>[]): number | undefined {
  const ends = all.flatMap(({ spans }) => { const there = spans.filter(({ amiss }) => amiss !== 'missing').map(({ toMs }) => toMs); return there.length ? [Math.max(...there)] : [] })
  return ends.length ? Math.min(...ends) - secondMs / 2 : undefined
}

/** 事实标 — where it stands and which way its word goes; one that has no room for its word is a mark alone. */
export type Placed = { fact: FilmedFact; x: number; side: 'right' | 'left' | 'none' }
export function placed(facts: readonly FilmedFact[], seen: Stretch, width: number, widthOf: (fact: FilmedFact) => number): Placed[] {
  const list = facts.filter(({ atMs }) => atMs >= seen.fromMs && atMs <= seen.toMs).sort((a, b) => a.atMs - b.atMs), found: Placed[] = []
  let taken = -Infinity
  list.forEach((fact, i) => {
    const x = xOf(fact.atMs, seen, width), wide = widthOf(fact), nextX = list[i + 1] ? xOf(list[i + 1]!.atMs, seen, width) - 14 : width
    const side = x + wide <= Math.min(nextX, width) && x - 10 >= taken ? 'right' : x - wide >= Math.max(taken, 0) ? 'left' : 'none'
    found.push({ fact, x, side })
    taken = side === 'right' ? x + wide : x + 12
  })
  return found
}
/** The fact before or after an instant. */
export const neighbour = (facts: readonly FilmedFact[], ms: number, by: 1 | -1): FilmedFact | undefined => {
  const inOrder = [...facts].sort((a, b) => a.atMs - b.atMs)
  return by === 1 ? inOrder.find(({ atMs }) => atMs > ms + 1) : inOrder.findLast(({ atMs }) => atMs < ms - 1)
}
