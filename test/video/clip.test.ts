import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clip } from '../../video/clip.ts'
import { configOf, stream } from './spelled.ts'
import { counter, folder, hasFfmpeg, hasFootage, judged, picturesOf, recording, samplesOf } from './studio.ts'

describe.skipIf(!hasFootage || !hasFfmpeg)('剪辑：真实画面', () => {
  it('is the whole groups that a stretch touches, decoded as the segments are, and no other', async () => {
    const one = await recording({ segmentMs: 5000 }), { config, samples } = samplesOf(counter), fromMs = one.clock.now()
    one.sink.config(config)
    await one.play(samples.slice(0, 250).map((sample) => ({ ...sample, arrivalMs: fromMs + sample.dtsMs })))
    await one.sink.close()
    const segments = one.segments(), files = segments.map(({ file }) => join(one.dir, file)), whole = picturesOf(...files)
    for (const [from, to] of [[0, 25_000], [3200, 3300], [4900, 12_100], [11_000, 11_001]] as const) {
      const base = segments[0]!.startMs, cut = clip(files, { fromMs: base + from, toMs: base + to })!, file = join(folder(), 'clip.mp4')
      writeFileSync(file, cut.content)
      const shown = picturesOf(file)
      expect(shown).toHaveLength(cut.frames)
      const at = whole.findIndex((_, i) => shown.every((picture, j) => whole[i + j] === picture))
      expect(at).toBeGreaterThanOrEqual(0)
      expect(cut.fromMs).toBeLessThanOrEqual(base + from)
      expect(cut.toMs).toBeGreaterThanOrEqual(Math.min(base + to, segments.at(-1)!.endMs))
      expect(Number(judged('ffprobe', ['-show_entries', 'format=duration', '-of', 'csv=p=0', file])) * 1000).toBeCloseTo(cut.toMs - cut.fromMs, -2)
    }
  })
})
describe('剪辑', () => {
  it('keeps a hole as long as it was, and knows two sizes apart', async () => {
    const one = await recording(), fromMs = one.clock.now()
    one.sink.config(configOf(40, 23))
    await one.play(stream(6, { fromMs }))
    one.sink.ended('network')
    one.sink.config(configOf(20, 15))
    await one.play(stream(6, { fromMs: fromMs + 10_000 }))
    await one.sink.close()
    const files = one.segments().map(({ file }) => join(one.dir, file)), cut = clip(files, { fromMs: one.clock.truth(fromMs), toMs: one.clock.truth(fromMs + 20_000) })!
    expect(cut.toMs - cut.fromMs).toBe(16_000)
    expect(cut.frames).toBe(300)
    const file = join(folder(), 'clip.mp4')
    writeFileSync(file, cut.content)
    const { samples } = samplesOf(file)
    expect(samples[150]!.dtsMs).toBeCloseTo(10_000, 3)
  })
  it('of a time without pictures, or of what is no segment, is none', async () => {
    const one = await recording(), fromMs = one.clock.now()
    one.sink.config(configOf())
    await one.play(stream(6, { fromMs }))
    await one.sink.close()
    const files = one.segments().map(({ file }) => join(one.dir, file)), other = join(folder(), '5-1.mp4')
    writeFileSync(other, 'nothing')
    expect(clip(files, { fromMs: 0, toMs: 1000 })).toBeUndefined()
    expect(clip([...files, other], { fromMs: 0, toMs: 2 ** 45 })).toBeUndefined()
  })
})
