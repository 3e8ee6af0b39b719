import { describe, expect, it } from 'vitest'
import { configOf, stream } from './spelled.ts'
import { clockwork, recording } from './studio.ts'

type Known = { seq: number; chain: string; untilMs?: number; gap?: { fromMs: number; cause: 'camera' | 'network' | 'disk' | 'clock' | 'process' } }
/** What a book that folds each fact once would say of the end: written apart from the house's own. */
function bookOf() {
  const gaps = new Map<number, { fromMs: number; toMs?: number; cause: string }>(), segments: { seq: number; chain: string; startMs: number; endMs: number }[] = []
  return {
    gaps, segments,
    hear(told: readonly { type: string; data: any }[]) {
      for (const { type, data } of told) {
        if (type === 'SegmentsSealed') segments.push(...data.segments)
        if (type === 'GapDetected' && !gaps.has(data.fromMs)) gaps.set(data.fromMs, data)
        if (type === 'GapClosed' && gaps.get(data.fromMs)?.toMs === undefined) gaps.set(data.fromMs, data)
      }
    },
    known(): Known {
      const last = segments.at(-1), untilMs = Math.max(0, ...segments.map(({ endMs }) => endMs), ...[...gaps.values()].flatMap(({ toMs }) => toMs ?? []))
      const open = [...gaps.values()].filter(({ fromMs, toMs }) => toMs === undefined && fromMs >= untilMs).at(-1) as Known['gap']
      return { seq: last?.seq ?? 0, chain: last?.chain ?? '', ...(untilMs > 0 && { untilMs }), ...(open && { gap: open }) }
    },
    /** Every moment is of a segment or of one gap that has ended. */
    tiled(fromMs: number, toMs: number) {
      const spans = [...segments.map(({ startMs, endMs }) => [startMs, endMs] as const), ...[...gaps.values()].map(({ fromMs, toMs }) => [fromMs, toMs ?? NaN] as const)].filter(([a, b]) => a !== b).sort((a, b) => a[0] - b[0])
      let at = fromMs
      for (const [from, to] of spans) { expect(Math.abs(from - at), `${from} behind ${at}`).toBeLessThanOrEqual(60); at = to }
      expect(Math.abs(at - toMs)).toBeLessThanOrEqual(60)
    },
  }
}

describe('断档之中重启', () => {
  it.each([[1], [2], [5]])('%i lives that see no picture: the gap ends once, where there is a picture again', async (lives) => {
    const one = await recording(), from = one.clock.now(), book = bookOf()
    one.sink.config(configOf())
    await one.play(stream(12, { fromMs: from }))
    await one.sink.close()
    book.hear(one.told)
    let wallMs = one.segments().at(-1)!.endMs + 5000
    for (let n = 0; n < lives; n++) {
      // It outlives its grace, so that the gap becomes the camera's; and dies without another word.
      const blind = await recording({ dir: one.dir, clock: clockwork(wallMs), lastSeq: book.known() })
      await blind.sink.idle()
      await blind.silence(15_000 + n * 1000)
      book.hear(blind.told)
      wallMs += 20_000 + n * 1000
    }
    const clock = clockwork(wallMs), last = await recording({ dir: one.dir, clock, lastSeq: book.known() }), again = clock.now()
    last.sink.config(configOf())
    await last.play(stream(12, { fromMs: again }))
    await last.silence(500)
    await last.sink.close()
    book.hear(last.told)
    expect([...book.gaps.values()].filter(({ toMs }) => toMs === undefined)).toStrictEqual([])
    book.tiled(one.clock.truth(from), clock.truth(again + 12_000))
  })
  it('a camera that has never been seen has one gap through all lives, and it ends with the first picture', async () => {
    const book = bookOf(), first = await recording(), begun = first.clock.truth(first.clock.now())
    await first.silence(15_000)
    book.hear(first.told)
    const clock = clockwork(begun + 30_000), next = await recording({ dir: first.dir, clock, lastSeq: book.known() }), from = clock.now()
    await next.sink.idle()
    next.sink.config(configOf())
    await next.play(stream(6, { fromMs: from }))
    await next.sink.close()
    book.hear(next.told)
    expect([...book.gaps.values()]).toStrictEqual([{ fromMs: begun, toMs: clock.truth(from), cause: 'camera' }])
  })
})

describe('复原之前', () => {
  it('what comes while a long past is put in order is kept up to its bound; what was not kept is a gap of the process', async () => {
    const clock = clockwork(), opening = recording({ clock }), one = await opening, from = clock.now(), bytes = 120_000
    one.sink.config(configOf())
    // All at once, before anything of the disk has been heard: 40 s at 3 MB/s are more than may wait.
    for (const sample of stream(40, { fromMs: from, bytes })) { clock.setTo(sample.arrivalMs); one.sink.sample(sample) }
    await one.sink.idle()
    await one.play(stream(8, { fromMs: from + 40_000, bytes: 200 }))
    await one.sink.close()
    const kept = one.segments().reduce((sum, segment) => sum + segment.bytes, 0), gaps = one.of('GapClosed').filter(({ fromMs, toMs }) => toMs > fromMs)
    expect(kept).toBeLessThan(20 * 2 ** 20)
    expect(kept).toBeGreaterThan(8 * 2 ** 20)
    expect(gaps).toMatchObject([{ cause: 'process', toMs: clock.truth(from + 40_000) }])
    expect(Math.abs(gaps[0]!.fromMs - one.segments().findLast(({ startMs }) => startMs < gaps[0]!.fromMs)!.endMs)).toBeLessThanOrEqual(1)
    expect(one.of('GapDetected')).toHaveLength(one.of('GapClosed').length)
  })
})
