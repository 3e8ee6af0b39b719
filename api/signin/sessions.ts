import { createHash, randomBytes } from 'node:crypto'
import type { Purpose } from '../access/standing.ts'

export type Session = { id: string; person: string; method: 'password' | 'password-totp' | 'key' | 'demonstration'; startedMs: number; seenMs: number; purpose?: Purpose }
export type Ending = 'signed-out' | 'idle' | 'absolute' | 'changed' | 'replaced'
/** 会话 — of this process alone; `nowMs`: the machine's own time, which no demonstration moves. A token is kept by nobody but its bearer. */
export function sessionsOf({ idleMs, absoluteMs, nowMs }: { idleMs: number; absoluteMs: number; nowMs(): number }) {
  const open = new Map<string, Session>(), listeners = new Set<(session: Session, reason: Ending) => void>()
  const nameOf = (token: string) => createHash('sha256').update(token).digest('hex')
  const endNamed = (name: string, reason: Ending) => {
    const session = open.get(name)
    if (!session || !open.delete(name)) return
    for (const listener of listeners) listener(session, reason)
  }
  return {
    start(person: string, method: Session['method']): { token: string; session: Session } {
      const token = randomBytes(32).toString('base64url'), at = nowMs(), name = nameOf(token)
      const session: Session = { id: name.slice(0, 16), person, method, startedMs: at, seenMs: at }
      open.set(name, session)
      return { token, session }
    },
    /** `touch: false`: looked up without counting as use. */
    find(token: string, touch = true): Session | undefined {
      const name = nameOf(token), session = open.get(name), at = nowMs()
      if (!session) return undefined
      const reason = at - session.startedMs > absoluteMs ? 'absolute' : at - session.seenMs > idleMs ? 'idle' : undefined
      if (reason) { endNamed(name, reason); return undefined }
      if (touch) session.seenMs = at
      return session
    },
    end(token: string, reason: Ending) { endNamed(nameOf(token), reason) },
    endAllOf(person: string, reason: Ending, but?: string) { for (const [name, session] of open) if (session.person === person && session.id !== but) endNamed(name, reason) },
    all: () => [...open.values()],
    onEnded(listener: (session: Session, reason: Ending) => void) { listeners.add(listener); return () => listeners.delete(listener) },
  }
}
export type Sessions = ReturnType<typeof sessionsOf>
