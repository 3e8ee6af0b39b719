import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DictionaryEvent, ItemEvent } from '../../domain/items/events.ts'
import type { Timeline, TimelineClock } from '../../domain/supervision/timeline.ts'
import { catalogue, dictionaries } from '../../projections/catalogue.ts'
import { touched, type LimitDraft } from '../../projections/limit-impact.ts'
import { chineseDays, nextDay, oracleOf } from '../calendar-oracle.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { licence } from '../fixtures/licence.ts'
import { rowsOf } from '../kernel/rows.ts'
import { at, day, frozen } from '../kernel/spec.ts'
import { toldOn } from './told.ts'

const item = { code: 'SP-01', version: 2, promisedWorkingDays: 5, statutoryWorkingDays: 20 }
const clock = (kind: TimelineClock['kind'], limitWorkingDays: number, more: Partial<TimelineClock> = {}): TimelineClock =>
  ({ name: kind, kind, clause: '期限', basis: '依据', startedOn: day('2026-03-02'), pauses: [], limitWorkingDays, ...more })
const timeline = (subject: string, more: Partial<Timeline> = {}): Timeline =>
  ({ subject, department: '市场监管局', itemCode: 'SP-01', itemVersion: 1, hall: 'H-1', zone: 'Asia/Shanghai', imported: false, clocks: [], deeds: [], openedOn: day('2026-03-02'), ...more })
const acceptedCase = (subject: string, clocks: TimelineClock[] = [clock('promised', 5), clock('statutory', 20)], more: Partial<Timeline> = {}) =>
  timeline(subject, { acceptedAt: at('2026-03-02'), clocks, ...more })
const submittedCase = (subject: string, receivedOn: string, more: Partial<Timeline> = {}) =>
  timeline(subject, { clocks: [clock('notice', 5, { startedOn: day(receivedOn) })], ...more })
const impact = (timelines: readonly Timeline[], draft: LimitDraft, now = at('2026-03-06', '18:00')) => touched(frozen(timelines), item, draft, () => calendarIn2026, now)

