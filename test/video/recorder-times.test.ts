import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configOf, picture, stream } from './spelled.ts'
import { clockwork, recording } from './studio.ts'
import { chanceFrom } from '../oracles/files.ts'
import type { Sample } from '../../video/sample.ts'

/** What a camera did: true times of taking, and when each picture arrived. Made without any of the recorder's words. */
type Shot = { takenMs: number; arrivalMs: number; key: boolean }
const life = fc.record({
  fps: fc.constantFrom(10, 12.5, 25, 30), group: fc.integer({ min: 10, max: 60 }), baseMs: fc.integer({ min: 0, max: 2 ** 31 }),
  /** Of jitter that is spread evenly: where every picture of a segment is late by as much, nobody can know. */
  jitter: fc.integer(),
  /** After so many seconds, so long: nothing is taken, or what is taken waits on the way. */
  happenings: fc.array(fc.record({ afterS: fc.integer({ min: 3, max: 30 }), lastsS: fc.double({ min: 2.6, max: 20, noNaN: true }), what: fc.constantFrom('silent' as const, 'backlog' as const) }), { maxLength: 3 }),
})
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

function shots({ fps, group, jitter, happenings }: Life, fromMs: number): { shots: Shot[]; silences: { fromMs: number; toMs: number }[] } {
  const made: Shot[] = [], silences: { fromMs: number; toMs: number }[] = [], step = 1000 / fps, chance = chanceFrom(jitter)
  let atMs = fromMs, count = 0, arrivedMs = 0
  const shoot = (heldUntilMs: number) => {
    arrivedMs = Math.max(arrivedMs + 0.5, heldUntilMs, atMs + chance() * 120) // TCP: in order
    made.push({ takenMs: atMs, arrivalMs: arrivedMs, key: count++ % group === 0 })
    atMs += step
  }
  for (const { afterS, lastsS, what } of [...happenings, { afterS: 12, lastsS: 0, what: 'silent' as const }]) {
    for (const until = atMs + afterS * 1000; atMs < until;) shoot(0)
    // A silence longer than a segment ends it: of a queue that comes after, the rest of the group is lost.
    const until = atMs + (what === 'backlog' ? Math.min(lastsS, 9) : lastsS) * 1000
    if (what === 'backlog') while (atMs < until) shoot(until)
    else if (lastsS > 0) { silences.push({ fromMs: atMs, toMs: until }); atMs = until; count = Math.ceil(count / group) * group }
  }
  return { shots: made, silences }
}

/** Found by chance: a segment begun while the gap before it was not closed yet ended where the next gap began. */
const found: Life = { fps: 10, group: 14, baseMs: 0, jitter: 0, happenings: [0, 1, 2].map(() => ({ afterS: 12, lastsS: 2.6, what: 'silent' as const })) }

