import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelled, layout, type Box, type Layout } from '../../ui/screens/map/layout.ts'
import { beside, type Way } from '../../ui/screens/map/order.ts'

const names = Array.from({ length: 14 }, (_, i) => `步骤${String.fromCharCode(65 + i)}`)
/** Steps and what follows what, with loops, rework and steps that nothing leads to. */
const maps = fc.record({ steps: fc.uniqueArray(fc.record({ step: fc.constantFrom(...names), width: fc.integer({ min: 60, max: 300 }) }), { selector: ({ step }) => step, minLength: 1, maxLength: 14 }),
  pairs: fc.uniqueArray(fc.tuple(fc.nat(13), fc.nat(13), fc.integer({ min: 1, max: 5000 })), { selector: ([a, b]) => `${a} ${b}`, maxLength: 40 }) })
  .map(({ steps, pairs }) => ({ steps, ways: [...new Map(pairs.map(([a, b, times]): [string, Way] => {
    const from = steps[a % steps.length]!.step, to = steps[b % steps.length]!.step
    return [`${from}\n${to}`, { from, to, times }]
  })).values()] }))
const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The line as it is drawn, read from its path by another road than the one that wrote it: sampled points of every piece. */
function sampled(d: string): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = []
  let x = 0, y = 0
  for (const [, command = '', rest = ''] of d.matchAll(/([MLVCQ])([^MLVCQ]*)/g)) {
    const v = (rest.match(/-?[\d.]+/g) ?? []).map(Number), [x0, y0] = [x, y], end = command === 'V' ? [x, v[0]!] : v.slice(-2)
    for (let i = 0; i <= 40; i++) {
      const t = i / 40, u = 1 - t, mix = (axis: 0 | 1) => {
        const p0 = axis === 0 ? x0 : y0, e = end[axis]!
        if (command === 'C') return u ** 3 * p0 + 3 * u * u * t * v[axis]! + 3 * u * t * t * v[2 + axis]! + t ** 3 * e
        if (command === 'Q') return u * u * p0 + 2 * u * t * v[axis]! + t * t * e
        return command === 'M' ? e : u * p0 + t * e
      }
      found.push({ x: mix(0), y: mix(1) })
    }
    ;[x, y] = end as [number, number]
  }
  return found
}
const within = ({ x, y, width, height }: Box, point: { x: number; y: number }, by: number) => point.x > x + by && point.x < x + width - by && point.y > y + by && point.y < y + height - by
const boxOf = (made: Layout<Way>, step: string) => made.boxes.find((box) => box.step === step)!

describe('流程图的版面', () => {
  it('every step has its box, and no two boxes touch', () => fc.assert(fc.property(maps, ({ steps, ways }) => {
    const { boxes, width, height } = layout(steps, ways)
    expect(boxes.map(({ step }) => step).sort()).toStrictEqual(steps.map(({ step }) => step).sort())
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(overlap(a, b), `${a.step} ${b.step}`).toBe(false)))
    for (const box of boxes) { expect(box.x).toBeGreaterThanOrEqual(0); expect(box.x + box.width).toBeLessThanOrEqual(width); expect(box.y + box.height).toBeLessThanOrEqual(height) }
  })))
  it('no way goes through a box, and each begins and ends at its own', () => fc.assert(fc.property(maps, ({ steps, ways }) => {
    const made = layout(steps, ways)
    expect(made.ways.length).toBe(ways.length)
    for (const { way, d, back } of made.ways) {
      const line = sampled(d), from = boxOf(made, way.from), to = boxOf(made, way.to), first = line[0]!, last = line.at(-1)!
      for (const box of made.boxes) for (const point of line) expect(within(box, point, 0.2), `${way.from} → ${way.to} through ${box.step}: ${d}`).toBe(false)
      expect(Math.abs(first.y - (from.y + from.height))).toBeLessThan(0.2)
      expect(Math.abs(last.y - to.y)).toBeLessThan(0.2)
      for (const [point, box] of [[first, from], [last, to]] as const) expect(point.x >= box.x && point.x <= box.x + box.width).toBe(true)
      expect(back).toBe(to.y <= from.y)
      for (const point of line) { expect(point.x).toBeGreaterThanOrEqual(0); expect(point.x).toBeLessThanOrEqual(made.width) }
    }
  }), { numRuns: 60 }))
  it('is the same whatever the order of the asking', () => fc.assert(fc.property(maps, fc.infiniteStream(fc.nat(1000)), ({ steps, ways }, numbers) => {
    const shuffled = <T>(all: readonly T[]) => all.map((one) => [numbers.next().value as number, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one)
    const one = layout(steps, ways), other = layout(shuffled(steps), shuffled(ways))
    expect([...other.boxes].sort((a, b) => a.step < b.step ? -1 : 1)).toStrictEqual([...one.boxes].sort((a, b) => a.step < b.step ? -1 : 1))
    expect(other.ways.map(({ d }) => d)).toStrictEqual(one.ways.map(({ d }) => d))
  })))
  it('a chain without branches goes straight down in its order', () => {
    const steps = names.map((step) => ({ step, width: 160 })), made = layout(steps, names.slice(1).map((to, i) => ({ from: names[i]!, to, times: 9 })))
    expect([...made.boxes].sort((a, b) => a.y - b.y).map(({ step }) => step)).toStrictEqual(names)
    expect(new Set(made.boxes.map(({ x }) => Math.round(x))).size).toBe(1)
    expect(made.ways.some(({ back }) => back)).toBe(false)
  })
  it('what mostly goes one way and seldom back is drawn down, and back what goes back', () => {
    const made = layout(['收', '办', '审'].map((step) => ({ step, width: 100 })), [{ from: '收', to: '办', times: 90 }, { from: '办', to: '审', times: 95 }, { from: '审', to: '办', times: 5 }])
    expect(made.ways.filter(({ back }) => back).map(({ way }) => `${way.from}${way.to}`)).toStrictEqual(['审办'])
  })
  it('labels cover neither boxes nor each other', () => fc.assert(fc.property(maps, ({ steps, ways }) => {
    const made = layout(steps, ways), labels = labelled(made.boxes, made.ways.slice(0, 8).map(({ points }) => ({ points, width: 60 }))).flatMap((one) => one ? [{ step: '', x: one.x - 30, y: one.y - 10, width: 60, height: 20 }] : [])
    labels.forEach((a, i) => { for (const b of [...labels.slice(i + 1), ...made.boxes]) expect(overlap(a, b)).toBe(false) })
  })))
  it('side by side: in order, apart, and where they wish if they can', () => fc.assert(fc.property(fc.array(fc.record({ at: fc.integer({ min: -500, max: 500 }), width: fc.integer({ min: 1, max: 80 }), weight: fc.integer({ min: 1, max: 9 }) }), { minLength: 1 }), (wishes) => {
    const xs = beside(wishes, 10)
    for (let i = 1; i < xs.length; i++) expect(xs[i]! - xs[i - 1]! - wishes[i - 1]!.width / 2 - wishes[i]!.width / 2).toBeGreaterThanOrEqual(10 - 1e-6)
    const apart = wishes.every(({ at, width }, i) => i === 0 || at - wishes[i - 1]!.at - wishes[i - 1]!.width / 2 - width / 2 >= 10)
    if (apart) expect(xs.map(Math.round)).toStrictEqual(wishes.map(({ at }) => Math.round(at)))
  })))
})
