import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import { accepted, application, asked, concluded, granted, handled, requested, submitted, supplied } from '../fixtures/case.ts'
import { hall, item, pinned, ruleSet } from '../fixtures/licence.ts'
import { at, day, liMin, specOf, wangQiang, zhouClerk } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
type Say<T extends CaseCommand['type']> = Extract<CaseCommand, { type: T }>['data']
const applicant = { person: 'a-1', role: 'applicant', department: '' }
const violation = (command: string, code: string): CaseEvent => ({ type: 'StepRefused', data: { caseNo: 'X-1', command, code } })
const today = day('2026-03-02')

describe('登记收件', () => {
  const list = [{ name: '申请书', pages: 2 }, { name: '平面图', pages: 1 }]
  const register = (data: Partial<Say<'RegisterReceipt'>> = {}) => ({ type: 'RegisterReceipt' as const, data: { list, ...data } })
  const received = (of = list, on = today): CaseEvent => ({ type: 'MaterialsReceived', data: { receivedOn: on, materials: of.map(({ name }) => name), list: of, by: 'p-004' } })
  const accept = { type: 'AcceptCase', data: {} } as const

  it('names what came, and how many pages', () => given(submitted).when(register(), { by: zhouClerk }).then(received()))
  it('counted again with other pages is another receipt', () => {
    const other = [{ name: '申请书', pages: 3 }, { name: '平面图', pages: 1 }]
    given(submitted, received()).when(register({ list: other }), { by: zhouClerk }).then(received(other))
  })
  it('names files that are kept for the case, and no others', () => {
    const blob = `sha256:${'c'.repeat(64)}`, with_ = [{ ...list[0]!, blob }, list[1]!], attachments = [{ blob, mediaType: 'application/pdf', bytes: 9 }]
    given(submitted).when(register({ list: with_ }), { by: zhouClerk, attachments }).then(received(with_))
    for (const kept of [undefined, [], [{ ...attachments[0]!, blob: `sha256:${'d'.repeat(64)}` }]]) given(submitted).when(register({ list: with_ }), { by: zhouClerk, attachments: kept }).thenRefused('no-such-attachment')
    given(submitted, received(with_)).when(register({ list: with_ }), { by: zhouClerk, attachments: [] }).then()
  })
  it('waits for the applicant who has the file', () => given(submitted, requested()).when(register(), { by: zhouClerk }).thenRefused('not-submitted'))
  it('needs a case, and one that is not accepted yet', () => {
    given().when(register(), { by: zhouClerk }).thenRefused('not-submitted')
    given(submitted, accepted).when(register(), { by: zhouClerk }).thenRefused('not-submitted')
  })
  it('an empty list is no receipt', () => expect(cases.commands['RegisterReceipt']!.safeParse({ list: [] }).success).toBe(false))

  it('受理 waits for every material that the item requires', () => {
    given(submitted, received()).when(accept, { item, ruleSet }).then(accepted)
    given(submitted, received([list[0]!])).when(accept, { item, ruleSet }).thenRefused('materials-incomplete')
    given(submitted, received([list[0]!]), received([list[1]!])).when(accept, { item, ruleSet }).then(accepted)
  })
  it('受理 does not wait for what is optional', () => {
    const optional = { ...item, materials: [{ name: '申请书', required: true }, { name: '平面图', required: false }] }
    given(submitted, received([list[0]!])).when(accept, { item: optional, ruleSet }).then(accepted)
  })
  it('受理 of what was never counted asks nothing', () => given(submitted).when(accept, { item, ruleSet }).then(accepted))
  it('受理 follows the supplement, which may bring what the receipt lacked', () =>
    given(submitted, received([list[0]!]), requested(), supplied()).when(accept, { item, ruleSet }).then(accepted))
  it('受理 does not fail for what the one-time notice forgot', () =>
    given(submitted, received([list[1]!]), requested(), supplied()).when(accept, { item, ruleSet }).then(accepted))
})

