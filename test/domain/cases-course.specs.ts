import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent, Pinned } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { Step } from '../../domain/kernel/vocabulary.ts'
import { accepted, approved, concluded, delivered, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { approver, item, pinned } from '../fixtures/licence.ts'
import { at, chenJu, day, liMin, specOf, wangQiang, zhouClerk } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
const violation = (command: string, code: string): CaseEvent => ({ type: 'StepRefused', data: { caseNo: 'X-1', command, code } })
const today = day('2026-03-02')
const acceptedWith = (more: Partial<Pinned>): CaseEvent => ({ ...accepted, data: { ...accepted.data, pinned: { ...pinned, ...more } } }) as CaseEvent
const three = acceptedWith({ flow: ['handling', 'reviewing', 'approving'] })
const complete = { type: 'CompleteHandling', data: { opinion: '现场合格' } } as const
const review = { type: 'ReviewCase', data: { opinion: '材料属实', result: 'pass' } } as const
const approve = (result: 'pass' | 'refuse' | 'back' = 'pass') => ({ type: 'ApproveCase' as const, data: { opinion: '同意', result } })
const why = { reason: '场所不符', basis: '食品安全法第三十三条', remedies: '六十日内可申请行政复议' }
const decide = (result: 'grant' | 'refuse') => ({ type: 'DecideCase' as const, data: { result, ...(result === 'refuse' && why) } })

describe('承办 with evidence', () => {
  const evidence = [`sha256:${'0'.repeat(64)}`]
  it('keeps what it rests on', () => given(submitted, accepted).when({ ...complete, data: { ...complete.data, evidence } }, { item, attachments: [{ blob: evidence[0]!, mediaType: 'image/png', bytes: 1 }] })
    .then({ type: 'HandlingCompleted', data: { opinion: '现场合格', evidence, by: 'p-001' } }))
  it('and rests on nothing that is not kept', () => {
    for (const attachments of [undefined, [], [{ blob: `sha256:${'1'.repeat(64)}`, mediaType: 'image/png', bytes: 1 }]])
      given(submitted, accepted).when({ ...complete, data: { ...complete.data, evidence } }, { item, attachments }).thenRefused('no-such-attachment')
  })
})

describe('一审一核 through every round', () => {
  const otherHandled: CaseEvent = { type: 'HandlingCompleted', data: { opinion: '现场合格', by: 'p-002' } }
  const both = { ...item, officers: ['p-001', 'p-002'] }
  it('who handled in an earlier round does not verify in a later one', () => {
    const facts: CaseEvent[] = [submitted, accepted, otherHandled, { type: 'ReviewCompleted', data: { opinion: '再核', result: 'back', by: 'p-003' } }, handled]
    given(...facts).when(review, { item: both, by: wangQiang }).thenRefused('same-person-twice', violation('ReviewCase', 'same-person-twice'))
    given(...facts, { type: 'ReviewCompleted', data: { opinion: '材料属实', result: 'pass', by: 'p-003' } }).when(decide('grant'), { item: both, by: wangQiang })
      .thenRefused('same-person-twice', violation('DecideCase', 'same-person-twice'))
  })
  it('who verified in an earlier round does not handle in a later one', () =>
    given(submitted, accepted, handled, reviewed('back')).when(complete, { item: both, by: wangQiang })
      .thenRefused('same-person-twice', violation('CompleteHandling', 'same-person-twice')))
  it('who sent it back does not handle it either', () =>
    given(submitted, three, handled, reviewed(), { type: 'StepSentBack', data: { from: 'approving', to: 'handling', reason: '附件不全', by: 'p-002' } })
      .when(complete, { item: both, by: wangQiang }).thenRefused('same-person-twice', violation('CompleteHandling', 'same-person-twice')))
  it('a reviewer of an earlier round may approve a later one', () =>
    given(submitted, three, handled, reviewed('back'), handled, { type: 'ReviewCompleted', data: { opinion: '材料属实', result: 'pass', by: 'p-003' } })
      .when(approve(), { item, by: wangQiang }).then({ type: 'ApprovalGiven', data: { opinion: '同意', result: 'pass', by: 'p-002' } }))
})

describe('跳环节', () => {
  it('批准 before the handling, or before the review, is put on record', () => {
    for (const facts of [[], [handled]]) given(submitted, three, ...facts).when(approve(), { item, by: chenJu })
      .thenRefused('not-the-next-step', violation('ApproveCase', 'not-the-next-step'))
  })
  it('决定 before the approval is put on record', () =>
    given(submitted, three, handled, reviewed()).when(decide('grant'), { item, by: chenJu }).thenRefused('not-the-next-step', violation('DecideCase', 'not-the-next-step')))
  it('is no offence where nobody waits for it: before acceptance, done already, or held up', () => {
    given(submitted).when(review, { item: undefined, by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, three, handled, reviewed()).when(review, { item, by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, accepted, requested('2026-03-02', true)).when(review, { item, by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, accepted, specialStarted()).when(decide('grant'), { item, by: wangQiang }).thenRefused('not-the-next-step')
  })
})

describe('退回环节', () => {
  const send = (to: Step) => ({ type: 'SendBack' as const, data: { to, reason: '附件不全' } })
  const sent = (from: Step, to: Step, by: string): CaseEvent => ({ type: 'StepSentBack', data: { from, to, reason: '附件不全', by } })
  const atApproval = [submitted, three, handled, reviewed()] as const
  it('to any earlier step of the flow', () => {
    given(...atApproval).when(send('reviewing'), { by: chenJu }).then(sent('approving', 'reviewing', 'p-003'))
    given(...atApproval).when(send('handling'), { by: chenJu }).then(sent('approving', 'handling', 'p-003'))
    given(submitted, accepted, handled).when(send('handling'), { by: wangQiang }).then(sent('reviewing', 'handling', 'p-002'))
  })
  it('what comes from there on is undone, what came before stands', () => {
    given(...atApproval, sent('approving', 'reviewing', 'p-003')).when(review, { item, by: wangQiang }).then(reviewed())
    given(...atApproval, sent('approving', 'reviewing', 'p-003')).when(complete, { item }).thenRefused('not-the-next-step')
    given(...atApproval, sent('approving', 'handling', 'p-003')).when(complete, { item }).then(handled)
  })
  it('not forward, not to itself, not to what the flow has not', () => {
    given(submitted, three, handled).when(send('approving'), { by: wangQiang }).thenRefused('not-an-earlier-step')
    given(...atApproval).when(send('approving'), { by: chenJu }).thenRefused('not-an-earlier-step')
    given(submitted, acceptedWith({ flow: ['handling', 'approving'] }), handled).when(send('reviewing'), { by: chenJu }).thenRefused('not-an-earlier-step')
  })
  it('only from a verifying step', () => {
    given(submitted, accepted).when(send('handling'), { by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, accepted, handled, reviewed()).when(send('handling'), { by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, accepted, handled, requested('2026-03-02', true)).when(send('handling'), { by: wangQiang }).thenRefused('not-the-next-step')
  })
  it('by the handler it is an attempt on record', () =>
    given(submitted, accepted, handled).when(send('handling'), { by: liMin }).thenRefused('same-person-twice', violation('SendBack', 'same-person-twice')))
})

describe('批准不同意', () => {
  const ready = [submitted, three, handled, reviewed(), approved('refuse')] as const
  it('is said', () => given(submitted, three, handled, reviewed()).when(approve('refuse'), { item, by: chenJu }).then(approved('refuse')))
  it('then it is not granted, and the attempt is put on record', () =>
    given(...ready).when(decide('grant'), { item, by: chenJu }).thenRefused('approval-refused', violation('DecideCase', 'approval-refused')))
  it('then it is refused', () => given(...ready).when(decide('refuse'), { item, by: chenJu }).then({ type: 'LicenceRefused', data: { by: 'p-003', ...why } }))
  it('an approval given does not stand in the way of a refusal', () =>
    given(submitted, three, handled, reviewed(), approved()).when(decide('refuse'), { item, by: chenJu }).then({ type: 'LicenceRefused', data: { by: 'p-003', ...why } }))
})

describe('延期', () => {
  const extend = (workingDays = 10, who = 'p-003') => ({ type: 'ExtendLimit' as const, data: { workingDays, reason: '需核查外省档案', approver: who } })
  const extended = (workingDays: number, before: string, on = '2026-03-02'): CaseEvent => ({ type: 'LimitExtended', data: {
    workingDays, reason: '需核查外省档案', basis: '行政许可法第四十二条', approver: 'p-003', extendedOn: day(on), dueOnBefore: day(before), by: 'p-001' } })
  const mayor = { ...approver, department: '明镜县人民政府', post: '副县长' }
  const jointly = acceptedWith({ caseType: 'JOINT', promisedWorkingDays: 45, statutoryWorkingDays: 45 })
  it('keeps the day that it moves', () => given(submitted, accepted).when(extend(), { item, approver }).then(extended(10, '2026-03-09')))
  it('keeps it with the pauses so far: a supplement, a special procedure', () => {
    given(submitted, accepted, requested('2026-03-02', true), supplied('2026-03-04')).when(extend(), { item, approver, now: at('2026-03-04') })
      .then(extended(10, '2026-03-11', '2026-03-04'))
    given(submitted, accepted, specialStarted(), specialEnded('2026-03-05')).when(extend(), { item, approver, now: at('2026-03-05') }).then(extended(10, '2026-03-12', '2026-03-05'))
  })
  it('on the due day it is in time until the office closes, as rule R-08 has it, and then no more', () => {
    given(submitted, accepted).when(extend(), { item, approver, now: at('2026-03-09', '17:30') }).then(extended(10, '2026-03-09', '2026-03-09'))
    for (const [on, time] of [['2026-03-09', '17:31'], ['2026-03-10', '00:00']] as const) given(submitted, accepted).when(extend(), { item, approver, now: at(on, time) }).thenRefused('past-the-due-day')
  })
  it('not once the law’s own day has passed, however long a supplement has held the promise', () => {
    const tight = acceptedWith({ promisedWorkingDays: 5, statutoryWorkingDays: 6 }) // by law Tuesday the 10th; promised, after five days of waiting, Monday the 16th
    const stood = [submitted, tight, requested('2026-03-03', true), supplied('2026-03-10')] as const
    given(...stood).when(extend(), { item, approver, now: at('2026-03-10', '17:30') }).then(extended(10, '2026-03-16', '2026-03-10'))
    given(...stood).when(extend(), { item, approver, now: at('2026-03-11', '09:00') }).thenRefused('past-the-due-day')
  })
  it('once', () => given(submitted, accepted, extended(10, '2026-03-09')).when(extend(1), { item, approver }).thenRefused('extended-already'))
  it('ordinary by ten working days at most', () => given(submitted, accepted).when(extend(11), { item, approver }).thenRefused('extension-too-long'))
  it('joint by fifteen, and by the head of the government', () => {
    given(submitted, jointly).when(extend(15), { item, approver: mayor }).then(extended(15, '2026-05-08'))
    given(submitted, jointly).when(extend(16), { item, approver: mayor }).thenRefused('extension-too-long')
    given(submitted, jointly).when(extend(15), { item, approver }).thenRefused('not-head-of-government')
  })
  it('ordinary by a leader of the item’s own department', () => {
    given(submitted, accepted).when(extend(), { item, approver: { ...approver, department: '水利局' } }).thenRefused('approver-of-another-department')
    for (const nobody of [undefined, { ...approver, roles: ['section-head'] }]) given(submitted, accepted).when(extend(), { item, approver: nobody }).thenRefused('no-such-approver')
  })
  it('by oneself, or by one who is not authorised, it is put on record', () => {
    given(submitted, accepted).when(extend(10, 'p-001'), { item, approver }).thenRefused('same-person-twice', violation('ExtendLimit', 'same-person-twice'))
    for (const by of [{ ...wangQiang, department: '水利局' }, { ...wangQiang, role: 'handler' }, chenJu]) given(submitted, accepted).when(extend(10, 'p-009'), { item, approver, by }).thenRefused('not-authorised', violation('ExtendLimit', 'not-authorised'))
  })
  it('asked for by the head of a section of the item’s department', () => {
    const { data } = extended(10, '2026-03-09')
    given(submitted, accepted).when(extend(), { item, approver, by: wangQiang }).then({ type: 'LimitExtended', data: { ...data, by: 'p-002' } } as CaseEvent)
    given(submitted, accepted).when(extend(10, 'p-002'), { item, approver, by: wangQiang }).thenRefused('same-person-twice', violation('ExtendLimit', 'same-person-twice'))
  })
  it('of what is in hand, and while its clock runs', () => {
    given(submitted).when(extend(), { item, approver }).thenRefused('not-in-hand')
    given(submitted, accepted, requested('2026-03-02', true)).when(extend(), { item, approver }).thenRefused('not-in-hand')
    given(submitted, accepted, granted).when(extend(), { item, approver }).thenRefused('not-in-hand')
  })
})

describe('事项版本 that is gone', () => {
  const ready = [submitted, accepted, handled] as const
  it('is no ground to handle, verify, decide, accept or refuse on', () => {
    given(...ready).when(review, { item: undefined, by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted, three, handled, reviewed()).when(approve(), { item: undefined, by: chenJu }).thenRefused('not-the-next-step')
    given(...ready, reviewed()).when(decide('grant'), { item: undefined, by: wangQiang }).thenRefused('not-the-next-step')
    given(submitted).when({ type: 'AcceptCase', data: {} }, { item: undefined, ruleSet: undefined }).thenRefused('not-submitted')
    given(submitted).when({ type: 'RefuseAcceptance', data: { ...why, reasonCode: 'no-licence-needed' } }, { item: undefined }).thenRefused('not-submitted')
  })
  it('nor to extend, charge, or ask others on', () => {
    given(submitted, accepted).when({ type: 'ExtendLimit', data: { workingDays: 5, reason: '复杂', approver: 'p-003' } }, { item: undefined, approver }).thenRefused('not-in-hand')
    given(submitted, accepted).when({ type: 'AssessFee', data: { number: '1', standardId: 'F-1' } }, { item: undefined }).thenRefused('not-accepted')
    given(submitted, accepted).when({ type: 'ChargeFee', data: { number: '1', standardId: 'F-1', amountFen: 1, receiptNo: '1' } }, { item: undefined, by: zhouClerk }).thenRefused('not-accepted')
    given(submitted, accepted).when({ type: 'NotifyThirdParty', data: { number: '1', interest: '采光', parties: 1 } }, { item: undefined }).thenRefused('not-in-hand')
    given(submitted, accepted).when({ type: 'OpenSubCase', data: { department: '水利局' } }, { item: undefined }).thenRefused('not-in-hand')
    given(submitted, accepted).when({ type: 'ReportUp', data: { opinion: '合格' } }, { item: undefined, by: chenJu }).thenRefused('not-in-hand')
  })
  it('of a case from elsewhere there never was one: nothing is pinned, and no step is taken here', () => {
    const { pinned: _, ...bare } = submitted.data as Extract<CaseEvent, { type: 'ApplicationSubmitted' }>['data']
    const foreign: CaseEvent[] = [{ type: 'ApplicationSubmitted', data: bare }, { type: 'CaseAccepted', data: { acceptedOn: today } }]
    given(...foreign).when({ type: 'CompleteStep', data: { number: '1', step: '勘验' } }).thenRefused('not-in-hand')
    given(...foreign).when(complete, { item: undefined }).thenRefused('not-the-next-step')
    given(...foreign).when({ type: 'RequestSupplement', data: { asked: [{ material: '照片', reason: '缺', basis: '法' }] } }).thenRefused('not-in-hand')
  })
})

describe('公开、归档', () => {
  const done = [submitted, accepted, handled, reviewed(), granted, concluded()] as const
  const publish = { type: 'PublishDecision', data: { where: '县政府门户网站许可结果栏' } } as const
  const published: CaseEvent = { type: 'DecisionPublished', data: { where: '县政府门户网站许可结果栏', publishedOn: today, by: 'p-001' } }
  const archive = { type: 'ArchiveCase', data: { archiveNo: '2026-SP-0001' } } as const
  const archived: CaseEvent = { type: 'CaseArchived', data: { archiveNo: '2026-SP-0001', archivedOn: today, by: 'p-001' } }
  it('公开 a grant that is concluded, delivered or not', () => {
    given(...done).when(publish).then(published)
    given(...done, delivered()).when(publish).then(published)
    given(...done, delivered(), archived).when(publish).then(published)
  })
  it('公开 no refusal, nothing undecided, and nothing twice', () => {
    const refusedOne: CaseEvent[] = [submitted, accepted, handled, reviewed(), { type: 'LicenceRefused', data: { by: 'p-002', ...why } },
      { type: 'CaseConcluded', data: { resultCode: 'refused', concludedOn: today, by: 'p-001' } }]
    given(...refusedOne).when(publish).thenRefused('nothing-to-publish')
    given(submitted, accepted, handled, reviewed(), granted).when(publish).thenRefused('nothing-to-publish')
    given(...done, published).when(publish).thenRefused('published-already')
  })
  it('归档 after delivery', () => {
    given(...done, delivered()).when(archive).then(archived)
    given(...done).when(archive).thenRefused('not-ready-for-archive')
  })
  it.each<CaseEvent>([
    { type: 'CaseNotAccepted', data: { ...why, reasonCode: 'false-materials', decidedOn: today, by: 'p-001' } }, { type: 'CaseReturned', data: { reason: '重打', returnedOn: today } },
    { type: 'ApplicationWithdrawn', data: { withdrawnOn: today } }, { type: 'CaseTerminated', data: { reason: '死亡', terminatedOn: today } },
  ])('归档 after an end without a result ($type)', (end) => given(submitted, end).when(archive).then(archived))
  it('归档 once, and not before there is anything', () => {
    given(...done, delivered(), archived).when(archive).thenRefused('archived-already')
    given().when(archive).thenRefused('not-ready-for-archive')
  })
  it('送达 names who took it', () => given(...done).when({ type: 'DeliverResult', data: { method: 'window', recipient: 'agent' } }, { by: zhouClerk })
    .then({ type: 'ResultDelivered', data: { method: 'window', recipient: 'agent', deliveredOn: today, by: 'p-004' } }))
})

describe('角色', () => {
  const expected: { [T in CaseCommand['type']]?: string[] } = {
    GiveSubOpinion: ['handler'], ReportUp: ['leader'], ExtendLimit: ['handler', 'section-head'], StartSpecialProcedure: ['handler', 'section-head'], EndSpecialProcedure: ['handler', 'section-head'], TerminateCase: ['section-head', 'leader'], SendBack: ['section-head', 'leader'],
    ChargeFee: ['window-clerk'], RefundFee: ['window-clerk'], DeemRenewed: ['policy'], DeemAccepted: ['policy'], RegisterReceipt: ['window-clerk'],
    UrgeCase: ['leader', 'section-head', 'inspector', 'hall-manager', 'applicant'],
  }
  it.each(Object.entries(expected))('%s is for %j', (command, granted) => expect(cases.grants[command]).toStrictEqual(granted))
  it('nobody who supervises handles: an inspector may urge, and nothing else', () =>
    expect(Object.entries(cases.grants).filter(([, granted]) => granted.includes('inspector')).map(([command]) => command)).toStrictEqual(['UrgeCase']))
  it('an administrator of whatever kind says nothing of a case', () => {
    for (const granted of Object.values(cases.grants)) for (const role of ['system-admin', 'security-admin', 'auditor', 'hall-monitor'] as const) expect(granted).not.toContain(role)
  })
})
