import type { FastifyInstance } from 'fastify'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { identity } from '../domain/identity/index.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { CaseRow } from '../projections/cases.ts'
import { ownedOf } from './access/owned.ts'
import { actingAs, actorOf, standingOf } from './access/standing.ts'
import { answerWith } from './commands.ts'
import { problem, refused, Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { codeMeant, newCode } from './signin/codes.ts'

/** 查询密码 lies beside the passwords, under a name that no person can have. */
export const accessCodeOf = (caseId: string) => `case ${caseId}`
const letters = 8
/** No case is followed for longer than its file is kept at a window. */
const standsMs = 5 * 365 * 24 * 60 * 60_000
const noSuch = (id: string) => new Unanswerable(404, 'no-such-case', `没有编号为 ${id} 的办件`, `There is no case ${id}`, { field: 'id' })
const nobodys = problem(409, 'case-without-applicant', '这件没有写明申请人，不发查询密码', 'This case names no applicant, so no access code is issued')
export const Document = z.strictObject({ document: z.literal(true).describe('已核对证件') })

/** POST /api/cases/:id/access-code — made by the house, said once, kept as a keyed word alone; that it was issued, and by whom, is a fact. A new one ends the one before. */
export function accessCodeRoute(app: FastifyInstance, rooms: Rooms) {
  const way = { schema: { body: Document }, config: { access: ['window-clerk'] as const } }
  app.post<{ Params: { id: string }; Body: z.infer<typeof Document> }>('/api/cases/:id/access-code', way, async (request, reply) => {
    const who = standingOf(request), { id } = request.params, owned = await ownedOf(rooms, id), as = owned && actingAs(who, ['window-clerk'], owned)
    if (!as) throw noSuch(id)
    const { applicantId } = await rooms.rows.get('cases', id) as CaseRow
    if (applicantId === undefined) return answerWith(reply, nobodys)
    if (!rooms.credentials) throw new Unanswerable(503, 'no-credentials', '本进程不办理登录', 'This process signs nobody in')
    const code = newCode(letters)
    // On record first: what cannot be told is not handed out.
    const answer = await rooms.tell({ context: identity, id: applicantId, by: actorOf(who, as), key: `access-code ${randomBytes(8).toString('hex')}`,
      command: { type: 'SetCredential', data: { credential: 'access-code', case: id } } })
    if (isRefusal(answer)) return answerWith(reply, refused(answer.refused))
    rooms.credentials.setActivation(accessCodeOf(id), codeMeant(code), Date.parse(rooms.now()) + standsMs)
    return reply.code(201).header('Cache-Control', 'no-store').send({ code })
  })
}
