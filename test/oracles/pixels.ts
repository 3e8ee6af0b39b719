import type { Mosaic, Picture } from '../../simulations/camera/h264/encoder.ts'

/** Every pixel of a picture of cells as a decoder puts it out: Y, then Cb, then Cr, cropped. */
export function pixelsOf({ width, height, columns, luma, blue, red }: Mosaic): Buffer {
  const plane = (cells: Uint8Array, across: number, wide: number, high: number) =>
    Buffer.from(Array.from({ length: wide * high }, (_, i) => cells[Math.floor(Math.floor(i / wide) / 4) * across + Math.floor((i % wide) / 4)]!))
  return Buffer.concat([plane(luma, columns, width * 4, height * 4), plane(blue, columns / 2, width * 2, height * 2), plane(red, columns / 2, width * 2, height * 2)])
}

const startCode = Buffer.from([0, 0, 0, 1])
/** Annex B from what a container would hold: parameter sets out of avcC, start codes for lengths. */
export function annexB(config: Buffer, pictures: readonly Picture[]): Buffer {
  const sps = config.subarray(8, 8 + config.readUInt16BE(6)), rest = config.subarray(8 + sps.length), pps = rest.subarray(3, 3 + rest.readUInt16BE(1))
  return Buffer.concat(pictures.flatMap(({ data, key }) => [...(key ? [startCode, sps, startCode, pps] : []), startCode, data.subarray(4)]))
}
