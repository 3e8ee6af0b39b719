import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { businessOrder, occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { judge, rulebook } from '../../domain/supervision/judge.ts'
import { cardsFor } from '../../domain/supervision/policy.ts'
import type { CardEvent } from '../../domain/supervision/events.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { caseView, type CaseSources, type Standpoint } from '../../projections/case-view.ts'
import { foldRow } from '../../projections/fold-row.ts'
import type { CaseView } from '../../projections/views.ts'
import { accepted, approved, concluded, granted, handled, requested, reviewed, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day } from '../kernel/spec.ts'
import { claimed, imported, toldOn } from './told.ts'

const names: Record<string, string> = { 'p-001': '李敏', 'p-002': '王强', 'p-003': '陈局' }
const sourcesOf = (facts: readonly Recorded<CaseEvent>[], more: Partial<CaseSources> = {}): CaseSources => ({
  facts, cards: [], calendar: calendarIn2026, rulebook: rulebook(), item: { shortName: '食品许可', caseType: 'PROMISED' }, hallName: '县政务服务中心', personName: (person) => names[person], ...more })
const now = at('2026-12-01')
const view = (facts: readonly Recorded<CaseEvent>[], standpoint: Partial<Standpoint> = {}, more: Partial<CaseSources> = {}, id = 'X-1') => {
  const seen = caseView(id, sourcesOf(facts, more), { role: 'inspector', now, ...standpoint })
  if ('notYet' in seen) throw new Error('the case had not begun')
  return seen
}
/** Accepted on Monday 2 March for five days, due on the 9th (T01), sent back once, and granted on the 12th. */
const told = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted], ['2026-03-04', handled], ['2026-03-05', reviewed('back')], ['2026-03-06', handled],
  ['2026-03-10', reviewed()], ['2026-03-12', granted], ['2026-03-12 15:00', concluded('2026-03-12')])
const on = (date: string, time = '23:00') => view(told, { at: at(date, time) })
const path = ({ steps }: CaseView) => steps.map(({ step, state }) => `${step} ${state}`)

