import type { FootageEvent, Segment } from '../domain/evidence/footage.ts'
import { hourOf } from './hours.ts'

const mostInBatch = 200

/** 报送 — segments are told in batches of one hour, within `batchMs`; whatever else happens is told at once, after what was sealed before it. */
export function telling(now: () => number, batchMs: number, tell: (event: FootageEvent) => void) {
  let waiting: Segment[] = [], sinceMs = 0
  const flush = () => {
    if (waiting.length === 0) return
    const segments = waiting
    waiting = []
    tell({ type: 'SegmentsSealed', data: { segments } })
  }
  return {
    flush,
    say(event: FootageEvent): void { flush(); tell(event) },
    sealed(segment: Segment): void {
      if (waiting.length > 0 && hourOf(waiting[0]!.startMs) !== hourOf(segment.startMs)) flush()
      if (waiting.length === 0) sinceMs = now()
      waiting.push(segment)
      if (waiting.length >= mostInBatch) flush()
    },
    tick(): void { if (now() - sinceMs >= batchMs) flush() },
  }
}
