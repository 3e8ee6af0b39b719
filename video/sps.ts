import { bitsOf, type Bits } from './bits.ts'

/** 序列参数 — as far as the house needs them. */
export type Sps = { profile: number; constraints: number; level: number; width: number; height: number }

const longestSide = 8192, mostMacroblocks = 139_264 // level 6.2
const withChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
const known = new Set([66, 77, 88, ...withChroma])

/** 读序列参数 — a NAL unit of type 7 (ISO/IEC 14496-10, 7.3.2.1.1), or why it is none that can be trusted. */
export function parseSps(nal: Buffer): Sps | { refused: string } {
  if (nal.length < 4 || nal.length > 4096) return { refused: 'sps-length' }
  if ((nal[0]! & 0x80) !== 0 || (nal[0]! & 0x1f) !== 7) return { refused: 'not-an-sps' }
  const bits = bitsOf(nal.subarray(1))
  const profile = bits.bits(8), constraints = bits.bits(8), level = bits.bits(8)
  if (!known.has(profile)) return { refused: 'sps-profile' }
  if (bits.ue() > 31) return { refused: 'sps-id' }
  const chroma = withChroma.has(profile) ? chromaOf(bits) : { format: 1 }
  if ('refused' in chroma) return chroma
  if (bits.ue() > 12) return { refused: 'sps-frame-num' }
  if (!skipOrder(bits)) return { refused: 'sps-order' }
  if (bits.ue() > 16) return { refused: 'sps-references' }
  bits.bit()
  const across = bits.ue() + 1, units = bits.ue() + 1, frames = bits.bit()
  if (frames === 0) bits.bit()
  bits.bit()
  const down = units * (2 - frames), crop = bits.bit() === 1 ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  if (across * 16 > longestSide || down * 16 > longestSide || across * down > mostMacroblocks) return { refused: 'sps-size' }
  const cropX = chroma.format === 1 || chroma.format === 2 ? 2 : 1, cropY = (chroma.format === 1 ? 2 : 1) * (2 - frames)
  const width = across * 16 - (crop[0]! + crop[1]!) * cropX, height = down * 16 - (crop[2]! + crop[3]!) * cropY
  if (!(width >= 16 && height >= 16)) return { refused: 'sps-size' }
  return bits.over() ? { refused: 'sps-short' } : { profile, constraints, level, width, height }
}

function chromaOf(bits: Bits): { format: number } | { refused: string } {
  const format = bits.ue()
  if (format > 3) return { refused: 'sps-chroma' }
  if (format === 3) bits.bit()
  if (bits.ue() > 6 || bits.ue() > 6) return { refused: 'sps-depth' }
  bits.bit()
  if (bits.bit() === 1) {
    for (let list = 0; list < (format === 3 ? 12 : 8); list++) if (bits.bit() === 1) skipScaling(bits, list < 6 ? 16 : 64)
  }
  return { format }
}
function skipScaling(bits: Bits, size: number): void {
  for (let i = 0, last = 8, next = 8; i < size && next !== 0; i++) {
    next = (last + bits.se() + 256) % 256
    if (next !== 0) last = next
  }
}
/** Picture order count; false where it is none of the three kinds. */
function skipOrder(bits: Bits): boolean {
  const kind = bits.ue()
  if (kind === 0) return bits.ue() <= 12
  if (kind !== 1) return kind === 2
  bits.bit()
  bits.se()
  bits.se()
  const cycle = bits.ue()
  if (cycle > 255) return false
  for (let i = 0; i < cycle; i++) bits.se()
  return true
}
