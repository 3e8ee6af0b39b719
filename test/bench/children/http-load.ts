import { connect } from 'node:net'
import { percentiles } from '../figures.ts'

export type Asked = { port: number; cookie?: string; connections: number; paths: readonly string[]; warmMs: number; forMs: number; keep: number }
export type Loaded = { perSecond: number; count: number; firstByteP50Ms: number; p50Ms: number; p99Ms: number; bytes: number; kept: readonly { path: string; body: string }[] }

const headEnd = Buffer.from('\r\n\r\n')

/** One kept-alive connection that asks again as soon as it is answered. Written on the bare socket: Node's own client would be slower than
    the servers that are measured, and make them all look alike. */
function asker({ port, cookie, paths, keep }: Asked, first: number, until: () => number, measuring: () => boolean, answered: (firstMs: number, wholeMs: number, bytes: number, kept?: { path: string; body: string }) => void) {
  return new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let n = first, began = 0, firstMs = 0, wanted = 0, got = 0, parts: Buffer[] = [], path = ''
    const ask = () => {
      if (performance.now() >= until()) { socket.destroy(); return resolve() }
      path = paths[n++ % paths.length]!
      began = performance.now()
      firstMs = wanted = got = 0
      parts = []
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n${cookie === undefined ? '' : `Cookie: ${cookie}\r\n`}\r\n`)
    }
    socket.setNoDelay(true)
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('data', (data: Buffer) => {
      if (firstMs === 0) firstMs = performance.now() - began
      parts.push(data)
      got += data.length
      if (wanted === 0) {
        const head = parts.length === 1 ? data : Buffer.concat(parts), end = head.indexOf(headEnd)
        if (end < 0) return
        const text = head.toString('latin1', 0, end), length = /content-length: (\d+)/i.exec(text)?.[1]
        if (!text.startsWith('HTTP/1.1 200 ') || length === undefined) return void reject(new Error(`${path}: ${text.slice(0, 200)}`))
        wanted = end + headEnd.length + Number(length)
      }
      if (got < wanted) return
      const wholeMs = performance.now() - began
      const kept = keep > 0 && n % 97 === 0 ? { path, body: Buffer.concat(parts).toString('utf8', wanted - bodyBytes(parts, wanted)) } : undefined
      if (measuring()) answered(firstMs, wholeMs, wanted, kept)
      ask()
    })
  })
}
const bodyBytes = (parts: readonly Buffer[], wanted: number) => wanted - Buffer.concat(parts).indexOf(headEnd) - headEnd.length

process.once('message', async (asked: Asked) => {
  const began = performance.now(), from = began + asked.warmMs, end = from + asked.forMs
  const firsts: number[] = [], wholes: number[] = [], kept: { path: string; body: string }[] = []
  let bytes = 0
  await Promise.all(Array.from({ length: asked.connections }, (_, i) => asker(asked, i * 31, () => end, () => performance.now() >= from, (firstMs, wholeMs, size, sample) => {
    firsts.push(firstMs)
    wholes.push(wholeMs)
    bytes = size
    if (sample && kept.length < asked.keep) kept.push(sample)
  })))
  const whole = percentiles(wholes)
  process.send!({ perSecond: wholes.length * 1000 / (performance.now() - from), count: wholes.length, firstByteP50Ms: percentiles(firsts)(0.5),
    p50Ms: whole(0.5), p99Ms: whole(0.99), bytes, kept } satisfies Loaded)
})
