import type { FootageEvent, Segment } from '../domain/evidence/footage.ts'
import { hourOf } from './hours.ts'

const mostInBatch = 200, sameRefusalMs = 60_000, mostRefusals = 1000

/** 报送 — segments are told in batches of one hour, within `batchMs`; whatever else happens is told at once, after what was sealed before it. */
export type Telling = ReturnType<typeof telling>
export function telling(now: () => number, wall: () => number, batchMs: number, tell: (event: FootageEvent) => void) {
  const refusals = new Map<string, number>()
  let waiting: Segment[] = [], sinceMs = 0
  const flush = () => {
    if (waiting.length === 0) return
    const segments = waiting
    waiting = []
    tell({ type: 'SegmentsSealed', data: { segments } })
  }
  const say = (event: FootageEvent) => { flush(); tell(event) }
  return {
    flush, say,
    sealed(segment: Segment): void {
      if (waiting.length > 0 && hourOf(waiting[0]!.startMs) !== hourOf(segment.startMs)) flush()
      if (waiting.length === 0) sinceMs = now()
      waiting.push(segment)
      if (waiting.length >= mostInBatch) flush()
    },
    /** The same of the same sender is told once a minute. */
    refuse(reason: string, from: string): void {
      const same = `${reason} ${from}`, atMs = now()
      if (atMs - (refusals.get(same) ?? -Infinity) < sameRefusalMs) return
      if (refusals.size > mostRefusals) refusals.clear()
      refusals.set(same, atMs)
      say({ type: 'StreamRefused', data: { atMs: Math.max(0, Math.round(wall())), reason: reason.slice(0, 200), from: from.slice(0, 64) } })
    },
    tick(): void { if (now() - sinceMs >= batchMs) flush() },
  }
}
