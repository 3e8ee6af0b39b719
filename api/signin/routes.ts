import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { PersonRow } from '../../projections/people.ts'
import { directoryOf } from '../access/directory.ts'
import { everything } from '../case-reading.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { sessionsOf, type Sessions } from './sessions.ts'

const cookie = 'mingjian-session'
const minuteMs = 60_000
const idleMs = 15 * minuteMs, absoluteMs = 10 * 60 * minuteMs
export const tokenIn = ({ headers }: FastifyRequest) => /(?:^|;\s*)mingjian-session=([\w-]{43})(?:;|$)/.exec(headers.cookie ?? '')?.[1]

/** 登录 — who has signed in, and who they are by the facts. */
export function signingIn(app: FastifyInstance, rooms: Rooms) {
  const directory = directoryOf(rooms)
  const sessions = sessionsOf({ idleMs, absoluteMs, nowMs: () => performance.now() })
  return {
    sessions, directory,
    async standing(request: FastifyRequest) {
      const token = tokenIn(request), session = token === undefined ? undefined : sessions.find(token)
      return session && directory.standing(session)
    },
  }
}

export function signInRoutes(app: FastifyInstance, rooms: Rooms, sessions: Sessions) {
  const demonstrationOnly = problem(404, 'no-such-page', '没有这一页', 'There is no such page')
  app.get('/api/people', { config: { access: 'public' } }, async (_, reply) => {
    if (rooms.founding.purpose !== 'demonstration') return answerWith(reply, demonstrationOnly)
    return { people: await everything<PersonRow>(rooms, 'people') }
  })
  app.post<{ Body: { person?: unknown } | null }>('/api/me', { config: { access: 'public' } }, async ({ body }, reply) => {
    if (rooms.founding.purpose !== 'demonstration') return answerWith(reply, demonstrationOnly)
    const chosen = (await everything<PersonRow>(rooms, 'people')).find(({ person }) => person === body?.person)
    if (!chosen) return answerWith(reply, problem(422, 'no-such-person', '没有这个人', 'There is no such person', { field: 'person' }))
    const { token } = sessions.start(chosen.person, 'demonstration')
    return reply.code(204).header('Set-Cookie', `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict`).send()
  })
}
