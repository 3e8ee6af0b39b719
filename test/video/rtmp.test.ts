import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rtmpDoor, type Door } from '../../video/ingest/door.ts'
import { collecting, soon } from './collecting.ts'
import { clipOf, ffmpegIsHere, publisher, slicesOf } from './peers.ts'
import { amf, avcC, command, message, pictureBody, rtmpClient, sequenceBody, type Client } from './rtmp-client.ts'

const key = randomBytes(16).toString('hex'), otherKey = randomBytes(16).toString('hex')
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
let door: Door, port = 0, one = collecting(), strangers: { reason: string; from: string }[] = []
const clients: Client[] = []
const dial = async () => { const client = await rtmpClient(port); clients.push(client); return client }

beforeEach(async () => {
  one = collecting()
  strangers = []
  door = rtmpDoor({ refused: (reason, from) => { strangers.push({ reason, from }) } })
  const opened = await door.open({ port: 0 })
  if ('refused' in opened) throw new Error(opened.detail)
  ;({ port } = opened)
  door.source('mingjing-w03', hashOf(key)).start(one.sink)
  door.source('mingjing-w04', hashOf(otherKey)).start(collecting().sink)
})
afterEach(async () => { for (const client of clients.splice(0)) client.close(); await door.close() })

/** A camera that has begun: its header is said. */
async function publishing(name = key, app = 'live') {
  const camera = await dial()
  await camera.connect(app)
  await camera.publish(name)
  await camera.heard('NetStream.Publish.Start')
  await camera.video(sequenceBody(), 0)
  return camera
}
/** Still works: a camera comes and its picture arrives. */
async function stillServes() {
  const before = one.samples.length, camera = await publishing()
  await camera.video(pictureBody(true, randomBytes(20)), 40)
  expect(await soon(() => one.samples.length > before)).toBe(true)
}

describe('推流', () => {
  it('hands on each picture as it was sent, byte for byte, with its times', async () => {
    const camera = await publishing(), bodies = Array.from({ length: 60 }, (_, i) => pictureBody(i % 25 === 0, randomBytes(1 + i * i * 40), i % 3 === 0 ? 0 : i % 3 === 1 ? 80 : -40))
    for (const [i, body] of bodies.entries()) await camera.video(body, i * 40)
    expect(await soon(() => one.samples.length === bodies.length)).toBe(true)
    expect(one.configs.map(({ avcC, width, height }) => ({ avcC: avcC.toString('hex'), width, height }))).toStrictEqual([{ avcC: avcC.toString('hex'), width: 64, height: 48 }])
    for (const [i, { data, dtsMs, ptsMs, key }] of one.samples.entries()) {
      expect(data.equals(bodies[i]!.subarray(5)), `picture ${i}`).toBe(true)
      expect({ dtsMs, ptsMs, key }).toStrictEqual({ dtsMs: i * 40, ptsMs: i * 40 + (i % 3 === 0 ? 0 : i % 3 === 1 ? 80 : -40), key: i % 25 === 0 })
    }
    expect(one.refusals).toStrictEqual([])
  })
  it('goes on through a wrap of the 32 bits of its time', async () => {
    const camera = await publishing(), from = 2 ** 32 - 100
    for (let i = 0; i < 6; i++) await camera.video(pictureBody(i === 0, randomBytes(9)), (from + i * 40) % 2 ** 32)
    expect(await soon(() => one.samples.length === 6)).toBe(true)
    expect(one.samples.map(({ dtsMs }) => dtsMs)).toStrictEqual([0, 1, 2, 3, 4, 5].map((i) => from + i * 40))
  })
  it('a header that is said again begins nothing, another begins a run, and a broken one takes what follows with it', async () => {
    const camera = await publishing(), other = Buffer.from(avcC)
    other[other.length - 1]! ^= 0x40 // another PPS
    await camera.video(sequenceBody(), 0)
    await camera.video(pictureBody(true, randomBytes(9)), 40)
    await camera.video(sequenceBody(other), 80)
    await camera.video(pictureBody(true, randomBytes(9)), 120)
    await camera.video(sequenceBody(randomBytes(40)), 160)
    await camera.video(pictureBody(true, randomBytes(9)), 200)
    expect(await soon(() => one.refusals.some(({ reason }) => reason === 'no-sequence-header'))).toBe(true)
    expect(one.configs).toHaveLength(2)
    expect(one.samples).toHaveLength(2)
  })
  it('an end is the camera\'s where it says so, and the network\'s where the line breaks', async () => {
    const first = await publishing()
    await first.send(message(20, command('deleteStream', 4, null, 1)))
    expect(await soon(() => one.ends.length === 1)).toBe(true)
    const second = await publishing()
    // What was sent just before a reset may reach us with it, and looks like an end in order.
    expect(await soon(() => one.configs.length === 2)).toBe(true)
    second.socket.resetAndDestroy()
    expect(await soon(() => one.ends.length === 2)).toBe(true)
    expect(one.ends).toStrictEqual(['camera', 'network'])
  })
  it('one that returns after an outage has its own times: nothing is moved past what was before, and the end is told at once', async () => {
    const first = await publishing()
    for (let i = 0; i < 3; i++) await first.video(pictureBody(i === 0, randomBytes(9)), 100_000 + i * 40)
    expect(await soon(() => one.samples.length === 3)).toBe(true)
    const brokenAt = performance.now()
    first.close()
    expect(await soon(() => one.ends.length === 1, 1000)).toBe(true)
    expect(performance.now() - brokenAt).toBeLessThan(1000)
    const second = await publishing()
    for (let i = 0; i < 3; i++) await second.video(pictureBody(i === 0, randomBytes(9)), i * 40)
    expect(await soon(() => one.samples.length === 6)).toBe(true)
    expect(one.samples.map(({ dtsMs }) => dtsMs)).toStrictEqual([100_000, 100_040, 100_080, 0, 40, 80])
    expect(one.configs).toHaveLength(2)
  })
})

