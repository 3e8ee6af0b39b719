import { describe, expect, it } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import type { Answer, Saying } from '../../api/tell.ts'
import { load } from '../../api/tell.ts'
import type { Timekeeping } from '../../api/timekeeping.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import type { Context } from '../../domain/kernel/context.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import { platform } from '../../domain/platform/index.ts'
import { application, asked } from '../fixtures/case.ts'
import { licence } from '../fixtures/licence.ts'
import { openHouse } from '../kernel/house.ts'
import { at, importer, liMin, policy, wangQiang } from '../kernel/spec.ts'

const submit = { type: 'SubmitApplication', data: application }
const saying: Saying = { context: cases, id: 'X-1', by: liMin, command: submit, key: 'k-1' }
const accept: Saying = { ...saying, command: { type: 'AcceptCase', data: {} }, key: 'k-2' }
const typesOf = async (book: EventLog, stream: string) => (await book.readStream(stream)).map(({ type }) => type)
const facts = (answer: Answer) => 'facts' in answer ? answer.facts : answer

describe('告', () => {
  it('writes down who, when, where and why, by the server’s clock', async () => {
    const { book, say } = await openHouse()
    const answer = await say(saying)
    const [fact] = await book.readStream('cases-X-1')
    expect(fact!.meta).toStrictEqual({ position: 3, stream: 'cases-X-1', revision: 1, id: expect.stringMatching(/^[0-9a-f]{32}$/), version: 1, recordedAt: at('2026-03-02'), actor: liMin, region: '422822', cause: 'k-1' })
    expect(answer).toStrictEqual({ revision: 1, position: 3, facts: ['ApplicationSubmitted'], causes: ['k-1'] })
  })
  it('说两遍: the same key gets the same answer, even when the case has moved on', async () => {
    const { book, say } = await openHouse()
    const first = await say(saying)
    await say(accept)
    expect(await say({ ...saying, pinned: 0 })).toStrictEqual(first)
    expect(await say({ ...saying, key: 'k-3' })).toStrictEqual({ refused: 'already-submitted' })
    expect(await typesOf(book, 'cases-X-1')).toStrictEqual(['ApplicationSubmitted', 'CaseAccepted'])
  })
  it('the same key on another case is another saying', async () => {
    const { say } = await openHouse()
    await say(saying)
    expect(facts(await say({ ...saying, id: 'X-2' }))).toStrictEqual(['ApplicationSubmitted'])
  })
  it('一次说出的几件事: what the law makes true and what is said stand together, under one key', async () => {
    const { say, ...house } = await openHouse()
    await say(saying)
    const { say: later } = await openHouse({ ...house, now: () => at('2026-03-20') })
    const request: Saying = { ...saying, command: { type: 'RequestSupplement', data: { asked } }, key: 'k-2' }
    const answer = await later(request)
    expect(answer).toMatchObject({ revision: 3, facts: ['CaseDeemedAccepted', 'SupplementRequested'], causes: ['k-2', 'k-2'] })
    expect(await later(request)).toStrictEqual(answer)
  })
  it('落后: a caller who pinned a revision is told that it is stale', async () => {
    const { say } = await openHouse()
    await say(saying)
    expect(await say({ ...accept, pinned: 0 })).toStrictEqual({ stale: 1 })
    expect(facts(await say({ ...accept, pinned: 1 }))).toStrictEqual(['CaseAccepted'])
  })
  it('无新事: nothing new is answered with where the stream stands', async () => {
    const { say } = await openHouse()
    await say(saying)
    await say(accept)
    expect(await say({ ...saying, command: { type: 'DeemAccepted', data: {} }, by: policy, key: 'k-3' })).toStrictEqual({ revision: 2, position: 4, facts: [], causes: [] })
  })
  it('参照: a case is handled under the item as it was accepted, whatever has been published since', async () => {
    const { book, say } = await openHouse()
    await say(saying)
    await say(accept)
    await say({ ...saying, context: items, id: 'SP-01', command: { type: 'PublishItem', data: { ...licence, version: 2, officers: ['p-009'] } }, by: policy, key: 'k-3' })
    expect(facts(await say({ ...saying, command: { type: 'CompleteHandling', data: { opinion: '同意' } }, key: 'k-4' }))).toStrictEqual(['HandlingCompleted'])
    expect((await book.readStream('cases-X-1'))[1]!.data).toMatchObject({ pinned: { itemVersion: 1, promisedWorkingDays: 5 } })
  })
  it('参照: accepted under the item as it is now', async () => {
    const { say } = await openHouse()
    await say(saying)
    await say({ ...saying, context: items, id: 'SP-01', command: { type: 'PublishItem', data: { ...licence, version: 2, officers: ['p-009'] } }, by: policy, key: 'k-3' })
    expect(await say(accept)).toMatchObject({ refused: 'not-authorised' })
  })
  it('参照: an item or hall that does not exist is none', async () => {
    const { say } = await openHouse()
    expect(await say({ ...saying, command: { ...submit, data: { ...application, itemCode: 'SP-99' } } })).toStrictEqual({ refused: 'no-such-item' })
    expect(await say({ ...saying, command: { ...submit, data: { ...application, hall: 'H-9' } } })).toStrictEqual({ refused: 'no-such-hall' })
  })
  it('参照: who is said to have approved is looked up among those enrolled, with the roles that they have', async () => {
    const { book, say } = await openHouse()
    await say(saying)
    await say(accept)
    const enrol = (id: string, role: string): Saying => ({ context: identity, id, by: policy, key: `enrol ${id}`,
      command: { type: 'EnrolPerson', data: { name: '陈局', department: '市场监管局', post: '局长', roles: [role] } } })
    await say(enrol('p-002', 'section-head'))
    await say(enrol('p-003', 'leader'))
    const start = (approver: string): Saying => ({ ...saying, key: `approved by ${approver}`,
      command: { type: 'StartSpecialProcedure', data: { kind: 'inspection', plannedWorkingDays: 5, approver } } })
    for (const nobody of ['p-009', 'p-002', '']) expect(await say(start(nobody))).toStrictEqual({ refused: 'no-such-approver' })
    expect(facts(await say(start('p-003')))).toStrictEqual(['SpecialProcedureStarted'])
    expect((await book.readStream('cases-X-1')).at(-1)!.data).toMatchObject({ approver: 'p-003', by: 'p-001' })
  })
  it('an unknown field does not get past the door', async () => {
    const { book, say } = await openHouse()
    await expect(say({ ...saying, command: { ...submit, data: { ...application, promisedWorkingDays: 1 } } })).rejects.toThrow('promisedWorkingDays')
    await expect(say({ ...accept, command: { type: 'AcceptCase', data: { acceptedOn: '2020-01-01' } } })).rejects.toThrow('acceptedOn')
    expect(await book.readStream('cases-X-1')).toStrictEqual([])
  })
  it('自检: a fact that could not be read back does not reach the book', async () => {
    const { book, say } = await openHouse()
    const broken: Context = { ...cases, deciders: { '': { ...cases.deciders['']!, decide: () => [{ type: 'CaseConcluded', data: { resultCode: 1 } }] } } }
    await expect(say({ ...saying, context: broken })).rejects.toThrow('resultCode')
    expect(await book.readStream('cases-X-1')).toStrictEqual([])
  })
  it('a failed saying does not stand in the way of the next about the same case', async () => {
    const { say } = await openHouse()
    const failed = say({ ...saying, command: { ...submit, data: { nonsense: true } } }), next = say({ ...saying, key: 'k-2' })
    await expect(failed).rejects.toThrow()
    expect(facts(await next)).toStrictEqual(['ApplicationSubmitted'])
  })
  it('before: runs before anything new is written, and not at all where nothing is', async () => {
    const { book, say } = await openHouse()
    const seen: number[] = []
    const before = async () => { seen.push((await book.readStream('cases-X-1')).length) }
    await say({ ...saying, before })
    await say({ ...saying, before })
    await say({ ...saying, key: 'k-9', before })
    expect(seen).toStrictEqual([0])
  })
})

