import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { followedOf, type FollowedView } from '../../projections/followed.ts'
import { caseIdOf, replay } from '../case-reading.ts'
import { answerWith } from '../commands.ts'
import { problem, Unanswerable } from '../problems.ts'
import { accessCodeOf } from '../window-codes.ts'
import { attempting } from './attempts.ts'
import { codeMeant } from './codes.ts'
import { credentialsOf, type Door } from './door.ts'

export const Following = z.strictObject({ caseNo: z.string().min(1).max(64).describe('受理编号'), code: z.string().min(1).max(40).describe('查询密码') })
/** The same words whether there is no such case, it has no code, or this is another. */
const notTheCode = problem(422, 'not-the-access-code', '受理编号或查询密码不对', 'The number or the access code is not right', { field: 'code' })

/** No case at all where the number is nobody's, or is that of cases of several sources. */
const caseNumbered = (door: Door, caseNo: string) => caseIdOf(door.rooms, caseNo).catch((error: unknown) => { if (error instanceof Unanswerable) return undefined; throw error })

/** POST /api/public/follow — 查进度 by the number and the access code, signed in or not. What is printed can be guessed and the code cannot; who tries is held back
    as at the door. */
export function followingRoute(app: FastifyInstance, door: Door) {
  const { rooms } = door
  app.post<{ Body: z.infer<typeof Following>; Reply: FollowedView }>('/api/public/follow', { schema: { body: Following }, config: { access: 'public' } }, async (request, reply) => {
    const { caseNo, code } = request.body, number = caseNo.trim(), id = await caseNumbered(door, number)
    const attempt = await attempting(door, accessCodeOf(id ?? number), request.ip, reply)
    if ('locked' in attempt) return answerWith(reply, attempt.locked)
    if (!credentialsOf(door).knows(accessCodeOf(id ?? number), codeMeant(code), Date.parse(rooms.now())) || id === undefined) return answerWith(reply, await attempt.failed(notTheCode))
    attempt.succeeded()
    return reply.header('Cache-Control', 'no-store').send(followedOf(await replay(rooms, id, { as: 'applicant', at: rooms.now() })))
  })
}
