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

/** 空缺 — stretches of a range of which nothing is said, neither a picture nor why there is none. */
export function holesIn({ fromMs, toMs }: Range, told: readonly Range[]): Range[] {
  const holes: Range[] = []
  let until = fromMs
  for (const next of [...told.filter((one) => one.toMs > fromMs && one.fromMs < toMs).sort((a, b) => a.fromMs - b.fromMs), { fromMs: toMs, toMs }]) {
    if (next.fromMs - until >= stallMs) holes.push({ fromMs: until, toMs: next.fromMs })
    until = Math.max(until, next.toMs)
  }
  return holes
}
