import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { Projector } from '../../adapters/read-store/projector.ts'
import { memoryFacts } from '../../adapters/read-store/source.ts'
import type { CaseEvent, Pinned } from '../../domain/cases/events.ts'
import { businessOrder, occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { foldRows } from '../../projections/fold-row.ts'
import { accepted, approved, concluded, delivered, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { rowsOf, shuffled } from '../kernel/rows.ts'
import { at, day } from '../kernel/spec.ts'
import { claimed, imported, toldOn } from './told.ts'

const zone = 'Asia/Shanghai'
const pinned = (more: Partial<Pinned> = {}): Pinned => ({ ...(accepted.data as { pinned: Pinned }).pinned, flow: ['handling', 'reviewing', 'approving'],
  stepLimits: [{ step: 'handling', workingDays: 3 }, { step: 'reviewing', workingDays: 2 }], ...more })
const acceptedWith = (more?: Partial<Pinned>): CaseEvent => ({ ...accepted, data: { ...accepted.data, pinned: pinned(more) } } as CaseEvent)
const opened = (subCase: number, on: string, department = '住建局', promisedWorkingDays = 5): CaseEvent =>
  ({ type: 'SubCaseOpened', data: { subCase, department, matter: '规划意见', promisedWorkingDays, officers: ['p-9'], openedOn: day(on), by: 'p-001' } })
const given = (subCase: number, on: string): CaseEvent => ({ type: 'SubOpinionGiven', data: { subCase, result: 'agree', opinion: '无异议', givenOn: day(on), by: 'p-9' } })
const reported = (on: string): CaseEvent => ({ type: 'CaseReportedUp', data: { superior: '省厅', workingDays: 20, opinion: '拟同意', reportedOn: day(on), by: 'p-003' } })
const decidedAbove = (on: string): CaseEvent => ({ type: 'SuperiorDecided', data: { result: 'grant', documentNo: '省许〔2026〕1号', decidedOn: day(on), by: 'p-001' } })
const extendedBy = (workingDays: number): CaseEvent =>
  ({ type: 'LimitExtended', data: { workingDays, reason: '案情复杂', basis: '行政许可法第四十二条', approver: 'p-003', extendedOn: day('2026-03-05'), dueOnBefore: day('2026-03-09'), by: 'p-001' } })
const sentBack = (to: 'handling' | 'reviewing'): CaseEvent => ({ type: 'StepSentBack', data: { from: 'approving', to, reason: '缺现场记录', by: 'p-003' } })
const withdrawn: CaseEvent = { type: 'ApplicationWithdrawn', data: { withdrawnOn: day('2026-03-20') } }
const published: CaseEvent = { type: 'DecisionPublished', data: { where: '门户网站', publishedOn: day('2026-03-13'), by: 'p-001' } }

const rows = (...told: Parameters<typeof toldOn<CaseEvent>> extends [string, ...infer T] ? T : never) =>
  rowsOf(caseTimelines, [], toldOn<CaseEvent>('cases-X-1', ...told)).rows as unknown as Record<string, Timeline>
const lead = (...told: Parameters<typeof rows>) => rows(...told)['cases.X-1']!
const clock = ({ clocks }: Timeline, name: string) => clocks.find((one) => one.name === name)
const names = ({ clocks }: Timeline) => clocks.map(({ name }) => name)

describe('时限', () => {
  it('告知期限 runs from receipt until something is said, and the others begin with acceptance', () => {
    expect(lead(['2026-03-02', submitted]).clocks).toMatchObject([{ name: 'notice', kind: 'notice', startedOn: '2026-03-02', limitWorkingDays: 5 }])
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()])
    expect(names(row)).toStrictEqual(['promised', 'statutory', 'notice', 'step:handling:1'])
    expect(clock(row, 'notice')?.stoppedAt).toBe(at('2026-03-02', '11:00'))
    expect(row).toMatchObject({ acceptedAt: at('2026-03-02', '11:00'), openedOn: '2026-03-02', flow: ['handling', 'reviewing', 'approving'] })
  })
  it('视为受理 leaves the notice overdue, counts from receipt, and lets the steps begin when it became true', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-12', { type: 'CaseDeemedAccepted', data: { pinned: pinned(), effectiveOn: day('2026-03-02'), becameTrueAt: at('2026-03-09', '17:30') } }])
    expect(clock(row, 'notice')).not.toHaveProperty('stoppedAt')
    expect([clock(row, 'promised')?.startedOn, clock(row, 'step:handling:1')?.startedOn, row.acceptedAt]).toStrictEqual(['2026-03-02', '2026-03-09', at('2026-03-09', '17:30')])
    expect([clock(row, 'promised')?.runsSince, clock(row, 'statutory')?.runsSince]).toStrictEqual(Array(2).fill(at('2026-03-09', '17:30')))
    expect(row.deeds.at(-1)).toMatchObject({ type: 'CaseDeemedAccepted', at: at('2026-03-09', '17:30') })
  })
  it('环节钟 starts when the step before is done, stops with its own, and starts anew after it was sent back', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-04', handled], ['2026-03-05', reviewed()], ['2026-03-06', sentBack('reviewing')], ['2026-03-09', reviewed('back')],
      ['2026-03-10', handled], ['2026-03-11', reviewed()], ['2026-03-12', approved()])
    expect(row.clocks.filter(({ kind }) => kind === 'step').map(({ name, startedOn, stoppedAt }) => [name, startedOn, stoppedAt])).toStrictEqual([
      ['step:handling:1', '2026-03-02', at('2026-03-04')], ['step:reviewing:1', '2026-03-04', at('2026-03-05')], ['step:reviewing:2', '2026-03-06', at('2026-03-09')],
      ['step:handling:2', '2026-03-09', at('2026-03-10')], ['step:reviewing:3', '2026-03-10', at('2026-03-11')]])
  })
  it('补办件 holds the promise and the step, a special procedure the law too, and each end closes its own', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-03', requested('2026-03-03', true)], ['2026-03-04', specialStarted('2026-03-04')],
      ['2026-03-05', supplied('2026-03-05')], ['2026-03-10', specialEnded('2026-03-10')])
    const both = [{ clause: '补办件', from: '2026-03-03', to: '2026-03-05' }, { clause: '特别程序：inspection', from: '2026-03-04', plannedWorkingDays: 5, to: '2026-03-10' }]
    expect([clock(row, 'promised')?.pauses, clock(row, 'step:handling:1')?.pauses, clock(row, 'statutory')?.pauses]).toStrictEqual([both, both, both.slice(1)])
    expect(clock(row, 'special:1')).toMatchObject({ startedOn: '2026-03-04', limitWorkingDays: 5, stoppedAt: at('2026-03-10') })
  })
  it('延期 moves promise and law alike', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-05', extendedBy(10)])
    expect([clock(row, 'promised')?.extensions, clock(row, 'statutory')?.extensions]).toStrictEqual(Array(2).fill([{ clause: '行政许可法第四十二条', workingDays: 10, at: at('2026-03-05') }]))
    expect(clock(row, 'step:handling:1')).not.toHaveProperty('extensions')
  })
  it('上报 stops the local clocks while the superior has the case, whose own runs', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-05', reported('2026-03-05')], ['2026-03-30', decidedAbove('2026-03-30')])
    const above = [{ clause: '行政许可法第三十五条', from: '2026-03-05', plannedWorkingDays: 20, to: '2026-03-30' }]
    expect([clock(row, 'promised')?.pauses, clock(row, 'statutory')?.pauses]).toStrictEqual([above, above])
    expect(clock(row, 'superior')).toMatchObject({ kind: 'superior', department: '省厅', startedOn: '2026-03-05', limitWorkingDays: 20, stoppedAt: at('2026-03-30') })
  })
  it('送达 and 公开 run from the decision, and on after the conclusion', () => {
    const told = [['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-12', granted], ['2026-03-12 15:00', concluded('2026-03-12')]] as const
    const row = lead(...told)
    for (const name of ['promised', 'statutory']) expect(clock(row, name)?.stoppedAt).toBe(at('2026-03-12', '15:00'))
    expect(clock(row, 'step:handling:1')?.stoppedAt).toBe(at('2026-03-12'))
    for (const [name, limitWorkingDays] of [['delivery', 10], ['publication', 7]] as const) {
      expect(clock(row, name)).toMatchObject({ startedOn: '2026-03-12', limitWorkingDays })
      expect(clock(row, name)).not.toHaveProperty('stoppedAt')
    }
    const done = lead(...told, ['2026-03-13', published], ['2026-03-16', delivered('2026-03-16')])
    expect([clock(done, 'publication')?.stoppedAt, clock(done, 'delivery')?.stoppedAt, done.endedAt, done.outcome]).toStrictEqual([at('2026-03-13'), at('2026-03-16'), at('2026-03-12', '15:00'), 'granted'])
  })
  it('视为延续 while it stood still: nothing holds it up any more, and nobody is late with what has lost its object', () => {
    const deemed: CaseEvent = { type: 'RenewalDeemedGranted', data: { expiresOn: day('2026-03-12'), becameTrueAt: at('2026-03-13', '00:00') } }
    const held = { supplement: ['2026-03-10', requested('2026-03-10', true)], special: ['2026-03-10', specialStarted('2026-03-10')], superior: ['2026-03-10', reported('2026-03-10')] } as const
    for (const [what, hold] of Object.entries(held)) {
      const made = rows(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-03', opened(1, '2026-03-03')], [...hold], ['2026-03-16', deemed]), row = made['cases.X-1']!
      expect(clock(row, 'promised')?.pauses, what).toMatchObject([{ from: '2026-03-10', to: '2026-03-12' }])
      expect(row.clocks.filter(({ kind }) => ['special', 'superior', 'step'].includes(kind)).map(({ stoppedAt }) => stoppedAt), what).toStrictEqual(what === 'supplement' ? [at('2026-03-13', '00:00')] : [at('2026-03-13', '00:00'), at('2026-03-13', '00:00')])
      expect(made['cases.X-1#1'], what).toMatchObject({ endedAt: at('2026-03-13', '00:00'), outcome: 'lead-ended' })
    }
  })
  it('受理 pins the item anew: what only its older version said no longer holds', () => {
    const older = { ...submitted, data: { ...submitted.data, pinned: pinned({ minimumMinutes: 30, limitedQuantity: true, feeFen: 5000 }) } } as CaseEvent
    const { minimumMinutes, limitedQuantity, stepLimits, feeFen, ...newer } = pinned({ itemVersion: 2 })
    const row = lead(['2026-03-02', older], ['2026-03-02 11:00', { ...accepted, data: { ...accepted.data, pinned: newer } } as CaseEvent])
    for (const gone of ['minimumMinutes', 'limitedQuantity', 'stepLimits', 'feeFen']) expect(row).not.toHaveProperty(gone)
    expect(names(row)).toStrictEqual(['promised', 'statutory', 'notice'])
    expect(row.itemVersion).toBe(2)
  })
  it('不予许可 is delivered and not published', () =>
    expect(names(lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-12', { type: 'LicenceRefused', data: { by: 'p-002' } }]))).not.toContain('publication'))
})

describe('导入', () => {
  const amsterdam = (date: string) => at(date, '10:00', 'Europe/Amsterdam')
  const promise: CaseEvent = { type: 'CaseAccepted', data: { acceptedOn: day('2011-10-11'), promisedDueOn: day('2011-12-06'), promisedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam') } }
  const foreign = (...facts: Parameters<typeof imported> extends [string, ...infer F] ? F : never) => rowsOf(caseTimelines, [], imported('cases-receipt:7', ...facts)).rows['cases.receipt:7'] as unknown as Timeline
  it('来源所载期限 is taken with its day and its instant, and nothing else runs', () => {
    const row = foreign(claimed(promise, { on: '2011-10-11' }), claimed(granted, { on: '2011-11-11' }), claimed(concluded('2011-11-12'), { on: '2011-11-12' }))
    expect(row).toMatchObject({ imported: true, openedOn: '2011-10-11', clocks: [{ name: 'promised', clause: '来源所载期限', basis: 'receipt', startedOn: '2011-10-11', statedDueOn: '2011-12-06',
      statedDueAt: at('2011-12-06', '00:30', 'Europe/Amsterdam'), pauses: [], stoppedAt: amsterdam('2011-11-12') }] })
    expect(row.clocks).toHaveLength(1)
  })
  it('who and when are the source’s; of the importer nothing is said', () => {
    const [deed] = foreign(claimed(granted, { on: '2011-11-11' })).deeds
    expect(deed).toStrictEqual({ id: deed?.id, type: 'LicenceGranted', at: amsterdam('2011-11-11'), step: 'decision', by: 'p-002', said: { result: 'grant' } })
  })
  it('办结 ends it once', () => expect(foreign(claimed(concluded('2011-11-12'), { on: '2011-11-12' }), claimed(concluded('2011-11-14'), { on: '2011-11-14' })).endedAt).toBe(amsterdam('2011-11-12')))
})

describe('子件', () => {
  const told = [['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith({ caseType: 'JOINT' })], ['2026-03-03', opened(1, '2026-03-03')], ['2026-03-03 11:00', opened(2, '2026-03-03', '生态环境局', 8)]] as const
  it('has a row of its own, of its own department, with what the lead knows of the case', () => {
    expect(rows(...told)['cases.X-1#2']).toStrictEqual({ subject: 'cases.X-1#2', of: 'cases.X-1', department: '生态环境局', itemCode: 'SP-01', itemVersion: 1, caseType: 'JOINT', hall: 'H-1', zone, channel: 'window',
      imported: false, officers: ['p-9'], applicant: 'a-1', openedOn: '2026-03-03', acceptedAt: at('2026-03-03', '11:00'), deeds: [expect.objectContaining({ type: 'SubCaseOpened', said: expect.objectContaining({ number: 2 }) })],
      clocks: [{ name: 'promised', kind: 'promised', clause: '辅办承诺期限', basis: '优化营商环境条例第三十六条', startedOn: '2026-03-03', limitWorkingDays: 8, pauses: [], department: '生态环境局' }] })
  })
  it('ends with its opinion, and no other does', () => {
    const made = rows(...told, ['2026-03-06', given(1, '2026-03-06')])
    expect(made['cases.X-1#1']).toMatchObject({ endedAt: at('2026-03-06'), outcome: 'agree', clocks: [{ stoppedAt: at('2026-03-06') }] })
    expect([made['cases.X-1#2'], made['cases.X-1']].map((row) => row?.endedAt)).toStrictEqual([undefined, undefined])
  })
  it('stands still with the whole case, and is over when that is', () => {
    const made = rows(...told, ['2026-03-04', specialStarted('2026-03-04')], ['2026-03-10', specialEnded('2026-03-10')], ['2026-03-20', withdrawn])
    for (const sub of ['cases.X-1#1', 'cases.X-1#2']) {
      expect(made[sub]).toMatchObject({ endedAt: at('2026-03-20'), outcome: 'lead-ended', clocks: [{ pauses: [{ clause: '特别程序：inspection', from: '2026-03-04', to: '2026-03-10' }], stoppedAt: at('2026-03-20') }] })
    }
  })
  it('opened while the whole case stands still, it stands still from its first day', () => {
    const made = rows(...told.slice(0, 2), ['2026-03-03', requested('2026-03-03', true)], ['2026-03-05', opened(1, '2026-03-05')], ['2026-03-09', supplied('2026-03-09')], ['2026-03-10', opened(2, '2026-03-10')])
    expect(made['cases.X-1#1']!.clocks[0]!.pauses).toStrictEqual([{ clause: '补办件', from: '2026-03-05', to: '2026-03-09' }])
    expect(made['cases.X-1#2']!.clocks[0]!.pauses).toStrictEqual([])
  })
  it('an opinion on what was never opened makes no row', () => expect(Object.keys(rows(['2026-03-02', submitted], ['2026-03-06', given(3, '2026-03-06')]))).toStrictEqual(['cases.X-1']))
})

describe('所做之事', () => {
  it('who did what at which terminal, and what rules ask of it; of opinions only whether two are the same', () => {
    const actor = { person: 'p-001', role: 'handler', department: '市场监管局', terminal: 'T-07', key: 'K-3' }
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-04', handled, { actor }], ['2026-03-05', handled, { actor }], ['2026-03-05 11:00', { type: 'LicenceRefused', data: { by: 'p-002', reason: '不合格' } }])
    const [one, other, refused] = row.deeds.slice(-3)
    expect(one).toMatchObject({ type: 'HandlingCompleted', step: 'handling', at: at('2026-03-04'), by: 'p-001', role: 'handler', department: '市场监管局', terminal: 'T-07', key: 'K-3', said: { opinionLength: 4 } })
    expect(one?.said?.['opinion']).toBe(other?.said?.['opinion'])
    expect(JSON.stringify(row)).not.toMatch(/现场合格|不合格|张三丰/)
    expect(refused?.said).toStrictEqual({ result: 'refuse', hasReason: true, hasBasis: false, hasRemedies: false })
  })
  it('补录 stands where it is said to have happened, with when it was written down', () => {
    const row = lead(['2026-03-02', submitted], ['2026-03-02 11:00', acceptedWith()], ['2026-03-10', handled, { occurredAt: at('2026-03-04') }])
    expect(row.deeds.at(-1)).toMatchObject({ at: at('2026-03-04'), recordedAt: at('2026-03-10') })
    expect(clock(row, 'step:handling:1')?.stoppedAt).toBe(at('2026-03-04'))
  })
  it('收费 in its order, with whether a receipt was given', () => {
    const charge = (amountFen: number, receiptNo?: string): CaseEvent => ({ type: 'FeeCharged', data: { effect: 'adds', amountFen, number: `${amountFen}`, ...(receiptNo && { receiptNo }) } })
    expect(lead(['2026-03-02', submitted], ['2026-03-03', charge(100, 'No.1')], ['2026-03-04', charge(50)], ['2026-03-05', { type: 'FeeRefunded', data: { number: 'r', amountFen: 50 } }]).money)
      .toMatchObject([{ kind: 'charged', amountFen: 100, receipt: true }, { kind: 'charged', amountFen: 50, receipt: false }, { kind: 'refunded', effect: 'adds', amountFen: 50 }])
  })
  it('违规操作 is a row of the officer', () => {
    const refused: CaseEvent = { type: 'StepRefused', data: { caseNo: 'X-1', command: 'ReviewCase', code: 'same-person-twice' } }
    const made = rowsOf(caseTimelines, [], toldOn<CaseEvent>('cases-officer.p-001', ['2026-03-02', refused], ['2026-03-03', refused])).rows
    expect(made).toMatchObject({ 'officers.p-001': { subject: 'officers.p-001', department: '市场监管局', clocks: [], openedOn: '2026-03-02',
      deeds: [{ type: 'StepRefused', by: 'p-001', said: { command: 'ReviewCase', code: 'same-person-twice', caseNo: 'X-1' } }, {}] } })
    expect(Object.keys(made)).toStrictEqual(['officers.p-001'])
  })
})

const steps: readonly ((on: string) => CaseEvent)[] = [(on) => requested(on, true), supplied, specialStarted, specialEnded, () => handled, () => reviewed(), () => reviewed('back'), () => approved(), () => sentBack('handling'),
  () => extendedBy(5), reported, decidedAbove, (on) => opened(1, on), (on) => opened(2, on, '生态环境局'), (on) => given(1, on), (on) => given(2, on), () => granted, concluded, () => withdrawn, delivered]
/** Facts of one case at instants of their own, told in whatever order; acceptance comes first in time. */
const anyCase = fc.array(fc.record({ what: fc.nat(steps.length - 1), hours: fc.integer({ min: 30, max: 1400 }) }), { maxLength: 14 }).map((said) => {
  const facts = said.map(({ what, hours }, i): readonly [string, CaseEvent, { occurredAt: Instant }] => {
    const instant = new Date(Date.parse('2026-03-02T00:00:00Z') + hours * 36e5 + i).toISOString() as Instant
    return ['2026-06-01', steps[what]!(dayIn(zone, instant)), { occurredAt: instant }]
  })
  return toldOn<CaseEvent>('cases-X-1', ['2026-06-01', submitted, { occurredAt: at('2026-03-02', '09:00') }], ['2026-06-01', acceptedWith(), { occurredAt: at('2026-03-02', '11:00') }], ...facts)
})
/** 承诺 and 法定 read off the facts, without folding: first end, and the pauses begun before it, each closed by the next end of its kind. */
function plainly(facts: readonly Recorded<CaseEvent>[]) {
  const inTime = businessOrder(facts), over = ['CaseConcluded', 'ApplicationWithdrawn']
  const stop = inTime.findIndex(({ type }) => over.includes(type)), running = stop < 0 ? inTime : inTime.slice(0, stop)
  const held = (starts: string, ends: string, dayOf: (data: never) => string, endOf: (data: never) => string) => running.flatMap(({ type, data }, i) => {
    if (type !== starts) return []
    const closing = inTime.slice(i).find((fact) => fact.type === ends)
    return [{ i, from: dayOf(data as never), to: closing && endOf(closing.data as never) }]
  })
  const supplements = held('SupplementRequested', 'SupplementSubmitted', ({ requestedOn }) => requestedOn, ({ submittedOn }) => submittedOn)
  const others = [...held('SpecialProcedureStarted', 'SpecialProcedureEnded', ({ startedOn }) => startedOn, ({ endedOn }) => endedOn),
    ...held('CaseReportedUp', 'SuperiorDecided', ({ reportedOn }) => reportedOn, ({ decidedOn }) => decidedOn)]
  const inOrder = (pauses: typeof others) => [...pauses].sort((a, b) => a.i - b.i).map(({ from, to }) => `${from}…${to ?? ''}`)
  const stoppedAt = stop < 0 ? undefined : occurredAt(inTime[stop]!)
  return { promised: inOrder([...supplements, ...others]), statutory: inOrder(others), stoppedAt, extensions: running.filter(({ type }) => type === 'LimitExtended').length }
}

describe('任何顺序', () => {
  it('the same rows, in whatever order the facts arrive, and told again', () => fc.assert(fc.property(anyCase, (facts) => { rowsOf(caseTimelines, [], facts) }), { numRuns: 60 }))
  it('承诺 and 法定 are what a plain reading of the facts makes of them', () => fc.assert(fc.property(anyCase, (facts) => {
    const row = foldRows(caseTimelines, businessOrder(facts)).get('cases.X-1')!, plain = plainly(facts)
    const read = (name: string) => clock(row, name)!.pauses.map(({ from, to }) => `${from}…${to ?? ''}`)
    expect({ promised: read('promised'), statutory: read('statutory'), stoppedAt: clock(row, 'promised')!.stoppedAt, extensions: clock(row, 'promised')!.extensions?.length ?? 0 }).toStrictEqual(plain)
  }), { numRuns: 300 }))
  it('the store that the house keeps holds the same rows, sub-cases too, when the story came late and mixed up', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'timelines-'))
    try {
      const facts = fc.sample(anyCase, { numRuns: 40, seed: 7 }).flatMap((facts, n) => facts.map((fact) => ({ ...fact, meta: { ...fact.meta, stream: `cases-X-${n}` } })))
      const arriving = shuffled(facts, 'business', 11), first = arriving.slice(0, 200), source = memoryFacts(first)
      const projector = new Projector({ dir, projections: [caseTimelines], source })
      await projector.caughtUp(first.at(-1)!.meta.position)
      for (let from = 200; from < arriving.length; from += 17) {
        (first as Recorded[]).push(...arriving.slice(from, from + 17))
        await projector.wake()
      }
      const kept: Record<string, unknown> = {}, store = openReadStore(dir)
      for await (const rows of store.scan('case-timelines')) for (const { key, row } of rows) kept[key] = row
      await store.close()
      await projector.close()
      const streams = [...new Set(facts.map(({ meta }) => meta.stream))].map((stream) => facts.filter(({ meta }) => meta.stream === stream))
      expect(kept).toStrictEqual(Object.fromEntries(streams.flatMap((own) => [...foldRows(caseTimelines, businessOrder(own))])))
      expect(Object.keys(kept).filter((key) => key.includes('#')).length).toBeGreaterThan(10)
    } finally { rmSync(dir, { recursive: true, force: true }) }
  })
})
