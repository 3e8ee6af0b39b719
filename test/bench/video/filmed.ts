import { makeStore, footageStore } from '../../../video/store.ts'
import { recorder } from '../../../video/recorder.ts'
import type { FootageEvent, Segment } from '../../../domain/evidence/footage.ts'
import type { AvcConfig, Sample } from '../../../video/sample.ts'

export const wallFromMs = Date.UTC(2026, 4, 6, 1), monotonicFromMs = 1000
const lookMs = 250

/** 摄成的录像 — the product's recorder over a clock that is turned by the pictures' own arrival: an hour of them takes seconds. `silentMs`: how long nothing comes at the end. */
export async function filmed(dir: string, config: AvcConfig, samples: Iterable<Sample>, { camera = 'camera-0', silentMs = 0 } = {}) {
  await makeStore(dir, 'bench')
  let nowMs = monotonicFromMs, nextMs = nowMs
  const events: FootageEvent[] = [], now = () => nowMs
  const sink = recorder({ camera, store: footageStore({ dir, id: 'bench', now, reserveBytes: 0 }), segmentMs: 10_000, now, wall: () => nowMs - monotonicFromMs + wallFromMs, lastSeq: { seq: 0, chain: '' },
    tell: (event) => { events.push(structuredClone(event)) } })
  const lookUntil = async (ms: number) => {
    for (; nextMs <= ms; nextMs += lookMs) { nowMs = Math.max(nowMs, nextMs); sink.tick(); await sink.idle() }
    nowMs = Math.max(nowMs, ms)
  }
  sink.config(config)
  for (const sample of samples) {
    await lookUntil(sample.arrivalMs)
    sink.sample(sample)
  }
  await lookUntil(nowMs + silentMs)
  await sink.close()
  return { events, segments: events.flatMap((event): readonly Segment[] => event.type === 'SegmentsSealed' ? event.data.segments : []) }
}
