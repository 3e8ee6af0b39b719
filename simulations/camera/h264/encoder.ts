import { Bits, unit } from './bits.ts'
import { chroma, luma, putCoefficients } from './coefficients.ts'
import { changed, coded, type Levels } from './macroblock.ts'
import { cellsPerMacroblock, copyOf, mosaic, type Mosaic } from './mosaic.ts'
import { frameNumberBits } from './parameters.ts'

export { avcC } from './parameters.ts'
export { copyOf, mosaic, type Mosaic } from './mosaic.ts'

/** 编码画面 — `data`: one access unit, its length in front in four bytes; `drawn`: what every decoder shows; `meant`: what it was made of. */
export type Picture = { data: Buffer; key: boolean; number: number; meant: Mosaic; drawn: Mosaic }

/** Slice header (7.3.3): I where there is nothing before, otherwise P. */
function begin(before: Picture | undefined, number: number, keys: number): Bits {
  const bits = new Bits().unsigned(0).unsigned(before ? 5 : 7).unsigned(0).put(number, frameNumberBits)
  if (before) bits.put(0, 3) // references as they are, marked as they come
  else bits.unsigned(keys & 1).put(0, 2)
  return bits.signed(0).unsigned(1)
}

const anything = (levels: readonly number[]) => levels.some((level) => level !== 0)
/** Intra_16x16 by the mean of its neighbours, without AC; in a P slice its types come after five others (tables 7-11 and 7-13). */
function putMacroblock(bits: Bits, levels: Levels, inP: boolean): void {
  const colour = anything(levels.blue) || anything(levels.red)
  bits.unsigned((inP ? 5 : 0) + (colour ? 7 : 3)).unsigned(0).signed(0)
  putCoefficients(bits, levels.luma, luma)
  if (!colour) return
  putCoefficients(bits, levels.blue, chroma)
  putCoefficients(bits, levels.red, chroma)
}

/** 编码 — one picture; after another of the same size only what differs from it, otherwise a key frame. `keys` counts those: two that follow each other must differ in it. */
export function encoded(meant: Mosaic, before: Picture | undefined, keys = 0): Picture {
  const drawn = before ? copyOf(before.drawn) : mosaic(meant.width, meant.height)
  const number = before ? (before.number + 1) & ((1 << frameNumberBits) - 1) : 0
  const bits = begin(before, number, keys)
  let skipped = 0
  for (let y = 0; y < meant.rows; y += cellsPerMacroblock) for (let x = 0; x < meant.columns; x += cellsPerMacroblock) {
    if (before && !changed(meant, before.meant, x, y)) { skipped++; continue }
    if (before) { bits.unsigned(skipped); skipped = 0 }
    putMacroblock(bits, coded(meant, drawn, x, y), before !== undefined)
  }
  if (skipped > 0) bits.unsigned(skipped)
  const nal = unit(before ? 0x61 : 0x65, bits.end()), length = Buffer.alloc(4)
  length.writeUInt32BE(nal.length)
  return { data: Buffer.concat([length, nal]), key: !before, number, meant: copyOf(meant), drawn }
}
