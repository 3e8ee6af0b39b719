/** Sorted once; `p(0.5)` is the middle. */
export function percentiles(samples: readonly number[]) {
  const sorted = Float64Array.from(samples).sort()
  return (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
export const median = (samples: readonly number[]) => percentiles(samples)(0.5)
export const mean = (samples: readonly number[]) => samples.reduce((sum, n) => sum + n, 0) / samples.length
/** Half the distance from the least to the most, as a share of the mean: how noisy the machine was. */
export const spread = (samples: readonly number[]) => (Math.max(...samples) - Math.min(...samples)) / 2 / mean(samples)

export const timed = async <T>(work: () => T | Promise<T>): Promise<{ ms: number; value: T }> => {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}
/** Monotonic over all processes of a machine. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6

const digits = (n: number) => n >= 100 ? 0 : n >= 10 ? 1 : 2
export const number = (n: number) => Number.isNaN(n) ? '—' : n.toLocaleString('en-US', { maximumFractionDigits: digits(Math.abs(n)), minimumFractionDigits: 0 }).replaceAll(',', ' ')
export const perSecond = (n: number, unit: string) => `${number(Math.round(n))} ${unit}/s`
export const ms = (n: number) => `${number(n)} ms`
export const percent = (share: number) => `${Math.round(share * 100)} %`
export const times = (n: number) => n >= 100 ? number(n) : String(Number(n.toPrecision(3)))
