import { describe, expect, it } from 'vitest'
import type { CaseListRow, CaseView, ClockView } from '../../projections/views.ts'
import { formatter } from '../../ui/format.ts'
import { headOf, kindOf, lightWord, rowDue, verdict } from '../../ui/verdict.ts'
import { words as en } from '../../ui/words.en.ts'
import { words as zh } from '../../ui/words.zh.ts'

const now = '2026-10-26T02:24:00.000Z'
const f = formatter(zh, 'Asia/Shanghai', now), english = formatter(en, 'Asia/Shanghai', now)
type Given = Partial<Record<keyof CaseListRow, unknown>>
const row = (given: Given) => ({ id: 'a', caseNo: 'a', cards: [], openedAt: '2026-10-01T01:00:00.000Z', light: 'ok', ...given }) as unknown as CaseListRow
const due = (day: string, more: Given = {}) => row({ dueOn: day, dueAt: `${day}T09:30:00.000Z`, ...more })
const view = (given: Given, clock?: Partial<Record<keyof ClockView, unknown>>) =>
  ({ ...row(given), clocks: clock ? [{ name: 'promised', pauses: [], ...clock }] : [] }) as unknown as CaseView

describe('判词 — how a case stands, in words', () => {
  it.each([
    ['two days left', due('2026-10-28', { remainingWorkingDays: 2 }), '剩 2 个工作日', '2 working days left', 'ok', 'week'],
    ['due today', due('2026-10-26', { light: 'soon', remainingWorkingDays: 0 }), '今天 17:30', 'Today 17:30', 'soon', 'today'],
    ['one day over', due('2026-10-22', { light: 'late', overdueWorkingDays: 1 }), '超 1 个工作日', '1 working day over', 'late', 'late'],
    ['over since an hour', due('2026-10-25', { light: 'late', overdueWorkingDays: 0 }), '已超期', 'Overdue', 'late', 'late'],
    ['standing still', due('2026-11-06', { light: 'hold' }), '停表', 'Stopped', 'hold', 'hold'],
    ['not accepted', row({}), '未计期', 'No clock', 'none', 'none'],
    ['far away', due('2026-11-04', { remainingWorkingDays: 7 }), '剩 7 个工作日', '7 working days left', 'ok', 'later'],
    ['ended in time', due('2026-10-22', { light: 'done', endedAt: '2026-10-22T09:30:00.000Z' }), '已办结', 'Concluded', 'done', 'done'],
    ['ended the next morning', due('2026-10-22', { light: 'done', endedAt: '2026-10-23T01:00:00.000Z' }), '超期办结', 'Concluded late', 'done', 'done'],
    ['ended days later', due('2026-10-20', { light: 'done', endedAt: '2026-10-23T01:00:00.000Z', overdueWorkingDays: 2 }), '超 2 个工作日办结', 'Concluded 2 working days late', 'done', 'done'],
  ] as const)('%s', (_, given, chinese, foreign, kind, head) =>
    expect([lightWord(given, zh, f), lightWord(given, en, english), kindOf(given), headOf(given, f)]).toStrictEqual([chinese, foreign, kind, head]))

  it('a case that ended after the close of its due day is never said to be in time', () => {
    const clock = { dueOn: '2026-10-22', dueAt: '2026-10-22T09:30:00.000Z' }
    expect(verdict(view({ light: 'done', endedAt: '2026-10-23T01:00:00.000Z' }, clock), zh, f)).toBe('超期办结，不足 1 个工作日')
    expect(verdict(view({ light: 'done', endedAt: '2026-10-22T09:30:00.000Z' }, clock), zh, f)).toBe('按时办结')
    expect(verdict(view({ light: 'done', endedAt: '2026-10-22T09:30:00.000Z' }), zh, f)).toBe('已办结')
  })
  it('what stands still says for what', () =>
    expect(verdict(view({ light: 'hold' }, { dueOn: '2026-11-06', pauses: [{ clause: '特别程序：test', from: '2026-10-20' }] }), zh, f)).toBe('停表中 · 特别程序：检测'))
  it('a provisional day is called so in the list', () => expect(rowDue(due('2026-11-06', { provisional: true }), zh, f)).toBe('暂定 11月6日'))
})
