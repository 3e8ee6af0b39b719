import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { decodingOrder } from '../../video/ingest/rtsp/decoding-order.ts'
import { trackOf } from '../../video/ingest/rtsp/description.ts'
import { framesOf, type Frame } from '../../video/ingest/rtsp/frames.ts'
import { depacketiser, type Picture } from '../../video/ingest/rtsp/rtp-h264.ts'
import { rtspSource } from '../../video/ingest/rtsp/source.ts'
import { collecting, soon } from './collecting.ts'
import { clipOf, ffmpegIsHere, gstreamerIsHere, rtspCamera, shownMs, slicesOf } from './peers.ts'
import { folder } from './studio.ts'

/** RFC 6184 from the sender's side: single units, a STAP-A of neighbours that fit, FU-A of what does not. */
function packetised(pictures: readonly { units: readonly Buffer[]; ticks: number }[], { mtu, sequence, aggregate }: { mtu: number; sequence: number; aggregate: boolean }): Buffer[] {
  const packets: Buffer[] = []
  for (const { units, ticks } of pictures) {
    const payloads: Buffer[] = []
    let together: Buffer[] = []
    const flush = () => {
      if (together.length === 1) payloads.push(together[0]!)
      else if (together.length > 1) payloads.push(Buffer.concat([Buffer.from([24]), ...together.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 255]), unit])]))
      together = []
    }
    for (const unit of units) {
      if (unit.length <= mtu) {
        if (!aggregate || together.reduce((sum, { length }) => sum + length + 2, 1) + unit.length + 2 > mtu) flush()
        together.push(unit)
        if (!aggregate) flush()
        continue
      }
      flush()
      for (let at = 1; at < unit.length; at += mtu - 2) {
        const last = at + mtu - 2 >= unit.length
        payloads.push(Buffer.concat([Buffer.from([(unit[0]! & 0xe0) | 28, (at === 1 ? 0x80 : 0) | (last ? 0x40 : 0) | (unit[0]! & 31)]), unit.subarray(at, at + mtu - 2)]))
      }
    }
    flush()
    for (const [i, payload] of payloads.entries()) {
      const head = Buffer.alloc(12)
      head[0] = 0x80
      head[1] = 96 | (i === payloads.length - 1 ? 0x80 : 0)
      head.writeUInt16BE((sequence + packets.length) & 0xffff, 2)
      head.writeUInt32BE(ticks % 2 ** 32, 4)
      packets.push(Buffer.concat([head, payload]))
    }
  }
  return packets
}
const unit = fc.tuple(fc.constantFrom(1, 5, 6, 7, 8, 9), fc.uint8Array({ minLength: 1, maxLength: 900 })).map(([type, rest]) => Buffer.concat([Buffer.from([0x60 | type]), rest]))
const pictures = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.array(fc.array(unit, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 }))
  .map(([from, all]) => all.map((units, i) => ({ units, ticks: from + i * 3600 })))

describe('RTP 解包', () => {
  it('gives back what was packed, however it was packed', () => fc.assert(fc.property(pictures, fc.integer({ min: 60, max: 1400 }), fc.boolean(), fc.nat(65535), (all, mtu, aggregate, sequence) => {
    const got: Picture[] = [], take = depacketiser(96, (picture) => got.push(picture))
    for (const packet of packetised(all, { mtu, sequence, aggregate })) take(packet)
    expect(got.map(({ units, broken }) => ({ units: units.map((unit) => unit.toString('hex')), broken }))).toStrictEqual(all.map(({ units }) => ({ units: units.map((unit) => unit.toString('hex')), broken: false })))
    for (const [i, { ptsMs }] of got.entries()) expect(ptsMs - got[0]!.ptsMs).toBeCloseTo(i * 40, 6)
  }), { numRuns: 150 }))
  it('a lost packet breaks its own picture or is seen in the next, and no picture is mended out of two', () => fc.assert(fc.property(pictures, fc.integer({ min: 60, max: 400 }), fc.nat(), (all, mtu, at) => {
    const packets = packetised(all, { mtu, sequence: 65530, aggregate: true }), got: Picture[] = [], take = depacketiser(96, (picture) => got.push(picture))
    for (const [i, packet] of packets.entries()) if (i === 0 || i !== at % packets.length) take(packet)
    const whole = new Set(all.map(({ units }) => units.map((unit) => unit.toString('hex')).join()))
    for (const { units, broken } of got) if (!broken) expect(whole.has(units.map((unit) => unit.toString('hex')).join())).toBe(true)
  }), { numRuns: 150 }))
  it('noise is no picture, and nothing is thrown', () => fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 50 }), (packets) => {
    const take = depacketiser(96, () => undefined)
    for (const packet of packets) take(Buffer.from(packet))
  }), { numRuns: 300 }))
})

