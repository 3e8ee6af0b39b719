import { join } from 'node:path'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import type { Change } from '../../projections/read-store.ts'
import type { Broken, Built, Target } from './build.ts'
import { Fold, FoldBroken } from './fold.ts'
import { nextFile, readServing, removeFile, removeLeftovers, writeServing, type Serving } from './generations.ts'
import { openRows, shapeOf } from './rows-file.ts'
import type { FactSource } from './source.ts'

/** 架 — a projection's place: the fold that keeps its file up, or what broke it. */
export type Shelf = { projection: AnyProjection; groups: readonly AnyGroup[]; building: boolean; fold?: Fold; broken?: Broken }
type Working = Shelf & { fold: Fold }

/** All projections and the files that serve them. What is named in `current.json` is changed here only. */
export class Shelves {
  readonly all: readonly Shelf[]
  readonly #dir: string
  readonly #source: FactSource
  readonly #hot: number
  #serving: Serving

  constructor(dir: string, projections: readonly AnyProjection[], groups: readonly AnyGroup[], source: FactSource, hot: number) {
    this.#dir = dir
    this.#source = source
    this.#hot = hot
    this.all = projections.map((projection) => ({ projection, groups: groups.filter(({ of }) => of === projection.name), building: false }))
    // Rows of projections that are no more go; those of an older version serve until the new one is built.
    this.#serving = Object.fromEntries(Object.entries(readServing(dir)).filter(([name]) => projections.some((projection) => projection.name === name)))
    removeLeftovers(dir, this.#serving)
    for (const shelf of this.all) {
      const file = this.#serving[shelf.projection.name]
      const fold = file === undefined ? undefined : this.#opened(shelf, file)
      if (fold) shelf.fold = fold
    }
  }

  missing(): readonly Shelf[] { return this.all.filter(({ fold }) => !fold) }
  /** Up to where all that work have been folded; nothing where none does. */
  position(): number | undefined {
    const positions = this.#working().map(({ fold }) => fold.position)
    return positions.length === 0 ? undefined : Math.min(...positions)
  }
  close() { for (const { fold } of this.all) fold?.close() }

  /** Folds and commits; `published` is told before the checkpoints of those that nothing happened to. */
  advance(facts: readonly Recorded[], published: (changes: readonly Change[]) => void) {
    const last = facts.at(-1)!.meta.position
    const changes: Change[] = []
    const quiet: Working[] = []
    for (const shelf of this.#working()) guarded(shelf, () => {
      shelf.fold.fold(facts)
      if (shelf.fold.touched) changes.push(...shelf.fold.commit(last))
      else quiet.push(shelf)
    })
    published(changes)
    for (const shelf of quiet) guarded(shelf, () => { shelf.fold.commit(last) })
  }

  /** Where these would be built anew. */
  targets(shelves: readonly Shelf[]): readonly Target[] {
    return shelves.map(({ projection, groups }) => ({ projection, groups, file: nextFile(this.#dir, projection.name, projection.version) }))
  }

  /** Lets serve what was built, as far as `position`, in one switch; names those that could not be built. The files before them are
      removed when `switched` returns. */
  adopt(targets: readonly Target[], built: readonly Built[], position: number, switched: () => void): readonly string[] {
    const named: Record<string, string> = { ...this.#serving }
    const replaced: { fold: Fold | undefined; file: string | undefined }[] = []
    const failed: string[] = []
    for (const { projection: { name }, file } of targets) {
      const shelf = this.all.find(({ projection }) => projection.name === name)!
      const broken = built.find((one) => one.name === name)?.broken
      if (broken) {
        failed.push(name)
        if (!shelf.fold) shelf.broken = broken
        continue
      }
      const fold = this.#opened(shelf, file)
      if (!fold) throw new Error(`a file that was just built cannot be opened: ${file}`)
      delete shelf.broken
      guarded(shelf, () => { this.#keepUp(fold, position) })
      replaced.push({ fold: shelf.fold, file: this.#serving[name] })
      shelf.fold = fold
      named[name] = file
    }
    writeServing(this.#dir, named)
    this.#serving = named
    switched()
    for (const { fold, file } of replaced) {
      fold?.close()
      if (file !== undefined) removeFile(this.#dir, file)
    }
    return failed
  }

  #working(): readonly Working[] {
    return this.all.filter((shelf): shelf is Working => shelf.fold !== undefined && !shelf.broken)
  }
  #opened({ projection, groups }: Shelf, name: string): Fold | undefined {
    const file = openRows(join(this.#dir, name), shapeOf(projection, groups))
    return file && new Fold({ projection, groups, file, stream: (stream) => this.#source.stream(stream), hot: this.#hot })
  }
  #keepUp(fold: Fold, position: number) {
    for (const facts of this.#source.read(fold.position, position)) {
      fold.fold(facts)
      fold.commit(facts.at(-1)?.meta.position ?? fold.position)
    }
    if (fold.position < position) fold.commit(position)
  }
}

/** A bug in one projection is its own: its rows stay as they are and go on serving. */
function guarded(shelf: Shelf, work: () => void) {
  try {
    work()
  } catch (failure) {
    if (!(failure instanceof FoldBroken)) throw failure
    shelf.broken = { position: failure.position, error: failure.message }
  }
}
