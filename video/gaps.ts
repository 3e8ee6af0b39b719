import type { FootageEvent } from '../domain/evidence/footage.ts'

export type GapCause = (FootageEvent & { type: 'GapDetected' })['data']['cause']

/** 断档簿 — of one camera: what was not recorded, from when, why, and until when. One gap at a time; no segment lies in one. */
export type GapBook = {
  /** There is no picture since then; said at once, and once. */
  open(fromMs: number, cause: GapCause): void
  isOpen(): GapCause | undefined
  /** It is over, or another reason takes its place. */
  close(toMs: number): void
  /** A segment is sealed. `resumes`: some of its pictures came after the gap was opened, so that it is over where the segment begins. */
  covered(segment: { startMs: number; endMs: number }, resumes: boolean, cause: GapCause): void
}

/** `untilMs`: up to when all is told; `standing`: a gap that was told by a life before, and goes on. */
export function gapBook(stallMs: number, tell: (event: FootageEvent) => void, untilMs?: number, standing?: { fromMs: number; cause: GapCause }): GapBook {
  let gap = standing, endMs = untilMs
  const open = (fromMs: number, cause: GapCause) => {
    if (gap) return
    gap = { fromMs, cause }
    tell({ type: 'GapDetected', data: gap })
  }
  const close = (toMs: number) => {
    if (!gap) return
    // What came late after all was not lost: then the gap is over where it began.
    tell({ type: 'GapClosed', data: { ...gap, toMs: Math.max(toMs, gap.fromMs) } })
    gap = undefined
  }
  return {
    open, close,
    isOpen: () => gap?.cause,
    covered(segment, resumes, cause) {
      if (!gap && endMs !== undefined && segment.startMs - endMs > stallMs) { open(endMs, cause); close(segment.startMs) }
      // One that ends where the gap begins was only begun while an earlier gap stood open.
      if (resumes && gap && segment.endMs > gap.fromMs) close(segment.startMs)
      endMs = segment.endMs
    },
  }
}
