import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecOf, flvReader } from '../../ui/screens/video/flv.ts'
import { modesOf } from '../../ui/screens/video/seats.svelte.ts'
import { covers, heldAt, holding, lastOfAll, laneOf, lengthOf, momentOf, nextPicture, placed, ticksOf, xOf, zoomed } from '../../ui/screens/video/timeline.ts'

const start = Date.parse('2026-10-26T02:00:00Z')
const stretch = fc.record({ from: fc.integer({ min: -1e8, max: 1e8 }), length: fc.integer({ min: 60_000, max: 864e5 }) }).map(({ from, length }) => ({ fromMs: start + from, toMs: start + from + length }))
const zones = fc.constantFrom('Asia/Shanghai', 'Asia/Urumqi', 'UTC', 'America/New_York', 'Asia/Kolkata')
const clock = (ms: number, zone: string) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms)

describe('时间轴 — the hand', () => {
  it('what is enlarged about an instant leaves it where it is, between one minute and one day', () => fc.assert(fc.property(stretch, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 50, noNaN: true }), (seen, part, by) => {
    const about = seen.fromMs + part * lengthOf(seen), after = zoomed(seen, about, by)
    expect(xOf(about, after, 1000)).toBeCloseTo(xOf(about, seen, 1000), 3)
    expect(lengthOf(after)).toBeGreaterThanOrEqual(60_000 - 1)
    expect(lengthOf(after)).toBeLessThanOrEqual(864e5 + 1)
  })))
  it('an instant that is held is in sight, and what had it in sight does not move', () => fc.assert(fc.property(stretch, fc.integer({ min: -2e8, max: 2e8 }), (seen, by) => {
    const ms = start + by, after = holding(seen, ms)
    expect(ms >= after.fromMs && ms <= after.toMs).toBe(true)
    expect(lengthOf(after)).toBe(lengthOf(seen))
    if (ms >= seen.fromMs && ms <= seen.toMs) expect(after).toBe(seen)
  })))
  it('the marks are round by the clock of the hall, and never crowd', () => fc.assert(fc.property(stretch, zones, fc.integer({ min: 300, max: 1800 }), (seen, zone, width) => {
    const ticks = ticksOf(seen, width, zone), gaps = ticks.slice(1).map(({ x }, i) => x - ticks[i]!.x)
    for (const { ms } of ticks) expect(ms >= seen.fromMs && ms <= seen.toMs).toBe(true)
    if (lengthOf(seen) >= 600_000) for (const { ms } of ticks) expect(clock(ms, zone).slice(-2)).toBe('00')
    if (lengthOf(seen) <= 36e5 * 6) for (const gap of gaps) expect(gap).toBeGreaterThan(60)
  })))
  it('what is typed is the second that the clock of the hall shows', () => fc.assert(fc.property(fc.integer({ min: 0, max: 86_399 }), zones, fc.boolean(), (second, zone, colons) => {
    const two = (n: number) => String(n).padStart(2, '0'), parts = [two(Math.floor(second / 3600)), two(Math.floor(second / 60) % 60), two(second % 60)]
    const found = momentOf(parts.join(colons ? ':' : ''), start, zone)!
    expect(clock(found, zone)).toBe(parts.join(':'))
    expect(Math.abs(found - start)).toBeLessThan(864e5)
  })))
  it('where nobody has said when, it begins with the newest moment that all hold; what holds nothing keeps nobody back', () => {
    const until = (...ends: number[]) => ({ spans: ends.map((toMs, seq) => ({ seq, run: 1, fromMs: toMs - 1000, toMs: start + toMs })) }), lost = { spans: [{ seq: 1, run: 1, fromMs: start, toMs: start + 90_000, amiss: 'missing' as const }] }
    expect(lastOfAll([until(10_000, 40_000), until(35_000), until(), lost])).toBe(start + 34_500)
    expect([lastOfAll([]), lastOfAll([until(), lost])]).toStrictEqual([undefined, undefined])
  })
  it('what is no time is none', () => {
    for (const text of ['', '25:00', '10:61', '10:22:75', 'abc', '1', '10:2', '10:22:5x']) expect(momentOf(text, start, 'UTC')).toBeUndefined()
    expect(momentOf('9:05', start, 'UTC')).toBe(Date.parse('2026-10-26T09:05:00Z'))
  })
})

