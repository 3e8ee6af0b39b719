import { connect, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'

/** WebSocket by hand (RFC 6455), for one that reads and for one that never does. */
export type SocketLine = { socket: Socket; bytes(): number; status(): string; code(): number; closed: Promise<void>; hangUp(): void }

/** A line to a path. `onData`: each message of bytes as it comes; where there is none, nothing is ever read of what comes. */
export function socketLine(url: string, path: string, cookie: string, onData?: (bytes: Buffer) => void): SocketLine {
  const { hostname, port, host } = new URL(url), socket = connect({ host: hostname, port: Number(port) })
  let rest = Buffer.alloc(0), status = '', code = 0, count = 0
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nCookie: ${cookie}\r\n\r\n`)
  function frames() {
    for (;;) {
      if (rest.length < 2) return
      const short = rest[1]! & 127, headBytes = short === 126 ? 4 : short === 127 ? 10 : 2
      if (rest.length < headBytes) return
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short
      if (rest.length < headBytes + length) return
      const body = rest.subarray(headBytes, headBytes + length), opcode = rest[0]! & 15
      if (opcode === 8) code = body.readUInt16BE(0)
      if (opcode === 2) onData?.(body)
      rest = rest.subarray(headBytes + length)
    }
  }
  if (onData) socket.on('data', (bytes: Buffer) => {
    count += bytes.length
    rest = Buffer.concat([rest, bytes])
    if (status === '') {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) return
      status = rest.toString('latin1', 0, end).split('\r\n')[0]!
      rest = rest.subarray(end + 4)
    }
    frames()
  })
  return { socket, bytes: () => count, status: () => status, code: () => code, closed, hangUp: () => { socket.destroy() } }
}
