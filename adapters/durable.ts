import { closeSync, fsyncSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A folder that somebody else keeps, or a file system that has nothing to sync, is none of ours. */
const notOurs = (error: unknown) => ['EACCES', 'EPERM', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')

/** 落名 — names made, moved or taken away in a folder outlive a power cut only once the folder itself is on disk. */
export function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r')
  try { fsyncSync(folder) } finally { closeSync(folder) }
}
/** A folder, and those above it that were missing, their names on disk: also where a life before this one ended between making and syncing. */
export function makeFolder(dir: string): void {
  const made = mkdirSync(dir, { recursive: true, mode: 0o700 }), top = dirname(made ?? dir)
  for (let folder = dirname(dir); ; folder = dirname(folder)) {
    try { syncFolder(folder) } catch (error) { if (made || !notOurs(error)) throw error }
    if (folder === top || folder === dirname(folder)) return
  }
}

/** 磁盘之病 — full, read-only, or failing: what may be over in a while. An error that comes out of another thread has lost its code. */
export function isOfTheDisk(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return /^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|ENOSPC|EDQUOT|EROFS|EIO)/.test(String(code))
    || /disk I\/O error|database or disk is full|readonly database|unable to open database file/.test(String(message))
}

const chunkBytes = 2 ** 20
const zeros = Buffer.alloc(chunkBytes)
/** 重写 — where a sync failed in a life before this one, the kernel calls those pages clean, shows them to whoever reads, and never writes them: a WAL
    that is merely found may be in memory alone. Written again as it stands and synced, it is on the disk, or this throws. By its one writer only. */
export function rewriteWal(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) return
  const file = openSync(path, 'r+'), bytes = Buffer.alloc(Math.min(size, chunkBytes))
  try {
    for (let at = 0, read; (read = readSync(file, bytes, 0, bytes.length, at)) > 0; at += read) {
      const some = bytes.subarray(0, read)
      if (!some.equals(zeros.subarray(0, read))) writeSync(file, some, 0, read, at)
    }
    fsyncSync(file)
  } finally { closeSync(file) }
}
