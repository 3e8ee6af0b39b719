import type { Instant } from '../domain/kernel/values.ts'

const instant = (ms: number) => new Date(ms).toISOString() as Instant

/** 系统时钟 — the machine's, but never before what has been recorded already. */
export function systemClock(last: Instant | undefined): () => Instant {
  let latestMs = last ? Date.parse(last) : 0
  return () => instant(latestMs = Math.max(latestMs, Date.now()))
}

/** 演示时钟 — stands where it is set until it is run; then a second of ours is `factor` of its own. It never goes back.
    Chosen at the root alone, and only for a book whose very first fact declares it a demonstration. */
export function simulatedClock(start: Instant) {
  let baseMs = Date.parse(start), sinceMs = 0, factor = 0
  const nowMs = () => baseMs + Math.floor((performance.now() - sinceMs) * factor)
  const rebase = (ms: number) => { baseMs = Math.max(ms, nowMs()); sinceMs = performance.now() }
  return {
    now: () => instant(nowMs()),
    set: (at: Instant) => rebase(Date.parse(at)),
    run(speed: number) { rebase(nowMs()); factor = speed },
  }
}
export type SimulatedClock = ReturnType<typeof simulatedClock>
