import { connect as dial, type Socket } from 'node:net'
import { authorizationFor, type Login } from './authorization.ts'
import { trackOf, type Track } from './description.ts'
import { framesOf, type Answer } from './frames.ts'
import { dialTrusted, isDistrust } from './trust.ts'

/** `trusted`: certificates of cameras that nobody else vouches for (PEM). */
export type SessionOptions = { url: string; login?: Login | undefined; trusted?: string | undefined; onTrack(track: Track): void; onPacket(packet: Buffer): void }
/** 结束 of a session: the camera closed it, the line broke or was silent, or it offers what is not taken. */
export type Ended = { cause: 'camera' | 'network'; refused?: string }
const answerMs = 5000, silentMs = 10_000, usualSessionMs = 60_000

/** 去掉密码 — what is said aloud of an address. */
export const barely = (url: string) => url.replace(/^(rtsps?:\/\/)[^/?#]*@/i, '$1')
export function loginIn(url: string): Login | undefined {
  const [, user, password] = /^rtsps?:\/\/([^:/?#]*):([^/?#]*)@/i.exec(url) ?? []
  return user === undefined ? undefined : { user: decodeURIComponent(user), password: decodeURIComponent(password!) }
}

/** RTSP 会话 (RFC 2326) — describes, sets up one track over the same connection, plays; ends once, with why. */
export function rtspSession({ url: said, login = loginIn(said), trusted, onTrack, onPacket }: SessionOptions): { ended: Promise<Ended>; close(): void } {
  const url = barely(said), { hostname, port, protocol } = new URL(url.replace(/^rtsp/i, 'http'))
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 322 : 554)) }
  const socket: Socket = protocol === 'https:' ? dialTrusted(to, trusted) : dial(to)
  const awaited = new Map<number, (answer: Answer) => void>()
  let over: ((ended: Ended) => void) | undefined, sequence = 0, session = '', channel = 0, keeping: NodeJS.Timeout | undefined, authorize: ReturnType<typeof authorizationFor>
  const ended = new Promise<Ended>((resolve) => { over = resolve })
  const end = (why: Ended) => { over?.(why); over = undefined; clearInterval(keeping); socket.destroy() }

  socket.setNoDelay(true).setTimeout(silentMs, () => end({ cause: 'network' }))
  // The line stands, and whoever answers on it is nobody that we know.
  socket.on('error', (error) => end(isDistrust(error) ? { cause: 'network', refused: 'certificate-not-trusted' } : { cause: 'network' }))
  socket.on('end', () => end({ cause: 'camera' }))
  socket.on('close', () => end({ cause: 'network' }))
  socket.on('data', framesOf((frame) => {
    if ('malformed' in frame) end({ cause: 'camera', refused: `rtsp-${frame.malformed}` })
    else if ('packet' in frame) { if (frame.channel === channel) onPacket(frame.packet) }
    else awaited.get(Number(frame.answer.headers.get('cseq')?.[0]))?.(frame.answer)
  }))
  /** Said again once with what the camera asks for, where it asks. */
  async function ask(method: string, uri: string, headers: readonly string[] = [], again = true): Promise<Answer> {
    const number = ++sequence, authorization = authorize && login ? [`Authorization: ${authorize({ method, uri, login })}`] : []
    const answer = await new Promise<Answer>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`no-answer-to-${method}`)), answerMs)
      awaited.set(number, (answer) => { clearTimeout(patience); awaited.delete(number); resolve(answer) })
      socket.write([`${method} ${uri} RTSP/1.0`, `CSeq: ${number}`, 'User-Agent: Mingjian', ...(session ? [`Session: ${session}`] : []), ...authorization, ...headers, '', ''].join('\r\n'))
    })
    if (answer.status !== 401 || !again || !login) return answer
    authorize = authorizationFor(answer.headers.get('www-authenticate') ?? [])
    return authorize ? ask(method, uri, headers, false) : answer
  }
  const good = (answer: Answer, method: string): Answer => {
    if (answer.status !== 200) throw new Error(answer.status === 401 ? 'login-not-taken' : `rtsp-${method.toLowerCase()}-${answer.status}`)
    return answer
  }
  async function play() {
    const offered = (await ask('OPTIONS', url)).headers.get('public')?.[0] ?? ''
    const described = good(await ask('DESCRIBE', url, ['Accept: application/sdp']), 'DESCRIBE')
    const track = trackOf(described.body, described.headers.get('content-base')?.[0] ?? described.headers.get('content-location')?.[0] ?? url)
    if ('refused' in track) throw new Error(track.refused)
    const { headers } = good(await ask('SETUP', track.control, ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1']), 'SETUP')
    const [, id = '', timeout] = /^([^;]+)(?:;\s*timeout=(\d+))?/.exec(headers.get('session')?.[0] ?? '') ?? []
    session = id
    channel = Number(/interleaved=(\d+)/.exec(headers.get('transport')?.[0] ?? '')?.[1] ?? 0)
    onTrack(track)
    good(await ask('PLAY', url, ['Range: npt=0.000-']), 'PLAY')
    const keepAlive = /GET_PARAMETER/i.test(offered) ? 'GET_PARAMETER' : 'OPTIONS'
    keeping = setInterval(() => { ask(keepAlive, url).catch(() => undefined) }, Math.min(usualSessionMs, Math.max(1000, (timeout ? Number(timeout) * 1000 : usualSessionMs) / 2)))
  }
  socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    play().catch((error: Error) => end({ cause: 'camera', refused: error.message.slice(0, 200) }))
  })
  return {
    ended,
    close() {
      if (session && socket.writable) socket.write(`TEARDOWN ${url} RTSP/1.0\r\nCSeq: ${++sequence}\r\nSession: ${session}\r\n\r\n`)
      end({ cause: 'camera' })
    },
  }
}