describe('回放', () => {
  it('shows the case as it stood at each instant', () => expect(['2026-03-02', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-10', '2026-03-12'].map((date) => on(date).stage))
    .toStrictEqual(['Accepted', 'Handled', 'Accepted', 'Handled', 'Reviewed', 'Concluded']))
  it('an instant itself is included, the one before is not', () => {
    expect(on('2026-03-04', '10:00').stage).toBe('Handled')
    expect(view(told, { at: '2026-03-04T01:59:59.999Z' as Instant }).stage).toBe('Accepted')
  })
  it('turns the light with the days: ok, soon, late, done', () => expect(['2026-03-05', '2026-03-06', '2026-03-09', '2026-03-12'].map((date) => on(date).light)).toStrictEqual(['ok', 'soon', 'late', 'done']))
  it('counts what was left and by how much it was missed, as of that day', () => {
    expect(on('2026-03-04').clocks[0]).toMatchObject({ dueOn: '2026-03-09', dueAt: at('2026-03-09', '17:30'), remainingWorkingDays: 3, elapsedWorkingDays: 2, held: false, stated: false })
    expect(on('2026-03-11').clocks[0]).toMatchObject({ overdueWorkingDays: 2, remainingWorkingDays: 0 })
    expect(on('2026-03-12').clocks[0]).not.toHaveProperty('remainingWorkingDays')
  })
  it('the account adds up to the due day, and its last line says it', () => {
    const { ledger, lines, startedOn } = on('2026-03-04').clocks[0]!
    expect(Date.parse(startedOn) + ledger.reduce((days, entry) => days + entry.days, 0) * 864e5).toBe(Date.parse('2026-03-09'))
    expect(lines.zh.at(-1)).toBe('3月2日 + 5 + 2 = 3月9日')
    expect(lines.en).toHaveLength(lines.zh.length)
  })
  it('finds what had become true, and not what was to come', () => {
    expect(on('2026-03-09').findings.map(({ ruleId }) => ruleId)).toStrictEqual(['R-01'])
    expect(on('2026-03-10').findings.map(({ ruleId }) => ruleId)).toStrictEqual(['R-01', 'R-02'])
    const ofThePromise = on('2026-04-30').findings.filter(({ clock }) => clock === 'promised').map(({ ruleId }) => ruleId)
    expect(ofThePromise).toStrictEqual(['R-01', 'R-02']) // 办结 before the red
  })
  it('before the first fact there is nothing, and it says when it began', () =>
    expect(caseView('X-1', sourcesOf(told), { role: 'inspector', now, at: at('2026-03-01') })).toStrictEqual({ notYet: 'begun', since: at('2026-03-02') }))
  it('spans from the first fact to the last; an open case, to now', () => {
    expect(view(told).span).toStrictEqual({ from: at('2026-03-02'), to: at('2026-03-12', '15:00') })
    expect(view(told.slice(0, 3)).span).toStrictEqual({ from: at('2026-03-02'), to: now })
    expect(on('2026-03-04').span).toStrictEqual({ from: at('2026-03-02'), to: at('2026-03-12', '15:00') })
  })
  it('without an instant it is the whole story', () => {
    expect(view(told)).toMatchObject({ stage: 'Concluded', light: 'done', at: at('2026-03-12', '15:00'), known: now, revision: 8 })
    expect(view(told).facts.map(({ type }) => type)).toStrictEqual(told.map(({ type }) => type))
  })
  it('without an instant an open case is shown at its latest fact, not at the time of asking', () => {
    const open = view(told.slice(0, 3))
    expect(open).toMatchObject({ at: at('2026-03-04'), now, light: 'ok', stage: 'Handled', clocks: [{ remainingWorkingDays: 3 }, {}, { name: 'notice' }] })
    expect(open.findings).toStrictEqual([])
    expect(view(told.slice(0, 3), { at: now }).light).toBe('late')
  })
  it('names halls, items and people, and falls back to their ids', () => {
    expect(on('2026-03-04')).toMatchObject({ itemName: '食品许可', hallName: '县政务服务中心', holder: '李敏', caseType: 'PROMISED' })
    expect(view(told, { at: at('2026-03-04') }, { item: undefined, hallName: undefined, personName: () => undefined })).toMatchObject({ itemName: 'SP-01', hallName: 'H-1', holder: 'p-001' })
  })
  it('the days of rest in between are stretches with their names', () => {
    const may = toldOn<CaseEvent>('cases-X-1', ['2026-04-29', submitted], ['2026-05-07', { type: 'CaseTerminated', data: { reason: '撤回', terminatedOn: day('2026-05-07') } }])
    expect(view(may).restDays).toStrictEqual([{ from: '2026-05-01', to: '2026-05-05', name: '劳动节' }])
    expect(on('2026-03-12').restDays).toStrictEqual([{ from: '2026-03-07', to: '2026-03-08', name: '' }])
  })
})

describe('环节', () => {
  it('is the flow that was pinned, done up to where the case stands', () => {
    expect(path(on('2026-03-04'))).toStrictEqual(['submitted done', 'accepted done', 'handling done', 'reviewing current', 'decision todo', 'concluded todo'])
    expect(path(on('2026-03-12'))).toStrictEqual(['submitted done', 'accepted done', 'handling done', 'reviewing done', 'decision done', 'concluded done'])
  })
  it('退回 undoes the steps of the flow, and they are done again', () => {
    expect(path(on('2026-03-05'))).toStrictEqual(['submitted done', 'accepted done', 'handling current', 'reviewing todo', 'decision todo', 'concluded todo'])
    expect(on('2026-03-06').steps[2]).toStrictEqual({ step: 'handling', state: 'done', at: at('2026-03-06'), byName: '李敏' })
  })
  it('批准 has its place where the flow asks for it', () => {
    const pinned = { ...(accepted.data as { pinned: object }).pinned, flow: ['handling', 'reviewing', 'approving'] }
    const three = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02', { ...accepted, data: { ...accepted.data, pinned } } as CaseEvent], ['2026-03-03', handled], ['2026-03-04', reviewed()], ['2026-03-05', approved()])
    expect(path(view(three))).toStrictEqual(['submitted done', 'accepted done', 'handling done', 'reviewing done', 'approving done', 'decision current', 'concluded todo'])
  })
  it('of a foreign case is what was done, in the words of its source', () => {
    const facts = imported('cases-receipt:7', claimed(concluded('2011-10-20'), { on: '2011-10-20', order: 2 }), claimed({ type: 'StepCompleted', data: { step: 'T02' } }, { on: '2011-10-15', activity: 'T02 Check', order: 1 }),
      claimed(submitted, { on: '2011-10-11', activity: 'Confirmation of receipt' }))
    expect(path(view(facts, {}, {}, 'receipt:7'))).toStrictEqual(['Confirmation of receipt done', 'T02 Check done', 'concluded done'])
    expect(path(view(facts, { at: at('2011-10-16') }, {}, 'receipt:7'))).toStrictEqual(['Confirmation of receipt done', 'T02 Check done', 'concluded todo'])
  })
})

describe('停表', () => {
  const paused = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted], ['2026-03-04', requested('2026-03-04', true)], ['2026-03-06', supplied('2026-03-06')],
    ['2026-03-09', specialStarted('2026-03-09')], ['2026-03-11', specialEnded('2026-03-11')])
  it('补办件 holds the promise, and the due day moves when it comes back', () => {
    expect(view(paused, { at: at('2026-03-05') })).toMatchObject({ light: 'hold', stage: 'SupplementPending', clocks: [{ name: 'promised', held: true }, { name: 'statutory', held: false, dueOn: '2026-03-30' }, { name: 'notice', stoppedAt: at('2026-03-02', '11:00') }] })
    expect(view(paused, { at: at('2026-03-06', '12:00') })).toMatchObject({ stage: 'Accepted', clocks: [{ held: false, dueOn: '2026-03-11' }, {}, {}] })
  })
  it('特别程序 stands at Suspended, and the case goes on where it stood', () => {
    expect(view(paused, { at: at('2026-03-10') })).toMatchObject({ light: 'hold', stage: 'Suspended', clocks: [{ name: 'promised', held: true }, { name: 'statutory', held: true }, { name: 'notice', held: false }, { name: 'special:1', held: false, dueOn: '2026-03-16' }] })
    const later = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted], ['2026-03-03', handled], ['2026-03-04', specialStarted('2026-03-04')], ['2026-03-06', specialEnded('2026-03-06')])
    expect(['2026-03-03', '2026-03-05', '2026-03-07'].map((date) => view(later, { at: at(date) }).stage)).toStrictEqual(['Handled', 'Suspended', 'Handled'])
  })
  it('特别程序 is named in the account in the words of the reader', () => {
    const { zh, en } = view(paused, { at: at('2026-03-12') }).clocks[1]!.lines
    expect(zh.join('\n')).toContain('特别程序（检验）')
    expect(en.join('\n')).toContain('special procedure (inspection)')
    expect([...zh, ...en].join('\n')).not.toMatch(/特别程序：|[(（]检验[)]|（inspection/)
  })
  it.each(['constructor', 'site-visit'])('特别程序 of a kind that only its source knows (%s) keeps its name', (kind) => {
    const foreign = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted], ['2026-03-09', { ...specialStarted('2026-03-09'), data: { ...specialStarted('2026-03-09').data, kind } } as CaseEvent],
      ['2026-03-11', specialEnded('2026-03-11')])
    const { zh, en } = view(foreign, { at: at('2026-03-12') }).clocks[1]!.lines
    expect([zh.join('\n'), en.join('\n')]).toEqual([expect.stringContaining(`特别程序（${kind}）`), expect.stringContaining(`special procedure (${kind})`)])
  })
  it('特别程序 with a plan shows the day that it would be, as provisional', () =>
    expect(view(paused, { at: at('2026-03-10') }).clocks[0]).toMatchObject({ held: true, provisional: true, dueOn: '2026-03-18' }))
  it('united, the two pauses move the promise; the law stands still for one of them', () =>
    expect(view(paused, { at: at('2026-03-12') }).clocks.map(({ dueOn }) => dueOn)).toStrictEqual(['2026-03-13', '2026-04-01', '2026-03-09', '2026-03-16']))
})