describe('RTSP 拆流', () => {
  const stream = Buffer.concat([
    Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, PLAY\r\n\r\n'), Buffer.from([0x24, 0, 0, 3, 1, 2, 3]), Buffer.from('RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\n$body'),
    Buffer.from('OPTIONS rtsp://here/ RTSP/1.0\r\nCSeq: 9\r\n\r\n'), Buffer.from([0x24, 1, 0, 0]),
  ])
  it('whatever the pieces', () => fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (cuts) => {
    const got: Frame[] = [], take = framesOf((frame) => got.push(frame))
    for (let at = 0, i = 0; at < stream.length; i++) { const size = cuts[i % cuts.length]!; take(stream.subarray(at, at + size)); at += size }
    expect(got.map((frame) => 'answer' in frame ? [frame.answer.status, frame.answer.body] : 'packet' in frame ? [frame.channel, frame.packet.toString('hex')] : frame))
      .toStrictEqual([[200, ''], [0, '010203'], [401, '$body'], [1, '']])
  }), { numRuns: 100 }))
  it.each(['HTTP/1.1 200 OK\r\n\r\n', 'RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', `${'x'.repeat(20_000)}`])('%j ends it', (text) => {
    const got: Frame[] = []
    framesOf((frame) => got.push(frame))(Buffer.from(text))
    expect(got).toHaveLength(1)
    expect(got[0]).toHaveProperty('malformed')
  })
})

describe('SDP', () => {
  const media = (rtpmap: string, more = '') => `v=0\r\na=control:*\r\nm=audio 0 RTP/AVP 0\r\na=control:audio\r\nm=video 0 RTP/AVP 97\r\na=rtpmap:97 ${rtpmap}/90000\r\n${more}a=control:trackID=1\r\n`
  it('names the track that is H.264, its own way', () => expect(trackOf(media('H264', 'a=fmtp:97 packetization-mode=1;sprop-parameter-sets=Z0LACtkEewEQAAADABAAAAMDIPEiZIA=,aMuDyyA=\r\n'), 'rtsp://camera/live/'))
    .toMatchObject({ control: 'rtsp://camera/live/trackID=1', payloadType: 97, sps: [Buffer.from('Z0LACtkEewEQAAADABAAAAMDIPEiZIA=', 'base64')], pps: [Buffer.from('aMuDyyA=', 'base64')] }))
  it('and says what is not taken', () => {
    expect(trackOf(media('H265'), 'rtsp://camera/')).toStrictEqual({ refused: 'codec-hevc' })
    expect(trackOf('v=0\r\n', 'rtsp://camera/')).toStrictEqual({ refused: 'no-video' })
  })
})

