import type { Mosaic } from '../h264/encoder.ts'

/** 颜色 — brightness and two colour differences, BT.709 within 16…235. */
export type Colour = readonly [luma: number, blue: number, red: number]
export function colour(hex: string, light = 1): Colour {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) * light) as [number, number, number]
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return [Math.round(16 + y * 219 / 255), Math.round(128 + (b - y) / 1.8556 * 224 / 255), Math.round(128 + (r - y) / 1.5748 * 224 / 255)]
}

/** One cell; its colour where it is the first of the four that share one. */
function dot({ columns, rows, luma, blue, red }: Mosaic, x: number, y: number, [light, cb, cr]: Colour): void {
  if (x < 0 || y < 0 || x >= columns || y >= rows) return
  luma[y * columns + x] = light
  if ((x | y) & 1) return
  const at = (y >> 1) * (columns >> 1) + (x >> 1)
  blue[at] = cb
  red[at] = cr
}
export function box(picture: Mosaic, x: number, y: number, width: number, height: number, of: Colour): void {
  for (let row = Math.max(0, y); row < Math.min(picture.rows, y + height); row++) for (let column = Math.max(0, x); column < Math.min(picture.columns, x + width); column++) dot(picture, column, row, of)
}
/** A surface whose left and right edge move evenly from top to bottom: a counter seen from the front. */
export function slope(picture: Mosaic, y: number, height: number, top: readonly [number, number], bottom: readonly [number, number], of: Colour): void {
  for (let row = 0; row < height; row++) {
    const share = row / height, from = Math.round(top[0] + (bottom[0] - top[0]) * share), to = Math.round(top[1] + (bottom[1] - top[1]) * share)
    box(picture, from, y + row, to - from, 1, of)
  }
}
/** A disc, or as much of it as lies between two rows of it. */
export function disc(picture: Mosaic, x: number, y: number, across: number, down: number, of: Colour, from = -down, to = down): void {
  for (let row = Math.ceil(from); row <= to; row++) {
    const half = Math.round(across * Math.sqrt(Math.max(0, 1 - (row / (down + 0.5)) ** 2)))
    box(picture, x - half, y + row, 2 * half + 1, 1, of)
  }
}

/** 字形 — three by five, a row an octal digit. */
const glyphs: Readonly<Record<string, string>> = {
  0: '75557', 1: '26227', 2: '71747', 3: '71717', 4: '55711', 5: '74717', 6: '74757', 7: '71111', 8: '75757', 9: '75717', '-': '00700', ':': '02020', ' ': '00000',
  A: '75755', B: '65656', C: '74447', D: '65556', E: '74647', F: '74644', G: '74557', H: '55755', I: '72227', J: '11157', K: '55655', L: '44447', M: '57755', N: '65555', O: '75557', P: '75744',
  Q: '75571', R: '75655', S: '74717', T: '72222', U: '55557', V: '55552', W: '55775', X: '55255', Y: '55222', Z: '71247',
}
export const glyphCells = 4
/** 刻字 — what has no glyph leaves a blank. */
export function write(picture: Mosaic, x: number, y: number, text: string, of: Colour, size = 1): void {
  for (const [i, letter] of [...text].entries()) for (const [row, bits] of [...glyphs[letter] ?? '00000'].entries()) for (let column = 0; column < 3; column++)
    if (Number(bits) & (4 >> column)) box(picture, x + (i * glyphCells + column) * size, y + row * size, size, size, of)
}
