import { describe, expect, it } from 'vitest'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { businessOrder } from '../../domain/kernel/events.ts'
import type { CardEvent } from '../../domain/supervision/events.ts'
import { ledgerView, type LedgerAsked } from '../../projections/ledger-view.ts'
import type { LedgerView } from '../../projections/views.ts'
import { chineseDays, oracleOf } from '../calendar-oracle.ts'
import { accepted, concluded, granted, handled, requested, specialEnded, specialStarted, submitted, supplied } from '../fixtures/case.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day } from '../kernel/spec.ts'
import { toldOn } from './told.ts'

const oracle = oracleOf(chineseDays('package'))
const extended: CaseEvent = { type: 'LimitExtended', data: { workingDays: 10, reason: '案情复杂', basis: '行政许可法第四十二条', approver: 'p-003', extendedOn: day('2026-03-12'), dueOnBefore: day('2026-03-16'), by: 'p-001' } }
const opened: CaseEvent = { type: 'SubCaseOpened', data: { subCase: 1, department: '住建局', matter: '规划', promisedWorkingDays: 3, officers: ['p-9'], openedOn: day('2026-03-13'), by: 'p-001' } }
const reported: CaseEvent = { type: 'CaseReportedUp', data: { superior: '省厅', workingDays: 20, opinion: '拟同意', reportedOn: day('2026-03-17'), by: 'p-003' } }
/** Positions are 1, 3, 5 … in this order. */
const facts = toldOn<CaseEvent>('cases-X-1', ['2026-03-02', submitted], ['2026-03-02 11:00', accepted], ['2026-03-04', requested('2026-03-04', true)], ['2026-03-05', specialStarted('2026-03-05')],
  ['2026-03-06', supplied('2026-03-06')], ['2026-03-10', specialEnded('2026-03-10')], ['2026-03-12', extended], ['2026-03-13', opened], ['2026-03-16', handled], ['2026-03-17', reported],
  ['2026-03-24', { type: 'SuperiorDecided', data: { result: 'grant', documentNo: '省许1号', decidedOn: day('2026-03-24'), by: 'p-001' } }], ['2026-03-25', granted], ['2026-03-26', concluded('2026-03-26')])
const card: CardEvent = { type: 'YellowCardIssued', data: { cardId: 'R-02/promised/1', ruleId: 'R-02', ruleVersion: 1, params: { graceWorkingDays: 1 }, clause: '第三十六条', calendarVersion: 7, clock: 'promised',
  becameTrueAt: at('2026-03-10', '17:30'), dueOn: day('2026-03-09'), evidence: [facts[1]!.meta.id, 'elsewhere'],
  ledger: [{ kind: 'limit', clause: '承诺期限', days: 5, unit: 'working-days' }, { kind: 'rest', clause: '放假安排', days: 2, unit: 'calendar-days', detail: [{ name: '周末', days: 2 }] }] } }
const cards = toldOn<CardEvent>('supervision-card.cases.X-1', ['2026-03-10 17:31', card])
const now = at('2026-04-01')
const asked = (what: LedgerAsked, role = 'inspector') => ledgerView('X-1', { facts: businessOrder(facts), cards, calendar: calendarIn2026, personName: () => undefined }, what, now, now, role)
const ledger = (what: LedgerAsked): LedgerView => {
  const found = asked(what)
  if ('noSuch' in found) throw new Error(`no ${found.noSuch}`)
  return found
}
const dayAfter = (text: string, days: number) => new Date(Date.parse(text) + days * 864e5).toISOString().slice(0, 10)

