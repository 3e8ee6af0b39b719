import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { avcC, encoded, type Picture } from '../../simulations/camera/h264/encoder.ts'
import { drawn } from '../../simulations/camera/scene/draw.ts'
import { chromium, launched } from '../e2e/browsing.ts'
import { readClock } from '../oracles/camera-clock.ts'
import { pixelsOf } from '../oracles/pixels.ts'

/** In the page: every picture through the browser's own decoder, as planes of pixels and as a canvas shows it. */
async function decodedIn({ codec, config, pictures }: { codec: string; config: string; pictures: { data: string; key: boolean }[] }) {
  const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const text = (of: Uint8Array) => { let all = ''; for (let at = 0; at < of.length; at += 4096) all += String.fromCharCode(...of.subarray(at, at + 4096)); return btoa(all) }
  const frames: VideoFrame[] = [], faults: string[] = []
  const decoder = new VideoDecoder({ output: (frame) => frames.push(frame), error: ({ message }) => faults.push(message) })
  decoder.configure({ codec, description: bytes(config) })
  pictures.forEach(({ data, key }, i) => decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: i * 80_000, data: bytes(data) })))
  await decoder.flush()
  const out: { format: string | null; planes: string; canvas: string }[] = []
  for (const frame of frames) {
    const planes = new Uint8Array(frame.allocationSize()), canvas = new OffscreenCanvas(320, 180), pen = canvas.getContext('2d')!
    await frame.copyTo(planes)
    pen.drawImage(frame, 0, 0, 320, 180)
    out.push({ format: frame.format, planes: text(planes), canvas: text(new Uint8Array(pen.getImageData(0, 0, 320, 180).data.buffer)) })
    frame.close()
  }
  return { out, faults }
}

it.runIf(chromium)('a browser draws exactly what the encoder says, and shows a clock that can be read', async () => {
  const startMs = Date.parse('2026-11-20T02:00:00.000Z'), film: Picture[] = []
  const visit = { caseNo: 'WJ-2026-32417', fromMs: startMs, untilMs: startMs + 60_000, acts: [startMs + 160] }
  for (let i = 0; i < 6; i++) {
    const picture = drawn({ camera: 'mingjing-w03', kind: 'window', window: 3 }, { hall: 'mingjing', seed: 5, zoneOffsetMs: 0, windows: [{ window: 3, staffed: true, visits: [visit] }] }, startMs + i * 80)
    film.push(encoded(picture, i % 4 === 0 ? undefined : film.at(-1), i / 4))
  }
  const config = avcC(film[0]!.drawn), codec = `avc1.${config.subarray(1, 4).toString('hex')}`
  // WebCodecs are for pages of this machine and of secure addresses.
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await launched()
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const { out, faults } = await page.evaluate(decodedIn, { codec, config: config.toString('base64'), pictures: film.map(({ data, key }) => ({ data: data.toString('base64'), key })) })
    expect(faults).toStrictEqual([])
    expect(out.map(({ format }) => format)).toStrictEqual(film.map(() => 'I420'))
    expect(out.map(({ planes }, i) => Buffer.from(planes, 'base64').equals(pixelsOf(film[i]!.drawn)))).toStrictEqual(film.map(() => true))
    expect(out.map(({ canvas }) => readClock(Buffer.from(canvas, 'base64'), 320, 180))).toStrictEqual(film.map((_, i) => startMs + i * 80))
  } finally {
    await browser.close()
    server.close()
  }
})
