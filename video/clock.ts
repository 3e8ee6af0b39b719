import { existsSync } from 'node:fs'
import type { Segment } from '../domain/evidence/footage.ts'

/** Beyond this the wall did not drift, it was set. */
const stepMs = 500
/** A wall that was set is followed so fast, and no faster: what is labelled stays in order, and within half a second in ten. */
const slewRate = 0.05
const noiseMs = 20, mostBends = 300

/** 录像时钟 — instants of the monotonic clock as instants of the wall. It never goes back and never jumps, whatever the wall does. */
export type FootageClock = {
  wallOf(monotonicMs: number): number
  /** 校时 — compares with the wall; by how much it was set since the last time, if it was. */
  look(): { byMs: number } | undefined
  source(): Segment['clock']
}

/** `notBeforeMs`: what has been labelled already; a life that starts under a wall set back goes on from there, and says so at its first look. */
export function footageClock(now: () => number, wall: () => number, notBeforeMs = 0, source = systemClock): FootageClock {
  /** Where the mapping bends, newest last: `rate` holds from there on. */
  const bends = [{ atMs: now(), wallMs: Math.max(wall(), notBeforeMs), rate: 1 }]
  let lookedMs = bends[0]!.atMs, seenAheadMs = 0, away = false
  const wallOf = (monotonicMs: number) => {
    const bend = bends.findLast(({ atMs }) => atMs <= monotonicMs) ?? bends[0]!
    return bend.wallMs + (monotonicMs - bend.atMs) * (monotonicMs < bend.atMs ? 1 : bend.rate)
  }
  return {
    wallOf,
    look() {
      const atMs = now(), passedMs = atMs - lookedMs
      if (passedMs < 1000) return undefined
      const wallMs = wallOf(atMs), aheadMs = wallMs - wall(), expectedMs = seenAheadMs + (bends.at(-1)!.rate - 1) * passedMs
      // What is left goes within ten looks, never faster than the rate allows; a few milliseconds are the clocks' own noise.
      const rate = Math.abs(aheadMs) < noiseMs ? 1 : 1 - Math.max(-slewRate, Math.min(slewRate, aheadMs / (10 * passedMs)))
      if (rate !== bends.at(-1)!.rate) bends.push({ atMs, wallMs, rate })
      if (bends.length > mostBends) bends.shift()
      away = Math.abs(aheadMs) > stepMs
      ;[lookedMs, seenAheadMs] = [atMs, aheadMs]
      const byMs = Math.round(expectedMs - aheadMs)
      return Math.abs(byMs) > stepMs ? { byMs } : undefined
    },
    source: () => away ? 'unsynchronised' : source(),
  }
}

/** 时钟来源 — what keeps this machine's clock, as far as the machine says. */
export const systemClock = (): Segment['clock'] =>
  ['/run/systemd/timesync/synchronized', '/run/chrony/chronyd.pid', '/var/run/ntpd.pid'].some((mark) => existsSync(mark)) ? 'synchronised' : 'system'
