import { beside, layersOf, ordered, type Way } from './order.ts'

export type Box = { step: string; x: number; y: number; width: number; height: number }
export type Point = { x: number; y: number }
/** `back`: it leads to a step that stands above; such a way leaves the boxes aside and comes round. `points`: where it goes through, from box to box. */
export type Drawn<W extends Way> = { way: W; d: string; back: boolean; points: readonly Point[] }
export type Layout<W extends Way> = { boxes: readonly Box[]; ways: readonly Drawn<W>[]; width: number; height: number }

export const height = 58
const gapX = 34, gapY = 64, margin = 18, lane = 18, thin = 14
/** A step, or where a longer way passes a layer on its way down. */
type Place = { name: string; layer: number; width: number; x: number; step?: string }
const byText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** 版面 — top-down in layers, by the same steps and ways always the same: boxes never touch, and no way goes through a box. */
export function layout<W extends Way>(steps: readonly { step: string; width: number }[], given: readonly W[]): Layout<W> {
  const ways = [...given].sort((a, b) => byText(a.from, b.from) || byText(a.to, b.to)), order = ordered(steps.map(({ step }) => step), ways), layer = layersOf(order, ways)
  const down = (way: Way) => layer.get(way.from)! < layer.get(way.to)!
  const rows: Place[][] = Array.from({ length: Math.max(-1, ...layer.values()) + 1 }, () => []), places = new Map<string, Place>()
  const put = (place: Place) => { rows[place.layer]!.push(place); places.set(place.name, place) }
  const widths = new Map(steps.map(({ step, width }) => [step, width]))
  for (const step of order) put({ name: step, step, layer: layer.get(step)!, width: widths.get(step)!, x: 0 })
  const chains = new Map<W, Place[]>()
  for (const way of ways.filter(down)) {
    const chain = [places.get(way.from)!]
    for (let at = layer.get(way.from)! + 1; at < layer.get(way.to)!; at++) { put({ name: `${way.from}\n${way.to}\n${at}`, layer: at, width: thin, x: 0 }); chain.push(rows[at]!.at(-1)!) }
    chains.set(way, [...chain, places.get(way.to)!])
  }
  settle(rows, [...chains].flatMap(([way, chain]) => chain.slice(1).map((to, i) => ({ from: chain[i]!, to, times: way.times }))))
  return drawn(rows, ways, chains, places)
}

type Link = { from: Place; to: Place; times: number }
/** Order within the layers, and then where each stands: near those that it is bound to, the strong before the weak. */
function settle(rows: Place[][], links: readonly Link[]) {
  const above = new Map<Place, Link[]>(), below = new Map<Place, Link[]>()
  for (const link of links) { above.set(link.to, [...above.get(link.to) ?? [], link]); below.set(link.from, [...below.get(link.from) ?? [], link]) }
  const spread = (row: Place[]) => { const xs = beside(row.map(({ x, width }) => ({ at: x, width, weight: 1 })), gapX); row.forEach((place, i) => { place.x = xs[i]! }) }
  const wish = (place: Place, sides: readonly Map<Place, Link[]>[]) => {
    const bound = sides.flatMap((side) => side.get(place) ?? []), sum = bound.reduce((all, { times }) => all + times, 0)
    return sum === 0 ? place.x : bound.reduce((all, { from, to, times }) => all + (from === place ? to : from).x * times, 0) / sum
  }
  rows.forEach((row) => { row.forEach((place, i) => { place.x = i * 200 }) })
  for (let pass = 0; pass < 12; pass++) {
    const downwards = pass % 2 === 0, inTurn = downwards ? rows : [...rows].reverse()
    for (const row of inTurn) {
      const wishes = new Map(row.map((place) => [place, wish(place, [downwards ? above : below])]))
      row.sort((a, b) => wishes.get(a)! - wishes.get(b)! || byText(a.name, b.name))
      row.forEach((place) => { place.x = wishes.get(place)! })
      spread(row)
    }
  }
  for (let pass = 0; pass < 24; pass++) for (const row of pass % 2 === 0 ? rows : [...rows].reverse()) {
    const xs = beside(row.map((place) => ({ at: wish(place, [above, below]), width: place.width,
      weight: 1 + [...above.get(place) ?? [], ...below.get(place) ?? []].reduce((sum, { times }) => sum + times, 0) })), gapX)
    row.forEach((place, i) => { place.x = xs[i]! })
  }
}

