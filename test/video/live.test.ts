import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cameraState } from '../../video/cameras-state.ts'
import { openLiveSocket } from '../../video/live-socket.ts'
import { liveOf } from '../../video/live.ts'
import type { Sample } from '../../video/sample.ts'
import { soon } from './collecting.ts'
import { bytesOf, clipOf, ffmpegIsHere } from './peers.ts'
import { avcC } from './rtmp-client.ts'

const config = { avcC, width: 64, height: 48 }
const picture = (i: number, { group = 25, bytes = 50 } = {}): Sample => {
  const nal = Buffer.concat([Buffer.from([i % group === 0 ? 0x65 : 0x41]), randomBytes(bytes)]), length = Buffer.alloc(4)
  length.writeUInt32BE(nal.length)
  return { dtsMs: 5000 + i * 40, ptsMs: 5000 + i * 40, key: i % group === 0, data: Buffer.concat([length, nal]), arrivalMs: i * 40 }
}
/** Tags of an FLV stream by their own lengths: type, time and the bytes of the picture. */
function tagsOf(flv: Buffer): { timestamp: number; packet: number; key: boolean; body: Buffer }[] {
  const tags = []
  for (let at = 13; at + 11 <= flv.length;) {
    const size = flv.readUIntBE(at + 1, 3), body = flv.subarray(at + 11, at + 11 + size)
    if (at + 15 + size > flv.length) break
    if (flv[at] !== 9 || flv.readUInt32BE(at + 11 + size) !== size + 11) throw new Error('not a video tag')
    tags.push({ timestamp: flv.readUIntBE(at + 4, 3), packet: body[1]!, key: body[0] === 0x17, body: body.subarray(5) })
    at += 15 + size
  }
  return tags
}
let dir = '', live = liveOf(), close: () => Promise<void>
beforeEach(async () => { dir = mkdtempSync(join(tmpdir(), 'live-')); live = liveOf(); close = await openLiveSocket(join(dir, 's'), (camera) => camera === 'mingjing-w03' ? live : undefined) })
afterEach(async () => { await close(); rmSync(dir, { recursive: true, force: true }) })

async function watch(path = '/live/mingjing-w03', read = true) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => request({ socketPath: join(dir, 's'), path }, resolve).on('error', reject).end())
  let bytes = Buffer.alloc(0), ended = false
  response.on('error', () => { ended = true })
  response.on('close', () => { ended = true })
  if (read) response.on('data', (more: Buffer) => { bytes = Buffer.concat([bytes, more]) })
  return { response, bytes: () => bytes, ended: () => ended }
}

