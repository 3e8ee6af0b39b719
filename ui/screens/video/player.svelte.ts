import { untrack } from 'svelte'
import type { Camera, Why } from './asks.ts'
import { reels, type Reel } from './reels.svelte.ts'
import { screens } from './screens.ts'
import { around, covers, heldAt, holding, lastOfAll, minuteMs, neighbour, nextPicture, zoomed, type Stretch } from './timeline.ts'

export const speeds = ['0.25', '0.5', '1', '2', '4', '8'] as const
export type Speed = typeof speeds[number]
export const lengths = { m1: minuteMs, m20: 20 * minuteMs, h2: 120 * minuteMs, d1: 1440 * minuteMs } as const
const settleMs = 700

/** `said`: how it is worded beside the picture. */
export type Purpose = Why & { said: string }
/** `atLast`: nobody has said when; it begins with the newest that is recorded. */
type From = { main: Camera; beside: readonly Camera[]; startMs: number; atLast?: boolean; nowMs(): number }

/** 回放 — one playhead for all that play. What comes into sight is opened with the purpose that was said once, when the hand rests. */
export function player({ main, beside, startMs, atLast = false, nowMs }: From) {
  let why = $state.raw<Purpose>(), seen = $state.raw<Stretch>(around(startMs, lengths.m20, nowMs())), at = $state(startMs), playing = $state(false), speed = $state<Speed>('1'), together = $state(true)
  let soon: ReturnType<typeof setTimeout> | undefined, frame = 0
  const opened = reels(), pictures = screens(() => main.camera, opened.broken)
  const reel = $derived(opened.of(main.camera)), facts = $derived([...reel?.footage.facts ?? []].sort((a, b) => a.atMs - b.atMs))
  const upToNow = ({ fromMs, toMs }: Stretch) => ({ fromMs, toMs: Math.min(toMs, nowMs()) })
  const open = async () => { if (why && !await opened.open([main, ...together ? beside : []].map(({ camera }) => camera), upToNow(seen), why) && !reel) why = undefined }
  function reach() {
    clearTimeout(soon)
    if (reel && !covers(reel.range, { fromMs: seen.fromMs, toMs: Math.min(seen.toMs, Math.max(reel.range.toMs, nowMs() - minuteMs)) })) soon = setTimeout(() => void open(), settleMs)
  }
  function halt() { playing = false; pictures.pause() }
  function seek(ms: number) {
    at = Math.min(ms, nowMs())
    seen = holding(seen, at)
    pictures.to(at)
    reach()
  }
  function play() {
    if (playing) { halt(); return }
    // Out of a gap it goes on where there is a picture again.
    const next = reel && nextPicture(reel.footage, at)
    if (next === undefined) return
    if (next !== at) seek(next)
    playing = true
  }
  function tick() {
    frame = requestAnimationFrame(tick)
    if (!playing) return
    const ms = pictures.inStep(at, Number(speed))
    if (ms === undefined) return
    at = ms
    seen = holding(seen, at)
    if (pictures.leader?.video.ended) halt()
  }
  frame = requestAnimationFrame(tick)
  return {
    main, beside,
    get why() { return why }, get seen() { return seen }, get at() { return at }, get playing() { return playing }, get speed() { return speed }, get together() { return together }, get opening() { return opened.opening },
    get problem() { return opened.problem }, get facts() { return facts }, get reel() { return reel }, get reels() { return opened.all }, of: opened.of,
    /** What the main camera holds at the playhead: a picture, or why there is none. */
    get here() { return reel && heldAt(reel.footage, at) },
    heldOf: (camera: string) => { const one = opened.of(camera); return one && heldAt(one.footage, at) },
    /** The last fact before the playhead, else the first. */
    get fact() { return facts.findLast(({ atMs }) => atMs <= at + 1) ?? facts[0] },
    /** 事由 — said once, before the first recorded picture. */
    async look(said: Purpose) {
      const before = at
      why = said
      await open()
      const last = atLast && at === before ? lastOfAll(opened.all.map(({ footage }) => footage)) : undefined
      if (reel && last !== undefined && last < at && 'none' in heldAt(reel.footage, at)) seek(last)
    },
    seek, play, halt, hurry(to: Speed) { speed = to },
    jump(by: 1 | -1) { const fact = neighbour(facts, at, by); if (fact) seek(fact.atMs) },
    step(by: 1 | -1) { halt(); pictures.step(by, (ms) => { at = ms; seen = holding(seen, at); reach() }) },
    zoom(by: number, aboutMs = at) { seen = holding(zoomed(seen, aboutMs, by), at); reach() },
    span(lengthMs: number) { seen = around(at, lengthMs, nowMs()); reach() },
    stepTogether() { together = !together; if (together) void open(); else opened.keepAlone(main.camera) },
    screen: (one: Reel) => (video: HTMLVideoElement) => untrack(() => pictures.show(one, at)(video)),
    close() { opened.close(); cancelAnimationFrame(frame); clearTimeout(soon) },
  }
}
export type Player = ReturnType<typeof player>
