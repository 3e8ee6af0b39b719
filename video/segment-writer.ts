import { createHash, type Hash } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Segment } from '../domain/evidence/footage.ts'
import { houseBox } from './boxes.ts'
import { chained, chainStart } from './chain.ts'
import { writeWhole } from './disk.ts'
import { fileHead } from './fmp4.ts'
import { makeFolder, moved, recovered, type Discrepancy, type Unlinked } from './recovery.ts'
import type { AvcConfig } from './sample.ts'
import { partOf, segmentFile } from './segments.ts'
import type { FootageStore } from './store.ts'

/** 段之所知 — of an open segment, as of its last fragment. `resumes`: some of it came after a gap was opened. */
export type SoFar = Pick<Segment, 'startMs' | 'endMs' | 'frames' | 'jitterMs' | 'clock'> & { resumes: boolean }
type Begun = { config: AvcConfig; startMs: number; newRun: boolean; clock: Segment['clock'] }
type Heard = {
  sealed(segment: Segment, resumes: boolean): void
  /** Found on the disk and not told yet; `untilMs`: where what was told before them ends. */
  found(segments: readonly Segment[], untilMs: number | undefined): void
  noticed(discrepancy: Discrepancy): void
  /** The disk takes nothing more: up to when there is footage, if there is any. What was asked for since is dropped. */
  failed(untilMs: number | undefined): void
}

/** 写段 — one camera's files, one thing after the other: head, fragments, sealed; then, and only then, heard of. Nobody waits for the disk but the camera itself. */
export type SegmentWriter = {
  begin(begun: Begun): void
  append(fragment: readonly Buffer[], soFar: SoFar): void
  seal(): void
  /** Whether the disk takes footage again; what an end before left behind is put in order first. */
  resumed(): Promise<boolean>
  /** When everything asked for so far is done. */
  idle(): Promise<void>
}

/** More than this waiting for one camera: the disk is too slow, which is as good as none. */
const mostWaitingBytes = 48 * 2 ** 20

export function segmentWriter(camera: string, store: FootageStore, last: { seq: number; chain: string }, heard: Heard): SegmentWriter {
  type Open = { handle: FileHandle; file: string; seq: number; hash: Hash; bytes: number; soFar?: SoFar }
  let seq = last.seq, chain = last.seq === 0 ? chainStart(camera) : last.chain, run = 0, untilMs: number | undefined
  let current: Open | undefined, orderly = false, life = 0, waitingBytes = 0, queue = Promise.resolve()

  const linked = (segment: Unlinked): Segment => {
    seq = segment.seq
    chain = chained(chain, camera, segment)
    untilMs = segment.endMs
    return { ...segment, chain }
  }
  async function putInOrder(): Promise<void> {
    const found = await recovered(store.dir, camera, seq)
    orderly = true
    const before = found.untilMs ?? untilMs
    if (before !== undefined) untilMs = before
    for (const discrepancy of found.discrepancies) heard.noticed(discrepancy)
    heard.found(found.segments.map(linked), before)
  }
  async function seal(part: Open): Promise<void> {
    const { handle, file, soFar } = part
    current = undefined
    if (!soFar) { await handle.close(); await unlink(join(store.dir, partOf(file))); return }
    const startMs = Math.max(soFar.startMs, untilMs ?? 0), endMs = Math.max(soFar.endMs, startMs), { frames, jitterMs, clock, resumes } = soFar
    try {
      // Its last words, by which the same fact can be told again from the file alone; a full disk goes without.
      const words = houseBox({ startMs, endMs, jitterMs, clock })
      await writeWhole(handle, [words], part.bytes).then(() => { part.hash.update(words); part.bytes += words.length }, () => handle.truncate(part.bytes))
      await handle.datasync()
    } finally { await handle.close() }
    const final = segmentFile(camera, startMs, part.seq)
    await moved(join(store.dir, partOf(file)), join(store.dir, final))
    heard.sealed(linked({ seq: part.seq, run, startMs, endMs, frames, bytes: part.bytes, sha256: part.hash.digest('hex'), jitterMs, clock, file: final }), resumes)
  }
  /** Whole fragments stay; what cannot be sealed now is put in order when the disk is back. */
  async function fail(): Promise<void> {
    life++
    store.failed()
    const part = current
    orderly = false
    if (part) {
      await part.handle.truncate(part.bytes).then(() => seal(part)).catch(() => undefined)
      await part.handle.close().catch(() => undefined)
      current = undefined
    }
    heard.failed(untilMs)
  }
  /** In order; what belongs to a life of the disk that is over is dropped. */
  function ask(work: () => Promise<void>, bytes = 0): void {
    const asked = life
    waitingBytes += bytes
    queue = queue.then(async () => {
      try { if (asked === life) await work() } catch { await fail() } finally { waitingBytes -= bytes }
    })
  }
  return {
    begin: ({ config, startMs, newRun, clock }) => ask(async () => {
      if (!await store.ready()) return fail()
      if (!orderly) await putInOrder()
      if (current) await seal(current)
      const next = seq + 1
      if (newRun || run === 0) run = next // unique and growing without being remembered
      const file = segmentFile(camera, Math.max(startMs, untilMs ?? 0), next), path = join(store.dir, partOf(file)), head = fileHead([config], { camera, seq: next, run, clock })
      await makeFolder(dirname(path))
      const handle = await open(path, 'wx', 0o600)
      current = { handle, file, seq: next, hash: createHash('sha256'), bytes: 0 }
      await writeWhole(handle, [head], 0)
      current.hash.update(head)
      current.bytes = head.length
    }),
    append(fragment, soFar) {
      const bytes = fragment.reduce((sum, { length }) => sum + length, 0)
      if (waitingBytes + bytes > mostWaitingBytes) return ask(fail)
      ask(async () => {
        if (!current) return
        await writeWhole(current.handle, fragment, current.bytes)
        for (const one of fragment) current.hash.update(one)
        current.bytes += bytes
        current.soFar = soFar
        store.wrote(bytes)
      }, bytes)
    },
    seal: () => ask(async () => { if (current) await seal(current) }),
    async resumed() {
      let fine = false
      const tried = queue.then(async () => {
        if (!await store.ready()) return
        try {
          if (!orderly) await putInOrder()
          fine = true
        } catch { store.failed() }
      })
      queue = tried
      await tried
      return fine
    },
    idle: () => queue,
  }
}
