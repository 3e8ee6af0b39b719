import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import type { Part } from './manifest.ts'

/** 包内件 — its bytes, or the file that holds them. */
export type Entry = Part & ({ content: Buffer } | { path: string })
export type Packed = { name: string; madeMs: number; entries: readonly Entry[] }
const readBytes = 1 << 20

async function put(tar: Pack, { name: top, madeMs }: Packed, entry: Entry) {
  const mtime = new Date(Math.floor(madeMs / 1000) * 1000)
  const header = { name: `${top}/${entry.name}`, size: entry.bytes, mtime, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', type: 'file' as const }
  if ('content' in entry) {
    await new Promise<void>((resolve, reject) => tar.entry(header, entry.content, (error) => error ? reject(error) : resolve()))
    return
  }
  const into = tar.entry(header), hash = createHash('sha256')
  // What was hashed before it was signed is hashed again as it leaves: a file exchanged in between cuts the stream short.
  await pipeline(createReadStream(entry.path, { highWaterMark: readBytes }), async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) { hash.update(chunk); yield chunk }
    if (hash.digest('hex') !== entry.sha256) throw new Error(`${entry.name} is not what was signed`)
  }, into)
}

/** 打包 — the same entries always make the same bytes: a fixed order, one time, nobody's name. */
export function tarOf(packed: Packed): Readable {
  const tar = pack({ highWaterMark: readBytes })
  const all = async () => { for (const entry of packed.entries) await put(tar, packed, entry); tar.finalize() }
  all().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))))
  return Readable.from(tar, { objectMode: false })
}

export async function hashOf(chunks: AsyncIterable<Buffer>): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) { hash.update(chunk); bytes += chunk.length }
  return { sha256: hash.digest('hex'), bytes }
}
export const fileHash = (path: string) => hashOf(createReadStream(path, { highWaterMark: readBytes }))