describe('知道多少', () => {
  // The conclusion of 5 March is written down on the 20th, after a card was dealt.
  const late = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted],
    ['2026-03-20', concluded('2026-03-05'), { occurredAt: at('2026-03-05', '16:00'), source: { name: 'receipt', batch: 'b', order: 0 } }])
  const timeline = foldRow(caseTimelines, late.slice(0, 2), 'cases.X-1')!
  const dealt = cardsFor(timeline, judge(timeline, rulebook(), { calendar: calendarIn2026 }, at('2026-03-12')), calendarIn2026).map(({ command, key }): CardEvent => {
    const { severity, because: _, ...data } = command.data as Extract<typeof command, { type: 'IssueCard' }>['data']
    return { type: severity === 'WARN' ? 'WarningRaised' : 'YellowCardIssued', data: { cardId: key, ...data } }
  })
  const yellow = dealt.at(-1)!.data.cardId
  const cards = toldOn<CardEvent>('supervision-card.cases.X-1', ['2026-03-06 17:31', dealt[0]!], ['2026-03-10 17:31', dealt[1]!],
    ['2026-03-21', { type: 'CardRevoked', data: { cardId: yellow, reason: 'late-fact', evidence: '登记晚于办结' } }])
  const seen = (known: string, of = '2026-03-16') => view(late, { at: at(of), known: at(known) }, { cards })
  it('as far as was known then the case was late; as far as is known now it had ended', () => {
    expect(seen('2026-03-16')).toMatchObject({ stage: 'Accepted', light: 'late' })
    expect(seen('2026-03-20')).toMatchObject({ stage: 'Concluded', light: 'done', endedAt: at('2026-03-05', '16:00') })
  })
  it('late entry shows both times', () => {
    const entered = seen('2026-03-20').facts.at(-1)
    expect(entered).toMatchObject({ type: 'CaseConcluded', occurredAt: at('2026-03-05', '16:00'), recordedAt: at('2026-03-20'), late: true })
    expect(seen('2026-03-20').facts[0]).toMatchObject({ late: false })
  })
  it('judges by what was known: the yellow was right then, and would not be found now', () => {
    expect(seen('2026-03-16').findings.map(({ ruleId }) => ruleId)).toContain('R-02')
    expect(seen('2026-03-20').findings.map(({ ruleId }) => ruleId)).not.toContain('R-02')
  })
  it('a card that was dealt stays, and its revocation stands beside it from when it is known', () => {
    expect(seen('2026-03-16').cards.find(({ cardId }) => cardId === yellow)).toMatchObject({ severity: 'YELLOW', issuedAt: at('2026-03-10', '17:31') })
    expect(seen('2026-03-16').cards.find(({ cardId }) => cardId === yellow)).not.toHaveProperty('revoked')
    expect(seen('2026-03-21').cards.find(({ cardId }) => cardId === yellow)?.revoked).toStrictEqual({ reason: 'late-fact', at: at('2026-03-21') })
    expect(seen('2026-03-21').cards.find(({ cardId }) => cardId === yellow)).toMatchObject({ state: 'revoked', remarks: [{ kind: 'revoked', text: '登记晚于办结' }] })
    expect(seen('2026-03-06').cards).toStrictEqual([])
  })
  it('knowing more never shows fewer facts', () => {
    const counts = ['2026-03-02', '2026-03-03', '2026-03-16', '2026-03-20', '2026-03-21'].map((known) => seen(known).facts.length)
    expect(counts).toStrictEqual([...counts].sort())
  })
})

