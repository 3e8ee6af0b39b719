import logger from 'node-media-server/src/core/logger.js'
import Rtmp from 'node-media-server/src/protocol/rtmp.js'

// It would write stream paths, and with them keys, to the console.
logger.log = () => undefined

const videoType = 9
/** The greatest message of a kind: a 4K key frame is below 8 MiB; commands are small, and are all that a stranger may say. */
const videoBytes = 8 << 20, otherBytes = 1 << 14
/** Chunk streams that one connection may have open; each holds a message under way. */
const chunkStreams = 16
/** What a stranger may say before it publishes: the handshake takes 3 KiB. */
const strangerBytes = 1 << 15
const safeName = /^[\w-]{1,128}$/

/** What a connection has come to: it may go on, or it is refused and for what. */
export type Heard = { refused?: string }
export type Handlers = {
  write(bytes: Buffer): void
  /** Whether it may publish under this name; a refusal is its reason. */
  publish(name: string): string | undefined
  /** One message of video, in a buffer of its own. */
  video(body: Buffer, timestampMs: number): void
  /** It says itself that it ends. */
  ended(): void
}
class Refusal extends Error {}
const refuse = (reason: string): never => { throw new Refusal(reason) }

/** 协议机 — Node-Media-Server's handshake, chunk and command engine with nothing of its server behind it: what a message does is decided here.
    Whatever it throws (a connect without tcUrl, a publish without a name, garbage) is a refusal, and the caller hangs up. */
export function rtmpEngine({ write, publish, video, ended }: Handlers) {
  const rtmp = new Rtmp(), takeControl = rtmp.controlHandler.bind(rtmp), obey = rtmp.invokeHandler.bind(rtmp), answerPublish = rtmp.onPublish.bind(rtmp)
  let publishing = false, bytesRead = 0, acknowledged = 0
  rtmp.flv = undefined // a megabyte for each connection, for what is done here
  rtmp.onOutputCallback = write
  // Called at the head of each message: memory is taken only for what may come, and is nobody else's afterwards.
  rtmp.packetAlloc = () => {
    const { parserPacket: packet, inPackets } = rtmp, { type, length } = packet.header
    if (inPackets.size > chunkStreams) refuse('too-many-chunk-streams')
    if (length > (publishing && type === videoType ? videoBytes : otherBytes)) refuse('message-too-long')
    packet.clock %= 2 ** 32 // the engine drops for ever what comes after a wrap
    packet.payload = Buffer.allocUnsafe(length)
  }
  rtmp.controlHandler = () => {
    wholeMessage()
    takeControl()
    if (rtmp.inChunkSize < 1 || rtmp.inChunkSize > 0xffffff) refuse('bad-chunk-size')
  }
  rtmp.invokeHandler = () => { wholeMessage(); obey() }
  /** A header in the midst of a message may say another length: what lies in memory is then not what was said. */
  function wholeMessage(): Buffer {
    const { payload, header: { length } } = rtmp.parserPacket
    return payload.length === length ? payload : refuse('length-changed')
  }
  rtmp.dataHandler = () => {
    const body = wholeMessage()
    if (rtmp.parserPacket.header.type !== videoType) return
    if (!publishing) refuse('frames-before-publish')
    video(body, rtmp.parserPacket.clock)
  }
  rtmp.onPlay = () => refuse('play-not-served')
  rtmp.onDeleteStream = () => ended()
  rtmp.onPublish = (message) => {
    if (publishing) refuse('publishes-twice')
    const name = String(message.streamName).split('?')[0]!
    if (rtmp.streamApp === undefined || typeof message.streamName !== 'string' || !safeName.test(name)) refuse('bad-stream-name')
    const reason = publish(name)
    if (reason !== undefined) refuse(reason)
    publishing = true
    answerPublish({ ...message, streamName: 'live' }) // the key goes nowhere, not even back
  }
  return {
    /** Takes what has come. After a refusal nothing more is taken. */
    read(bytes: Buffer): Heard {
      bytesRead += bytes.length
      if (!publishing && bytesRead > strangerBytes) return { refused: 'too-much-before-publish' }
      try {
        const wrong = rtmp.parserData(bytes)
        if (wrong !== null) return { refused: 'malformed' }
      } catch (error) { return { refused: error instanceof Refusal ? error.message : 'malformed' } }
      if (rtmp.ackSize && bytesRead - acknowledged >= rtmp.ackSize) rtmp.sendACK((acknowledged = bytesRead) % 2 ** 32)
      return {}
    },
  }
}
