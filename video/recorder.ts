import { createHash } from 'node:crypto'
import type { FootageEvent } from '../domain/evidence/footage.ts'
import { footageClock, type FootageClock } from './clock.ts'
import { fragment, ticksPerMs, type Picture } from './fmp4.ts'
import { gapBook, type GapCause } from './gaps.ts'
import { examined } from './intake.ts'
import type { Discrepancy } from './recovery.ts'
import type { AvcConfig, EndCause, Sample, Sink } from './sample.ts'
import { segmentWriter, type SoFar } from './segment-writer.ts'
import type { FootageStore } from './store.ts'
import { telling } from './telling.ts'
import { runTiming, type RunTiming } from './timing.ts'

export type Recorder = Sink & {
  /** What time alone changes: gaps, batches, the wall clock, a disk that is back. Four times a second. */
  tick(): void
  /** Seals what is open and tells everything. */
  close(): Promise<void>
  /** When all that came so far is on the disk. */
  idle(): Promise<void>
}
type Options = {
  camera: string; store: FootageStore; segmentMs: number
  /** Monotonic, and the wall: milliseconds. */
  now: () => number; wall: () => number
  lastSeq: { seq: number; chain: string }
  tell(event: FootageEvent): void
  noticed?(discrepancy: Discrepancy): void
  /** How long a sealed segment may wait to be told with others. */
  batchMs?: number
}

const stallMs = 2000, graceMs = 10_000, retryMs = 1000, sameRefusalMs = 60_000
/** A fragment ends at the next key frame, or here: pictures between key frames that are far apart reach the disk too. */
const fragmentMs = 4000, fragmentBytes = 8 * 2 ** 20
/** A segment that no key frame ends is ended here, and the rest of that group of pictures refused. */
const longestMs = 120_000, largestBytes = 512 * 2 ** 20
const usualTicks = 40 * ticksPerMs

type Held = Picture & { dtsMs: number; differenceMs: number; verdict: 'fits' | 'late' }
type OpenSegment = { firstDts: number; leastMs: number; mostMs: number; frames: number; bytes: number; fragments: number; resumes: boolean; wantedMs: number }

