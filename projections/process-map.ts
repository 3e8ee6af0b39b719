import type { Deviating, Deviation } from './path-deviations.ts'

/** 变体 — one way to go, by its steps. */
export type Variant = { id: string; steps: readonly string[] }
/** 路径 of one case: its variant, and the day (as a number) of each step where the hall stands. */
export type Path = { id: string; variant: Variant; days: readonly number[]; deviations?: readonly Deviating[]; open: boolean }
/** 工作日 of this case after one day and up to another. */
export type Between = (path: Path, after: number, upTo: number) => number

/** 分布 — how many took so many working days; exact, for they are whole. */
type Spread = Map<number, number>
export type Deviated = Partial<Record<Deviation, number>>
/** `cases`: that go through it; `times`: how often they do. `median`, `most` (nine of ten took no longer) in working days since the step before; absent where nothing came before. */
export type MapStep = { step: string; cases: number; times: number; starts: number; ends: number; median?: number; most?: number }
/** `again`: how often the step gone to had been done before in that case. */
export type MapEdge = { from: string; to: string; cases: number; times: number; again: number; median: number; most: number; deviated: Deviated }
export type MapVariant = Variant & { cases: number; shown: boolean; open: number; median: number }
/** `cases`: of the whole filter; `shown`: those whose variant is drawn. `deviated`: cases of the whole filter, each once a kind. */
export type ProcessMap = { cases: number; shown: number; ways: number; variants: MapVariant[]; steps: MapStep[]; edges: MapEdge[]; deviated: Deviated }

const count = (spread: Spread, days: number) => { spread.set(days, (spread.get(days) ?? 0) + 1) }
/** 中位数 (between two in the middle, half way), and what nine of ten took at the most. */
function timesOf(spread: Spread): { median: number; most: number } {
  const sorted = [...spread].sort(([a], [b]) => a - b), n = sorted.reduce((sum, [, cases]) => sum + cases, 0)
  const valueAt = (index: number) => {
    let passed = 0
    for (const [days, cases] of sorted) if ((passed += cases) > index) return days
    return 0
  }
  return { median: (valueAt(Math.floor((n - 1) / 2)) + valueAt(Math.floor(n / 2))) / 2, most: valueAt(Math.ceil(n * 0.9) - 1) }
}
const byText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** 变体 by how many go so, the most first; and those by which at least this share of all cases goes, in as few as that takes. */
function ranked(paths: readonly Path[], share: number, between: Between): MapVariant[] {
  const found = new Map<Variant, { cases: number; open: number; spread: Spread }>()
  for (const path of paths) {
    const { variant, days, open } = path
    let own = found.get(variant)
    if (!own) found.set(variant, own = { cases: 0, open: 0, spread: new Map() })
    own.cases++
    if (open) own.open++
    count(own.spread, between(path, days[0]!, days.at(-1)!))
  }
  const wanted = paths.length * share / 100
  let drawn = 0
  return [...found].sort(([a, { cases }], [b, other]) => other.cases - cases || byText(a.steps.join('\n'), b.steps.join('\n'))).map(([{ id, steps }, { cases, open, spread }]) => {
    const shown = drawn < wanted
    if (shown) drawn += cases
    return { id, steps, cases, open, shown, median: timesOf(spread).median }
  })
}

type Node = Omit<MapStep, 'median' | 'most'> & { spread: Spread; last: Path | undefined }
type Line = Omit<MapEdge, 'median' | 'most'> & { spread: Spread; last: Path | undefined }
function kept<V>(map: Map<string, V>, name: string, make: () => V): V {
  const own = map.get(name)
  if (own !== undefined) return own
  const made = make()
  map.set(name, made)
  return made
}

/** 流程图 — steps and what follows directly upon what, counted and timed from the ways that cases have really gone. Every figure is exact. */
export function mapOf(paths: readonly Path[], share: number, between: Between): ProcessMap {
  const variants = ranked(paths, share, between), shown = new Set(variants.filter((one) => one.shown).map(({ id }) => id))
  const nodes = new Map<string, Node>(), lines = new Map<string, Map<string, Line>>(), deviated: Deviated = {}
  let cases = 0
  for (const path of paths) {
    for (const kind of new Set(path.deviations?.map((one) => one.kind))) deviated[kind] = (deviated[kind] ?? 0) + 1
    if (!shown.has(path.variant.id)) continue
    cases++
    walk(path, nodes, lines, between)
  }
  return { cases: paths.length, shown: cases, ways: variants.length, variants, deviated,
    steps: [...nodes.values()].map(({ spread, last: _, ...step }): MapStep => ({ ...step, ...(spread.size > 0 && timesOf(spread)) }))
      .sort((a, b) => b.cases - a.cases || byText(a.step, b.step)),
    edges: [...lines.values()].flatMap((to) => [...to.values()]).map(({ spread, last: _, ...line }): MapEdge => ({ ...line, ...timesOf(spread) }))
      .sort((a, b) => b.times - a.times || byText(a.from, b.from) || byText(a.to, b.to)) }
}

function walk(path: Path, nodes: Map<string, Node>, lines: Map<string, Map<string, Line>>, between: Between) {
  const { variant: { steps }, days, deviations } = path
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!, node = kept(nodes, step, (): Node => ({ step, cases: 0, times: 0, starts: 0, ends: 0, spread: new Map(), last: undefined })), back = node.last === path
    node.times++
    if (!back) { node.cases++; node.last = path }
    if (i === steps.length - 1) node.ends++
    if (i === 0) { node.starts++; continue }
    const from = steps[i - 1]!, took = between(path, days[i - 1]!, days[i]!)
    const line = kept(kept(lines, from, () => new Map<string, Line>()), step, (): Line => ({ from, to: step, cases: 0, times: 0, again: 0, deviated: {}, spread: new Map(), last: undefined }))
    line.times++
    if (line.last !== path) { line.cases++; line.last = path }
    if (back) line.again++
    count(node.spread, took)
    count(line.spread, took)
    for (const { at, kind } of deviations ?? []) if (at === i) line.deviated[kind] = (line.deviated[kind] ?? 0) + 1
  }
}

/** 所指 — a part of the map: a step, a way from one to the next, a variant or a deviation. */
export type Part = { step?: string | undefined; from?: string | undefined; to?: string | undefined; variant?: string | undefined; deviation?: Deviation | undefined }
/** Does the case go through it? */
export function goesThrough({ variant: { id, steps }, deviations }: Path, { step, from, to, variant, deviation }: Part): boolean {
  return (step === undefined || steps.includes(step)) && (variant === undefined || variant === id)
    && (deviation === undefined || deviations?.some((one) => one.kind === deviation) === true)
    && ((from ?? to) === undefined || steps.some((name, i) => i > 0 && name === to && steps[i - 1] === from))
}
