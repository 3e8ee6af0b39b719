import { createServer, type Server, type Socket } from 'node:net'
import type { CameraSource, EndCause, Sink } from '../sample.ts'
import { guessing, keyRing } from './keys.ts'
import { publication, type Publication } from './publication.ts'
import { rtmpEngine } from './rtmp-engine.ts'

/** Connections at once: of cameras, and of strangers that have shown no key yet, of all and of one address (many cameras may come through one). */
const connections = 1024, strangersAtOnce = 256, strangersEach = 48
/** A stranger publishes within this or goes; a publisher that is quiet for so long is gone; one that is quiet for `quietMs` gives way to whoever shows its key again. */
const strangerMs = 10_000, goneMs = 10_000, quietMs = 2000
const tickMs = 1000

export type Door = ReturnType<typeof rtmpDoor>
/** The port is somebody else's: told, and no reason to end. It may be tried again. */
type Opened = { port: number } | { refused: 'port-in-use' | 'port-not-allowed'; detail: string }

type Camera = { sink: Sink; publisher?: { socket: Socket; publication: Publication } }
type Hall = {
  keys: ReturnType<typeof keyRing>; cameras: Map<string, Camera>; strangers: Map<Socket, string>
  delayMs(address: string): number; refused(reason: string, from: string): void; nowMs(): number
}
const addressOf = (socket: Socket) => (socket.remoteAddress ?? '').replace(/^::ffff:/, '').slice(0, 64)

/** RTMP 门 — cameras push here, each with its own key. `refused`: what came that was of no camera. */
export function rtmpDoor({ refused, nowMs = () => performance.now() }: { refused(reason: string, from: string): void; nowMs?: () => number }) {
  const hall: Hall = { keys: keyRing(), cameras: new Map(), strangers: new Map(), delayMs: guessing(nowMs).delayMs, refused, nowMs }, { keys, cameras, strangers } = hall, open = new Set<Socket>()

  const server = createServer((socket) => {
    const address = addressOf(socket)
    const theirs = [...strangers.values()].filter((other) => other === address).length
    if (open.size >= connections || strangers.size >= strangersAtOnce || theirs >= strangersEach) return void socket.destroy()
    open.add(socket)
    strangers.set(socket, address)
    socket.setNoDelay(true).setKeepAlive(true, goneMs)
    socket.on('error', () => undefined)
    socket.once('close', () => { open.delete(socket); strangers.delete(socket) })
    attend(socket, address, hall)
  })

  const ticking = setInterval(() => {
    for (const { publisher } of cameras.values()) if (publisher && nowMs() - publisher.publication.heardMs() > goneMs) { publisher.publication.end('network'); publisher.socket.destroy() }
  }, tickMs)
  ticking.unref()

  const source = (camera: string, keyHash: string): CameraSource => ({
    start(sink) {
      keys.set(camera, keyHash)
      const entry: Camera = { sink: { config: (config) => sink.config(config), sample: (sample) => sink.sample(sample), refused: (reason, from) => sink.refused(reason, from),
        ended(cause) { delete entry.publisher; sink.ended(cause) } } }
      cameras.set(camera, entry)
    },
    async stop() {
      const publisher = cameras.get(camera)?.publisher
      publisher?.publication.end('process')
      publisher?.socket.destroy()
      keys.drop(camera)
      cameras.delete(camera)
    },
  })
  return {
    source,
    open: ({ port, host = '127.0.0.1' }: { port: number; host?: string | undefined }): Promise<Opened> => listening(server, port, host),
    async close() {
      clearInterval(ticking)
      await Promise.all([...cameras.keys()].map((camera) => source(camera, '').stop()))
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve)) // one that never opened says so, and is closed
    },
  }
}

/** 接待 of one connection, from its first byte to its last. */
function attend(socket: Socket, address: string, { keys, cameras, strangers, delayMs, refused, nowMs }: Hall) {
  let ours: Publication | undefined, sinkOf: Sink | undefined, cause: EndCause = 'network'
  const patience = setTimeout(() => hangUp('silent-stranger'), strangerMs)
  const engine = rtmpEngine({
    write: (bytes) => { socket.write(bytes) },
    publish: (key) => {
      const camera = keys.cameraOf(key), known = camera === undefined ? undefined : cameras.get(camera)
      if (!known) return 'unknown-key'
      if (known.publisher && nowMs() - known.publisher.publication.heardMs() < quietMs) { known.sink.refused('already-publishing', address); return 'already-publishing' }
      known.publisher?.publication.end('network')
      known.publisher?.socket.destroy()
      clearTimeout(patience)
      strangers.delete(socket)
      sinkOf = known.sink
      ours = publication(known.sink, address, nowMs)
      known.publisher = { socket, publication: ours }
      return undefined
    },
    video: (body, timestampMs) => ours?.video(body, timestampMs),
    ended: () => { cause = 'camera'; socket.end() },
  })
  function hangUp(reason: string) {
    clearTimeout(patience)
    socket.off('data', read)
    if (ours) sinkOf?.refused(reason, address)
    else if (reason !== 'already-publishing') refused(reason, address)
    if (reason !== 'unknown-key') return void socket.destroy()
    // Unread, so that it cannot even see that it has been given up: the place among strangers is taken for as long as the guess costs.
    socket.pause()
    setTimeout(() => socket.destroy(), delayMs(address)).unref()
  }
  const read = (bytes: Buffer) => {
    const { refused: reason } = engine.read(bytes)
    if (reason !== undefined) hangUp(reason)
  }
  socket.on('data', read)
  socket.once('end', () => { cause = 'camera' })
  socket.once('close', () => { clearTimeout(patience); ours?.end(cause) })
}

async function listening(server: Server, port: number, host: string): Promise<Opened> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve({ refused: error.code === 'EADDRINUSE' ? 'port-in-use' : 'port-not-allowed', detail: error.message })
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      server.on('error', () => undefined)
      const address = server.address()
      resolve({ port: typeof address === 'object' && address ? address.port : port })
    })
  })
}
