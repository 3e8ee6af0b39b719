import { avcCOf, avcConfig, beginsAnew, carried, nalUnits, parseAvcC } from './avc.ts'
import type { AvcConfig, Sample } from './sample.ts'

const mostSampleBytes = 16 * 2 ** 20, mostShiftMs = 60_000, latestMs = 2 ** 45

/** 验样 — whether a sample may be written as it is, whether decoding can begin with it, and whether it carries other parameter sets than were said. */
export function examined(sample: Sample, config: AvcConfig): { key: boolean; config?: AvcConfig } | { refused: string } {
  const { data, dtsMs, ptsMs } = sample
  if (data.length > mostSampleBytes) return { refused: 'sample-too-long' }
  if (!(dtsMs >= 0 && dtsMs < latestMs)) return { refused: 'time-range' }
  if (!(Math.abs(ptsMs - dtsMs) <= mostShiftMs)) return { refused: 'composition-range' }
  const units = nalUnits(data)
  if (!units) return { refused: 'nal-length' }
  if (!beginsAnew(units)) return { key: false }
  const { sps, pps } = carried(units)
  if (sps.length === 0) return { key: true }
  const known = parseAvcC(config.avcC)
  if ('sps' in known && sps.every((set) => known.sps.some((one) => one.equals(set)))) return { key: true }
  const other = avcConfig(avcCOf(sps, pps.length > 0 || !('pps' in known) ? pps : known.pps))
  return 'refused' in other ? other : { key: true, config: other }
}
