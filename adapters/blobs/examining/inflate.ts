import { constants, inflateSync } from 'node:zlib'

/** No stream of a document of this size unpacks to more in earnest; of one that is no picture, only so much is looked at. */
const outMost = 192 << 20, headMost = 16 << 20, tries = 24
export type Inflated = { head: Buffer; length: number; whole: boolean } | 'too-dense' | undefined

const isZlib = (bytes: Buffer, at: number) => at + 2 <= bytes.length && (bytes[at]! & 0x0f) === 8 && bytes[at]! >> 4 <= 7 && bytes.readUInt16BE(at) % 31 === 0
const attempt = (bytes: Buffer): Buffer | 'too-dense' | 'broken' => {
  try {
    // Cut off is not broken: readers take what comes out.
    return inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: outMost })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-dense' : 'broken'
  }
}

/** What unpacks from here on, to its own end; of something broken, as much as a patient reader would get out of it. */
export function inflated(bytes: Buffer, at: number): Inflated {
  if (!isZlib(bytes, at)) return undefined
  const rest = bytes.subarray(at)
  let out = attempt(rest)
  if (out === 'broken') {
    let good = 0, bad = rest.length
    for (let n = 0; n < tries && bad - good > 1; n++) {
      const middle = (good + bad) >> 1, got = attempt(rest.subarray(0, middle))
      if (got === 'broken') bad = middle
      else { good = middle; out = got }
    }
  }
  if (out === 'too-dense') return out
  return out === 'broken' || out.length === 0 ? undefined : { head: out.subarray(0, headMost), length: out.length, whole: out.length <= headMost }
}

/** Pairs of numbers stand at the head of a stream of objects, and comments may. */
const pairs = /^[\s\0]*(?:%[^\r\n]*[\r\n]+[\s\0]*)*[+-]?\d+[\s\0]+(?:%[^\r\n]*[\r\n]+[\s\0]*)*[+-]?[\d.]+(?:[\s\0]|$)/
/** One row after another as a predictor of PNG or TIFF would leave it, so far as a head is needed. */
function unpredicted(head: Buffer, columns: number, png: boolean): Buffer {
  const out: number[] = []
  const mark = png ? 1 : 0
  for (let row = 0; out.length < 24 && row * (columns + mark) < head.length; row++) {
    const from = row * (columns + mark), kind = png ? head[from]! : 1, start = out.length
    if (kind > 4) return Buffer.alloc(0)
    for (let i = 0; i < columns && from + i + mark < head.length && out.length < 24; i++) {
      const raw = head[from + i + mark]!, left = i > 0 ? out[start + i - 1]! : 0, up = row > 0 ? out[start + i - columns]! : 0
      const corner = row > 0 && i > 0 ? out[start + i - columns - 1]! : 0
      const p = left + up - corner, [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)]
      const guess = [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][kind]!
      out.push((raw + guess) & 0xff)
    }
  }
  return Buffer.from(out)
}
/** Whether objects may lie in it, be it by way of a predictor, which nobody uses for objects in earnest. */
export function looksLikeObjects(head: Buffer): 'objects' | 'predicted' | 'other' {
  if (pairs.test(head.subarray(0, 4096).toString('latin1'))) return 'objects'
  const strict = /^[\s\0]*\d+[\s\0]+\d+[\s\0]+[\x21-\x7e]/
  for (const png of [true, false]) for (const columns of [...Array.from({ length: 32 }, (_, n) => n + 1), 4096]) {
    const row = unpredicted(head, columns, png).toString('latin1')
    if (row.length > 8 && strict.test(row) && /^[\x20-\x7e\s\0]*$/.test(row)) return 'predicted'
  }
  return 'other'
}
