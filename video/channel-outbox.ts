import { randomUUID } from 'node:crypto'
import type { FootageEvent } from '../domain/evidence/footage.ts'
import type { Report } from './channel.ts'
import { hourOfEvent } from './hours.ts'

/** What is not acknowledged within this is said again; more than so many wait on this side, where they cost little. */
const againMs = 3000, underWay = 32

/** 待报 — reports in the order of what happened, said until they are acknowledged. What a killed process had not got through is found again on the disk. */
export function outbox(send: (report: Report) => void, nowMs: () => number) {
  const waiting = new Map<string, { report: Report; saidMs?: number }>(), listening = new Set<() => void>()
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
    acknowledged(id: string) {
      if (!waiting.delete(id)) return
      flush()
      for (const listener of [...listening]) listener()
    },
    /** When nothing of a camera that was told by now waits any more. */
    async settled(camera: string): Promise<void> {
      const left = [...waiting].filter(([, { report }]) => report.camera === camera).map(([id]) => id)
      await new Promise<void>((resolve) => {
        const look = () => { if (left.every((id) => !waiting.has(id))) { listening.delete(look); resolve() } }
        listening.add(look)
        look()
      })
    },
    flush,
    size: () => waiting.size,
  }
}
