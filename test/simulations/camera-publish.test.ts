import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { avcC, encoded, mosaic, type Picture } from '../../simulations/camera/h264/encoder.ts'
import { publisher } from '../../simulations/camera/publish.ts'
import { amf, readAmf, type Amf } from '../../simulations/camera/rtmp/amf.ts'
import { assembler, chunked, type Message } from '../../simulations/camera/rtmp/chunks.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { pixelsOf } from '../oracles/pixels.ts'

const dir = mkdtempSync(join(tmpdir(), 'mingjian-publish-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const until = async (true_: () => boolean, ms = 8_000) => {
  for (const end = Date.now() + ms; !true_();) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((done) => setTimeout(done, 20))
  }
}
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
/** A few pictures of a cell that walks; every fifth is a key frame. */
function walk(count: number): Picture[] {
  const film: Picture[] = []
  for (let i = 0; i < count; i++) {
    const picture = mosaic(24, 16)
    picture.luma[(i * 7) % picture.luma.length] = 230
    film.push(encoded(picture, i % 5 === 0 ? undefined : film.at(-1), i / 5))
  }
  return film
}
/** ffmpeg as the server that is published to: decodes what comes to raw pictures, and stops after so many. */
function listening(port: number, out: string, frames: number): ChildProcess {
  return spawn('ffmpeg', ['-v', 'error', '-y', '-listen', '1', '-timeout', '10', '-analyzeduration', '100000', '-f', 'flv', '-i', `rtmp://127.0.0.1:${port}/live/k`,
    '-fps_mode', 'passthrough', '-frames:v', String(frames), '-f', 'rawvideo', '-pix_fmt', 'yuv420p', out], { stdio: 'ignore' })
}

describe('推流', () => {
  it.runIf(withFfmpeg)('brings every picture to a server of another make, over days of stream time, and again after the line was lost', async () => {
    const port = await freePort(), film = walk(45), states: string[] = [], size = mosaic(24, 16)
    const to = publisher({ url: `rtmp://127.0.0.1:${port}/live/k`, config: avcC(size), width: 96, height: 64, framesPerSecond: 25, retryMs: 50, retryMostMs: 200, onState: (state) => states.push(state) })
    // Past 2^24 ms a time takes its long form; the first picture of a session is a key frame, whatever is sent before.
    const said = async (from: number, startMs: number) => {
      // More than are waited for: a decoder is a few pictures behind.
      for (const [i, { data, key }] of film.slice(from).entries()) to.send({ data, key, timestampMs: startMs + 40 * i })
    }
    for (const [round, startMs] of [0, 2 ** 24 - 300, 3e9].entries()) {
      const out = join(dir, `${round}.yuv`), server = listening(port, out, 25), gone = once(server, 'exit')
      await until(() => states.filter((state) => state === 'publishing').length === round + 1)
      await said(3, startMs)
      await until(() => server.exitCode !== null)
      await gone
      expect(readFileSync(out).equals(Buffer.concat(film.slice(5, 30).map(({ drawn }) => pixelsOf(drawn))))).toBe(true)
      await until(() => states.filter((state) => state === 'lost').length > round)
    }
    to.close()
  }, 120_000)

  it('asks again, ever more slowly, while nobody answers, and never after it was closed', async () => {
    const tries: number[] = [], sockets: Socket[] = []
    const server = createServer((socket) => { tries.push(performance.now()); sockets.push(socket); socket.on('error', () => {}); socket.destroy() }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const to = publisher({ url: `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}/live/k`, config: Buffer.alloc(0), width: 2, height: 2, framesPerSecond: 25, retryMs: 20, retryMostMs: 80 })
    await until(() => tries.length === 6)
    to.close()
    const gaps = tries.slice(1).map((at, i) => at - tries[i]!)
    gaps.forEach((gap, i) => expect(gap).toBeGreaterThanOrEqual(Math.min(20 * 2 ** i, 80) - 2))
    await new Promise((done) => setTimeout(done, 200))
    expect(tries).toHaveLength(6)
    server.close()
  })
})

describe('RTMP chunks and AMF0', () => {
  const message = fc.record({ type: fc.constantFrom(4, 9, 18, 20), stream: fc.integer({ min: 0, max: 9 }), timestampMs: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 900 }).map((bytes) => Buffer.from(bytes)) })
  it('come back whole, however the line cuts them', () => fc.assert(fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (said, cuts) => {
    const heard: Message[] = [], hear = assembler((message) => heard.push(message))
    const bytes = Buffer.concat(said.map((message) => chunked(message, 128)))
    for (let at = 0, i = 0; at < bytes.length; i++) hear(bytes.subarray(at, at += cuts[i % cuts.length]!))
    const legible = (messages: Message[]) => messages.map((message) => ({ ...message, payload: message.payload.toString('hex') }))
    expect(legible(heard)).toStrictEqual(legible(said))
  })))
  const value: fc.Arbitrary<Amf> = fc.letrec<{ value: Amf }>((tie) => ({ value: fc.oneof({ maxDepth: 3 },
    fc.double({ noNaN: true }), fc.boolean(), fc.string({ maxLength: 20 }), fc.constant(null),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'), tie('value') as fc.Arbitrary<Amf>, { maxKeys: 3, noNullPrototype: true }).map((it) => it as Amf)) })).value
  it('values come back as they were, and rubbish is no more than nothing', () => {
    fc.assert(fc.property(fc.array(value, { maxLength: 4 }), (values) => { expect(readAmf(amf(...values))).toStrictEqual(values) }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => { readAmf(Buffer.from(bytes)) }))
  })
})