describe('编号', () => {
  it.each([
    ['empty', ''], ['blank', ' '], ['with a blank before it', ' X-1'], ['with a blank behind it', 'X-1 '], ['with a wide blank behind it', 'X-1\u3000'], ['with a line break', 'X\n1'],
    ['with a null', 'X\u00001'], ['with an escape', '\u001b[2J'], ['with a delete', 'X\u007f1'], ['with half a character', 'X-\ud83d'], ['with the other half', '\ude00-1'],
    ['of 301 characters', 'x'.repeat(301)], ['in the place of an officer', 'officer.p-002'], ['in the place of an officer of no name', 'officer.'],
  ])('one %s is none, and nothing is read or written for it', async (_, id) => {
    const inner = memoryBook(), looked: string[] = []
    const { say } = await openHouse({ book: { ...inner, readStream: (stream) => { looked.push(stream); return inner.readStream(stream) } } })
    const { size } = await inner.head(), before = looked.length
    expect(await say({ ...saying, id })).toStrictEqual({ refused: 'not-an-id' })
    expect([(await inner.head()).size, looked.slice(before)]).toStrictEqual([size, []])
  })
  it.each(['1', 'x'.repeat(300), '市监许〔2026〕7号', 'X 1', 'officer', 'officer-1', 'officers.p-002', 'an.officer.1', '食证\ud83d\ude00', '-', '../X'])('%s is one', async (id) => {
    const { book, say } = await openHouse()
    expect(facts(await say({ ...saying, id }))).toStrictEqual(['ApplicationSubmitted'])
    expect(await typesOf(book, `cases-${id}`)).toStrictEqual(['ApplicationSubmitted'])
  })
  it('what names a subject of another kind is no id of the first kind, and is one of its own', async () => {
    const { say } = await openHouse()
    const found: Saying = { context: platform, id: 'hall.H-2', by: policy, key: 'k',
      command: { type: 'FoundPlatform', data: { purpose: 'demonstration', name: '平台', region: '422822', zone: 'Asia/Shanghai' } } }
    expect(await say(found)).toStrictEqual({ refused: 'not-an-id' })
    const open = { type: 'OpenHall', data: { name: '分厅', kind: 'branch', zone: 'Asia/Shanghai' } }
    expect(facts(await say({ ...found, id: 'officer.1', command: open }))).toStrictEqual(['HallOpened'])
  })
  it('is looked at before the word is: malformed words under no id are answered, not thrown', async () => {
    const { say } = await openHouse()
    expect(await say({ ...saying, id: '', command: { ...submit, data: { nonsense: true } } })).toStrictEqual({ refused: 'not-an-id' })
  })
})

