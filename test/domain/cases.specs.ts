import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { Step } from '../../domain/kernel/vocabulary.ts'
import { accepted, application, approved, asked, concluded, delivered, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { approver, hall, item, pinned, ruleSet } from '../fixtures/licence.ts'
import { at, chenJu, day, liMin, policy, specOf, wangQiang, zhouClerk } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
const violation = (command: string, code: string): CaseEvent => ({ type: 'StepRefused', data: { caseNo: 'X-1', command, code } })

describe('申办', () => {
  const submit = { type: 'SubmitApplication', data: application } as const
  const online = { ...submit, data: { ...application, channel: 'online' } } as const
  const receivedOnline = (on: string) => ({ ...submitted, data: { ...submitted.data, channel: 'online', receivedOn: day(on) } }) as CaseEvent

  it('pins the item as it is, with its limits, its flow and its department', () => given().when(submit, { item, hall }).then(submitted))
  it('reads its zone from the hall', () =>
    given().when(submit, { item, hall: { zone: 'Asia/Urumqi' } }).then({ ...submitted, data: { ...submitted.data, zone: 'Asia/Urumqi' } } as CaseEvent))
  it('may come from somebody who gives no name', () => {
    const { applicantId: _, applicantName: __, ...anonymous } = application
    const { applicantId: ___, applicantName: ____, ...received } = submitted.data as typeof submitted.data & typeof application
    given().when({ type: 'SubmitApplication', data: anonymous }, { item, hall }).then({ type: 'ApplicationSubmitted', data: received } as CaseEvent)
  })
  it('网上 before close is received the same day', () =>
    given().when(online, { item, hall, now: at('2026-02-28', '17:30') }).then(receivedOnline('2026-02-28'))) // a Saturday that is worked
  it('网上 after close is received on the next working day', () =>
    given().when(online, { item, hall, now: at('2026-02-28', '17:31') }).then(receivedOnline('2026-03-02')))
  it('网上 on a day of rest is received on the next working day', () =>
    given().when(online, { item, hall, now: at('2026-03-01', '10:00') }).then(receivedOnline('2026-03-02')))
  it('窗口 is open when somebody stands at it, whatever the calendar says', () =>
    given().when(submit, { item, hall, now: at('2026-03-01', '10:00') }).then({ ...submitted, data: { ...submitted.data, receivedOn: day('2026-03-01') } } as CaseEvent))
  it('is made once', () => given(submitted).when(submit, { item, hall }).thenRefused('already-submitted'))
  it('is not made again when all is over', () => given(submitted, accepted, granted, concluded()).when(submit, { item, hall }).thenRefused('already-submitted'))
  it('needs an item', () => given().when(submit, { item: undefined, hall }).thenRefused('no-such-item'))
  it('needs a hall', () => given().when(submit, { item, hall: undefined }).thenRefused('no-such-hall'))
  it('a name is somebody’s, or it could not be sealed', () => {
    const { applicantId: _, ...nobodys } = application
    given().when({ type: 'SubmitApplication', data: nobodys }, { item, hall }).thenRefused('name-without-applicant')
  })
  it('of somebody known by number alone needs no name', () => {
    const { applicantName: _, ...numbered } = application
    const { applicantName: __, ...received } = submitted.data as typeof submitted.data & typeof application
    given().when({ type: 'SubmitApplication', data: numbered }, { item, hall }).then({ type: 'ApplicationSubmitted', data: received } as CaseEvent)
  })
  it('a number of theirs is somebody’s too', () => {
    const { applicantId: _, applicantName: __, ...nobodys } = application
    given().when({ type: 'SubmitApplication', data: { ...nobodys, applicantNumber: '999999209901010018' } }, { item, hall }).thenRefused('name-without-applicant')
    given().when({ type: 'SubmitApplication', data: { ...application, applicantNumber: '999999209901010018' } }, { item, hall })
      .then({ ...submitted, data: { ...submitted.data, applicantNumber: '999999209901010018' } } as CaseEvent)
  })
  it('单位 is named, and needs no number for that', () => {
    const { applicantId: _, applicantName: __, ...nobodys } = application
    const { applicantId: ___, applicantName: ____, ...received } = submitted.data as typeof submitted.data & typeof application
    given().when({ type: 'SubmitApplication', data: { ...nobodys, organisation: '明镜县云栖商行' } }, { item, hall })
      .then({ type: 'ApplicationSubmitted', data: { ...received, organisation: '明镜县云栖商行' } } as CaseEvent)
  })
  it.each([['999999209901010018', false], ['99999920990101019X', false], ['99999920990101019x', false], ['P-00017', true], ['91990100MA0001017X', true], ['9999992099010100', true]])(
    '身份号码 does not stand for the applicant, in the clear (%s)', (applicantId, allowed) =>
      expect(cases.commands['SubmitApplication']!.safeParse({ ...application, applicantId }).success).toBe(allowed))
  it.each(['X-1#1', 'X-1#02'])('takes no number that would be that of a sub-case (%s)', (id) => given().when(submit, { id, item, hall }).thenRefused('number-of-a-sub-case'))
  it.each(['X#1号', '#'])('takes a number that merely has the sign in it (%s)', (id) =>
    given().when(submit, { id, item, hall }).then({ ...submitted, data: { ...submitted.data, caseNo: id } } as CaseEvent))
  it.each(['receipt:7', ':7', 'X-1:'])('takes no number that would be that of a foreign case (%s)', (id) =>
    given().when(submit, { id, item, hall }).thenRefused('recorded-elsewhere'))
})

describe('受理', () => {
  const accept = { type: 'AcceptCase', data: {} } as const
  it('promises a day, counted in working days (T01)', () => given(submitted).when(accept, { item, ruleSet }).then(accepted))
  it('is under the item as it is now, not as it was when the application came', () => {
    const newer = { ...pinned, itemVersion: 2, promisedWorkingDays: 1, ruleSetVersion: 4 }
    given(submitted).when(accept, { item: { ...item, version: 2, promisedWorkingDays: 1 }, ruleSet })
      .then({ type: 'CaseAccepted', data: { ...accepted.data, pinned: newer, promisedDueOn: day('2026-03-03') } } as CaseEvent)
  })
  it('waits for the supplement', () => given(submitted, requested()).when(accept, { item, ruleSet }).thenRefused('not-submitted'))
  it('follows the supplement', () => given(submitted, requested(), supplied()).when(accept, { item, ruleSet }).then(accepted))
  it('needs a case', () => given().when(accept, { item: undefined, ruleSet }).thenRefused('not-submitted'))
  it('happens once', () => given(submitted, accepted).when(accept, { item, ruleSet }).thenRefused('not-submitted'))
  it('越权 is refused and put on record', () =>
    given(submitted).when(accept, { item, ruleSet, by: wangQiang }).thenRefused('not-authorised', violation('AcceptCase', 'not-authorised')))
  it('越权 as of today: who was authorised once is not any more', () =>
    given(submitted).when(accept, { item: { ...item, version: 2, officers: ['p-009'] }, ruleSet, by: liMin })
      .thenRefused('not-authorised', violation('AcceptCase', 'not-authorised')))
})

describe('视为受理', () => {
  // T12: received on a Monday, the May holiday within the five days
  const deem = { type: 'DeemAccepted', data: {} } as const
  const received = { ...submitted, data: { ...submitted.data, receivedOn: day('2026-04-27') } } as CaseEvent
  const close = at('2026-05-07', '17:30')
  const deemed: CaseEvent = { type: 'CaseDeemedAccepted', data: { pinned, effectiveOn: day('2026-04-27'), becameTrueAt: close } }

  it('at the close of the fifth day, as of the day of receipt', () => given(received).when(deem, { now: close, by: policy }).then(deemed))
  it('says the same a month late', () => given(received).when(deem, { now: at('2026-06-08'), by: policy }).then(deemed))
  it('is not said a minute early', () => given(received).when(deem, { now: at('2026-05-07', '17:29'), by: policy }).thenRefused('no-notice-overdue'))
  it('presupposes that nothing was asked', () => given(received, requested('2026-05-07')).when(deem, { now: close, by: policy }).thenRefused('no-notice-overdue'))
  it('presupposes that nobody has accepted it', () => given(received, accepted).when(deem, { now: close, by: policy }).then())
  it('is nothing where there is no case', () => given().when(deem, { now: close, by: policy }).then())
  it('is true before anybody says anything: a later request finds an accepted case', () =>
    given(received).when({ type: 'RequestSupplement', data: { asked } }, { now: at('2026-05-08', '09:00') }).then(deemed, requested('2026-05-08', true)))
  it('cannot be undone by accepting late, and a refused word appends nothing', () =>
    given(received).when({ type: 'AcceptCase', data: {} }, { item, ruleSet, now: at('2026-05-08', '09:00') }).thenRefused('not-submitted'))
  it('lets the work begin at once', () =>
    given(received).when({ type: 'CompleteHandling', data: { opinion: '现场合格' } }, { item, now: at('2026-05-08') }).then(deemed, handled))
})

describe('补正', () => {
  const request = { type: 'RequestSupplement', data: { asked } } as const
  const supply = (...materials: string[]) => ({ type: 'SubmitSupplement' as const, data: { materials } })
  it('is asked for with reason and basis', () => given(submitted).when(request).then(requested()))
  it('一次性告知: not twice before acceptance', () => given(submitted, requested(), supplied()).when(request).thenRefused('asked-once-already'))
  it('补办件: after acceptance it is flagged', () => given(submitted, accepted).when(request).then(requested('2026-03-02', true)))
  it('补办件 may come again, each time flagged', () =>
    given(submitted, accepted, requested('2026-03-02', true), supplied()).when(request).then(requested('2026-03-02', true)))
  it('is not asked for while something is owed', () => given(submitted, requested()).when(request).thenRefused('not-in-hand'))
  it('is not asked for before there is a case', () => given().when(request).thenRefused('not-in-hand'))
  it('is not asked for after the decision', () => given(submitted, accepted, granted).when(request).thenRefused('not-in-hand'))
  it('补办件 waits for the end of a special procedure', () => {
    given(submitted, accepted, specialStarted()).when(request).thenRefused('special-procedure-running')
    given(submitted, accepted, specialStarted(), specialEnded()).when(request).then(requested('2026-03-02', true))
  })
  it.each(['material', 'reason', 'basis'] as const)('says of each material its %s, and not with nothing', (field) => {
    const parses = (one: object) => cases.commands['RequestSupplement']!.safeParse({ asked: [{ ...asked[0]!, ...one }] }).success
    expect([parses({}), parses({ [field]: '' }), parses({ [field]: undefined })]).toStrictEqual([true, false, false])
  })
  it('is handed in', () => given(submitted, requested()).when(supply('平面图')).then(supplied()))
  it('may bring more than was asked for', () => given(submitted, requested()).when(supply('平面图', '照片'))
    .then({ type: 'SupplementSubmitted', data: { materials: ['平面图', '照片'], submittedOn: day('2026-03-02') } }))
  it('is handed in whole', () => given(submitted, requested()).when(supply('户口簿')).thenRefused('materials-missing'))
  it('is handed in whole: all but one is not enough', () => {
    const two: CaseEvent = { type: 'SupplementRequested', data: { asked: [...asked, { ...asked[0]!, material: '照片' }], requestedOn: day('2026-03-02'), afterAcceptance: false, by: 'p-001' } }
    given(submitted, two).when(supply('照片')).thenRefused('materials-missing')
  })
  it('is handed in when asked for', () => given(submitted).when(supply('平面图')).thenRefused('nothing-was-asked-for'))
  it('is handed in to a case', () => given().when(supply('平面图')).thenRefused('nothing-was-asked-for'))
  it('is handed in once', () => given(submitted, requested(), supplied()).when(supply('平面图')).thenRefused('nothing-was-asked-for'))
})

describe('特别程序', () => {
  const start = { type: 'StartSpecialProcedure', data: { kind: 'inspection', plannedWorkingDays: 5, approver: 'p-003' } } as const
  const end = { type: 'EndSpecialProcedure', data: { result: '合格' } } as const
  const elsewhere = { ...wangQiang, department: '水利局' }
  it('may be started and ended by the head of a section of the item’s department', () => {
    given(submitted, accepted).when(start, { item, approver, by: wangQiang }).then({ type: 'SpecialProcedureStarted', data: { ...specialStarted().data, by: 'p-002' } } as CaseEvent)
    given(submitted, accepted, specialStarted()).when(end, { item, by: wangQiang }).then({ type: 'SpecialProcedureEnded', data: { ...specialEnded().data, by: 'p-002' } } as CaseEvent)
  })
  it('is started with the article, the plan and the approver', () => given(submitted, accepted).when(start, { item, approver }).then(specialStarted()))
  it('is of a kind that the item foresees', () =>
    given(submitted, accepted).when({ ...start, data: { ...start.data, kind: 'auction' } }, { item, approver }).thenRefused('special-procedure-not-foreseen'))
  it('is approved by somebody else, and the attempt is put on record', () =>
    given(submitted, accepted).when({ ...start, data: { ...start.data, approver: 'p-001' } }, { item, approver })
      .thenRefused('same-person-twice', violation('StartSpecialProcedure', 'same-person-twice')))
  it.each([undefined, { ...approver, roles: [] }, { ...approver, roles: ['section-head', 'handler'] }])('is approved by an enrolled leader, not by %j', (approver) =>
    given(submitted, accepted).when(start, { item, approver }).thenRefused('no-such-approver'))
  it('may be approved by one who is a leader among other things', () =>
    given(submitted, accepted).when(start, { item, approver: { ...approver, roles: ['handler', 'leader'] } }).then(specialStarted()))
  it('越权 is put on record, whoever is said to have approved', () => {
    for (const said of [approver, undefined]) given(submitted, accepted).when(start, { item, approver: said, by: elsewhere })
      .thenRefused('not-authorised', violation('StartSpecialProcedure', 'not-authorised'))
  })
  it('越权 at its end is put on record, and it runs on', () => {
    given(submitted, accepted, specialStarted()).when(end, { item, by: elsewhere })
      .thenRefused('not-authorised', violation('EndSpecialProcedure', 'not-authorised'))
  })
  it('is ended by one who is authorised, not by the one who began it alone', () =>
    given(submitted, accepted, specialStarted()).when(end, { item: { ...item, officers: ['p-001', 'p-002'] }, by: wangQiang })
      .then({ type: 'SpecialProcedureEnded', data: { ...specialEnded().data, by: 'p-002' } } as CaseEvent))
  it('of an item version that is gone is neither started nor ended', () => {
    given(submitted, accepted).when(start, { item: undefined, approver }).thenRefused('not-in-hand')
    given(submitted, accepted, specialStarted()).when(end, { item: undefined }).thenRefused('no-special-procedure')
  })
  it('is not started twice', () => given(submitted, accepted, specialStarted()).when(start, { item, approver }).thenRefused('special-procedure-running'))
  it('is not started before acceptance', () => given(submitted).when(start, { item, approver }).thenRefused('not-in-hand'))
  it('is not started while the applicant has the file', () => given(submitted, accepted, requested('2026-03-02', true)).when(start, { item, approver }).thenRefused('not-in-hand'))
  it('is not started after the decision', () => given(submitted, accepted, granted).when(start, { item, approver }).thenRefused('not-in-hand'))
  it('ends with a result', () => given(submitted, accepted, specialStarted()).when(end, { item }).then(specialEnded()))
  it('that never began does not end', () => given(submitted, accepted).when(end, { item }).thenRefused('no-special-procedure'))
  it('that has ended does not end again', () => given(submitted, accepted, specialStarted(), specialEnded()).when(end, { item }).thenRefused('no-special-procedure'))
  it('may come again after its end', () => given(submitted, accepted, specialStarted(), specialEnded()).when(start, { item, approver }).then(specialStarted()))
  it('keeps the steps that were taken', () =>
    given(submitted, accepted, handled, specialStarted(), specialEnded()).when({ type: 'ReviewCase', data: { opinion: '材料属实', result: 'pass' } }, { item, by: wangQiang })
      .then(reviewed()))
})

describe('承办、审核、批准', () => {
  const complete = { type: 'CompleteHandling', data: { opinion: '现场合格' } } as const
  const review = (result: 'pass' | 'back' = 'pass') => ({ type: 'ReviewCase' as const, data: { opinion: '材料属实', result } })
  const approve = (result: 'pass' | 'back' = 'pass') => ({ type: 'ApproveCase' as const, data: { opinion: '同意', result } })
  const threeSteps: Step[] = ['handling', 'reviewing', 'approving']
  const acceptedForThree = { ...accepted, data: { ...accepted.data, pinned: { ...pinned, flow: threeSteps } } } as CaseEvent

  it('承办 by an authorised officer', () => given(submitted, accepted).when(complete, { item }).then(handled))
  it('承办 by anybody else is put on record', () =>
    given(submitted, accepted).when(complete, { item, by: wangQiang }).thenRefused('not-authorised', violation('CompleteHandling', 'not-authorised')))
  it('承办 waits for acceptance', () => given(submitted).when(complete, { item }).thenRefused('not-the-next-step'))
  it('承办 of an item version that is gone is refused', () => given(submitted, accepted).when(complete, { item: undefined }).thenRefused('not-the-next-step'))
  it('承办 stands still while the applicant has the file', () =>
    given(submitted, accepted, requested('2026-03-02', true)).when(complete, { item }).thenRefused('not-the-next-step'))
  it('承办 stands still while a special procedure runs', () => given(submitted, accepted, specialStarted()).when(complete, { item }).thenRefused('not-the-next-step'))
  it('承办 happens once', () => given(submitted, accepted, handled).when(complete, { item }).thenRefused('not-the-next-step'))
  it('审核 by another person', () => given(submitted, accepted, handled).when(review(), { item, by: wangQiang }).then(reviewed()))
  it('审核 before the handling skips a step, and the attempt is put on record', () =>
    given(submitted, accepted).when(review(), { item, by: wangQiang }).thenRefused('not-the-next-step', violation('ReviewCase', 'not-the-next-step')))
  it('一审一核: the examiner may not verify their own work', () =>
    given(submitted, accepted, handled).when(review(), { item, by: liMin }).thenRefused('same-person-twice', violation('ReviewCase', 'same-person-twice')))
  it('一审一核: nor send it back to themselves', () =>
    given(submitted, accepted, handled).when(review('back'), { item, by: liMin }).thenRefused('same-person-twice', violation('ReviewCase', 'same-person-twice')))
  it('退回: the handler begins again', () => given(submitted, accepted, handled, reviewed('back')).when(complete, { item }).then(handled))
  it('退回: the steps after it wait again', () => given(submitted, accepted, handled, reviewed('back')).when(review(), { item, by: wangQiang })
    .thenRefused('not-the-next-step', violation('ReviewCase', 'not-the-next-step')))
  it('批准 by a third person', () => given(submitted, acceptedForThree, handled, reviewed()).when(approve(), { item, by: chenJu }).then(approved()))
  it('批准 is not by the reviewer', () =>
    given(submitted, acceptedForThree, handled, reviewed()).when(approve(), { item, by: wangQiang }).thenRefused('same-person-twice', violation('ApproveCase', 'same-person-twice')))
  it('批准 is not by the handler', () =>
    given(submitted, acceptedForThree, handled, reviewed()).when(approve(), { item, by: liMin }).thenRefused('same-person-twice', violation('ApproveCase', 'same-person-twice')))
  it('批准 is not asked for where the flow has none', () => given(submitted, accepted, handled, reviewed()).when(approve(), { item, by: chenJu }).thenRefused('not-the-next-step'))
  it('批准 may send it back to the beginning', () => {
    given(submitted, acceptedForThree, handled, reviewed()).when(approve('back'), { item, by: chenJu }).then(approved('back'))
    given(submitted, acceptedForThree, handled, reviewed(), approved('back')).when(complete, { item }).then(handled)
  })
})

describe('其他环节', () => {
  const step = (number: string) => ({ type: 'CompleteStep' as const, data: { number, step: '现场勘验' } })
  const taken = (number: string): CaseEvent => ({ type: 'StepCompleted', data: { step: '现场勘验', number, by: 'p-001' } })
  it('is told under its number', () => given(submitted, accepted).when(step('1')).then(taken('1')))
  it('told under the same number is nothing new', () => given(submitted, accepted, taken('1')).when(step('1')).then())
  it('told under the same number in other words is nothing new', () =>
    given(submitted, accepted, taken('1')).when({ type: 'CompleteStep', data: { number: '1', step: '专家咨询' } }).then())
  it.each(['handling', 'reviewing', 'approving', 'acceptance', 'decision', 'conclusion'])('is none of those that have a command and guards of their own (%s)', (step) =>
    given(submitted, accepted).when({ type: 'CompleteStep', data: { number: '1', step } }, { by: zhouClerk }).thenRefused('step-has-its-own-command'))
  it('a number and a name that read alike are still two', () =>
    given(submitted, accepted, taken('1')).when(step('1 现场勘验')).then(taken('1 现场勘验')))
  it('may happen again under another', () => given(submitted, accepted, taken('1')).when(step('2')).then(taken('2')))
  it('goes on while the applicant has the file', () => given(submitted, accepted, requested('2026-03-02', true)).when(step('1')).then(taken('1')))
  it('waits for acceptance', () => given(submitted).when(step('1')).thenRefused('not-in-hand'))
  it('is not told after the decision', () => given(submitted, accepted, granted).when(step('1')).thenRefused('not-in-hand'))
})

describe('决定、办结、送达', () => {
  const why = { reason: '场所不符', basis: '食品安全法第三十三条', remedies: '六十日内可申请行政复议' }
  const decide = (data: Extract<CaseCommand, { type: 'DecideCase' }>['data']) => ({ type: 'DecideCase' as const, data })
  const ready = [submitted, accepted, handled, reviewed()]
  it('准予', () => given(...ready).when(decide({ result: 'grant' }), { item, by: wangQiang }).then(granted))
  it('不予许可 with reason, basis and remedies', () =>
    given(...ready).when(decide({ result: 'refuse', ...why }), { item, by: wangQiang }).then({ type: 'LicenceRefused', data: { by: 'p-002', ...why } }))
  it.each(['reason', 'basis', 'remedies'] as const)('不予许可 without its %s is none', (missing) => {
    const { [missing]: _, ...rest } = why
    given(...ready).when(decide({ result: 'refuse', ...rest }), { item, by: wangQiang }).thenRefused('refusal-without-reason')
  })
  it('waits for every step of the flow, and the attempt is put on record', () => given(submitted, accepted, handled).when(decide({ result: 'refuse', ...why }), { item, by: wangQiang })
    .thenRefused('not-the-next-step', violation('DecideCase', 'not-the-next-step')))
  it('waits for the end of a special procedure', () => given(...ready, specialStarted()).when(decide({ result: 'grant' }), { item, by: wangQiang }).thenRefused('not-the-next-step'))
  it('一审一核: who handled it does not decide it, neither way', () => {
    for (const decided of [{ result: 'grant' }, { result: 'refuse', ...why }] as const) given(...ready).when(decide(decided), { item, by: liMin })
      .thenRefused('same-person-twice', violation('DecideCase', 'same-person-twice'))
  })
  it('一审一核 also where the flow has no review', () => {
    const acceptedForOne = { ...accepted, data: { ...accepted.data, pinned: { ...pinned, flow: ['handling'] } } } as CaseEvent
    given(submitted, acceptedForOne, handled).when(decide({ result: 'grant' }), { item, by: liMin }).thenRefused('same-person-twice', violation('DecideCase', 'same-person-twice'))
    given(submitted, acceptedForOne, handled).when(decide({ result: 'grant' }), { item, by: wangQiang }).then(granted)
  })
  it('is made once', () => given(...ready, granted).when(decide({ result: 'refuse', ...why }), { item, by: wangQiang }).thenRefused('not-the-next-step'))

  const conclude = { type: 'ConcludeCase', data: {} } as const
  it('办结 says what was decided', () => given(...ready, granted).when(conclude).then(concluded()))
  it('办结 of a refusal says so too', () => given(...ready, { type: 'LicenceRefused', data: { by: 'p-002', ...why } }).when(conclude)
    .then({ type: 'CaseConcluded', data: { resultCode: 'refused', concludedOn: day('2026-03-02'), by: 'p-001' } }))
  it('办结 waits for the decision', () => given(submitted, accepted).when(conclude).thenRefused('not-decided'))
  it('办结 happens once', () => given(...ready, granted, concluded()).when(conclude).thenRefused('not-decided'))

  const deliver = { type: 'DeliverResult', data: { method: 'post' } } as const
  it('送达 says how', () => given(...ready, granted, concluded()).when(deliver, { by: zhouClerk })
    .then({ type: 'ResultDelivered', data: { method: 'post', deliveredOn: day('2026-03-02'), by: 'p-004' } }))
  it('送达 waits for the conclusion', () => given(...ready, granted).when(deliver, { by: zhouClerk }).thenRefused('not-concluded'))
  it('送达 happens once', () => given(...ready, granted, concluded(), delivered()).when(deliver, { by: zhouClerk }).thenRefused('not-concluded'))
  it('reads its days where the hall stands: just after midnight in Beijing is the evening before in UTC', () =>
    given(...ready, granted).when(conclude, { now: at('2026-03-03', '00:10') }).then(concluded('2026-03-03')))
  it('pins a calendar that can be asked for again', () =>
    given().when({ type: 'SubmitApplication', data: application }, { item, hall, calendar: { ...calendarIn2026, version: 99 } })
      .then({ ...submitted, data: { ...submitted.data, pinned: { ...pinned, calendarVersion: 99 } } } as CaseEvent))
})

describe('参照', () => {
  const stateAfter = (...facts: CaseEvent[]) => facts.reduce(caseDecider.evolve, caseDecider.initial)
  const asks = (command: keyof typeof caseDecider.needs, state: ReturnType<typeof stateAfter>) => caseDecider.needs[command].item?.(state, {} as never, 'X-1')
  it.each(['CompleteHandling', 'ReviewCase', 'ApproveCase', 'DecideCase', 'StartSpecialProcedure', 'EndSpecialProcedure'] as const)('%s asks for the item as it was accepted', (command) => {
    expect(asks(command, stateAfter(submitted, accepted))).toStrictEqual({ id: 'SP-01', version: 1 })
    expect(asks(command, stateAfter())).toBeUndefined()
  })
  it('StartSpecialProcedure asks for the one who is said to have approved', () =>
    expect(caseDecider.needs.StartSpecialProcedure.approver?.(stateAfter(), { kind: 'inspection', plannedWorkingDays: 5, approver: 'p-003' }, 'X-1')).toStrictEqual({ id: 'p-003' }))
  it('AcceptCase asks for the item as it is', () => expect(asks('AcceptCase', stateAfter(submitted))).toStrictEqual({ id: 'SP-01' }))
})

for (const part of ['intake', 'course', 'joint', 'notes', 'time', 'history']) await import(`./cases-${part}.specs.ts`)
