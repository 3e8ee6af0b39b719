/** 时差 — of a sample: arrival minus decoding time. The least one is the truth, the rest is delay on the way (video.md: within 16 ms under 120 ms of jitter). */
export type RunTiming = {
  /** Whether this sample is so early or so late that another run has begun, as far as one sample can show. */
  verdict(dtsMs: number, arrivalMs: number): 'fits' | 'late' | 'early'
  /** 落定 — the samples of one piece: their least difference, by which they and what follows are placed. */
  settle(dtsMs: number, leastMs: number): number
  /** Late, and not catching up: not a queue that empties, but another time base. */
  isShifted(dtsMs: number, differenceMs: number): boolean
}

/** Beyond this, differences are not jitter. */
const shiftMs = 1000
/** Two clocks of quartz part more slowly than this; so fast the estimate may rise when nothing arrives early. */
const driftPerMs = 0.001
/** A queue that empties catches up faster than this share of the time it shows. */
const catchingUp = 0.25
/** Before so much of it has been seen, nobody knows which of the two it is: pictures are read when a busy machine comes to it. */
const seenMs = 400
/** What comes first after connecting may have waited in the camera: in so long it has caught up. */
const settlingMs = 5000

export function runTiming(firstDtsMs: number, firstArrivalMs: number): RunTiming {
  let estimateMs = firstArrivalMs - firstDtsMs, atDtsMs = firstDtsMs, late: { dtsMs: number; differenceMs: number } | undefined
  return {
    verdict(dtsMs, arrivalMs) {
      const differenceMs = arrivalMs - dtsMs
      if (differenceMs > estimateMs + shiftMs) {
        late ??= { dtsMs, differenceMs }
        return 'late'
      }
      late = undefined
      if (differenceMs >= estimateMs - shiftMs) return 'fits'
      if (dtsMs - firstDtsMs > settlingMs) return 'early'
      estimateMs = differenceMs
      return 'fits'
    },
    settle(dtsMs, leastMs) {
      estimateMs = Math.min(leastMs, estimateMs + Math.max(0, dtsMs - atDtsMs) * driftPerMs)
      atDtsMs = Math.max(atDtsMs, dtsMs)
      return estimateMs
    },
    isShifted(dtsMs, differenceMs) {
      if (!late || dtsMs - late.dtsMs < seenMs) return false
      return late.differenceMs - differenceMs < (dtsMs - late.dtsMs) * catchingUp
    },
  }
}
