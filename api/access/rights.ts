import type { FastifyInstance } from 'fastify'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { rightsAt } from '../../projections/rights-view.ts'
import { instantSaid } from '../case-reading.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { hasRole, standingOf } from './standing.ts'

/** 权限回放 — who held what at an instant and from which facts: for those who grant, audit and inspect, and for each of themselves. */
export function rightsRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Params: { person: string }; Querystring: Record<string, string | undefined> }>('/api/people/:person/rights', { config: { access: 'signed-in' } }, async (request, reply) => {
    const who = standingOf(request), { person } = request.params
    if (who.person !== person && !hasRole(who, ['security-admin', 'auditor', 'inspector'])) {
      return answerWith(reply, problem(403, 'not-granted', '您的角色不能这样做', 'Your role does not allow this'))
    }
    const at = instantSaid('at', only(request.query, 'at').at) ?? rooms.now()
    const facts = await load(rooms.book, identity, `identity-${person}`) as unknown as Recorded<IdentityEvent>[]
    return rightsAt(facts, at, dayIn(rooms.founding.zone, at)) ?? answerWith(reply, problem(404, 'no-such-person', '没有这个人，或当时尚未登记', 'There is no such person, or was none then'))
  })
}
