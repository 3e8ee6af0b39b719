import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseEvents, type CaseEvent } from '../../domain/cases/events.ts'
import { activities } from '../../projections/activities.ts'
import { feesOf } from '../../projections/case-row.ts'
import { casesProjection, type CaseRow } from '../../projections/cases.ts'
import { departmentLoad } from '../../projections/department-load.ts'
import { groups, projections } from '../../projections/index.ts'
import { accepted, application, approved, concluded, delivered, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { at, day } from '../kernel/spec.ts'
import { rowsOf } from '../kernel/rows.ts'
import { claimed, imported, toldOn } from './told.ts'

const sealed = { subject: 'a-1', matter: 'cases-X-1', sealed: '…' }
const received = { ...submitted, data: { ...submitted.data, applicantName: sealed } } as CaseEvent
const of = <T extends CaseEvent['type']>(type: T, data: Extract<CaseEvent, { type: T }>['data']) => ({ type, data }) as CaseEvent
const text = { reason: '理由', basis: '依据' }
const preReviewed = (result: 'pass' | 'back' = 'pass') => of('ApplicationPreReviewed', { result })
const notAccepted = of('CaseNotAccepted', { reasonCode: 'not-our-competence', ...text, remedies: '救济', decidedOn: day('2026-03-03') })
const returned = of('CaseReturned', { reason: '自愿', returnedOn: day('2026-03-03') }), withdrawn = of('ApplicationWithdrawn', { withdrawnOn: day('2026-03-03') })
const reportedUp = of('CaseReportedUp', { superior: '州市场监管局', workingDays: 20, opinion: '同意上报', reportedOn: day('2026-03-05') })
const superiorDecided = of('SuperiorDecided', { result: 'grant', documentNo: '州监〔2026〕1号', decidedOn: day('2026-03-09') })
const deemedRenewed = of('RenewalDeemedGranted', { expiresOn: day('2026-03-31'), becameTrueAt: at('2026-03-31', '17:30') })
const archived = of('CaseArchived', { archiveNo: 'D-1', archivedOn: day('2026-03-20') })
const sentBack = (from: 'reviewing' | 'approving', to: 'handling' | 'reviewing' | 'approving') => of('StepSentBack', { from, to, reason: '不清楚' })
const extended = (workingDays = 5) => of('LimitExtended', { workingDays, ...text, approver: 'p-003', extendedOn: day('2026-03-05'), dueOnBefore: day('2026-03-09') })
const urged = (number: string) => of('CaseUrged', { number, step: 'handling', by: 'p-009' })
const subCaseOpened = (subCase: number, department: string) =>
  of('SubCaseOpened', { subCase, department, matter: '消防意见', promisedWorkingDays: 3, officers: ['p-020'], openedOn: day('2026-03-03') })
const subOpinion = (subCase: number, result: 'agree' | 'disagree') => of('SubOpinionGiven', { subCase, result, opinion: '已看现场', givenOn: day('2026-03-04'), by: 'p-020' })
const refunded = (amountFen: number) => of('FeeRefunded', { number: `r${amountFen}`, amountFen, reason: '多收' })
const rowAfter = (...facts: CaseEvent[]) => rowsOf(casesProjection, [departmentLoad], toldOn('cases-X-1', ...facts.map((fact, i) => [`2026-03-${String(2 + i).padStart(2, '0')}`, fact] as const))).rows['X-1'] as CaseRow

describe('办件列表', () => {
  it('shows what the case is, where it stands and what was promised', () => expect(rowAfter(received, accepted)).toStrictEqual({
    id: 'X-1', caseNo: 'X-1', imported: false, itemCode: 'SP-01', itemVersion: 1, caseType: 'PROMISED', department: '市场监管局', hall: 'H-1', zone: 'Asia/Shanghai', channel: 'window',
    applicantId: 'a-1', applicantName: sealed, stage: 'Accepted', open: true, lastStep: 'CaseAccepted', holder: 'p-001', openedAt: at('2026-03-02'),
    receivedOn: '2026-03-02', acceptedOn: '2026-03-02', acceptedBy: 'p-001', promisedDueOn: '2026-03-09',
  }))
  it.each<[string, CaseEvent[]]>([
    ['Submitted', [received]], ['SupplementPending', [received, requested()]], ['Submitted', [received, requested(), supplied()]], ['Accepted', [received, accepted]],
    ['SupplementPending', [received, accepted, requested('2026-03-04', true)]], ['Accepted', [received, accepted, requested('2026-03-04', true), supplied()]],
    ['Suspended', [received, accepted, specialStarted()]], ['Accepted', [received, accepted, specialStarted(), specialEnded()]],
    ['Handled', [received, accepted, handled]], ['Reviewed', [received, accepted, handled, reviewed()]], ['Accepted', [received, accepted, handled, reviewed('back')]],
    ['Approved', [received, accepted, handled, reviewed(), approved()]], ['Accepted', [received, accepted, handled, reviewed(), approved('back')]],
    ['Decided', [received, accepted, handled, reviewed(), granted]], ['Concluded', [received, accepted, handled, reviewed(), granted, concluded()]],
    ['Terminated', [received, { type: 'CaseTerminated', data: { reason: '申请人撤回', terminatedOn: day('2026-03-03') } }]],
    ['Delivered', [received, accepted, handled, reviewed(), granted, concluded(), delivered()]],
    ['PreReviewed', [received, preReviewed()]], ['Submitted', [received, preReviewed('back')]], ['NotAccepted', [received, notAccepted]], ['Returned', [received, returned]],
    ['Returned', [received, requested(), returned]], ['Withdrawn', [received, accepted, withdrawn]], ['ReportedUp', [received, accepted, handled, reportedUp]],
    ['Handled', [received, accepted, handled, reportedUp, superiorDecided]], ['DeemedRenewed', [received, accepted, deemedRenewed]],
    ['Concluded', [received, accepted, deemedRenewed, concluded()]], ['Archived', [received, accepted, granted, concluded(), delivered(), archived]],
    ['Accepted', [received, accepted, handled, reviewed(), sentBack('reviewing', 'handling')]], ['Handled', [received, accepted, handled, reviewed(), approved(), sentBack('approving', 'reviewing')]],
    ['Reviewed', [received, accepted, handled, reviewed(), approved(), sentBack('approving', 'approving')]],
  ])('stands at %s', (stage, facts) => expect(rowAfter(...facts).stage).toBe(stage))
  it.each<[string, CaseEvent[]]>([
    ['Submitted', [received]], ['Accepted', [received, accepted]], ['Handled', [received, accepted, handled]], ['Reviewed', [received, accepted, handled, reviewed()]],
    ['Approved', [received, accepted, handled, reviewed(), approved()]], ['Accepted', [received, accepted, handled, reviewed('back')]],
  ])('what was held up at %s goes on there, whichever way it was held up, and however often', (stage, facts) => {
    for (const [holding, held, released] of [['SupplementPending', requested('2026-03-04', true), supplied()], ['Suspended', specialStarted(), specialEnded()]] as const) {
      expect(rowAfter(...facts, held)).toMatchObject({ stage: holding, resumes: stage })
      const after = rowAfter(...facts, held, released)
      expect(after.stage).toBe(stage)
      expect(after).not.toHaveProperty('resumes')
      expect(rowAfter(...facts, held, released, held, released).stage).toBe(stage)
    }
  })
  it('what holds a case up resumes only itself, in whatever order it ends', () => {
    const both = [received, accepted, handled, requested('2026-03-04', true), specialStarted()]
    expect(rowAfter(...both)).toMatchObject({ stage: 'Suspended', held: ['SupplementPending', 'Suspended'], resumes: 'Handled' })
    expect(rowAfter(...both, specialEnded())).toMatchObject({ stage: 'SupplementPending', held: ['SupplementPending'], resumes: 'Handled' })
    expect(rowAfter(...both, supplied())).toMatchObject({ stage: 'Suspended', held: ['Suspended'], resumes: 'Handled' })
    for (const ends of [[specialEnded(), supplied()], [supplied(), specialEnded()]]) {
      const after = rowAfter(...both, ...ends)
      expect(after.stage).toBe('Handled')
      expect([after.held, after.resumes]).toStrictEqual([undefined, undefined])
    }
    expect(rowAfter(...both, reportedUp, specialEnded(), supplied()).stage).toBe('ReportedUp')
    expect(rowAfter(...both, reportedUp, superiorDecided).stage).toBe('Suspended')
  })
  it('holds that overlap at random: a case stands still as long as one of them lasts, and goes on where it was', () => {
    const pairs = [[requested('2026-03-04', true), supplied(), 'SupplementPending'], [specialStarted(), specialEnded(), 'Suspended'], [reportedUp, superiorDecided, 'ReportedUp']] as const
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 10 }), (said) => {
      const open = new Set<number>()
      for (const [which, starts] of said) { if (starts) { open.delete(which); open.add(which) } else open.delete(which) }
      const row = rowAfter(received, accepted, handled, ...said.map(([which, starts]) => pairs[which]![starts ? 0 : 1]))
      const last = [...open].at(-1)
      expect(row.stage).toBe(last === undefined ? 'Handled' : pairs[last]![2])
      expect(row.held ?? []).toStrictEqual([...open].map((which) => pairs[which]![2]))
    }), { numRuns: 60 })
  })
  it('any history, told in any order, makes one row', () => {
    const any: CaseEvent[] = [received, accepted, handled, reviewed(), reviewed('back'), approved(), granted, requested('2026-03-04', true), supplied(), specialStarted(), specialEnded(), reportedUp, superiorDecided,
      extended(), urged('1'), subCaseOpened(1, '消防'), subCaseOpened(2, '环保'), subOpinion(1, 'agree'), subOpinion(1, 'disagree'), subOpinion(2, 'agree'), refunded(30), concluded(), delivered(), archived,
      withdrawn, notAccepted, returned, deemedRenewed, preReviewed(), sentBack('reviewing', 'handling')]
    fc.assert(fc.property(fc.uniqueArray(fc.constantFrom(...any), { minLength: 1, maxLength: 14 }), (facts) => {
      const told = facts.map((fact, i) => claimed(fact, { on: `2011-10-${String(i + 1).padStart(2, '0')}`, order: i, activity: `a${i}` }))
      const inOrder = rowsOf(casesProjection, [departmentLoad], imported('cases-receipt:7', ...told)).rows
      const backwards = rowsOf(casesProjection, [departmentLoad], imported('cases-receipt:7', ...told.toReversed())).rows
      expect(backwards).toStrictEqual(inOrder)
    }), { numRuns: 25 })
  })
  it('受理人 is who accepted; nobody did where it was deemed, and an importer never does', () => {
    expect(rowAfter(received, accepted, handled).acceptedBy).toBe('p-001')
    expect(rowAfter(received, of('CaseAccepted', { acceptedOn: day('2026-03-03') })).acceptedBy).toBe('p-001') // by whoever said it
    expect(rowAfter(received, of('CaseDeemedAccepted', { pinned: (submitted.data as { pinned: never }).pinned, effectiveOn: day('2026-03-02'), becameTrueAt: at('2026-03-09', '17:30') })))
      .not.toHaveProperty('acceptedBy')
    const { rows } = rowsOf(casesProjection, [], imported('cases-receipt:7', claimed(of('CaseAccepted', { acceptedOn: day('2011-10-11') }), { on: '2011-10-11' })))
    expect(rows['receipt:7']).not.toHaveProperty('acceptedBy')
  })
  it('办件类型 is that which was pinned, at submission or at acceptance', () => {
    const pinned = { ...(submitted.data as { pinned: object }).pinned, caseType: 'JOINT' } as never
    expect(rowAfter({ ...submitted, data: { ...submitted.data, pinned } } as CaseEvent).caseType).toBe('JOINT')
    expect(rowAfter(received, of('CaseAccepted', { acceptedOn: day('2026-03-02'), pinned })).caseType).toBe('JOINT')
    const { rows } = rowsOf(casesProjection, [], imported('cases-receipt:7', claimed(of('CaseAccepted', { acceptedOn: day('2011-10-11') }), { on: '2011-10-11' })))
    expect(rows['receipt:7']).not.toHaveProperty('caseType') // nobody said
  })
  it('counts what was extended, urged and corrected, and knows each sub-case by its last opinion', () => {
    const row = rowAfter(received, accepted, extended(5), extended(10), urged('1'), urged('2'), subCaseOpened(2, '环保'), subCaseOpened(1, '消防'), subOpinion(1, 'disagree'), subOpinion(1, 'agree'),
      of('RecordCorrected', { number: 'c', target: 2, reason: '笔误', correct: '三', proposedBy: 'p-1' }))
    expect(row).toMatchObject({ extendedWorkingDays: 15, urged: 2, corrected: 1, stage: 'Accepted',
      subCases: [{ subCase: 1, department: '消防', result: 'agree' }, { subCase: 2, department: '环保' }] })
    expect(row.subCases![1]).not.toHaveProperty('result')
  })
  it('who urges, advises or corrects does not hold the case for it', () => {
    const row = rowAfter(received, accepted, handled, urged('1'), subOpinion(1, 'agree'), of('RecordCorrectionProposed', { number: 'c', target: 2, reason: '笔误', correct: '三', by: 'p-9' }),
      of('DocumentAttached', { number: 'd', name: '照片', blob: `sha256:${'0'.repeat(64)}`, mediaType: 'image/png', bytes: 1, by: 'p-9' }))
    expect(row).toMatchObject({ holder: 'p-001', lastStep: 'HandlingCompleted' })
  })
  it.each<[string, CaseEvent, string | undefined]>([['NotAccepted', notAccepted, '2026-03-03'], ['Returned', returned, '2026-03-03'], ['Withdrawn', withdrawn, '2026-03-03']])('%s ends it, on the day', (stage, fact, endedOn) => {
    expect(rowAfter(received, fact, handled, requested())).toMatchObject({ stage, open: false, endedOn, endedAt: at('2026-03-03') })
    expect(rowAfter(received, fact, handled)).not.toHaveProperty('resultCode')
  })
  it('延续视为准予 is not yet the end', () => expect(rowAfter(received, accepted, deemedRenewed)).toMatchObject({ stage: 'DeemedRenewed', open: true }))
  it('代理人 stands in the row, sealed', () => {
    const named = { ...submitted, data: { ...submitted.data, agentId: 'g-1', agentName: { ...sealed, subject: 'g-1' } } } as CaseEvent
    expect(rowAfter(named)).toMatchObject({ agentId: 'g-1', agentName: { subject: 'g-1' } })
  })
  it('every fact of a case moves its row, but for what stands on an officer’s own stream', () =>
    expect(Object.keys(casesProjection.on).sort()).toStrictEqual(Object.keys(caseEvents).filter((type) => type !== 'StepRefused').sort()))
  it('单位 is shown by its name, and a number of a person is not in the row at all', () => {
    const named = { ...submitted, data: { ...submitted.data, applicantName: undefined, organisation: '云栖商行' } } as CaseEvent
    expect(rowAfter(named)).toMatchObject({ applicantId: 'a-1', organisation: '云栖商行' })
    expect(rowAfter(named)).not.toHaveProperty('applicantName')
    expect(JSON.stringify(rowAfter({ ...received, data: { ...received.data, applicantNumber: sealed } } as CaseEvent))).not.toContain('applicantNumber')
  })
  it('another step while it is held up does not let it go on', () =>
    expect(rowAfter(received, accepted, handled, requested('2026-03-04', true), { type: 'StepCompleted', data: { step: '现场勘验', number: '1' } })).toMatchObject({ stage: 'SupplementPending', resumes: 'Handled', lastStep: '现场勘验' }))
  it('an end of what never began moves nothing', () =>
    expect([rowAfter(received, accepted, handled, supplied()).stage, rowAfter(received, accepted, handled, specialEnded()).stage]).toStrictEqual(['Handled', 'Handled']))
  it('after the end nothing is held up any more', () =>
    expect([requested('2026-03-04', true), specialStarted()].map((held) => rowAfter(received, accepted, concluded(), held))).toMatchObject([{ stage: 'Concluded' }, { stage: 'Concluded' }]))
  it('办结 ends it once, at the instant and on the day', () => {
    const row = rowAfter(received, accepted, concluded('2026-03-04'), concluded('2026-03-05'))
    expect(row).toMatchObject({ open: false, endedAt: at('2026-03-04'), endedOn: '2026-03-04', resultCode: 'granted' })
  })
  it('a fact after the end moves nothing but the last step', () => {
    const before = rowAfter(received, accepted, concluded('2026-03-04')), after = rowAfter(received, accepted, concluded('2026-03-04'), handled)
    expect(after).toStrictEqual({ ...before, lastStep: 'HandlingCompleted', holder: 'p-001' })
  })
  it('an officer’s own stream is no case', () =>
    expect(rowsOf(casesProjection, [departmentLoad], toldOn('cases-officer.p-002', ['2026-03-02', { type: 'StepRefused', data: { caseNo: 'X-1', command: 'AcceptCase', code: 'not-authorised' } } as CaseEvent])))
      .toStrictEqual({ rows: {}, groups: { 'department-load': {} } }))

  it.each<[string, CaseEvent]>([
    ['ApplicationSubmitted', received], ['MaterialsReceived', { type: 'MaterialsReceived', data: { receivedOn: day('2011-10-11'), materials: [] } }], ['SupplementRequested', requested()],
    ['CaseAccepted', { type: 'CaseAccepted', data: { acceptedOn: day('2011-10-11') } }], ['HandlingCompleted', handled], ['ReviewCompleted', reviewed()], ['ApprovalGiven', approved()],
    ['StepCompleted', { type: 'StepCompleted', data: { step: 'T02' } }], ['NoticeSent', { type: 'NoticeSent', data: { kind: 'fine' } }], ['LicenceGranted', granted],
    ['LicenceRefused', { type: 'LicenceRefused', data: {} }], ['FeeAssessed', { type: 'FeeAssessed', data: { kind: 'fine', effect: 'sets', amountFen: 3500 } }],
    ['FeeCharged', { type: 'FeeCharged', data: { effect: 'adds', amountFen: 3500 } }], ['CaseConcluded', concluded()], ['ResultDelivered', delivered()],
    ['CaseTerminated', { type: 'CaseTerminated', data: { reason: '撤回', terminatedOn: day('2011-10-11') } }], ['SpecialProcedureStarted', specialStarted()], ['SpecialProcedureEnded', specialEnded()],
    ['SupplementSubmitted', supplied()],
  ])('a foreign case may begin with %s', (type, fact) => {
    const { rows } = rowsOf(casesProjection, [], imported('cases-receipt:case-7', claimed(fact, { on: '2011-10-11', activity: 'Confirmation' })))
    expect(rows['receipt:case-7']).toMatchObject({ id: 'receipt:case-7', caseNo: 'case-7', source: 'receipt', imported: true, openedAt: at('2011-10-11', '10:00', 'Europe/Amsterdam'),
      lastStep: type === 'StepCompleted' ? 'T02' : 'Confirmation' })
  })
  it('a foreign case is told in any order and folded in the order in which it happened', () => {
    const opening = claimed(received, { on: '2011-10-11', activity: 'Confirmation of receipt', precision: 'day' }), end = claimed(concluded('2011-10-20'), { on: '2011-10-20', order: 1 })
    const step = claimed({ type: 'StepCompleted', data: { step: 'T02', by: 'r-2' } }, { on: '2011-10-15', activity: 'T02', order: 2 })
    const { rows } = rowsOf(casesProjection, [], imported('cases-receipt:7', end, step, opening))
    expect(rows['receipt:7']).toMatchObject({ openedAt: at('2011-10-11', '10:00', 'Europe/Amsterdam'), endedAt: at('2011-10-20', '10:00', 'Europe/Amsterdam'), stage: 'Concluded',
      open: false, lastStep: 'T02', holder: 'r-2', precision: 'day' })
  })
  it('a fact of the case is no step in it: it moves neither the last step nor who holds it', () => {
    const { rows } = rowsOf(casesProjection, [], imported('cases-receipt:7', claimed(received, { on: '2011-10-11', activity: 'Confirmation' }),
      claimed({ type: 'CaseAccepted', data: { acceptedOn: day('2011-10-11'), promisedDueOn: day('2011-12-06'), promisedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam'), by: 'r-9' } }, { on: '2011-10-12' })))
    expect(rows['receipt:7']).toMatchObject({ lastStep: 'Confirmation', stage: 'Accepted', promisedDueOn: '2011-12-06', promisedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam') })
    expect(rows['receipt:7']).not.toHaveProperty('holder')
  })
})

describe('收费核对', () => {
  const fee = (type: 'FeeAssessed' | 'FeeCharged', effect: 'sets' | 'adds', amountFen: number): CaseEvent =>
    (type === 'FeeAssessed' ? { type, data: { kind: 'fine', effect, amountFen } } : { type, data: { effect, amountFen } })
  const owed = (effect: 'sets' | 'adds', amountFen: number) => fee('FeeAssessed', effect, amountFen), paid = (effect: 'sets' | 'adds', amountFen: number) => fee('FeeCharged', effect, amountFen)
  const verdict = (...facts: CaseEvent[]) => feesOf(rowAfter(received, ...facts))
  it('compares nothing where nothing was assessed', () => expect([verdict(), verdict(paid('adds', 100))]).toStrictEqual([undefined, undefined]))
  it('a penalty takes the place of a fine, expenses come on top', () =>
    expect(verdict(owed('sets', 3500), owed('adds', 1150), owed('sets', 7000), paid('adds', 8150))).toStrictEqual({ owedFen: 8150, paidFen: 8150, verdict: 'exact' }))
  it('a running total is what was paid by then', () => expect(verdict(owed('sets', 7000), paid('sets', 3000), paid('sets', 7000))).toMatchObject({ paidFen: 7000, verdict: 'exact' }))
  it.each([[0, 'unpaid'], [6999, 'under'], [7000, 'exact'], [7001, 'over']])('%d paid of 7000 is %s', (amountFen, said) =>
    expect(verdict(owed('sets', 7000), paid('adds', amountFen))?.verdict).toBe(said))
  it('退费 comes off what was paid', () => {
    expect(verdict(owed('sets', 7000), paid('adds', 7100), refunded(100))).toStrictEqual({ owedFen: 7000, paidFen: 7000, verdict: 'exact' })
    expect(verdict(owed('sets', 7000), paid('adds', 7000), refunded(7000))?.verdict).toBe('unpaid')
    expect(verdict(owed('sets', 7000), paid('adds', 7000), refunded(10), refunded(20))).toMatchObject({ paidFen: 6970, verdict: 'under' })
  })
  it('does not come out of floating cents', () => expect(verdict(...Array.from({ length: 10 }, () => owed('adds', 10)), paid('adds', 100))?.verdict).toBe('exact'))
  it('what is set last holds, what was added stays', () => fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('sets' as const, 'adds' as const), fc.nat(10_000)), { minLength: 1, maxLength: 8 }), (assessed) => {
    const set = assessed.filter(([effect]) => effect === 'sets').at(-1)?.[1] ?? 0
    const added = assessed.filter(([effect]) => effect === 'adds').reduce((sum, [, fen]) => sum + fen, 0)
    expect(verdict(...assessed.flatMap(([effect, fen]) => [owed(effect, fen), paid(effect, fen)]))).toMatchObject({ owedFen: set + added, paidFen: set + added })
  }), { numRuns: 30 }))
})

describe('活动', () => {
  it('counts a row of a file once, whatever number of facts it gave, and the house’s own by their names', () => {
    const facts = [...imported('cases-receipt:7', claimed(received, { on: '2011-10-11', activity: 'Confirmation' }), claimed(accepted, { on: '2011-10-11', order: 0 }),
      claimed(handled, { on: '2011-10-12', activity: 'T02', order: 1 }), claimed(handled, { on: '2011-10-13', activity: 'T02', order: 2 })),
    ...toldOn('cases-X-1', ['2026-03-02', received])].map((fact, i) => ({ ...fact, meta: { ...fact.meta, position: i + 1 } }))
    expect(rowsOf(activities, [], facts).rows).toStrictEqual({
      'receipt:Confirmation': { source: 'receipt', activity: 'Confirmation', times: 1 }, 'receipt:T02': { source: 'receipt', activity: 'T02', times: 2 },
      ':ApplicationSubmitted': { source: '', activity: 'ApplicationSubmitted', times: 1 } })
  })
  it('counts no attempt that was refused', () =>
    expect(rowsOf(activities, [], toldOn('cases-officer.p-002', ['2026-03-02', { type: 'StepRefused', data: { caseNo: 'X-1', command: 'AcceptCase', code: 'not-authorised' } } as CaseEvent])).rows).toStrictEqual({}))
})

describe('部门在办量', () => {
  it('moves each case once, from open to closed, and with its department', () => {
    const of = (department: string) => ({ ...received, data: { ...received.data, ...application, applicantName: sealed, department } }) as CaseEvent
    const facts = [['cases-1', of('市场监管局')], ['cases-1', accepted], ['cases-1', concluded()], ['cases-2', of('市场监管局')], ['cases-3', of('公安局')]] as const
    const told = facts.map(([stream, fact], i) => ({ ...toldOn(stream, ['2026-03-02', fact])[0]!, meta: { ...toldOn(stream, ['2026-03-02', fact])[0]!.meta, position: i + 1, revision: i < 3 ? i + 1 : 1 } }))
    expect(rowsOf(casesProjection, [departmentLoad], told).groups['department-load']).toStrictEqual({ 市场监管局: { open: 1, closed: 1 }, 公安局: { open: 1 } })
  })
})

describe('投影一览', () => {
  it('no two share a name, and each declares fields that it has', () => {
    const names = [...projections, ...groups].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, indexes, row } of projections) expect(Object.keys((row as unknown as { shape: object }).shape), name).toEqual(expect.arrayContaining([...indexes]))
    for (const { of } of groups) expect(projections.map(({ name }) => name)).toContain(of)
  })
})
