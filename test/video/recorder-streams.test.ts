import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { avcConfig } from '../../video/avc.ts'
import { configOf, picture, sized, stream } from './spelled.ts'
import { folder, hasFfmpeg, judged, picturesOf, recording, samplesOf } from './studio.ts'
import type { Sample } from '../../video/sample.ts'

const filmed = (name: string, ...args: string[]): string => {
  const file = join(folder(), name)
  judged('ffmpeg', ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', ...args, file])
  return file
}
const here = (samples: readonly Sample[], fromMs: number, shiftMs = 0): Sample[] => samples.map((sample) => ({ ...sample, arrivalMs: fromMs + shiftMs + sample.dtsMs, dtsMs: sample.dtsMs + shiftMs, ptsMs: sample.ptsMs + shiftMs }))
/** A camera whose screen is replaced by another with other pictures, in the same session. */
async function recorded(files: readonly string[], segmentMs: number, announce = true) {
  const one = await recording({ segmentMs }), fromMs = one.clock.now()
  let shiftMs = 0
  for (const [i, file] of files.entries()) {
    const { config, samples } = samplesOf(file)
    if (i === 0 || announce) one.sink.config(config)
    await one.play(here(samples, fromMs, shiftMs))
    shiftMs += samples.at(-1)!.dtsMs + 40
  }
  await one.sink.close()
  return { ...one, files: one.segments().map(({ file }) => join(one.dir, file)) }
}

describe('停录', () => {
  it('for want of room is a gap from the last picture on, said at once', async () => {
    const one = await recording({ segmentMs: 2000 })
    one.sink.config(configOf())
    await one.play(stream(6, { arrivalFromMs: one.clock.now() }))
    await one.sink.close('disk')
    expect(one.of('GapDetected')).toStrictEqual([{ fromMs: one.segments().at(-1)!.endMs, cause: 'disk' }])
  })
})

describe.skipIf(!hasFfmpeg)('各种画流', () => {
  it('with B-frames come out as they went in, and every file is accepted', async () => {
    const source = filmed('b.mp4', '-t', '8', '-bf', '3', '-g', '25', '-preset', 'medium'), { files, segments } = await recorded([source], 2000)
    expect(segments().length).toBeGreaterThan(2)
    expect(samplesOf(source).samples.some(({ dtsMs, ptsMs }) => ptsMs !== dtsMs)).toBe(true)
    expect(picturesOf(...files)).toStrictEqual(picturesOf(source))
  })
  it('of another size in mid-stream begin another run in a file of their own', async () => {
    const small = filmed('s.mp4', '-t', '3', '-g', '25', '-bf', '0'), large = filmed('l.mp4', '-t', '3', '-g', '25', '-bf', '0', '-vf', 'scale=640x480')
    const { files, segments, of } = await recorded([small, large], 60_000)
    expect(segments().map(({ run }) => run)).toStrictEqual([1, 2])
    expect(files.map((file) => judged('ffprobe', ['-show_entries', 'stream=width', '-of', 'csv=p=0', file]).trim())).toStrictEqual(['320', '640'])
    expect(picturesOf(...files)).toStrictEqual(picturesOf(small, large))
    expect(of('GapDetected')).toStrictEqual([])
  })
  it('that say their other size only in the pictures themselves do so too', async () => {
    const bare = (name: string, ...args: string[]) => filmed(name, '-t', '2', '-g', '25', '-bf', '0', '-bsf:v', 'dump_extra', ...args)
    const small = bare('s.mp4'), large = bare('l.mp4', '-vf', 'scale=640x480'), { files, segments } = await recorded([small, large], 60_000, false)
    expect(segments().map(({ run }) => run)).toStrictEqual([1, 2])
    expect(picturesOf(...files)).toStrictEqual(picturesOf(small, large))
  })
  it('with a key frame a minute reach the disk before the next one, and stay one segment', async () => {
    const source = filmed('long.mp4', '-t', '61', '-g', '1500', '-bf', '0', '-keyint_min', '1500', '-sc_threshold', '0', '-r', '10', '-s', '160x120'), { config, samples } = samplesOf(source)
    const one = await recording(), fromMs = one.clock.now()
    one.sink.config(config)
    await one.play(here(samples.slice(0, 300), fromMs))
    const [part] = spawnSync('find', [one.dir, '-name', '*.part'], { encoding: 'utf8' }).stdout.trim().split('\n')
    expect(picturesOf(part!).length).toBeGreaterThan(240) // of 300 that came
    await one.play(here(samples.slice(300), fromMs))
    await one.sink.close()
    expect(picturesOf(...one.segments().map(({ file }) => join(one.dir, file)))).toStrictEqual(picturesOf(source))
    expect(one.of('StreamRefused')).toStrictEqual([])
  })
  it('take three thousandths more than their pictures, and less', async () => {
    const source = filmed('busy.mp4', '-t', '10', '-g', '50', '-bf', '0', '-b:v', '1800k', '-maxrate', '1800k', '-bufsize', '1800k'), { segments } = await recorded([source], 10_000)
    const { samples } = samplesOf(source), pictures = samples.reduce((sum, { data }) => sum + data.length, 0)
    expect(segments().reduce((sum, { bytes }) => sum + bytes, 0) / pictures).toBeLessThan(1.003)
  })
})

describe('不能录的画流', () => {
  it('without a sequence header are refused with a fact, and leave no file and no silence untold', async () => {
    const { sink, play, clock, segments, of, silence } = await recording()
    await play(stream(5, { fromMs: clock.now() }))
    await silence(2500)
    await sink.close()
    expect(segments()).toStrictEqual([])
    expect(of('StreamRefused').map(({ reason }) => reason)).toStrictEqual(['no-sequence-header'])
    expect(of('GapDetected')).toHaveLength(1)
  })
  it('of sound alone are a gap', async () => {
    const { sink, silence, of } = await recording()
    sink.config(configOf())
    await silence(2500)
    expect(of('GapDetected').map(({ cause }) => cause)).toStrictEqual(['camera'])
    await sink.close()
  })
  it('whose lengths lie are refused, and recorded again from the next key frame', async () => {
    const { sink, play, clock, segments, of } = await recording(), fromMs = clock.now(), samples = stream(12, { fromMs })
    sink.config(configOf())
    samples[120] = { ...samples[120]!, data: Buffer.concat([Buffer.from([0, 0, 1, 0]), samples[120]!.data]) }
    await play(samples)
    await sink.close()
    expect(of('StreamRefused').map(({ reason }) => reason)).toStrictEqual(['nal-length'])
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(300 - 30)
  })
  it('that carry a garbage SPS are refused from there to the next key frame', async () => {
    const { sink, play, clock, segments, of } = await recording(), fromMs = clock.now(), samples = stream(6, { fromMs })
    sink.config(configOf())
    samples[50] = { ...samples[50]!, data: sized(Buffer.from([0x67, 0xff, 0xff, 0xff, 0xff]), Buffer.from([0x65, 1, 2, 3])) }
    await play(samples)
    await sink.close()
    expect(of('StreamRefused')).toHaveLength(1)
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(100)
    expect(avcConfig(Buffer.from([1, 0xff, 0xff, 0xff, 0xff, 0xe1, 0, 4, 0x67, 0xff, 0xff, 0xff, 1, 0, 1, 0x68]))).toHaveProperty('refused')
  })
  it('whose marks of key frames lie begin no segment with what cannot be shown', async () => {
    const { sink, play, clock, segments } = await recording(), fromMs = clock.now()
    sink.config(configOf())
    await play(stream(8, { fromMs, group: 100 }).slice(10).map((sample) => ({ ...sample, key: true })))
    await sink.close()
    expect(segments().map(({ frames }) => frames)).toStrictEqual([100])
  })
  it('without a key frame for two minutes end their segment, and say so', async () => {
    const { sink, play, clock, segments, of } = await recording(), fromMs = clock.now()
    sink.config(configOf())
    await play([...stream(200, { fromMs, fps: 5, group: 100_000 }), ...stream(20, { fromMs: fromMs + 200_000, fps: 5, group: 10 })])
    await sink.close()
    expect(of('StreamRefused').map(({ reason }) => reason)).toStrictEqual(['no-key-frame'])
    expect(segments()[0]!.endMs - segments()[0]!.startMs).toBeLessThan(126_000)
    expect(of('GapClosed')).toHaveLength(1)
  })
  it('whose clock turns at 2³² ms go on in another run, and lose nothing but what that run began with', async () => {
    const { sink, play, clock, segments, of } = await recording(), fromMs = clock.now(), turn = 2 ** 32
    sink.config(configOf())
    await play(Array.from({ length: 500 }, (_, i) => picture((turn - 10_000 + i * 40) % turn, i % 50 === 0, fromMs + i * 40)))
    await sink.close()
    expect(segments().reduce((sum, { frames }) => sum + frames, 0)).toBe(500)
    expect(new Set(segments().map(({ run }) => run)).size).toBe(2)
    expect(of('GapDetected')).toStrictEqual([])
  })
})
