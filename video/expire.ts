import { open, readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from './disk.ts'
import type { Discrepancy } from './recovery.ts'
import { isSegmentOf } from './segments.ts'
import type { FootageStore } from './store.ts'

/** 销毁 — segments whose time is up are unlinked, and the folders that held them made durable, before anybody is told. Answers the seqs that are gone: on a store that is not
    the right one, or for a name that is no segment of this camera, none. */
export async function expired(store: FootageStore, camera: string, segments: readonly { seq: number; file: string }[]): Promise<number[]> {
  if (!await store.present()) return []
  const gone: number[] = [], folders = new Set<string>()
  for (const { seq, file } of segments) {
    if (!isSegmentOf(camera, seq, file)) continue
    const path = join(store.dir, file)
    try {
      await unlink(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') continue
    }
    folders.add(dirname(path))
    gone.push(seq)
  }
  for (const folder of folders) await settled(folder, join(store.dir, camera))
  return gone
}
/** The folder on disk as it now is; an empty one goes, and those above it, up to the camera's own. */
async function settled(folder: string, camera: string): Promise<void> {
  try {
    await syncFolder(folder)
    for (let empty = folder; empty !== camera && (await readdir(empty)).length === 0; empty = dirname(empty)) {
      await rmdir(empty)
      await syncFolder(dirname(empty))
    }
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** 盘点 — of segments that are said to be there: which are missing, and which are not as long as they were. */
export async function audited(store: FootageStore, camera: string, segments: readonly { file: string; bytes: number }[]): Promise<Discrepancy[]> {
  const found: Discrepancy[] = []
  for (const { file, bytes } of segments) {
    const seen = await stat(join(store.dir, file)).catch(() => undefined)
    if (!seen) found.push({ camera, file, what: 'missing' })
    else if (seen.size !== bytes || !await opens(join(store.dir, file))) found.push({ camera, file, what: 'altered' })
  }
  return found
}
const opens = (path: string) => open(path, 'r').then((file) => file.close()).then(() => true, () => false)
