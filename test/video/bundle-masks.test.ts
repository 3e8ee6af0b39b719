import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { maskedCopies } from '../../adapters/evidence/derived.ts'
import { DecoderBusy, ffmpegHere, limited } from '../../adapters/evidence/ffmpeg.ts'
import { masked, type Mask } from '../../adapters/evidence/masks.ts'
import { withText } from '../../adapters/evidence/png-text.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const root = mkdtempSync(join(tmpdir(), 'mingjian-masks-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const width = 320, height = 192, rate = 25, frames = 100, startSeconds = 86_400
const corner: Mask = [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]], triangle: Mask = [[1, 1], [0.7, 1], [1, 0.6]]
const run = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...args], { maxBuffer: 1 << 28 })
/** Moving pictures that differ from one to the next, which begin a day into the stream as a segment does. */
const segment = join(root, 'segment.mp4')
if (withFfmpeg) run('-f', 'lavfi', '-i', `testsrc2=${width}x${height}:r=${rate}`, '-frames:v', String(frames), '-c:v', 'libx264', '-g', '50', '-bf', '2', '-pix_fmt', 'yuv420p',
  '-output_ts_offset', String(startSeconds), '-movflags', 'frag_keyframe+empty_moov+default_base_moof+frag_discont', segment)
const decoded = (file: string, format = 'gray') => run('-i', file, '-f', 'rawvideo', '-pix_fmt', format, '-')
const times = (file: string) => execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file]).toString().match(/\d+\.\d+/g)!.map(Number)
const rgbOf = (png: Buffer) => { const file = join(root, 'one.png'); writeFileSync(file, png); return decoded(file, 'rgb24') }

describe.skipIf(!withFfmpeg)('解码', () => {
  it('shows the very picture of a moment, counted from the first', async () => {
    const all = decoded(segment, 'rgb24'), size = width * height * 3
    for (const n of [0, 1, 24, 51, 99]) {
      const shown = rgbOf((await ffmpegHere()!.still(segment, n * 1000 / rate))!)
      const differ = (m: number) => { let sum = 0; for (let i = 0; i < size; i += 7) sum += Math.abs(shown[i]! - all[m * size + i]!); return sum }
      const nearest = Array.from({ length: frames }, (_, m) => m).sort((a, b) => differ(a) - differ(b))[0]
      expect(nearest).toBe(n)
    }
  })
  it('has none behind the last, and says so', async () => expect(await ffmpegHere()!.still(segment, 60_000)).toBeUndefined())
  it('fails on what is no footage, whatever it calls itself', async () => {
    const list = join(root, 'list.mp4')
    writeFileSync(list, `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${segment}\n#EXT-X-ENDLIST\n`)
    await expect(ffmpegHere()!.still(list, 0)).rejects.toThrow()
  })
  it('is not there where no ffmpeg is on the path, and is where it was told', () => {
    expect(ffmpegHere({ PATH: root })).toBeUndefined()
    const own = join(root, 'own-ffmpeg')
    writeFileSync(own, '#!/bin/sh\nexit 1\n')
    expect(ffmpegHere({ PATH: '', FFMPEG_PATH: own })).toBeUndefined()
    chmodSync(own, 0o755)
    expect(ffmpegHere({ PATH: '', FFMPEG_PATH: own })).toBeDefined()
  })
})

describe('解码的多少', () => {
  it('however many ask: so many at once, so many wait, the rest are sent away; one that fails gives its place up', async () => {
    const gate = limited({ most: 2, waiting: 3 }), ends: (() => void)[] = []
    let running = 0, most = 0
    const work = (fails: boolean) => gate(async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((end) => ends.push(end))
      running--
      if (fails) throw new Error('no picture')
    })
    const all = Array.from({ length: 9 }, (_, i) => work(i % 2 === 0).then(() => 'done', (error: unknown) => error instanceof DecoderBusy ? 'busy' : 'failed'))
    for (let i = 0; i < 5; i++) { await new Promise(setImmediate); ends[i]!() }
    expect(await Promise.all(all)).toStrictEqual(['failed', 'done', 'failed', 'done', 'failed', 'busy', 'busy', 'busy', 'busy'])
    expect([most, running]).toStrictEqual([2, 0])
    const after = work(false)
    await new Promise(setImmediate)
    ends[5]!()
    await after
  })
})

