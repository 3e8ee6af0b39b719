import { setImmediate } from 'node:timers/promises'
import { join } from 'node:path'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import type { Change } from '../../projections/read-store.ts'
import { build, type Broken, type Built, type Progress, type Target } from './build.ts'
import { foldInto, FoldBroken, type Fold } from './fold.ts'
import { nextFile, readServing, removeFile, removeLeftovers, writeServing, type Serving } from './generations.ts'
import { openRows, sameShape, shapeOf } from './rows-file.ts'
import { hashOfServing } from './hash.ts'
import type { FactSource } from './source.ts'

/** What one batch changed; beyond `changesShown`, only in which collections. */
export type Changed = { position: number; changes: readonly Change[] } | { position: number; many: true; collections: readonly string[] }
export const changesShown = 500

export type Health = { name: string; version: number; position: number; building: boolean; broken?: Broken }
/** `seconds` end when the new rows are durable and serve; the hash over them is told apart. `broken` could not be built: their old rows serve. */
export type Rebuilt = { facts: number; seconds: number; factsPerSecond: number; hash: string; hashSeconds: number; broken: readonly string[] }
export type Builder = (targets: readonly Target[], upTo: number, onProgress: (progress: Progress) => void) => Promise<{ facts: number; built: readonly Built[] }>

export type ProjectorOptions = {
  dir: string
  projections: readonly AnyProjection[]
  groups?: readonly AnyGroup[]
  source: FactSource
  /** Rows kept warm in each collection, twice over at most. */
  hot?: number
  /** Facts in one transaction while catching up. */
  batch?: number
  /** Builds new files; in this thread unless said otherwise. */
  builder?: Builder
  /** Hashes the rows that serve; in this thread unless said otherwise. */
  hasher?: () => Promise<string>
  onChanged?: (changed: Changed) => void
  /** New files serve from now on. */
  onSwitched?: () => void
  onProgress?: (progress: Progress) => void
}

/** 投影机 — keeps the rows of all projections up with the book, each in a file of its own. */
export type Projector = {
  /** Goes on to the head of the book; again and again as it is woken. */
  wake(): Promise<void>
  /** When rows, as far as they are not broken, include this position. */
  caughtUp(position: number): Promise<void>
  position(): number
  health(): readonly Health[]
  /** Makes all rows anew from the book, while the old ones serve and go on being kept up. */
  rebuild(onProgress?: (progress: Progress) => void): Promise<Rebuilt>
  close(): Promise<void>
}

type Shelf = { projection: AnyProjection; groups: readonly AnyGroup[]; building: boolean; file?: string; fold?: Fold; broken?: Broken }

