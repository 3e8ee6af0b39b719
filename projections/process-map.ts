import type { Deviating, Deviation } from './path-deviations.ts'

/** 变体 — one way to go, by its steps. */
export type Variant = { id: string; steps: readonly string[] }
/** 路径 of one case: its variant, and the day (as a number) of each step where the hall stands. */
export type Path = { id: string; variant: Variant; days: readonly number[]; deviations?: readonly Deviating[] | undefined; open: boolean }
/** 工作日 of this case after one day and up to another. */
export type Between = (path: Path, after: number, upTo: number) => number

export type Deviated = Partial<Record<Deviation, number>>
/** `cases`: that go through it; `times`: how often they do. `median`, `most` (nine of ten took no longer) in working days since the step before; absent where nothing came before. */
export type MapStep = { step: string; cases: number; times: number; starts: number; ends: number; median?: number; most?: number }
/** `again`: how often the step gone to had been done before in that case. */
export type MapEdge = { from: string; to: string; cases: number; times: number; again: number; median: number; most: number; deviated: Deviated }
export type MapVariant = Variant & { cases: number; shown: boolean; open: number; median: number }
/** `cases`: of the whole filter; `shown`: those whose variant is drawn. `deviated`: cases of the whole filter, each once a kind. */
export type ProcessMap = { cases: number; shown: number; ways: number; variants: MapVariant[]; steps: MapStep[]; edges: MapEdge[]; deviated: Deviated }

/** 分布 — how many took so many working days; exact, for they are whole. */
type Spread = {
  readonly counts: readonly number[]; add(days: number, times?: number): void; addAll(other: Spread): void
  /** 中位数 (between two in the middle, half way), and what nine of ten took at the most; nothing where nothing was timed. */
  times(): { median: number; most: number } | undefined
}
function spread(): Spread {
  const counts: number[] = []
  let n = 0
  const add = (days: number, times = 1) => {
    while (counts.length <= days) counts.push(0)
    counts[days]! += times
    n += times
  }
  const valueAt = (index: number) => {
    let passed = 0
    for (let days = 0; days < counts.length; days++) if ((passed += counts[days]!) > index) return days
    return 0
  }
  return {
    add,
    addAll: (other: Spread) => other.counts.forEach((times, days) => { if (times > 0) add(days, times) }),
    counts,
    times: () => n === 0 ? undefined : { median: (valueAt(Math.floor((n - 1) / 2)) + valueAt(Math.floor(n / 2))) / 2, most: valueAt(Math.ceil(n * 0.9) - 1) },
  }
}
const byText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

type Way = { variant: Variant; paths: Path[]; shown: boolean }
/** 变体 by how many go so, the most first; and those by which at least this share of all cases goes, in as few as that takes. */
export function ranked(paths: readonly Path[], share: number): Way[] {
  const found = new Map<Variant, Path[]>()
  for (const path of paths) {
    const own = found.get(path.variant)
    if (own) own.push(path)
    else found.set(path.variant, [path])
  }
  const wanted = paths.length * share / 100
  let drawn = 0
  return [...found].sort(([a, one], [b, other]) => other.length - one.length || byText(a.steps.join('\n'), b.steps.join('\n'))).map(([variant, own]) => {
    const shown = drawn < wanted
    if (shown) drawn += own.length
    return { variant, paths: own, shown }
  })
}

function kept<V>(map: Map<string, V>, name: string, make: () => V): V {
  const own = map.get(name)
  if (own !== undefined) return own
  const made = make()
  map.set(name, made)
  return made
}
type Node = Omit<MapStep, 'median' | 'most'>
type Line = Omit<MapEdge, 'median' | 'most'> & { spread: Spread }
type Drawing = { nodes: Map<string, Node>; lines: Map<string, Map<string, Line>> }

/** 流程图 — steps and what follows directly upon what, counted and timed from the ways that cases have really gone. Every figure is exact. */
export function mapOf(paths: readonly Path[], share: number, between: Between): ProcessMap {
  const ways = ranked(paths, share), drawing: Drawing = { nodes: new Map(), lines: new Map() }, deviated: Deviated = {}
  for (const { deviations = [] } of paths) for (const kind of new Set(deviations.map((one) => one.kind))) deviated[kind] = (deviated[kind] ?? 0) + 1
  const variants = ways.map(({ variant: { id, steps }, paths: own, shown }): MapVariant => {
    const whole = spread()
    for (const path of own) whole.add(between(path, path.days[0]!, path.days.at(-1)!))
    return { id, steps, cases: own.length, shown, open: own.filter(({ open }) => open).length, median: whole.times()!.median }
  })
  for (const way of ways) if (way.shown) walk(way, drawing, between)
  const lines = [...drawing.lines.values()].flatMap((to) => [...to.values()])
  const steps = [...drawing.nodes.values()].map((node): MapStep => {
    const into = spread()
    for (const line of lines) if (line.to === node.step) into.addAll(line.spread)
    return { ...node, ...into.times() }
  })
  return { cases: paths.length, shown: variants.reduce((sum, { shown, cases }) => shown ? sum + cases : sum, 0), ways: variants.length, variants, deviated,
    steps: steps.sort((a, b) => b.cases - a.cases || byText(a.step, b.step)),
    edges: lines.map(({ spread: took, ...line }): MapEdge => ({ ...line, ...took.times()! })).sort((a, b) => b.times - a.times || byText(a.from, b.from) || byText(a.to, b.to)) }
}

/** All that go one way are counted at once; only how long each of them took is looked at one by one. */
function walk({ variant: { steps }, paths }: Way, { nodes, lines }: Drawing, between: Between) {
  const n = paths.length, counted = new Set<Node | Line>()
  steps.forEach((step, i) => {
    const node = kept(nodes, step, (): Node => ({ step, cases: 0, times: 0, starts: 0, ends: 0 })), again = counted.has(node)
    node.times += n
    if (!again) { counted.add(node); node.cases += n }
    if (i === steps.length - 1) node.ends += n
    if (i === 0) { node.starts += n; return }
    const from = steps[i - 1]!, onwards = kept(lines, from, () => new Map<string, Line>())
    const line = kept(onwards, step, (): Line => ({ from, to: step, cases: 0, times: 0, again: 0, deviated: {}, spread: spread() }))
    line.times += n
    if (!counted.has(line)) { counted.add(line); line.cases += n }
    if (again) line.again += n
    for (const path of paths) {
      line.spread.add(between(path, path.days[i - 1]!, path.days[i]!))
      for (const { at, kind } of path.deviations ?? []) if (at === i) line.deviated[kind] = (line.deviated[kind] ?? 0) + 1
    }
  })
}

/** 所指 — a part of the map: a step, a way from one to the next, a variant or a deviation. */
export type Part = { step?: string | undefined; from?: string | undefined; to?: string | undefined; variant?: string | undefined; deviation?: Deviation | undefined }
/** Does the case go through it? */
export function goesThrough({ variant: { id, steps }, deviations }: Path, { step, from, to, variant, deviation }: Part): boolean {
  return (step === undefined || steps.includes(step)) && (variant === undefined || variant === id)
    && (deviation === undefined || deviations?.some((one) => one.kind === deviation) === true)
    && ((from ?? to) === undefined || steps.some((name, i) => i > 0 && name === to && steps[i - 1] === from))
}
