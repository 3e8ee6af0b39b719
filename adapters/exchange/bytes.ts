import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { isUtf8 } from 'node:buffer'
import { createGunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { ImportRefused } from './refused.ts'

/** 编码 of a source that is not UTF-8; what comes out of here always is. */
export type Encoding = 'utf-8' | 'gb18030' | 'windows-1252'
export type Source = { format: 'csv' | 'xes'; chunks: AsyncIterable<Buffer>; close(): void }
type Options = { onProgress?: (readBytes: number, totalBytes: number) => void; signal?: AbortSignal }

const chunkBytes = 64 * 1024

/** Opens by content, never by name: gzip by its first two bytes, XES by `<` as the first sign that is not blank. */
export async function openSource(file: string, encoding: Encoding, { onProgress, signal }: Options): Promise<Source> {
  const size = await sizeOf(file)
  const raw = createReadStream(file, { highWaterMark: chunkBytes })
  raw.once('error', () => {})
  const plain: Readable = await isGzip(file) ? raw.pipe(createGunzip({ chunkSize: chunkBytes })) : raw
  if (plain !== raw) raw.once('error', (error) => plain.destroy(error))
  const close = () => { raw.destroy(); plain.destroy() }
  const decoded = inUtf8(guarded(plain, file, () => { signal?.throwIfAborted(); onProgress?.(raw.bytesRead, size) }), file, encoding)
  const head: Buffer[] = []
  let first = ''
  try {
    while (first === '') {
      const { value, done } = await decoded.next()
      if (done) throw new ImportRefused('empty-file', { file }, { zh: '文件是空的。', en: 'The file is empty.' })
      head.push(value)
      first = value.toString('utf8').replace(/^\uFEFF/, '').trimStart().slice(0, 1)
    }
  } catch (error) { close(); throw error }
  const chunks = (async function* () { yield* head; yield* decoded })()
  return { format: first === '<' ? 'xes' : 'csv', chunks, close }
}

async function sizeOf(file: string) {
  try {
    const found = await stat(file)
    if (found.isDirectory()) throw new ImportRefused('is-a-directory', { file }, { zh: '这是一个文件夹，不是文件。', en: 'This is a folder, not a file.' })
    if (found.size === 0) throw new ImportRefused('empty-file', { file }, { zh: '文件是空的。', en: 'The file is empty.' })
    return found.size
  } catch (error) {
    if (error instanceof ImportRefused) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ImportRefused('no-such-file', { file }, { zh: '没有这个文件。', en: 'There is no such file.' })
    throw new ImportRefused('unreadable', { file }, { zh: `文件无法读取（${code}）。`, en: `The file cannot be read (${code}).` })
  }
}
async function isGzip(file: string) {
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
    } finally { await handle.close() }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ImportRefused('unreadable', { file }, { zh: `文件无法读取（${code}）。`, en: `The file cannot be read (${code}).` })
  }
}

async function* guarded(plain: Readable, file: string, onPiece: () => void): AsyncGenerator<Buffer> {
  try {
    for await (const piece of plain) {
      onPiece()
      yield piece as Buffer
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'Z_BUF_ERROR') throw new ImportRefused('truncated-gzip', { file },
      { zh: '压缩文件不完整，结尾缺失。', en: 'The gzip file is cut off: its end is missing.' })
    if (code?.startsWith('Z_')) throw new ImportRefused('broken-gzip', { file }, { zh: '压缩文件已损坏。', en: 'The gzip file is damaged.' })
    throw error
  }
}

/** UTF-8 in whole characters. Counts lines, so that a wrong byte can be found in an editor. */
export async function* inUtf8(pieces: AsyncIterable<Buffer>, file: string, encoding: Encoding): AsyncGenerator<Buffer, undefined> {
  let line = 1, offset = 0, left: Buffer = Buffer.alloc(0)
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding, { fatal: true })
  const wrong = (bytes: Buffer, at: number) => notEncoded(file, encoding, line + newlines(bytes.subarray(0, at)), offset + at)
  for await (const piece of pieces) {
    if (decoder) {
      let text
      try { text = decoder.decode(piece, { stream: true }) } catch { throw wrong(piece, 0) }
      if (text) yield Buffer.from(text)
      line += newlines(piece); offset += piece.length
      continue
    }
    const bytes: Buffer = left.length > 0 ? Buffer.concat([left, piece]) : piece
    const whole = bytes.subarray(0, bytes.length - unfinished(bytes))
    if (!isUtf8(whole)) throw wrong(whole, firstWrong(whole))
    left = bytes.subarray(whole.length)
    if (whole.length > 0) yield whole
    line += newlines(whole); offset += whole.length
  }
  if (left.length > 0) throw wrong(left, 0)
  if (decoder) {
    let text
    try { text = decoder.decode() } catch { throw wrong(left, 0) }
    if (text) yield Buffer.from(text)
  }
}

const notEncoded = (file: string, encoding: Encoding, line: number, at: number) => new ImportRefused('wrong-encoding', { file, line, rule: encoding },
  encoding === 'utf-8'
    ? { zh: `第 ${line} 行（第 ${at} 字节）不是 UTF-8。请另存为 UTF-8，或在映射方案中写 "encoding": "gb18030"。`,
        en: `Line ${line} (byte ${at}) is not UTF-8. Save the file as UTF-8, or write "encoding": "gb18030" in the profile.` }
    : { zh: `第 ${line} 行起（第 ${at} 字节之后）不是 ${encoding}，请检查映射方案中的 encoding。`,
        en: `From line ${line} on (after byte ${at}) this is not ${encoding}; check encoding in the profile.` })

const newlines = (bytes: Buffer) => {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}
/** Bytes at the end that begin a character of which the rest is still to come. */
const unfinished = (bytes: Buffer) => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}
const firstWrong = (bytes: Buffer) => {
  let good = 0, bad = bytes.length + 1
  // The longest right beginning, by halves: a beginning that ends within a character is right as far as it goes.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, middle - unfinished(part)))) good = middle
    else bad = middle
  }
  return good - unfinished(bytes.subarray(0, good))
}