describe('谁看', () => {
  const facts = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', { ...submitted, data: { ...submitted.data, applicantName: '张＊＊', responsible: 'r-1', attributes: { risk: '高' } } } as CaseEvent], ['2026-03-02 11:00', accepted],
    ['2026-03-04', handled, { actor: { person: 'p-001', role: 'handler', department: '市场监管局' } }], ['2026-03-05', specialStarted('2026-03-05')], ['2026-03-06', specialEnded('2026-03-06')], ['2026-03-10', reviewed('back')])
  const cards = toldOn<CardEvent>('supervision-card.cases.X-1', ['2026-03-17 17:31', { type: 'YellowCardIssued', data: { cardId: 'R-02/promised', ruleId: 'R-02', ruleVersion: 1, params: {}, clause: '第三十六条',
    calendarVersion: 1, clock: 'promised', becameTrueAt: at('2026-03-17', '17:30'), dueOn: day('2026-03-16'), ledger: [] } }])
  const seenBy = (role: string) => view(facts, { role, at: at('2026-04-30') }, { cards })
  const applicant = seenBy('applicant'), inspector = seenBy('inspector')
  it('申请人 sees no opinion, no official, no attribute, no finding and no card, anywhere', () => {
    const text = JSON.stringify(applicant)
    for (const hidden of ['p-001', 'p-002', 'p-003', 'r-1', '李敏', '王强', '陈局', '现场合格', '材料属实', '高', 'opinion', 'byName', 'responsible', 'approver', 'holder', 'R-0']) expect(text, hidden).not.toContain(hidden)
    expect([applicant.findings, applicant.cards, applicant.attributes]).toStrictEqual([[], [], {}])
  })
  it('which are all there to be seen', () => {
    const text = JSON.stringify(inspector)
    for (const there of ['p-001', 'p-002', 'r-1', '李敏', '王强', '陈局', '现场合格', '材料属实', '高', 'R-02']) expect(text, there).toContain(there)
  })
  it('批准人 is named, and by their id where the name is not known', () => {
    const approverOf = ({ facts }: CaseView) => facts.find(({ type }) => type === 'SpecialProcedureStarted')!.data['approver']
    expect([approverOf(inspector), approverOf(view(facts, {}, { personName: () => undefined })), approverOf(applicant)]).toStrictEqual(['陈局', 'p-003', undefined])
  })
  it('申请人 sees the same facts, days and due days as everybody', () => {
    expect(applicant.facts.map(({ type, occurredAt }) => [type, occurredAt])).toStrictEqual(inspector.facts.map(({ type, occurredAt }) => [type, occurredAt]))
    expect([applicant.clocks, applicant.stage, applicant.light, applicant.span]).toStrictEqual([inspector.clocks, inspector.stage, inspector.light, inspector.span])
    expect(applicant.applicant).toStrictEqual({ id: 'a-1', name: '张＊＊' })
  })
  it('单位 is named to everybody', () => {
    const firm = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', { ...submitted, data: { ...submitted.data, applicantName: undefined, organisation: '云栖商行' } } as CaseEvent])
    expect(['applicant', 'inspector'].map((role) => view(firm, { role }).applicant)).toStrictEqual([{ id: 'a-1', name: '云栖商行' }, { id: 'a-1', name: '云栖商行' }])
  })
  it('窗口 sees who did what, and no finding', () => {
    const clerk = seenBy('window-clerk')
    expect(clerk.facts[2]).toMatchObject({ by: 'p-001', byName: '李敏', data: { opinion: '现场合格' } })
    expect([clerk.findings, clerk.cards]).toStrictEqual([[], []])
  })
  it.each(['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'])('%s sees findings and cards', (role) => {
    expect(seenBy(role).findings.length).toBeGreaterThan(0)
    expect(seenBy(role).cards).toMatchObject([{ severity: 'YELLOW', issuedAt: at('2026-03-17', '17:31') }])
  })
})

