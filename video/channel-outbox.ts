import { randomUUID } from 'node:crypto'
import type { FootageEvent } from '../domain/evidence/footage.ts'
import type { Report } from './channel.ts'
import { hourOfEvent } from './hours.ts'

/** What is not acknowledged within this is said again; more than so many wait on this side, where they cost little. */
const againMs = 3000, underWay = 32

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
      waiting.set(id, { report: { id, camera, hour: hourOfEvent(event)!, facts: [event] } })
      flush()
    },
    acknowledged(id: string) { if (waiting.delete(id)) flush() },
    flush,
    size: () => waiting.size,
  }
}
