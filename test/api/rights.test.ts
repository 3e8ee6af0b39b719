import fastify from 'fastify'
import { expect, it } from 'vitest'
import { directoryOf } from '../../api/access/directory.ts'
import { openGate } from '../../api/access/gate.ts'
import { rightsRoute } from '../../api/access/rights.ts'
import { strictly } from '../../api/commands.ts'
import type { Rooms } from '../../api/rooms.ts'
import { identity } from '../../domain/identity/index.ts'
import { usualGrant } from '../../domain/identity/person.ts'
import { roles, type Role } from '../../domain/kernel/context.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { openHouse } from '../kernel/house.ts'
import { at, policy } from '../kernel/spec.ts'

const zone = 'Asia/Shanghai', min: Actor = { person: 'min', role: 'security-admin', department: '中心' }
async function doors() {
  let now = at('2026-03-02'), keyed = 0, as: { person: string; role: Role } = { person: 'ge', role: 'auditor' }
  const house = await openHouse({ now: () => now })
  const say = async (id: string, type: string, data: Record<string, unknown>, by: Actor = policy) => {
    expect(await house.say({ context: identity, id, command: { type, data }, by, key: `k-${keyed++}` })).toHaveProperty('facts')
  }
  const rooms = { ...house, now: () => now, founding: { zone } } as unknown as Rooms
  const app = fastify()
  strictly(app)
  openGate(app, async () => as.person === '' ? undefined : { person: as.person, name: '', department: '中心', post: '', session: 's', grants: [usualGrant(as.role, { department: '中心', hall: 'H-1' })] })
  rightsRoute(app, rooms)
  return { say, rooms, on(date: string) { now = at(date) }, async get(path: string, person = 'ge', role: Role = 'auditor') {
    as = { person, role }
    const { statusCode, body } = await app.inject({ method: 'GET', url: `/api/people/${path}` })
    return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> & { rights: { role: string; from: { by: string } }[] } }
  } }
}

it('权限回放: then and now, and from whose word', async () => {
  const { say, get, on } = await doors()
  await say('li', 'EnrolPerson', { name: '李敏', department: '市场监管局', post: '科员' })
  on('2026-03-04')
  await say('li', 'GrantRole', { role: 'handler', scope: 'own', basis: '任职' }, min)
  on('2026-03-06')
  await say('li', 'WithdrawRole', { role: 'handler', scope: 'own', reason: '离岗' }, min)
  const then = async (said: string) => (await get(`li/rights?at=${encodeURIComponent(said)}`)).body.rights.map(({ role, from }) => `${role} ${from.by}`)
  expect([await then('2026-03-03'), await then('2026-03-05'), await then('2026-03-04T10:00:00+08:00'), await then('2026-03-04T09:59:59+08:00')]).toStrictEqual([[], ['handler min'], ['handler min'], []])
  expect((await get('li/rights')).body).toMatchObject({ person: 'li', at: at('2026-03-06'), rights: [] })
})
it('is for those who grant, audit and inspect, and for each of themselves', async () => {
  const { say, get } = await doors()
  await say('li', 'EnrolPerson', { name: '李敏', department: '市场监管局', post: '科员' })
  const may: Role[] = ['security-admin', 'auditor', 'inspector']
  for (const role of roles) expect([role, (await get('li/rights', 'other', role)).status]).toStrictEqual([role, may.includes(role) ? 200 : 403])
  for (const role of roles) expect((await get('li/rights', 'li', role)).status).toBe(200)
  expect((await get('li/rights', '')).status).toBe(401)
})
it('of nobody, of one not yet enrolled, and at no instant', async () => {
  const { say, get } = await doors()
  await say('li', 'EnrolPerson', { name: '李敏', department: '市场监管局', post: '科员' })
  for (const path of ['zhao/rights', 'li/rights?at=2026-03-01', 'applicant.a-1/rights']) expect([path, (await get(path)).status, (await get(path)).body['code']]).toStrictEqual([path, 404, 'no-such-person'])
  for (const path of ['li/rights?at=yesterday', 'li/rights?at=2026-02-30', 'li/rights?when=2026-03-02', 'li/rights?at=2026-03-02&at=2026-03-03']) expect([path, (await get(path)).status]).toStrictEqual([path, 400])
})

it('名册: an official by the grants of today, an applicant by their own matters, anybody else by nothing', async () => {
  const { say, rooms, on } = await doors(), { standing, forget } = directoryOf(rooms)
  const asOf = (person: string) => standing({ person, id: 's' })
  await say('li', 'EnrolPerson', { name: '李敏', department: '市场监管局', post: '科员' })
  await say('li', 'GrantRole', { role: 'handler', scope: 'own', basis: '任职', until: '2026-03-03' }, min)
  await say('a-7', 'RegisterApplicant', { applicant: 'a-7', name: '赵一安' })
  await say('a-8', 'RegisterApplicant', { applicant: 'a-8' })
  expect(await asOf('li')).toMatchObject({ person: 'li', name: '李敏', grants: [{ role: 'handler', scope: 'own' }] })
  on('2026-03-04')
  expect((await asOf('li'))!.grants).toStrictEqual([])
  await say('li', 'GrantRole', { role: 'handler', scope: 'own', basis: '任职' }, min)
  forget('li')
  expect((await asOf('li'))!.grants).toStrictEqual([{ role: 'handler', scope: 'own' }])
  expect(await asOf('a-7')).toStrictEqual({ person: 'a-7', name: '赵＊＊', department: '', post: '申请人', session: 's', grants: [{ role: 'applicant', scope: 'own' }] })
  expect(await asOf('a-8')).toMatchObject({ name: '申请人' })
  expect(await asOf('a-9')).toBeUndefined()
})
