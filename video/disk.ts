import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** 落名 — names made, moved or taken away in a folder are durable once the folder is. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  try { await folder.sync() } finally { await folder.close() }
}
/** All of these bytes at that place, however many at a time the disk takes; a disk that takes none of them is full. */
export async function writeWhole(file: FileHandle, buffers: readonly Buffer[], at: number): Promise<void> {
  const left = buffers.filter(({ length }) => length > 0)
  for (let place = at; left.length > 0;) {
    const { bytesWritten } = await file.writev(left, place)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' })
    place += bytesWritten
    for (let rest = bytesWritten; rest > 0;) {
      const first = left[0]!
      if (first.length <= rest) left.shift()
      else left[0] = first.subarray(rest)
      rest -= Math.min(rest, first.length)
    }
  }
}
/** 落名 — under its own name, durably. */
export async function moved(from: string, to: string): Promise<void> {
  // Where the disk has gone meanwhile, nothing is made in the place where it was.
  if (dirname(from) !== dirname(to)) { await access(from); await makeFolder(dirname(to)) }
  await rename(from, to)
  await syncFolder(dirname(to))
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from))
}
/** A folder, the names of those above it that were missing durable too. */
export async function makeFolder(dir: string): Promise<void> {
  const made = await mkdir(dir, { recursive: true, mode: 0o700 })
  if (made) for (let folder = dirname(dir); folder.length >= dirname(made).length; folder = dirname(folder)) await syncFolder(folder)
}
/** SHA-256 of a file, hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