describe('解码时刻', () => {
  it.each([['none', [0, 1, 2, 3, 4, 5, 6, 7]], ['two B', [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]], ['a pyramid', [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11]]])('with %s: they grow, and none is after its showing once the depth is known', (_, order) => {
    const dtsOf = decodingOrder(), all = Array.from({ length: 4 }, (_, round) => order.map((n) => (n + round * order.length) * 40)).flat(), times = all.map((ptsMs) => ({ ptsMs, dtsMs: dtsOf(ptsMs) }))
    for (const [i, { dtsMs, ptsMs }] of times.entries()) {
      if (i > 0) expect(dtsMs).toBeGreaterThan(times[i - 1]!.dtsMs)
      if (i >= order.length) expect(dtsMs).toBeLessThanOrEqual(ptsMs)
      if (i >= order.length) expect(ptsMs - dtsMs).toBeLessThanOrEqual(5 * 40)
    }
  })
})

const ending: (() => unknown)[] = []
afterEach(async () => { for (const end of ending.splice(0)) await end() })

/** A camera of a few lines: `answers` by method. */
async function fakeCamera(answer: (method: string, head: string) => string) {
  const sockets: Socket[] = [], heard: string[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => { for (const head of String(bytes).split('\r\n\r\n').filter(Boolean)) {
      heard.push(head)
      socket.write(answer(head.split(' ')[0]!, head).replace('CSEQ', /CSeq: (\d+)/.exec(head)![1]!))
    } })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ending.push(() => { for (const socket of sockets) socket.destroy(); server.close() })
  return { port: (server.address() as { port: number }).port, sockets, heard }
}
describe('RTSP 会话', () => {
  it('proves the password as RFC 7616 says, by the stronger of what is offered, and never says it', async () => {
    const camera = await fakeCamera((_, head) => head.includes('Authorization: ') ? 'RTSP/1.0 404 Not Found\r\nCSeq: CSEQ\r\n\r\n'
      : 'RTSP/1.0 401 Unauthorized\r\nCSeq: CSEQ\r\nWWW-Authenticate: Basic realm="camera"\r\nWWW-Authenticate: Digest realm="camera", nonce="n1"\r\nWWW-Authenticate: Digest realm="camera", nonce="n2", algorithm=SHA-256, qop="auth"\r\n\r\n')
    const got = collecting(), source = rtspSource({ url: `rtsp://admin:p%40ss%3Aword@127.0.0.1:${camera.port}/live` })
    source.start(got.sink)
    ending.push(() => source.stop())
    expect(await soon(() => got.refusals.length > 0)).toBe(true)
    const said = camera.heard.find((head) => head.includes('Authorization: '))!, part = (name: string) => new RegExp(`${name}="?([^",\\s]+)`).exec(said)![1]!
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex'), uri = `rtsp://127.0.0.1:${camera.port}/live`
    expect(part('uri')).toBe(uri)
    expect(part('response')).toBe(sha256(`${sha256('admin:camera:p@ss:word')}:n2:${part('nc')}:${part('cnonce')}:auth:${sha256(`OPTIONS:${uri}`)}`))
    expect(camera.heard.join()).not.toMatch(/p@ss|p%40ss/)
    expect(JSON.stringify(got.refusals)).not.toMatch(/p@ss|p%40ss|admin/)
  })
  it('one that offers another codec is refused by name; one that is silent, or speaks in tongues, is tried again', async () => {
    let asked = 0
    const camera = await fakeCamera((method) => {
      if (method === 'DESCRIBE' && ++asked === 1) return 'nothing that anybody speaks\r\n\r\n'
      const body = 'v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n'
      return method === 'DESCRIBE' ? `RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\nContent-Length: ${body.length}\r\n\r\n${body}` : 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n'
    })
    const got = collecting(), source = rtspSource({ url: `rtsp://127.0.0.1:${camera.port}/live` })
    source.start(got.sink)
    ending.push(() => source.stop())
    expect(await soon(() => got.refusals.length >= 2)).toBe(true)
    expect(got.refusals.map(({ reason }) => reason).slice(0, 2)).toStrictEqual(['rtsp-no-answer', 'codec-hevc'])
    expect(got.samples).toStrictEqual([])
  })
  it('an address that is none is refused, not thrown', async () => {
    const got = collecting(), source = rtspSource({ url: 'rtsp://[' })
    source.start(got.sink)
    await source.stop()
    expect(got.refusals).toStrictEqual([{ reason: 'bad-address', from: '' }])
  })
})

