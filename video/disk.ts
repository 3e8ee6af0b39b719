import { open, type FileHandle } from 'node:fs/promises'

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
