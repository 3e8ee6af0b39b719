import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { avcC, encoded, type Picture } from '../../simulations/camera/h264/encoder.ts'
import { emptyPicture } from '../../simulations/camera/scene/clock.ts'
import { drawn, type HallScene, type View } from '../../simulations/camera/scene/draw.ts'
import { readClock } from '../oracles/camera-clock.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { annexB } from '../oracles/pixels.ts'

const noon = Date.parse('2026-11-20T04:00:00.000Z'), zoneOffsetMs = 8 * 36e5
const view: View = { camera: 'mingjing-w03', kind: 'window', window: 3 }
const views: View[] = [view, { camera: 'mingjing-w03-screen', kind: 'screen', window: 3 }, { camera: 'mingjing-overview', kind: 'overview' }]
const hallWith = (visits: HallScene['windows'][number]['visits'], staffed = true): HallScene =>
  ({ hall: 'mingjing', seed: 7, zoneOffsetMs, windows: [{ window: 3, staffed, visits }, { window: 9, staffed, visits: [] }] })
const visit = { caseNo: 'WJ-2026-32417', fromMs: noon + 10_000, untilMs: noon + 60_000, acts: [noon + 30_000] }

function pictures(seen: View, hall: HallScene, ms: number, count: number): Picture[] {
  const film: Picture[] = []
  for (let i = 0; i < count; i++) film.push(encoded(drawn(seen, hall, ms + i * 80), film.at(-1)))
  return film
}
/** Decoded and scaled by another make of software, as a browser would draw it on a canvas of that size. */
function canvas(film: readonly Picture[], width: number, height: number): Uint8Array[] {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-vf', `scale=${width}:${height}:in_color_matrix=bt709`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'],
    { input: annexB(avcC(emptyPicture()), film), maxBuffer: 2 ** 28 })
  expect([status, stderr.toString()]).toStrictEqual([0, ''])
  const size = width * height * 4
  expect(stdout.length).toBe(film.length * size)
  return film.map((_, i) => stdout.subarray(i * size, (i + 1) * size))
}

describe('钟条', () => {
  it.runIf(withFfmpeg).each<[number, number]>([[768, 432], [375, 211], ...process.env['LONG'] ? [[640, 360], [1280, 720]] satisfies [number, number][] : []])('tells each picture\'s instant to the millisecond at %i × %i, whatever is seen', (width, height) => {
    for (const [i, seen] of views.entries()) {
      const startMs = noon + 1_234_567 * i + 3, film = pictures(seen, hallWith([visit]), startMs, 4)
      expect(canvas(film, width, height).map((pixels) => readClock(pixels, width, height))).toStrictEqual(film.map((_, frame) => startMs + frame * 80))
    }
  })
  it('is not read where a block is wrong, or where there is none', () => fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 41 - 1 }), fc.integer({ min: 2, max: 47 }), (ms, block) => {
    const { luma } = drawn(view, hallWith([]), ms), row = [...luma.slice(105 * 192, 106 * 192)]
    const rgba = (cells: readonly number[]) => cells.flatMap((light) => [light, light, light, 255])
    if (readClock(rgba(row), 192, 1) !== ms) return false
    for (let x = block * 4; x < block * 4 + 4; x++) row[x] = 251 - row[x]!
    return readClock(rgba(row), 192, 1) === undefined && readClock(rgba(row.map(() => 128)), 192, 1) === undefined
  }), { numRuns: 40 }))
})

describe('演示大厅', () => {
  const at = (hall: HallScene, ms: number, seen = view) => drawn(seen, hall, ms)
  /** Cells above the strip and the burnt clock that are not the same. */
  const differing = (a: ReturnType<typeof at>, b: ReturnType<typeof at>) => a.luma.slice(0, 94 * 192).reduce((count, light, i) => count + (light === b.luma[i] ? 0 : 1), 0)

  it.each(views)('$camera draws the same from the same, and another thing from another seed or instant', (seen) => {
    const hall = hallWith([visit])
    expect(at(hall, noon + 31_000, seen)).toStrictEqual(at(hallWith([visit]), noon + 31_000, seen))
    expect(at(hall, noon + 31_000, seen)).not.toStrictEqual(at(hall, noon + 31_080, seen))
  })
  it.each(views)('$camera shows a visit from its coming to its leaving, and nothing of it before and after', (seen) => {
    const empty = hallWith([]), shown = (ms: number) => differing(at(hallWith([visit]), ms, seen), at(empty, ms, seen)) > 0
    expect([noon, noon + 9_000, noon + 70_000, noon + 500_000].map(shown)).toStrictEqual([false, false, false, false])
    expect([noon + 16_000, noon + 30_500, noon + 59_000].map(shown)).toStrictEqual([true, true, true])
  })
  it('somebody walks up before they are served, and the stamp falls when something is told', () => {
    const empty = hallWith([]), cells = (ms: number) => differing(at(hallWith([visit]), ms), at(empty, ms))
    expect(cells(noon + 12_000)).toBeGreaterThan(0)
    const told = differing(at(hallWith([visit]), noon + 30_400), at(hallWith([{ ...visit, acts: [] }]), noon + 30_400))
    const before = differing(at(hallWith([visit]), noon + 29_900), at(hallWith([{ ...visit, acts: [] }]), noon + 29_900))
    expect(before).toBe(0)
    expect(told).toBeGreaterThan(0)
  })
  it.each(views)('$camera is never quite the same for two seconds, even by night, and a quiet hall takes less than 100 kbit/s', (seen) => {
    for (const staffed of [true, false]) {
      const film = pictures(seen, hallWith([], staffed), noon, 26), bits = film.reduce((sum, { data }) => sum + data.length * 8, 0)
      for (let i = 1; i < film.length; i++) expect(film[i]!.data.equals(film[i - 1]!.data)).toBe(false)
      expect(bits / (26 * 0.08)).toBeLessThan(100_000)
    }
  })
})
