import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import { accepted, concluded, delivered, granted, handled, requested, reviewed, specialStarted, submitted } from '../fixtures/case.ts'
import { item as free } from '../fixtures/licence.ts'
import { chenJu, day, heInspector, liMin, specOf, wangQiang, zhouClerk } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
const violation = (command: string, code: string): CaseEvent => ({ type: 'StepRefused', data: { caseNo: 'X-1', command, code } })
const applicant = { person: 'a-1', role: 'applicant', department: '' }
const blob = `sha256:${'a'.repeat(64)}`

describe('催办', () => {
  const urge = (number: string, more: object = {}) => ({ type: 'UrgeCase' as const, data: { number, ...more } })
  const urged = (number: string, step: string, by: string | undefined = 'p-003', more: object = {}) =>
    ({ type: 'CaseUrged', data: { number, ...more, ...(by !== '' && { by }), step } }) as CaseEvent
  it.each<[string, CaseEvent[]]>([
    ['acceptance', [submitted]], ['supplement', [submitted, requested()]], ['handling', [submitted, accepted]], ['reviewing', [submitted, accepted, handled]],
    ['decision', [submitted, accepted, handled, reviewed()]], ['supplement', [submitted, accepted, requested('2026-03-02', true)]],
    ['special-procedure', [submitted, accepted, specialStarted()]], ['conclusion', [submitted, accepted, granted]], ['delivery', [submitted, accepted, granted, concluded()]],
  ])('names what the case waits for: %s', (step, facts) => given(...facts).when(urge('1'), { by: chenJu }).then(urged('1', step)))
  it('names the superior where it is above', () =>
    given(submitted, accepted, handled, reviewed(), { type: 'CaseReportedUp', data: { superior: '州局', workingDays: 15, opinion: '合格', reportedOn: day('2026-03-02') } })
      .when(urge('1'), { by: heInspector }).then(urged('1', 'superior', 'p-005')))
  it('says to whom and why', () =>
    given(submitted, accepted).when(urge('1', { to: 'p-001', reason: '将到期' }), { by: chenJu }).then(urged('1', 'handling', 'p-003', { to: 'p-001', reason: '将到期' })))
  it('by the applicant himself', () => given(submitted, accepted).when(urge('1'), { by: applicant }).then(urged('1', 'handling', '')))
  it('again under another number, not under the same', () => {
    given(submitted, accepted, urged('1', 'handling')).when(urge('2'), { by: chenJu }).then(urged('2', 'handling'))
    given(submitted, accepted, urged('1', 'handling')).when(urge('1'), { by: chenJu }).then()
    given(submitted, accepted, urged('1', 'handling')).when(urge('1'), { by: heInspector }).thenRefused('number-used-otherwise')
    given(submitted, accepted, urged('1', 'handling')).when(urge('1', { reason: '已超期' }), { by: chenJu }).thenRefused('number-used-otherwise')
  })
  it('said again after the step was taken it is still the same word', () => given(submitted, accepted, urged('1', 'handling'), handled).when(urge('1'), { by: chenJu }).then())
  it('not of what waits for nobody', () => {
    given().when(urge('1'), { by: chenJu }).thenRefused('not-in-hand')
    given(submitted, { type: 'ApplicationWithdrawn', data: { withdrawnOn: day('2026-03-02') } }).when(urge('1'), { by: chenJu }).thenRefused('not-in-hand')
    given(submitted, accepted, granted, concluded(), delivered()).when(urge('1'), { by: chenJu }).thenRefused('not-in-hand')
  })
})

