import { playlistAddress } from './asks.ts'
import { recorded, type Recorded } from './recorded.ts'
import type { Reel } from './reels.svelte.ts'
import { heldAt } from './timeline.ts'

/** Pictures that are so far from the leading one are brought in step. */
const apartMs = 160
type Screen = { reel: Reel; video: HTMLVideoElement; recording: Recorded }

/** 同步 — the pictures of several cameras under one playhead: the first leads, the others keep in step. */
export function screens(leading: () => string, broken: (status: number | undefined) => void) {
  const shown = new Map<string, Screen>()
  return {
    get leader() { return shown.get(leading()) },
    to(ms: number) { for (const { recording } of shown.values()) recording.to(ms) },
    /** The leading picture by one; the others go where that is. */
    step(by: 1 | -1, arrived: (ms: number) => void) {
      const leader = shown.get(leading())
      leader?.recording.step(by, (ms) => {
        for (const one of shown.values()) if (one !== leader) one.recording.to(ms)
        arrived(ms)
      })
    },
    pause() { for (const { video } of shown.values()) video.pause() },
    /** Keeps them playing at one speed and in step; says the instant of the leading picture. */
    inStep(at: number, speed: number): number | undefined {
      const leader = shown.get(leading())
      for (const one of shown.values()) {
        one.video.playbackRate = speed
        const has = one === leader || 'span' in heldAt(one.reel.footage, at)
        if (one.video.paused && has) void one.video.play().catch(() => undefined)
        else if (!one.video.paused && !has) one.video.pause()
      }
      const ms = leader?.recording.shown()
      if (typeof ms !== 'number') return undefined
      for (const one of shown.values()) {
        const own = one === leader ? ms : one.recording.shown()
        if (own !== 'moving' && Math.abs((own ?? Infinity) - ms) > apartMs * Math.max(1, speed)) one.recording.to(ms)
      }
      return ms
    },
    /** To be attached to the <video> of a camera. */
    show: (reel: Reel, startMs: number) => (video: HTMLVideoElement) => {
      const recording = recorded(video, playlistAddress(reel.camera, reel.range, reel.view), startMs, broken), own = { reel, video, recording }
      shown.set(reel.camera, own)
      return () => {
        recording.close()
        if (shown.get(reel.camera) === own) shown.delete(reel.camera)
      }
    },
  }
}