export function openProjector(options: ProjectorOptions): Projector {
  const { dir, projections, groups = [], source, hot = 25_000, batch = 20_000 } = options
  const inThread: Builder = async (targets, upTo, onProgress) => build(targets, { dir, source, upTo, hot, onProgress })
  const { builder = inThread, hasher = () => hashOfServing(dir) } = options
  let position = 0
  let closed = false
  let waiting: { position: number; resolve: () => void }[] = []

  const shelves: Shelf[] = projections.map((projection) => ({ projection, groups: groups.filter(({ of }) => of === projection.name), building: false }))
  const openFold = ({ projection, groups }: Shelf, name: string): Fold | undefined => {
    const file = openRows(join(dir, name), shapeOf(projection, groups))
    return file && foldInto({ projection, groups, file, stream: (stream) => source.stream(stream), hot })
  }
  let serving: Serving = keepNamed(readServing(dir), projections)
  removeLeftovers(dir, serving)
  for (const shelf of shelves) {
    const file = serving[shelf.projection.name]
    const fold = file === undefined ? undefined : openFold(shelf, file)
    if (fold) Object.assign(shelf, { file, fold })
  }
  const working = () => shelves.filter((shelf): shelf is Shelf & { fold: Fold } => shelf.fold !== undefined && !shelf.broken)
  position = Math.min(...working().map(({ fold }) => fold.position()))
  if (!Number.isFinite(position)) position = source.head()

  /** A bug in one projection is its own: its rows stay as they are and go on serving. */
  const guarded = (shelf: Shelf, work: () => void) => {
    try {
      work()
    } catch (failure) {
      if (!(failure instanceof FoldBroken)) throw failure
      shelf.broken = { position: failure.position, error: failure.message }
    }
  }
  function advance(facts: readonly Recorded[]) {
    const last = facts.at(-1)!.meta.position
    const changes: Change[] = []
    const quiet: (Shelf & { fold: Fold })[] = []
    for (const shelf of working()) guarded(shelf, () => {
      shelf.fold.fold(facts)
      if (shelf.fold.touched()) changes.push(...shelf.fold.commit(last))
      else quiet.push(shelf)
    })
    publish(last, changes)
    // After those that somebody may wait for: a checkpoint alone changes no row.
    for (const shelf of quiet) guarded(shelf, () => { shelf.fold.commit(last) })
    reached(last)
  }
  function publish(at: number, changes: readonly Change[]) {
    if (changes.length === 0) return
    options.onChanged?.(changes.length <= changesShown ? { position: at, changes }
      : { position: at, many: true, collections: [...new Set(changes.map(({ collection }) => collection))] })
  }
  function reached(at: number) {
    position = Math.max(position, at)
    const done = waiting.filter((one) => one.position <= position)
    waiting = waiting.filter((one) => one.position > position)
    for (const { resolve } of done) resolve()
  }

  async function catchUp() {
    let facts: Recorded[] = []
    let count = 0
    const head = source.head()
    const took = () => {
      count += facts.length
      advance(facts)
      facts = []
      options.onProgress?.({ position, head, facts: count })
    }
    for (const some of source.read(position)) {
      facts = facts.length === 0 ? [...some] : facts.concat(some)
      if (facts.length < batch) continue
      took()
      await setImmediate()
      if (closed) return
    }
    if (facts.length > 0) took()
  }

  /** Builds these anew and lets them serve; whatever was told meanwhile is folded in before the switch. */
  async function renew(renewed: readonly Shelf[], onProgress: (progress: Progress) => void) {
    const targets = renewed.map(({ projection, groups }) => ({ projection, groups, file: nextFile(dir, projection.name, projection.version) }))
    for (const shelf of renewed) shelf.building = true
    const { facts, built } = await builder(targets, source.head(), onProgress)
    if (closed) return { facts, broken: [] as string[] }
    const named: Record<string, string> = { ...serving }
    const after: (() => void)[] = []
    const failed: string[] = []
    for (const [i, shelf] of renewed.entries()) {
      shelf.building = false
      const { name, broken } = built.find(({ name }) => name === shelf.projection.name)!
      if (broken) {
        failed.push(name)
        if (!shelf.fold) shelf.broken = broken
        continue
      }
      const file = targets[i]!.file
      const fold = openFold(shelf, file)
      if (!fold) throw new Error(`a file that was just built cannot be opened: ${file}`)
      const old = { fold: shelf.fold, file: serving[name] }
      delete shelf.broken
      guarded(shelf, () => keepUp(fold))
      after.push(() => { old.fold?.close(); if (old.file !== undefined) removeFile(dir, old.file) })
      Object.assign(shelf, { fold, file })
      named[name] = file
    }
    writeServing(dir, named)
    serving = named
    options.onSwitched?.()
    for (const clean of after) clean()
    const collections = renewed.flatMap(({ projection, groups }) => [projection.name, ...groups.map(({ name }) => name)])
    options.onChanged?.({ position, many: true, collections })
    return { facts, broken: failed }
  }
  function keepUp(fold: Fold) {
    for (const facts of source.read(fold.position(), position)) {
      fold.fold(facts)
      fold.commit(facts.at(-1)?.meta.position ?? fold.position())
    }
    if (fold.position() < position) fold.commit(position)
  }

  // One thing after another: catching up and switching both move the files. Building goes on beside them.
  let turn: Promise<unknown> = Promise.resolve()
  let awake = false
  const wake = (): Promise<void> => {
    if (awake) return turn as Promise<void>
    awake = true
    turn = turn.catch(() => {}).then(async () => {
      awake = false
      if (!closed) await catchUp()
    })
    return turn as Promise<void>
  }
  let renewing: Promise<unknown> = Promise.resolve()
  const missing = shelves.filter(({ fold }) => !fold)
  if (missing.length > 0) renewing = renew(missing, (progress) => options.onProgress?.(progress))
  const built = renewing
  built.catch(() => {}) // told to whoever asks whether the rows are there

  return {
    wake,
    async caughtUp(wanted) {
      await built
      if (wanted > position) await new Promise<void>((resolve) => { waiting.push({ position: wanted, resolve }) })
    },
    position: () => position,
    health: () => shelves.map(({ projection: { name, version }, fold, building, broken }) =>
      ({ name, version, position: fold?.position() ?? 0, building, ...(broken && { broken }) })),
    async rebuild(onProgress = () => {}) {
      let began = 0
      const work = renewing.catch(() => {}).then(() => {
        began = performance.now()
        return renew(shelves, onProgress)
      })
      renewing = work
      const { facts, broken } = await work
      const seconds = (performance.now() - began) / 1000
      const hash = await hasher()
      const hashSeconds = (performance.now() - began) / 1000 - seconds
      return { facts, seconds, factsPerSecond: Math.round(facts / seconds), hash, hashSeconds, broken }
    },
    async close() {
      closed = true
      await renewing.catch(() => {})
      await turn.catch(() => {})
      for (const { fold } of shelves) fold?.close()
    },
  }
}

/** Rows of projections that are no more go; those of an older version serve until the new one is built. */
const keepNamed = (serving: Serving, projections: readonly AnyProjection[]): Serving =>
  Object.fromEntries(Object.entries(serving).filter(([name]) => projections.some((projection) => projection.name === name)))
