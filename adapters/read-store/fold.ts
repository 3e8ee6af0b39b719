import { inBusinessOrder, occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import { sum, type AnyGroup, type AnyProjection, type Counts } from '../../projections/kernel.ts'
import type { Change } from '../../projections/read-store.ts'
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
export type Fold = {
  position(): number
  fold(facts: readonly Recorded[]): void
  /** Folds anew the streams that were told something late, with what they had up to this position. */
  settle(upTo: number): void
  touched(): boolean
  /** Rows, groups and checkpoint, in one transaction; what has changed. */
  commit(position: number): readonly Change[]
  /** The last of a build. */
  finish(position: number): void
  close(): void
}

/** The counts that are not 0, so that equal figures are equal rows, whichever way they came about. */
export const counted = (counts: Counts): Counts | undefined => {
  const kept = Object.entries(counts).filter(([, n]) => n !== 0)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

export function foldInto({ projection, groups, file, stream, hot, building }: FoldInto): Fold {
  const { name, on } = projection as AnyProjection & { on: Record<string, (row: Row | undefined, fact: Recorded) => Row | undefined> }
  const inOrder = projection.order === 'business'
  const warm = (table: string, spill: (rows: readonly Hot[]) => void) => {
    const load = (key: string) => file.load(table, key)
    if (building === undefined) return hotRows(hot, load)
    const known = knownKeys(building)
    return hotRows(hot, (key) => known(key) ? load(key) : undefined, spill)
  }
  const figures = groups.map((group) => ({ group, rows: warm(group.name, (spilt) => { writeFigures(group.name, spilt) }) }))
  const rows = warm(name, writeRows)
  const late = new Set<string>()
  let seen = file.position()
  let at = seen

  function writeRows(dirty: readonly Hot[]) {
    for (const { group, rows: of } of figures) for (const { saved, row } of dirty) if (saved !== row) move(group, of, saved, row)
    file.write(name, dirty.filter(({ row, saved, revision }) => row !== saved || revision > 0))
  }
  function writeFigures(table: string, dirty: readonly Hot[]) {
    for (const figure of dirty) figure.row = figure.row && counted(figure.row as Counts)
    file.write(table, dirty)
  }
  function move(group: AnyGroup, of: HotRows, before: Row | undefined, after: Row | undefined) {
    for (const [key, delta] of group.on(before, after)) {
      const figure = of.get(key)
      of.touch(figure)
      figure.row = sum(figure.row as Counts | undefined, delta)
      figure.position = at
    }
  }
  function foldRow(row: Hot, fact: Recorded, key: string) {
    row.row = on[fact.type]!(row.row, fact, key)
    row.position = fact.meta.position
    if (!inOrder) return
    row.at = occurredAt(fact)
    row.order = fact.meta.source?.order ?? 0
    row.revision = fact.meta.revision
  }
  function foldFact(fact: Recorded) {
    if (!on[fact.type] || (inOrder && late.has(fact.meta.stream))) return
    for (const key of keysOf(projection, fact)) {
      const row = rows.get(key)
      if (inOrder && isBefore(fact, row)) { late.add(fact.meta.stream); return }
      rows.touch(row)
      foldRow(row, fact, key)
    }
  }
  function foldAnew(name: string, upTo: number) {
    const facts = stream(name).filter(({ type, meta }) => meta.position <= upTo && on[type]).sort(inBusinessOrder)
    for (const key of new Set(facts.flatMap((fact) => keysOf(projection, fact)))) {
      const row = rows.get(key)
      rows.touch(row)
      Object.assign(row, { row: undefined, at: '', order: 0, revision: 0 })
    }
    for (const fact of facts) {
      at = fact.meta.position
      foldFact(fact)
    }
  }
  const guarded = (work: () => void) => {
    try { work() } catch (failure) { throw new FoldBroken(name, at, failure) }
  }

  const fold: Fold = {
    position: () => seen,
    fold: (facts) => guarded(() => {
      for (const fact of facts) {
        if (fact.meta.position <= seen) continue
        at = fact.meta.position
        foldFact(fact)
        seen = at
      }
    }),
    settle: (upTo) => guarded(() => {
      const streams = [...late]
      late.clear()
      for (const name of streams) foldAnew(name, upTo)
    }),
    touched: () => late.size > 0 || rows.dirty().length > 0,
    commit(position) {
      fold.settle(position)
      const dirty = rows.dirty()
      const written: Change[] = []
      guarded(() => file.commit(position, () => {
        writeRows(dirty)
        for (const { row, saved, key } of dirty) if (row !== saved) written.push({ collection: name, key, row })
        for (const { group, rows: of } of figures) {
          const moved = of.dirty()
          writeFigures(group.name, moved)
          for (const { key, row } of moved) written.push({ collection: group.name, key, row })
        }
      }))
      for (const each of [rows, ...figures.map((figure) => figure.rows)]) { each.clean(each.dirty()); each.cool() }
      seen = Math.max(seen, position)
      return written
    },
    finish(position) {
      fold.settle(position)
      guarded(() => {
        const dirty = rows.dirty()
        writeRows(dirty)
        rows.clean(dirty)
        for (const { group, rows: of } of figures) writeFigures(group.name, of.dirty())
        file.finish(position)
      })
    },
    close: () => { file.close() },
  }
  return fold
}

const keysOf = (projection: AnyProjection, fact: Recorded): readonly string[] => {
  const keys = projection.key(fact)
  return typeof keys === 'string' ? [keys] : keys.length > 1 ? [...new Set(keys)] : keys
}

const isBefore = ({ meta }: Recorded, row: Hot) => {
  if (row.revision === 0) return false
  const happened = meta.occurredAt ?? meta.recordedAt
  if (happened !== row.at) return happened < row.at
  const order = meta.source?.order ?? 0
  return order !== row.order ? order < row.order : meta.revision < row.revision
}