describe('抢先', () => {
  it('beaten to it, decides again on what is now true', async () => {
    const inner = memoryBook()
    const rival = await openHouse({ book: inner })
    let beaten = false
    const { say } = await openHouse({ book: { ...inner, async append(stream, expected, facts) {
      if (stream === 'cases-X-1' && !beaten) { beaten = true; await rival.say({ ...saying, key: 'rival' }) }
      return inner.append(stream, expected, facts)
    } } })
    expect(await say(saying)).toStrictEqual({ refused: 'already-submitted' })
    expect((await inner.readStream('cases-X-1')).map(({ meta }) => meta.cause)).toStrictEqual(['rival'])
  })
  it('eight times gives up, and says so', async () => {
    const inner = memoryBook()
    let times = 0
    const { say } = await openHouse({ book: { ...inner, append: async (stream, ...rest) => stream === 'cases-X-1' ? (times++, 'revision-conflict') : inner.append(stream, ...rest) } })
    await expect(say(saying)).rejects.toThrow('8 times')
    expect(times).toBe(8)
  })
  it('by a pinned caller is not decided again', async () => {
    const inner = memoryBook()
    const rival = await openHouse({ book: inner })
    await rival.say(saying)
    let beaten = false
    const { say } = await openHouse({ book: { ...inner, async append(stream, expected, facts) {
      if (stream === 'cases-X-1' && !beaten) { beaten = true; await rival.say({ ...saying, command: { type: 'RequestSupplement', data: { asked } }, key: 'rival' }) }
      return inner.append(stream, expected, facts)
    } } })
    expect(await say({ ...accept, pinned: 1 })).toStrictEqual({ stale: 2 })
  })
  it('many at once about one case are answered in turn, and one of them wins', async () => {
    const { book, say } = await openHouse()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => say({ ...saying, key: `k-${i}` })))
    expect(answers.filter((answer) => 'facts' in answer)).toHaveLength(1)
    expect(await book.readStream('cases-X-1')).toHaveLength(1)
  })
})

describe('违规操作', () => {
  it('is on the offender’s own stream, once per key, command and subject, and the case knows nothing of it', async () => {
    const { book, say } = await openHouse()
    await say(saying)
    for (const key of ['k-2', 'k-2', 'k-3']) expect(await say({ ...accept, by: wangQiang, key })).toMatchObject({ refused: 'not-authorised' })
    const recorded = await load(book, cases, 'cases-officer.p-002')
    expect(recorded.map(({ type, data, meta }) => [type, data, meta.cause, meta.actor.person])).toStrictEqual(['k-2', 'k-3'].map((key) =>
      ['StepRefused', { caseNo: 'X-1', command: 'AcceptCase', code: 'not-authorised' }, `${key} AcceptCase cases-X-1`, 'p-002']))
    expect(await typesOf(book, 'cases-X-1')).toStrictEqual(['ApplicationSubmitted'])
  })
  it('is on record even when somebody else writes there at the same time', async () => {
    const { book, say } = await openHouse()
    await Promise.all(['X-1', 'X-2', 'X-3', 'X-4'].map((id) => say({ ...saying, id })))
    await Promise.all(['X-1', 'X-2', 'X-3', 'X-4'].map((id) => say({ ...accept, id, by: wangQiang, key: `accept ${id}` })))
    expect(await book.readStream('cases-officer.p-002')).toHaveLength(4)
  })
  it('cannot be hidden behind a key that was used for another case', async () => {
    const { book, say } = await openHouse()
    await Promise.all(['X-1', 'X-2'].map((id) => say({ ...saying, id })))
    for (const id of ['X-1', 'X-2']) await say({ ...accept, id, by: wangQiang })
    expect((await book.readStream('cases-officer.p-002')).map(({ data }) => data['caseNo'])).toStrictEqual(['X-1', 'X-2'])
  })
  it('cannot be hidden behind a key that was used for another attempt on the same case', async () => {
    const { book, say } = await openHouse()
    await say(saying)
    await say(accept)
    const attempts: Saying['command'][] = [{ type: 'CompleteHandling', data: { opinion: '同意' } },
      { type: 'NotifyThirdParty', data: { number: 'n-1', interest: '相邻通行', parties: 2 } }]
    for (const command of [...attempts, ...attempts]) expect(await say({ ...saying, by: wangQiang, key: 'k-3', command })).toMatchObject({ refused: 'not-authorised' })
    expect((await book.readStream('cases-officer.p-002')).map(({ data }) => data['command'])).toStrictEqual(['CompleteHandling', 'NotifyThirdParty'])
  })
  it('an ordinary refusal leaves no trace', async () => {
    const { book, say } = await openHouse()
    expect(await say(accept)).toStrictEqual({ refused: 'not-submitted' })
    expect((await book.head()).size).toBe(2)
  })
})