describe('期限影响', () => {
  it('who is accepted keeps the limits of then; what the draft would make of it is told beside it', () =>
    expect(impact([acceptedCase('cases.A')], { promisedWorkingDays: 3 })).toStrictEqual({
      open: 1, keeps: 1, deemed: 0, takes: 0, lateNow: 0, lateUnderDraft: 1, newlyLate: 1, noLongerLate: 0,
      cases: [{ subject: 'cases.A', department: '市场监管局', hall: 'H-1', itemVersion: 1, standing: 'keeps', clocks: [{ name: 'promised', kind: 'promised', startedOn: '2026-03-02',
        now: { limitWorkingDays: 5, dueOn: '2026-03-09', late: false }, draft: { limitWorkingDays: 3, dueOn: '2026-03-05', late: true } }] }] }))
  it('is late once the office has closed on the due day, not a minute before', () => {
    const late = (time: string) => impact([acceptedCase('cases.A')], { promisedWorkingDays: 4 }, at('2026-03-06', time)).lateUnderDraft
    expect([late('17:30'), late('17:31')]).toStrictEqual([0, 1])
  })
  it('a longer limit makes some no longer late', () =>
    expect(impact([acceptedCase('cases.A', [clock('promised', 2)])], { promisedWorkingDays: 10 })).toMatchObject({ lateNow: 1, lateUnderDraft: 0, newlyLate: 0, noLongerLate: 1 }))
  it('who is submitted and not accepted takes the new, counted as if accepted today', () =>
    expect(impact([submittedCase('cases.B', '2026-03-05')], { promisedWorkingDays: 3, statutoryWorkingDays: 10 })).toMatchObject({ takes: 1, keeps: 0, newlyLate: 0, cases: [{ standing: 'takes', clocks: [
      { kind: 'promised', startedOn: '2026-03-06', now: { limitWorkingDays: 5, dueOn: '2026-03-13' }, draft: { limitWorkingDays: 3, dueOn: '2026-03-11' } },
      { kind: 'statutory', now: { dueOn: '2026-04-03' }, draft: { dueOn: '2026-03-20' } }] }] }))
  it('视为受理: whose notice is overdue is accepted under the version of its receipt, from the close of the fifth day on', () => {
    const standing = (time: string, more: Partial<Timeline> = {}) => impact([submittedCase('cases.B', '2026-02-28', more)], { promisedWorkingDays: 3 }, at('2026-03-06', time)).cases[0]!.standing
    expect([standing('17:29'), standing('17:30')]).toStrictEqual(['takes', 'deemed'])
    const notified = { clocks: [clock('notice', 5, { startedOn: day('2026-02-28'), stoppedAt: at('2026-03-02') })] }
    expect(standing('17:30', notified)).toBe('takes')
    expect(impact([submittedCase('cases.B', '2026-02-20')], { promisedWorkingDays: 3 })).toMatchObject({ deemed: 1, takes: 0, lateUnderDraft: 0, cases: [{ clocks: [] }] })
  })
  it('what stood still stands still, and what was extended stays extended', () => {
    const held = clock('promised', 5, { pauses: [{ clause: '特别程序：hearing', from: day('2026-03-03'), to: day('2026-03-05') }], extensions: [{ clause: '延期', workingDays: 2 }] })
    expect(impact([acceptedCase('cases.A', [held])], { promisedWorkingDays: 3 }).cases[0]!.clocks).toMatchObject([
      { now: { limitWorkingDays: 7, dueOn: '2026-03-13' }, draft: { limitWorkingDays: 5, dueOn: '2026-03-11' } }])
    const open = clock('promised', 5, { pauses: [{ clause: '补办件', from: day('2026-03-03') }] })
    expect(impact([acceptedCase('cases.A', [open])], { promisedWorkingDays: 3 }).cases[0]!.clocks).toMatchObject([{ now: { late: false }, draft: { late: false } }])
    expect(impact([acceptedCase('cases.A', [open])], { promisedWorkingDays: 3 }).cases[0]!.clocks[0]!.draft).not.toHaveProperty('dueOn')
  })
  it('环节: only the visit that still runs, and only of the step that is meant', () => {
    const steps = [clock('step', 3, { name: 'step:handling:1', stoppedAt: at('2026-03-04') }), clock('step', 3, { name: 'step:handling:2', startedOn: day('2026-03-04') }), clock('step', 3, { name: 'step:reviewing:1' })]
    expect(impact([acceptedCase('cases.A', steps)], { stepLimits: [{ step: 'handling', workingDays: 1 }] }).cases[0]!.clocks)
      .toStrictEqual([{ name: 'step:handling:2', kind: 'step', startedOn: '2026-03-04', now: { limitWorkingDays: 3, dueOn: '2026-03-09', late: false }, draft: { limitWorkingDays: 1, dueOn: '2026-03-05', late: true } }])
  })
  it('of other items, of what is over and of a co-handler’s promise to the lead it says nothing', () => {
    const others = [acceptedCase('cases.X', undefined, { itemCode: 'SP-02' }), acceptedCase('cases.Y', undefined, { endedAt: at('2026-03-05') }), acceptedCase('cases.A/1', undefined, { of: 'cases.A' })]
    expect(impact(others, { promisedWorkingDays: 3 })).toStrictEqual({ open: 0, keeps: 0, deemed: 0, takes: 0, lateNow: 0, lateUnderDraft: 0, newlyLate: 0, noLongerLate: 0, cases: [] })
  })
  it('a foreign case keeps what its source states, and is told what the draft would make of it', () => {
    const { limitWorkingDays: _, ...stated } = clock('promised', 0, { statedDueOn: day('2026-03-04'), statedDueAt: at('2026-03-04', '12:00') })
    expect(impact([timeline('cases.receipt:1', { imported: true, clocks: [stated] })], { promisedWorkingDays: 5 })).toMatchObject({ keeps: 1, takes: 0, lateNow: 1, noLongerLate: 1 })
    expect(impact([timeline('cases.receipt:2', { imported: true })], { promisedWorkingDays: 5 })).toMatchObject({ keeps: 1, takes: 0, cases: [{ clocks: [] }] })
  })
  it('past the last year that is published the day is provisional', () =>
    expect(impact([acceptedCase('cases.A', [clock('promised', 200)])], { promisedWorkingDays: 250 }).cases[0]!.clocks[0]).toMatchObject({ draft: { provisional: true } }))
  it('tells first who would be late, then by the day', () => {
    const order = impact([acceptedCase('cases.C', [clock('promised', 5, { startedOn: day('2026-03-05') })]), acceptedCase('cases.B', [clock('promised', 1)]), acceptedCase('cases.A')], { promisedWorkingDays: 3 })
    expect(order.cases.map(({ subject }) => subject)).toStrictEqual(['cases.A', 'cases.B', 'cases.C'])
  })

  const { after, works } = oracleOf(chineseDays('package'))
  const startedOn = fc.integer({ min: 0, max: 60 }).map((n) => { let on = '2026-01-05'; for (let i = 0; i < n; i++) on = nextDay(on); return day(on) })
  const someCase = fc.record({ startedOn, limit: fc.integer({ min: 0, max: 30 }) })
  it('every day is that of a walk by hand, the figures add up, and the draft that changes nothing touches nobody', () => fc.assert(fc.property(
    fc.array(someCase, { maxLength: 8 }), fc.integer({ min: 0, max: 30 }), (drawn, promisedWorkingDays) => {
      const cases = drawn.map(({ startedOn, limit }, i) => acceptedCase(`cases.${i}`, [clock('promised', limit, { startedOn })])), now = at('2026-03-06', '18:00')
      const found = impact(cases, { promisedWorkingDays }, now), due = (from: string, days: number) => after(from, days)
      for (const { subject, clocks: [one] } of found.cases) {
        const { startedOn, limit } = drawn[Number(subject.slice('cases.'.length))]!
        expect(one).toMatchObject({ now: { dueOn: due(startedOn, limit), late: due(startedOn, limit) <= '2026-03-06' }, draft: { dueOn: due(startedOn, promisedWorkingDays), late: due(startedOn, promisedWorkingDays) <= '2026-03-06' } })
      }
      expect(works('2026-03-06')).toBe(true)
      expect([found.open, found.keeps + found.deemed + found.takes]).toStrictEqual([drawn.length, drawn.length])
      expect(found.lateUnderDraft).toBe(found.lateNow + found.newlyLate - found.noLongerLate)
      const same = impact(cases.slice(0, 1), { promisedWorkingDays: drawn[0]?.limit ?? 0 }, now)
      expect([same.newlyLate, same.noLongerLate]).toStrictEqual([0, 0])
    }), { numRuns: 200 }))
})

describe('字典', () => {
  const trades: DictionaryEvent['data'] = { version: 1, name: '行业', entries: [{ code: 'G56', zh: '餐饮' }, { code: 'G57', zh: '零售' }] }
  const newest = { ...trades, version: 2, entries: [{ code: 'G56', zh: '餐饮', retired: true }, { code: 'G57', zh: '零售' }, { code: 'G58', zh: '批发' }] }
  const told = toldOn<DictionaryEvent>('items-dictionary.trades', ['2026-03-02', { type: 'DictionaryPublished', data: trades }], ['2026-04-02', { type: 'DictionaryPublished', data: newest }])
  it('is shown at its newest version, what is retired too', () => expect(rowsOf(dictionaries, [], told).rows).toStrictEqual({ trades: { dictionary: 'trades', ...newest } }))
  it('is no item, and an item is no dictionary', () => {
    expect(rowsOf(catalogue, [], told).rows).toStrictEqual({})
    expect(rowsOf(dictionaries, [], toldOn<ItemEvent>('items-SP-01', ['2026-03-02', { type: 'ItemPublished', data: licence }])).rows).toStrictEqual({})
  })
})