describe('门口的攻击', () => {
  it.each<[string, (client: Client) => Promise<unknown>]>([
    ['a connect without tcUrl', (client) => client.command('connect', 1, { app: 'live' })],
    ['a connect without anything', (client) => client.command('connect')],
    ['a publish without a name', async (client) => { await client.connect(); await client.command('publish', 3, null) }],
    ['a publish before the connect', (client) => client.publish(key)],
    ['a name that is a path', async (client) => { await client.connect(); await client.publish('../../etc/passwd') }],
    ['a command cut short', (client) => client.send(message(20, command('connect', 1, { app: 'live' }).subarray(0, 12)))],
    ['an array without an end', (client) => client.send(message(20, Buffer.concat([amf('connect'), amf(1), Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff])])))],
    ['objects within objects', (client) => client.send(message(20, Buffer.concat([amf('connect'), amf(1), ...Array.from({ length: 4000 }, () => Buffer.from([3, 0, 1, 0x61]))])))],
    ['a chunk size of nothing', (client) => client.send(message(1, Buffer.alloc(4), { channel: 2 }))],
    ['a chunk size cut short', (client) => client.send(message(1, Buffer.alloc(2), { channel: 2 }))],
    ['a message of sixteen megabytes', (client) => client.send(message(20, Buffer.alloc(200), { length: 0xffffff }))],
    ['a hundred chunk streams', async (client) => { for (let channel = 3; channel < 63; channel++) await client.send(message(20, Buffer.alloc(1), { channel, length: 100, chunk: 1 }).subarray(0, 13)) }],
    ['frames without a publish', (client) => client.video(pictureBody(true, randomBytes(50)), 0)],
    ['a length changed in the midst of a message', (client) => client.send(Buffer.concat([message(20, Buffer.alloc(128), { length: 300 }), message(20, Buffer.alloc(72), { length: 200 })]))],
    ['noise', (client) => client.send(randomBytes(20_000))],
  ])('%s: hung up, told, and the door stands', async (_, attack) => {
    const client = await dial()
    await attack(client)
    await Promise.race([client.closed, client.until(() => false, 3000)])
    expect(client.isOpen()).toBe(false)
    expect(strangers.length).toBeGreaterThan(0)
    expect(one.samples).toStrictEqual([])
    await stillServes()
  })
  it('a viewer is not served, and what it pushes is nobody\'s picture', async () => {
    const camera = await publishing(), viewer = await dial()
    await camera.video(pictureBody(true, randomBytes(30)), 0)
    expect(await soon(() => one.samples.length === 1)).toBe(true)
    await viewer.connect()
    await viewer.send(Buffer.concat([message(20, command('play', 3, null, key), { stream: 1, chunk: 60_000 }), message(9, pictureBody(true, Buffer.from('forged')), { channel: 6, stream: 1, chunk: 60_000 })]))
    await Promise.race([viewer.closed, viewer.until(() => false, 3000)])
    expect(viewer.isOpen()).toBe(false)
    await camera.video(pictureBody(false, randomBytes(30)), 40)
    expect(await soon(() => one.samples.length === 2)).toBe(true)
    expect(one.samples.some(({ data }) => data.includes('forged'))).toBe(false)
    expect(strangers).toContainEqual({ reason: 'play-not-served', from: '127.0.0.1' })
  })
  it('who is refused says nothing more: the frames behind a wrong key, in the same packet or after it, reach nobody', async () => {
    const camera = await publishing(), forger = await dial()
    await forger.connect()
    const forged = message(9, pictureBody(true, Buffer.from('forged')), { channel: 6, stream: 1, chunk: 60_000 })
    await forger.send(Buffer.concat([message(20, command('publish', 3, null, 'mingjing-w03', 'live'), { stream: 1, chunk: 60_000 }), forged]))
    for (let i = 0; i < 20; i++) await forger.send(forged)
    await camera.video(pictureBody(true, randomBytes(30)), 0)
    expect(await soon(() => one.samples.length === 1)).toBe(true)
    expect(await forger.heard('NetStream.Publish.Start', 300)).toBe(false)
    expect(strangers).toStrictEqual([{ reason: 'unknown-key', from: '127.0.0.1' }])
  })
  it('a second publisher with the right key is refused while the first sends, and told of that camera', async () => {
    const camera = await publishing(), second = await dial()
    await camera.video(pictureBody(true, randomBytes(30)), 0)
    await second.connect()
    await second.publish(key)
    await second.closed
    expect(one.refusals).toContainEqual({ reason: 'already-publishing', from: '127.0.0.1' })
    expect(one.ends).toStrictEqual([])
    await camera.video(pictureBody(false, randomBytes(30)), 40)
    expect(await soon(() => one.samples.length === 2)).toBe(true)
  })
  it('but one that has been quiet for two seconds gives way to whoever shows its key: a line that is dead at one end alone', async () => {
    const camera = await publishing()
    await camera.video(pictureBody(true, randomBytes(30)), 0)
    camera.socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await stillServes()
    expect(one.ends).toStrictEqual(['network'])
  })
  it('a key comes back from nowhere: not in an answer, not in what is told', async () => {
    const camera = await publishing()
    await camera.heard('NetStream.Publish.Start')
    expect(await camera.heard(key, 200)).toBe(false)
    expect(JSON.stringify([strangers, one.refusals])).not.toContain(key)
  })
})

