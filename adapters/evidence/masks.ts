import sharp from 'sharp'

/** 遮挡 — a polygon in shares of the picture. */
export type Mask = readonly (readonly [number, number])[]
const most = 40_000_000

/** Opaque to the pixel: what is under it cannot be guessed from a soft edge. */
const drawn = (masks: readonly Mask[], width: number, height: number) => Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" shape-rendering="crispEdges">${masks.map((mask) =>
    `<polygon fill="#000" stroke="#000" stroke-width="2" points="${mask.map(([x, y]) => `${(x * width).toFixed(2)},${(y * height).toFixed(2)}`).join(' ')}"/>`).join('')}</svg>`)

/** 遮挡层 of a picture's size, to be laid over others of it. */
export async function maskLayer(masks: readonly Mask[], picture: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(picture, { limitInputPixels: most }).metadata()
  return sharp(drawn(masks, width, height)).png().toBuffer()
}
/** 遮挡烧入 — as PNG, without anything that came with the picture. */
export async function masked(picture: Buffer, masks: readonly Mask[]): Promise<Buffer> {
  const image = sharp(picture, { limitInputPixels: most }), { width, height } = await image.metadata()
  return image.removeAlpha().composite(masks.length > 0 ? [{ input: drawn(masks, width, height) }] : []).png().toBuffer()
}