/** 录像 — of one camera: samples in the order of arrival become sealed segments, and what is not recorded becomes a gap with its cause. */
export function recorder({ camera, store, segmentMs, now, wall, lastSeq, tell, noticed, batchMs = 20_000 }: Options): Recorder {
  const startedMs = now(), telt = telling(now, batchMs, tell), refusals = new Map<string, number>()
  let clock: FootageClock = footageClock(now, wall), gaps = gapBook(stallMs, telt.say), early: (() => void)[] | undefined = [], disk: 'up' | 'down' | 'trying' = 'trying', triedMs = startedMs
  let config: AvcConfig | undefined, timing: RunTiming | undefined, segment: OpenSegment | undefined, held: Held[] = [], lastTicks = usualTicks, lastDts: number | undefined
  let lastArrivalMs = startedMs, cause: GapCause = 'camera', newRun = true, needsKey = true, gapSeen = false, idle = false
  /** Where the wall stood when the last picture that was kept was over. */
  let untilMs = Math.round(wall()), staggered = false, placed = false
  const startedWallMs = untilMs

  const writer = segmentWriter(camera, store, lastSeq, {
    sealed(one, resumes) {
      gaps.covered(one, resumes, cause)
      telt.sealed(one)
    },
    found(segments, before) {
      const last = segments.at(-1)?.endMs ?? before
      // What an end of the disk left behind lies within its gap: the gap is around it.
      const around = gaps.isOpen()
      if (around && segments[0]) gaps.close(segments[0].startMs)
      const past = gapBook(stallMs, telt.say, before)
      for (const one of segments) { past.covered(one, false, 'process'); telt.sealed(one) }
      if (around && last !== undefined && segments[0]) gaps.open(last, around)
      if (last === undefined || placed) return
      placed = true
      if (early) {
        ;[untilMs, gaps, clock, cause] = [last, gapBook(stallMs, telt.say, last), footageClock(now, wall, last), 'process']
      } else if (startedWallMs - last > stallMs) { past.open(last, 'process'); past.close(startedWallMs) }
    },
    noticed: (discrepancy) => noticed?.(discrepancy),
    failed(lastMs) {
      disk = 'down'
      triedMs = now()
      drop()
      gaps.open(lastMs ?? untilMs, 'disk')
    },
  })
  void retry()

  async function retry(): Promise<void> {
    disk = 'trying'
    triedMs = now()
    disk = await writer.resumed() ? 'up' : 'down'
    if (disk === 'down') gaps.open(untilMs, 'disk')
    const waiting = early
    early = undefined
    for (const one of waiting ?? []) one()
  }
  const refuse = (reason: string, from = camera) => {
    const known = `${reason} ${from}`, atMs = now()
    if (atMs - (refusals.get(known) ?? -Infinity) < sameRefusalMs) return
    if (refusals.size > 1000) refusals.clear()
    refusals.set(known, atMs)
    telt.say({ type: 'StreamRefused', data: { atMs: Math.max(0, Math.round(wall())), reason: reason.slice(0, 200), from: from.slice(0, 64) } })
  }

  function seal(): void {
    if (segment) writer.seal()
    segment = undefined
  }
  function drop(): void {
    held = []
    segment = undefined
    needsKey = true
  }
  /** Nothing of what follows belongs to what was before. */
  function endRun(): void {
    flush()
    seal()
    timing = undefined
    newRun = needsKey = true
    lastDts = undefined
  }
  function begin(first: Held, estimateMs: number): OpenSegment {
    const share = createHash('sha256').update(camera).digest().readUInt16BE(0) / 65_536
    const wantedMs = staggered ? segmentMs : Math.max(segmentMs / 5, segmentMs * share)
    staggered = true
    writer.begin({ config: config!, startMs: Math.round(clock.wallOf(estimateMs + first.dtsMs)), newRun, clock: clock.source() })
    newRun = false
    return { firstDts: first.dts, leastMs: estimateMs, mostMs: estimateMs, frames: 0, bytes: 0, fragments: 0, resumes: false, wantedMs }
  }
  /** What is held becomes a fragment; with a key frame at its head it may begin a segment. */
  function flush(nextDts?: number): void {
    if (held.length === 0) return
    const pictures = held, first = pictures[0]!, last = pictures.at(-1)!, endDts = nextDts ?? last.dts + lastTicks
    held = []
    const estimateMs = timing!.settle(last.dtsMs, pictures.reduce((least, { differenceMs }) => Math.min(least, differenceMs), Infinity))
    if (first.key && segment && first.dts - segment.firstDts >= (segment.wantedMs - 50) * ticksPerMs) seal()
    segment ??= begin(first, estimateMs)
    const open = segment
    open.leastMs = Math.min(open.leastMs, estimateMs)
    for (const { differenceMs, data } of pictures) { open.mostMs = Math.max(open.mostMs, differenceMs); open.bytes += data.length }
    open.frames += pictures.length
    open.resumes ||= gapSeen
    const wallAt = (dts: number) => Math.round(clock.wallOf(open.leastMs + dts / ticksPerMs))
    const soFar: SoFar = {
      startMs: wallAt(open.firstDts), endMs: wallAt(endDts), frames: open.frames, jitterMs: Math.round(open.mostMs - open.leastMs), clock: clock.source(), resumes: open.resumes,
    }
    untilMs = Math.max(untilMs, soFar.endMs)
    writer.append(fragment(pictures, endDts, { sequence: ++open.fragments, wallMs: clock.wallOf(estimateMs + first.dtsMs) }), soFar)
    if (gaps.isOpen() === undefined) gapSeen = false
  }
  /** At the end of a piece: pictures that came late and do not catch up are another time base; those before them stay. */
  function settled(nextDts?: number): void {
    const from = held.findIndex(({ verdict }, i) => verdict === 'late' && held.slice(i).every((one) => one.verdict === 'late')), last = held.at(-1)
    if (from < 0 || !last || !timing?.isShifted(last.dtsMs, last.differenceMs)) return flush(nextDts)
    const shifted = held.splice(from)
    endRun()
    if (shifted[0]!.key) {
      held = shifted.map((one) => ({ ...one, verdict: 'fits' as const }))
      timing = runTiming(shifted[0]!.dtsMs, shifted[0]!.dtsMs + shifted[0]!.differenceMs)
      needsKey = false
      flush(nextDts)
    }
  }

  function take(sample: Sample): void {
    idle = false
    lastArrivalMs = Math.max(lastArrivalMs, sample.arrivalMs)
    if (!config) return refuse('no-sequence-header')
    const seen = examined(sample, config)
    if ('refused' in seen) { refuse(seen.refused); flush(); needsKey = true; return }
    if (seen.config) { endRun(); config = seen.config }
    let dts = Math.round(sample.dtsMs * ticksPerMs)
    const pts = Math.round(sample.ptsMs * ticksPerMs)
    if (lastDts !== undefined && timing) {
      const back = lastDts - dts
      if (back > 1000 * ticksPerMs || timing.verdict(sample.dtsMs, sample.arrivalMs) === 'early') endRun()
      else if (-back > stallMs * ticksPerMs) { settled(); seal(); needsKey = true } // a hole in the time of the camera itself
      else if (back >= 0) dts = lastDts + 1 // two pictures of one instant: in order, and shown when they should be
    }
    if (disk !== 'up' || (needsKey && !seen.key)) return
    if (seen.key && !needsKey) settled(dts)
    else if (held.length > 0 && (dts - held[0]!.dts > fragmentMs * ticksPerMs || held.reduce((sum, { data }) => sum + data.length, 0) > fragmentBytes)) {
      settled(dts)
      if (segment && (dts - segment.firstDts > longestMs * ticksPerMs || segment.bytes > largestBytes)) {
        refuse('no-key-frame')
        seal()
        needsKey = true
      }
    }
    if (needsKey && !seen.key) return
    needsKey = false
    timing ??= runTiming(sample.dtsMs, sample.arrivalMs)
    const verdict = timing.verdict(sample.dtsMs, sample.arrivalMs) === 'late' ? 'late' : 'fits'
    if (lastDts !== undefined && dts > lastDts) lastTicks = Math.min(dts - lastDts, 1000 * ticksPerMs)
    if (gaps.isOpen() !== undefined) gapSeen = true
    held.push({ dts, pts, key: seen.key, data: sample.data, dtsMs: dts / ticksPerMs, differenceMs: sample.arrivalMs - sample.dtsMs, verdict })
    lastDts = dts
  }

  /** Silence: what is held goes to the disk, the gap is told, and after as long as a segment the segment ends. */
  function listen(): void {
    const silentMs = now() - lastArrivalMs
    if (silentMs > stallMs && !idle) { flush(); idle = true }
    if (silentMs > segmentMs && segment) { seal(); needsKey = true }
    const wallMs = Math.round(clock.wallOf(now())), afterGrace = now() - startedMs > graceMs
    if (gaps.isOpen() === 'process' && afterGrace && cause === 'process') {
      cause = 'camera'
      if (held.length > 0 || segment) return
      gaps.close(wallMs)
      untilMs = wallMs
      gaps.open(wallMs, cause)
    }
    if (gaps.isOpen() === undefined && held.length === 0 && wallMs - untilMs > stallMs && silentMs > stallMs) gaps.open(untilMs, disk === 'up' ? cause : 'disk')
  }

  const inTurn = (work: () => void) => { if (early) early.push(work); else work() }
  return {
    config: (next) => inTurn(() => {
      if (config?.avcC.equals(next.avcC) && timing) return
      endRun()
      config = next
    }),
    sample: (sample) => inTurn(() => take(sample)),
    ended: (why: EndCause) => inTurn(() => {
      endRun()
      config = undefined
      cause = why
    }),
    refused: (reason, from) => inTurn(() => refuse(reason, from)),
    tick() {
      if (early) return
      const step = clock.look()
      if (step) telt.say({ type: 'CameraClockStepped', data: { atMs: Math.max(0, Math.round(clock.wallOf(now()))), byMs: step.byMs } })
      if (disk === 'down' && now() - triedMs >= retryMs) void retry()
      listen()
      telt.tick()
    },
    idle: () => writer.idle(),
    async close() {
      while (early) await new Promise((done) => setTimeout(done, 5))
      flush()
      seal()
      await writer.idle()
      telt.flush()
    },
  }
}
