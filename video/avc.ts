import type { AvcConfig } from './sample.ts'
import { parseSps } from './sps.ts'

/** 单元种类 — of NAL units that anything here depends on. */
export const nalType = { idr: 5, sps: 7, pps: 8 } as const
const typeOf = (nal: Buffer) => nal[0]! & 0x1f

const mostParameterSets = 32

/** 参数集 — what a decoder is to be given before any picture, and how long the lengths before its NAL units are. */
export type ParameterSets = { sps: readonly Buffer[]; pps: readonly Buffer[]; lengthBytes: number }

/** 读 avcC — AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1), checked before anybody trusts its sizes. */
export function parseAvcC(avcC: Buffer): ParameterSets | { refused: string } {
  if (avcC.length < 7 || avcC.length > 65_536) return { refused: 'avcc-length' }
  if (avcC[0] !== 1) return { refused: 'avcc-version' }
  const lengthBytes = (avcC[4]! & 3) + 1
  if (lengthBytes === 3) return { refused: 'avcc-length-size' }
  let at = 6
  const take = (count: number, type: number): Buffer[] | undefined => {
    const sets: Buffer[] = []
    for (let i = 0; i < count; i++) {
      if (at + 2 > avcC.length) return undefined
      const length = avcC.readUInt16BE(at), set = avcC.subarray(at + 2, at + 2 + length)
      if (length === 0 || set.length < length || typeOf(set) !== type) return undefined
      sets.push(set)
      at += 2 + length
    }
    return sets
  }
  const sps = take(avcC[5]! & 0x1f, nalType.sps)
  if (!sps || at >= avcC.length) return { refused: 'avcc-sps' }
  const count = avcC[at++]!, pps = count <= mostParameterSets ? take(count, nalType.pps) : undefined
  if (!pps) return { refused: 'avcc-pps' }
  return sps.length === 0 || pps.length === 0 ? { refused: 'avcc-empty' } : { sps, pps, lengthBytes }
}

/** 验序列头 — what a source hands on as `config`: every SPS parsed, all of one size, lengths of 4 bytes; or why it is refused. */
export function avcConfig(avcC: Buffer): AvcConfig | { refused: string } {
  const sets = parseAvcC(avcC)
  if ('refused' in sets) return sets
  let size: { width: number; height: number } | undefined
  for (const nal of sets.sps) {
    const sps = parseSps(nal)
    if ('refused' in sps) return sps
    if (size && (size.width !== sps.width || size.height !== sps.height)) return { refused: 'avcc-sizes' }
    size = { width: sps.width, height: sps.height }
  }
  const whole = sets.lengthBytes === 4 ? Buffer.from(avcC) : Buffer.from(avcC).fill(avcC[4]! | 3, 4, 5)
  return { avcC: whole, ...size! }
}

/** 由参数集作 avcC — for sources that say their parameter sets bare (SDP, in-band). */
export function avcCOf(sps: readonly Buffer[], pps: readonly Buffer[]): Buffer {
  const sized = (sets: readonly Buffer[]) => sets.flatMap((set) => [Buffer.from([set.length >> 8, set.length & 0xff]), set])
  const [profile = 66, constraints = 0, level = 30] = sps[0]?.subarray(1, 4) ?? []
  const record = [Buffer.from([1, profile, constraints, level, 0xff, 0xe0 | sps.length]), ...sized(sps), Buffer.from([pps.length]), ...sized(pps)]
  // High profiles end with chroma and depths; 4:2:0 of 8 bits is said by nobody who means anything else, and decoders read the SPS.
  return Buffer.concat(record)
}

/** 拆单元 — the NAL units of a sample with lengths of `lengthBytes`; nothing where a length is not true. */
export function nalUnits(data: Buffer, lengthBytes = 4): Buffer[] | undefined {
  const units: Buffer[] = []
  for (let at = 0; at < data.length;) {
    if (at + lengthBytes > data.length) return undefined
    const length = data.readUIntBE(at, lengthBytes)
    if (length === 0 || at + lengthBytes + length > data.length) return undefined
    units.push(data.subarray(at + lengthBytes, at + lengthBytes + length))
    at += lengthBytes + length
  }
  return units.length > 0 ? units : undefined
}
/** 合单元 — the same with lengths of 4 bytes. */
export function lengthPrefixed(units: readonly Buffer[]): Buffer {
  return Buffer.concat(units.flatMap((unit) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(unit.length)
    return [length, unit]
  }))
}
/** Annex B: NAL units between start codes 00 00 01, zeros at their ends not theirs. */
export function fromAnnexB(bytes: Buffer): Buffer[] {
  const units: Buffer[] = []
  for (let start = bytes.indexOf('\0\0\x01', 0, 'latin1'); start >= 0;) {
    const next = bytes.indexOf('\0\0\x01', start + 3, 'latin1')
    let end = next < 0 ? bytes.length : next
    while (end > start + 3 && bytes[end - 1] === 0) end--
    if (end > start + 3) units.push(bytes.subarray(start + 3, end))
    start = next
  }
  return units
}
/** 关键 — whether decoding can begin with it: it has a slice of an IDR picture, whatever its container said. */
export const beginsAnew = (units: readonly Buffer[]): boolean => units.some((unit) => typeOf(unit) === nalType.idr)
/** 带内参数集 — those that a sample itself carries. */
export const carried = (units: readonly Buffer[]): { sps: Buffer[]; pps: Buffer[] } =>
  ({ sps: units.filter((unit) => typeOf(unit) === nalType.sps), pps: units.filter((unit) => typeOf(unit) === nalType.pps) })