describe('补录', () => {
  const entry = (key: string, occurredAt: string, type = 'StepCompleted', data: object = { step: 'T02' }) => ({ type, data, key, occurredAt, order: 0 })
  const record = (entries: object[], key: string): Saying => ({ context: cases, id: 'receipt:7', by: importer, key,
    command: { type: 'RecordHistory', data: { caseNo: '7', source: 'receipt', batch: key, hall: 'H-9', zone: 'Europe/Amsterdam', entries } } })
  it('a fact is known by its own key: told in other portions, in another batch, it is told once', async () => {
    const { book, say } = await openHouse()
    const [a, b, c] = ['a', 'b', 'c'].map((key, i) => entry(key, `2011-10-1${i}T10:00:00.000Z`))
    expect(await say(record([a!, b!], 'b-1'))).toMatchObject({ revision: 2, causes: ['a', 'b'] })
    expect(await say(record([c!, b!, a!], 'b-2'))).toMatchObject({ revision: 3, facts: ['StepCompleted'], causes: ['c'] })
    expect(await say(record([b!, c!], 'b-3'))).toMatchObject({ revision: 3, facts: [], causes: [] })
    expect(await book.readStream('cases-receipt:7')).toHaveLength(3)
  })
  it('keeps the time that is claimed beside the time of writing, and its place in the file', async () => {
    const { book, say } = await openHouse()
    await say(record([{ ...entry('a', '2011-10-10T22:00:00.000Z'), precision: 'day', activity: 'T02 Check' }], 'b-1'))
    const [fact] = await book.readStream('cases-receipt:7')
    expect(fact!.meta).toMatchObject({ occurredAt: '2011-10-10T22:00:00.000Z', recordedAt: at('2026-03-02'), precision: 'day', cause: 'a', source: { name: 'receipt', batch: 'b-1', order: 0, activity: 'T02 Check' } })
  })
  it('a fact of an earlier day, told later, finds its place: the case is folded as it happened', async () => {
    const { say } = await openHouse()
    await say(record([entry('z', '2011-10-20T10:00:00.000Z', 'ResultDelivered', {})], 'b-1'))
    await say(record([entry('a', '2011-10-10T10:00:00.000Z', 'CaseConcluded', { resultCode: 'ended' })], 'b-2'))
    expect(await say({ ...saying, id: 'receipt:7', command: { type: 'DeliverResult', data: { method: 'post' } }, key: 'k' })).toStrictEqual({ refused: 'not-concluded' })
  })
})

describe('时钟待确认', () => {
  const stepped: Timekeeping = { state: () => 'stepped', reading: () => ({ wallAt: at('2028-03-02'), believedAt: at('2026-03-20') }), epoch: () => 0, began: () => undefined, told: () => undefined, onStep: () => undefined }
  it('what the house would say because of the time waits, and writes nothing; what people say goes on', async () => {
    const { say, ...house } = await openHouse()
    await say(saying)
    const { say: later } = await openHouse({ ...house, now: () => at('2026-03-20'), keeping: stepped })
    const { size } = await house.book.head(), deem: Saying = { ...saying, command: { type: 'DeemAccepted', data: {} }, key: 'k-2' }
    expect(await later({ ...deem, by: policy })).toStrictEqual({ refused: 'clock-unconfirmed' })
    expect((await house.book.head()).size).toBe(size)
    expect(facts(await later({ ...saying, command: { type: 'RequestSupplement', data: { asked } }, key: 'k-3' }))).toStrictEqual(['CaseDeemedAccepted', 'SupplementRequested'])
  })
})
