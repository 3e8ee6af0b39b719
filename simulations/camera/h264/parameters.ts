import { Bits, unit } from './bits.ts'
import { cellPixels, type Mosaic } from './mosaic.ts'

/** 参数集 — Constrained Baseline: CAVLC, one slice a picture, one picture to look back to, no deblocking, pictures shown in the order in which they are coded. */
const profile = 66, constrained = 0b1100_0000
/** log2_max_frame_num; a picture counts up from the last key frame. */
export const frameNumberBits = 8
/** QP 28 and chroma 6 below it: see `macroblock.ts`. */
const quantiser = 28, chromaBelow = -6

/** Table A-1: the first level that has room for so many macroblocks in a picture; a rate of 30 pictures a second is within each. */
const levels = [[99, 11], [396, 20], [792, 21], [1620, 30], [3600, 31], [5120, 32], [8192, 40], [22_080, 50]] as const
function levelOf(macroblocks: number): number {
  const level = levels.find(([most]) => macroblocks <= most)
  if (!level) throw new Error(`no level for ${macroblocks} macroblocks`)
  return level[1]
}

function sequence({ width, height, columns, rows }: Mosaic): Buffer {
  const bits = new Bits().put(profile, 8).put(constrained, 8).put(levelOf(columns * rows / 16), 8)
  bits.unsigned(0).unsigned(frameNumberBits - 4)
  bits.unsigned(2) // pic_order_cnt_type: the order of decoding
  bits.unsigned(1).put(0, 1)
  bits.unsigned(columns / 4 - 1).unsigned(rows / 4 - 1).put(1, 1) // frames, not fields
  bits.put(1, 1) // direct_8x8_inference, of no consequence without B slices
  const right = (columns - width) * cellPixels / 2, bottom = (rows - height) * cellPixels / 2
  bits.put(1, 1).unsigned(0).unsigned(right).unsigned(0).unsigned(bottom)
  // VUI: how colours are meant (BT.709, 16…235), and that nothing is ever shown out of turn, so that a decoder need not wait.
  bits.put(1, 1).put(0, 2).put(1, 1).put(5, 3).put(0, 1).put(1, 1).put(1, 8).put(1, 8).put(1, 8)
  bits.put(0, 5) // chroma location, timing, both HRDs, structure of pictures
  bits.put(1, 1).put(1, 1).unsigned(0).unsigned(0).unsigned(10).unsigned(10).unsigned(0).unsigned(1)
  return unit(0x67, bits.end())
}

function picture(): Buffer {
  const bits = new Bits().unsigned(0).unsigned(0).put(0, 2).unsigned(0).unsigned(0).unsigned(0).put(0, 3)
  bits.signed(quantiser - 26).signed(0).signed(chromaBelow)
  bits.put(1, 1).put(0, 2) // deblocking is said per slice; intra may look at inter
  return unit(0x68, bits.end())
}

/** 解码配置 — AVCDecoderConfigurationRecord (ISO/IEC 14496-15) of pictures of this size. */
export function avcC(of: Mosaic): Buffer {
  const sps = sequence(of), pps = picture(), length = (nal: Buffer) => Buffer.from([nal.length >> 8, nal.length & 255])
  return Buffer.concat([Buffer.from([1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1]), length(sps), sps, Buffer.from([1]), length(pps), pps])
}
