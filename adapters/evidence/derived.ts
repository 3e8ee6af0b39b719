import { createHash } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../durable.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import { maskLayer, type Mask } from './masks.ts'

/** 原始段 that is to be copied. */
export type Original = { camera: string; seq: number; file: string; path: string }
const marks = { bytes: 12, waiting: 400 }
const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, marks.bytes)
const nameOf = ({ seq, file }: Original, masks: readonly Mask[]) => `${seq}-${short(file)}-${short(JSON.stringify(masks))}.mp4`

/** 遮挡副本 — made one at a time in the background, kept beside the store, gone with the original or with the masks that it was made with. */
export function maskedCopies(dir: string, ffmpeg: () => Ffmpeg | undefined) {
  const making = new Map<string, Promise<string | undefined>>()
  let last: Promise<unknown> = Promise.resolve()
  for (const litter of existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : []) if (/\.(part|png)$/.test(litter)) rmSync(join(dir, litter), { force: true })

  async function make(original: Original, masks: readonly Mask[], path: string): Promise<string | undefined> {
    const decoder = ffmpeg(), folder = join(dir, original.camera), still = await decoder?.still(original.path, 0)
    if (!decoder || !still) return undefined
    makeFolder(folder)
    writeFileSync(`${path}.png`, await maskLayer(masks, still))
    try { await decoder.overlaid(original.path, `${path}.png`, `${path}.part`) } finally { rmSync(`${path}.png`, { force: true }) }
    // It was deleted meanwhile: then its copy is nobody's.
    if (!existsSync(original.path)) { rmSync(`${path}.part`, { force: true }); return undefined }
    for (const older of readdirSync(folder)) if (older.startsWith(`${original.seq}-`) && older.endsWith('.mp4')) rmSync(join(folder, older), { force: true })
    renameSync(`${path}.part`, path)
    return path
  }
  return {
    /** The copy's file; nothing where it cannot be made, `busy` where too many wait. */
    copyOf(original: Original, masks: readonly Mask[]): Promise<string | undefined> | 'busy' {
      const path = join(dir, original.camera, nameOf(original, masks)), begun = making.get(path)
      if (begun) return begun
      if (existsSync(path)) return Promise.resolve(path)
      if (making.size >= marks.waiting) return 'busy'
      const made = last.then(() => make(original, masks, path)).finally(() => making.delete(path))
      last = made.catch(() => undefined)
      making.set(path, made)
      return made
    },
    /** Of which originals there are copies. */
    shown: (): { camera: string; seq: number }[] => !existsSync(dir) ? [] : readdirSync(dir, { withFileTypes: true }).filter((one) => one.isDirectory())
      .flatMap(({ name: camera }) => readdirSync(join(dir, camera)).flatMap((name) => /^\d+-.*\.mp4$/.test(name) ? [{ camera, seq: Number(name.split('-')[0]) }] : [])),
    /** 随原件而去. */
    forget(camera: string, seqs: readonly number[]) {
      const folder = join(dir, camera)
      if (!existsSync(folder)) return
      for (const name of readdirSync(folder)) if (seqs.includes(Number(name.split('-')[0]))) rmSync(join(folder, name), { force: true })
    },
  }
}
