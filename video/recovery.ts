import { statSync } from 'node:fs'
import { open, readdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Segment } from '../domain/evidence/footage.ts'
import { hashOf, moved, syncFolder } from './disk.ts'
import { ticksPerMs } from './fmp4.ts'
import { openMp4, type Mp4 } from './mp4-read.ts'
import { namedSegment, segmentFile } from './segments.ts'

/** 不符 — what lies in the store and cannot be told as a segment. */
export type Discrepancy = { camera: string; file: string; what: 'unreadable' | 'twice' }
/** 未入链之段 — a segment as its file says it, before it has its link. */
export type Unlinked = Omit<Segment, 'chain'>
type Found = { segments: Unlinked[]; discrepancies: Discrepancy[]; /** Where the last segment that was told already ends. */ untilMs?: number }

/** 复原 — what the store holds of a camera beyond the segment `after`, in order: parts are sealed up to their last whole fragment, or removed where there is none. */
export async function recovered(dir: string, camera: string, after: number): Promise<Found> {
  const found: Found = { segments: [], discrepancies: [] }, files = await newestFiles(dir, camera, after), seen = new Set<number>()
  for (const { file, seq, part } of files.sort((a, b) => a.seq - b.seq || Number(a.part) - Number(b.part))) {
    if (seq <= after || seen.has(seq)) {
      if (part) await unlink(join(dir, file))
      else if (seq > after) found.discrepancies.push({ camera, file, what: 'twice' })
      if (seq === after) found.untilMs = read(join(dir, file), (mp4) => factOf(mp4, file, 0))?.endMs ?? found.untilMs ?? 0
      continue
    }
    const segment = await (part ? sealedPart(dir, camera, file, found.segments.at(-1)?.endMs ?? found.untilMs ?? 0) : told(dir, file))
    if (segment) { found.segments.push(segment); seen.add(seq) }
    else if (!part) found.discrepancies.push({ camera, file, what: 'unreadable' })
  }
  return found
}

type Named = { file: string; seq: number; startMs: number; part: boolean }
/** Files from the newest hour back to the first hour that holds nothing beyond `after`. */
async function newestFiles(dir: string, camera: string, after: number): Promise<Named[]> {
  const files: Named[] = []
  for await (const hour of hoursBack(dir, camera)) {
    const here = (await readdir(join(dir, hour))).flatMap((name) => {
      const named = namedSegment(name)
      return named ? [{ file: join(hour, name), ...named }] : []
    })
    files.push(...here)
    if (here.length > 0 && here.every(({ seq, part }) => seq <= after && !part)) break
  }
  return files
}
async function* hoursBack(dir: string, folder: string, depth = 4): AsyncGenerator<string> {
  const names = await readdir(join(dir, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.filter((one) => /^\d+$/.test(one)).sort().reverse()) {
    if (depth === 1) yield join(folder, name)
    else yield* hoursBack(dir, join(folder, name), depth - 1)
  }
}

function read<T>(path: string, of: (mp4: Mp4) => T): T | undefined {
  const mp4 = openMp4(path)
  if ('refused' in mp4) return undefined
  try { return of(mp4) } finally { mp4.close() }
}
const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** When its first picture was taken, as its fragments say: the least of what each of them measured. */
function startOf({ fragments }: Mp4): { startMs: number; jitterMs: number } | undefined {
  const first = fragments[0], offsets = fragments.flatMap(({ wallMs, dts }) => wallMs === undefined ? [] : [wallMs - dts / ticksPerMs])
  if (!first || offsets.length === 0) return undefined
  const least = Math.min(...offsets)
  return { startMs: Math.round(least + first.dts / ticksPerMs), jitterMs: Math.round(Math.max(...offsets) - least) }
}
type OfFile = Omit<Unlinked, 'bytes' | 'sha256' | 'file'>
/** What a file says of itself: its last words where it was sealed in order, its fragments where it was not. */
function factOf(mp4: Mp4, file: string, notBeforeMs: number): OfFile | undefined {
  const { fragments, said, sealed } = mp4, named = namedSegment(file), first = fragments[0], last = fragments.at(-1), run = said?.['run']
  if (!named || !first || !last || !number(run)) return undefined
  const frames = fragments.reduce((sum, { count }) => sum + count, 0), clock = said?.['clock'] === 'synchronised' || said?.['clock'] === 'unsynchronised' ? said['clock'] : 'system'
  if (sealed && number(sealed['endMs']) && number(sealed['jitterMs']) && (sealed['clock'] === 'synchronised' || sealed['clock'] === 'system' || sealed['clock'] === 'unsynchronised')) {
    return { seq: named.seq, run, startMs: number(sealed['startMs']) ? sealed['startMs'] : named.startMs, endMs: sealed['endMs'], frames, jitterMs: sealed['jitterMs'], clock: sealed['clock'] }
  }
  const measured = startOf(mp4), startMs = Math.max(notBeforeMs, named.part ? measured?.startMs ?? named.startMs : named.startMs)
  const endMs = Math.round(startMs + (last.endDts - first.dts) / ticksPerMs)
  return { seq: named.seq, run, startMs, endMs, frames, jitterMs: measured?.jitterMs ?? 0, clock, recovered: true }
}
async function told(dir: string, file: string): Promise<Unlinked | undefined> {
  const path = join(dir, file), fact = read(path, (mp4) => mp4.wholeBytes === statSync(path).size ? factOf(mp4, file, 0) : undefined)
  return fact && { ...fact, file, bytes: statSync(path).size, sha256: await hashOf(path) }
}
async function sealedPart(dir: string, camera: string, file: string, notBeforeMs: number): Promise<Unlinked | undefined> {
  const path = join(dir, file), found = read(path, (mp4) => {
    const fact = factOf(mp4, file, notBeforeMs)
    return fact && { fact, bytes: mp4.wholeBytes }
  })
  if (!found) { await unlink(path); await syncFolder(dirname(path)); return undefined }
  const { fact, bytes } = found, final = segmentFile(camera, fact.startMs, fact.seq), handle = await open(path, 'r+')
  try {
    await handle.truncate(bytes)
    await handle.datasync()
  } finally { await handle.close() }
  await moved(path, join(dir, final))
  return { ...fact, file: final, bytes, sha256: await hashOf(join(dir, final)) }
}
