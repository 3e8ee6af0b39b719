import { avcConfig, nalUnits, lengthPrefixed, beginsAnew, parseAvcC } from './avc.ts'
import type { AvcConfig, Sample } from './sample.ts'

/** FLV 视频标签 — what the payload of one video tag turned out to be. */
export type FlvRead = { config: AvcConfig } | { sample: Sample } | { refused: string } | undefined

const wrap = 2 ** 32

/** 展开 — timestamps of 32 bits as numbers that grow: a step of more than half the circle is a turn of it. */
export function unwrapped(): (timestamp: number) => number {
  let turns = 0, before: number | undefined
  return (timestamp) => {
    if (before !== undefined) {
      if (before - timestamp > wrap / 2) turns++
      else if (timestamp - before > wrap / 2 && turns > 0) turns--
    }
    before = timestamp
    return turns * wrap + timestamp
  }
}

/** 读 FLV 视频 — one per session: payloads of video tags (type 9) become a sequence header or samples; other codecs are refused by name. */
export function flvVideo(): (timestamp: number, payload: Buffer, arrivalMs: number) => FlvRead {
  const whole = unwrapped()
  let lengthBytes = 4
  return (timestamp, payload, arrivalMs) => {
    if (payload.length < 5) return payload.length < 2 ? { refused: 'flv-short' } : undefined
    if ((payload[0]! & 0x80) !== 0) return { refused: `codec-${payload.toString('latin1', 1, 5).replace(/[^a-z0-9]/gi, '')}` }
    const codec = payload[0]! & 0x0f
    if (codec !== 7) return { refused: `codec-${codec === 12 ? 'hevc' : codec}` }
    const kind = payload[1], body = payload.subarray(5)
    if (kind === 0) {
      const sets = parseAvcC(body), config = avcConfig(body)
      if ('refused' in config) return config
      if ('lengthBytes' in sets) lengthBytes = sets.lengthBytes
      return { config }
    }
    if (kind !== 1) return undefined // end of sequence: the session says so itself
    const units = nalUnits(body, lengthBytes)
    if (!units) return { refused: 'nal-length' }
    const dtsMs = whole(timestamp), data = lengthBytes === 4 ? body : lengthPrefixed(units)
    return { sample: { dtsMs, ptsMs: dtsMs + payload.readIntBE(2, 3), key: beginsAnew(units), data, arrivalMs } }
  }
}