describe('通知、附件、告知利害关系人', () => {
  const notice = (kind: Extract<CaseCommand, { type: 'SendNotice' }>['data']['kind'] = 'acceptance') => ({ type: 'SendNotice' as const, data: { number: '1', kind, channel: 'sms' as const } })
  const sent: CaseEvent = { type: 'NoticeSent', data: { number: '1', kind: 'acceptance', channel: 'sms', by: 'p-001' } }
  it('通知 of any case, ended or not', () => {
    given(submitted, accepted).when(notice()).then(sent)
    given(submitted, { type: 'CaseReturned', data: { reason: '重打', returnedOn: day('2026-03-02') } }).when(notice()).then(sent)
    given().when(notice()).thenRefused('no-such-case')
  })
  it('通知 of another kind needs another number', () => given(submitted, accepted, sent).when(notice('extension')).thenRefused('number-used-otherwise'))

  const document = { number: '1', name: '营业执照', blob, mediaType: 'application/pdf', bytes: 12_345 }
  const attach = (more: object = {}) => ({ type: 'AttachDocument' as const, data: { ...document, ...more } })
  const attached = (by?: string): CaseEvent => ({ type: 'DocumentAttached', data: { ...document, ...(by && { by }) } })
  const { mediaType, bytes } = document, attachments = [{ blob, mediaType, bytes }]
  it('附件 by an official or the applicant', () => {
    given(submitted).when(attach(), { by: zhouClerk, attachments }).then(attached('p-004'))
    given(submitted).when(attach(), { by: applicant, attachments }).then(attached())
  })
  it('附件 of other bytes needs another number', () =>
    given(submitted, attached('p-004')).when(attach({ blob: `sha256:${'b'.repeat(64)}` }), { by: zhouClerk, attachments }).thenRefused('number-used-otherwise'))
  it('附件 to a case, until it is in the archive', () => {
    given().when(attach(), { attachments }).thenRefused('no-such-case')
    given(submitted, { type: 'CaseReturned', data: { reason: '重打', returnedOn: day('2026-03-02') } }, { type: 'CaseArchived', data: { archiveNo: '1', archivedOn: day('2026-03-02') } })
      .when(attach(), { attachments }).thenRefused('archived-already')
  })
  it('附件 is kept for this case, as it is said', () => {
    for (const kept of [undefined, [], [{ blob: `sha256:${'b'.repeat(64)}`, mediaType, bytes }]]) given(submitted).when(attach(), { by: zhouClerk, attachments: kept }).thenRefused('no-such-attachment')
    for (const other of [{ mediaType: 'image/png' }, { bytes: 12_344 }, { bytes: 0 }]) given(submitted).when(attach(other), { by: zhouClerk, attachments }).thenRefused('attachment-differs')
    given(submitted).when(attach(), { by: zhouClerk, attachments: [{ blob: `sha256:${'b'.repeat(64)}`, mediaType: 'image/png', bytes: 1 }, ...attachments] }).then(attached('p-004'))
  })
  it('附件 said again is nothing new, even when it has been forgotten since', () =>
    given(submitted, attached('p-004')).when(attach(), { by: zhouClerk, attachments: [] }).then())
  it('附件 is asked for by the case and its hash', () => {
    const asked = (type: string, data: object) => (caseDecider.needs as Record<string, Record<string, (state: object, data: object, id: string) => unknown>>)[type]!['attachments']!(caseDecider.initial, data, 'X-9')
    expect(asked('AttachDocument', document)).toStrictEqual({ id: 'X-9', among: [blob] })
    expect(asked('CompleteHandling', { opinion: '可' })).toBeUndefined()
    expect(asked('CompleteHandling', { opinion: '可', evidence: [] })).toBeUndefined()
    expect(asked('CompleteHandling', { opinion: '可', evidence: [blob] })).toStrictEqual({ id: 'X-9', among: [blob] })
    expect(asked('RegisterReceipt', { list: [{ name: '甲', pages: 1 }] })).toBeUndefined()
    expect(asked('RegisterReceipt', { list: [{ name: '甲', pages: 1 }, { name: '乙', pages: 1, blob }] })).toStrictEqual({ id: 'X-9', among: [blob] })
  })
  it('附件 is a reference, never bytes', () => expect(cases.commands['AttachDocument']!.safeParse({ ...document, blob: 'JVBERi0=' }).success).toBe(false))

  const tell = { type: 'NotifyThirdParty', data: { number: '1', interest: '相邻采光', parties: 3 } } as const
  const told: CaseEvent = { type: 'ThirdPartyNotified', data: { number: '1', interest: '相邻采光', parties: 3, by: 'p-001', notifiedOn: day('2026-03-02') } }
  it('告知利害关系人 while it is examined, by an authorised officer', () => {
    given(submitted, accepted).when(tell, { item: free }).then(told)
    given(submitted, accepted).when(tell, { item: free, by: wangQiang }).thenRefused('not-authorised', violation('NotifyThirdParty', 'not-authorised'))
    given(submitted).when(tell, { item: free }).thenRefused('not-in-hand')
    given(submitted, accepted, granted).when(tell, { item: free }).thenRefused('not-in-hand')
  })
  it('告知利害关系人 under a number once', () =>
    given(submitted, accepted, told).when({ ...tell, data: { ...tell.data, parties: 4 } }, { item: free }).thenRefused('number-used-otherwise'))
})

