import { readdirSync, rmSync } from 'node:fs'
import { open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blobs, Keys } from '../../domain/kernel/ports.ts'
import { makeFolder as makeDurably } from '../durable.ts'
import { blobOf, DamagedBlob, firstBytes, headOf, newKey, openedFrames, readHead, sealedFrames } from './frames.ts'
import { notesIn } from './notes.ts'
import { absent, syncFolder, writeWhole } from './whole.ts'

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes), 0, firstBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally { await file.close() }
}

/** 所在 — by keyed words that this house alone can make. */
function placesIn(dir: string, keys: Keys) {
  const wordOf = async (...of: string[]) => Buffer.from(await keys.blind('blob', JSON.stringify(of)), 'base64url').toString('hex').slice(0, 40)
  const folderOf = async (subject: string, matter?: string) => {
    const person = await wordOf(subject)
    return join(dir, person.slice(0, 2), person, ...(matter === undefined ? [] : [await wordOf(subject, matter)]))
  }
  return { wordOf, folderOf, pathOf: async (subject: string, matter: string, blob: string) => join(await folderOf(subject, matter), await wordOf(subject, matter, blob)) }
}

/** 附件库 — `xx/<person>/<matter>/<bytes>`, each a keyed word that only this house can make, so that a matter can be removed without a list of what it has. */
export function fileBlobs(dir: string, keys: Keys, { readOnly = false }: { readOnly?: boolean } = {}): Blobs {
  if (!readOnly) {
    for (const name of ['', 'new', 'arrived']) makeDurably(join(dir, name))
    // What was being written when the house stopped was never answered for.
    for (const name of readdirSync(join(dir, 'new'))) rmSync(join(dir, 'new', name), { force: true })
  }
  const { wordOf, folderOf, pathOf } = placesIn(dir, keys), notes = notesIn(dir, keys, wordOf)

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

  return {
    async put(subject, matter, bytes) {
      const blob = blobOf(bytes), path = await pathOf(subject, matter, blob)
      // What lies there damaged is written anew.
      const there = await whole(subject, matter, blob).catch(() => undefined)
      if (there) {
        // Whoever put it may have been told that it failed, after it had its name.
        for (let folder = dirname(path); folder.length >= dir.length; folder = dirname(folder)) await syncFolder(folder)
        return { blob, bytes: bytes.length }
      }
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
      await notes.forget(subject, matter)
    },
    async free() {
      const { bavail, bsize } = await statfs(dir)
      return bavail * bsize
    },
    note: notes.note,
    arrivals: notes.all,
    settle: notes.settle,
    async close() {},
  }
}