describe.skipIf(!withFfmpeg)('遮挡副本', () => {
  const original = { camera: 'c-1', seq: 7, file: 'c-1/2026/03/02/01/1-7.mp4', path: segment }
  const copies = maskedCopies(join(root, 'copies'), ffmpegHere), masks = [corner, triangle]
  it('shows nothing under a mask and everything beside it, at the same moments', async () => {
    const path = (await copies.copyOf(original, masks))!, before = decoded(segment), after = decoded(path), size = width * height
    expect(after.length).toBe(size * frames)
    const first = times(segment)
    times(path).forEach((at, i) => expect(at).toBeCloseTo(first[i]!, 3))
    let brightest = 0, beside = 0, count = 0
    for (let n = 0; n < frames; n += 9) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const at = n * size + y * width + x
      // A pixel's width around an edge belongs to neither: the coder blurs it.
      if (x < width / 2 - 3 && y < height / 2 - 3) brightest = Math.max(brightest, after[at]!)
      else if ((x > width / 2 + 8 || y > height / 2 + 8) && x < width * 0.7 - 8) { beside += Math.abs(after[at]! - before[at]!); count++ }
    }
    expect(brightest).toBeLessThan(24)
    expect(before.subarray(0, size).filter((value, i) => i % width < width / 2 && i < size / 2 && value > 60).length).toBeGreaterThan(1000)
    expect(beside / count).toBeLessThan(4)
    expect(readFileSync(path).includes('derived: masks burnt in')).toBe(true)
  })
  it('is made once, anew with other masks, and goes with its original', async () => {
    const dir = join(root, 'copies', 'c-1'), names = () => readdirSync(dir)
    const [first] = names()
    expect(await copies.copyOf(original, masks)).toBe(join(dir, first!))
    const again = [copies.copyOf(original, [corner]), copies.copyOf(original, [corner])]
    expect(again[0]).toBe(again[1])
    await again[0]
    expect(names()).toHaveLength(1)
    expect(names()[0]).not.toBe(first)
    copies.forget('c-1', [70, 8])
    expect(names()).toHaveLength(1)
    copies.forget('c-1', [7])
    expect(names()).toStrictEqual([])
  })
  it('is not kept where its original went while it was made, nor made without ffmpeg', async () => {
    const passing = join(root, 'passing.mp4')
    writeFileSync(passing, readFileSync(segment))
    const decoder = ffmpegHere()!
    const gone = maskedCopies(join(root, 'gone'), () => ({ ...decoder, overlaid: async (...args) => { await decoder.overlaid(...args); rmSync(passing) } }))
    expect(await gone.copyOf({ ...original, path: passing }, masks)).toBeUndefined()
    expect(readdirSync(join(root, 'gone', 'c-1'))).toStrictEqual([])
    expect(await maskedCopies(join(root, 'none'), () => undefined).copyOf(original, masks)).toBeUndefined()
    expect(existsSync(join(root, 'none'))).toBe(false)
  })
})

describe.skipIf(!withFfmpeg)('定格', () => {
  it('has its masks burnt in to the pixel, and its words beside the pixels', async () => {
    const still = (await ffmpegHere()!.still(segment, 1000))!, png = withText(await masked(still, [corner]), { Camera: '三号窗口', Viewer: 'chen-jingzhi' }), pixels = rgbOf(png), plain = rgbOf(still)
    let differ = 0
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) {
      const at = (y * width + x) * 3 + c
      if (x < width / 2 && y < height / 2) expect(pixels[at]).toBe(0)
      // Two pixels of line around it.
      else if ((x > width / 2 + 1 || y > height / 2 + 1) && pixels[at] !== plain[at]) differ++
    }
    expect(differ).toBe(0)
    expect((await sharp(png).metadata()).comments).toStrictEqual([{ keyword: 'Camera', text: '三号窗口' }, { keyword: 'Viewer', text: 'chen-jingzhi' }])
  })
})
