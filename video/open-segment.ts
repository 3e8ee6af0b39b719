import { createHash } from 'node:crypto'
import type { FootageClock } from './clock.ts'
import { fragment, ticksPerMs } from './fmp4.ts'
import type { Piece } from './pictures.ts'
import type { SegmentWriter } from './segment-writer.ts'

/** A segment that no key frame ends is ended here, and the rest of that group of pictures refused. */
const longestMs = 120_000, largestBytes = 512 * 2 ** 20
/** A key frame may come so much early: camera clocks are not ours. */
const toleranceMs = 50

type Open = { firstDts: number; leastMs: number; mostMs: number; frames: number; bytes: number; fragments: number; resumes: boolean; wantedMs: number }

/** 开着的段 — of one camera: pieces go into it until a key frame comes after its time. The first one is shorter, each camera by its own share, so that they do not all end at once. */
export function openSegment({ camera, segmentMs, clock, writer }: { camera: string; segmentMs: number; clock: () => FootageClock; writer: Pick<SegmentWriter, 'begin' | 'append' | 'seal'> }) {
  const share = createHash('sha256').update(camera).digest().readUInt16BE(0) / 65_536
  let segment: Open | undefined, wantedMs = Math.max(segmentMs / 5, segmentMs * share)

  function begun({ config, pictures, estimateMs, newRun }: Piece): Open {
    const { dts, dtsMs } = pictures[0]!
    writer.begin({ config, startMs: Math.round(clock().wallOf(estimateMs + dtsMs)), newRun, clock: clock().source() })
    const open = { firstDts: dts, leastMs: estimateMs, mostMs: estimateMs, frames: 0, bytes: 0, fragments: 0, resumes: false, wantedMs }
    wantedMs = segmentMs
    return open
  }
  function seal(): void {
    if (segment) writer.seal()
    segment = undefined
  }
  return {
    seal,
    drop(): void { segment = undefined },
    isOpen: () => segment !== undefined,
    outgrown: (dts: number) => segment !== undefined && (dts - segment.firstDts > longestMs * ticksPerMs || segment.bytes > largestBytes),
    /** Where the wall stood when its last picture was over. */
    put(piece: Piece, resumes: boolean): number {
      const { pictures, endDts, estimateMs } = piece, first = pictures[0]!
      if (segment && first.key && first.dts - segment.firstDts >= (segment.wantedMs - toleranceMs) * ticksPerMs) seal()
      const open = segment ??= begun(piece)
      open.leastMs = Math.min(open.leastMs, estimateMs)
      for (const { differenceMs, data } of pictures) { open.mostMs = Math.max(open.mostMs, differenceMs); open.bytes += data.length }
      open.frames += pictures.length
      open.resumes ||= resumes
      const wallAt = (dts: number) => Math.round(clock().wallOf(open.leastMs + dts / ticksPerMs)), endMs = wallAt(endDts)
      writer.append(fragment(pictures, endDts, { sequence: ++open.fragments, wallMs: clock().wallOf(estimateMs + first.dts / ticksPerMs) }), {
        startMs: wallAt(open.firstDts), endMs, frames: open.frames, jitterMs: Math.round(open.mostMs - open.leastMs), clock: clock().source(), resumes: open.resumes,
      })
      return endMs
    },
  }
}
