import { decider, refuse } from '../../kernel/decider.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'

type SessionCommand = Extract<IdentityCommand, { type: 'StartSession' | 'EndSession' }>
type SessionEvent = Extract<IdentityEvent, { type: 'SessionStarted' | 'SessionEnded' }>

/** `<person>.<yyyymm>` — by the month in which they began, so that no stream grows for ever. */
const personOf = (id: string) => /^(.+)\.\d{4}(?:0[1-9]|1[0-2])$/.exec(id)?.[1]

/** 会话 of one person in one month: those that are open. */
export const sessionDecider = decider<readonly string[], SessionCommand, SessionEvent>()({
  needs: { StartSession: {}, EndSession: {} },
  initial: [],
  evolve: (open, { type, data: { session } }) => type === 'SessionStarted' ? [...open, session] : open.filter((it) => it !== session),
  answers: {
    StartSession(open, data, { id }) {
      const person = personOf(id)
      if (person === undefined) return refuse('no-month-of-sessions')
      return open.includes(data.session) ? [] : [{ type: 'SessionStarted', data: { person, ...data } }]
    },
    EndSession(open, data, { id }) {
      const person = personOf(id)
      return person === undefined || !open.includes(data.session) ? refuse('no-such-session') : [{ type: 'SessionEnded', data: { person, ...data } }]
    },
  },
})
