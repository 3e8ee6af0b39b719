import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { message, pictureBody, rtmpClient, sequenceBody } from './rtmp-client.ts'

/** How a line fails: reset by somebody on the way, closed in order, stopped and let flow again with all that has piled up, or dead at the camera's end while ours hears nothing. */
export const breaks = ['reset', 'fin', 'held', 'half-open'] as const
export type Break = (typeof breaks)[number]
type Pair = { near: Socket; far: Socket; given: boolean }

/** 线路 — a TCP relay between one camera and the door that fails as it is told to. */
export async function unsteadyLine(to: number) {
  const pairs = new Set<Pair>()
  let isDown = false, address = '127.0.0.1'
  const server = createServer((near) => {
    if (isDown) return void near.resetAndDestroy()
    const far = connect({ port: to, host: '127.0.0.1', localAddress: address }), pair: Pair = { near, far, given: false }
    pairs.add(pair)
    near.on('error', () => undefined).on('data', (bytes: Buffer) => { far.write(bytes) }).on('close', () => { if (!pair.given) far.destroy() })
    far.on('error', () => undefined).on('data', (bytes: Buffer) => { near.write(bytes) }).on('close', () => { near.destroy(); pairs.delete(pair) })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fail: Record<Break, (pair: Pair) => void> = {
    reset: ({ near, far }) => { far.resetAndDestroy(); near.resetAndDestroy() },
    fin: ({ near, far }) => { far.end(); near.end() },
    held: ({ near }) => { near.pause() },
    // Nobody tells the door: its end stays open and is silent for ever.
    'half-open': (pair) => { pair.given = true; pair.near.removeAllListeners('data'); pair.near.resetAndDestroy() },
  }
  return {
    port: (server.address() as AddressInfo).port,
    fail(how: Break) { isDown = how !== 'held'; for (const pair of pairs) fail[how](pair) },
    /** `from`: under which address whoever comes now is seen at the door. */
    mend(from: string) { isDown = false; address = from; for (const { near } of pairs) near.resume() },
    close() { for (const { near, far } of pairs) { near.destroy(); far.destroy() } server.close() },
  }
}

export const fps = 25, groupMs = 1000
const frameMs = 1000 / fps, groupFrames = groupMs / frameMs, againMs = 150
/** What was given to the line: when, in which session, and the bytes as they should lie in a file. */
export type Given = { number: number; session: number; key: boolean; wallMs: number; body: Buffer }
/** 时间戳 of a camera that returns: it went on counting, begins at nought with a key frame, or stood still and goes on from there. */
export type Stamps = 'going-on' | 'anew' | 'stood-still'

/** 不屈的摄像机 — sends for as long as it may, comes again when it was cut off, and remembers all that it gave. */
export function stubbornCamera(port: number, key: string, stamps: Stamps) {
  const given: Given[] = [], wentAt = new Map<number, number>()
  let session = 0, hushed = false, over = false, client: Awaited<ReturnType<typeof rtmpClient>> | undefined, number = 0, beganAt = performance.now(), stillMs = 0, hushedAt = 0, next = 0, gone: Promise<unknown> = Promise.resolve()
  const send = () => {
    if (!client?.isOpen() || hushed) return
    for (const due = Math.floor((performance.now() - beganAt - stillMs) / frameMs); next <= due; next++) {
      const isKey = next % groupFrames === 0, fill = randomBytes(300)
      fill.writeUInt32BE(++number)
      const body = pictureBody(isKey, fill)
      given.push({ number, session, key: isKey, wallMs: Date.now(), body: body.subarray(5) })
      client.socket.write(message(9, body, { timestamp: next * frameMs, channel: 6, stream: 1, chunk: 60_000 }))
    }
  }
  const anew = () => { beganAt = performance.now(); next = 0; stillMs = 0 }
  /** What was due meanwhile nobody took. */
  const skip = () => { next = Math.max(next, Math.floor((performance.now() - beganAt - stillMs) / frameMs)) }
  async function living() {
    while (!over) {
      const own = await rtmpClient(port).catch(() => undefined)
      if (own?.isOpen()) { await own.connect(); await own.publish(key) }
      if (own?.isOpen() && await own.heard('NetStream.Publish.Start', 1500)) {
        session++
        if (stamps === 'anew') anew()
        else if (stamps === 'going-on') skip()
        await own.video(sequenceBody(), next * frameMs)
        client = own
        await own.closed
        wentAt.set(session, Date.now())
        client = undefined
      }
      own?.close()
      if (!over) await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
  const timer = setInterval(send, 10)
  gone = living()
  return {
    given, wentAt, session: () => session,
    /** 静 — the line stands, and nothing comes. */
    hush() { hushed = true; hushedAt = performance.now() },
    speak() {
      if (stamps === 'anew') anew()
      else if (stamps === 'stood-still') stillMs += performance.now() - hushedAt
      else skip()
      hushed = false
    },
    async stop() { over = true; clearInterval(timer); client?.socket.end(); await gone },
  }
}
