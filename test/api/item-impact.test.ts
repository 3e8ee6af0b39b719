import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Fastify, { type FastifyInstance } from 'fastify'
import { memoryReadStore } from '../../adapters/read-store/memory.ts'
import { impactVerb } from '../../api/cli/impact.ts'
import { heard } from '../../api/cli/verb.ts'
import { strictly } from '../../api/commands.ts'
import { itemRoutes } from '../../api/item-impact.ts'
import type { Rooms } from '../../api/rooms.ts'
import { contexts } from '../../domain/contexts.ts'
import { items } from '../../domain/items/index.ts'
import { cases } from '../../domain/cases/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { read, type Actor, type Fact, type Recorded } from '../../domain/kernel/events.ts'
import { projections } from '../../projections/index.ts'
import { application } from '../fixtures/case.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { licence } from '../fixtures/licence.ts'
import { openHouse } from '../kernel/house.ts'
import { naively } from '../kernel/rows.ts'
import { at, liMin, policy, zhouClerk } from '../kernel/spec.ts'

let now = at('2026-03-02'), app: FastifyInstance, rooms: Rooms, house: Awaited<ReturnType<typeof openHouse>>
const tell = async (context: typeof items, id: string, command: Fact, by: Actor, on = now) => {
  now = on
  const answer = await house.say({ context, id, command, by, key: `${id} ${command.type} ${on}` })
  expect(isRefusal(answer as object), `${command.type} ${id}: ${JSON.stringify(answer)}`).toBe(false)
}
const apply = (id: string, on: string) => tell(cases, id, { type: 'SubmitApplication', data: application }, zhouClerk, at(on))
const accept = (id: string, on: string) => tell(cases, id, { type: 'AcceptCase', data: {} }, liMin, at(on))
const form = [{ id: 'trade', label: '行业', kind: 'choice', required: true, dictionary: 'trades' }, { id: 'number', label: '身份号码', kind: 'resident-number', required: true }] as const

/** Three accepted, one of them terminated; one submitted, and one submitted so long ago that the law has accepted it. */
beforeEach(async () => {
  now = at('2026-03-02')
  house = await openHouse({ now: () => now })
  await apply('C-1', '2026-03-02'); await accept('C-1', '2026-03-02')
  await apply('C-2', '2026-03-02'); await apply('C-3', '2026-03-03'); await accept('C-3', '2026-03-03')
  await tell(cases, 'C-3', { type: 'TerminateCase', data: { reason: '申请人死亡', basis: '行政许可法第七十条' } }, liMin, at('2026-03-04'))
  await apply('C-4', '2026-03-05'); await accept('C-4', '2026-03-05')
  await apply('C-5', '2026-03-09')
  await tell(items, 'trades', { type: 'PublishDictionary', data: { version: 1, name: '行业', entries: [{ code: 'G56', zh: '餐饮' }, { code: 'G57', zh: '零售', retired: true }] } }, policy)
  await tell(items, 'SP-01', { type: 'PublishItem', data: { ...licence, version: 2, form: form.map((field) => ({ ...field })) } }, policy)
  now = at('2026-03-09', '17:31')
  rooms = { now: () => now, founding: { zone: 'Asia/Shanghai' }, calendars: { of: async () => calendarIn2026, ofKnown: () => calendarIn2026 },
    book: house.book, tell: house.say, rows: memoryReadStore(() => tables) } as unknown as Rooms
  const facts: Recorded[] = []
  for await (const batch of house.book.readAll(0)) facts.push(...batch)
  const readable = facts.map((fact) => read(contexts.find(({ name }) => fact.meta.stream.startsWith(`${name}-`))!.events, fact, fact.meta.version))
  const tables = Object.fromEntries(projections.map((p) => [p.name, { fields: p.indexes, rows: naively(p, [], readable).rows, checkpoint: facts.length }]))
  app = Fastify()
  strictly(app)
  app.addHook('onRequest', async (request) => { request.standing = { person: 'p-audit', name: '审', department: '监察局', post: '审计员', grants: [{ role: 'auditor', scope: 'region' }], session: 's' } })
  itemRoutes(app, rooms)
})
afterEach(() => app.close())
const get = async (query: string, code = 'SP-01') => { const answer = await app.inject(`/api/items/${code}/impact${query}`); return { status: answer.statusCode, ...answer.json() } }

