import { afterEach, expect, it } from 'vitest'
import { issueCards, judgeAll } from '../../api/judging-all.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { importer } from '../kernel/spec.ts'
import { at, close, openSupervisedHouse, standing, type SupervisedHouse } from './supervised-house.ts'

const houses: SupervisedHouse[] = []
afterEach(async () => { for (const house of houses.splice(0)) await house.close() })
async function open(item: object = {}): Promise<SupervisedHouse> {
  const house = await openSupervisedHouse({ start: at('2026-09-01'), item: { promisedWorkingDays: 3, statutoryWorkingDays: 8, ...item } })
  houses.push(house)
  return house
}
const yellow = `R-02/promised/${close('2026-09-07')}`

it('whatever a case, a department or an officer is called, each has its own cards, and an officer is told of them', { timeout: 60_000 }, async () => {
  const ids = ['constructor', '__proto__', 'toString', 'X 1', 'X', 'X/1', 'X#1号', '甲〔2026〕1号', 'R-02', '0']
  const house = await open({ department: '__proto__', officers: ['p-001', 'constructor'] })
  await house.say(identity, 'constructor', 'EnrolPerson', { name: '甲', department: '__proto__', post: '科员', roles: ['handler', 'section-head'] })
  for (const id of ids) { await house.submit(id); await house.say(cases, id, 'AcceptCase', {}, { person: 'constructor', role: 'handler', department: '__proto__' }) }
  const judge = await house.judge()
  house.set(close('2026-09-07'))
  await judge.sweep()
  const cards = (await house.cards()).filter(({ ruleId }) => ruleId === 'R-02')
  expect(cards.map(({ subject, cardId }) => `${subject} ${cardId}`).sort()).toStrictEqual(ids.map((id) => `cases.${id} ${yellow}`).sort())
  for (const { notified } of cards) expect(notified?.map(({ duty, person }) => `${duty} ${person}`)).toEqual(expect.arrayContaining(['handler constructor', 'section-head constructor']))
  expect(judge.index.counts(house.now()).departments).toMatchObject([{ department: '__proto__', open: ids.length }])
  judge.stop()
})

it('a card is told to those who head the section on the day on which it falls due, also where the house was open all the while', { timeout: 60_000 }, async () => {
  const house = await open()
  for (const [person, until] of [['last', '2026-09-06'], ['still', '2026-09-07'], ['resting', undefined]] as const) {
    await house.say(identity, person, 'EnrolPerson', { name: person, department: '市场监管局', post: '副科长' })
    await house.say(identity, person, 'GrantRole', { role: 'section-head', scope: 'department', of: '市场监管局', basis: '代理', ...(until && { until }) })
  }
  await house.say(identity, 'resting', 'SuspendPerson', { reason: '停职' })
  await house.submit('X-1')
  await house.accept('X-1')
  const judge = await house.judge()
  house.set(at('2026-09-06'))
  await judge.sweep()
  house.set(close('2026-09-07'))
  await judge.sweep()
  const [card] = (await house.cards()).filter(({ cardId }) => cardId === yellow)
  expect(card!.notified!.filter(({ duty }) => duty === 'section-head').map(({ person }) => person).sort()).toStrictEqual(['p-002', 'still'])
  judge.stop()
})

it('a foreign number that ends like a sub-case is a case of its own, and what disproves its card is found in its own history', async () => {
  const house = await open()
  const told = async (caseNo: string, entries: object[]) => {
    const answer = await house.tell({ context: cases, id: `x:${caseNo}`, by: importer, key: `${caseNo} ${entries.length} ${JSON.stringify(entries[0])}`,
      command: { type: 'RecordHistory', data: { source: 'x', caseNo, batch: 'b-1', hall: 'F-H', zone: 'Asia/Shanghai', entries } } })
    expect(answer).toHaveProperty('revision')
    await house.settled()
  }
  const begun = (n: number) => [
    { type: 'ApplicationSubmitted', data: { itemCode: 'F-1', department: '规划科', channel: 'window', hall: 'F-H' }, key: `${n} a`, occurredAt: at('2026-08-03'), order: 0 },
    { type: 'CaseAccepted', data: { promisedDueAt: at('2026-08-10', '17:00') }, key: `${n} b`, occurredAt: at('2026-08-03', '11:00'), order: 1 }]
  for (const [n, caseNo] of ['12', '12#1'].entries()) await told(caseNo, begun(n))
  const issue = async () => issueCards(house.rooms, await judgeAll(house.rooms, house.now()), () => undefined)
  await issue()
  expect(standing(await house.cards()).filter((card) => card.endsWith('YELLOW - 2026-08-10')).map((card) => card.split(' ')[0])).toStrictEqual(['cases.x:12', 'cases.x:12#1'])
  house.set(at('2026-09-01', '11:00'))
  await told('12#1', [{ type: 'CaseConcluded', data: { resultCode: 'done' }, key: '1 c', occurredAt: at('2026-08-05'), order: 2 }])
  await issue()
  const revoked = (await house.cards()).filter(({ revoked }) => revoked)
  expect(new Set(revoked.map(({ subject }) => subject))).toStrictEqual(new Set(['cases.x:12#1']))
  for (const { revoked: it, because } of revoked) if (because === undefined) expect(it).toMatchObject({ reason: 'late-fact', evidence: expect.stringContaining('CaseConcluded') })
})
