import { describe, expect, it } from 'vitest'
import type { Instant } from '../../../domain/kernel/values.ts'
import { foreseen, judge, rulebook, rulesFor } from '../../../domain/supervision/judge.ts'
import { concludeAll, observeAll } from '../../../domain/supervision/patterns.ts'
import type { Deed, Timeline } from '../../../domain/supervision/timeline.ts'
import { calendarIn2026 as calendar } from '../../fixtures/calendars.ts'
import { at, day } from '../../kernel/spec.ts'

const book = rulebook(), end = '2099-12-31T00:00:00.000Z' as Instant
const item = { officers: ['P-1'], flow: [], specialProcedures: [], feeFen: 0, twoPersonRule: true }
const empty: Timeline = { subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day('2026-03-02'), clocks: [], deeds: [] }
const step = (name: string, on: string, more: Partial<Deed> = {}): Deed => ({ id: `${name} ${on}`, at: at(on, '10:00'), step: name, ...more,
  type: more.type ?? { acceptance: 'CaseAccepted', handling: 'HandlingCompleted', reviewing: 'ReviewCompleted', approving: 'ApprovalGiven', decision: 'LicenceGranted', conclusion: 'CaseConcluded' }[name] ?? 'StepCompleted' })
const whole = ['handling', 'reviewing', 'approving']
const found = (ruleId: string, deeds: Deed[], more: Partial<Timeline> = {}, ground: object = {}) =>
  judge({ ...empty, deeds, ...more }, book, { calendar, ...ground }, end).filter((finding) => finding.ruleId === ruleId).map(({ clock, becameTrueAt }) => [clock, becameTrueAt])
const ten = (on: string) => at(on, '10:00')

describe('R-10 程序倒置、跳环节', () => {
  it('nothing is asked of a case whose flow nobody has pinned or declared', () => expect(found('R-10', [step('decision', '2026-03-03')])).toStrictEqual([]))
  it('a decision on nothing passes every step over', () =>
    expect(found('R-10', [step('decision', '2026-03-03')], { flow: whole })).toStrictEqual(whole.map((name) => [`order:${name}`, ten('2026-03-03')])))
  it('what is passed over is said once, by the first who did', () =>
    expect(found('R-10', [step('approving', '2026-03-03'), step('decision', '2026-03-04')], { flow: ['handling', 'approving'] })).toStrictEqual([['order:handling', ten('2026-03-03')]]))
  it('a conclusion without any decision decides', () => {
    expect(found('R-10', [step('handling', '2026-03-03'), step('conclusion', '2026-03-04')], { flow: ['handling', 'reviewing'] })).toStrictEqual([['order:reviewing', ten('2026-03-04')]])
    expect(found('R-10', [step('handling', '2026-03-03'), step('reviewing', '2026-03-04'), step('conclusion', '2026-03-05')], { flow: ['handling', 'reviewing'] })).toStrictEqual([])
  })
  it('what came after the decision is no order any more, and what the law grants by itself needs no steps', () => {
    expect(found('R-10', [step('handling', '2026-03-03'), step('decision', '2026-03-04'), step('reviewing', '2026-03-05')], { flow: ['handling'] })).toStrictEqual([])
    const reopened: Deed = { id: 'back', type: 'StepSentBack', at: ten('2026-03-05'), said: { to: 'handling' } }
    expect(found('R-10', [step('handling', '2026-03-03'), step('decision', '2026-03-04'), reopened, step('conclusion', '2026-03-06')], { flow: ['handling'] })).toStrictEqual([])
    expect(found('R-10', [step('decision', '2026-03-03', { type: 'RenewalDeemedGranted' }), step('conclusion', '2026-03-04')], { flow: whole })).toStrictEqual([])
  })
  it('withdrawn, terminated, returned or not accepted, it had no need to go on', () => {
    for (const type of ['ApplicationWithdrawn', 'CaseTerminated', 'CaseReturned', 'CaseNotAccepted']) expect(found('R-10', [{ id: type, type, at: ten('2026-03-03') }], { flow: whole }), type).toStrictEqual([])
  })
  it('sent back to review, the handling stands; sent back to handling, nothing does', () => {
    const sentBack = (to: string): Deed => ({ id: 'back', type: 'StepSentBack', at: ten('2026-03-05'), said: { from: 'approving', to } })
    const chain = (to: string) => [step('handling', '2026-03-03'), step('reviewing', '2026-03-04'), sentBack(to), step('reviewing', '2026-03-06'), step('approving', '2026-03-09'), step('decision', '2026-03-10')]
    expect(found('R-10', chain('reviewing'), { flow: whole })).toStrictEqual([])
    expect(found('R-10', chain('handling'), { flow: whole })).toStrictEqual([['order:handling:2', ten('2026-03-06')]])
  })
  it('a decision straight after the sending back is one on steps undone', () =>
    expect(found('R-10', [step('handling', '2026-03-03'), step('reviewing', '2026-03-04', { said: { result: 'back' } }), step('decision', '2026-03-05')], { flow: ['handling', 'reviewing'] }))
      .toStrictEqual([['order:handling:2', ten('2026-03-05')], ['order:reviewing:2', ten('2026-03-05')]]))
  it('a source that tells days tells no order within one', () => {
    const byDay = (name: string, on: string) => step(name, on, { at: at(on, '00:00'), precision: 'day' })
    expect(found('R-10', [byDay('reviewing', '2026-03-03'), byDay('handling', '2026-03-03'), step('decision', '2026-03-04')], { flow: ['handling', 'reviewing'], imported: true })).toStrictEqual([])
    expect(found('R-10', [byDay('reviewing', '2026-03-03'), byDay('handling', '2026-03-04'), byDay('decision', '2026-03-05')], { flow: ['handling', 'reviewing'], imported: true }))
      .toStrictEqual([['order:handling', at('2026-03-03', '00:00')]])
  })
  it('a step that the flow does not know is in nobody’s way', () =>
    expect(found('R-10', [step('现场勘查', '2026-03-02'), step('handling', '2026-03-03'), step('decision', '2026-03-04')], { flow: ['handling'] })).toStrictEqual([]))
})

