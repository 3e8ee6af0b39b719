import { mosaic, type Mosaic } from '../h264/encoder.ts'
import { box, colour, glyphCells, write } from './paint.ts'

/** 画面 — 768 × 432 pixels of whole macroblocks, the lowest row of which is the strip. */
export const emptyPicture = (): Mosaic => mosaic(192, 108)
/** Rows of cells above the strip. */
export const sceneRows = 104

const blocks = 48, payloadBits = 41, checkBits = 5
/** CRC-5, x⁵ + x² + 1, over the time from its highest bit on. */
export function checkOf(bits: readonly number[]): number[] {
  let rest = 0b1_1111
  for (const bit of bits) {
    const out = (rest >> 4) ^ bit
    rest = ((rest << 1) & 31) ^ (out ? 0b0_0101 : 0)
  }
  return Array.from({ length: checkBits }, (_, i) => (rest >> (checkBits - 1 - i)) & 1)
}
const bitsOf = (ms: number) => Array.from({ length: payloadBits }, (_, i) => Math.floor(ms / 2 ** (payloadBits - 1 - i)) % 2)

const white = [235, 128, 128] as const, black = [16, 128, 128] as const
/** 钟条 — the instant of the picture for machines: a white block and a black one, 41 bits of UTC milliseconds, 5 bits of check; one macroblock each. */
function strip(picture: Mosaic, ms: number): void {
  const time = bitsOf(ms)
  for (const [i, bit] of [1, 0, ...time, ...checkOf(time)].entries()) box(picture, i * picture.columns / blocks, sceneRows, picture.columns / blocks, 4, bit ? white : black)
}

const pale = colour('#e8edf0'), dark = colour('#10161b')
/** 走字 — the same for people, in the county's own time. */
export function burnClock(picture: Mosaic, ms: number, zoneOffsetMs: number): void {
  const text = new Date(ms + zoneOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
  box(picture, 2, sceneRows - 10, text.length * glyphCells + 3, 9, dark)
  write(picture, 4, sceneRows - 8, text, pale)
  strip(picture, ms)
}