describe('起始时刻与断档', () => {
  it('under jitter of 120 ms, silences and queues: each segment begins within 40 ms of the truth, each silence is listed within a group and half a second, and nothing overlaps', async () => {
    await fc.assert(fc.asyncProperty(life, async (one) => {
      const clock = clockwork(), { sink, play, silence, segments, told, of } = await recording({ clock }), { shots: taken, silences } = shots(one, clock.now())
      sink.config(configOf())
      const samples = taken.map(({ takenMs, arrivalMs, key }): Sample => picture(Math.round(one.baseMs + takenMs), key, arrivalMs, { bytes: 20 }))
      await play(samples)
      await silence(500)
      await sink.close()
      const groupMs = one.group / one.fps * 1000, sealed = segments()
      let seen = 0
      for (const { startMs, frames } of sealed) {
        const truthMs = clock.truth(taken[seen]!.takenMs)
        expect(Math.abs(startMs - truthMs), `segment at picture ${seen}`).toBeLessThanOrEqual(40)
        seen += frames
      }
      expect(seen).toBe(taken.length) // a queue that came late is on the disk, whole, and each silence ended with a key frame
      for (let i = 1; i < sealed.length; i++) expect(sealed[i]!.startMs).toBeGreaterThanOrEqual(sealed[i - 1]!.endMs)
      // A queue that stops between two segments is a gap as long as the two starts are wrong.
      const gaps = of('GapClosed').filter(({ fromMs, toMs }) => toMs - fromMs > 80)
      expect(gaps).toHaveLength(silences.length)
      expect(of('GapDetected')).toHaveLength(of('GapClosed').length)
      silences.forEach(({ fromMs, toMs }, i) => {
        expect(Math.abs(gaps[i]!.fromMs - clock.truth(fromMs))).toBeLessThanOrEqual(groupMs + 500)
        expect(Math.abs(gaps[i]!.toMs - clock.truth(toMs))).toBeLessThanOrEqual(groupMs + 500)
        for (const { startMs, endMs } of sealed) expect(startMs >= gaps[i]!.toMs || endMs <= gaps[i]!.fromMs, 'no segment lies in a gap').toBe(true)
      })
      expect(told.filter(({ type }) => type === 'StreamRefused')).toStrictEqual([])
    }), { numRuns: process.env['LONG'] ? 100 : 12, examples: [[found]] })
  }, 180_000)

  it('a silence is told while it lasts, two seconds in, and once', async () => {
    const { sink, clock, play, silence, of } = await recording(), from = clock.now()
    sink.config(configOf())
    await play(stream(6, { fromMs: from }))
    await silence(1750)
    expect(of('GapDetected')).toStrictEqual([])
    await silence(750)
    expect(of('GapDetected')).toStrictEqual([{ fromMs: clock.truth(from + 6000), cause: 'camera' }])
    await silence(30_000)
    expect(of('GapDetected')).toHaveLength(1)
    await sink.close()
  })
  it('one that comes before the segment behind the last is sealed is told as soon, and both end where there were pictures again', async () => {
    const { sink, clock, play, silence, segments, of } = await recording(), from = clock.now(), second = from + 16_000, third = from + 22_600
    sink.config(configOf())
    await play(stream(12, { fromMs: from }))
    await play(stream(4, { fromMs: second }))
    await silence(2500)
    expect(of('GapDetected')).toStrictEqual([12_000, 20_000].map((ms) => ({ fromMs: clock.truth(from + ms), cause: 'camera' })))
    await play(stream(4, { fromMs: third }))
    await silence(2500)
    expect(of('GapDetected').map(({ fromMs }) => fromMs)).toStrictEqual([12_000, 20_000, 26_600].map((ms) => clock.truth(from + ms)))
    await play(stream(12, { fromMs: from + 30_000 }))
    await sink.close()
    expect(of('GapClosed').map(({ fromMs, toMs }) => [fromMs, toMs])).toStrictEqual([[12_000, 16_000], [20_000, 22_600], [26_600, 30_000]].map((edges) => edges.map((ms) => clock.truth(from + ms))))
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(800)
  })
  it('a camera whose time stands still while ours goes on begins another run: nothing of the outage disappears', async () => {
    const { sink, clock, play, segments, of } = await recording(), from = clock.now()
    sink.config(configOf())
    await play(stream(12, { fromMs: from }))
    await play(stream(12, { fromMs: from + 12_000, arrivalFromMs: from + 20_000 }))
    await sink.close()
    expect(of('GapClosed')).toStrictEqual([{ fromMs: clock.truth(from + 12_000), toMs: clock.truth(from + 20_000), cause: 'camera' }])
    expect(new Set(segments().map(({ run }) => run)).size).toBe(2)
    expect(segments().at(-1)!.endMs).toBe(clock.truth(from + 32_000))
  })
  it.each([1, 2, 5, 9])('a machine that stands still for more than a second, and reads the last %i pictures of a group one by one: a queue, of which nothing is dropped', async (late) => {
    const { sink, clock, play, segments, of } = await recording(), from = clock.now(), all = stream(30, { fromMs: from }), stillAt = 8 * 50 - late
    sink.config(configOf())
    // 1.3 s late, then no later and no earlier, until the next group comes at once and is caught up with.
    await play(all.map((sample, i) => i < stillAt || i >= stillAt + late + 35 ? sample : { ...sample, arrivalMs: i < stillAt + late ? sample.arrivalMs + 1300 : Math.max(sample.arrivalMs, all[stillAt + late - 1]!.arrivalMs + 1300 + i - stillAt) }))
    await sink.close()
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(all.length)
    expect(new Set(segments().map(({ run }) => run)).size).toBe(1)
    expect(of('StreamRefused')).toStrictEqual([])
  })
  it.each([3_600_000, -3_600_000, 86_400_000, -86_400_000])('a wall that is set by %i ms moves no segment, overlaps none, and is told', async (byMs) => {
    const { sink, clock, play, segments, of } = await recording({ segmentMs: 4000 }), from = clock.now()
    sink.config(configOf())
    await play(stream(20, { fromMs: from }))
    clock.step(byMs)
    await play(stream(20, { fromMs: from + 20_000 }))
    await sink.close()
    expect(of('CameraClockStepped').map(({ byMs: said }) => said)).toStrictEqual([byMs])
    const sealed = segments()
    expect(sealed.reduce((sum, { frames }) => sum + frames, 0)).toBe(1000)
    for (const [i, { seq, startMs, clock: source }] of sealed.entries()) {
      expect(seq).toBe(i + 1)
      if (i > 0) expect(startMs).toBeGreaterThanOrEqual(sealed[i - 1]!.endMs)
      // It follows the wall by one part in twenty: within a second of the truth twenty seconds on.
      const truthMs = clock.truth(from + sealed.slice(0, i).reduce((sum, { frames }) => sum + frames * 40, 0))
      expect(Math.abs(startMs - truthMs)).toBeLessThanOrEqual(1050)
      if (truthMs > clock.truth(from + 26_000)) expect(source).toBe('unsynchronised')
    }
  })
  it.each([-3_600_000, 86_400_000])('a life that begins under a wall that was set by %i ms goes on behind what is there', async (byMs) => {
    const one = await recording(), from = one.clock.now()
    one.sink.config(configOf())
    await one.play(stream(12, { fromMs: from }))
    await one.sink.close()
    const last = one.segments().at(-1)!, clock = clockwork(last.endMs + byMs), next = await recording({ dir: one.dir, clock, lastSeq: last }), again = clock.now()
    next.sink.config(configOf())
    await next.play(stream(12, { fromMs: again }))
    await next.silence(1500)
    await next.sink.close()
    expect(next.segments().map(({ seq }) => seq)).toStrictEqual([last.seq + 1, last.seq + 2].slice(0, next.segments().length))
    expect(next.segments()[0]!.startMs).toBeGreaterThanOrEqual(last.endMs)
    expect(next.of('CameraClockStepped').length).toBe(byMs < 0 ? 1 : 0)
    if (byMs > 0) expect(next.of('GapClosed')).toStrictEqual([{ fromMs: last.endMs, toMs: next.segments()[0]!.startMs, cause: 'process' }])
  })
})
