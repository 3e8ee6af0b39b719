import { crc32 } from 'node:zlib'

const signature = Buffer.from('89504e470d0a1a0a', 'hex'), headerBytes = 8 + 12 + 13
/** iTXt (PNG 1.2 §4.2.3): UTF-8, not compressed. */
function chunkOf(keyword: string, text: string): Buffer {
  const body = Buffer.concat([Buffer.from('iTXt'), Buffer.from(keyword, 'latin1'), Buffer.of(0, 0, 0, 0, 0), Buffer.from(text)])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}
/** 图中文字 — words that travel with a picture, behind its header; no pixel changes. */
export function withText(png: Buffer, texts: Readonly<Record<string, string>>): Buffer {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('not a PNG')
  return Buffer.concat([png.subarray(0, headerBytes), ...Object.entries(texts).map(([keyword, text]) => chunkOf(keyword, text)), png.subarray(headerBytes)])
}
