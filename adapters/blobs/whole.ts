import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const absent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'
export async function syncFolder(path: string) {
  const folder = await open(path, 'r')
  try { await folder.sync() } finally { await folder.close() }
}
/** Folders that were not there yet are durable with what will lie in them. */
async function makeFolder(path: string) {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Beside, synced, moved into its place: what stands under its name is whole and does not change any more. */
export async function writeWhole(dir: string, path: string, parts: Iterable<Buffer>): Promise<void> {
  const fresh = join(dir, 'new', randomBytes(12).toString('hex')), file = await open(fresh, 'wx', 0o600)
  try {
    for (const part of parts) await file.writeFile(part)
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(fresh, { force: true })
    throw error
  }
  await file.close()
  await makeFolder(dirname(path))
  await rename(fresh, path)
  await syncFolder(dirname(path))
}
