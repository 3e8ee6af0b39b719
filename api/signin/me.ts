import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { standingOf } from '../access/standing.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { attempting } from './attempts.ts'
import { credentialsOf, later, type Door } from './door.ts'
import { failed, Password, Totp } from './entering.ts'
import { checkPassword } from './passwords.ts'
import { addressFor, confirms, isTheirs, newSecret } from './second-factor.ts'

export const NewPassword = z.strictObject({ password: Password, next: Password })
/** Nothing of it the first time; who has one says password and code before it is replaced; the code alone confirms the new one. */
export const SecondFactor = z.strictObject({ code: Totp.optional(), password: Password.optional(), totp: Totp.optional() })
export const Purpose = z.strictObject({ text: z.string().trim().min(4).max(200), caseNo: z.string().min(1).max(300).optional() })
const purposeMs = 30 * 60_000

const notSignedIn = problem(401, 'not-signed-in', '请先登录', 'Sign in first')
const noCandidate = problem(409, 'no-second-factor-begun', '请先取得新的密钥', 'Ask for a new secret first')
const wrongCode = problem(422, 'second-factor-wrong', '动态口令不对，请看手机的时间是否准确', 'The code is not right; see whether the telephone shows the right time', { field: 'code' })
const noSession = problem(404, 'no-such-session', '没有这个会话', 'There is no such session')

/** 我的凭证 — a new password, a new second factor; whatever else is open ends, and this goes on under a new name. */
function credentialRoutes(app: FastifyInstance, door: Door) {
  const sessionOf = (request: FastifyRequest) => door.sessionOf(request)!
  app.post<{ Body: z.infer<typeof NewPassword> }>('/api/me/password', { schema: { body: NewPassword }, config: { access: 'signed-in' } }, async (request, reply) => {
    const { person, name } = standingOf(request), { password, next } = request.body, { method, key } = sessionOf(request)
    const attempt = await attempting(door, person, request.ip, reply)
    if ('locked' in attempt) return answerWith(reply, attempt.locked)
    if (!await credentialsOf(door).verify(person, password)) return answerWith(reply, await attempt.failed(failed))
    attempt.succeeded()
    checkPassword(next, [person, name], 'next')
    await credentialsOf(door).setPassword(person, next)
    await door.changed(person, 'password')
    await door.begin(request, reply, person, method, key === undefined ? {} : { key })
    return reply.code(204).send()
  })
  // Open to a session that is nobody's standing yet: it may do this, and nothing else.
  app.post<{ Body: z.infer<typeof SecondFactor> }>('/api/me/totp', { schema: { body: SecondFactor }, config: { access: 'public' } }, async (request, reply) => {
    const session = door.sessionOf(request), { code, password, totp } = request.body
    if (!session) return answerWith(reply, notSignedIn)
    const { person } = session
    if (code !== undefined) {
      const step = session.candidate === undefined ? undefined : confirms(door, session.candidate, code)
      if (session.candidate === undefined) return answerWith(reply, noCandidate)
      if (step === undefined) return answerWith(reply, wrongCode)
      credentialsOf(door).setTotp(person, session.candidate)
      credentialsOf(door).useStep(person, step)
      await door.changed(person, 'totp')
      await door.begin(request, reply, person, 'password-totp')
      return reply.code(204).send()
    }
    const has = credentialsOf(door).totp(person) !== undefined
    if (has || !session.pending) {
      const attempt = await attempting(door, person, request.ip, reply)
      if ('locked' in attempt) return answerWith(reply, attempt.locked)
      const right = await credentialsOf(door).verify(person, password ?? '') && (!has || isTheirs(door, person, totp ?? ''))
      if (!right) return answerWith(reply, await attempt.failed(failed))
      attempt.succeeded()
    }
    session.candidate = newSecret()
    return { uri: addressFor(door, person, session.candidate), secret: session.candidate }
  })
}

/** 我 — who one is, what one has open, and what one looks for. */
export function meRoutes(app: FastifyInstance, door: Door) {
  const { sessions, rooms } = door
  const seconds = (ms: number) => Math.round(ms / 1000)
  const sessionOf = (request: FastifyRequest) => door.sessionOf(request)!
  credentialRoutes(app, door)
  app.get('/api/me', { config: { access: 'signed-in' } }, (request) => {
    const { session: id, ...who } = standingOf(request), session = sessionOf(request)
    return { ...who, session: { session: id, method: session.method, startedAt: session.startedAt, endsInSeconds: seconds(sessions.leftMs(session)) } }
  })
  app.get('/api/me/sessions', { config: { access: 'signed-in' } }, (request) => {
    const { person, session } = standingOf(request)
    return { sessions: sessions.ofPerson(person).map(({ id, method, startedAt }) => ({ session: id, method, startedAt, ...(id === session && { current: true }) })) }
  })
  app.delete('/api/me/sessions', { config: { access: 'signed-in' } }, async (request, reply) => {
    const { person, session } = standingOf(request)
    sessions.endAllOf(person, 'signed-out', session)
    await door.recorded()
    return reply.code(204).send()
  })
  app.delete<{ Params: { session: string } }>('/api/me/sessions/:session', { config: { access: 'signed-in' } }, async (request, reply) => {
    const { person } = standingOf(request), { session } = request.params
    if (!sessions.ofPerson(person).some(({ id }) => id === session)) return answerWith(reply, noSession)
    sessions.endWhere(({ id }) => id === session, 'signed-out')
    await door.recorded()
    return reply.code(204).send()
  })
  app.post<{ Body: z.infer<typeof Purpose> }>('/api/me/purpose', { schema: { body: Purpose }, config: { access: 'signed-in' } }, (request) => {
    sessionOf(request).stated = { ...request.body as { text: string; caseNo?: string }, untilMs: door.options.nowMs() + purposeMs }
    return { purpose: { ...request.body, until: later(Date.parse(rooms.now()) + purposeMs) } }
  })
  app.delete('/api/me/purpose', { config: { access: 'signed-in' } }, async (request, reply) => {
    delete sessionOf(request).stated
    return reply.code(204).send()
  })
}
