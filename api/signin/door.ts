import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { identity } from '../../domain/identity/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Credentials } from '../../domain/kernel/ports.ts'
import { Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { directoryOf } from '../access/directory.ts'
import type { Purpose, Standing } from '../access/standing.ts'
import { isLocal } from '../names.ts'
import { refused, Unanswerable } from '../problems.ts'
import { policy, type Rooms } from '../rooms.ts'
import { locksOf } from './lockout.ts'
import { sessionsOf, type Ending, type Method, type Session, type Sessions } from './sessions.ts'

const minuteMs = 60_000
export type SignInOptions = {
  idleMs: number; absoluteMs: number
  /** The machine's own time, which no demonstration moves. */
  nowMs(): number
  /** What the telephone in somebody's hand shows, too. */
  unixMs(): number
  /** The one-time code of the first set-up goes to the console alone. */
  sayCode?(code: string): void
}
/** 登录的尺度 — all in one place. */
export const usualSignIn: SignInOptions = { idleMs: 15 * minuteMs, absoluteMs: 10 * 60 * minuteMs, nowMs: () => performance.now(), unixMs: Date.now }

const cookieName = 'mingjian-session'
/** Two of one name are none: somebody else's page may have laid the other one there. */
function tokenIn({ headers }: FastifyRequest): string | undefined {
  const tokens = (headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie.startsWith(`${cookieName}=`))
  return tokens.length === 1 ? /^[\w-]{43}$/.exec(tokens[0]!.slice(cookieName.length + 1))?.[0] : undefined
}
const cookieOf = (token: string, { headers: { host } }: FastifyRequest) => `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict${isLocal(host) ? '' : '; Secure'}`
export const later = (ms: number): Instant => Instant.parse(new Date(ms).toISOString())

/** Facts that end what somebody has open, and those after which they are only read anew. */
const ending = new Set(['PersonMoved', 'PersonSuspended', 'RoleWithdrawn'])
const renewing = new Set([...ending, 'PersonReinstated', 'RoleGranted'])

const changedMeanwhile = () => new Unanswerable(401, 'changed-meanwhile', '凭证或职务刚有变化，请重新登录', 'Your credentials or your office have just changed; sign in again')

/** 查阅事由 as it stands at this moment of the machine, in the house's time. */
function purposeOf({ stated }: Session, nowMs: number, houseNow: Instant): Purpose | undefined {
  const leftMs = stated ? stated.untilMs - nowMs : 0
  return stated && leftMs > 0 ? { text: stated.text, ...(stated.caseNo !== undefined && { caseNo: stated.caseNo }), until: later(Date.parse(houseNow) + leftMs) } : undefined
}

/** 记入 — what the house says of accounts and sessions; the end of a session is told when it has ended. */
function recordingOf(rooms: Rooms, sessions: Sessions, log: FastifyBaseLogger) {
  const recording = new Set<Promise<unknown>>()
  const say = async (id: string, type: string, data: Record<string, unknown>, key: string, by: Actor = policy) => {
    const answer = await rooms.tell({ context: identity, id, command: { type, data }, by, key })
    if (!isRefusal(answer)) return
    const { status, code, title, en } = refused(answer.refused)
    throw new Unanswerable(status, code, title, en)
  }
  sessions.onEnded(({ id, stream }, reason) => {
    if (stream === undefined) return
    const recorded = say(stream, 'EndSession', { session: id, reason }, `end ${id}`)
      .catch((error: unknown) => { log.error({ err: error, session: id }, 'the end of a session is not on record') })
    recording.add(recorded)
    void recorded.finally(() => recording.delete(recorded))
  })
  return { say, async recorded() { await Promise.all(recording) } }
}

/** 门房 — what all ways of signing in share: who is known, who is open, who is locked, and what of it becomes a fact. */
export function openDoor(rooms: Rooms, options: SignInOptions, log: FastifyBaseLogger) {
  const directory = directoryOf(rooms), sessions = sessionsOf(options), locks = locksOf(options.nowMs)
  const changes = new Map<string, number>(), { say, recorded } = recordingOf(rooms, sessions, log)
  const endAllOf = (person: string) => { changes.set(person, (changes.get(person) ?? 0) + 1); sessions.endAllOf(person, 'changed') }
  const stop = rooms.onTold(({ context, id }, facts) => {
    if (context.name !== 'identity') return
    if (facts.some((type) => renewing.has(type))) directory.forget(id)
    if (facts.some((type) => ending.has(type))) endAllOf(id)
    if (facts.includes('SignInUnlocked')) locks.accounts.forget(id)
    if (facts.includes('KeyLocked') || facts.includes('KeyBound')) sessions.endWhere(({ key }) => key === id, 'changed')
  })
  const sweeping = setInterval(sessions.sweep, Math.min(5_000, options.idleMs)).unref()
  /** What holds of a session: nothing while its second factor is missing. Its purpose is what it is when it is asked for, so that a line held open sees it come
      and lapse. It stands for a while of the machine's time, however fast a demonstration's clock runs, and is said in the house's. */
  async function standing(session: Session): Promise<Standing | undefined> {
    const who = session.pending ? undefined : await directory.standing(session)
    return who && Object.defineProperty(who, 'purpose', { enumerable: true, get: () => purposeOf(session, options.nowMs(), rooms.now()) })
  }
  return {
    rooms, options, directory, sessions, locks, say, standing, log,
    /** A credential that is another from here on: told, and whatever was opened with the old one ends. A code that is only handed out ends nothing. */
    async changed(person: string, credential: 'password' | 'totp' | 'activation', by: Actor = policy, more: { removed?: true } = {}) {
      // What was opened with the old one ends even where the book cannot be written.
      try { await say(person, 'SetCredential', { credential, ...more }, `${credential} ${randomBytes(8).toString('hex')}`, by) } finally { if (credential !== 'activation') endAllOf(person) }
    },
    /** Whose the request's session is. */
    sessionOf(request: FastifyRequest): Session | undefined {
      const token = tokenIn(request)
      return token === undefined ? undefined : sessions.find(token)
    },
    /** How often what a person signs in with, or holds, has been changed since this process began. */
    changesOf: (person: string) => changes.get(person) ?? 0,
    /** A new session in the place of the one that the request came with. On record before anybody is given its token. `since`: the changes when it was looked at
        who they are; who was somebody else before that ended is nobody now. */
    async begin(request: FastifyRequest, reply: FastifyReply, person: string, method: Method, { since, ...more }: { pending?: true; key?: string; since?: number } = {}): Promise<Session> {
      if (since !== undefined && since !== (changes.get(person) ?? 0)) throw changedMeanwhile()
      const old = tokenIn(request), at = rooms.now()
      if (old !== undefined) sessions.end(old, 'replaced')
      const stream = `${person}.${dayIn(rooms.founding.zone, at).slice(0, 7).replace('-', '')}`
      const { token, session } = sessions.start(person, method, at, { ...more, ...(!more.pending && { stream }) })
      if (!more.pending) await say(stream, 'StartSession', { session: session.id, method }, `start ${session.id}`).catch((error: unknown) => {
        delete session.stream
        sessions.end(token, 'replaced')
        throw error
      })
      reply.header('Set-Cookie', cookieOf(token, request))
      return session
    },
    end(request: FastifyRequest, reply: FastifyReply, reason: Ending) {
      const token = tokenIn(request)
      if (token !== undefined) sessions.end(token, reason)
      reply.header('Set-Cookie', `${cookieOf('', request)}; Max-Age=0`)
    },
    /** When what has ended is on record. */
    recorded,
    async close() { stop(); clearInterval(sweeping); await recorded() },
  }
}
export type Door = ReturnType<typeof openDoor>
/** Where secrets are kept; only the process that holds the book has them. */
export function credentialsOf({ rooms: { credentials } }: Door): Credentials {
  if (!credentials) throw new Unanswerable(503, 'no-credentials', '本进程不办理登录', 'This process signs nobody in')
  return credentials
}
