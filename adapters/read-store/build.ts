import { freemem } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import { Fold, FoldBroken } from './fold.ts'
import { removeFile } from './generations.ts'
import { createRows, shapeOf } from './rows-file.ts'
import type { FactSource } from './source.ts'

export type Target = { projection: AnyProjection; groups: readonly AnyGroup[]; file: string }
export type Broken = { position: number; error: string }
export type Built = { name: string; broken?: Broken }
export type Progress = { position: number; head: number; facts: number }
export type BuildOptions = { dir: string; source: FactSource; upTo: number; hot?: number; onProgress?: (progress: Progress) => void }

/** Late streams are read again once per this many facts; a caller is told of progress as often. */
const step = 20_000
const hotWhileBuilding = 2_000
const shortStream = 20
/** Of a long book more rows are alive at once than are kept warm: written again with each of their facts, they cost the disk a page each time, a hundred times the size of the
    file in the end. Pages that are kept cost it none; a file takes no more of them than it has, and no more than this machine can spare. */
const longBook = 1_000_000, mostCacheMb = 192
/** A thirty-second of the memory that is free. */
const cacheMbOf = (upTo: number) => upTo < longBook ? 4 : Math.max(4, Math.min(mostCacheMb, Math.floor(freemem() / 2 ** 25)))

/** 重建 — folds the whole book into new files beside those that serve. Memory is bounded by `hot` rows a table, not by the book. */
export async function build(targets: readonly Target[], { dir, source, upTo, hot = hotWhileBuilding, onProgress }: BuildOptions): Promise<{ facts: number; built: Built[] }> {
  const built = new Map<string, Built>(targets.map(({ projection: { name } }) => [name, { name }]))
  const folds = new Map<Target, Fold>()
  const attempt = (target: Target, work: () => void) => {
    try {
      work()
    } catch (failure) {
      if (!(failure instanceof FoldBroken)) throw failure
      folds.get(target)?.close()
      folds.delete(target)
      removeFile(dir, target.file)
      built.set(target.projection.name, { name: target.projection.name, broken: { position: failure.position, error: failure.message } })
    }
  }
  // What was told late is late for several projections: its stream is read for all of them once.
  const streams = new Map<string, readonly Recorded[]>()
  const stream = (name: string) => {
    const facts = streams.get(name) ?? source.stream(name)
    if (facts.length <= shortStream) streams.set(name, facts)
    return facts
  }
  for (const target of targets) {
    const file = createRows(join(dir, target.file), shapeOf(target.projection, target.groups), cacheMbOf(upTo))
    folds.set(target, new Fold({ ...target, file, stream, hot, building: upTo }))
  }
  let facts = 0, settled = 0, last = 0
  for (const batch of source.read(0, upTo)) {
    for (const [target, fold] of [...folds]) attempt(target, () => { fold.fold(batch) })
    facts += batch.length
    last = batch.at(-1)?.meta.position ?? last
    // What the database keeps for each answer (a kilobyte) is given back between two turns of the loop only: without one, a long book takes all memory that there is.
    await setImmediate()
    if (facts - settled < step) continue
    settled = facts
    for (const [target, fold] of [...folds]) attempt(target, () => { fold.settle(last) })
    streams.clear()
    onProgress?.({ position: last, head: upTo, facts })
  }
  for (const [target, fold] of [...folds]) attempt(target, () => { fold.finish(last) })
  onProgress?.({ position: last, head: upTo, facts })
  return { facts, built: [...built.values()] }
}