describe('收费', () => {
  const item = { ...free, fees: [{ standardId: 'F-1', name: '考试费', amountFen: 5000 }, { standardId: 'F-2', name: '费'.repeat(65), amountFen: 200 }], feeFen: 5200 }
  const assess = (number: string, standardId = 'F-1') => ({ type: 'AssessFee' as const, data: { number, standardId } })
  const assessed = (number: string): CaseEvent => ({ type: 'FeeAssessed', data: { kind: '考试费', effect: 'adds', amountFen: 5000, number, standardId: 'F-1', by: 'p-001' } })
  const charge = (number: string, amountFen = 5000, standardId = 'F-1') => ({ type: 'ChargeFee' as const, data: { number, standardId, amountFen, receiptNo: 'N-7' } })
  const charged = (number: string, amountFen = 5000): CaseEvent => ({ type: 'FeeCharged', data: { effect: 'adds', number, standardId: 'F-1', amountFen, receiptNo: 'N-7', by: 'p-004' } })
  const refund = (number: string, amountFen: number) => ({ type: 'RefundFee' as const, data: { number, amountFen, reason: '多收' } })
  const refunded = (number: string, amountFen: number): CaseEvent => ({ type: 'FeeRefunded', data: { number, amountFen, reason: '多收', by: 'p-004' } })
  it('核定 by a standard of the item, which says how much', () => given(submitted, accepted).when(assess('1'), { item }).then(assessed('1')))
  it('核定 by a standard of a long name is called by its id', () => given(submitted, accepted).when(assess('1', 'F-2'), { item })
    .then({ type: 'FeeAssessed', data: { kind: 'F-2', effect: 'adds', amountFen: 200, number: '1', standardId: 'F-2', by: 'p-001' } }))
  it('收费 of whatever amount, that a wrong one can be seen', () => {
    given(submitted, accepted).when(charge('1'), { item, by: zhouClerk }).then(charged('1'))
    given(submitted, accepted).when(charge('1', 8000), { item, by: zhouClerk }).then(charged('1', 8000))
    given(submitted, accepted, granted, concluded()).when(charge('1', 0), { item, by: zhouClerk }).then(charged('1', 0))
  })
  it('by no standard is refused', () => {
    given(submitted, accepted).when(charge('1', 5000, 'F-9'), { item, by: zhouClerk }).thenRefused('no-such-fee-standard')
    given(submitted, accepted).when(assess('1', 'F-9'), { item }).thenRefused('no-such-fee-standard')
    given(submitted, accepted).when(charge('1'), { item: free, by: zhouClerk }).thenRefused('no-such-fee-standard')
  })
  it('before acceptance is refused', () => {
    given(submitted).when(charge('1'), { item, by: zhouClerk }).thenRefused('not-accepted')
    given(submitted).when(assess('1'), { item }).thenRefused('not-accepted')
  })
  it('under one number once, and not in other words', () => {
    given(submitted, accepted, charged('1')).when(charge('1', 6000), { item, by: zhouClerk }).thenRefused('number-used-otherwise')
    given(submitted, accepted, charged('1')).when(charge('2'), { item, by: zhouClerk }).then(charged('2'))
    given(submitted, accepted, assessed('1')).when(assess('1', 'F-2'), { item }).thenRefused('number-used-otherwise')
    given(submitted, accepted, charged('1'), refunded('1', 100)).when(refund('1', 200), { by: zhouClerk }).thenRefused('number-used-otherwise')
  })
  it('needs a receipt', () => {
    const { receiptNo: _, ...bare } = charge('1').data
    expect(cases.commands['ChargeFee']!.safeParse(bare).success).toBe(false)
  })
  it('退费 up to what was charged, in all', () => {
    given(submitted, accepted, charged('1')).when(refund('1', 5000), { by: zhouClerk }).then(refunded('1', 5000))
    given(submitted, accepted, charged('1')).when(refund('1', 5001), { by: zhouClerk }).thenRefused('refund-beyond-charge')
    given(submitted, accepted, charged('1'), refunded('1', 3000)).when(refund('2', 2001), { by: zhouClerk }).thenRefused('refund-beyond-charge')
    given(submitted, accepted, charged('1'), refunded('1', 3000)).when(refund('2', 2000), { by: zhouClerk }).then(refunded('2', 2000))
    given(submitted, accepted).when(refund('1', 1), { by: zhouClerk }).thenRefused('refund-beyond-charge')
  })
  it('退费 with the number of its own receipt', () =>
    given(submitted, accepted, charged('1')).when({ type: 'RefundFee', data: { ...refund('1', 100).data, receiptNo: 'N-8' } }, { by: zhouClerk })
      .then({ type: 'FeeRefunded', data: { number: '1', amountFen: 100, reason: '多收', receiptNo: 'N-8', by: 'p-004' } }))
})

