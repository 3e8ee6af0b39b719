import type { FastifyInstance } from 'fastify'
import { hash } from 'node:crypto'
import { z } from 'zod'
import { identity } from '../domain/identity/index.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import { actingAs, actorOf, standingOf } from './access/standing.ts'
import { findApplicants, numberSaid } from './applicants-finding.ts'
import { answerWith, intentOf } from './commands.ts'
import { problem, refused } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { base32 } from './signin/totp.ts'

const documents = ['resident-card', 'residence-permit', 'passport', 'other'] as const
export const AtWindow = z.strictObject({
  name: z.string().trim().min(2).max(100), number: z.string().trim().min(1).max(64), phone: z.string().trim().regex(/^\+?\d[\d -]{4,18}$/).optional(), document: z.enum(documents),
})
/** 意图键 — made at random by the page, so that what follows from it is not to be guessed. */
const random = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const noKey = problem(400, 'no-idempotency-key', '缺少 Idempotency-Key（须为随机的 UUID）', 'An Idempotency-Key is required: a random UUID')
const known = (applicant: string) => problem(409, 'number-registered-already', '这个证件号码已登记过', 'This number is registered already', { field: 'number', applicant })
/** A card that is a resident's has a resident's number on it. */
const cards: readonly string[] = ['resident-card', 'residence-permit']

/** POST /api/window/applicants — 窗口登记: the clerk has looked at the document; no password is set. Said again with the same key it is the same applicant. */
export function registeringRoute(app: FastifyInstance, rooms: Rooms) {
  app.post<{ Body: z.infer<typeof AtWindow> }>('/api/window/applicants', { schema: { body: AtWindow }, config: { access: ['window-clerk'] } }, async (request, reply) => {
    const who = standingOf(request), { key } = intentOf(request), { body } = request
    if (!random.test(key)) return answerWith(reply, noKey)
    const kind = cards.includes(body.document) ? numberSaid(body.number).kind : 'resident-number'
    if (kind !== 'resident-number') return answerWith(reply, { ...refused('not-a-resident-number'), field: 'number' } as ReturnType<typeof refused>)
    // As it is kept: written in another width it is the same number.
    const number = body.number.normalize('NFKC').toUpperCase(), said = { ...body, number }
    const applicant = `p-${base32(hash('sha256', JSON.stringify([who.person, key]), 'buffer')).slice(0, 26).toLowerCase()}`
    const { applicants } = number.length === 18 ? await findApplicants(rooms, who, { text: number }) : { applicants: [] }
    const other = applicants.find((one) => one.kind === 'person' && one.applicant !== applicant)
    if (other) return answerWith(reply, known(other.applicant))
    const answer = await rooms.tell({ context: identity, id: applicant, by: actorOf(who, actingAs(who, ['window-clerk'])!), key: `${who.person} ${key}`,
      command: { type: 'RegisterApplicant', data: { applicant, ...said } } })
    if (isRefusal(answer) && answer.refused !== 'already-registered') return answerWith(reply, refused(answer.refused))
    return reply.code(201).header('Cache-Control', 'no-store').send({ applicant })
  })
}