describe('导入', () => {
  const facts = imported('cases-fines:A1', claimed({ ...submitted, data: { ...submitted.data, zone: 'Europe/Rome', pinned: undefined } } as CaseEvent, { on: '2011-03-24', activity: 'Create Fine', precision: 'day', source: 'fines' }),
    claimed({ type: 'FeeAssessed', data: { kind: 'fine', effect: 'sets', amountFen: 3500 } }, { on: '2011-03-24', source: 'fines', precision: 'day' }),
    claimed({ type: 'FeeCharged', data: { effect: 'sets', amountFen: 3500 } }, { on: '2011-04-20', activity: 'Payment', order: 7, source: 'fines', precision: 'day' }))
  it('is shown with its source, its place in the file and the precision of its time', () => {
    const seen = view(facts, {}, {}, 'fines:A1')
    expect(seen).toMatchObject({ imported: true, source: 'fines', caseNo: 'A1', zone: 'Europe/Rome', fees: { owedFen: 3500, paidFen: 3500, verdict: 'exact' } })
    expect(seen.facts.at(-1)).toMatchObject({ activity: 'Payment', source: { name: 'fines', batch: 'b-1', order: 7 }, precision: 'day', late: true })
  })
  it('the fees are those of that day', () => expect(view(facts, { at: at('2011-04-01') }, {}, 'fines:A1').fees).toStrictEqual({ owedFen: 3500, paidFen: 0, verdict: 'unpaid' }))
  it('of which so far only steps and fees are told has no clock, no finding and no end', () => {
    const seen = view(imported('cases-fines:A2', claimed({ type: 'StepCompleted', data: { step: 'Send Fine' } }, { on: '2011-03-24', activity: 'Send Fine', source: 'fines' }),
      claimed({ type: 'FeeAssessed', data: { kind: 'fine', effect: 'sets', amountFen: 3500 } }, { on: '2011-03-25', source: 'fines' })), { at: now }, {}, 'fines:A2')
    expect(seen).toMatchObject({ stage: 'Recorded', light: 'ok', clocks: [], findings: [], facts: [{ type: 'StepCompleted' }, { type: 'FeeAssessed' }] })
    expect(seen).not.toHaveProperty('endedAt')
  })
  it('nobody acts for an official whom the source did not name', () => expect(view(facts, {}, {}, 'fines:A1').facts.at(-1)).not.toHaveProperty('by'))
})

