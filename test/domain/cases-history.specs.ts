import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent } from '../../domain/cases/events.ts'
import { told, type HistoryType } from '../../domain/cases/history.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { Emitted } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { submitted } from '../fixtures/case.ts'
import { item, pinned, ruleSet } from '../fixtures/licence.ts'
import { at, day, importer, specOf } from '../kernel/spec.ts'

const given = specOf(cases, caseDecider)
type Record = Extract<CaseCommand, { type: 'RecordHistory' }>['data']
type Entry = Record['entries'][number]

const from = { caseNo: 'A-7', source: 'receipt', batch: 'b-1', hall: 'H-9', zone: 'Europe/Amsterdam' }
const record = (...entries: Entry[]) => ({ type: 'RecordHistory' as const, data: { ...from, entries } })
const given1 = { id: 'receipt:A-7', by: importer }
const entry = <T extends HistoryType>(type: T, data: object, occurredAt: Instant, key = type as string, more: Partial<Entry> = {}) =>
  ({ type, data, key, occurredAt, order: 3, ...more }) as Entry
const noon = at('2011-10-11', '12:00', 'Europe/Amsterdam')
/** The fact that such an entry makes. */
const fact = ({ type, key, occurredAt, precision, order, activity }: Entry, data: object) => ({
  type, data, claim: { key, occurredAt, ...(precision && { precision }), source: { name: 'receipt', batch: 'b-1', order, ...(activity !== undefined && { activity }) } },
}) as Emitted<CaseEvent>

const opening = entry('ApplicationSubmitted', { itemCode: 'Bouw', department: 'Resources', channel: 'Internet', by: 'r-1' }, noon, 'row 1', { activity: 'Confirmation of receipt' })
const opened = fact(opening, { itemCode: 'Bouw', department: 'Resources', channel: 'Internet', by: 'r-1', caseNo: 'A-7', hall: 'H-9', zone: from.zone, receivedOn: day('2011-10-11') })
const ending = entry('CaseConcluded', { resultCode: 'ended' }, at('2011-10-20', '12:00', 'Europe/Amsterdam'), 'row 9')
const ended = fact(ending, { resultCode: 'ended', concludedOn: day('2011-10-20') })

