import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aisle, classroom, counter, hasFfmpeg, hasFootage, judged, picturesOf, recording, samplesOf, sha256, filesBelow } from './studio.ts'

describe.skipIf(!hasFootage || !hasFfmpeg)('录像：真实画面', () => {
  it.each([['counter', counter], ['aisle', aisle], ['classroom', classroom]])('%s comes out of its segments as it went in, picture for picture', async (_, file) => {
    const { sink, clock, play, segments, dir } = await recording()
    const { config, samples: all } = samplesOf(file), fromMs = clock.now()
    // Half a minute up to a key frame, or all of it: what stands before a key frame is shown before it.
    const end = process.env['LONG'] ? -1 : all.findIndex(({ key, dtsMs }) => key && dtsMs > 30_000), samples = end < 0 ? all : all.slice(0, end)
    sink.config(config)
    await play(samples.map((sample) => ({ ...sample, arrivalMs: fromMs + sample.dtsMs })))
    await sink.close()
    const files = segments().map(({ file: name }) => join(dir, name))
    expect(filesBelow(dir)).toStrictEqual([...files].sort())
    expect(segments().map(({ sha256: said }) => said)).toStrictEqual(files.map(sha256))
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(samples.length)
    for (const one of files) expect(judged('ffprobe', ['-show_entries', 'stream=codec_name', '-of', 'csv=p=0', one]).trim()).toBe('h264')
    expect(picturesOf(...files)).toStrictEqual(picturesOf(file).slice(0, samples.length))
  })
})
