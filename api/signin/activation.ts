import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../domain/kernel/context.ts'
import { actingAs, actorOf, standingOf } from '../access/standing.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { codeMeant, newCode } from './codes.ts'
import { attempting } from './attempts.ts'
import { credentialsOf, later, type Door } from './door.ts'
import { Nothing, Password, Person } from './entering.ts'
import { checkPassword } from './passwords.ts'

export const Activation = z.strictObject({ person: Person, code: z.string().min(1).max(100), password: Password })
const letters = 24, secondLetters = 12, standsMs = 24 * 60 * 60_000

const noSecond = problem(409, 'no-second-factor', '没有第二因子', 'There is no second factor')
const noSecondPart = problem(404, 'no-second-part', '没有待交的后一段启用码，请系统管理员先发', 'There is no second part to hand over; the system administrator issues a code first', { field: 'person' })
const noSuchPerson = problem(404, 'no-such-person', '没有这个人', 'There is no such person', { field: 'person' })
const yourself = problem(409, 'not-over-oneself', '不能对自己这样做', 'Not over oneself')
const notTheCode = problem(422, 'activation-failed', '编号或激活码不对，或已过期、已用过', 'The id or the activation code is not right, has lapsed or has been used', { field: 'code' })

/** In the role that lets them. */
const asAdministrator = (request: FastifyRequest, role: Role) => { const who = standingOf(request); return actorOf(who, actingAs(who, [role])!) }

/** 激活 — a first password, or a new one for who has lost it: the system administrator hands over a code, and whoever holds it chooses the password.
    A second factor that stands is not touched. Where there is none yet, whoever came first could set one: then the code has a second part, which the security
    administrator hands over. The latter takes a lost factor away as well. So to take over an account, two would have to. */
export function activationRoutes(app: FastifyInstance, door: Door) {
  const { directory, rooms } = door
  const nowMs = () => Date.parse(rooms.now())
  /** Second parts that are still to be handed over; a restart forgets them, and a new code is asked for. */
  const seconds = new Map<string, { code: string; untilMs: number }>()
  app.post<{ Params: { person: string } }>('/api/people/:person/activation', { schema: { body: Nothing }, config: { access: ['system-admin'] } }, async (request, reply) => {
    const { person } = request.params
    if (standingOf(request).person === person) return answerWith(reply, yourself)
    if (!(await directory.personOf(person)).enrolled) return answerWith(reply, noSuchPerson)
    const code = newCode(letters), untilMs = nowMs() + standsMs, second = credentialsOf(door).totp(person) === undefined ? newCode(secondLetters) : undefined
    credentialsOf(door).setActivation(person, codeMeant(`${code}${second ?? ''}`), untilMs)
    if (second === undefined) seconds.delete(person)
    else seconds.set(person, { code: second, untilMs })
    await door.changed(person, 'activation', asAdministrator(request, 'system-admin'))
    return reply.code(201).header('Cache-Control', 'no-store').send({ person, code, until: later(untilMs), ...(second !== undefined && { second: 'security-admin' }) })
  })
  app.post<{ Params: { person: string } }>('/api/people/:person/activation/second', { schema: { body: Nothing }, config: { access: ['security-admin'] } }, async (request, reply) => {
    const { person } = request.params, second = seconds.get(person)
    if (standingOf(request).person === person) return answerWith(reply, yourself)
    if (!second || second.untilMs < nowMs()) return answerWith(reply, noSecondPart)
    await door.changed(person, 'activation', asAdministrator(request, 'security-admin'))
    seconds.delete(person)
    return reply.code(201).header('Cache-Control', 'no-store').send({ person, code: second.code, until: later(second.untilMs) })
  })
  app.post<{ Body: z.infer<typeof Activation> }>('/api/activate', { schema: { body: Activation }, config: { access: 'public' } }, async (request, reply) => {
    const { person, code, password } = request.body
    const attempt = await attempting(door, `activation of ${person}`, request.ip, reply)
    if ('locked' in attempt) return answerWith(reply, attempt.locked)
    const credentials = credentialsOf(door), { enrolled } = await directory.personOf(person)
    if (!enrolled || !credentials.mayActivate(person, codeMeant(code), nowMs())) return answerWith(reply, await attempt.failed(notTheCode))
    attempt.succeeded()
    checkPassword(password, [person, enrolled.name])
    await credentials.setPassword(person, password)
    await door.changed(person, 'password')
    return reply.code(204).send()
  })
  app.delete<{ Params: { person: string } }>('/api/people/:person/totp', { config: { access: ['security-admin'] } }, async (request, reply) => {
    const { person } = request.params
    if (standingOf(request).person === person) return answerWith(reply, yourself)
    if (!(await directory.personOf(person)).enrolled) return answerWith(reply, noSuchPerson)
    if (credentialsOf(door).totp(person) === undefined) return answerWith(reply, noSecond)
    // On record first: what cannot be told is not done.
    await door.changed(person, 'totp', asAdministrator(request, 'security-admin'), { removed: true })
    credentialsOf(door).setTotp(person, undefined)
    return reply.code(204).send()
  })
}
