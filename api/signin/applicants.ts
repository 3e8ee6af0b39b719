import type { FastifyInstance } from 'fastify'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { credentialsOf, type Door } from './door.ts'
import { Password } from './entering.ts'
import { lockout } from './lockout.ts'
import { checkPassword } from './passwords.ts'
import { base32 } from './totp.ts'

export const Registration = z.strictObject({
  name: z.string().trim().min(1).max(100), number: z.string().trim().min(1).max(64).optional(), phone: z.string().trim().regex(/^\+?[\d -]{5,19}$/).optional(), password: Password,
})
const dayMs = 24 * 60 * 60_000
/** Registrations that one address may make in a day. */
const perDay = 20
const enough = problem(429, 'too-many-registrations', '这个网络地址今天登记得太多，请明天再来', 'Too many registrations from this address today; come back tomorrow')

/** 申请人登记 — anybody may; the id says nothing and is not to be guessed, and what they say of themselves is sealed before it is written. */
export function applicantRoutes(app: FastifyInstance, door: Door) {
  const quota = lockout({ most: perDay, withinMs: dayMs, lockMs: dayMs, nowMs: door.options.nowMs })
  app.post<{ Body: z.infer<typeof Registration> }>('/api/applicants', { schema: { body: Registration }, config: { access: 'public' } }, async ({ body, ip }, reply) => {
    const { password, ...said } = body
    if (quota.leftMs(ip) > 0) return answerWith(reply, enough)
    checkPassword(password, [said.name, said.number, said.phone].filter((own) => own !== undefined))
    const applicant = `p-${base32(randomBytes(17)).slice(0, 26).toLowerCase()}`
    // Counted before anything waits: many at once are counted one by one.
    quota.begin(ip)
    await door.say(applicant, 'RegisterApplicant', { applicant, ...said }, `register ${applicant}`).catch((error: unknown) => { quota.takeBack(ip); throw error })
    await credentialsOf(door).setPassword(applicant, password)
    await door.changed(applicant, 'password')
    return reply.code(201).header('Cache-Control', 'no-store').send({ applicant })
  })
}