describe('受理 pins', () => {
  const richer = { ...item, stepLimits: [{ step: 'handling' as const, workingDays: 2 }], feeFen: 5000, minimumMinutes: 30, limitedQuantity: true, renewal: true, caseType: 'JOINT' as const }
  const kept = { ...pinned, stepLimits: [{ step: 'handling' as const, workingDays: 2 }], feeFen: 5000, minimumMinutes: 30, limitedQuantity: true, renewal: true, caseType: 'JOINT' as const }
  it('all that clocks and rules will ask of the item, and the rule set', () =>
    given(submitted).when({ type: 'AcceptCase', data: {} }, { item: richer, ruleSet: { version: 17 } })
      .then({ ...accepted, data: { ...accepted.data, pinned: { ...kept, ruleSetVersion: 17 } } } as CaseEvent))
  it('already when the application comes, since it may be deemed accepted under it', () =>
    given().when({ type: 'SubmitApplication', data: application }, { item: richer, hall }).then({ ...submitted, data: { ...submitted.data, pinned: kept } } as CaseEvent))
  it('no rule set where none can be counted', () => given(submitted).when({ type: 'AcceptCase', data: {} }, { item, ruleSet: undefined })
    .then({ ...accepted, data: { ...accepted.data, pinned } } as CaseEvent))
  it('即办 is due the same day', () => {
    const immediate = { ...item, caseType: 'IMMEDIATE' as const, promisedWorkingDays: 0 }
    given(submitted).when({ type: 'AcceptCase', data: {} }, { item: immediate, ruleSet }).then({ ...accepted, data: {
      ...accepted.data, promisedDueOn: today, pinned: { ...pinned, caseType: 'IMMEDIATE', promisedWorkingDays: 0, ruleSetVersion: 4 } } } as CaseEvent)
  })
})

describe('申办 of somebody', () => {
  const { applicantId: _, applicantName: __, ...nobodys } = application
  const submit = (data: object) => ({ type: 'SubmitApplication' as const, data: { ...nobodys, ...data } })
  const written = (data: object) => {
    const { applicantId: _1, applicantName: _2, ...received } = submitted.data as typeof submitted.data & typeof application
    return { type: 'ApplicationSubmitted', data: { ...received, ...data } } as CaseEvent
  }
  it('表单 is somebody’s, for it is sealed whole', () => {
    given().when(submit({ form: { area: 80 } }), { item, hall }).thenRefused('name-without-applicant')
    given().when(submit({ applicantId: 'a-1', form: { area: 80 } }), { item, hall }).then(written({ applicantId: 'a-1', form: { area: 80 } }))
  })
  it('代理人 likewise', () => {
    given().when(submit({ applicantId: 'a-1', agentName: '李四' }), { item, hall }).thenRefused('name-without-applicant')
    given().when(submit({ applicantId: 'a-1', agentId: 'g-1', agentName: '李四' }), { item, hall }).then(written({ applicantId: 'a-1', agentId: 'g-1', agentName: '李四' }))
  })
  it.each(['999999209901010018', '99999920990101001x'])('a resident number stands for no agent (%s)', (agentId) =>
    expect(cases.commands['SubmitApplication']!.safeParse({ ...application, agentId }).success).toBe(false))
})

describe('当场更正', () => {
  const correct = (number: string, what = '电话号码少一位') => ({ type: 'CorrectOnSpot' as const, data: { number, material: '申请书', what } })
  const corrected = (number: string, by?: string): CaseEvent =>
    ({ type: 'MaterialCorrected', data: { number, material: '申请书', what: '电话号码少一位', ...(by && { by }), correctedOn: today } })
  it('by the applicant, who is no official', () => given(submitted).when(correct('1'), { by: applicant }).then(corrected('1')))
  it('by the window for him', () => given(submitted).when(correct('1'), { by: zhouClerk }).then(corrected('1', 'p-004')))
  it('under the same number in other words is refused, under another it is another', () => {
    given(submitted, corrected('1')).when(correct('1', '地址写错'), { by: applicant }).thenRefused('number-used-otherwise')
    given(submitted, corrected('1')).when(correct('1'), { by: applicant }).then()
    given(submitted, corrected('1')).when(correct('2'), { by: applicant }).then(corrected('2'))
  })
  it('under a number of somebody else’s is refused', () => given(submitted, corrected('1', 'p-004')).when(correct('1'), { by: wangQiang }).thenRefused('number-used-otherwise'))
  it('ends with acceptance, and waits while a supplement is owed', () => {
    given(submitted, accepted).when(correct('1'), { by: applicant }).thenRefused('not-submitted')
    given(submitted, requested()).when(correct('1'), { by: applicant }).thenRefused('not-submitted')
  })
})

