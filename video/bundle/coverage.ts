/** 时段 — from one instant to another, milliseconds since 1970. */
export type Range = { fromMs: number; toMs: number }
/** A shorter interruption is none: from here on a stall is a gap with a cause. */
const stallMs = 2000

/** 已录时段 — what of a range these segments show, stretches that touch as one. */
export function coveredBy(segments: readonly { startMs: number; endMs: number }[], { fromMs, toMs }: Range): Range[] {
  const covered: Range[] = []
  for (const { startMs, endMs } of [...segments].sort((a, b) => a.startMs - b.startMs)) {
    const from = Math.max(startMs, fromMs), to = Math.min(endMs, toMs), last = covered.at(-1)
    if (to <= from) continue
    if (last && from - last.toMs < stallMs) last.toMs = Math.max(last.toMs, to)
    else covered.push({ fromMs: from, toMs: to })
  }
  return covered
}