describe.skipIf(!ffmpegIsHere() || !gstreamerIsHere())('真摄像机（GStreamer）', () => {
  it('with a digest login and B-frames: every slice as it is in the clip, shown when ffprobe says, and again after the camera was killed', async () => {
    const clip = clipOf({ seconds: 3, more: ['-profile:v', 'high', '-bf', '2'] })
    ending.push(clip.remove)
    const camera = await rtspCamera(clip.file, ['viewer', 'secret']), got = collecting()
    ending.push(() => camera.process.kill('SIGKILL'))
    const source = rtspSource({ url: camera.url.replace('//', '//viewer:secret@') })
    source.start(got.sink)
    ending.push(() => source.stop())
    const slices = slicesOf(clip.file), shown = shownMs(clip.file)
    expect(await soon(() => got.samples.length >= slices.length, 15_000)).toBe(true)
    expect(got.refusals).toStrictEqual([])
    expect(got.configs[0]).toMatchObject({ width: 320, height: 180 })
    const own = got.samples.slice(0, slices.length)
    for (const [i, { data, dtsMs, ptsMs, key }] of own.entries()) {
      expect(data.includes(slices[i]!), `slice ${i}`).toBe(true)
      expect(key).toBe((slices[i]![0]! & 31) === 5)
      expect(ptsMs - own[0]!.ptsMs).toBeCloseTo(shown[i]! - shown[0]!, 0)
      if (i > 0) expect(dtsMs).toBeGreaterThan(own[i - 1]!.dtsMs)
    }
    camera.process.kill('SIGKILL')
    expect(await soon(() => got.ends.length === 1, 3000)).toBe(true)
  }, 90_000)
  it('over TLS: one that signs its own certificate is refused by name until that very certificate was handed in; another certificate does not do', async () => {
    const clip = clipOf({ seconds: 3 }), own = signed('camera.hall'), other = signed('127.0.0.1')
    ending.push(clip.remove)
    const camera = await rtspCamera(clip.file, ['viewer', 'secret'], own.file), url = camera.url.replace('//', '//viewer:secret@')
    ending.push(() => camera.process.kill('SIGKILL'))
    const unreadable = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----'
    for (const trusted of [undefined, other.certificate, 'no certificate at all', unreadable]) {
      const got = collecting(), source = rtspSource({ url, trusted })
      source.start(got.sink)
      expect(await soon(() => got.refusals.length > 0, 10_000)).toBe(true)
      await source.stop()
      expect([got.refusals[0]!.reason, got.samples.length]).toStrictEqual(['certificate-not-trusted', 0])
    }
    const got = collecting(), source = rtspSource({ url, trusted: `${other.certificate}\n${unreadable}\n${own.certificate}` }), slices = slicesOf(clip.file)
    source.start(got.sink)
    ending.push(() => source.stop())
    expect(await soon(() => got.samples.length >= slices.length, 15_000)).toBe(true)
    expect(got.refusals).toStrictEqual([])
    for (const [i, slice] of slices.entries()) expect(got.samples[i]!.data.includes(slice), `slice ${i}`).toBe(true)
  }, 180_000)
})
/** A key and the certificate that it signs for itself, as a camera does in its factory; both in one file. */
function signed(name: string): { file: string; certificate: string } {
  const dir = folder(), key = join(dir, 'key.pem'), cert = join(dir, 'cert.pem'), file = join(dir, 'both.pem')
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  writeFileSync(file, Buffer.concat([readFileSync(cert), readFileSync(key)]))
  return { file, certificate: readFileSync(cert, 'utf8') }
}