describe('预审', () => {
  const pre = (result: 'pass' | 'back') => ({ type: 'PreReview' as const, data: { result, opinion: '材料清晰' } })
  const seen = (result: 'pass' | 'back'): CaseEvent => ({ type: 'ApplicationPreReviewed', data: { result, opinion: '材料清晰', by: 'p-004' } })
  it('passes or goes back', () => {
    given(submitted).when(pre('pass'), { by: zhouClerk }).then(seen('pass'))
    given(submitted).when(pre('back'), { by: zhouClerk }).then(seen('back'))
  })
  it('that went back may pass later', () => given(submitted, seen('back')).when(pre('pass'), { by: zhouClerk }).then(seen('pass')))
  it('that passed does not go back', () => given(submitted, seen('pass')).when(pre('back'), { by: zhouClerk }).thenRefused('pre-reviewed-already'))
  it('said twice is said once', () => given(submitted, seen('pass')).when(pre('pass'), { by: zhouClerk }).then())
  it('is before acceptance, and of a case', () => {
    given().when(pre('pass'), { by: zhouClerk }).thenRefused('not-submitted')
    given(submitted, accepted).when(pre('pass'), { by: zhouClerk }).thenRefused('not-submitted')
    given(submitted, requested()).when(pre('pass'), { by: zhouClerk }).thenRefused('not-submitted')
  })
  it('does not stop the notice: five days later the law accepts', () => given({ ...submitted, data: { ...submitted.data, receivedOn: day('2026-04-27') } } as CaseEvent, seen('pass'))
    .when({ type: 'DeemAccepted', data: {} }, { now: at('2026-05-07', '17:30') })
    .then({ type: 'CaseDeemedAccepted', data: { pinned, effectiveOn: day('2026-04-27'), becameTrueAt: at('2026-05-07', '17:30') } }))
})

describe('不予受理', () => {
  const why = { reasonCode: 'no-licence-needed' as const, reason: '无需许可', basis: '行政许可法第三十二条', remedies: '六十日内可申请行政复议' }
  const say = (data: Partial<Say<'RefuseAcceptance'>> = {}) => ({ type: 'RefuseAcceptance' as const, data: { ...why, ...data } })
  const refusedNow = (data: object = {}): CaseEvent => ({ type: 'CaseNotAccepted', data: { ...why, ...data, decidedOn: today, by: 'p-001' } })
  it('says why, by what and what may be done about it', () => given(submitted).when(say(), { item }).then(refusedNow()))
  it.each(['reason', 'basis', 'remedies'] as const)('cannot be said without its %s', (field) => {
    const { [field]: _, ...rest } = why
    expect(cases.commands['RefuseAcceptance']!.safeParse(rest).success).toBe(false)
  })
  it('不属本机关职权 names the right organ', () => {
    given(submitted).when(say({ reasonCode: 'not-our-competence' }), { item }).thenRefused('right-organ-missing')
    given(submitted).when(say({ reasonCode: 'not-our-competence', rightOrgan: '县水利局' }), { item }).then(refusedNow({ reasonCode: 'not-our-competence', rightOrgan: '县水利局' }))
  })
  it('越权 is put on record', () =>
    given(submitted).when(say(), { item, by: zhouClerk }).thenRefused('not-authorised', violation('RefuseAcceptance', 'not-authorised')))
  it('is said of what waits for acceptance, and once', () => {
    given().when(say(), { item: undefined }).thenRefused('not-submitted')
    given(submitted, requested()).when(say(), { item }).thenRefused('not-submitted')
    given(submitted, accepted).when(say(), { item }).thenRefused('not-submitted')
    given(submitted, refusedNow()).when(say(), { item }).thenRefused('not-submitted')
  })
  it('is the end: nothing is accepted, deemed or taken back after it', () => {
    given(submitted, refusedNow()).when({ type: 'AcceptCase', data: {} }, { item, ruleSet }).thenRefused('not-submitted')
    given(submitted, refusedNow()).when({ type: 'DeemAccepted', data: {} }, { now: at('2026-06-01') }).then()
    given(submitted, refusedNow()).when({ type: 'WithdrawApplication', data: {} }, { by: applicant }).thenRefused('decided-already')
  })
})

