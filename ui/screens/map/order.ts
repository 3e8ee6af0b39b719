/** 有向的边 by the names of its ends; `times` is how strong it is. */
export type Way = { from: string; to: string; times: number }
const byText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** 先后 — an order of the steps in which as little as possible goes back: again and again what nothing comes before is put first, what nothing
    follows is put last, and else the one that gives most more than it takes (Eades, Lin and Smyth). The same whatever the order of the asking. */
export function ordered(steps: readonly string[], ways: readonly Way[]): string[] {
  const left = new Set([...steps].sort(byText)), first: string[] = [], last: string[] = []
  const inner = ways.filter(({ from, to }) => from !== to && left.has(from) && left.has(to))
  const weight = (step: string, side: 'from' | 'to') => inner.reduce((sum, way) => way[side] === step && left.has(way[side === 'from' ? 'to' : 'from']) ? sum + way.times : sum, 0)
  while (left.size > 0) {
    const all = [...left], sink = all.findLast((step) => weight(step, 'from') === 0), source = all.find((step) => weight(step, 'to') === 0)
    // What stands alone goes with what comes first.
    if (source !== undefined) { first.push(source); left.delete(source); continue }
    if (sink !== undefined) { last.unshift(sink); left.delete(sink); continue }
    const best = all.reduce((one, step) => weight(step, 'from') - weight(step, 'to') > weight(one, 'from') - weight(one, 'to') ? step : one)
    first.push(best)
    left.delete(best)
  }
  return [...first, ...last]
}

/** 层 of each step: one below the lowest of those that lead to it. */
export function layersOf(order: readonly string[], ways: readonly Way[]): Map<string, number> {
  const place = new Map(order.map((step, i) => [step, i])), layer = new Map<string, number>()
  for (const step of order) {
    const above = ways.filter(({ from, to }) => to === step && from !== to && place.has(from) && place.get(from)! < place.get(step)!).map(({ from }) => layer.get(from)! + 1)
    layer.set(step, Math.max(0, ...above))
  }
  return layer
}

/** Puts things side by side as near as can be to where each would like to stand, in this order and without touching (pool adjacent violators). */
export function beside(wishes: readonly { at: number; width: number; weight: number }[], gap: number): number[] {
  type Block = { at: number; weight: number; members: number[] }
  const offsets: number[] = []
  let offset = 0
  wishes.forEach(({ width }, i) => {
    if (i > 0) offset += wishes[i - 1]!.width / 2 + gap + width / 2
    offsets.push(offset)
  })
  const blocks: Block[] = []
  wishes.forEach(({ at, weight }, i) => {
    let block: Block = { at: at - offsets[i]!, weight, members: [i] }
    for (let before = blocks.at(-1); before && before.at > block.at; before = blocks.at(-1)) {
      blocks.pop()
      const sum = before.weight + block.weight
      block = { at: (before.at * before.weight + block.at * block.weight) / sum, weight: sum, members: [...before.members, ...block.members] }
    }
    blocks.push(block)
  })
  const found: number[] = []
  for (const { at, members } of blocks) for (const i of members) found[i] = at + offsets[i]!
  return found
}
