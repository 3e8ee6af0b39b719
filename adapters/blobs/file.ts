import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Arrival, Blobs, Keys } from '../../domain/kernel/ports.ts'
import { isSealed, type Sealed } from '../../domain/kernel/values.ts'
import { blobOf, DamagedBlob, firstBytes, headOf, newKey, openedFrames, readHead, sealedFrames } from './frames.ts'

const absent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'
async function syncFolder(path: string) {
  const folder = await open(path, 'r')
  try { await folder.sync() } finally { await folder.close() }
}
/** Folders that were not there yet are durable with what will lie in them. */
async function makeFolder(path: string) {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

type Writing = (dir: string, path: string, parts: Iterable<Buffer>) => Promise<void>
/** Beside, synced, moved into its place: what stands under its name is whole and does not change any more. */
const writeWhole: Writing = async (dir, path, parts) => {
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
async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes), 0, firstBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally { await file.close() }
}

/** 附件库 — `xx/<person>/<matter>/<bytes>`, each a keyed word that only this house can make, so that a matter can be removed without a list of what it has. */
export function fileBlobs(dir: string, keys: Keys, { readOnly = false }: { readOnly?: boolean } = {}): Blobs {
  if (!readOnly) {
    for (const name of ['', 'new', 'arrived']) mkdirSync(join(dir, name), { recursive: true, mode: 0o700 })
    // What was being written when the house stopped was never answered for.
    for (const name of readdirSync(join(dir, 'new'))) rmSync(join(dir, 'new', name), { force: true })
  }
  const wordOf = async (...of: string[]) => Buffer.from(await keys.blind('blob', JSON.stringify(of)), 'base64url').toString('hex').slice(0, 40)
  const folderOf = async (subject: string, matter?: string) => {
    const person = await wordOf(subject)
    return join(dir, person.slice(0, 2), person, ...(matter === undefined ? [] : [await wordOf(subject, matter)]))
  }
  const pathOf = async (subject: string, matter: string, blob: string) => join(await folderOf(subject, matter), await wordOf(subject, matter, blob))
  const arrivalPath = async ({ subject, matter, blob }: Arrival) => join(dir, 'arrived', await wordOf('arrived', subject, matter, blob))

  async function opened(subject: string, matter: string, blob: string, only: 'all' | 'first'): Promise<{ plain: Buffer; bytes: number } | undefined> {
    const path = await pathOf(subject, matter, blob)
    const file = await (only === 'all' ? readFile(path) : beginningOf(path)).catch((error: unknown) => { if (absent(error)) return undefined; throw error })
    if (!file) return undefined
    const { head, raw } = readHead(file), key = await keys.open({ subject, matter, sealed: head.sealed })
    if (key === undefined) return undefined
    const plain = openedFrames(Buffer.from(key, 'hex'), raw, head, file, only)
    if (only === 'all' && blobOf(plain) !== blob) throw new DamagedBlob('its bytes have another hash')
    return { plain, bytes: head.bytes }
  }
  const whole = async (subject: string, matter: string, blob: string) => (await opened(subject, matter, blob, 'all'))?.plain
  async function* notes(): AsyncGenerator<{ path: string; sealed: Sealed }> {
    for (const name of await readdir(join(dir, 'arrived')).catch(() => [])) {
      const path = join(dir, 'arrived', name), sealed: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'))
      if (isSealed(sealed)) yield { path, sealed }
    }
  }

  return {
    async put(subject, matter, bytes) {
      const blob = blobOf(bytes), path = await pathOf(subject, matter, blob)
      // What lies there damaged is written anew.
      const there = await whole(subject, matter, blob).catch(() => undefined)
      if (there) return { blob, bytes: bytes.length }
      const key = newKey(), { sealed } = await keys.seal(subject, matter, key.toString('hex')), raw = headOf({ sealed, bytes: bytes.length })
      await writeWhole(dir, path, (function* () { yield raw; yield* sealedFrames(key, raw, bytes) })())
      return { blob, bytes: bytes.length }
    },
    open: whole,
    async look(subject, matter, blob) {
      const found = await opened(subject, matter, blob, 'first')
      return found && { bytes: found.bytes, head: found.plain }
    },
    async taken(subject, matter) {
      const folder = await folderOf(subject, matter), names = await readdir(folder).catch(() => [])
      let bytes = 0
      for (const name of names) bytes += (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size
      return { count: names.length, bytes }
    },
    async remove(subject, matter, blob) {
      const path = await pathOf(subject, matter, blob)
      await rm(path, { force: true })
      await syncFolder(dirname(path)).catch((error: unknown) => { if (!absent(error)) throw error })
    },
    async forget(subject, matter) {
      const folder = await folderOf(subject, matter)
      await rm(folder, { recursive: true, force: true })
      await syncFolder(dirname(folder)).catch((error: unknown) => { if (!absent(error)) throw error })
      for await (const { path, sealed } of notes()) if (sealed.subject === subject && (matter === undefined || sealed.matter === matter)) await rm(path, { force: true })
    },
    async free() {
      const { bavail, bsize } = await statfs(dir)
      return bavail * bsize
    },
    async note(arrival) {
      const sealed = await keys.seal(arrival.subject, arrival.matter, JSON.stringify(arrival))
      await writeWhole(dir, await arrivalPath(arrival), [Buffer.from(JSON.stringify(sealed))])
    },
    async arrivals() {
      const found: Arrival[] = []
      for await (const { sealed } of notes()) {
        const plain = await keys.open(sealed)
        if (plain !== undefined) found.push(JSON.parse(plain) as Arrival)
      }
      return found.sort((a, b) => a.at < b.at ? -1 : 1)
    },
    async settle(arrival) { await rm(await arrivalPath(arrival), { force: true }) },
    async close() {},
  }
}
