import type { FastifyInstance } from 'fastify'
import { createHmac, createPublicKey, randomBytes, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { keyDecider, type KeyEvent } from '../../domain/identity/decide/key.ts'
import { identity } from '../../domain/identity/index.ts'
import { answerWith } from '../commands.ts'
import { originOf } from '../names.ts'
import { problem } from '../problems.ts'
import { load } from '../tell.ts'
import { attempting } from './attempts.ts'
import { credentialsOf, type Door } from './door.ts'
import { Password, Person, suspended } from './entering.ts'

export const Challenge = z.strictObject({ person: Person })
const base64 = z.string().regex(/^[\w+/=-]+$/).max(1000)
/** `key`: which of theirs, where somebody has several. */
export const Signed = z.strictObject({ person: Person, password: Password, nonce: base64, signature: base64, key: z.string().min(1).max(300).optional() })

const standsMs = 120_000, keysOfOne = 20
const failed = problem(401, 'sign-in-failed', '密码或钥匙不对、钥匙已锁定，或挑战已过期', 'The password or the key is not right, the key is locked, or the challenge has lapsed')

/** 所签之文 — says what it is for, where and whose: a signature made for anything else, or for another house, opens nothing here. */
const signedText = (origin: string, person: string, nonce: string) => `mingjian sign-in v1\n${origin}\n${person}\n${nonce}\n`

function publicKey(text: string): KeyObject | undefined {
  try { return text.includes('-----BEGIN') ? createPublicKey(text) : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }) } catch { return undefined }
}
/** Ed25519, or ECDSA with SHA-256 as browsers (r and s) and as tools (DER) write it. */
function isSignedBy(keyText: string, text: string, signature: Buffer): boolean {
  const key = publicKey(keyText), said = Buffer.from(text)
  if (key?.asymmetricKeyType === 'ed25519') return verify(null, said, key, signature)
  if (key?.asymmetricKeyType !== 'ec') return false
  return (['ieee-p1363', 'der'] as const).some((dsaEncoding) => { try { return verify('sha256', said, { key, dsaEncoding }, signature) } catch { return false } })
}

/** Of nobody's making but this process's, for one person, for two minutes, once. */
function nonces(nowMs: () => number) {
  const secret = randomBytes(32), used = new Map<string, number>()
  const mark = (person: string, body: string) => createHmac('sha256', secret).update(JSON.stringify([person, body])).digest('base64url')
  return {
    make(person: string) {
      const body = `${Math.floor(nowMs() + standsMs).toString(36)}-${randomBytes(16).toString('hex')}`
      return `${body}-${mark(person, body)}`
    },
    take(person: string, nonce: string): boolean {
      const [until = '', random = '', ...rest] = nonce.split('-'), said = Buffer.from(rest.join('-')), right = Buffer.from(mark(person, `${until}-${random}`))
      const at = nowMs(), untilMs = Number.parseInt(until, 36)
      for (const [old, lapses] of used) if (lapses < at) used.delete(old)
      if (said.length !== right.length || !timingSafeEqual(said, right) || untilMs < at || used.has(nonce)) return false
      used.set(nonce, untilMs)
      return true
    },
  }
}

/** 以钥匙登录 — a key that the security administrator has bound, and that no fact has locked since, signs a challenge. It is one of
    two factors: whoever binds keys knows no passwords, and so gets into no account with a key of their own making. */
export function challengeRoutes(app: FastifyInstance, door: Door) {
  const { rooms, directory } = door, challenges = nonces(door.options.nowMs)
  /** As the facts have it now, not as the rows did. */
  async function usable(key: string, person: string): Promise<string | undefined> {
    const facts = await load(rooms.book, identity, `identity-key.${key}`) as unknown as KeyEvent[]
    const { bound, locked } = facts.reduce(keyDecider.evolve, keyDecider.initial)
    return bound?.person === person && !locked && (bound.moves ?? 0) === (await directory.personOf(person)).moves ? bound.publicKey : undefined
  }
  async function keysOf(person: string): Promise<string[]> {
    await rooms.caughtUp((await rooms.book.head()).position)
    return (await rooms.rows.find('keys', { where: { person }, limit: keysOfOne })).rows.map(({ key }) => key)
  }
  app.post<{ Body: z.infer<typeof Challenge> }>('/api/sign-in/challenge', { schema: { body: Challenge }, config: { access: 'public' } }, (request) => {
    const { person } = request.body, nonce = challenges.make(person)
    return { nonce, text: signedText(originOf(request), person, nonce) }
  })
  app.post<{ Body: z.infer<typeof Signed> }>('/api/sign-in/key', { schema: { body: Signed }, config: { access: 'public' } }, async (request, reply) => {
    const { person, password, nonce, signature, key } = request.body
    const attempt = await attempting(door, person, request.ip, reply)
    if ('locked' in attempt) return answerWith(reply, attempt.locked)
    const text = signedText(originOf(request), person, nonce), bytes = Buffer.from(signature, 'base64url')
    if (!challenges.take(person, nonce) || !await credentialsOf(door).verify(person, password)) return answerWith(reply, await attempt.failed(failed))
    for (const candidate of key === undefined ? await keysOf(person) : [key]) {
      const held = await usable(candidate, person)
      if (held === undefined || !isSignedBy(held, text, bytes)) continue
      if ((await directory.personOf(person)).suspended) { attempt.wanting(); return answerWith(reply, suspended) }
      attempt.succeeded()
      await door.begin(request, reply, person, 'key', { key: candidate, since: attempt.since })
      return {}
    }
    return answerWith(reply, await attempt.failed(failed))
  })
}
