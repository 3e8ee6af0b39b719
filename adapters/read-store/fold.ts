import { inBusinessOrder, placeOf, type Recorded } from '../../domain/kernel/events.ts'
import { sum, type AnyGroup, type AnyProjection, type Counts } from '../../projections/kernel.ts'
import type { Change } from '../../projections/read-store.ts'
import { isOfTheDisk } from '../durable.ts'
import { hotRows, type Hot, type HotRows } from './hot-rows.ts'
import { knownKeys } from './known-keys.ts'
import type { Row, RowsFile } from './rows-file.ts'

/** A projection that could not fold a fact: a bug in it, which must not stop the others. */
export class FoldBroken extends Error {
  readonly position: number
  constructor(projection: string, position: number, cause: unknown) {
    super(`projection ${projection} is broken at position ${position}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.position = position
  }
}

/** What to fold, and into which file. */
export type FoldInto = {
  projection: AnyProjection
  groups: readonly AnyGroup[]
  file: RowsFile
  stream(name: string): readonly Recorded[]
  hot: number
  /** While building: how many keys there may be at most. Rows then go to the file when they cool, and need not wait for a commit. */
  building?: number
}

/** The counts that are not 0, so that equal figures are equal rows, whichever way they came about. */
export const counted = (counts: Counts): Counts | undefined => {
  const kept = Object.entries(counts).filter(([, n]) => n !== 0)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

type Handlers = Record<string, (row: Row | undefined, fact: Recorded, key: string, first?: Row) => Row | undefined>

/** 折叠 — one projection and its groups, kept in one file. */
export class Fold {
  readonly #into: FoldInto
  readonly #on: Handlers
  readonly #inOrder: boolean
  readonly #rows: HotRows
  readonly #figures: readonly { group: AnyGroup; rows: HotRows }[]
  /** Streams that were told something late since they were last folded anew. */
  readonly #late = new Set<string>()
  #seen: number
  /** The fact at hand, to be named where it breaks. */
  #at: number

  constructor(into: FoldInto) {
    const { projection, groups, file } = into
    this.#into = into
    this.#on = projection.on as Handlers
    this.#inOrder = projection.order === 'business'
    this.#rows = this.#warm(projection.name, (spilt) => { this.#writeRows(spilt) })
    this.#figures = groups.map((group) => ({ group, rows: this.#warm(group.name, (spilt) => { this.#writeFigures(group.name, spilt) }) }))
    this.#at = this.#seen = file.position()
  }

  get position() { return this.#seen }
  /** Whether a commit would change more than the checkpoint. */
  get touched() { return this.#late.size > 0 || this.#rows.dirty().length > 0 }

  fold(facts: readonly Recorded[]) {
    this.#guarded(() => {
      for (const fact of facts) {
        if (fact.meta.position <= this.#seen) continue
        this.#at = fact.meta.position
        this.#foldFact(fact)
        this.#seen = this.#at
      }
    })
  }

  /** Folds anew the streams that were told something late, with what they had up to this position. */
  settle(upTo: number) {
    this.#guarded(() => {
      const streams = [...this.#late]
      this.#late.clear()
      for (const name of streams) this.#foldAnew(name, upTo)
    })
  }

  /** Rows, groups and checkpoint, in one transaction; what has changed. */
  commit(position: number): readonly Change[] {
    this.settle(position)
    const { projection: { name }, file } = this.#into
    const dirty = this.#rows.dirty()
    const changes: Change[] = []
    this.#guarded(() => file.commit(position, () => {
      this.#writeRows(dirty)
      for (const { row, saved, key } of dirty) if (row !== saved) changes.push({ collection: name, key, row })
      for (const { group, rows } of this.#figures) {
        const moved = rows.dirty()
        this.#writeFigures(group.name, moved)
        for (const { key, row } of moved) changes.push({ collection: group.name, key, row })
      }
    }))
    for (const rows of [this.#rows, ...this.#figures.map((figure) => figure.rows)]) {
      rows.clean(rows.dirty())
      rows.cool()
    }
    this.#seen = Math.max(this.#seen, position)
    return changes
  }

  /** The last of a build. */
  finish(position: number) {
    this.settle(position)
    this.#guarded(() => {
      this.#writeRows(this.#rows.dirty())
      for (const { group, rows } of this.#figures) this.#writeFigures(group.name, rows.dirty())
      this.#into.file.finish(position)
    })
  }

  close() { this.#into.file.close() }

  #warm(table: string, spill: (rows: readonly Hot[]) => void): HotRows {
    const { file, hot, building } = this.#into
    const load = (key: string) => file.load(table, key)
    if (building === undefined) return hotRows(hot, load)
    const known = knownKeys(building)
    return hotRows(hot, (key) => known(key) ? load(key) : undefined, spill)
  }

  #foldFact(fact: Recorded) {
    const { type, meta } = fact
    if (!this.#on[type] || (this.#inOrder && this.#late.has(meta.stream))) return
    const { projection } = this.#into
    let keys = keysOf(projection, fact), first: Row | undefined
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!, row = this.#rows.get(key)
      if (this.#inOrder && isBefore(fact, row)) { this.#late.add(meta.stream); return }
      this.#rows.touch(row)
      row.row = this.#on[type](row.row, fact, key, first)
      if (i === 0 && row.row && projection.also) keys = withOthers(keys, projection.also(first = row.row, fact))
      row.position = meta.position
      if (!this.#inOrder) continue
      row.at = placeOf(fact)
      row.order = meta.source?.order ?? 0
      row.revision = meta.revision
    }
  }

  #foldAnew(name: string, upTo: number) {
    const { projection, stream } = this.#into
    const facts = stream(name).filter(({ type, meta }) => meta.position <= upTo && this.#on[type]).sort(inBusinessOrder)
    for (const key of new Set(facts.flatMap((fact) => keysOf(projection, fact)))) {
      const row = this.#rows.get(key)
      this.#rows.touch(row)
      Object.assign(row, { row: undefined, at: '', order: 0, revision: 0 })
    }
    for (const fact of facts) {
      this.#at = fact.meta.position
      this.#foldFact(fact)
    }
  }

  #writeRows(dirty: readonly Hot[]) {
    for (const { group, rows } of this.#figures)
      for (const { saved, row } of dirty) if (saved !== row) this.#move(group, rows, saved, row)
    this.#into.file.write(this.#into.projection.name, dirty.filter(({ row, saved, revision }) => row !== saved || revision > 0))
  }

  #move(group: AnyGroup, rows: HotRows, before: Row | undefined, after: Row | undefined) {
    for (const [key, delta] of group.on(before, after)) {
      const figure = rows.get(key)
      rows.touch(figure)
      figure.row = sum(figure.row as Counts | undefined, delta)
      figure.position = this.#at
    }
  }

  #writeFigures(table: string, dirty: readonly Hot[]) {
    for (const figure of dirty) figure.row = figure.row && counted(figure.row as Counts)
    this.#into.file.write(table, dirty)
  }

  #guarded(work: () => void) {
    try {
      work()
    } catch (failure) {
      // A disk that takes nothing is no bug of a projection's.
      throw failure instanceof FoldBroken || isOfTheDisk(failure) ? failure : new FoldBroken(this.#into.projection.name, this.#at, failure)
    }
  }
}

const keysOf = (projection: AnyProjection, fact: Recorded): readonly string[] => {
  const keys = projection.key(fact)
  return typeof keys === 'string' ? [keys] : keys.length > 1 ? [...new Set(keys)] : keys
}

const withOthers = (keys: readonly string[], others: readonly string[]) => others.length === 0 ? keys : [...new Set([...keys, ...others])]

const isBefore = (fact: Recorded, row: Hot) => {
  if (row.revision === 0) return false
  const { meta } = fact, happened = placeOf(fact)
  if (happened !== row.at) return happened < row.at
  const order = meta.source?.order ?? 0
  return order !== row.order ? order < row.order : meta.revision < row.revision
}
