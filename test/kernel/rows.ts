import { expect } from 'vitest'
import { inBusinessOrder, type Actor, type Fact, type Meta, type Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { isNothing, sum, type AnyGroup, type AnyProjection, type Counts } from '../../projections/kernel.ts'

export type Row = Record<string, unknown>
export type RowsOf = { rows: Record<string, Row>; groups: Record<string, Record<string, Counts>> }

const someone: Actor = { person: 'p-1', role: 'window', department: 'd-1' }
/** Facts as they lie in a book, numbered in the order given; `meta` says what matters. Positions are sparse, as they are on servers. */
export function numbered<E extends Fact>(told: readonly { stream: string; fact: E; meta?: Partial<Meta> }[]): Recorded<E>[] {
  const revisions = new Map<string, number>()
  return told.map(({ stream, fact, meta }, i) => {
    const revision = (revisions.get(stream) ?? 0) + 1
    revisions.set(stream, revision)
    return { ...fact, meta: { position: 2 * i + 1, stream, revision, id: `${i}`, version: 1, recordedAt: '2026-03-02T02:00:00.000Z' as Instant,
      actor: someone, region: '422822', cause: `cause-${i}`, ...meta } }
  })
}

function streamsOf(facts: readonly Recorded[]): Map<string, Recorded[]> {
  const streams = new Map<string, Recorded[]>()
  for (const fact of facts) streams.set(fact.meta.stream, [...streams.get(fact.meta.stream) ?? [], fact])
  return streams
}

/** The rows that these facts make: streams of a `business` projection as they happened, everything else as it came. */
export function naively(p: AnyProjection, groups: readonly AnyGroup[], facts: readonly Recorded[]): RowsOf {
  const ordered = p.order === 'arrival' ? facts : [...streamsOf(facts).values()].flatMap((own) => own.sort(inBusinessOrder))
  const rows = new Map<string, Row>()
  for (const fact of ordered) {
    const on = p.on[fact.type] as ((row: Row | undefined, fact: Recorded, key: string, first?: Row) => Row | undefined) | undefined
    if (!on) continue
    const put = (key: string, first?: Row) => {
      const row = on(rows.get(key), fact, key, first)
      if (row) rows.set(key, row)
      else rows.delete(key)
      return row
    }
    const [lead, ...others] = [p.key(fact)].flat()
    const first = lead === undefined ? undefined : put(lead)
    const named = first && p.also ? p.also(first, fact) : []
    for (const key of new Set([...others, ...named])) if (key !== lead) put(key, p.also && first)
  }
  // A group follows from the rows, so it can be counted from them; zeroes are not kept, whichever way they came about.
  const counts = groups.map(({ name, on }) => {
    const counted: Record<string, Counts> = {}
    for (const row of rows.values()) for (const [key, delta] of on(undefined, row)) counted[key] = sum(counted[key], delta)
    const kept = Object.entries(counted).filter(([, n]) => !isNothing(n)).map(([key, n]) => [key, Object.fromEntries(Object.entries(n).filter(([, m]) => m !== 0))])
    return [name, Object.fromEntries(kept) as Record<string, Counts>] as const
  })
  return { rows: Object.fromEntries(rows), groups: Object.fromEntries(counts) }
}

/** The same, as a runner meets them: one by one, with facts it has seen, and late ones. Groups move by each change of a row. */
function oneByOne(p: AnyProjection, groups: readonly AnyGroup[], facts: readonly Recorded[]): RowsOf {
  let seen = 0
  let before: RowsOf['rows'] = {}
  const past: Recorded[] = []
  const moved: Record<string, Record<string, Counts>> = Object.fromEntries(groups.map(({ name }) => [name, {}]))
  for (const fact of facts) {
    if (fact.meta.position <= seen) continue
    seen = fact.meta.position
    if (!p.on[fact.type]) continue
    past.push(fact)
    // Of other streams only those can matter that feed the same rows, which a `business` row does not allow.
    const { rows } = naively(p, [], p.order === 'business' ? past.filter(({ meta }) => meta.stream === fact.meta.stream) : past)
    const after: RowsOf['rows'] = p.order === 'business' ? { ...before, ...rows } : rows
    const keys = new Set(past.filter(({ meta }) => meta.stream === fact.meta.stream).flatMap((one) => [p.key(one)].flat()))
    for (const key of keys) {
      if (p.order === 'business' && !Object.hasOwn(rows, key)) delete after[key]
      for (const { name, on } of groups) for (const [at, delta] of on(before[key], after[key])) moved[name]![at] = sum(moved[name]![at], delta)
    }
    before = after
  }
  const groupsOf = Object.entries(moved).map(([name, counts]) => [name, Object.fromEntries(Object.entries(counts).filter(([, n]) => !isNothing(n))
    .map(([key, n]) => [key, Object.fromEntries(Object.entries(n).filter(([, m]) => m !== 0))]))] as const)
  return { rows: before, groups: Object.fromEntries(groupsOf) }
}

/** Tells the same facts in another order that the rules allow: streams interleaved anew; where rows follow business order, each stream too. */
export function shuffled(facts: readonly Recorded[], order: AnyProjection['order'], seed: number): Recorded[] {
  let state = seed * 2654435761 >>> 0
  const next = (below: number) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 2 ** 32 * below) }
  const streams = [...streamsOf(facts).values()].map((own) => order === 'business' ? own.sort(() => next(3) - 1) : own)
  const told: Recorded[] = []
  while (told.length < facts.length) {
    const left = streams.filter(({ length }) => length > 0)
    told.push(left[next(left.length)]!.shift()!)
  }
  return told.map((fact, i) => ({ ...fact, meta: { ...fact.meta, position: 3 * i + 2 } }))
}
const withoutPosition = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (name, field: unknown) => name === 'position' ? undefined : field))

/** Rows and groups after these facts. Proves too: facts told again change nothing, another allowed order makes the same rows, groups move
    as rows do, and every row is one by the projection's own schema. */
export function rowsOf(p: AnyProjection, groups: readonly AnyGroup[], facts: readonly Recorded[]): RowsOf {
  const once = naively(p, groups, facts)
  for (const row of Object.values(once.rows)) expect(p.row.parse(row)).toStrictEqual(row)
  expect(oneByOne(p, groups, facts)).toEqual(once)
  expect(oneByOne(p, groups, [...facts, ...facts.slice(Math.floor(facts.length / 2)), ...facts])).toEqual(once)
  for (const seed of [1, 2, 3]) {
    const other = shuffled(facts, p.order, seed)
    expect(withoutPosition(oneByOne(p, groups, other))).toEqual(withoutPosition(once))
  }
  return once
}
