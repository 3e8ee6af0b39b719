import { describe, it } from 'vitest'
import type { CaseEvent, Pinned } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import { accepted, asked, concluded, granted, handled, requested, reviewed, specialStarted, submitted } from '../fixtures/case.ts'
import { approver, item as ordinary, pinned } from '../fixtures/licence.ts'
import { at, chenJu, day, liMin, specOf, wangQiang, zhouClerk } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
const violation = (command: string, code: string): CaseEvent => ({ type: 'StepRefused', data: { caseNo: 'X-1', command, code } })
const today = day('2026-03-02')
const acceptedWith = (more: Partial<Pinned>): CaseEvent => ({ ...accepted, data: { ...accepted.data, pinned: { ...pinned, ...more } } }) as CaseEvent
const why = { reason: '上级不予许可', basis: '行政许可法第三十五条', remedies: '六十日内可申请行政复议' }
const decide = (result: 'grant' | 'refuse') => ({ type: 'DecideCase' as const, data: { result, ...(result === 'refuse' && why) } })
const refusedNow: CaseEvent = { type: 'LicenceRefused', data: { by: 'p-002', ...why } }

describe('联办', () => {
  const fire = { department: '消防救援大队', matter: '消防安全检查', promisedWorkingDays: 7, officers: ['p-101', 'p-102'] }
  const water = { department: '水利局', matter: '取水意见', promisedWorkingDays: 5, officers: ['p-201'] }
  const item = { ...ordinary, caseType: 'JOINT' as const, coHandlers: [fire, water] }
  const opening = acceptedWith({ caseType: 'JOINT' })
  const open = (department: string) => ({ type: 'OpenSubCase' as const, data: { department } })
  const opened = (subCase: number, of = fire): CaseEvent => ({ type: 'SubCaseOpened', data: { subCase, ...of, openedOn: today, by: 'p-001' } })
  const give = (subCase = 1, result: 'agree' | 'disagree' = 'agree') => ({ type: 'GiveSubOpinion' as const, data: { subCase, result, opinion: '符合要求' } })
  const opinion = (subCase = 1, by = 'p-101', result: 'agree' | 'disagree' = 'agree'): CaseEvent =>
    ({ type: 'SubOpinionGiven', data: { subCase, result, opinion: '符合要求', givenOn: today, by } })
  const fireman = { person: 'p-101', role: 'handler', department: '消防救援大队' }
  const fireman2 = { ...fireman, person: 'p-102' }

  it('asks a co-handler with its matter, its days and its officers', () => given(submitted, opening).when(open('消防救援大队'), { item }).then(opened(1)))
  it('numbers them as they are asked', () => given(submitted, opening, opened(1, water)).when(open('消防救援大队'), { item }).then(opened(2)))
  it('each once', () => given(submitted, opening, opened(1)).when(open('消防救援大队'), { item }).thenRefused('sub-case-opened-already'))
  it('none that the item does not name', () => given(submitted, opening).when(open('卫生健康局'), { item }).thenRefused('no-such-co-handler'))
  it('by the lead’s authorised officer', () =>
    given(submitted, opening).when(open('水利局'), { item, by: wangQiang }).thenRefused('not-authorised', violation('OpenSubCase', 'not-authorised')))
  it('not of an ordinary case, whatever its item has become', () => given(submitted, accepted).when(open('水利局'), { item }).thenRefused('not-a-joint-case'))
  it('of what is in hand', () => {
    given(submitted).when(open('水利局'), { item }).thenRefused('not-in-hand')
    given(submitted, opening, granted).when(open('水利局'), { item }).thenRefused('not-in-hand')
  })

  it('意见 by an officer of the co-handler', () => given(submitted, opening, opened(1)).when(give(), { by: fireman }).then(opinion()))
  it('意见 may be no, and while the lead’s own clock stands', () => {
    given(submitted, opening, opened(1), requested('2026-03-02', true)).when(give(1, 'disagree'), { by: fireman2 }).then(opinion(1, 'p-102', 'disagree'))
    given(submitted, opening, opened(1), specialStarted()).when(give(), { by: fireman }).then(opinion())
  })
  it('意见 by anybody else is put on record, the lead’s officer among them', () => {
    for (const by of [liMin, wangQiang]) given(submitted, opening, opened(1)).when(give(), { by }).thenRefused('not-authorised', violation('GiveSubOpinion', 'not-authorised'))
    given(submitted, opening, opened(1), opened(2, water)).when(give(2), { by: fireman }).thenRefused('not-authorised', violation('GiveSubOpinion', 'not-authorised'))
  })
  it('意见 is given once', () => given(submitted, opening, opened(1), opinion()).when(give(1, 'disagree'), { by: fireman2 }).thenRefused('opinion-given-already'))
  it('意见 may still come when time has decided, and not when all is concluded', () => {
    const run: CaseEvent = { type: 'RenewalDeemedGranted', data: { expiresOn: today, becameTrueAt: at('2026-03-03', '00:00') } }
    given(submitted, opening, opened(1), run).when(give(), { by: fireman }).then(opinion())
    given(submitted, opening, opened(1), run, concluded()).when(give(), { by: fireman }).thenRefused('not-in-hand')
  })
  it('意见 to a sub-case that was opened, of a case in hand', () => {
    given(submitted, opening, opened(1)).when(give(2), { by: fireman }).thenRefused('no-such-sub-case')
    given(submitted).when(give(), { by: fireman }).thenRefused('not-in-hand')
  })

  const ready = [submitted, opening, handled, reviewed()] as const
  it('决定 waits until every co-handler was asked', () => {
    given(...ready).when(decide('grant'), { item, by: wangQiang }).thenRefused('opinions-missing')
    given(...ready, opened(1), opinion()).when(decide('grant'), { item, by: wangQiang }).thenRefused('opinions-missing')
  })
  it('决定 waits until every co-handler has answered, for a refusal too', () => {
    for (const result of ['grant', 'refuse'] as const)
      given(...ready, opened(1), opened(2, water), opinion()).when(decide(result), { item, by: wangQiang }).thenRefused('opinions-missing')
  })
  it('决定 follows the last answer', () =>
    given(...ready, opened(1), opened(2, water), opinion(), opinion(2, 'p-201')).when(decide('grant'), { item, by: wangQiang }).then(granted))
  it('决定 is the lead’s, even against an answer', () =>
    given(...ready, opened(1), opened(2, water), opinion(1, 'p-101', 'disagree'), opinion(2, 'p-201')).when(decide('grant'), { item, by: wangQiang }).then(granted))
  it('办结 waits for them as well, however it came to be decided', () =>
    given(...ready, opened(1), granted).when({ type: 'ConcludeCase', data: {} }).thenRefused('opinions-missing'))
})

