import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { amf, readAmf, type Amf } from './rtmp/amf.ts'
import { assembler, chunkBytes, chunked, messageTypes, type Message } from './rtmp/chunks.ts'

export type Publishing = {
  /** `rtmp://host:port/app/key`. */
  url: string
  /** AVCDecoderConfigurationRecord: said whenever a session begins. */
  config: Buffer
  width: number; height: number; framesPerSecond: number
  /** A session began, ended, or could not be begun. The key is in none of these words. */
  onState?(state: 'publishing' | 'lost', why: string): void
  /** Before the second try; doubles up to `retryMostMs`. */
  retryMs?: number; retryMostMs?: number
}
/** 推流 — as a camera pushes: what it draws while there is nobody to hear is not kept. */
export type Publisher = {
  /** `timestampMs` of the stream grows. A session begins with a key frame; what comes before one is dropped, as is what a slow line cannot take. */
  send(picture: { data: Buffer; key: boolean; timestampMs: number }): void
  close(): void
}

const handshakeBytes = 1536
/** More than this unsent, and pictures are dropped up to the next key frame. */
const backlogBytes = 1 << 20
const stillMs = 10_000
const connectId = 1, createId = 4

/** FLV video tag (E.4.3): key or not, AVC, sequence header or picture, no composition offset, since pictures are shown as they come. */
const tag = (key: boolean, kind: 0 | 1, body: Buffer) => Buffer.concat([Buffer.from([key ? 0x17 : 0x27, kind, 0, 0, 0]), body])

function addressOf(url: string) {
  const { hostname, port, pathname } = new URL(url)
  const [, app = '', ...key] = pathname.split('/')
  return { host: hostname, port: Number(port || 1935), app, key: key.join('/'), tcUrl: `rtmp://${hostname}:${port || 1935}/${app}` }
}

type Session = { socket: Socket; stream: number | undefined; configured: boolean; keyed: boolean }

/** One attempt: handshake, connect, createStream, publish; ready when the other side says so. */
function begin(to: Publishing, ready: (session: Session) => void): Session {
  const { host, port, app, key, tcUrl } = addressOf(to.url)
  const socket = connect({ host, port, noDelay: true }), session: Session = { socket, stream: undefined, configured: false, keyed: false }
  const say = (type: number, payload: Buffer, stream = 0) => socket.write(chunked({ type, stream, timestampMs: 0, payload }))
  const command = (name: string, id: number, ...rest: Amf[]) => say(messageTypes.command, amf(name, id, ...rest))
  let stream = 0
  // Neither a line on which nothing moves nor a door that does not answer is waited for.
  socket.setTimeout(stillMs, () => socket.destroy(new Error('nothing moves')))

  function hear({ type, payload }: Message) {
    // A ping (6) is answered (7) with the same stamp.
    if (type === messageTypes.userControl && payload.length >= 6 && payload.readUInt16BE() === 6) say(type, Buffer.concat([Buffer.from([0, 7]), payload.subarray(2, 6)]))
    if (type !== messageTypes.command) return
    const [name, id, , info] = readAmf(payload), code = typeof info === 'object' && info !== null ? info['code'] : undefined
    if (name === '_result' && id === connectId) command('createStream', createId, null)
    else if (name === '_result' && id === createId && typeof info === 'number') {
      stream = info
      say(messageTypes.command, amf('publish', createId + 1, null, key, 'live'), stream)
    } else if (name === 'onStatus' && code === 'NetStream.Publish.Start') {
      session.stream = stream
      const { width, height, framesPerSecond: framerate } = to
      say(messageTypes.data, amf('@setDataFrame', 'onMetaData', { width, height, framerate, videocodecid: 7 }), stream)
      ready(session)
    } else if (name === '_error' || name === 'onStatus') socket.destroy(new Error(String(code ?? 'refused')))
  }
  const assemble = assembler(hear)
  // S0 and S1 are answered with C2, which echoes S1; S2 is not looked at: there is nobody to be mistaken for.
  let greeting: Buffer | undefined = Buffer.alloc(0), answered = false
  socket.on('data', (data: Buffer) => {
    if (!greeting) { assemble(data); return }
    greeting = Buffer.concat([greeting, data])
    if (!answered && greeting.length >= 1 + handshakeBytes) {
      answered = true
      socket.write(greeting.subarray(1, 1 + handshakeBytes))
    }
    if (greeting.length < 1 + 2 * handshakeBytes) return
    const rest = greeting.subarray(1 + 2 * handshakeBytes), size = Buffer.alloc(4)
    greeting = undefined
    size.writeUInt32BE(chunkBytes)
    socket.write(chunked({ type: messageTypes.chunkSize, stream: 0, timestampMs: 0, payload: size }))
    command('connect', connectId, { app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl })
    if (rest.length > 0) assemble(rest)
  })
  socket.once('connect', () => socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(8), randomBytes(handshakeBytes - 8)])))
  return session
}

export function publisher(to: Publishing): Publisher {
  const { onState = () => {}, retryMs = 500, retryMostMs = 8_000 } = to
  let session: Session, waitMs = retryMs, closed = false, again: NodeJS.Timeout | undefined

  function open() {
    let why = 'closed'
    session = begin(to, () => { waitMs = retryMs; onState('publishing', '') })
    session.socket.once('error', (error) => { why = error.message })
    session.socket.once('close', () => {
      session.stream = undefined
      if (closed) return
      onState('lost', why)
      again = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, retryMostMs)
    })
  }
  open()
  return {
    send({ data, key, timestampMs }) {
      const { socket, stream, keyed } = session
      if (stream === undefined || (!key && !keyed)) return
      if (socket.writableLength > backlogBytes) { session.keyed = false; return }
      const say = (body: Buffer) => socket.write(chunked({ type: messageTypes.video, stream, timestampMs, payload: body }))
      if (!session.configured) say(tag(true, 0, to.config))
      session.configured = session.keyed = true
      say(tag(key, 1, data))
    },
    close() {
      closed = true
      clearTimeout(again)
      session.socket.destroySoon()
    },
  }
}