describe('R-11 一审一核冲突', () => {
  const by = (name: string, on: string, who: string, more: Partial<Deed> = {}) => step(name, on, { by: who, ...more })
  it('handled and decided by one, however many verified between', () =>
    expect(found('R-11', [by('handling', '2026-03-03', 'P-1'), by('reviewing', '2026-03-04', 'P-2'), by('decision', '2026-03-05', 'P-1')])).toStrictEqual([['person:decision', ten('2026-03-05')]]))
  it('is one card for one person in one round, at the first step that he verified', () =>
    expect(found('R-11', [by('handling', '2026-03-03', 'P-1'), by('reviewing', '2026-03-04', 'P-1'), by('approving', '2026-03-05', 'P-1'), by('decision', '2026-03-06', 'P-1')]))
      .toStrictEqual([['person:reviewing', ten('2026-03-04')]]))
  it('saying no to his own work is verifying it too, and again in the next round', () =>
    expect(found('R-11', [by('handling', '2026-03-03', 'P-1'), by('reviewing', '2026-03-04', 'P-1', { said: { result: 'back' } }), by('handling', '2026-03-05', 'P-1'), by('reviewing', '2026-03-06', 'P-1')]))
      .toStrictEqual([['person:reviewing', ten('2026-03-04')], ['person:reviewing:2', ten('2026-03-06')]]))
  it('who handled in a round that was undone may verify, who handled in one that stands may not', () => {
    const round = (to: string, handling: Deed[]) => [by('handling', '2026-03-03', 'P-1'), by('reviewing', '2026-03-04', 'P-2'),
      { id: 'back', type: 'StepSentBack', at: ten('2026-03-05'), said: { to } }, ...handling, by('reviewing', '2026-03-09', 'P-1')]
    expect(found('R-11', round('handling', [by('handling', '2026-03-06', 'P-3')]))).toStrictEqual([])
    expect(found('R-11', round('reviewing', []))).toStrictEqual([['person:reviewing', ten('2026-03-09')]])
  })
  it('verified first and handled afterwards is the same', () =>
    expect(found('R-11', [by('approving', '2026-03-03', 'P-1'), by('handling', '2026-03-04', 'P-1')])).toStrictEqual([['person:approving', ten('2026-03-04')]]))
  it('nobody named is nobody accused, and who concludes his own handling has verified nothing', () => {
    expect(found('R-11', [step('handling', '2026-03-03'), step('reviewing', '2026-03-04')])).toStrictEqual([])
    expect(found('R-11', [by('handling', '2026-03-03', 'P-1'), by('decision', '2026-03-04', 'P-2'), by('conclusion', '2026-03-05', 'P-1')])).toStrictEqual([])
  })
  it('one machine counts when they sat at it, not when they say that it happened; a day is no minute', () => {
    const pair = (handled: Partial<Deed>, reviewed: Partial<Deed> = {}) => found('R-11', [by('handling', '2026-03-03', 'P-1', { key: 'K-1', ...handled }), by('reviewing', '2026-03-04', 'P-2', { key: 'K-1', ...reviewed })])
    expect(pair({})).toStrictEqual([])
    expect(pair({ recordedAt: at('2026-03-04', '09:56') })).toStrictEqual([['shared:reviewing', ten('2026-03-04')]])
    expect(pair({ at: ten('2026-03-04'), precision: 'day' })).toStrictEqual([])
  })
})