describe('补录历史', () => {
  it('is written down as it was told, with its source and its own time', () => given().when(record(opening), given1).then(opened))
  it('is told in whatever order', () => given().when(record(ending, opening), given1).then(ended, opened))
  it('told again adds nothing', () => given(opened, ended).when(record(opening, ending), given1).then())
  it('told twice in one breath is told once, and the first word stands', () => {
    given().when(record(opening, ending, opening), given1).then(opened, ended)
    given().when(record(ending, { ...ending, data: { resultCode: 'other' } } as Entry), given1).then(ended)
  })
  it('told in other portions adds what is new and nothing else', () => given(opened).when(record(opening, ending), given1).then(ended))
  it('a step after the end is a fact like any other', () => {
    const late = entry('StepCompleted', { step: 'T10' }, at('2011-11-01', '12:00', 'Europe/Amsterdam'), 'row 12', { activity: 'T10 Determine' })
    given(opened, ended).when(record(late), given1).then(fact(late, { step: 'T10' }))
  })
  it('of an item that nobody here has heard of is still a history', () => {
    const other = { ...opening, data: { ...opening.data, itemCode: '不在目录的事项' } } as Entry
    given().when(record(other), given1).then(fact(other, { ...opened.data, itemCode: '不在目录的事项' }))
  })
  it('unlawful as it may be: concluded before it was decided, accepted after its end, paid before it was assessed', () => {
    const wild = [ending, entry('FeeCharged', { effect: 'adds', amountFen: 3500 }, noon, 'f'), entry('CaseAccepted', {}, at('2011-12-01', '12:00', 'Europe/Amsterdam'), 'a')]
    given().when(record(...wild), given1).then(ended, fact(wild[1]!, { effect: 'adds', amountFen: 3500 }), fact(wild[2]!, { acceptedOn: day('2011-12-01') }))
  })

  it('reads its days where the hall stands: late evening in UTC is the next day in Amsterdam', () => {
    const late = { ...ending, occurredAt: '2011-10-19T22:30:00.000Z' as Instant }
    given().when(record(late), given1).then(fact(late, { resultCode: 'ended', concludedOn: day('2011-10-20') }))
  })
  it('reads its days by the clock of that season: in winter the same evening is still the same day', () => {
    const winter = { ...ending, occurredAt: '2011-12-19T22:30:00.000Z' as Instant }
    given().when(record(winter), given1).then(fact(winter, { resultCode: 'ended', concludedOn: day('2011-12-19') }))
  })
  it('reads the same instant as another day elsewhere', () => {
    const late = { ...ending, occurredAt: '2011-10-19T22:30:00.000Z' as Instant }
    const told = record(late)
    given().when({ ...told, data: { ...told.data, zone: 'America/New_York' } }, given1).then(fact(late, { resultCode: 'ended', concludedOn: day('2011-10-19') }))
  })
  it('来源所载期限 keeps the instant, and the day on which it falls there', () => {
    const promised = entry('CaseAccepted', { promisedDueAt: '2011-12-05T23:30:00.000Z' }, noon)
    given().when(record(promised), given1)
      .then(fact(promised, { promisedDueAt: '2011-12-05T23:30:00.000Z', acceptedOn: day('2011-10-11'), promisedDueOn: day('2011-12-06') }))
  })
  it('精确到日 stays on the fact', () => {
    const dated = { ...ending, precision: 'day' as const, occurredAt: at('2011-10-20', '00:00', 'Europe/Amsterdam') }
    given().when(record(dated), given1).then(fact(dated, ended.data))
  })

  it('for another number is refused', () => given().when(record(opening), { ...given1, id: 'receipt:A-8' }).thenRefused('another-case-number'))
  it('into a case of the house is refused', () => given().when(record(opening), { ...given1, id: 'A-7' }).thenRefused('another-case-number'))
  it('into a case that the house itself has received is refused, under whatever number', () =>
    given(submitted).when(record(opening), given1).thenRefused('already-submitted'))
  it('of another source is refused', () => given().when(record(opening), { ...given1, id: 'fines:A-7' }).thenRefused('another-case-number'))
  it.each(['', 'Enshi', 'Europe/Amsterdam ', '../Europe/Amsterdam'])('of no known zone is refused (%j)', (zone) => {
    const told = record(opening)
    given().when({ ...told, data: { ...told.data, zone: zone || ' ' } }, given1).thenRefused('unknown-zone')
  })

  const minimal: { [T in HistoryType]: object } = {
    ApplicationSubmitted: { itemCode: 'i', department: '', channel: 'c' }, MaterialsReceived: {}, CaseAccepted: {}, SupplementRequested: {}, SupplementSubmitted: {},
    SpecialProcedureStarted: { kind: 'hearing' }, SpecialProcedureEnded: {}, HandlingCompleted: {}, ReviewCompleted: { result: 'back' }, ApprovalGiven: { result: 'pass' },
    StepCompleted: { step: 's' }, NoticeSent: { kind: 'n' }, LicenceGranted: {}, LicenceRefused: {}, FeeAssessed: { kind: 'fine', effect: 'sets', amountFen: 3500 },
    FeeCharged: { effect: 'sets', amountFen: 0 }, CaseConcluded: { resultCode: 'r' }, CaseTerminated: { reason: 'w' }, ResultDelivered: {},
    CaseNotAccepted: {}, CaseReturned: {}, ApplicationWithdrawn: {}, LimitExtended: { workingDays: 20 }, StepSentBack: { from: 'reviewing', to: 'handling' },
    FeeRefunded: { amountFen: 3500 },
  }
  const on = day('2011-10-11')
  const derived: Partial<{ [T in HistoryType]: object }> = {
    ApplicationSubmitted: { caseNo: 'A-7', hall: 'H-9', zone: from.zone, receivedOn: on }, MaterialsReceived: { receivedOn: on, materials: [] }, CaseAccepted: { acceptedOn: on },
    SupplementRequested: { requestedOn: on, asked: [] }, SupplementSubmitted: { submittedOn: on, materials: [] }, SpecialProcedureStarted: { startedOn: on },
    SpecialProcedureEnded: { endedOn: on }, CaseConcluded: { concludedOn: on }, CaseTerminated: { terminatedOn: on }, ResultDelivered: { deliveredOn: on },
    CaseNotAccepted: { decidedOn: on }, CaseReturned: { returnedOn: on }, ApplicationWithdrawn: { withdrawnOn: on }, LimitExtended: { extendedOn: on },
  }
  it.each(Object.keys(told) as HistoryType[])('may say %s, and its days follow from the instant', (type) => {
    const said = entry(type, minimal[type], noon)
    given().when(record(said), given1).then(fact(said, { ...minimal[type], ...derived[type] }))
  })
  it.each(Object.keys(derived) as HistoryType[])('may not say the days of %s itself', (type) =>
    expect(cases.commands['RecordHistory']!.safeParse(record(entry(type, { ...minimal[type], ...derived[type] }, noon)).data).success).toBe(false))
  it('may declare the flow that it claims to follow, and say why in full', () => {
    const declared = entry('ApplicationSubmitted', { ...minimal.ApplicationSubmitted, flow: ['handling', 'approving'] }, noon)
    const why = { reasonCode: 'not-our-competence', reason: '非本机关职权', basis: '行政许可法第三十二条', remedies: '可申请行政复议', rightOrgan: '县水利局' }
    const refusing = entry('CaseNotAccepted', why, noon)
    given().when(record(declared, refusing), given1).then(fact(declared, { ...declared.data, ...derived.ApplicationSubmitted }), fact(refusing, { ...why, decidedOn: on }))
  })
  it('of a receipt that names no materials does not say that none were handed in', () => {
    const opened = entry('ApplicationSubmitted', minimal.ApplicationSubmitted, noon), received = entry('MaterialsReceived', {}, noon, 'm')
    const pinnedNow = { ...pinned, ruleSetVersion: ruleSet.version }
    given(fact(opened, { ...minimal.ApplicationSubmitted, ...derived.ApplicationSubmitted }), fact(received, { receivedOn: on, materials: [] }))
      .when({ type: 'AcceptCase', data: {} }, { item, ruleSet }).then({ type: 'CaseAccepted', data: {
        acceptedOn: day('2026-03-02'), promisedDueOn: day('2026-03-09'), statutoryDueOn: day('2026-03-30'), pinned: pinnedNow, by: 'p-001' } })
  })
  it('may not put a card, a refusal or a name into a history', () => {
    for (const type of ['YellowCardIssued', 'StepRefused', 'CaseDeemedAccepted']) {
      expect(cases.commands['RecordHistory']!.safeParse(record(entry(type as HistoryType, {}, noon)).data).success).toBe(false)
    }
    expect(cases.commands['RecordHistory']!.safeParse(record(entry('ApplicationSubmitted', { ...minimal.ApplicationSubmitted, applicantName: '张三' }, noon)).data).success).toBe(false)
  })
})
