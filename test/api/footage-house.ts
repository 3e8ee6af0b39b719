import type { Segment } from '../../domain/evidence/footage.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { FootagePort, StorageNow } from '../../api/footage/port.ts'
import { recordFootage } from '../../api/footage/record.ts'
import type { Rooms } from '../../api/rooms.ts'
import type { Answer, Saying } from '../../api/tell.ts'

const hourMs = 3_600_000, minuteMs = 60_000
export const hourText = (ms: number) => new Date(ms).toISOString().slice(0, 13).replace(/\D/g, '')
/** A recorder without pictures: what it has told lies in a map, until it is told to let it go. `before` is awaited when an order has come. */
export function paperRecorder(rooms: Rooms) {
  const files = new Map<string, { camera: string; startMs: number; endMs: number }>(), seqs = new Map<string, number>()
  let storage: StorageNow | undefined, before: (() => Promise<void>) | undefined, down = false, reports = 0
  const port: FootagePort = {
    states: () => new Map(), storage: () => storage, configure: async () => undefined, urge: async () => undefined, live: () => undefined, door: () => undefined,
    audit: async (camera, segments) => down ? undefined : segments.filter(({ seq }) => !files.has(`${camera} ${seq}`)).map(({ seq }) => ({ seq, what: 'missing' as const })),
    async expire(camera, segments) {
      if (down) return undefined
      await before?.()
      for (const { seq } of segments) files.delete(`${camera} ${seq}`)
      return segments.map(({ seq }) => seq)
    },
  }
  return {
    port, files,
    set storage(now: StorageNow | undefined) { storage = now },
    set before(then: (() => Promise<void>) | undefined) { before = then },
    set down(is: boolean) { down = is },
    /** Segments of so many minutes from an instant on, told as the recorder tells them. */
    async record(camera: string, fromMs: number, count: number, minutes = 10): Promise<Segment[]> {
      const segments = Array.from({ length: count }, (_, i): Segment => {
        const seq = (seqs.get(camera) ?? 0) + 1, startMs = fromMs + i * minutes * minuteMs, endMs = startMs + minutes * minuteMs - 1
        seqs.set(camera, seq)
        files.set(`${camera} ${seq}`, { camera, startMs, endMs })
        return { seq, run: 1, startMs, endMs, frames: 1, bytes: 1000, sha256: seq.toString(16).padStart(64, '0'), chain: '0'.repeat(64), jitterMs: 0, clock: 'synchronised', file: `${camera}/${startMs}-${seq}.mp4` }
      })
      for (const hour of [...new Set(segments.map(({ startMs }) => Math.floor(startMs / hourMs)))]) {
        const own = segments.filter(({ startMs }) => Math.floor(startMs / hourMs) === hour)
        await recordFootage(rooms, { id: `r-${reports++}`, camera, hour: hourText(hour * hourMs), facts: [{ type: 'SegmentsSealed', data: { segments: own } }] })
      }
      return segments
    },
  }
}
/** Whoever listens to what is said, as a root lets them. */
export function withListeners(rooms: Rooms): Rooms {
  const told = new Set<(said: Saying, facts: readonly string[]) => void>(), tell = rooms.tell
  return Object.assign(rooms, { onTold: (listener: (said: Saying, facts: readonly string[]) => void) => { told.add(listener); return () => told.delete(listener) },
    async tell(saying: Saying): Promise<Answer> {
      const answer = await tell(saying)
      if ('facts' in answer && answer.facts.length > 0) for (const listener of told) listener(saying, answer.facts)
      return answer
    } })
}
export const cameraSaid = (more: object = {}) => ({ hall: 'H-1', window: 'H-1-w1', kind: 'window', name: '一号窗口', source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 10, masks: [], ...more })
export { evidence }
