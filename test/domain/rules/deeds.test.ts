import { describe, expect, it } from 'vitest'
import type { Instant } from '../../../domain/kernel/values.ts'
import { specialProcedures } from '../../../domain/kernel/vocabulary.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import type { ItemGround } from '../../../domain/supervision/rules/rule.ts'
import type { Deed, Timeline } from '../../../domain/supervision/timeline.ts'
import { calendarIn2026 } from '../../fixtures/calendars.ts'
import { at, day } from '../../kernel/spec.ts'

const afterAll = '2099-12-31T00:00:00.000Z' as Instant
const found = (ruleId: string, timeline: Partial<Timeline>, item?: ItemGround) => judge(
  { subject: 'cases.X-1', department: 'D', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, clocks: [], deeds: [], ...timeline } as Timeline, rulebook(), { calendar: calendarIn2026, item }, afterAll)
  .filter((finding) => finding.ruleId === ruleId)
const lines = (...args: Parameters<typeof found>) => found(...args).map(({ clock, becameTrueAt, correctedAt }) => [clock, becameTrueAt, ...correctedAt ? [correctedAt] : []])
let n = 0
const deed = (type: string, on: string, said: Deed['said'] = {}, more: Partial<Deed> = {}): Deed => ({ id: `f-${n++}`, type, at: on.length > 10 ? at(on.slice(0, 10), on.slice(11)) : at(on), said, ...more })
const ask = (on: string) => deed('SupplementRequested', on), accept = (on: string) => deed('CaseAccepted', on)

describe('R-05 补正告知', () => {
  it('each request beyond the first is a breach of its own, with the fact that proves it', () => {
    const [first, second, third] = [ask('2026-03-02'), ask('2026-03-03'), ask('2026-03-04')] as [Deed, Deed, Deed]
    expect(found('R-05', { deeds: [first, second, third] }).map(({ clock, evidence }) => [clock, evidence])).toStrictEqual([['supplement:2~again', [second.id]], ['supplement:3~again', [third.id]]])
  })
  it('after acceptance it is called that, whether it is the first or not', () =>
    expect(lines('R-05', { deeds: [ask('2026-03-02'), accept('2026-03-04'), ask('2026-03-05')] })).toStrictEqual([['supplement:2~accepted', at('2026-03-05')]]))
  it('asked for and accepted at one instant: the order of business decides', () => {
    expect(lines('R-05', { acceptedAt: at('2026-03-04'), deeds: [ask('2026-03-04'), accept('2026-03-04')] })).toStrictEqual([])
    expect(lines('R-05', { acceptedAt: at('2026-03-04'), deeds: [accept('2026-03-04'), ask('2026-03-04')] })).toStrictEqual([['supplement:1~accepted', at('2026-03-04')]])
  })
  it('T12: due on 7 May, true at its close, the instant at which the law accepts the case; a notice at that instant is in time, a minute later is not', () => {
    const notice = { name: 'notice', kind: 'notice' as const, clause: '', basis: '', startedOn: day('2026-04-27'), limitWorkingDays: 5, pauses: [] }
    const yellow = (stoppedAt?: Instant) => lines('R-05', { clocks: [{ ...notice, ...(stoppedAt && { stoppedAt }) }] }).filter(([clock]) => clock === 'notice')
    expect(yellow()).toStrictEqual([['notice', at('2026-05-07', '17:30')]])
    expect(yellow(at('2026-05-07', '17:30'))).toStrictEqual([])
    expect(yellow(at('2026-05-07', '17:31'))).toStrictEqual([['notice', at('2026-05-07', '17:30')]])
  })
  it('what was missed cannot be made good: it never turns red', () => {
    expect(found('R-03', { deeds: [ask('2026-03-02'), ask('2026-03-03')] })).toStrictEqual([])
  })
})

const start = (on: string, kind = 'hearing') => deed('SpecialProcedureStarted', on, { kind }), notice = (on: string, kind = 'special-procedure') => deed('NoticeSent', on, { kind })
const item = (...procedures: string[]): ItemGround => ({ officers: [], flow: ['handling'], specialProcedures: procedures, feeFen: 0, twoPersonRule: true })

