import { createHash, type Hash } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Segment } from '../domain/evidence/footage.ts'
import { houseBox } from './boxes.ts'
import { chained, chainStart } from './chain.ts'
import { makeFolder, moved, syncFolder, writeWhole } from './disk.ts'
import { fileHead } from './fmp4.ts'
import { recovered, type Discrepancy, type Unlinked } from './recovery.ts'
import type { AvcConfig } from './sample.ts'
import { partOf, segmentFile } from './segments.ts'

/** 段之所知 — of an open segment, as of its last fragment. `resumes`: some of it came after a gap was opened. */
export type SoFar = Pick<Segment, 'startMs' | 'endMs' | 'frames' | 'jitterMs' | 'clock'> & { resumes: boolean }
export type Begun = { config: AvcConfig; startMs: number; newRun: boolean; clock: Segment['clock'] }
export type Heard = {
  sealed(segment: Segment, resumes: boolean): void
  /** Found on the disk and not told yet; `untilMs`: where what was told before them ends. */
  found(segments: readonly Segment[], untilMs: number | undefined): void
  noticed(discrepancy: Discrepancy): void
  /** The disk takes nothing more: up to when there is footage, if there is any. What was asked for since is dropped. */
  failed(untilMs: number | undefined): void
}

/** 段文件 — one camera's files, one after the other: each whole, sealed, named and linked, and only then heard of. Any of these throws what the disk throws. */
export function segmentFiles(camera: string, dir: string, last: { seq: number; chain: string }, heard: Heard) {
  type Open = { handle: FileHandle; file: string; seq: number; hash: Hash; bytes: number; soFar?: SoFar }
  let seq = last.seq, chain = last.seq === 0 ? chainStart(camera) : last.chain, run = 0, untilMs: number | undefined
  let current: Open | undefined, orderly = false

  const linked = (segment: Unlinked): Segment => {
    ;[seq, chain, untilMs] = [segment.seq, chained(chain, camera, segment), segment.endMs]
    return { ...segment, chain }
  }
  async function sealOpen(part: Open): Promise<void> {
    const { handle, file, soFar } = part
    current = undefined
    if (!soFar) return discarded(part)
    const startMs = Math.max(soFar.startMs, untilMs ?? 0), endMs = Math.max(soFar.endMs, startMs), { frames, jitterMs, clock, resumes } = soFar
    try {
      // Its last words, by which the same fact can be told again from the file alone; a full disk goes without.
      const words = houseBox({ startMs, endMs, jitterMs, clock })
      await writeWhole(handle, [words], part.bytes).then(() => { part.hash.update(words); part.bytes += words.length }, () => handle.truncate(part.bytes))
      await handle.datasync()
    } finally { await handle.close() }
    const final = segmentFile(camera, startMs, part.seq)
    await moved(join(dir, partOf(file)), join(dir, final))
    heard.sealed(linked({ seq: part.seq, run, startMs, endMs, frames, bytes: part.bytes, sha256: part.hash.digest('hex'), jitterMs, clock, file: final }), resumes)
  }
  async function discarded({ handle, file }: Open): Promise<void> {
    await handle.close()
    await unlink(join(dir, partOf(file)))
    await syncFolder(dirname(join(dir, file)))
  }
  return {
    untilMs: () => untilMs,
    isOrderly: () => orderly,
    /** What a life before, or an end of the disk, left behind. */
    async putInOrder(): Promise<void> {
      const found = await recovered(dir, camera, seq)
      orderly = true
      untilMs = found.untilMs ?? untilMs
      const before = untilMs
      for (const discrepancy of found.discrepancies) heard.noticed(discrepancy)
      heard.found(found.segments.map(linked), before)
    },
    async begin({ config, startMs, newRun, clock }: Begun): Promise<void> {
      if (current) await sealOpen(current)
      const next = seq + 1
      if (newRun || run === 0) run = next // unique and growing without being remembered
      const file = segmentFile(camera, Math.max(startMs, untilMs ?? 0), next), path = join(dir, partOf(file)), head = fileHead([config], { camera, seq: next, run, clock })
      await makeFolder(dirname(path))
      current = { handle: await open(path, 'wx', 0o600), file, seq: next, hash: createHash('sha256').update(head), bytes: head.length }
      await writeWhole(current.handle, [head], 0)
    },
    async append(fragment: readonly Buffer[], soFar: SoFar): Promise<number> {
      if (!current) return 0
      const before = current.bytes
      await writeWhole(current.handle, fragment, before)
      for (const one of fragment) { current.hash.update(one); current.bytes += one.length }
      current.soFar = soFar
      return current.bytes - before
    },
    seal: async (): Promise<void> => { if (current) await sealOpen(current) },
    /** 断盘 — whole fragments stay; what cannot be sealed now is put in order when the disk is back. */
    async abandon(): Promise<void> {
      const part = current
      current = undefined
      orderly = false
      if (!part) return
      await part.handle.truncate(part.soFar ? part.bytes : 0).then(() => sealOpen(part)).catch(() => undefined)
      await part.handle.close().catch(() => undefined)
    },
  }
}
