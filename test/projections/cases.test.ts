import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { activities } from '../../projections/activities.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { casesProjection, feesOf, type CaseRow } from '../../projections/cases.ts'
import { departmentLoad } from '../../projections/department-load.ts'
import { groups, projections } from '../../projections/index.ts'
import { accepted, application, approved, concluded, delivered, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { at, day } from '../kernel/spec.ts'
import { rowsOf } from '../kernel/rows.ts'
import { claimed, imported, toldOn } from './told.ts'

const sealed = { subject: 'a-1', matter: 'cases-X-1', sealed: '…' }
const received = { ...submitted, data: { ...submitted.data, applicantName: sealed } } as CaseEvent
const rowAfter = (...facts: CaseEvent[]) => rowsOf(casesProjection, [departmentLoad], toldOn('cases-X-1', ...facts.map((fact, i) => [`2026-03-${String(2 + i).padStart(2, '0')}`, fact] as const))).rows['X-1'] as CaseRow

describe('办件列表', () => {
  it('shows what the case is, where it stands and what was promised', () => expect(rowAfter(received, accepted)).toStrictEqual({
    id: 'X-1', caseNo: 'X-1', imported: false, itemCode: 'SP-01', itemVersion: 1, department: '市场监管局', hall: 'H-1', zone: 'Asia/Shanghai', channel: 'window',
    applicantId: 'a-1', applicantName: sealed, stage: 'Accepted', open: true, lastStep: 'CaseAccepted', holder: 'p-001', openedAt: at('2026-03-02'),
    receivedOn: '2026-03-02', acceptedOn: '2026-03-02', promisedDueOn: '2026-03-09',
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
  it('does not come out of floating cents', () => expect(verdict(...Array.from({ length: 10 }, () => owed('adds', 10)), paid('adds', 100))?.verdict).toBe('exact'))
  it('what is set last holds, what was added stays', () => fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('sets' as const, 'adds' as const), fc.nat(10_000)), { minLength: 1, maxLength: 8 }), (assessed) => {
    const set = assessed.filter(([effect]) => effect === 'sets').at(-1)?.[1] ?? 0
    const added = assessed.filter(([effect]) => effect === 'adds').reduce((sum, [, fen]) => sum + fen, 0)
    expect(verdict(...assessed.flatMap(([effect, fen]) => [owed(effect, fen), paid(effect, fen)]))).toMatchObject({ owedFen: set + added, paidFen: set + added })
  }), { numRuns: 30 }))
})

describe('办件时间线', () => {
  const timelineAfter = (...facts: CaseEvent[]) => rowsOf(caseTimelines, [], toldOn('cases-X-1', ...facts.map((fact, i) => [`2026-03-${String(2 + i).padStart(2, '0')}`, fact] as const))).rows['cases.X-1']!
  const clock = { startedOn: '2026-03-02', pauses: [] }
  const promised = { name: 'promised', clause: '承诺期限', basis: '优化营商环境条例第三十六条', limitWorkingDays: 5, ...clock }
  const statutory = { name: 'statutory', clause: '法定期限', basis: '行政许可法第四十二条', limitWorkingDays: 20, ...clock }
  it('starts both clocks at acceptance, with the limits that were pinned', () => expect(timelineAfter(received, accepted)).toStrictEqual({
    subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: '2026-03-02', clocks: [promised, statutory] }))
  it('视为受理 starts them at the day of receipt', () => {
    const deemed: CaseEvent = { type: 'CaseDeemedAccepted', data: { pinned: (submitted.data as { pinned: never }).pinned, effectiveOn: day('2026-03-02'), becameTrueAt: at('2026-03-09', '17:30') } }
    expect(timelineAfter(received, deemed)['clocks']).toStrictEqual([promised, statutory])
  })
  it('补正 before acceptance stops nothing, because nothing runs', () => expect(timelineAfter(received, requested(), supplied(), accepted)['clocks']).toStrictEqual([promised, statutory]))
  it('补办件 stops the promise, never the law, each time anew', () => {
    const facts = [requested('2026-03-04', true), supplied('2026-03-06'), requested('2026-03-09', true)]
    expect(timelineAfter(received, accepted, ...facts)['clocks']).toStrictEqual([
      { ...promised, pauses: [{ clause: '补办件', from: '2026-03-04', to: '2026-03-06' }, { clause: '补办件', from: '2026-03-09' }] }, statutory])
  })
  it('特别程序 stops both, and says what was planned', () => {
    const pauses = [{ clause: '特别程序：inspection', from: '2026-03-04', plannedWorkingDays: 5, to: '2026-03-06' }]
    expect(timelineAfter(received, accepted, specialStarted('2026-03-04'), specialEnded('2026-03-06'))['clocks']).toStrictEqual([{ ...promised, pauses }, { ...statutory, pauses }])
  })
  it('the end of one pause is not the end of another', () => {
    const clocks = timelineAfter(received, accepted, specialStarted('2026-03-04'), requested('2026-03-05', true), specialEnded('2026-03-06'))['clocks']
    expect(clocks).toMatchObject([{ pauses: [{ clause: '特别程序：inspection', to: '2026-03-06' }, { clause: '补办件', from: '2026-03-05' }] }, {}])
    expect((clocks as { pauses: object[] }[])[0]!.pauses[1]).not.toHaveProperty('to')
  })
  it('办结 ends it once', () => expect(timelineAfter(received, accepted, concluded('2026-03-04'), concluded('2026-03-05'))['endedAt']).toBe(at('2026-03-04')))
  it('来源所载期限 is taken with its day and its instant', () => {
    const promise: CaseEvent = { type: 'CaseAccepted', data: { acceptedOn: day('2011-10-11'), promisedDueOn: day('2011-12-06'), promisedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam') } }
    const { rows } = rowsOf(caseTimelines, [], imported('cases-receipt:7', claimed(promise, { on: '2011-10-11' })))
    expect(rows['cases.receipt:7']).toMatchObject({ imported: true, openedOn: '2011-10-11', clocks: [
      { name: 'promised', clause: '来源所载期限', basis: 'receipt', startedOn: '2011-10-11', statedDueOn: '2011-12-06', statedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam'), pauses: [] }] })
  })
  it('a foreign case without a promise has no clock', () => {
    const { rows } = rowsOf(caseTimelines, [], imported('cases-receipt:7', claimed({ type: 'CaseAccepted', data: { acceptedOn: day('2011-10-11') } }, { on: '2011-10-11' })))
    expect(rows['cases.receipt:7']!['clocks']).toStrictEqual([])
  })
  it('a case of which only a supplement is told has no time line yet', () =>
    expect(rowsOf(caseTimelines, [], imported('cases-receipt:7', claimed(requested(), { on: '2011-10-11' }))).rows).toStrictEqual({}))
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