describe('猜钥', () => {
  it('costs more each time, and the one with the right key does not wait', async () => {
    const guess = async () => {
      const client = await dial()
      await client.connect()
      const from = performance.now()
      await client.publish(randomBytes(16).toString('hex'))
      return await client.closed - from
    }
    const first = await guess(), second = await guess(), third = await guess()
    expect(second).toBeGreaterThan(first * 1.5)
    expect(third).toBeGreaterThan(second * 1.5)
    const from = performance.now()
    await stillServes()
    expect(performance.now() - from).toBeLessThan(third)
  })
  it('strangers have so many places and no more, and a camera that publishes keeps its own', async () => {
    const camera = await publishing(), crowd = await Promise.all(Array.from({ length: 80 }, () => dial()))
    expect(crowd.filter((client) => client.isOpen()).length).toBeLessThan(60)
    await camera.video(pictureBody(true, randomBytes(30)), 0)
    expect(await soon(() => one.samples.length === 1)).toBe(true)
  })
})

describe('端口', () => {
  it('in use: said, not died of; and opened when it is free', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    const taken = squatter.address() as { port: number }, late = rtmpDoor({ refused: () => undefined })
    expect(await late.open({ port: taken.port })).toMatchObject({ refused: 'port-in-use' })
    await new Promise((resolve) => squatter.close(resolve))
    expect(await late.open({ port: taken.port })).toStrictEqual({ port: taken.port })
    await late.close()
  })
  it('nobody behind it takes the signals of the process, or opens a port of its own', () => {
    expect(['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException'].map((name) => process.listeners(name as 'SIGTERM').filter((listener) => String(listener).includes('store')).length)).toStrictEqual([0, 0, 0, 0])
  })
})

describe.skipIf(!ffmpegIsHere())('真推流（ffmpeg）', () => {
  it('every slice of the clip comes as it is, B-frames and all, and its end is the camera\'s', async () => {
    const clip = clipOf({ seconds: 2, more: ['-bf', '2'] }), slices = slicesOf(clip.file), pushing = publisher(clip.file, `rtmp://127.0.0.1:${port}/live/${key}`)
    expect(await soon(() => one.samples.length > slices.length, 20_000)).toBe(true)
    pushing.kill('SIGTERM')
    expect(await soon(() => one.ends.length === 1)).toBe(true)
    for (const [i, slice] of slices.entries()) expect(one.samples[i]!.data.includes(slice), `slice ${i}`).toBe(true)
    expect(one.configs[0]).toMatchObject({ width: 320, height: 180 })
    expect(one.refusals).toStrictEqual([])
    clip.remove()
  }, 90_000)
})
