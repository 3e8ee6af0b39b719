/** 镶嵌画 — a picture of flat cells: 4 × 4 pixels of one brightness, 8 × 8 of one colour. All its sizes are in cells of brightness; `width` and `height`
    are what is shown, the rest up to whole macroblocks is coded and cropped. */
export type Mosaic = { width: number; height: number; columns: number; rows: number; luma: Uint8Array; blue: Uint8Array; red: Uint8Array }

/** 格 — pixels along a cell; a macroblock has four cells along it. */
export const cellPixels = 4, cellsPerMacroblock = 4
const wholeMacroblocks = (cells: number) => Math.ceil(cells / cellsPerMacroblock) * cellsPerMacroblock

/** An empty one: black, without colour. Both sizes are even, since a colour has two cells each way. */
export function mosaic(width: number, height: number): Mosaic {
  const columns = wholeMacroblocks(width), rows = wholeMacroblocks(height), colours = columns * rows / 4
  return { width, height, columns, rows, luma: new Uint8Array(columns * rows).fill(16), blue: new Uint8Array(colours).fill(128), red: new Uint8Array(colours).fill(128) }
}
export const copyOf = (picture: Mosaic): Mosaic => ({ ...picture, luma: picture.luma.slice(), blue: picture.blue.slice(), red: picture.red.slice() })