const segments = fc.array(fc.record({ has: fc.boolean(), run: fc.integer({ min: 1, max: 3 }), kept: fc.boolean() }), { minLength: 1, maxLength: 40 }).map((list) => {
  const each = 10_000, spans = list.flatMap(({ has, run, kept }, i) => has ? [{ seq: i + 1, run, fromMs: start + i * each, toMs: start + (i + 1) * each, kept: kept ? [{ reason: 'step' }] : [] }] : [])
  const gaps = list.flatMap(({ has }, i) => has ? [] : [{ fromMs: start + i * each, toMs: start + (i + 1) * each, cause: 'camera' }])
  return { spans, gaps, facts: [], purged: [] }
})
describe('时间轴 — lanes', () => {
  it('at every second a lane shows a picture exactly where there is one, and a reason exactly where there is none', () => fc.assert(fc.property(segments, fc.integer({ min: 0, max: 399 }), (footage, second) => {
    const ms = start + second * 1000 + 500, seen = { fromMs: start, toMs: start + 400_000 }, lane = laneOf(footage, seen, start + 400_000)
    const inside = (list: readonly { fromMs: number; toMs: number }[]) => list.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
    expect(inside(lane.bars)).toBe(inside(footage.spans))
    expect(inside(lane.gaps)).toBe(inside(footage.gaps))
    expect(inside(lane.kept)).toBe(inside(footage.spans.filter(({ kept }) => kept.length)))
    const held = heldAt(footage, ms), next = nextPicture(footage, ms)
    expect('span' in held).toBe(inside(footage.spans))
    if ('span' in held) expect(next).toBe(ms)
    else if (next !== undefined) expect(footage.spans.some(({ fromMs }) => fromMs === next)).toBe(true)
  })))
  it('no bar reaches over the edge of what is seen, or over another', () => fc.assert(fc.property(segments, stretch, (footage, seen) => {
    const { bars } = laneOf(footage, seen, start)
    for (const bar of bars) expect(covers(seen, bar)).toBe(true)
    bars.slice(1).forEach((bar, i) => expect(bar.fromMs).toBeGreaterThanOrEqual(bars[i]!.toMs))
  })))
  it('the words of facts never lie on one another', () => fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1_200_000 }), { maxLength: 30 }), (at) => {
    const facts = at.map((ms, i) => ({ id: `f${i}`, type: 'CaseAccepted', caseId: 'c', caseNo: 'c', atMs: start + ms })), wide = 80
    const taken = placed(facts, { fromMs: start, toMs: start + 1_200_000 }, 1000, () => wide).filter(({ side }) => side !== 'none').map(({ x, side }) => side === 'right' ? [x, x + wide] : [x - wide, x]).sort((a, b) => a[0]! - b[0]!)
    taken.slice(1).forEach(([from], i) => expect(from).toBeGreaterThanOrEqual(taken[i]![1]! - 12))
    for (const [from, to] of taken) expect(from! >= 0 && to! <= 1000).toBe(true)
  })))
})

describe('解码位', () => {
  const tiles = fc.uniqueArray(fc.record({ camera: fc.stringMatching(/^[a-z]{1,4}$/), inSight: fc.boolean(), pixels: fc.option(fc.integer({ min: 1000, max: 1920 * 1080 }), { nil: undefined }) }), { selector: ({ camera }) => camera, maxLength: 30 })
  it('never more than four pictures of 1080p at once, nothing out of sight, and nobody in sight without a picture', () => fc.assert(fc.property(tiles, (wanting) => {
    const modes = modesOf(wanting), full = wanting.filter(({ camera }) => modes.get(camera) === 'full')
    expect(full.reduce((sum, { pixels = 1920 * 1080 }) => sum + pixels, 0)).toBeLessThanOrEqual(4 * 1920 * 1080)
    for (const { camera, inSight } of wanting) expect(modes.get(camera) === 'off').toBe(!inSight)
  })))
  it('the first four of unknown size are whole, the fifth is not', () =>
    expect([...modesOf(['a', 'b', 'c', 'd', 'e'].map((camera) => ({ camera, inSight: true }))).values()]).toStrictEqual(['full', 'full', 'full', 'full', 'still']))
})

describe('流', () => {
  const tag = (type: number, timeMs: number, body: number[]) => [type, body.length >> 16, body.length >> 8 & 255, body.length & 255, timeMs >> 16 & 255, timeMs >> 8 & 255, timeMs & 255, timeMs >>> 24, 0, 0, 0, ...body, 0, 0, 0, 0]
  const pictures = fc.array(fc.record({ key: fc.boolean(), timeMs: fc.integer({ min: 0, max: 2 ** 32 - 1 }), data: fc.uint8Array({ minLength: 1, maxLength: 40 }) }), { maxLength: 12 })
  it('whatever pieces it comes in, the pictures are those that were sent', () => fc.assert(fc.property(pictures, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
    const bytes = [0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, ...tag(9, 0, [0x17, 0, 0, 0, 0, 1, 0x42, 0xc0, 0x1f]), ...tag(8, 0, [0xaf, 1]), ...sent.flatMap(({ key, timeMs, data }) => tag(9, timeMs, [key ? 0x17 : 0x27, 1, 0, 0, 0, ...data]))]
    const got: { key: boolean; timeMs: number; data: Uint8Array }[] = [], configs: string[] = []
    const read = flvReader({ config: (avcC) => configs.push(codecOf(avcC)), picture: (picture) => got.push(picture) })
    for (let at = 0, i = 0; at < bytes.length; i++) { const n = cuts[i % cuts.length]!; read(new Uint8Array(bytes.slice(at, at + n))); at += n }
    expect(got).toEqual(sent)
    expect(configs).toStrictEqual(['avc1.42c01f'])
  })))
  it('what is no FLV, or a picture too large, is refused', () => {
    const read = () => flvReader({ config: () => undefined, picture: () => undefined })
    expect(() => read()(new Uint8Array(20).fill(65))).toThrow()
    expect(() => read()(new Uint8Array([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0]))).toThrow()
  })
})