describe('更正记录', () => {
  const words = { number: '1', target: 2, reason: '录错', correct: '受理日应为三月三日' }
  const correct = (more: object = {}) => ({ type: 'CorrectRecord' as const, data: { ...words, ...more } })
  const proposed: CaseEvent = { type: 'RecordCorrectionProposed', data: { ...words, by: 'p-001' } }
  const corrected: CaseEvent = { type: 'RecordCorrected', data: { ...words, proposedBy: 'p-001', by: 'p-002' } }
  it('said by one is a proposal', () => given(submitted, accepted).when(correct()).then(proposed))
  it('said by the same one again is nothing', () => given(submitted, accepted, proposed).when(correct()).then())
  it('said in the same words by another it stands', () => given(submitted, accepted, proposed).when(correct(), { by: wangQiang }).then(corrected))
  it('said by a third it stands already', () => given(submitted, accepted, proposed, corrected).when(correct(), { by: chenJu }).then())
  it('said in other words by another is refused', () => {
    for (const other of [{ correct: '受理日应为三月四日' }, { target: 1 }, { reason: '看错' }])
      given(submitted, accepted, proposed).when(correct(other), { by: wangQiang }).thenRefused('number-used-otherwise')
  })
  it('of a fact that exists', () => {
    given(submitted, accepted).when(correct({ target: 3 })).thenRefused('no-such-record')
    given().when(correct({ target: 1 })).thenRefused('no-such-record')
  })
  it('at any time, even when all is over', () =>
    given(submitted, accepted, granted, concluded(), delivered()).when(correct(), { by: liMin }).then(proposed))
  it('moves nothing: the case is handled as before', () =>
    given(submitted, accepted, proposed, corrected).when({ type: 'CompleteHandling', data: { opinion: '现场合格' } }, { item: free }).then(handled))
})
