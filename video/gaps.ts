import type { FootageEvent } from '../domain/evidence/footage.ts'

export type GapCause = (FootageEvent & { type: 'GapDetected' })['data']['cause']

/** 断档簿 — of one camera: what was not recorded, from when, why, and until when. One at a time, beside one that is over and waits to be told
    where; no segment lies in one. */
export type GapBook = {
  /** There is no picture since then; said at once, and once. */
  open(fromMs: number, cause: GapCause): void
  /** Pictures came, and have stopped: what is open ends where the segment in the making begins, whenever that is sealed, and another begins now. */
  again(fromMs: number, cause: GapCause): void
  isOpen(): GapCause | undefined
  /** It is over, or another reason takes its place. */
  close(toMs: number): void
  /** A segment is sealed. `resumes`: some of its pictures came after the gap was opened, so that it is over where the segment begins. */
  covered(segment: { startMs: number; endMs: number }, resumes: boolean, cause: GapCause): void
}

/** `untilMs`: up to when all is told; `standing`: a gap that was told by a life before, and goes on. */
export function gapBook(stallMs: number, tell: (event: FootageEvent) => void, untilMs?: number, standing?: { fromMs: number; cause: GapCause }): GapBook {
  type Gap = { fromMs: number; cause: GapCause }
  let gap: Gap | undefined = standing, ending: Gap | undefined, endMs = untilMs
  const open = (fromMs: number, cause: GapCause) => {
    if (gap) return
    gap = { fromMs, cause }
    tell({ type: 'GapDetected', data: gap })
  }
  // What came late after all was not lost: then the gap is over where it began.
  const over = (one: Gap, toMs: number) => tell({ type: 'GapClosed', data: { ...one, toMs: Math.max(toMs, one.fromMs) } })
  const close = (toMs: number) => {
    if (!gap) return
    over(gap, toMs)
    gap = undefined
  }
  return {
    open, close,
    again(fromMs, cause) {
      if (!gap || ending || fromMs <= gap.fromMs) return
      ending = gap
      gap = undefined
      open(fromMs, cause)
    },
    isOpen: () => gap?.cause,
    covered(segment, resumes, cause) {
      const isTold = ending !== undefined || (gap !== undefined && gap.fromMs < segment.startMs)
      if (!isTold && endMs !== undefined && segment.startMs - endMs > stallMs) {
        const hole = { fromMs: endMs, cause }
        tell({ type: 'GapDetected', data: hole })
        over(hole, segment.startMs)
      }
      if (ending && segment.endMs > ending.fromMs) { over(ending, segment.startMs); ending = undefined }
      // One that ends where the gap begins was only begun while an earlier gap stood open.
      if (resumes && gap && segment.endMs > gap.fromMs) close(segment.startMs)
      endMs = segment.endMs
    },
  }
}
