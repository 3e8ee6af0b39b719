import { setImmediate } from 'node:timers/promises'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import type { Change } from '../../projections/read-store.ts'
import { build, type Broken, type Built, type Progress, type Target } from './build.ts'
import { hashOfServing } from './hash.ts'
import { Shelves, type Shelf } from './shelves.ts'
import type { FactSource } from './source.ts'

/** What one batch changed; beyond `changesShown`, only in which collections. */
export type Changed = { position: number; changes: readonly Change[] } | { position: number; many: true; collections: readonly string[] }
export const changesShown = 500

const hotRows = 10_000
const factsTogether = 20_000

/** `trouble`: what the disk says, for as long as rows cannot be written; those that are there go on serving. */
export type Health = { name: string; version: number; position: number; building: boolean; broken?: Broken; trouble?: string }
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

/** 投影机 — keeps the rows of all projections up with the book, each in a file of its own. Built files serve at once; what has none is
    built beside them. */
export class Projector {
  readonly #options: ProjectorOptions
  readonly #shelves: Shelves
  readonly #built: Promise<unknown>
  #position: number
  #waiting: { position: number; resolve: () => void }[] = []
  // One catching up after another, and one building after another. Building goes on beside catching up; the switch is of one piece.
  #turn: Promise<void> = Promise.resolve()
  #awake = false
  #renewing: Promise<unknown>
  #closed = false

  constructor(options: ProjectorOptions) {
    const { dir, projections, groups = [], source, hot = hotRows } = options
    this.#options = options
    this.#shelves = new Shelves(dir, projections, groups, source, hot)
    // With nothing to keep up, whatever is built is built up to here, and kept up from here on.
    this.#position = this.#shelves.position() ?? source.head()
    const missing = this.#shelves.missing()
    this.#renewing = this.#built = missing.length === 0 ? Promise.resolve() : this.#renew(missing, (progress) => options.onProgress?.(progress))
    this.#built.catch(() => {}) // told to whoever asks whether the rows are there
  }

  get position() { return this.#position }

  /** Goes on to the head of the book; again and again as it is woken. */
  wake(): Promise<void> {
    if (this.#awake) return this.#turn
    this.#awake = true
    this.#turn = this.#turn.catch(() => {}).then(async () => {
      this.#awake = false
      if (!this.#closed) await this.#catchUp()
    })
    return this.#turn
  }

  /** When rows, as far as they are not broken, include this position. */
  async caughtUp(wanted: number): Promise<void> {
    await this.#built
    if (wanted > this.#position) await new Promise<void>((resolve) => { this.#waiting.push({ position: wanted, resolve }) })
  }

  health(): readonly Health[] {
    return this.#shelves.all.map(({ projection: { name, version }, fold, building, broken }) =>
      ({ name, version, position: fold?.position ?? 0, building, ...(broken && { broken }) }))
  }

  /** Far behind, rows are sooner built anew than kept up: the fast way to the head. `here`: in this thread, which has nothing better to do, and so
      without the memory of others. */
  async renewAll(onProgress: (progress: Progress) => void = () => {}, here = true): Promise<void> {
    await (this.#renewing = this.#renewing.catch(() => {}).then(() => this.#renew(this.#shelves.all, onProgress, here)))
    this.#reached(this.#shelves.position() ?? this.#position)
  }

  /** Makes all rows anew from the book, while the old ones serve and go on being kept up. */
  async rebuild(onProgress: (progress: Progress) => void = () => {}): Promise<Rebuilt> {
    const { hasher = () => hashOfServing(this.#options.dir) } = this.#options
    let began = 0
    const work = this.#renewing.catch(() => {}).then(() => {
      began = performance.now()
      return this.#renew(this.#shelves.all, onProgress)
    })
    this.#renewing = work
    const { facts, broken } = await work
    const seconds = (performance.now() - began) / 1000
    const hash = await hasher()
    const hashSeconds = (performance.now() - began) / 1000 - seconds
    return { facts, seconds, factsPerSecond: Math.round(facts / seconds), hash, hashSeconds, broken }
  }

  async close() {
    this.#closed = true
    await this.#renewing.catch(() => {})
    await this.#turn.catch(() => {})
    this.#shelves.close()
  }

  async #catchUp() {
    const { source, batch = factsTogether } = this.#options
    let facts: Recorded[] = []
    let count = 0
    const head = source.head()
    const take = () => {
      const last = facts.at(-1)!.meta.position
      this.#shelves.advance(facts, (changes) => { this.#publish(last, changes) })
      count += facts.length
      facts = []
      this.#reached(last)
      this.#options.onProgress?.({ position: last, head, facts: count })
    }
    for (const some of source.read(this.#position)) {
      facts = facts.length === 0 ? [...some] : facts.concat(some)
      if (facts.length < batch) continue
      take()
      await setImmediate()
      if (this.#closed) return
    }
    if (facts.length > 0) take()
  }

  #publish(position: number, changes: readonly Change[]) {
    if (changes.length === 0) return
    this.#options.onChanged?.(changes.length <= changesShown ? { position, changes }
      : { position, many: true, collections: [...new Set(changes.map(({ collection }) => collection))] })
  }

  #reached(position: number) {
    this.#position = Math.max(this.#position, position)
    const done = this.#waiting.filter((one) => one.position <= this.#position)
    this.#waiting = this.#waiting.filter((one) => one.position > this.#position)
    for (const { resolve } of done) resolve()
  }

  /** Builds these anew and lets them serve; what was told meanwhile is folded in before the switch. */
  async #renew(shelves: readonly Shelf[], onProgress: (progress: Progress) => void, here = false): Promise<{ facts: number; broken: readonly string[] }> {
    const { dir, source, hot, onSwitched, onChanged } = this.#options
    // While all are built at once, each keeps the few rows warm that a build keeps, not the many of one that serves.
    const inThread: Builder = async (targets, upTo, onProgress) => build(targets, { dir, source, upTo, ...(hot !== undefined && { hot }), onProgress })
    const targets = this.#shelves.targets(shelves)
    for (const shelf of shelves) shelf.building = true
    try {
      const { facts, built } = await (here ? inThread : this.#options.builder ?? inThread)(targets, source.head(), onProgress)
      if (this.#closed) return { facts, broken: [] }
      const broken = this.#shelves.adopt(targets, built, this.#position, () => onSwitched?.())
      const collections = shelves.flatMap(({ projection, groups }) => [projection.name, ...groups.map(({ name }) => name)])
      onChanged?.({ position: this.#position, many: true, collections })
      return { facts, broken }
    } finally {
      for (const shelf of shelves) shelf.building = false
    }
  }
}
