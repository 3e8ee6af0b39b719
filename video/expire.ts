import { open, readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Amiss, Audit } from './channel.ts'
import { hashOf, syncFolder } from './disk.ts'
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

/** 盘点 — of segments that are said to be there: which are missing; looked at closely, which are not as long as they were, or not what they were where a hash is said.
    Nothing where the store is not there, before or after: what cannot be looked at is not missing. */
export async function audited(store: FootageStore, camera: string, { closely, segments }: Pick<Audit, 'closely' | 'segments'>): Promise<Amiss[] | undefined> {
  if (!await store.present()) return undefined
  const amiss: Amiss[] = [], names = new Map<string, Promise<ReadonlySet<string>>>()
  for (const { seq, file, bytes, sha256 } of segments) {
    const path = join(store.dir, file), folder = dirname(path), there = names.get(folder) ?? namesIn(folder)
    names.set(folder, there)
    if (!isSegmentOf(camera, seq, file) || !(await there).has(basename(file))) amiss.push({ seq, what: 'missing' })
    else if (closely && !await isAsTold(path, bytes, sha256)) amiss.push({ seq, what: 'altered' })
  }
  return await store.present() ? amiss : undefined
}
const namesIn = (folder: string): Promise<ReadonlySet<string>> => readdir(folder).then((all) => new Set(all), (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return new Set()
  throw error
})
async function isAsTold(path: string, bytes: number, sha256: string | undefined): Promise<boolean> {
  try {
    return (await stat(path)).size === bytes && (sha256 === undefined ? await opens(path) : await hashOf(path) === sha256)
  } catch { return false }
}
const opens = (path: string) => open(path, 'r').then((file) => file.close()).then(() => true)