describe('R-12 越权办理', () => {
  const handled = [step('handling', '2026-03-03', { by: 'P-9' })]
  it('is said for each time, and not where the version of the item is not known', () => {
    expect(found('R-12', [...handled, step('handling', '2026-03-05', { by: 'P-8' })], {}, { item })).toStrictEqual([['authority:handling', ten('2026-03-03')], ['authority:handling:2', ten('2026-03-05')]])
    expect(found('R-12', handled)).toStrictEqual([])
  })
  it('a co-handler has officers of his own', () => expect(found('R-12', handled, { of: 'cases.X-1' }, { item })).toStrictEqual([]))
})

describe('R-13 厅外审批', () => {
  it('a Saturday that is worked is a working day', () => {
    const accepted = (on: string) => found('R-13', [step('acceptance', on)], { channel: 'window' })
    expect([accepted('2026-02-28'), accepted('2026-03-07')]).toStrictEqual([[], [['after-hours', ten('2026-03-07')]]])
  })
  it('deemed acceptance is nobody’s night shift, and no channel no hall', () => {
    expect(found('R-13', [step('acceptance', '2026-03-07', { type: 'CaseDeemedAccepted' })], { channel: 'window' })).toStrictEqual([])
    expect(found('R-13', [step('acceptance', '2026-03-07')])).toStrictEqual([])
  })
  it('two desks make it plausible that it went so fast', () => {
    const quick = (...terminals: (string | undefined)[]) => found('R-13', [step('acceptance', '2026-03-03'), step('conclusion', '2026-03-03')].map((deed, i) => ({ ...deed, ...(terminals[i] && { terminal: terminals[i] }) })),
      { acceptedAt: ten('2026-03-03'), minimumMinutes: 1 })
    expect([quick('T-1', 'T-2'), quick('T-1', 'T-1'), quick('T-1'), quick()].map(({ length }) => length)).toStrictEqual([0, 1, 1, 1])
  })
  it('a late entry over the holiday is late only when the office has opened again and closed', () => {
    const keyedIn = (at: Instant) => found('R-13', [step('handling', '2026-04-03', { recordedAt: at })]) // 清明 until Monday the 6th
    expect(keyedIn(at('2026-04-07', '17:30'))).toStrictEqual([])
    expect(keyedIn(at('2026-04-07', '17:31'))).toStrictEqual([['late-entry:handling:1', at('2026-04-07', '17:31')]])
  })
  it('the late word of a co-handler is his, on his sub-case, and not the lead’s', () => {
    const opinion: Deed = { id: 'o', type: 'SubOpinionGiven', at: ten('2026-03-03'), recordedAt: ten('2026-03-10') }
    expect(found('R-13', [opinion])).toStrictEqual([])
    expect(found('R-13', [opinion], { of: 'cases.X-1' })).toStrictEqual([['late-entry:SubOpinionGiven:1', ten('2026-03-10')]])
  })
})