describe('退件', () => {
  const back = { type: 'ReturnCase', data: { reason: '材料须重新打印' } } as const
  const returned: CaseEvent = { type: 'CaseReturned', data: { reason: '材料须重新打印', returnedOn: today, by: 'p-004' } }
  it('with its reason, whether or not something is owed', () => {
    given(submitted).when(back, { by: zhouClerk }).then(returned)
    given(submitted, requested()).when(back, { by: zhouClerk }).then(returned)
  })
  it('is before acceptance, and once', () => {
    given().when(back, { by: zhouClerk }).thenRefused('not-submitted')
    given(submitted, accepted).when(back, { by: zhouClerk }).thenRefused('not-submitted')
    given(submitted, returned).when(back, { by: zhouClerk }).thenRefused('not-submitted')
  })
  it('leaves nothing owed', () => given(submitted, requested(), returned).when({ type: 'SubmitSupplement', data: { materials: ['平面图'] } }).thenRefused('nothing-was-asked-for'))
})

describe('撤回、终止', () => {
  const withdraw = { type: 'WithdrawApplication', data: { reason: '不再经营' } } as const
  const withdrawn = (by?: string): CaseEvent => ({ type: 'ApplicationWithdrawn', data: { reason: '不再经营', withdrawnOn: today, ...(by && { by }) } })
  const end = { type: 'TerminateCase', data: { reason: '申请人死亡', basis: '行政许可法第七十条' } } as const
  const terminated: CaseEvent = { type: 'CaseTerminated', data: { reason: '申请人死亡', basis: '行政许可法第七十条', terminatedOn: today, by: 'p-002' } }
  it.each([[submitted], [submitted, requested()], [submitted, accepted], [submitted, accepted, handled]])('撤回 until it is decided', (...facts) =>
    given(...facts).when(withdraw, { by: applicant }).then(withdrawn()))
  it('撤回 needs no reason', () => given(submitted).when({ type: 'WithdrawApplication', data: {} }, { by: applicant })
    .then({ type: 'ApplicationWithdrawn', data: { withdrawnOn: today } }))
  it('撤回 said by the window for the applicant says by whom', () => given(submitted).when(withdraw, { by: zhouClerk }).then(withdrawn('p-004')))
  it('撤回 after the decision is too late', () => given(submitted, accepted, granted).when(withdraw, { by: applicant }).thenRefused('decided-already'))
  it('撤回 of nothing is nothing', () => given().when(withdraw, { by: applicant }).thenRefused('no-such-case'))
  it('撤回 happens once', () => given(submitted, withdrawn()).when(withdraw, { by: applicant }).thenRefused('decided-already'))
  it('撤回 is granted to applicant and window alone', () => expect(cases.grants['WithdrawApplication']).toStrictEqual(['applicant', 'window-clerk']))
  it('终止 with reason and basis', () => {
    given(submitted).when(end, { by: wangQiang }).then(terminated)
    given(submitted, accepted, handled).when(end, { by: wangQiang }).then(terminated)
  })
  it('终止 before the decision, of a case, and once', () => {
    given().when(end, { by: wangQiang }).thenRefused('no-such-case')
    given(submitted, accepted, granted).when(end, { by: wangQiang }).thenRefused('decided-already')
    given(submitted, terminated).when(end, { by: wangQiang }).thenRefused('decided-already')
  })
  it('what has ended is not handled, decided or concluded', () => {
    const facts = [submitted, accepted, terminated] as const
    given(...facts).when({ type: 'CompleteHandling', data: { opinion: '合格' } }, { item }).thenRefused('not-the-next-step')
    given(...facts).when({ type: 'DecideCase', data: { result: 'grant' } }, { item, by: wangQiang }).thenRefused('not-the-next-step')
    given(...facts).when({ type: 'ConcludeCase', data: {} }).thenRefused('not-decided')
    given(...facts).when({ type: 'DeliverResult', data: { method: 'post' } }, { by: zhouClerk }).thenRefused('not-concluded')
  })
  it('what has ended is not asked for again', () => given(submitted, terminated).when({ type: 'RequestSupplement', data: { asked } }, { by: liMin }).thenRefused('not-in-hand'))
  it('what is concluded is not ended another way', () => given(submitted, accepted, granted, concluded()).when(end, { by: wangQiang }).thenRefused('decided-already'))
})
