import { openMp4, sampleOf, type Mp4 } from '../mp4-read.ts'
import type { CameraSource, Sink } from '../sample.ts'

/** A wait that a timer is sure to keep; a clip may pause for longer. */
const longestWaitMs = 1000, againMs = 5000

/** 文件来源 — a clip at its own pace, as a camera would send it; once, or again and again, each time another run. What cannot be read is refused, and tried again. */
export function fileSource({ path, loop, nowMs = () => performance.now() }: { path: string; loop: boolean; nowMs?: () => number }): CameraSource {
  let stopped = false, wake: (() => void) | undefined, running: Promise<void> = Promise.resolve()
  const pause = (ms: number) => new Promise<void>((resolve) => { const timer = setTimeout(resolve, ms); wake = () => { clearTimeout(timer); resolve() } })
  function opened(sink: Sink): Mp4 | undefined {
    try {
      const mp4 = openMp4(path)
      if (!('refused' in mp4)) return mp4
      sink.refused(mp4.refused, '')
    } catch { sink.refused('file-not-readable', '') }
    return undefined
  }
  async function play(sink: Sink, mp4: Mp4) {
    const fromMs = nowMs() - (mp4.samples[0]?.dts ?? 0) / mp4.ticksPerSecond * 1000
    let entry = 0
    for (const located of mp4.samples) {
      const dueMs = fromMs + located.dts / mp4.ticksPerSecond * 1000
      while (!stopped && nowMs() < dueMs) await pause(Math.min(dueMs - nowMs(), longestWaitMs))
      if (stopped) return
      if (located.entry !== entry) sink.config(mp4.configs[(entry = located.entry) - 1]!)
      sink.sample({ ...sampleOf(mp4, located, fromMs), arrivalMs: nowMs() })
    }
  }
  async function playAll(sink: Sink) {
    while (!stopped) {
      const mp4 = opened(sink)
      if (mp4) {
        try { await play(sink, mp4) } finally { mp4.close() }
        sink.ended(stopped ? 'process' : 'camera')
        if (!loop) return
      } else await pause(againMs)
    }
  }
  return {
    start(sink) { stopped = false; running = playAll(sink) },
    async stop() { stopped = true; wake?.(); await running },
  }
}
