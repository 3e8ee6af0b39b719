import type { Mosaic } from '../../simulations/camera/h264/encoder.ts'

/** Every pixel of a picture of cells as a decoder puts it out: Y, then Cb, then Cr, cropped. */
export function pixelsOf({ width, height, columns, luma, blue, red }: Mosaic): Buffer {
  const plane = (cells: Uint8Array, across: number, wide: number, high: number) =>
    Buffer.from(Array.from({ length: wide * high }, (_, i) => cells[Math.floor(Math.floor(i / wide) / 4) * across + Math.floor((i % wide) / 4)]!))
  return Buffer.concat([plane(luma, columns, width * 4, height * 4), plane(blue, columns / 2, width * 2, height * 2), plane(red, columns / 2, width * 2, height * 2)])
}
