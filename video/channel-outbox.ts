import { randomUUID } from 'node:crypto'
import type { FootageEvent } from '../domain/evidence/footage.ts'
import type { Report } from './channel.ts'

/** What is not acknowledged within this is said again; more than so many wait on this side, where they cost little. */
const againMs = 5000, underWay = 32
const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13).replace(/[-T]/g, '')

/** When it was, by which it finds its stream. */
function atMsOf({ type, data }: FootageEvent): number {
  switch (type) {
    case 'SegmentsSealed': return data.segments[0]!.startMs
    case 'GapDetected': case 'GapClosed': return data.fromMs
    case 'ClockStepped': case 'StreamRefused': return data.atMs
    case 'SegmentsExpiring': case 'SegmentsExpired': throw new Error(`${type} is the server's to say`)
  }
}

/** 待报 — reports in the order of what happened, said until they are acknowledged. What a killed process had not got through is found again on the disk. */
export function outbox(send: (report: Report) => void, nowMs: () => number) {
  const waiting = new Map<string, { report: Report; saidMs?: number }>()
  function flush() {
    const now = nowMs()
    let left = underWay
    for (const entry of waiting.values()) {
      if (left-- === 0) return
      if (entry.saidMs !== undefined && now - entry.saidMs < againMs) continue
      entry.saidMs = now
      send(entry.report)
    }
  }
  return {
    tell(camera: string, event: FootageEvent) {
      const id = randomUUID()
      waiting.set(id, { report: { id, camera, hour: hourOf(atMsOf(event)), facts: [event] } })
      flush()
    },
    acknowledged(id: string) { if (waiting.delete(id)) flush() },
    flush,
    size: () => waiting.size,
  }
}