describe('期限影响 over a small house', () => {
  it('tells who keeps, who is deemed accepted, who takes the new, and whom it would make late', async () => {
    const found = await get('?promised=2')
    expect(found).toMatchObject({ status: 200, item: { code: 'SP-01', version: 2, promisedWorkingDays: 5 }, draft: { promisedWorkingDays: 2 }, open: 4, keeps: 2, deemed: 1, takes: 1, unlisted: 0,
      lateNow: 1, lateUnderDraft: 2, newlyLate: 1, noLongerLate: 0 })
    expect(found.cases.map(({ subject, standing, clocks: [clock] }: any) => [subject, standing, clock?.now.dueOn, clock?.draft.dueOn, clock?.draft.late])).toStrictEqual([
      ['cases.C-4', 'keeps', '2026-03-12', '2026-03-09', true], ['cases.C-1', 'keeps', '2026-03-09', '2026-03-04', true],
      ['cases.C-5', 'takes', '2026-03-16', '2026-03-11', false], ['cases.C-2', 'deemed', undefined, undefined, undefined]])
  })
  it('writes nothing but who looked at what', async () => {
    const { position } = await house.book.head(), since: Recorded[] = []
    await get('?promised=2')
    await get('?promised=2&statutory=10&steps=handling:1')
    for await (const batch of house.book.readAll(position)) since.push(...batch)
    expect(since.map(({ type }) => type)).toStrictEqual(['RecordsViewed'])
  })
  it('publishing the draft afterwards does what was said: who was accepted keeps, who was not takes the new', async () => {
    await tell(items, 'SP-01', { type: 'PublishItem', data: { ...licence, version: 3, promisedWorkingDays: 2 } }, policy, at('2026-03-10'))
    await accept('C-5', '2026-03-10')
    const pinnedOf = async (id: string) => (await house.book.readStream(`cases-${id}`)).findLast(({ type }) => type === 'CaseAccepted')!.data
    expect(await pinnedOf('C-5')).toMatchObject({ promisedDueOn: '2026-03-12', pinned: { itemVersion: 3, promisedWorkingDays: 2 } })
    expect(await pinnedOf('C-1')).toMatchObject({ promisedDueOn: '2026-03-09', pinned: { itemVersion: 1, promisedWorkingDays: 5 } })
  })
  it('视为受理 keeps the version that it was submitted under, as was said', async () => {
    await tell(items, 'SP-01', { type: 'PublishItem', data: { ...licence, version: 3, promisedWorkingDays: 2 } }, policy, at('2026-03-10'))
    await tell(cases, 'C-2', { type: 'DeemAccepted', data: {} }, policy, at('2026-03-10'))
    expect((await house.book.readStream('cases-C-2')).at(-1)).toMatchObject({ type: 'CaseDeemedAccepted', data: { effectiveOn: '2026-03-02', pinned: { itemVersion: 1 } } })
  })
  it('of an item that is not there says so', async () => expect(await get('?promised=2', 'SP-99')).toMatchObject({ status: 404, code: 'no-such-item', field: 'code' }))
  it.each([['', 400, 'bad-parameter', 'promised'], ['?promised=', 400, 'bad-parameter', 'promised'], ['?promised=-1', 400, 'bad-parameter', 'promised'], ['?promised=1.5', 400, 'bad-parameter', 'promised'],
    ['?promised=1001', 400, 'bad-parameter', 'promised'], ['?promised=2&promised=3', 400, 'bad-parameter', 'promised'], ['?days=2', 400, 'unknown-parameter', 'days'],
    ['?promised=21', 422, 'promise-beyond-the-law', 'promised'], ['?statutory=4', 422, 'promise-beyond-the-law', 'statutory'], ['?steps=handling:21', 422, 'step-limit-beyond-the-law', 'steps'],
    ['?steps=deciding:2', 400, 'bad-parameter', 'steps'], ['?steps=handling', 400, 'bad-parameter', 'steps'], ['?steps=handling:2:3', 400, 'bad-parameter', 'steps']])('refuses %s', async (query, status, code, field) => {
    const found = await get(query)
    expect(found).toMatchObject({ status, code, field })
    expect([found.title, found.en]).toStrictEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[\x20-\x7e]+$/)])
  })
  it('the same at the terminal', async () => {
    const answer = await impactVerb.run(rooms, heard(impactVerb, ['SP-01', '--promised', '2']), () => {})
    expect(answer.json).toMatchObject({ newlyLate: 1, takes: 1 })
    expect(answer.text).toMatch(/C-4 +沿用受理时的期限 +承诺 +2026-03-12 +2026-03-09 +将超期/)
    expect(answer.text).toMatch(/C-1 .*已超期/)
    await expect(impactVerb.run(rooms, heard(impactVerb, ['SP-01']), () => {})).rejects.toMatchObject({ problem: { code: 'bad-parameter' } })
  })
})

describe('填表核对', () => {
  const answers = async (body: object, code = 'SP-01') => { const answer = await app.inject({ method: 'POST', url: `/api/items/${code}/answers`, payload: body }); return { status: answer.statusCode, ...answer.json() } }
  it('looks at the answers with the dictionary as it is, retired codes left out', async () => {
    expect(await answers({ trade: 'G56', number: '99999920990101019x' })).toStrictEqual({ status: 200, asked: ['trade', 'number'], faults: [] })
    expect(await answers({ trade: 'G57', number: '999999209901010017' })).toStrictEqual({ status: 200, asked: ['trade', 'number'], faults: [
      { field: 'trade', rule: 'not-an-option', zh: '行业：不在选项内', en: '行业 is not among the options' },
      { field: 'number', rule: 'no-resident-number', zh: '身份号码：不是公民身份号码（校验位或日期不对）', en: '身份号码 is not a resident number: its check digit or date is wrong' }] })
  })
  it('says nothing of the number back, and takes nothing but answers', async () => {
    expect(JSON.stringify(await answers({ trade: 'G56', number: '999999209901010017' }))).not.toContain('999999209901010017')
    expect(await answers({ trade: { code: 'G56' } })).toMatchObject({ status: 400, code: 'bad-answers' })
    expect(await answers({}, 'SP-99')).toMatchObject({ status: 404, code: 'no-such-item' })
  })
})
