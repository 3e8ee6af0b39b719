import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { attempting } from './attempts.ts'
import { credentialsOf, type Door } from './door.ts'
import { isTheirs, needsSecond } from './second-factor.ts'

export const Person = z.string().min(1).max(64)
/** Longer than any that can have been set; what is wrong is said by the rules of passwords alone. */
export const Password = z.string().min(1).max(512)
export const Totp = z.string().regex(/^\d{6}$/)
export const Nothing = z.strictObject({})
export const SignIn = z.strictObject({ person: Person, password: Password, totp: Totp.optional() })

/** The same words whoever it is and whatever was wrong. */
export const failed = problem(401, 'sign-in-failed', '编号、密码或动态口令不对', 'The id, password or one-time code is not right')
const secondWanted = problem(401, 'second-factor-wanted', '请输入动态口令', 'Enter the one-time code of your second factor')
export const suspended = problem(403, 'account-suspended', '账号已停用，请联系系统管理员', 'This account is suspended; speak to the system administrator')

/** 进出 — by password and one-time code, and out again. */
export function enteringRoutes(app: FastifyInstance, door: Door) {
  app.post<{ Body: z.infer<typeof SignIn> }>('/api/sign-in', { schema: { body: SignIn }, config: { access: 'public' } }, async (request, reply) => {
    const { person, password, totp } = request.body
    const attempt = await attempting(door, person, request.ip, reply)
    if ('locked' in attempt) return answerWith(reply, attempt.locked)
    if (!await credentialsOf(door).verify(person, password)) return answerWith(reply, await attempt.failed(failed))
    if ((await door.directory.personOf(person)).suspended) { attempt.wanting(); return answerWith(reply, suspended) }
    if (!await needsSecond(door, person)) {
      attempt.succeeded()
      await door.begin(request, reply, person, 'password', { since: attempt.since })
      return {}
    }
    if (credentialsOf(door).totp(person) === undefined) {
      attempt.succeeded()
      await door.begin(request, reply, person, 'password', { pending: true, since: attempt.since })
      return { second: 'to-be-set' }
    }
    if (totp === undefined) { attempt.wanting(); return answerWith(reply, secondWanted) }
    if (!isTheirs(door, person, totp)) return answerWith(reply, await attempt.failed(failed))
    attempt.succeeded()
    await door.begin(request, reply, person, 'password-totp', { since: attempt.since })
    return {}
  })
  app.post('/api/sign-out', { schema: { body: Nothing }, config: { access: 'public' } }, async (request, reply) => {
    door.end(request, reply, 'signed-out')
    await door.recorded()
    return reply.code(204).send()
  })
}
