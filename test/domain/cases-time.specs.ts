import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent, Pinned } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { Emitted } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { accepted, concluded, granted, handled, requested, reviewed, specialStarted, submitted } from '../fixtures/case.ts'
import { item, pinned } from '../fixtures/licence.ts'
import { at, day, policy, specOf, wangQiang } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
const renewing = (expiresOn: string, zone = 'Asia/Shanghai') =>
  ({ ...submitted, data: { ...submitted.data, zone, renews: { licenceNo: 'L-1', expiresOn: day(expiresOn) }, pinned: { ...pinned, renewal: true } } }) as CaseEvent
const acceptedWith = (more: Partial<Pinned>): CaseEvent => ({ ...accepted, data: { ...accepted.data, pinned: { ...pinned, ...more } } }) as CaseEvent
const renewed = acceptedWith({ renewal: true })

describe('视为准予延续', () => {
  const deem = { type: 'DeemRenewed', data: {} } as const
  const midnight = at('2026-03-06', '00:00')
  const deemed: CaseEvent = { type: 'RenewalDeemedGranted', data: { expiresOn: day('2026-03-05'), becameTrueAt: midnight } }
  const facts = [renewing('2026-03-05'), renewed] as const

  it('at the end of the last day, 24:00 where the hall stands', () => given(...facts).when(deem, { now: midnight, by: policy }).then(deemed))
  it('says the same a month late', () => given(...facts).when(deem, { now: at('2026-04-08'), by: policy }).then(deemed))
  it('not a millisecond early', () => given(...facts).when(deem, { now: '2026-03-05T15:59:59.999Z' as Instant, by: policy }).thenRefused('no-renewal-due'))
  it('by the clock of the hall: the day ends two hours later in Ürümqi time', () => {
    const there = [renewing('2026-03-05', 'Asia/Urumqi'), renewed] as const
    given(...there).when(deem, { now: midnight, by: policy }).thenRefused('no-renewal-due')
    given(...there).when(deem, { now: at('2026-03-06', '02:00'), by: policy })
      .then({ type: 'RenewalDeemedGranted', data: { expiresOn: day('2026-03-05'), becameTrueAt: at('2026-03-06', '02:00') } })
  })
  it('whatever held it up: a supplement, a special procedure', () => {
    for (const held of [requested('2026-03-03', true), specialStarted('2026-03-03')]) given(...facts, held).when(deem, { now: midnight, by: policy }).then(deemed)
  })
  it('is true before anybody says anything: a late refusal finds it granted', () => {
    given(...facts, handled, reviewed()).when({ type: 'DecideCase', data: { result: 'refuse', reason: '不符', basis: '法', remedies: '复议' } }, { item, now: at('2026-03-06', '09:00'), by: wangQiang })
      .thenRefused('not-the-next-step')
    given(...facts).when({ type: 'ConcludeCase', data: {} }, { now: at('2026-03-06', '09:00') })
      .then(deemed, { type: 'CaseConcluded', data: { resultCode: 'deemed-renewed', concludedOn: day('2026-03-06'), by: 'p-001' } })
  })
  it('does not touch what was decided in time, withdrawn, or never accepted', () => {
    given(...facts, granted).when(deem, { now: midnight, by: policy }).then()
    given(...facts, { type: 'ApplicationWithdrawn', data: { withdrawnOn: day('2026-03-04') } }).when(deem, { now: midnight, by: policy }).then()
    given(renewing('2026-03-05')).when(deem, { now: midnight, by: policy }).thenRefused('no-renewal-due')
    given().when(deem, { now: midnight, by: policy }).then()
  })
  it('not of what was accepted when the licence had run out already', () =>
    given(renewing('2026-02-27'), renewed).when(deem, { now: midnight, by: policy }).thenRefused('no-renewal-due'))
  it('of what was accepted on the last day itself', () => given(renewing('2026-03-02'), renewed).when(deem, { now: midnight, by: policy })
    .then({ type: 'RenewalDeemedGranted', data: { expiresOn: day('2026-03-02'), becameTrueAt: at('2026-03-03', '00:00') } }))
  it('not of an item that is no renewal, nor without a licence that runs out', () => {
    given(renewing('2026-03-05'), acceptedWith({ renewal: false })).when(deem, { now: midnight, by: policy }).thenRefused('no-renewal-due')
    given(submitted, renewed).when(deem, { now: midnight, by: policy }).thenRefused('no-renewal-due')
  })
  it('after a notice that never came both are owed: accepted as of its receipt, and renewed', () => {
    const received = { ...renewing('2026-05-06'), data: { ...renewing('2026-05-06').data, receivedOn: day('2026-04-27') } } as CaseEvent
    given(received).when(deem, { now: at('2026-05-08'), by: policy }).then(
      { type: 'CaseDeemedAccepted', data: { pinned: { ...pinned, renewal: true }, effectiveOn: day('2026-04-27'), becameTrueAt: at('2026-05-07', '17:30') } },
      { type: 'RenewalDeemedGranted', data: { expiresOn: day('2026-05-06'), becameTrueAt: at('2026-05-07', '00:00') } })
  })
  it('办结 of a joint one waits for no opinion, and it is published like a grant', () => {
    const open: CaseEvent = { type: 'SubCaseOpened', data: { subCase: 1, department: '水利局', matter: '意见', promisedWorkingDays: 5, officers: ['p-201'], openedOn: day('2026-03-02') } }
    const done: CaseEvent = { type: 'CaseConcluded', data: { resultCode: 'deemed-renewed', concludedOn: day('2026-03-02'), by: 'p-001' } }
    given(renewing('2026-03-05'), acceptedWith({ renewal: true, caseType: 'JOINT' }), open, deemed).when({ type: 'ConcludeCase', data: {} }).then(done)
    given(...facts, deemed, done).when({ type: 'PublishDecision', data: { where: '门户网站' } }).then({ type: 'DecisionPublished', data: { where: '门户网站', publishedOn: day('2026-03-02'), by: 'p-001' } })
  })
})

