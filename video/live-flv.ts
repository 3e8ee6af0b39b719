import type { AvcConfig, Sample } from './sample.ts'

/** What the 24 bits of a tag's size and of its composition time can say. */
const mostBytes = 2 ** 24 - 64, mostShiftMs = 2 ** 23 - 1
export const fitsTag = ({ dtsMs, ptsMs, data }: Sample): boolean => data.length <= mostBytes && Math.abs(ptsMs - dtsMs) <= mostShiftMs

const videoTag = 9, tagHead = 11, videoHead = 5, sizeAfter = 4

/** FLV 头 — pictures only. */
export const flvHead = Buffer.from([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0])

function tag(timestampMs: number, frameAndCodec: number, packet: number, compositionMs: number, data: Buffer): Buffer {
  const size = videoHead + data.length, out = Buffer.allocUnsafe(tagHead + size + sizeAfter), time = timestampMs >>> 0
  out[0] = videoTag
  out.writeUIntBE(size, 1, 3)
  out.writeUIntBE(time & 0xffffff, 4, 3)
  out[7] = time >>> 24
  out.writeUIntBE(0, 8, 3)
  out[11] = frameAndCodec
  out[12] = packet
  out.writeIntBE(compositionMs, 13, 3)
  data.copy(out, tagHead + videoHead)
  out.writeUInt32BE(tagHead + size, tagHead + size)
  return out
}
export const flvSequence = ({ avcC }: AvcConfig): Buffer => tag(0, 0x17, 0, 0, avcC)
/** `firstMs`: of the run's first picture, from which a viewer's time is counted. */
export const flvPicture = ({ dtsMs, ptsMs, key, data }: Sample, firstMs: number): Buffer => tag(dtsMs - firstMs, key ? 0x17 : 0x27, 1, Math.round(ptsMs - dtsMs), data)