const n = (value: number) => Math.round(value * 10) / 10
const topOf = (layer: number) => margin + layer * (height + gapY)
const through = (points: readonly Point[]) => points.map(({ x, y }, i) => {
  if (i === 0) return `M${n(x)} ${n(y)}`
  const before = points[i - 1]!, half = (y - before.y) / 2
  return before.x === x ? `V${n(y)}` : `C${n(before.x)} ${n(before.y + half)} ${n(x)} ${n(y - half)} ${n(x)} ${n(y)}`
}).join('')
/** Round the corners of a way that goes along straight lines. */
const along = (points: readonly Point[], radius = 10) => points.map(({ x, y }, i) => {
  const before = points[i - 1], after = points[i + 1]
  if (!before) return `M${n(x)} ${n(y)}`
  if (!after) return `L${n(x)} ${n(y)}`
  const towards = (to: Point) => { const length = Math.hypot(to.x - x, to.y - y), r = Math.min(radius, length / 2); return length === 0 ? { x, y } : { x: x + (to.x - x) / length * r, y: y + (to.y - y) / length * r } }
  const a = towards(before), b = towards(after)
  return `L${n(a.x)} ${n(a.y)}Q${n(x)} ${n(y)} ${n(b.x)} ${n(b.y)}`
}).join('')

function drawn<W extends Way>(rows: readonly (readonly Place[])[], ways: readonly W[], chains: ReadonlyMap<W, readonly Place[]>, places: ReadonlyMap<string, Place>): Layout<W> {
  const all = rows.flat(), left = Math.min(0, ...all.map(({ x, width }) => x - width / 2)), shift = margin - left
  const boxes = all.flatMap(({ step, layer, x, width }): Box[] => step === undefined ? [] : [{ step, x: x + shift - width / 2, y: topOf(layer), width, height }])
  const right = Math.max(0, ...all.map(({ x, width }) => x + shift + width / 2))
  let lanes = 0
  const lines = ways.map((way): Drawn<W> => {
    const chain = chains.get(way)
    if (chain) {
      const points = chain.flatMap(({ x, layer, step }, i): Point[] => i === 0 ? [{ x: x + shift, y: topOf(layer) + height }]
        : step !== undefined ? [{ x: x + shift, y: topOf(layer) }] : [{ x: x + shift, y: topOf(layer) }, { x: x + shift, y: topOf(layer) + height }])
      return { way, back: false, points, d: through(points) }
    }
    const from = places.get(way.from)!, to = places.get(way.to)!, fromY = topOf(from.layer) + height, toY = topOf(to.layer), side = right + lane * ++lanes, step = 6 + (lanes % 5) * 4
    const out = from.x + shift + from.width / 4, into = to.x + shift + to.width / 4
    const points = [{ x: out, y: fromY }, { x: out, y: fromY + step }, { x: side, y: fromY + step }, { x: side, y: toY - step }, { x: into, y: toY - step }, { x: into, y: toY }]
    return { way, back: true, points, d: along(points) }
  })
  return { boxes, ways: lines, width: right + lane * (lanes + 1) + margin, height: rows.length === 0 ? 0 : topOf(rows.length - 1) + height + gapY / 2 + margin }
}

export type Label = { x: number; y: number; width: number }
const labelHeight = 20
/** 标签 — one for each of the ways, where it covers no box and no other label; along the way, from its middle outwards. Nothing where there is no room. */
export function labelled(boxes: readonly Box[], ways: readonly { points: readonly Point[]; width: number }[]): (Label | undefined)[] {
  const taken: { x: number; y: number; width: number; height: number }[] = [...boxes]
  const free = (x: number, y: number, width: number) => taken.every((other) => x + width / 2 + 3 <= other.x || x - width / 2 - 3 >= other.x + other.width
    || y + labelHeight / 2 <= other.y || y - labelHeight / 2 >= other.y + other.height)
  return ways.map(({ points, width }) => {
    const stops = points.slice(1).flatMap((to, i) => { const from = points[i]!; return [0.5, 0.35, 0.65].map((t) => ({ x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t })) })
    const spot = stops.find(({ x, y }) => free(x, y, width)) ?? stops.flatMap(({ x, y }) => [width / 2 + 6, -width / 2 - 6].map((by) => ({ x: x + by, y }))).find(({ x, y }) => x - width / 2 > 0 && free(x, y, width))
    if (!spot) return undefined
    taken.push({ x: spot.x - width / 2, y: spot.y - labelHeight / 2, width, height: labelHeight })
    return { ...spot, width }
  })
}