describe('补录', () => {
  // Every fact of the specs lies at ten o'clock on 2 March; what is keyed in lies between that and now.
  const now = at('2026-03-05', '16:00'), then = at('2026-03-04', '09:30'), ten = at('2026-03-02')
  const late = (fact: CaseEvent, revision: number, occurredAt = then): Emitted<CaseEvent> => ({ ...fact, claim: { key: `late:${fact.type}:${revision}`, occurredAt } })
  const superior: CaseEvent = { type: 'CaseReportedUp', data: { superior: '州局', workingDays: 15, opinion: '合格', reportedOn: day('2026-03-02') } }
  const open: CaseEvent = { type: 'SubCaseOpened', data: { subCase: 1, department: '水利局', matter: '意见', promisedWorkingDays: 5, officers: ['p-001'], openedOn: day('2026-03-02') } }
  const list = [{ name: '申请书', pages: 2 }], on = day('2026-03-04')
  type Late = { command: CaseCommand; facts: CaseEvent[]; fact: CaseEvent; item?: true }
  const lates: Late[] = [
    { command: { type: 'RegisterReceipt', data: { list } }, facts: [submitted], fact: { type: 'MaterialsReceived', data: { receivedOn: on, materials: ['申请书'], list, by: 'p-001' } } },
    { command: { type: 'EndSpecialProcedure', data: { result: '合格' } }, facts: [submitted, accepted, specialStarted()], fact: { type: 'SpecialProcedureEnded', data: { endedOn: on, result: '合格', by: 'p-001' } }, item: true },
    { command: { type: 'GiveSubOpinion', data: { subCase: 1, result: 'agree', opinion: '可' } }, facts: [submitted, accepted, open], fact: { type: 'SubOpinionGiven', data: { subCase: 1, result: 'agree', opinion: '可', givenOn: on, by: 'p-001' } } },
    { command: { type: 'RecordSuperiorDecision', data: { result: 'grant', documentNo: '7号' } }, facts: [submitted, accepted, handled, reviewed(), superior], fact: { type: 'SuperiorDecided', data: { result: 'grant', documentNo: '7号', decidedOn: on, by: 'p-001' } } },
    { command: { type: 'CompleteHandling', data: { opinion: '现场合格' } }, facts: [submitted, accepted], fact: handled, item: true },
    { command: { type: 'CompleteStep', data: { number: '1', step: '现场勘验' } }, facts: [submitted, accepted], fact: { type: 'StepCompleted', data: { step: '现场勘验', number: '1', by: 'p-001' } } },
    { command: { type: 'ConcludeCase', data: {} }, facts: [submitted, accepted, granted], fact: concluded('2026-03-04') },
    { command: { type: 'DeliverResult', data: { method: 'post' } }, facts: [submitted, accepted, granted, concluded()], fact: { type: 'ResultDelivered', data: { method: 'post', deliveredOn: on, by: 'p-001' } } },
  ]
  const saying = ({ command, facts, item: asks }: Late, happenedAt: Instant, more: object = {}) =>
    given(...facts).when({ ...command, data: { ...command.data, happenedAt } } as CaseCommand, { ...(asks && { item }), now, ...more })

  it.each(lates)('$command.type keeps when it happened, and its days follow from that', (one) => saying(one, then).then(late(one.fact, one.facts.length + 1)))
  it.each(lates)('$command.type not before the newest fact', (one) => saying(one, at('2026-03-02', '09:59')).thenRefused('claim-out-of-bounds'))
  it.each(lates)('$command.type not after now', (one) => saying(one, '2026-03-05T08:00:00.001Z' as Instant).thenRefused('claim-out-of-bounds'))
  it('from the newest fact to now, both included', () => {
    const handling = lates[4]!
    saying(handling, ten).then(late(handled, 3, ten))
    saying(handling, now).then(late(handled, 3, now))
  })
  it('bounded by what the newest late entry claims, not by when that was keyed in', () => {
    const claimed = late(handled, 3)
    given(submitted, accepted, claimed).when({ type: 'CompleteStep', data: { number: '1', step: '勘验', happenedAt: at('2026-03-04', '09:00') } }, { now }).thenRefused('claim-out-of-bounds')
    given(submitted, accepted, claimed).when({ type: 'CompleteStep', data: { number: '1', step: '勘验', happenedAt: then } }, { now })
      .then(late({ type: 'StepCompleted', data: { step: '勘验', number: '1', by: 'p-001' } }, 4))
  })
  it('not behind what time has made true meanwhile', () => {
    const received = { ...submitted, data: { ...submitted.data, receivedOn: day('2026-04-27') } } as CaseEvent
    given(received).when({ type: 'CompleteHandling', data: { opinion: '现场合格', happenedAt: at('2026-05-07', '18:00') } }, { item, now: at('2026-05-08') }).thenRefused('claim-out-of-bounds')
    given(received).when({ type: 'CompleteHandling', data: { opinion: '现场合格', happenedAt: at('2026-05-08') } }, { item, now: at('2026-05-08') }).then(
      { type: 'CaseDeemedAccepted', data: { pinned, effectiveOn: day('2026-04-27'), becameTrueAt: at('2026-05-07', '17:30') } }, late(handled, 3, at('2026-05-08')))
  })
  it('cannot be said of what the law wants done there and then', () => {
    for (const type of ['SubmitApplication', 'AcceptCase', 'RequestSupplement', 'DecideCase', 'ReviewCase', 'ApproveCase', 'ExtendLimit', 'StartSpecialProcedure', 'WithdrawApplication'])
      expect(cases.commands[type]!.shape).not.toHaveProperty('happenedAt')
  })
  it('reads its days where the hall stands', () => given(submitted, accepted, granted).when({ type: 'ConcludeCase', data: { happenedAt: at('2026-03-04', '00:10') } }, { now })
    .then(late(concluded('2026-03-04'), 4, at('2026-03-04', '00:10'))))
})