describe('R-06 特别程序', () => {
  it.each(specialProcedures)('%s is of the law; of the item only where it says so', (kind) => {
    const deeds = [start('2026-03-02', kind), notice('2026-03-02 11:00')]
    expect(lines('R-06', { deeds })).toStrictEqual([])
    expect(lines('R-06', { deeds }, item(kind))).toStrictEqual([])
    expect(lines('R-06', { deeds }, item())).toStrictEqual([['special:1~foreign', at('2026-03-02')]])
  })
  it('of no law it is of no item either, and is said once', () =>
    expect(lines('R-06', { deeds: [start('2026-03-02', 'consultation'), notice('2026-03-02 11:00')] }, item('consultation'))).toStrictEqual([['special:1~unlisted', at('2026-03-02')]]))
  it('a notice of another kind, or sent before, tells the applicant nothing of it; one sent late puts it right, and then it does not turn', () => {
    const untold = ['special:1~untold', at('2026-03-03', '17:30')]
    expect(lines('R-06', { deeds: [notice('2026-03-01'), start('2026-03-02'), notice('2026-03-02 11:00', 'hearing')] })).toStrictEqual([untold])
    expect(lines('R-06', { deeds: [start('2026-03-02'), notice('2026-03-03 17:30')] })).toStrictEqual([])
    const late = { deeds: [start('2026-03-02'), notice('2026-03-05')] }
    expect(lines('R-06', late)).toStrictEqual([[...untold, at('2026-03-05')]])
    expect(found('R-03', late)).toStrictEqual([])
    expect(found('R-03', { deeds: [start('2026-03-02')] }).map(({ clock, because }) => [clock, because])).toStrictEqual([['special:1~untold', `R-06/special:1~untold/${untold[1]}`]])
  })
  it('what a foreign source does not tell of proves nothing', () => expect(lines('R-06', { imported: true, deeds: [start('2026-03-02')] })).toStrictEqual([]))
  it('two are allowed, the third is one too many', () =>
    expect(lines('R-06', { imported: true, deeds: [start('2026-03-02'), start('2026-03-09'), start('2026-03-16')] })).toStrictEqual([['special:3~again', at('2026-03-16')]]))
})

const extend = (on: string, said: Deed['said'] = {}, by = 'p-1') => deed('LimitExtended', on, { workingDays: 10, approver: 'p-9', dueOnBefore: '2026-03-09', ...said }, { by })

describe('R-08 违规延期', () => {
  const breaches = (deeds: Deed[], more: Partial<Timeline> = {}) => lines('R-08', { imported: true, deeds, ...more }).map(([clock]) => clock)
  it('on the due day until its close is in time, a minute later is not', () => {
    expect(breaches([extend('2026-03-09 17:30')])).toStrictEqual([])
    expect(breaches([extend('2026-03-09 17:31')])).toStrictEqual(['extension:1~late'])
  })
  it.each([[10, undefined, []], [11, undefined, ['extension:1~long']], [15, 'JOINT', []], [16, 'JOINT', ['extension:1~long']], [15, 'PROMISED', ['extension:1~long']]])('by %i days of a case %s', (workingDays, caseType, expected) =>
    expect(breaches([extend('2026-03-06', { workingDays })], caseType ? { caseType } : {})).toStrictEqual(expected))
  it('twice is once too often, however short', () => expect(breaches([extend('2026-03-03', { workingDays: 1 }), extend('2026-03-06', { workingDays: 1 })])).toStrictEqual(['extension:2~again']))
  it('nobody approves his own; a source that names no approver has not said so', () => {
    expect(breaches([extend('2026-03-06', { approver: 'p-1' })])).toStrictEqual(['extension:1~approver'])
    expect(breaches([deed('LimitExtended', '2026-03-06', { workingDays: 10, dueOnBefore: '2026-03-09' })])).toStrictEqual([])
  })
  it('is told to the applicant by the close of the next working day, in the house’s own cases', () => {
    expect(lines('R-08', { deeds: [extend('2026-03-06')] })).toStrictEqual([['extension:1~untold', at('2026-03-09', '17:30')]])
    expect(lines('R-08', { deeds: [extend('2026-03-06'), notice('2026-03-10', 'extension')] })).toStrictEqual([['extension:1~untold', at('2026-03-09', '17:30'), at('2026-03-10')]])
    expect(lines('R-08', { deeds: [extend('2026-03-06'), notice('2026-03-09', 'extension')] })).toStrictEqual([])
  })
})
