import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { avcC, encoded, mosaic, type Mosaic, type Picture } from '../../simulations/camera/h264/encoder.ts'
import { chanceFrom } from '../oracles/files.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { annexB, pixelsOf } from '../oracles/pixels.ts'

function decoded(stream: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-err_detect', 'explode', '-f', 'h264', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
    { input: stream, maxBuffer: 2 ** 28 })
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
  return stdout
}

/** How wild a picture is: a few even surfaces, or every cell by itself, or nothing but black and white. */
const manners = ['flat', 'wild', 'stark', 'faint'] as const
function paint(picture: Mosaic, manner: (typeof manners)[number], share: number, chance: () => number) {
  const value = () => manner === 'stark' ? (chance() < 0.5 ? 0 : 255) : manner === 'faint' ? 126 + Math.floor(chance() * 5) : Math.floor(chance() * 256)
  for (const [cells, across] of [[picture.luma, picture.columns], [picture.blue, picture.columns / 2], [picture.red, picture.columns / 2]] as const) {
    const one = value()
    for (let i = 0; i < cells.length; i++) if (chance() < share) cells[i] = manner === 'flat' ? (Math.floor(i % across / 4) + one) & 255 : value()
  }
}
function film(seed: number, width: number, height: number, length: number, keyEvery: number): Picture[] {
  const chance = chanceFrom(seed), picture = mosaic(width, height), film: Picture[] = []
  for (let i = 0; i < length; i++) {
    paint(picture, manners[Math.floor(chance() * manners.length)]!, i === 0 ? 1 : [0, 0.001, 0.1, 1][Math.floor(chance() * 4)]!, chance)
    film.push(encoded(picture, i % keyEvery === 0 ? undefined : film.at(-1), i / keyEvery))
  }
  return film
}
const even = (least: number, most: number) => fc.integer({ min: least / 2, max: most / 2 }).map((half) => half * 2)

describe('H.264 of a mosaic', () => {
  it.runIf(withFfmpeg)('is decoded by ffmpeg to exactly what the encoder says it drew, whatever the pictures', () => fc.assert(fc.property(
    fc.integer(), even(4, 40), even(4, 30), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), (seed, width, height, length, keyEvery) => {
      const pictures = film(seed, width, height, length, keyEvery)
      const expected = Buffer.concat(pictures.map(({ drawn }) => pixelsOf(drawn)))
      expect(decoded(annexB(avcC(pictures[0]!.drawn), pictures)).equals(expected)).toBe(true)
    }), { numRuns: process.env['LONG'] ? 300 : 10 }))

  it.runIf(withFfmpeg)('keeps counting where the frame number wraps, and where nothing moves', () => {
    const pictures = film(7, 20, 14, 1, 1), still = mosaic(20, 14)
    for (let i = 1; i < 600; i++) {
      if (i % 97 === 0) still.luma[i % still.luma.length] = i & 255
      pictures.push(encoded(i % 97 === 0 ? still : pictures.at(-1)!.meant, pictures.at(-1)))
    }
    expect(decoded(annexB(avcC(still), pictures)).equals(Buffer.concat(pictures.map(({ drawn }) => pixelsOf(drawn))))).toBe(true)
  })

  it('draws what was meant: an even surface to the value, anything within eight of it', () => {
    for (const { meant, drawn } of film(11, 40, 24, 8, 3)) {
      const off = meant.luma.map((value, i) => Math.abs(value - drawn.luma[i]!))
      expect(Math.max(...off)).toBeLessThanOrEqual(8)
    }
    const even = mosaic(40, 24)
    even.luma.fill(201); even.blue.fill(90); even.red.fill(77)
    const { drawn } = encoded(even, undefined)
    expect([drawn.luma, drawn.blue, drawn.red]).toStrictEqual([even.luma, even.blue, even.red])
  })

  it('says nothing of what did not change, and says the same twice', () => {
    const [first] = film(3, 160, 90, 1, 1), same = encoded(first!.meant, first)
    expect(same.data.length).toBeLessThan(16)
    expect(same.drawn).toStrictEqual(first!.drawn)
    expect(film(3, 160, 90, 1, 1)[0]!.data.equals(first!.data)).toBe(true)
    const moved = { ...first!.meant, luma: first!.meant.luma.slice() }
    moved.luma[5000] = moved.luma[5000]! ^ 255
    expect(encoded(moved, first).data.length).toBeLessThan(64)
  })
})
