import { connect as dial, type Socket } from 'node:net'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'

/** RTMP by hand, from the specification (1.0) and from nothing of the house: what a camera says, and what an attacker may. */
const text = (said: string) => Buffer.concat([Buffer.from([2, said.length >> 8, said.length & 255]), Buffer.from(said)])
const named = (name: string) => text(name).subarray(1)
export type Said = string | number | null | { [name: string]: Said }
export function amf(said: Said): Buffer {
  if (said === null) return Buffer.from([5])
  if (typeof said === 'string') return text(said)
  if (typeof said === 'number') { const out = Buffer.alloc(9); out.writeDoubleBE(said, 1); return out }
  return Buffer.concat([Buffer.from([3]), ...Object.entries(said).flatMap(([name, value]) => [named(name), amf(value)]), Buffer.from([0, 0, 9])])
}
export const command = (...said: Said[]) => Buffer.concat(said.map(amf))

/** One message in chunks of `chunk` bytes, each with the header that the specification asks for. */
export function message(type: number, body: Buffer, { timestamp = 0, channel = 3, stream = 0, chunk = 128, length = body.length } = {}): Buffer {
  const extended = timestamp >= 0xffffff, head = Buffer.alloc(12)
  head[0] = channel
  head.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3)
  head.writeUIntBE(length, 4, 3)
  head[7] = type
  head.writeUInt32LE(stream, 8)
  const time = Buffer.alloc(extended ? 4 : 0)
  if (extended) time.writeUInt32BE(timestamp)
  const parts: Buffer[] = [head, time]
  for (let at = 0; at < body.length || at === 0; at += chunk) {
    if (at > 0) parts.push(Buffer.from([0xc0 | channel]), time)
    parts.push(body.subarray(at, at + chunk))
  }
  return Buffer.concat(parts)
}
const chunkBytes = 60_000
export type Client = Awaited<ReturnType<typeof rtmpClient>>

/** A connection with its handshake done. */
export async function rtmpClient(port: number, host = '127.0.0.1') {
  const socket: Socket = dial({ port, host })
  let received = ''
  const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now())))
  socket.on('error', () => undefined)
  socket.on('data', (bytes: Buffer) => { received += bytes.toString('latin1') })
  const until = async (holds: () => boolean, withinMs = 5000) => {
    for (const from = performance.now(); !holds();) {
      if (performance.now() - from > withinMs || socket.destroyed) return holds()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return true
  }
  await Promise.race([once(socket, 'connect'), closed])
  socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(8), randomBytes(1528)]))
  await until(() => received.length >= 3073)
  socket.write(Buffer.from(received.slice(1, 1537), 'latin1'))
  const send = (bytes: Buffer) => new Promise<void>((resolve) => { if (socket.destroyed) resolve(); else socket.write(bytes, () => resolve()) })
  const heard = (words: string, withinMs?: number) => until(() => received.includes(words), withinMs)
  return {
    socket, closed, send, heard, until,
    command: (...said: Said[]) => send(message(20, command(...said))),
    isOpen: () => !socket.destroyed,
    async connect(app = 'live') {
      await send(message(1, Buffer.from([0, 0, chunkBytes >> 8, chunkBytes & 255]), { channel: 2 }))
      await send(message(20, command('connect', 1, { app, tcUrl: `rtmp://127.0.0.1/${app}` }), { chunk: chunkBytes }))
      await send(message(20, command('createStream', 2, null), { chunk: chunkBytes }))
    },
    publish: (name: string) => send(message(20, command('publish', 3, null, name, 'live'), { stream: 1, chunk: chunkBytes })),
    video: (body: Buffer, timestamp: number, more: { length?: number } = {}) => send(message(9, body, { timestamp, channel: 6, stream: 1, chunk: chunkBytes, ...more })),
    close() { socket.destroy() },
  }
}

/** 64 × 48, Constrained Baseline, from x264: a header that is true, for pictures that nobody decodes. */
export const avcC = Buffer.from('0142c00affe100176742c00ad9047b011000000300100000030320f122648001000568cb83cb20', 'hex')
export const sequenceBody = (said = avcC) => Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), said])
/** One coded picture of one NAL unit; `fill` makes it unlike others. */
export function pictureBody(key: boolean, fill: Buffer, compositionMs = 0): Buffer {
  const head = Buffer.from([key ? 0x17 : 0x27, 1, 0, 0, 0]), nal = Buffer.concat([Buffer.from([key ? 0x65 : 0x41, 0x88]), fill]), length = Buffer.alloc(4)
  head.writeIntBE(compositionMs, 2, 3)
  length.writeUInt32BE(nal.length)
  return Buffer.concat([head, length, nal])
}

/** A camera that goes on by itself: 25 pictures a second, a key frame each second, every one unlike the others. */
export async function runningCamera(port: number, key: string, { startMs = 0, bytes = 400, groupMs = 1000 } = {}) {
  const client = await rtmpClient(port)
  await client.connect()
  await client.publish(key)
  if (!await client.heard('NetStream.Publish.Start')) throw new Error('not let in')
  await client.video(sequenceBody(), startMs)
  const from = performance.now(), sent: number[] = []
  const timer = setInterval(() => {
    for (; sent.length * 40 <= performance.now() - from;) {
      const i = sent.length
      sent.push(performance.now())
      void client.video(pictureBody(i * 40 % groupMs === 0, randomBytes(bytes)), startMs + i * 40)
    }
  }, 10)
  const stop = () => clearInterval(timer)
  void client.closed.then(stop)
  return { ...client, sent: () => sent.length, stop, close() { stop(); client.close() } }
}