describe('直播', () => {
  it('a picture whose times or size no tag can say is left out, and nobody falls with it', async () => {
    live.config(config)
    live.sample(picture(0))
    live.sample({ ...picture(1), ptsMs: 5000 + 10 * 3_600_000 })
    live.sample({ ...picture(2), data: Buffer.alloc(17 << 20, 1) })
    live.sample(picture(3))
    const viewer = await watch()
    expect(await soon(() => tagsOf(viewer.bytes()).length === 3)).toBe(true)
    live.sample({ ...picture(4), ptsMs: -10 * 3_600_000 })
    live.sample(picture(5))
    expect(await soon(() => tagsOf(viewer.bytes()).length === 4)).toBe(true)
  })
  it('whoever comes gets the group of pictures that is under way, then each as it comes, byte for byte', async () => {
    live.config(config)
    const all = Array.from({ length: 40 }, (_, i) => picture(i))
    for (const sample of all.slice(0, 33)) live.sample(sample)
    const viewer = await watch()
    expect(await soon(() => tagsOf(viewer.bytes()).length === 1 + 8)).toBe(true)
    for (const sample of all.slice(33)) live.sample(sample)
    expect(await soon(() => tagsOf(viewer.bytes()).length === 1 + 15)).toBe(true)
    const [head, ...rest] = tagsOf(viewer.bytes())
    expect(head!.packet).toBe(0)
    expect(head!.body.equals(avcC)).toBe(true)
    expect(rest.map(({ body }) => body.toString('hex'))).toStrictEqual(all.slice(25).map(({ data }) => data.toString('hex')))
    expect(rest.map(({ timestamp }) => timestamp)).toStrictEqual(all.slice(25).map((_, i) => (25 + i) * 40))
    viewer.response.destroy()
    expect(await soon(() => live.viewers() === 0)).toBe(true)
  })
  it('key frames alone, where that is asked for', async () => {
    live.config(config)
    const viewer = await watch('/live/mingjing-w03?keys=1')
    for (let i = 0; i < 60; i++) live.sample(picture(i, { group: 10 }))
    expect(await soon(() => tagsOf(viewer.bytes()).length === 7)).toBe(true)
    expect(tagsOf(viewer.bytes()).every(({ key }) => key)).toBe(true)
  })
  it('another run ends it, for its times begin again', async () => {
    live.config(config)
    live.sample(picture(0))
    const viewer = await watch()
    live.ended('network')
    expect(viewer.ended()).toBe(false)
    live.config(config)
    expect(await soon(viewer.ended)).toBe(true)
  })
  it('sixty that never read are let go at a megabyte each, and one who reads misses nothing', async () => {
    live.config(config)
    live.sample(picture(0))
    const idle = await Promise.all(Array.from({ length: 60 }, () => watch(undefined, false))), reader = await watch()
    expect(live.viewers()).toBe(61)
    const sent = 150, bytes = 20_000
    let least = 0
    for (let i = 1; i <= sent; i++) {
      live.sample(picture(i, { bytes }))
      await soon(() => tagsOf(reader.bytes()).length > i)
      if (i * bytes < 900_000) least = live.viewers()
    }
    expect(least).toBe(61)
    expect(await soon(() => live.viewers() === 1)).toBe(true)
    expect(await soon(() => tagsOf(reader.bytes()).length === sent + 2)).toBe(true)
    for (const viewer of idle) viewer.response.resume()
    expect(await soon(() => idle.every((viewer) => viewer.ended()))).toBe(true)
  })
  it('a group without an end is not kept for those who come', async () => {
    live.config(config)
    for (let i = 0; i < 100; i++) live.sample(picture(i, { group: 1000, bytes: 100_000 }))
    const viewer = await watch()
    expect(await soon(() => tagsOf(viewer.bytes()).length === 1)).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(tagsOf(viewer.bytes())).toHaveLength(1)
  })
  it('another camera, another path, another method: nothing; and the socket is its owner\'s alone', async () => {
    for (const path of ['/live/mingjing-w04', '/live/..%2f', '/', '/live/mingjing-w03?keys=2']) expect((await watch(path)).response.statusCode).toBe(404)
    expect(statSync(join(dir, 's')).mode & 0o777).toBe(0o600)
  })
  it.skipIf(!ffmpegIsHere())('is FLV that ffmpeg decodes, picture for picture', async () => {
    const clip = clipOf({ seconds: 2, more: ['-bf', '2'] })
    const flv = spawnSync('ffmpeg', ['-v', 'error', '-i', clip.file, '-c', 'copy', '-f', 'flv', '-'], { maxBuffer: 1 << 26 }).stdout, tags: Buffer[] = []
    for (let at = 13; at < flv.length; at += 15 + flv.readUIntBE(at + 1, 3)) if (flv[at] === 9) tags.push(flv.subarray(at, at + 11 + flv.readUIntBE(at + 1, 3)))
    const viewer = await watch()
    for (const tag of tags) {
      const body = tag.subarray(11), dtsMs = tag.readUIntBE(4, 3)
      if (body[1] === 0) live.config({ ...config, avcC: body.subarray(5) })
      else if (body[1] === 1) live.sample({ dtsMs, ptsMs: dtsMs + body.readIntBE(2, 3), key: body[0] === 0x17, data: body.subarray(5), arrivalMs: dtsMs })
    }
    const hashes = (input: Buffer) => spawnSync('ffmpeg', ['-v', 'error', '-i', '-', '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'], { input }).stdout.toString().split('\n')
      .filter((line) => /^0,/.test(line)).map((line) => line.split(',').at(-1)!.trim())
    expect(await soon(() => tagsOf(viewer.bytes()).length >= 51)).toBe(true)
    const expected = hashes(bytesOf(clip.file))
    expect(expected).toHaveLength(50)
    expect(hashes(viewer.bytes())).toStrictEqual(expected)
    clip.remove()
  })
})

