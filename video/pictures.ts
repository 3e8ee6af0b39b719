import { ticksPerMs, type Picture } from './fmp4.ts'
import { examined } from './intake.ts'
import type { AvcConfig, Sample } from './sample.ts'
import { runTiming, type RunTiming } from './timing.ts'

/** 件 — pictures in a row that go to the disk together: a whole group, or part of a long one. `estimateMs`: monotonic instant of their time 0. */
export type Piece = { config: AvcConfig; pictures: readonly Held[]; endDts: number; estimateMs: number; newRun: boolean }
export type Held = Picture & { dtsMs: number; differenceMs: number; verdict: 'fits' | 'late' }
type Into = { piece(piece: Piece): void; seal(): void; outgrown(dts: number): boolean; refuse(reason: string): void }

/** What lasts so long without a picture is a gap. */
export const stallMs = 2000
/** A piece ends at the next key frame, or here: pictures between key frames that are far apart reach the disk too. */
const pieceMs = 4000, pieceBytes = 8 * 2 ** 20
const usualTicks = 40 * ticksPerMs

/** 在手之画 — pictures that have come and are not on the disk. */
function hand() {
  let held: Held[] = [], bytes = 0
  return {
    first: () => held[0], last: () => held.at(-1),
    add(one: Held): void { held.push(one); bytes += one.data.length },
    taken(): Held[] { const all = held; [held, bytes] = [[], 0]; return all },
    /** Those at the end that came late, one after the other, taken out. */
    late(): Held[] { return held.splice(held.findLastIndex(({ verdict }) => verdict === 'fits') + 1) },
    put(all: readonly Held[]): void { held = [...all, ...held]; bytes = held.reduce((sum, { data }) => sum + data.length, 0) },
    isLong: (dts: number) => held.length > 0 && (dts - held[0]!.dts > pieceMs * ticksPerMs || bytes > pieceBytes),
  }
}

/** 画队 — of one camera: the pictures that have come and are not on the disk, and where the run, the group or the hole begins that they belong to. */
export function pictureQueue(into: Into) {
  const held = hand()
  let config: AvcConfig | undefined, timing: RunTiming | undefined, lastTicks = usualTicks, lastDts: number | undefined, newRun = true, needsKey = true

  function flush(nextDts?: number): void {
    const pictures = held.taken(), last = pictures.at(-1)
    if (!last) return
    const estimateMs = timing!.settle(last.dtsMs, pictures.reduce((least, { differenceMs }) => Math.min(least, differenceMs), Infinity))
    into.piece({ config: config!, pictures, endDts: nextDts ?? last.dts + lastTicks, estimateMs, newRun })
    newRun = false
  }
  /** Nothing of what follows belongs to what was before. */
  function endRun(): void {
    flush()
    into.seal()
    ;[timing, lastDts, newRun, needsKey] = [undefined, undefined, true, true]
  }
  /** At the end of a piece: pictures that came late and do not catch up are another time base; those before them stay. */
  function settle(nextDts?: number): void {
    const last = held.last()
    if (last?.verdict !== 'late' || !timing?.isShifted(last.dtsMs, last.differenceMs)) return flush(nextDts)
    const shifted = held.late(), first = shifted[0]!
    endRun()
    if (!first.key) return
    held.put(shifted)
    ;[timing, needsKey] = [runTiming(first.dtsMs, first.dtsMs + first.differenceMs), false]
    flush(nextDts)
  }
  /** Whether this picture goes on from the one before; its place in time where it does. */
  function placed(sample: Sample): number {
    const dts = Math.round(sample.dtsMs * ticksPerMs)
    if (lastDts === undefined || !timing) return dts
    const back = lastDts - dts
    if (back > 1000 * ticksPerMs || timing.verdict(sample.dtsMs, sample.arrivalMs) === 'early') endRun()
    else if (-back > stallMs * ticksPerMs) { settle(); into.seal(); needsKey = true } // a hole in the camera's own time
    else if (back >= 0) return lastDts + 1 // two pictures of one instant: in order, and shown when they should be
    return dts
  }
  function split(dts: number, key: boolean): void {
    if (needsKey || !held.first() || !(key || held.isLong(dts))) return
    settle(dts)
    if (key) return
    if (into.outgrown(dts)) { into.refuse('no-key-frame'); into.seal(); needsKey = true }
  }
  return {
    config(next: AvcConfig): void { if (!timing || !config?.avcC.equals(next.avcC)) { endRun(); config = next } },
    /** Whether it is kept. */
    take(sample: Sample): boolean {
      if (!config) { into.refuse('no-sequence-header'); return false }
      const seen = examined(sample, config)
      if ('refused' in seen) { into.refuse(seen.refused); flush(); needsKey = true; return false }
      if (seen.config) { endRun(); config = seen.config }
      const dts = placed(sample)
      split(dts, seen.key)
      if (needsKey && !seen.key) return false
      needsKey = false
      timing ??= runTiming(sample.dtsMs, sample.arrivalMs)
      const verdict = timing.verdict(sample.dtsMs, sample.arrivalMs) === 'late' ? 'late' : 'fits'
      if (lastDts !== undefined && dts > lastDts) lastTicks = Math.min(dts - lastDts, 1000 * ticksPerMs)
      held.add({ dts, pts: Math.round(sample.ptsMs * ticksPerMs), key: seen.key, data: sample.data, dtsMs: sample.dtsMs, differenceMs: sample.arrivalMs - sample.dtsMs, verdict })
      lastDts = dts
      return true
    },
    flush, endRun,
    ended(): void { endRun(); config = undefined },
    /** What is held is lost, and so is the rest of its group. */
    drop(): void { held.taken(); needsKey = true }, skipToKey(): void { needsKey = true },
    isHolding: () => held.first() !== undefined,
  }
}
