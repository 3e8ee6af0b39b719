import { createHash, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'

/** 外接系统 — who may ask for somebody to sign in: a public client by PKCE alone, or one with a key or with a secret of which the hash is kept. */
export type Client = {
  id: string; name: string; redirectUris: readonly string[]
  /** Ours: whoever is signed in is not asked again. */
  firstParty: boolean
  secretSha256?: string
  keys?: { keys: readonly object[] }
}
type Said = { client_id?: unknown; name?: unknown; redirect_uris?: unknown; first_party?: unknown; secret_sha256?: unknown; jwks?: unknown }

const known = ['client_id', 'name', 'redirect_uris', 'first_party', 'secret_sha256', 'jwks']
/** Only over TLS, but on this very machine. */
function isRedirect(uri: unknown): uri is string {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  const { protocol, hostname, hash, username } = new URL(uri)
  return hash === '' && username === '' && (protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)))
}
function clientOf(said: Said | null): Client | undefined {
  const { client_id: id, name, redirect_uris: uris, first_party: firstParty = false, secret_sha256: secret, jwks } = said ?? {}
  if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id) || typeof name !== 'string' || name === '' || name.length > 100 || typeof firstParty !== 'boolean') return undefined
  if (!Array.isArray(uris) || uris.length === 0 || !uris.every(isRedirect) || Object.keys(said ?? {}).some((field) => !known.includes(field))) return undefined
  if (secret !== undefined && !(typeof secret === 'string' && /^[0-9a-f]{64}$/.test(secret) && jwks === undefined)) return undefined
  const keys = jwks as { keys?: unknown } | undefined
  if (keys !== undefined && !(Array.isArray(keys.keys) && keys.keys.length > 0 && keys.keys.every((key: { d?: unknown }) => key.d === undefined))) return undefined
  return { id, name, redirectUris: uris as string[], firstParty, ...(secret !== undefined && { secretSha256: secret }), ...(keys && { keys: keys as NonNullable<Client['keys']> }) }
}

/** oidc-clients.json in the data directory. Nothing where it is not there: then nobody from outside signs anybody in. */
export function clientsIn(path: string): readonly Client[] | undefined {
  if (!existsSync(path)) return undefined
  const wrong = (why: string) => new Error(`${path}: ${why}`)
  if ((statSync(path).mode & 0o077) !== 0) throw wrong('须只有本人可读（chmod 600） / let nobody else read it (chmod 600)')
  let said: { clients?: unknown }
  try { said = JSON.parse(readFileSync(path, 'utf8')) as typeof said } catch { throw wrong('不是 JSON / this is not JSON') }
  if (!Array.isArray(said.clients)) throw wrong('须为 {"clients":[…]} / it should look like that')
  const clients = (said.clients as Said[]).map((one, i) => clientOf(one) ?? wrong(`第 ${i + 1} 个客户端不对（client_id、name、redirect_uris；https 或本机） / client ${i + 1} is not well-formed`))
  for (const client of clients) if (client instanceof Error) throw client
  const all = clients as Client[]
  if (new Set(all.map(({ id }) => id)).size < all.length) throw wrong('client_id 重复 / a client_id occurs twice')
  return all
}
const digest = (text: string) => createHash('sha256').update(text).digest()
export const isSecretOf = (hash: string | undefined, secret: unknown): boolean => hash !== undefined && typeof secret === 'string' && timingSafeEqual(digest(secret), Buffer.from(hash,
  'hex'))
