import { createHash, randomBytes } from 'node:crypto'

export type Login = { user: string; password: string }
type Asked = { method: string; uri: string; login: Login }

const partsOf = (challenge: string) => new Map([...challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, plain]) => [name!.toLowerCase(), quoted ?? plain ?? '']))
const algorithms: Readonly<Record<string, string>> = { '': 'md5', 'MD5': 'md5', 'SHA-256': 'sha256' }

/** 应答质询 (RFC 2617, 7616) — by digest where the camera offers one, in the clear only where it takes nothing else; nothing where it asks for what is not known here.
    Answers a function, for each request is answered anew. */
export function authorizationFor(challenges: readonly string[]): ((asked: Asked) => string) | undefined {
  const digests = challenges.filter((challenge) => /^digest\s/i.test(challenge)).map(partsOf).filter((parts) => algorithms[(parts.get('algorithm') ?? '').toUpperCase()] !== undefined)
  // The stronger first.
  const parts = digests.sort((a, b) => (b.get('algorithm') ?? '').length - (a.get('algorithm') ?? '').length)[0]
  if (!parts) return challenges.some((challenge) => /^basic\b/i.test(challenge)) ? ({ login: { user, password } }) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : undefined
  const algorithm = parts.get('algorithm'), realm = parts.get('realm') ?? '', nonce = parts.get('nonce') ?? '', opaque = parts.get('opaque')
  const hash = (text: string) => createHash(algorithms[(algorithm ?? '').toUpperCase()]!).update(text).digest('hex')
  const hasQop = (parts.get('qop') ?? '').split(/\s*,\s*/).includes('auth')
  let count = 0
  return ({ method, uri, login: { user, password } }) => {
    const nc = (++count).toString(16).padStart(8, '0'), cnonce = randomBytes(8).toString('hex'), a1 = hash(`${user}:${realm}:${password}`), a2 = hash(`${method}:${uri}`)
    const response = hash(hasQop ? `${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}` : `${a1}:${nonce}:${a2}`)
    return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"${algorithm === undefined ? '' : `, algorithm=${algorithm}`}`
      + (hasQop ? `, qop=auth, nc=${nc}, cnonce="${cnonce}"` : '') + (opaque === undefined ? '' : `, opaque="${opaque}"`)
  }
}
