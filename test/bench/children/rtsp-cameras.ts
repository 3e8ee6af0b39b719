import { createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { framesOf, frameMs } from '../video/clip.ts'

/** Cameras are `rtsp://127.0.0.1:<port>/camera-<i>`; each plays from the beginning to whoever says PLAY, until `forMs` are over or all have left. `count`: how many of them, for their beginnings to differ. */
export type Asked = { clip: string; port: number; count: number; forMs: number }
export type Played = { sent: Readonly<Record<string, readonly number[]>> }
/** An RTP packet's payload, as cameras on Ethernet have it. */
const payloadBytes = 1400

/** One picture as RFC 6184 has it, each packet in its RFC 2326 frame: `$`, channel 0, length. Sequence and time are put in when it is sent. */
function packetised(data: Buffer): Buffer {
  const payloads: Buffer[] = []
  for (let at = 0; at < data.length;) {
    const length = data.readUInt32BE(at), unit = data.subarray(at + 4, at + 4 + length)
    at += 4 + length
    if (unit.length <= payloadBytes) { payloads.push(unit); continue }
    for (let from = 1; from < unit.length; from += payloadBytes - 2) {
      const last = from + payloadBytes - 2 >= unit.length
      payloads.push(Buffer.concat([Buffer.from([(unit[0]! & 0xe0) | 28, (from === 1 ? 0x80 : 0) | (last ? 0x40 : 0) | (unit[0]! & 31)]), unit.subarray(from, from + payloadBytes - 2)]))
    }
  }
  return Buffer.concat(payloads.flatMap((payload, i) => {
    const head = Buffer.alloc(16)
    head[0] = 0x24
    head.writeUInt16BE(12 + payload.length, 2)
    head[4] = 0x80
    head[5] = 96 | (i === payloads.length - 1 ? 0x80 : 0)
    return [head, payload]
  }))
}
type Playing = { socket: Socket; camera: string; fromMs: number; sent: number; sequence: number }

/** 取流的摄像机 — RTSP over one connection (interleaved), as many cameras as are asked for, in one process. */
process.once('message', ({ clip, port, count, forMs }: Asked) => {
  const { frames, sps, pps } = framesOf(clip), templates = frames.map(({ data }) => packetised(data)), playing: Playing[] = [], sent: Record<string, number[]> = {}
  const sets = [...sps, ...pps].map((unit) => unit.toString('base64')).join(','), level = sps[0]!.subarray(1, 4).toString('hex')
  const sdp = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=camera', 't=0 0', 'a=control:*', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=framerate:25',
    `a=fmtp:96 packetization-mode=1;profile-level-id=${level};sprop-parameter-sets=${sets}`, 'a=control:track', ''].join('\r\n')
  function answer(socket: Socket, head: string) {
    const [, method = '', camera = ''] = /^(\w+) rtsp:\/\/[^/]+\/([\w-]+)/.exec(head) ?? [], cseq = /CSeq: *(\d+)/i.exec(head)?.[1] ?? '0'
    const say = (more: readonly string[] = [], body = '') => socket.write([`RTSP/1.0 200 OK`, `CSeq: ${cseq}`, ...more, ...(body ? [`Content-Length: ${body.length}`] : []), '', body].join('\r\n'))
    if (method === 'OPTIONS') say(['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER'])
    else if (method === 'DESCRIBE') say(['Content-Type: application/sdp', `Content-Base: rtsp://127.0.0.1:${port}/${camera}/`], sdp)
    else if (method === 'SETUP') say(['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', `Session: ${camera};timeout=60`])
    else say([`Session: ${camera}`])
    if (method === 'PLAY') playing.push({ socket, camera, fromMs: performance.now() + 2000 * Number(/\d+$/.exec(camera)?.[0] ?? 0) / count, sent: 0, sequence: 0 })
  }
  createServer((socket) => {
    let text = ''
    socket.setNoDelay(true).on('error', () => undefined).on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      for (;;) {
        if (text.startsWith('$') && text.length >= 4) { // what a receiver reports
          const length = 4 + text.charCodeAt(2) * 256 + text.charCodeAt(3)
          if (text.length < length) return
          text = text.slice(length)
          continue
        }
        const end = text.indexOf('\r\n\r\n')
        if (end < 0 || text.startsWith('$')) return
        answer(socket, text.slice(0, end))
        text = text.slice(end + 4)
      }
    })
  }).listen(port, '127.0.0.1')

  const send = (one: Playing) => {
    const bytes = Buffer.from(templates[one.sent % templates.length]!), ticks = (one.sent * frameMs * 90) >>> 0
    for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
      bytes.writeUInt16BE(one.sequence++ & 0xffff, at + 6)
      bytes.writeUInt32BE(ticks, at + 8)
    }
    one.socket.write(bytes)
    one.sent++
  }
  const began = performance.now()
  void (async () => {
    const allLeft = () => playing.length >= count && playing.every(({ socket }) => !socket.writable)
    while (performance.now() - began < forMs && !allLeft()) {
      const nowMs = performance.now()
      for (const one of playing) if (one.socket.writable) while (one.fromMs + one.sent * frameMs <= nowMs) send(one)
      await pause(4)
    }
    for (const { camera, sent: count } of playing) (sent[camera] ??= []).push(count)
    for (const { socket } of playing) socket.end()
    await pause(200)
    process.send!({ sent } satisfies Played)
  })()
})