describe('机位状态', () => {
  const start = () => {
    let now = 1_000
    return { state: cameraState('mingjing-w03', { nowMs: () => now, wallMs: () => 1_700_000_000_000 + now }), at: (ms: number) => { now = ms }, feed(from: number, to: number, make: (i: number) => Sample = (i) => picture(i)) {
      for (let ms = from, i = 0; ms < to; ms += 40, i++) { now = ms; this.state.sample({ ...make(i), arrivalMs: ms }) }
      now = to
    } }
  }
  it('off until something comes, live while it does, silent three seconds after the last picture and since then', () => {
    const it = start()
    expect(it.state.state()).toMatchObject({ state: 'off', bitsPerSecond: 0 })
    it.state.config(config)
    it.feed(2000, 6000)
    expect(it.state.state()).toMatchObject({ state: 'live', width: 64, height: 48, codec: 'avc1.42c00a', framesPerSecond: 25 })
    it.at(8900)
    expect(it.state.state().state).toBe('live')
    it.at(8960)
    expect(it.state.state()).toMatchObject({ state: 'silent', sinceMs: 1_700_000_000_000 + 5960, cause: 'network', framesPerSecond: 0 })
    it.state.ended('camera')
    expect(it.state.state().cause).toBe('camera')
    it.feed(10_000, 11_000)
    expect(it.state.state()).toMatchObject({ state: 'live' })
  })
  it('one that was changed, or was seen by a process before this one, is expected: it is silent three seconds later where nothing comes, since its last picture', () => {
    let now = 50_000
    const state = cameraState('mingjing-w03', { nowMs: () => now, wallMs: () => 1_700_000_000_000 + now, heardMs: 41_000 })
    expect(state.state()).toMatchObject({ state: 'off' })
    now += 2900
    expect(state.state()).toMatchObject({ state: 'off' })
    now += 200
    expect(state.state()).toMatchObject({ state: 'silent', sinceMs: 1_700_000_000_000 + 41_000 })
    expect(state.state().cause).toBeUndefined()
    state.config(config)
    state.sample({ ...picture(0), arrivalMs: now })
    expect(state.state()).toMatchObject({ state: 'live' })
    expect(state.heardMs()).toBe(now)
  })
  it('always the same picture, under whatever numbers and times, is frozen; one that moves a little is not', () => {
    const same = [picture(0), picture(25)], still = (i: number) => i % 25 === 0 ? { ...same[(i / 25) % 2]! } : picture(i, { bytes: 2 })
    const frozen = start()
    frozen.state.config(config)
    frozen.feed(2000, 25_000, still)
    expect(frozen.state.state().state).toBe('live')
    frozen.feed(25_000, 40_000, still)
    expect(frozen.state.state().state).toBe('frozen')
    frozen.feed(40_000, 43_000)
    expect(frozen.state.state().state).toBe('live')
    const moving = start()
    moving.state.config(config)
    moving.feed(2000, 60_000)
    expect(moving.state.state().state).toBe('live')
  })
  it('what tells the time beside a frozen picture does not make it live', () => {
    const frame = picture(0), stamped = (i: number) => {
      if (i % 25 !== 0) return picture(i, { bytes: 2 })
      const sei = Buffer.concat([Buffer.from([0, 0, 0, 9, 6]), randomBytes(8)])
      return { ...frame, data: Buffer.concat([sei, frame.data]) }
    }
    const it = start()
    it.state.config(config)
    it.feed(2000, 40_000, stamped)
    expect(it.state.state().state).toBe('frozen')
  })
})
