import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** 附件文件 — 'MJB1', the length of the head, the head (JSON), then frames of AES-256-GCM. Each file has a key of its own, which lies in the head under
    the key of the person and matter. A frame's nonce is its number and whether it is the last, so that none can be left out, moved or cut off. */
const magic = Buffer.from('MJB1')
const frameBytes = 1 << 16, tagBytes = 16, headMost = 1 << 14
type Head = { sealed: string; bytes: number }

const nonce = (index: number, last: boolean) => {
  const iv = Buffer.alloc(12)
  iv.writeUInt32BE(index, 4)
  iv[11] = last ? 1 : 0
  return iv
}
const framesOf = (bytes: number) => Math.max(1, Math.ceil(bytes / frameBytes))

/** What stands before the frames; it is bound into each of them. */
export function headOf(head: Head): Buffer {
  const json = Buffer.from(JSON.stringify(head)), length = Buffer.alloc(4)
  if (json.length > headMost) throw new Error(`a head of ${json.length} bytes`)
  length.writeUInt32BE(json.length)
  return Buffer.concat([magic, length, json])
}
export function readHead(file: Buffer): { head: Head; raw: Buffer } {
  const length = file.length < 8 || !file.subarray(0, 4).equals(magic) ? -1 : file.readUInt32BE(4)
  if (length < 2 || length > headMost || file.length < 8 + length) throw new DamagedBlob('it does not begin as a kept file does')
  return { head: JSON.parse(file.subarray(8, 8 + length).toString()) as Head, raw: file.subarray(0, 8 + length) }
}
/** As many bytes of a file as hold its head and its first frame, whatever they say. */
export const firstBytes = 8 + headMost + tagBytes + frameBytes

/** A frame at a time, so that no second copy of the whole is made. */
export function* sealedFrames(key: Buffer, raw: Buffer, plain: Uint8Array): Generator<Buffer> {
  const count = framesOf(plain.length)
  for (let index = 0; index < count; index++) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(index, index === count - 1)).setAAD(raw)
    const text = cipher.update(plain.subarray(index * frameBytes, (index + 1) * frameBytes))
    yield Buffer.concat([text, cipher.final(), cipher.getAuthTag()])
  }
}
function opened(key: Buffer, raw: Buffer, frame: Buffer, index: number, last: boolean): Buffer {
  const text = frame.subarray(0, -tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, last)).setAAD(raw).setAuthTag(frame.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(text), decipher.final()])
  } catch {
    throw new DamagedBlob(`frame ${index} is not what was written`)
  }
}
/** The plain bytes, or the first frame of them. */
export function openedFrames(key: Buffer, raw: Buffer, { bytes }: Head, file: Buffer, only: 'all' | 'first'): Buffer {
  const count = framesOf(bytes), body = file.subarray(raw.length), step = frameBytes + tagBytes
  if (only === 'all' && body.length !== bytes + count * tagBytes) throw new DamagedBlob('it is not as long as it says')
  if (only === 'first') return opened(key, raw, body.subarray(0, Math.min(step, bytes + tagBytes)), 0, count === 1)
  const plain = Buffer.allocUnsafe(bytes)
  for (let index = 0; index < count; index++) opened(key, raw, body.subarray(index * step, (index + 1) * step), index, index === count - 1).copy(plain, index * frameBytes)
  return plain
}
export const newKey = () => randomBytes(32)
export const blobOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** 附件损坏 — what lies on the disk is not what was put there. */
export class DamagedBlob extends Error {
  override name = 'DamagedBlob'
  constructor(why: string) { super(`附件文件损坏 / a kept file is damaged: ${why}`) }
}
