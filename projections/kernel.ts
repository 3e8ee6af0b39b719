import type { z } from 'zod'
import type { Fact, Recorded } from '../domain/kernel/events.ts'

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
  /** Declared fields: those that a query may filter and sort by. */
  indexes: readonly (keyof Row & string)[]
  /** `key` is the row's own, for facts that touch several. */
  on: { [T in Event['type']]?: (row: Row | undefined, fact: Recorded<Extract<Event, { type: T }>>, key: string) => Row | undefined }
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
