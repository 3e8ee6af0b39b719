import type { Mosaic } from './mosaic.ts'

/** 宏块 — four by four cells, predicted as their neighbours' mean (8.3.3.3, 8.3.4) and corrected by DC levels alone.
    At the quantiser that `parameters.ts` sets, LevelScale and the shifts of 8.5.10 and 8.5.11 multiply by exactly 64, which the 6 bits of 8.5.12 take away again:
    what is added to a cell *is* the Hadamard sum of the levels, so that this file needs no other arithmetic. */
export type Levels = { luma: readonly number[]; blue: readonly number[]; red: readonly number[] }

const zigzag = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15]
const clipped = (value: number) => value < 0 ? 0 : value > 255 ? 255 : value

/** Rows, then columns, of the 4 × 4 Hadamard matrix of 8.5.10; its own inverse, but for a sixteenth. */
function hadamard4(of: readonly number[]): number[] {
  const out = [...of]
  for (const [step, next] of [[1, 4], [4, 1]] as const) for (let line = 0; line < 4; line++) {
    const at = line * next, [a, b, c, d] = [out[at]!, out[at + step]!, out[at + 2 * step]!, out[at + 3 * step]!]
    out[at] = a + b + c + d
    out[at + step] = a + b - c - d
    out[at + 2 * step] = a - b - c + d
    out[at + 3 * step] = a - b + c - d
  }
  return out
}
const hadamard2 = ([a, b, c, d]: readonly number[]) => [a! + b! + c! + d!, a! - b! + c! - d!, a! + b! - c! - d!, a! - b! - c! + d!]
const nearest = (value: number) => Math.sign(value) * Math.round(Math.abs(value))

/** What the cells next to this side of a block sum up to, four cells or two; nothing beyond the picture. */
function side(plane: Uint8Array, from: number, step: number, cells: number, there: boolean): number | undefined {
  if (!there) return undefined
  let sum = 0
  for (let i = 0; i < cells; i++) sum += plane[from + i * step]!
  return sum
}
const mean = (sums: readonly (number | undefined)[], cellsEach: number) => {
  const known = sums.filter((sum) => sum !== undefined), cells = known.length * cellsEach
  return cells === 0 ? 128 : Math.floor((known.reduce((all, sum) => all + sum, 0) + cells / 2) / cells)
}

function codeLuma(source: Mosaic, drawn: Mosaic, x: number, y: number): number[] {
  const { columns } = source, at = y * columns + x
  const predicted = mean([side(drawn.luma, at - columns, 1, 4, y > 0), side(drawn.luma, at - 1, columns, 4, x > 0)], 4)
  const cells = Array.from({ length: 16 }, (_, i) => at + (i >> 2) * columns + (i & 3))
  const levels = hadamard4(cells.map((cell) => source.luma[cell]! - predicted)).map((sum) => nearest(sum / 16))
  hadamard4(levels).forEach((residual, i) => { drawn.luma[cells[i]!] = clipped(predicted + residual) })
  return zigzag.map((i) => levels[i]!)
}

/** Each of the four is predicted by itself: those on the diagonal from both sides, the others from the side that is nearer, if it is there (8.3.4.1 – 8.3.4.3). */
function codeChroma(source: Uint8Array, drawn: Uint8Array, columns: number, x: number, y: number): number[] {
  const at = y * columns + x, cells = [at, at + 1, at + columns, at + columns + 1]
  const above = [0, 1].map((i) => side(drawn, at - columns + i, 1, 1, y > 0)), left = [0, 1].map((i) => side(drawn, at - 1 + i * columns, 1, 1, x > 0))
  const predicted = [mean([above[0], left[0]], 1), mean([above[1] ?? left[0]], 1), mean([left[1] ?? above[0]], 1), mean([above[1], left[1]], 1)]
  const levels = hadamard2(cells.map((cell, i) => source[cell]! - predicted[i]!)).map((sum) => nearest(sum / 4))
  hadamard2(levels).forEach((residual, i) => { drawn[cells[i]!] = clipped(predicted[i]! + residual) })
  return levels
}

/** Whether a macroblock is drawn anew: whether what is to be seen there is another. Column and row are in cells. */
export function changed(source: Mosaic, before: Mosaic, x: number, y: number): boolean {
  const { columns } = source, at = y * columns + x, half = columns / 2, chroma = (y / 2) * half + x / 2
  for (let row = 0; row < 4; row++) for (let i = at + row * columns, end = i + 4; i < end; i++) if (source.luma[i] !== before.luma[i]) return true
  for (let row = 0; row < 2; row++) for (let i = chroma + row * half, end = i + 2; i < end; i++)
    if (source.blue[i] !== before.blue[i] || source.red[i] !== before.red[i]) return true
  return false
}

/** Levels in the order in which they are coded; what a decoder will draw from them is drawn at once, since the next macroblock is predicted from it. */
export function coded(source: Mosaic, drawn: Mosaic, x: number, y: number): Levels {
  const half = source.columns / 2
  return { luma: codeLuma(source, drawn, x, y), blue: codeChroma(source.blue, drawn.blue, half, x / 2, y / 2), red: codeChroma(source.red, drawn.red, half, x / 2, y / 2) }
}
