import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { platform } from '../../domain/platform/index.ts'
import type { PersonRow } from '../../projections/people.ts'
import { answerWith } from '../commands.ts'
import { everything } from '../case-reading.ts'
import { problem, Unanswerable } from '../problems.ts'
import { policy } from '../rooms.ts'
import { newCode, sameCode } from './codes.ts'
import { credentialsOf, type Door } from './door.ts'
import { Password } from './entering.ts'
import { checkPassword } from './passwords.ts'

const Administrator = z.strictObject({ person: z.string().regex(/^[\p{L}\p{N}_.-]{1,64}$/u), name: z.string().trim().min(1).max(100), password: Password })
export const SetUp = z.strictObject({
  code: z.string().min(1).max(100), name: z.string().trim().min(1).max(100), region: z.string().regex(/^\d{6,12}$/),
  administrators: z.strictObject({ system: Administrator, security: Administrator, audit: Administrator }),
})
type SetUp = z.infer<typeof SetUp>
const kinds = ['system', 'security', 'audit'] as const
const offices = { system: { role: 'system-admin', post: '系统管理员' }, security: { role: 'security-admin', post: '安全管理员' }, audit: { role: 'auditor', post: '审计管理员' } } as const

const letters = 28, tries = 5
const notWanted = problem(409, 'set-up-already', '平台已设立', 'The platform has been set up already')
const wrongCode = problem(403, 'set-up-code-wrong', '设立代码不对', 'This is not the set-up code', { field: 'code' })
const dead = problem(403, 'set-up-code-dead', '设立代码错了太多次，请重启服务取得新代码', 'The set-up code was said wrong too often; restart the server for a new one')

/** 设立 — three people who exclude each other, by a code that stands on the console of this process alone until it is used. */
export function setUpRoutes(app: FastifyInstance, door: Door) {
  const { rooms, say, options } = door, code = newCode(letters)
  let wrong = 0, doing = false
  /** Until each of the three is held by somebody; told once, for what is founded stays so. */
  const missing = async () => {
    await rooms.caughtUp((await rooms.book.head()).position)
    const people = await everything<PersonRow>(rooms, 'people')
    return kinds.some((kind) => !people.some(({ roles }) => roles.includes(offices[kind].role)))
  }
  let wanted: Promise<boolean> = rooms.founding.purpose === 'official' && rooms.credentials ? missing() : Promise.resolve(false)
  wanted.then((is) => { if (is) options.sayCode?.(code) }, (error: unknown) => { app.log.error({ err: error }, 'whether the set-up is wanted cannot be told') })

  async function setUp({ administrators, name, region }: SetUp) {
    for (const kind of kinds) checkPassword(administrators[kind].password, [administrators[kind].person, administrators[kind].name], `administrators.${kind}.password`)
    if (new Set(kinds.map((kind) => administrators[kind].person)).size < kinds.length) {
      throw new Unanswerable(422, 'three-people', '三名管理员须是三个人', 'The three administrators are three people', { field: 'administrators' })
    }
    // Passwords first: whoever is enrolled by what was broken off can sign in, and finish it.
    for (const kind of kinds) await credentialsOf(door).setPassword(administrators[kind].person, administrators[kind].password)
    for (const kind of kinds) {
      const { person, name: called } = administrators[kind], { role, post } = offices[kind]
      await say(person, 'EnrolPerson', { name: called, department: '平台管理', post, roles: [role] }, `set-up ${person}`)
      await door.changed(person, 'password')
    }
    await rooms.tell({ context: platform, id: 'main', command: { type: 'NamePlatform', data: { name, region } }, by: policy, key: `set-up ${name} ${region}` })
  }
  app.get('/api/setup', { config: { access: 'public' } }, async () => ({ wanted: await wanted, ...(wrong >= tries && { dead: true }) }))
  app.post<{ Body: SetUp }>('/api/setup', { schema: { body: SetUp }, config: { access: 'public' } }, async ({ body }, reply) => {
    if (!await wanted || doing) return answerWith(reply, notWanted)
    if (wrong >= tries) return answerWith(reply, dead)
    if (!sameCode(body.code, code)) { wrong++; return answerWith(reply, wrongCode) }
    doing = true
    try {
      await setUp(body)
      wanted = Promise.resolve(false)
    } finally { doing = false }
    return reply.code(204).send()
  })
}