describe('上报', () => {
  const item = { ...ordinary, caseType: 'REPORTED_UP' as const, superior: { name: '州市场监管局', workingDays: 15 } }
  const opening = acceptedWith({ caseType: 'REPORTED_UP' })
  const ready = [submitted, opening, handled, reviewed()] as const
  const report = { type: 'ReportUp', data: { opinion: '初审合格' } } as const
  const reported: CaseEvent = { type: 'CaseReportedUp', data: { superior: '州市场监管局', workingDays: 15, opinion: '初审合格', reportedOn: today, by: 'p-003' } }
  const record = (result: 'grant' | 'refuse' = 'grant') => ({ type: 'RecordSuperiorDecision' as const, data: { result, documentNo: '州市监许〔2026〕7号' } })
  const decided = (result: 'grant' | 'refuse' = 'grant'): CaseEvent => ({ type: 'SuperiorDecided', data: { result, documentNo: '州市监许〔2026〕7号', decidedOn: today, by: 'p-001' } })
  const decidedOn = (on: string): CaseEvent => ({ type: 'SuperiorDecided', data: { result: 'grant', documentNo: '州市监许〔2026〕7号', decidedOn: day(on), by: 'p-001' } })

  it('goes up when the local flow is through', () => given(...ready).when(report, { item, by: chenJu }).then(reported))
  it('does not go up before, and the attempt to skip is put on record', () =>
    given(submitted, opening, handled).when(report, { item, by: chenJu }).thenRefused('not-the-next-step', violation('ReportUp', 'not-the-next-step')))
  it('goes up once', () => {
    given(...ready, reported).when(report, { item, by: chenJu }).thenRefused('not-the-next-step')
    given(...ready, reported, decided()).when(report, { item, by: chenJu }).thenRefused('not-the-next-step')
  })
  it('not by who handled it', () => given(...ready).when(report, { item, by: liMin }).thenRefused('same-person-twice', violation('ReportUp', 'same-person-twice')))
  it('only where the item has a superior', () => {
    given(submitted, accepted, handled, reviewed()).when(report, { item: ordinary, by: chenJu }).thenRefused('no-superior')
    given(...ready).when(report, { item: { ...item, superior: undefined }, by: chenJu }).thenRefused('no-superior')
    given(submitted, accepted, handled, reviewed()).when(report, { item, by: chenJu }).thenRefused('no-superior') // accepted as an ordinary case, it stays one
    given(submitted).when(report, { item, by: chenJu }).thenRefused('not-in-hand')
  })
  it('上级决定 is taken down, with its reason where there is one', () => {
    given(...ready, reported).when(record()).then(decided())
    given(...ready, reported).when({ type: 'RecordSuperiorDecision', data: { ...record('refuse').data, reason: '超出规划' } }, { by: zhouClerk })
      .then({ type: 'SuperiorDecided', data: { result: 'refuse', documentNo: '州市监许〔2026〕7号', reason: '超出规划', decidedOn: today, by: 'p-004' } })
  })
  it('上级决定 only of what is above, and once', () => {
    given(...ready).when(record()).thenRefused('not-reported-up')
    given(...ready, reported, decided()).when(record('refuse')).thenRefused('not-reported-up')
  })
  it('meanwhile nothing is decided, asked for or stopped here', () => {
    given(...ready, reported).when(decide('grant'), { item, by: wangQiang }).thenRefused('not-the-next-step')
    given(...ready, reported).when({ type: 'RequestSupplement', data: { asked } }).thenRefused('not-in-hand')
    given(...ready, reported).when({ type: 'StartSpecialProcedure', data: { kind: 'inspection', plannedWorkingDays: 5, approver: 'p-003' } }, { item, approver }).thenRefused('not-in-hand')
    given(...ready, reported).when({ type: 'ExtendLimit', data: { workingDays: 5, reason: '等上级', approver: 'p-003' } }, { item, approver }).thenRefused('not-in-hand')
  })
  it('延期 after it came back is counted from the day that the superior’s time has moved', () => {
    const extend = { type: 'ExtendLimit', data: { workingDays: 5, reason: '等补充证明', approver: 'p-003' } } as const
    const extended = (on: string): CaseEvent => ({ type: 'LimitExtended', data: { ...extend.data, basis: '行政许可法第四十二条', extendedOn: day(on), dueOnBefore: day('2026-03-16'), by: 'p-001' } })
    const back = decidedOn('2026-03-09') // up on Monday the 2nd: five of its days, and five promised
    given(...ready, reported, back).when(extend, { item, approver, now: at('2026-03-16') }).then(extended('2026-03-16'))
    given(...ready, reported, back).when(extend, { item, approver, now: at('2026-03-17', '00:00') }).thenRefused('past-the-due-day')
  })
  it('决定 waits for the superior', () => given(...ready).when(decide('grant'), { item, by: wangQiang }).thenRefused('superior-not-decided'))
  it('决定 follows the superior', () => {
    given(...ready, reported, decided()).when(decide('grant'), { item, by: wangQiang }).then(granted)
    given(...ready, reported, decided('refuse')).when(decide('refuse'), { item, by: wangQiang }).then(refusedNow)
  })
  it('决定 otherwise than the superior is put on record', () => {
    for (const [above, here] of [['grant', 'refuse'], ['refuse', 'grant']] as const) given(...ready, reported, decided(above)).when(decide(here), { item, by: wangQiang })
      .thenRefused('superior-decided-otherwise', violation('DecideCase', 'superior-decided-otherwise'))
  })
  it('the superior may grant what the office would not', () => {
    const flow = { ...opening, data: { ...opening.data, pinned: { ...pinned, caseType: 'REPORTED_UP', flow: ['handling', 'approving'] } } } as CaseEvent
    const against: CaseEvent = { type: 'ApprovalGiven', data: { opinion: '初审不同意', result: 'refuse', by: 'p-003' } }
    given(submitted, flow, handled, against, reported, decided()).when(decide('grant'), { item, by: wangQiang }).then(granted)
  })
})
