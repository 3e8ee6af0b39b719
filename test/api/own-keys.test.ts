import fastify from 'fastify'
import { expect, it } from 'vitest'
import { openGate } from '../../api/access/gate.ts'
import { commandRoutes, strictly } from '../../api/commands.ts'
import { contexts } from '../../domain/contexts.ts'
import { usualGrant } from '../../domain/identity/person.ts'
import type { Role } from '../../domain/kernel/context.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { openHouse } from '../kernel/house.ts'
import { at, liMin, policy, wangQiang } from '../kernel/spec.ts'

const finding = (ruleId: string, on: string, more: object) => ({ ruleId, ruleVersion: 1, params: {}, clause: '无', calendarVersion: 1, clock: 'promised', becameTrueAt: at(on, '17:30'), ledger: [], ...more })
/** The door as people come through it, before a house whose clock stands. */
async function doors() {
  const house = await openHouse({ now: () => at('2026-03-12', '09:00') })
  let by: Actor = liMin
  const app = fastify()
  strictly(app)
  openGate(app, async () => ({ person: by.person, name: by.person, department: by.department, post: '', session: 'a', grants: [usualGrant(by.role as Role, by)] }))
  commandRoutes(app, { contexts, owned: async () => ({ department: by.department, hall: 'H-1', applicants: [], officers: [by.person], coDepartments: [] }), tell: house.say })
  return {
    ...house,
    async post(as: Actor, path: string, key: string, body: object) {
      by = as
      return (await app.inject({ method: 'POST', url: `/api/supervision/cases.X-1/${path}`, headers: { 'idempotency-key': key, 'content-type': 'application/json' }, payload: body })).statusCode
    },
  }
}

it('nobody unsays a card beforehand by using its key for something else', async () => {
  const { book, say, post } = await doors()
  const issue = (data: ReturnType<typeof finding>) => ({ context: supervision, id: 'cases.X-1', by: policy, command: { type: 'IssueCard', data }, key: `${data.ruleId}/promised/${data.becameTrueAt}` })
  const yellow = issue(finding('R-02', '2026-03-10', { severity: 'YELLOW' })), red = issue(finding('R-03', '2026-03-13', { severity: 'RED', because: yellow.key }))
  await say(yellow)
  expect(await post(liMin, 'file-card-appeal', red.key, { cardId: yellow.key, grounds: '系统停机' })).toBe(200)
  await say(red)
  expect((await book.readStream('supervision-card.cases.X-1')).map(({ type }) => type)).toStrictEqual(['YellowCardIssued', 'CardAppealFiled', 'RedCardIssued'])
})
it('two who happen to use one key have said two things, and one who uses it twice has said one', async () => {
  const { book, say, post } = await doors(), cardId = `R-02/promised/${at('2026-03-10', '17:30')}`
  await say({ context: supervision, id: 'cases.X-1', by: policy, command: { type: 'IssueCard', data: finding('R-02', '2026-03-10', { severity: 'YELLOW' }) }, key: cardId })
  expect(await post(liMin, 'file-card-appeal', 'k-1', { cardId, grounds: '系统停机' })).toBe(200)
  expect(await post(wangQiang, 'correct-card', 'k-1', { cardId, report: '已办结' })).toBe(200)
  expect(await post(wangQiang, 'correct-card', 'k-1', { cardId, report: '已办结' })).toBe(200)
  expect((await book.readStream('supervision-card.cases.X-1')).map(({ type }) => type)).toStrictEqual(['YellowCardIssued', 'CardAppealFiled', 'CardCorrected'])
})