describe('R-14 无理由拒绝', () => {
  it('of each refusal that lacks any of the three', () => {
    const refused = (type: string, said: Deed['said'] = {}): Deed => ({ id: type, type, at: ten('2026-03-03'), said: { hasReason: true, hasBasis: true, hasRemedies: true, ...said } })
    const lacking = ['hasReason', 'hasBasis', 'hasRemedies'].flatMap((name) => [refused('CaseNotAccepted', { [name]: false }), refused('LicenceRefused', { [name]: false })])
    for (const deed of lacking) expect(found('R-14', [deed], { imported: true })).toStrictEqual([['refusal', ten('2026-03-03')]])
    expect(found('R-14', [refused('CaseNotAccepted'), refused('LicenceRefused'), refused('CaseReturned', { hasReason: false })])).toStrictEqual([])
  })
})

describe('违规操作未遂', () => {
  const refused = (code: string, on: string, caseNo = 'X-1'): Deed => ({ id: `${code} ${on}`, type: 'StepRefused', at: ten(on), said: { command: 'ReviewCase', code, caseNo } })
  const officer = (deeds: Deed[]) => judge({ ...empty, subject: 'officers.P-1', itemCode: '', deeds }, book, { calendar }, end).map(({ ruleId, clock, severity, becameTrueAt }) => [ruleId, clock, severity, becameTrueAt])
  it('each attempt is a warning to its officer, under the rule that it would have broken', () =>
    expect(officer([refused('same-person-twice', '2026-03-03'), refused('not-authorised', '2026-03-04'), refused('not-the-next-step', '2026-03-05'), refused('same-person-twice', '2026-03-06'),
      refused('same-person-twice', '2026-03-06', 'X-2')]).sort()).toStrictEqual([
      ['R-10', 'attempt:not-the-next-step:X-1', 'WARN', ten('2026-03-05')], ['R-11', 'attempt:same-person-twice:X-1', 'WARN', ten('2026-03-03')],
      ['R-11', 'attempt:same-person-twice:X-1:2', 'WARN', ten('2026-03-06')], ['R-11', 'attempt:same-person-twice:X-2', 'WARN', ten('2026-03-06')],
      ['R-12', 'attempt:not-authorised:X-1', 'WARN', ten('2026-03-04')]]))
  it('every code that the cases put on record is one that some rule looks for', async () => {
    const { readdirSync, readFileSync } = await import('node:fs')
    const said = readdirSync('domain/cases/decide').map((file) => readFileSync(`domain/cases/decide/${file}`, 'utf8')).join('\n')
    const codes = [...new Set([...said.matchAll(/violation\('([a-z-]+)'/g)].map(([, code]) => code!))]
    expect(codes.length).toBeGreaterThanOrEqual(3)
    for (const code of codes) expect(officer([refused(code, '2026-03-03')]), code).toHaveLength(1)
  })
  it('on a case such a deed says nothing', () => expect(found('R-11', [refused('same-person-twice', '2026-03-03')])).toStrictEqual([]))
})

describe('R-19 and the risks of one case', () => {
  it('sent back three times, whichever way; pre-review does not count', () => {
    const back = (type: string, on: string): Deed => ({ id: on, type, at: ten(on), ...type !== 'StepSentBack' && { said: { result: 'back' } } })
    const three = [back('StepSentBack', '2026-03-03'), back('ReviewCompleted', '2026-03-04'), back('ApprovalGiven', '2026-03-05'), back('StepSentBack', '2026-03-06')]
    expect(found('R-19', three)).toStrictEqual([['sent-back', ten('2026-03-05')]])
    expect(found('R-19', [...three.slice(0, 2), back('ApplicationPreReviewed', '2026-03-09')])).toStrictEqual([])
  })
  it('I-06: not while the promise has days left, nor where nobody knows who did it; but when it is late already', () => {
    const clocks: Timeline['clocks'] = [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: day('2026-03-02'), limitWorkingDays: 5, pauses: [] }] // due on Monday the 9th
    const withdrawn = (on: string, more: Partial<Deed> = { role: 'window-clerk' }) => found('I-06', [{ id: 'w', type: 'ApplicationWithdrawn', at: ten(on), ...more }], { clocks }).length
    expect([withdrawn('2026-03-04'), withdrawn('2026-03-05'), withdrawn('2026-03-20'), withdrawn('2026-03-05', {})]).toStrictEqual([0, 1, 1, 0])
  })
  it('I-07: the agent too', () => expect(found('I-07', [step('approving', '2026-03-03', { by: 'P-1' })], { applicant: 'A-1', agent: 'P-1' })).toStrictEqual([['own:P-1', ten('2026-03-03')]]))
  it('each becomes true with a deed, and none is foreseen before it', () => {
    const timeline = { ...empty, channel: 'window', flow: whole, applicant: 'P-1', deeds: [step('acceptance', '2026-03-07'), step('decision', '2026-03-09', { by: 'P-1' })] }
    const deeds = new Set(timeline.deeds.map((deed) => deed.at))
    const own = foreseen(timeline, rulesFor(book, timeline.openedOn), { calendar }).filter(({ ruleId }) => ruleId !== 'R-03')
    expect(own.map(({ ruleId }) => ruleId)).toStrictEqual(['R-10', 'R-10', 'R-10', 'R-13', 'I-07'])
    for (const { becameTrueAt } of own) expect(deeds).toContain(becameTrueAt)
  })
})

