import { createHash, randomBytes } from 'node:crypto'
import type { Instant } from '../../domain/kernel/values.ts'

export type Method = 'password' | 'password-totp' | 'key' | 'demonstration'
export type Session = {
  id: string; person: string; method: Method; startedMs: number; seenMs: number; startedAt: Instant
  /** 待设第二因子 — nobody's standing yet: it may set a second factor, and nothing else. */
  pending?: true
  /** A second factor on its way, until a code confirms it. */
  candidate?: string
  /** 证书或电子钥匙 that it was begun with. */
  key?: string
  /** Where the book knows it: its person and month. */
  stream?: string
  /** 查阅事由, and until when by this machine's own time. */
  stated?: { text: string; caseNo?: string; untilMs: number }
}
export type Ending = 'signed-out' | 'idle' | 'absolute' | 'changed' | 'replaced'
type SessionLimits = { idleMs: number; absoluteMs: number; nowMs(): number }
/** More of one person's than this, and the one unused for longest ends. */
const each = 12

/** 会话 — of this process alone; `nowMs`: the machine's own time, which no demonstration moves. A token is kept by nobody but its bearer. */
export function sessionsOf({ idleMs, absoluteMs, nowMs }: SessionLimits) {
  const open = new Map<string, Session>(), listeners = new Set<(session: Session, reason: Ending) => void>()
  const nameOf = (token: string) => createHash('sha256').update(token).digest('hex')
  const endNamed = (name: string, reason: Ending) => {
    const session = open.get(name)
    if (!session || !open.delete(name)) return
    for (const listener of listeners) listener(session, reason)
  }
  const overAt = (session: Session, at: number): Ending | undefined => at - session.startedMs > absoluteMs ? 'absolute' : at - session.seenMs > idleMs ? 'idle' : undefined
  const endWhere = (which: (session: Session) => boolean, reason: Ending) => { for (const [name, session] of open) if (which(session)) endNamed(name, reason) }
  return {
    start(person: string, method: Method, startedAt: Instant, more: Pick<Session, 'pending' | 'key' | 'stream'> = {}): { token: string; session: Session } {
      const theirs = [...open].filter(([, session]) => session.person === person).sort(([, a], [, b]) => a.seenMs - b.seenMs)
      for (const [name] of theirs.slice(0, Math.max(0, theirs.length + 1 - each))) endNamed(name, 'replaced')
      const token = randomBytes(32).toString('base64url'), at = nowMs(), name = nameOf(token)
      const session: Session = { id: name.slice(0, 16), person, method, startedMs: at, seenMs: at, startedAt, ...more }
      open.set(name, session)
      return { token, session }
    },
    /** `touch: false`: looked up without counting as use. */
    find(token: string, touch = true): Session | undefined {
      const name = nameOf(token), session = open.get(name), at = nowMs()
      if (!session) return undefined
      const reason = overAt(session, at)
      if (reason) { endNamed(name, reason); return undefined }
      if (touch) session.seenMs = at
      return session
    },
    end(token: string, reason: Ending) { endNamed(nameOf(token), reason) },
    endWhere,
    endAllOf(person: string, reason: Ending, but?: string) { endWhere((session) => session.person === person && session.id !== but, reason) },
    /** Ends those whose time is over, used or not. */
    sweep() { const at = nowMs(); for (const [name, session] of open) { const reason = overAt(session, at); if (reason) endNamed(name, reason) } },
    /** How long it has, if nobody uses it. */
    leftMs: ({ startedMs, seenMs }: Session) => Math.max(0, Math.min(startedMs + absoluteMs, seenMs + idleMs) - nowMs()),
    ofPerson: (person: string) => [...open.values()].filter((session) => session.person === person && !session.pending),
    onEnded(listener: (session: Session, reason: Ending) => void) { listeners.add(listener); return () => { listeners.delete(listener) } },
  }
}
export type Sessions = ReturnType<typeof sessionsOf>
