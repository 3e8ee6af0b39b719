import sharp from 'sharp'

export type Examined = { bytes: Uint8Array; mediaType: string } | { refused: string }
const pixelsMost = 40_000_000, sideMost = 30_000, bytesMost = 20 << 20
/** Readers of the four kinds that are taken; whatever else the library could read stays shut. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Tiff'].map((kind) => `VipsForeignLoad${kind}Buffer`)
const taken: readonly string[] = ['jpeg', 'png', 'webp', 'tiff']

/** 重绘 — the picture drawn anew from its pixels: nothing of the file comes along, no metadata, no place where it was taken, no comment, no second file behind it. */
export const redrawn = (bytes: Uint8Array): Promise<Examined> => drawnAnew(bytes).catch(() => ({ refused: 'image-unreadable' }))

async function drawnAnew(bytes: Uint8Array): Promise<Examined> {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  const options = { limitInputPixels: pixelsMost, failOn: 'error', sequentialRead: true } as const
  const { width = 0, height = 0, pages = 1, format = '', hasAlpha } = await sharp(bytes, { ...options, limitInputPixels: false }).metadata()
  if (!taken.includes(format)) return { refused: 'image-unreadable' }
  // From what the header declares, before a pixel is decoded.
  if (width > sideMost || height > sideMost || width * height > pixelsMost) return { refused: 'too-many-pixels' }
  if (pages > 1) return { refused: 'more-than-one-page' }
  const drawn = () => sharp(bytes, options).rotate().toColourspace('srgb')
  if (format === 'png' || hasAlpha) {
    const png = await drawn().png({ compressionLevel: 6 }).toBuffer()
    if (png.length <= bytesMost) return { bytes: png, mediaType: 'image/png' }
  }
  const jpeg = await drawn().flatten({ background: '#fff' }).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer()
  return jpeg.length <= bytesMost ? { bytes: jpeg, mediaType: 'image/jpeg' } : { refused: 'too-many-pixels' }
}