describe('期限账', () => {
  it.each(['promised', 'statutory', 'notice', 'special:1', 'superior', 'delivery', 'publication', '#1'])('%s adds up to its due day, and every working day in it is one that nobody held', (clock) => {
    const { startedOn, dueOn, entries, days, lines } = ledger({ clock })
    expect(dayAfter(startedOn, entries.reduce((sum, entry) => sum + entry.days, 0))).toBe(dueOn)
    expect(days).toBe((Date.parse(dueOn!) - Date.parse(startedOn)) / 864e5)
    const of = (...kinds: string[]) => entries.filter(({ kind }) => kinds.includes(kind)).reduce((sum, entry) => sum + entry.days, 0)
    expect(of('limit', 'extension', 'pause')).toBe(oracle.between(startedOn, dueOn!))
    const pauses = entries.flatMap(({ kind, from, to }) => kind === 'pause' ? [{ from: from!, to }] : [])
    expect(oracle.due(startedOn, of('limit', 'extension'), pauses)).toBe(dueOn)
    expect(entries.map(({ zh }) => zh)).toStrictEqual(lines.zh.slice(1, 1 + entries.length))
    expect(entries.every(({ zh, en }) => zh && en)).toBe(true)
  })
  it('names of each entry the facts that gave it; the days of rest are the calendar’s', () => {
    const given = ledger({ clock: 'promised' }).entries.map(({ kind, clause, facts }) => [kind, clause, facts])
    expect(given).toStrictEqual([['limit', '承诺期限', [3]], ['extension', '行政许可法第四十二条', [13]], ['rest', '放假安排', []],
      ['pause', '补办件', [5, 9]], ['pause', '特别程序：inspection', [7, 11]], ['pause', '行政许可法第三十五条', [19, 21]]])
    expect(ledger({ clock: '#1' }).entries[0]).toMatchObject({ kind: 'limit', days: 3, facts: [15] })
    expect(ledger({ clock: 'delivery' }).entries[0]).toMatchObject({ facts: [23] })
  })
  it('is said as an official would write it', () => expect(ledger({ clock: 'promised' }).lines.zh).toStrictEqual([
    '3月2日受理，次日起算', '承诺期限 5 个工作日（优化营商环境条例第三十六条）', '延长 10 个工作日（行政许可法第四十二条）', '假日、周末不计 +11 天：清明节 3 天、周末 8 天',
    '补办件不计 2 个工作日（3月4日—3月6日）', '特别程序（检验）不计 2 个工作日（3月6日—3月10日）', '上级机关审查（行政许可法第三十五条）不计 5 个工作日（3月17日—3月24日）', '应办结 4月6日（周一）', '3月2日 + 5 + 10 + 11 + 2 + 2 + 5 = 4月6日']
    .map((line, i) => i === 3 || i > 6 ? expect.any(String) : line)))
  it('of a card is the one that it was dealt with, whatever has been told since', () => {
    const found = ledger({ card: 'R-02/promised/1' })
    expect(found).toMatchObject({ startedOn: '2026-03-02', dueOn: '2026-03-09', calendarVersion: 7, days: 7, card: { ruleId: 'R-02', evidence: [3], state: 'standing' } })
    expect(found.lines.zh.at(-1)).toBe('3月2日 + 5 + 2 = 3月9日')
  })
  it('of what is not there names what is', () => {
    expect(asked({ clock: 'nothing' })).toStrictEqual({ noSuch: 'clock', there: ['promised', 'statutory', 'notice', 'special:1', 'superior', 'delivery', 'publication', '#1'] })
    expect(asked({ card: 'nothing' })).toStrictEqual({ noSuch: 'card', there: ['R-02/promised/1'] })
  })
  it('of two departments that are late alike each card has its own account', () => {
    const sub = (number: number, days: number) => toldOn<CardEvent>(`supervision-card.cases.X-1#${number}`, ['2026-03-20 17:31', { ...card, data: { ...card.data, cardId: 'R-20/promised/1', ruleId: 'R-20', ledger: [{ kind: 'limit', clause: '辅办承诺期限', days, unit: 'working-days' }] } } as CardEvent])
    const both = ledgerView.bind(undefined, 'X-1', { facts: businessOrder([...facts, ...toldOn<CaseEvent>('cases-X-1', ['2026-03-13', { ...opened, data: { ...opened.data, subCase: 2 } } as CaseEvent])]), cards: [...sub(1, 5), ...sub(2, 7)], calendar: calendarIn2026, personName: () => undefined })
    for (const [number, days] of [['#1', 5], ['#2', 7]] as const) expect(both({ card: 'R-20/promised/1', clock: number }, now, now, 'inspector')).toMatchObject({ days, card: { subCase: Number(number[1]) } })
    expect(both({ card: 'R-20/promised/1', clock: '#3' }, now, now, 'inspector')).toMatchObject({ noSuch: 'card' })
  })
})
