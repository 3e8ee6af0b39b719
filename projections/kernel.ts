import type { z } from 'zod'
import type { Fact, Recorded } from '../domain/kernel/events.ts'

/** Without `lead`, it leads where only the order does. */
export type Composite<Field extends string = string> = { lead?: Field; order: Field; covers: readonly Field[] }
/** 投影 — facts folded into rows that answer one question. No row: the question does not arise. */
export type Projection<Row, Event extends Fact> = {
  name: string
  /** Part of the stored name: a new version is built beside the old one. */
  version: number
  row: z.ZodType<Row>
  /** `business`: each row is fed by one stream and folds its facts as they happened; a fact that arrives late makes the runner fold that
      stream's rows anew. `arrival`: facts are folded as they come, so the fold must not care about their order. */
  order: 'business' | 'arrival'
  /** One fact may touch several rows, or none. */
  key(fact: Recorded<Event>): string | readonly string[]
  /** Further rows of the stream, that only the first one knows of once it has this fact. Each is also a key of the fact that makes it. */
  also?(first: Row, fact: Recorded<Event>): readonly string[]
  /** Declared fields: those that a query may filter and sort by. */
  indexes: readonly (keyof Row & string)[]
  /** 组合索引 over declared fields, for lists in an order: what `covers` names is looked at in the index, so that no row is read to be passed over. */
  composites?: readonly Composite<keyof Row & string>[]
  /** `key` is the row's own, and `first` the first row with this fact in it, for facts that touch several. */
  on: { [T in Event['type']]?: (row: Row | undefined, fact: Recorded<Extract<Event, { type: T }>>, key: string, first?: Row) => Row | undefined }
}

/** 折叠 — what of a projection makes its rows; without what is said of them to whoever keeps or asks them, it can be done anywhere. */
export type Fold<Row, Event extends Fact> = Pick<Projection<Row, Event>, 'key' | 'also' | 'on'>

/** One fact into the rows that it touches, one after the other; for whoever keeps them in a map. */
export function foldInto<Row, Event extends Fact>({ key, also, on }: Fold<Row, Event>, rows: Map<string, Row>, fact: Recorded<Event>): readonly string[] {
  const step = on[fact.type as Event['type']] as ((row: Row | undefined, fact: Recorded<Event>, key: string, first?: Row) => Row | undefined) | undefined
  if (!step) return []
  let keys = [...new Set([key(fact)].flat())], first: Row | undefined
  for (let i = 0; i < keys.length; i++) {
    const row = step(rows.get(keys[i]!), fact, keys[i]!, first)
    if (row) rows.set(keys[i]!, row)
    else rows.delete(keys[i]!)
    if (i === 0 && row && also) {
      first = row
      keys = [...new Set([...keys, ...also(row, fact)])]
    }
  }
  return keys
}

export type Counts = Readonly<Record<string, number>>
/** 汇总 — folds another projection's row changes, so that a figure follows from its rows and moves exactly once. Kept in that one's file. */
export type Group<Row> = {
  name: string
  version: number
  of: string
  on(before: Row | undefined, after: Row | undefined): readonly (readonly [key: string, delta: Counts])[]
}
/** Any projection or group, as the projector sees it. */
export type AnyProjection = Projection<any, any>
export type AnyGroup = Group<any>

export const sum = (counts: Counts = {}, delta: Counts): Counts => {
  const total: Record<string, number> = { ...counts }
  for (const name in delta) total[name] = (total[name] ?? 0) + delta[name]!
  return total
}
const minus = (counts: Counts): Counts => Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, -n]))
/** A group told by what one row counts for: out with the old, in with the new. */
export const moved = <Row>(counts: (row: Row) => readonly (readonly [string, Counts])[]): Group<Row>['on'] => (before, after) => [
  ...(before ? counts(before).map(([key, n]) => [key, minus(n)] as const) : []),
  ...(after ? counts(after) : []),
]
/** A group's row whose counts have all come to nothing is no row. */
export const isNothing = (counts: Counts) => Object.values(counts).every((n) => n === 0)