describe('回放 of any case, at any instant', () => {
  const steps: readonly CaseEvent[] = [submitted, accepted, requested('2026-03-04', true), supplied('2026-03-06'), specialStarted('2026-03-09'), specialEnded('2026-03-11'), handled, reviewed(), reviewed('back'), granted, concluded('2026-03-12'),
    { type: 'StepCompleted', data: { step: 'T02', by: 'r-1' } }, { type: 'FeeCharged', data: { effect: 'adds', amountFen: 5 } }]
  const instant = fc.integer({ min: 0, max: 60 }).map((days) => new Date(Date.parse('2026-03-01T02:00:00Z') + days * 864e5).toISOString() as Instant)
  const anyCase = fc.array(fc.record({ fact: fc.constantFrom(...steps), occurred: instant, delay: fc.nat(20), order: fc.nat(3), activity: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }) }), { minLength: 1, maxLength: 10 })
    .map((told) => imported('cases-receipt:7', ...told.map(({ fact, occurred, order, activity }) => ({ ...fact, claim: { key: '', occurredAt: occurred, source: { name: 'receipt', batch: 'b', order, ...(activity && { activity }) } } })))
      .map((fact, i) => ({ ...fact, meta: { ...fact.meta, recordedAt: new Date(Date.parse(occurredAt(fact)) + told[i]!.delay * 864e5).toISOString() as Instant } })))
  const look = (facts: readonly Recorded<CaseEvent>[], standpoint: Partial<Standpoint>) => caseView('receipt:7', sourcesOf(facts), { role: 'inspector', now, ...standpoint })
  const moment = ({ span: _, restDays: __, ...rest }: CaseView) => rest

  it('is folded from what had happened by then, and from nothing else', () => fc.assert(fc.property(anyCase, instant, (facts, at) => {
    const seen = look(facts, { at }), before = facts.filter((fact) => occurredAt(fact) <= at)
    if ('notYet' in seen) { expect(before).toStrictEqual([]); return }
    const alone = look(before, { at })
    if ('notYet' in alone) throw new Error('it had begun')
    expect(moment(seen)).toStrictEqual(moment(alone))
  }), { numRuns: 300 }))
  it('stands where a plain reading of its facts leaves it', () => fc.assert(fc.property(anyCase, instant, (facts, at) => {
    const seen = look(facts, { at })
    if ('notYet' in seen) return
    let trunk = 'Recorded', ended = false, holds: string[] = []
    const hold = (at: string) => { holds = [...holds.filter((held) => held !== at), at] }
    const release = (at: string) => { holds = holds.filter((held) => held !== at) }
    // A step of its own ends whatever held the case up.
    const move = (to: string) => { trunk = to; holds = [] }
    for (const { type, data } of businessOrder(facts).filter((fact) => occurredAt(fact) <= at)) {
      if (ended) continue
      if (type === 'ApplicationSubmitted') move('Submitted')
      else if (type === 'CaseAccepted') move('Accepted')
      else if (type === 'SupplementRequested') hold('SupplementPending')
      else if (type === 'SpecialProcedureStarted') hold('Suspended')
      else if (type === 'SupplementSubmitted') release('SupplementPending')
      else if (type === 'SpecialProcedureEnded') release('Suspended')
      else if (type === 'HandlingCompleted') move('Handled')
      else if (type === 'ReviewCompleted') move(data.result === 'back' ? 'Accepted' : 'Reviewed')
      else if (type === 'LicenceGranted') move('Decided')
      else if (type === 'CaseConcluded') { move('Concluded'); ended = true }
    }
    expect([seen.stage, seen.light === 'done']).toStrictEqual([holds.at(-1) ?? trunk, ended])
  }), { numRuns: 300 }))
  it('does not depend on the order in which it was told', () => fc.assert(fc.property(anyCase.chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length }))), instant, ([facts, shuffled], at) => {
    expect(look(shuffled, { at })).toStrictEqual(look(facts, { at }))
  }), { numRuns: 200 }))
  it('knowing more adds facts and takes none away', () => fc.assert(fc.property(anyCase, instant, instant, instant, (facts, at, one, other) => {
    const [known, more] = [one, other].sort() as [Instant, Instant]
    const revisionsAt = (known: Instant) => { const seen = look(facts, { at, known }); return 'notYet' in seen ? [] : seen.facts.map(({ revision }) => revision) }
    const less = revisionsAt(known)
    expect(revisionsAt(more)).toEqual(expect.arrayContaining(less))
    expect(less.every((revision) => facts[revision - 1]!.meta.recordedAt <= known)).toBe(true)
  }), { numRuns: 300 }))
  it('says nothing to an applicant that it does not say to an inspector', () => fc.assert(fc.property(anyCase, instant, (facts, at) => {
    const seen = look(facts, { at, role: 'applicant' })
    if ('notYet' in seen) return
    expect(JSON.stringify(seen)).not.toMatch(/p-00\d|r-1|现场合格|材料属实|R-0\d/)
  }), { numRuns: 100 }))
})