describe('R-18 and I-01, where a case or a day has more than one', () => {
  const observed = (timelines: readonly Timeline[]) => concludeAll(book, timelines.flatMap((timeline) => observeAll(timeline, book, { calendar, item: { ...item, officers: ['P-1', 'P-2', 'P-3'] } })), calendar, end)
  const concluded = (n: number, minutes: number, opinion: number): Timeline => ({ ...empty, subject: `cases.${String(n).padStart(2, '0')}`,
    deeds: [step('handling', '2026-03-03', { id: `h${n}`, by: 'P-1', said: { opinion } }), step('conclusion', '2026-03-03', { id: `c${n}`, by: 'P-1', at: new Date(Date.parse(ten('2026-03-03')) + minutes * 60_000).toISOString() as Instant })] })
  const batches = (timelines: readonly Timeline[]) => observed(timelines).map(({ clock, becameTrueAt, evidence }) => [clock, becameTrueAt.slice(14, 16), evidence!.join(' ')])
  it('a day has as many batches as there are, and each case is in one at most', () =>
    expect(batches([...Array(12).keys()].map((n) => concluded(n, n * 2, 7)))).toStrictEqual([['batch:2026-03-03', '08', 'c0 c1 c2 c3 c4 c5'], ['batch:2026-03-03:2', '20', 'c6 c7 c8 c9 c10 c11']]))
  it('two opinions are two batches, unless they are of the same cases', () => {
    const two = [...Array(10).keys()].map((n) => concluded(n, n % 5, n < 5 ? 7 : 8))
    expect(batches(two)).toStrictEqual([['batch:2026-03-03', '04', 'c0 c1 c2 c3 c4'], ['batch:2026-03-03:2', '04', 'c5 c6 c7 c8 c9']])
  })
  it('a case is his who handled it first, whoever takes it up again', () => {
    const handled = (n: number): Timeline => ({ ...empty, subject: `cases.${n}`, applicant: 'A-1', deeds: [step('handling', '2026-03-03', { by: 'P-2', id: `first ${n}` }), step('handling', '2026-03-04', { by: `P-${n % 3 + 1}` })] })
    expect(observed([...Array(5).keys()].map(handled)).map(({ subject, clock }) => [subject, clock])).toStrictEqual([['officers.P-2', 'steering:applicant:A-1:2026']])
  })
})

describe('sub-cases', () => {
  it('contribute nothing to what is observed of many', () => {
    const sub: Timeline = { ...empty, of: 'cases.X-1', applicant: 'A-1', acceptedAt: ten('2026-03-02'), limitedQuantity: true, deeds: [{ id: 's', type: 'SubOpinionGiven', at: ten('2026-03-03'), by: 'P-1' }] }
    expect(observeAll(sub, book, { calendar, item })).toStrictEqual([])
    expect(concludeAll(book, [], calendar, end)).toStrictEqual([])
  })
})
