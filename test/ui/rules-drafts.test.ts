import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarSaid, limitsSaid } from '../../api/what-if-asked.ts'
import type { Listed, Result } from '../../ui/screens/rules/asks.ts'
import { besides } from '../../ui/screens/rules/drafts.ts'
import { daysFrom, faultsOf, supposedOf, type Typed } from '../../ui/screens/rules/supposing.ts'

/** Since when each card stands: in force, by one draft, by the other. */
type Truth = { subject: string; now?: number; a?: number; b?: number }
const at = (n: number) => `2026-03-${String(n).padStart(2, '0')}T09:30:00.000Z`
/** What the platform lists of one draft: where it is not as in force. */
const listed = (truth: readonly Truth[], side: 'a' | 'b'): Pick<Result, 'cards'> => ({
  cards: truth.filter((one) => one.now !== one[side]).map(({ subject, now, [side]: then }): Listed => ({ change: now === undefined ? 'added' : then === undefined ? 'removed' : 'moved', rule: 'R-02', clock: 'promised', severity: 'YELLOW',
    subject, department: '甲局', ...(now !== undefined && { before: at(now) }), ...(then !== undefined && { after: at(then) }) })) })
const maybe = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })
const truths = fc.uniqueArray(fc.record({ subject: fc.constantFrom('cases.1', 'cases.2', 'cases.3#1', 'officers.p-1', 'departments.甲局'), now: maybe, a: maybe, b: maybe }), { selector: ({ subject }) => subject })

describe('两份草案', () => {
  it('each card stands beside itself in force: those that differ anywhere, each once, and no other', () => {
    fc.assert(fc.property(truths, (truth) => {
      const found = besides(listed(truth as Truth[], 'a'), listed(truth as Truth[], 'b')).map(({ card, now, a, b }) => [card.subject, now, a, b])
      const wanted = truth.filter(({ now, a, b }) => now !== a || now !== b).map(({ subject, now, a, b }) => [subject, ...[now, a, b].map((n) => n === undefined ? undefined : at(n))])
      const inOrder = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort()
      expect(inOrder(found)).toStrictEqual(inOrder(wanted))
    }), { numRuns: 300 })
  })
  it('two that a draft adds to one clock stay two', () => {
    const two = (from: number) => ({ cards: [from, from + 1].flatMap((n) => listed([{ subject: 'cases.1', a: n }], 'a').cards) })
    expect(besides(two(2), { cards: [] }).map(({ now, a, b }) => [now, a, b])).toStrictEqual([[undefined, at(2), undefined], [undefined, at(3), undefined]])
    expect(besides(two(2), two(2))).toHaveLength(2)
  })
})

describe('草案的字段', () => {
  const typed = (more: Partial<Typed>): Typed => ({ rule: '', params: {}, item: '', kind: 'promised', days: '', on: '', until: '', is: '', opens: '', closes: '', since: '', ...more })
  const faults = (more: Partial<Typed>) => faultsOf(typed(more), []).map(({ field }) => field)
  it('days are both ends and what lies between, over the end of a month and of a year', () => {
    expect(daysFrom('2026-02-27', '2026-03-02')).toStrictEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
    expect(daysFrom('2026-12-31', '2027-01-01')).toStrictEqual(['2026-12-31', '2027-01-01'])
    expect(daysFrom('2026-05-01', '')).toStrictEqual(['2026-05-01'])
    for (const until of ['2026-04-30', '2026-06-01', '2036-05-01']) expect(daysFrom('2026-05-01', until)).toStrictEqual([])
    expect(daysFrom('2026-05-01', '2026-05-31')).toHaveLength(31)
  })
  it('days over the end of a year are two notices, each of its own; hours are a fact of their own', () => {
    const asked = supposedOf(typed({ is: 'working', on: '2026-12-31', until: '2027-01-02', opens: '09:00', closes: '17:00', since: '2026-05-01', item: 'X', kind: 'step.handling', days: '3' }), [], '2026-11-01', '假设')!
    expect(asked.item).toStrictEqual(['X.step.handling=3'])
    expect(asked.calendar).toMatchObject([{ type: 'CalendarAmended', data: { year: 2026, off: [], working: [{ on: '2026-12-31' }], knownOn: '2026-11-01' } },
      { type: 'CalendarAmended', data: { year: 2027, working: [{ on: '2027-01-01' }, { on: '2027-01-02' }] } }, { type: 'OfficeHoursSet', data: { opensAt: '09:00', closesAt: '17:00', effectiveFrom: '2026-05-01' } }])
    // The platform takes them for what they are.
    expect(calendarSaid(asked.calendar)).toHaveLength(3)
    expect(limitsSaid(asked.item)).toStrictEqual([{ itemCode: 'X', kind: 'step', step: 'handling', workingDays: 3 }])
  })
  it('a step may not be given no day at all; hours need both ends in order, and a day', () => {
    expect(faults({ item: 'X', days: '0' })).toStrictEqual([])
    expect(faults({ item: 'X', kind: 'step.handling', days: '0' })).toStrictEqual(['days'])
    for (const days of ['', '-1', '1.5', '1001', 'x']) expect(faults({ item: 'X', days }), days).toStrictEqual(['days'])
    expect(faults({ is: 'off' })).toStrictEqual(['on'])
    expect(faults({ is: 'off', on: '2026-05-02', until: '2026-05-01' })).toStrictEqual(['on'])
    expect(faults({ opens: '09:00', closes: '17:00', since: '2026-05-01' })).toStrictEqual([])
    for (const more of [{ opens: '09:00' }, { opens: '17:00', closes: '09:00', since: '2026-05-01' }, { opens: '09:00', closes: '09:00', since: '2026-05-01' }, { opens: '09:00', closes: '17:00' }, { since: '2026-05-01' }]) expect(faults(more)).toStrictEqual(['hours'])
  })
})
