import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import type { Calendar, Day, Instant } from '../../domain/kernel/values.ts'
import { inForceOn, judge as judgeBy, rulebook, type RuleVersion } from '../../domain/supervision/judge.ts'
import { dueEntry as entryBy, lightAt } from '../../domain/supervision/light.ts'
import { rules } from '../../domain/supervision/rules/index.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { calendarIn2026, nationalFacts } from '../fixtures/calendars.ts'
import { at, day } from '../kernel/spec.ts'

const judge = (timeline: Timeline, published: readonly RuleVersion[], calendar: Calendar, now: Instant) => [...judgeBy(timeline, rulebook(published), { calendar }, now)]
  .sort((a, b) => a.ruleId < b.ruleId ? -1 : 1)
const dueEntry = (timeline: Timeline, published: readonly RuleVersion[], calendar: Calendar, now: Instant) => entryBy(timeline, rulebook(published), { calendar }, now)

type Clock = Timeline['clocks'][number]
type Limits = { promised?: number; statutory?: number; pauses?: Clock['pauses']; endedAt?: Instant }
/** T16: accepted on Monday 2026-09-14, 5 working days; due on Sunday the 20th, which is worked. */
const from = (startedOn: string, { promised = 5, statutory = 20, pauses = [], endedAt }: Limits = {}): Timeline => ({
  subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day(startedOn), deeds: [],
  clocks: [
    { name: 'promised', kind: 'promised', clause: '承诺期限', basis: '优化营商环境条例第三十六条', startedOn: day(startedOn), limitWorkingDays: promised, pauses, ...(endedAt && { stoppedAt: endedAt }) },
    { name: 'statutory', kind: 'statutory', clause: '法定期限', basis: '行政许可法第四十二条', startedOn: day(startedOn), limitWorkingDays: statutory, pauses: [], ...(endedAt && { stoppedAt: endedAt }) },
  ], ...(endedAt && { endedAt }),
})
const late = from('2026-09-14')
/** In the order in which they became true. */
const judged = (timeline: Timeline, now: Instant, published: readonly RuleVersion[] = [], calendar = calendarIn2026) =>
  judge(timeline, published, calendar, now).map(({ ruleId, becameTrueAt }) => [ruleId, becameTrueAt]).sort(([, a], [, b]) => a! < b! ? -1 : a! > b! ? 1 : 0)
const close = (on: string) => at(on, '17:30')
const soon = ['R-01', close('2026-09-18')], yellow = ['R-02', close('2026-09-21')], red = ['R-03', close('2026-09-24')]

describe('研判', () => {
  it('预警 on the day that leaves one, 黄牌 at the close of Monday, 红牌 at the close of Thursday, none a minute early (T16)', () => {
    expect(judged(late, at('2026-09-18', '17:29'))).toStrictEqual([])
    expect(judged(late, close('2026-09-18'))).toStrictEqual([soon])
    expect(judged(late, at('2026-09-21', '17:29'))).toStrictEqual([soon])
    expect(judged(late, close('2026-09-21'))).toStrictEqual([soon, yellow])
    expect(judged(late, at('2026-09-24', '17:29'))).toStrictEqual([soon, yellow])
    expect(judged(late, close('2026-09-24'))).toStrictEqual([soon, yellow, red])
  })
  it('says the same a year late, and as often as it is asked', () => {
    const year = judged(late, at('2027-09-24', '09:00'))
    expect(year.slice(0, 3)).toStrictEqual([soon, yellow, red])
    expect(judged(late, at('2027-09-24', '09:00'))).toStrictEqual(year)
  })
  it('never takes back what it has said: a later look adds, and removes nothing', () => {
    const instants = ['2026-09-18', '2026-09-21', '2026-09-24', '2026-10-20', '2026-12-31'].map(close)
    instants.slice(1).forEach((now, i) => expect(judged(late, now)).toEqual(expect.arrayContaining(judged(late, instants[i]!))))
  })
  it('办结 stops what had not become true, and undoes nothing', () => {
    expect(judged(from('2026-09-14', { endedAt: at('2026-09-21', '17:29') }), close('2026-12-31'))).toStrictEqual([soon])
    expect(judged(from('2026-09-14', { endedAt: close('2026-09-21') }), close('2026-12-31'))).toStrictEqual([soon])
    expect(judged(from('2026-09-14', { endedAt: at('2026-09-22', '09:00') }), close('2026-12-31'))).toStrictEqual([soon, yellow])
  })
  it('a case that never began has nothing to be judged by', () => expect(judge({ ...late, clocks: [] }, [], calendarIn2026, close('2026-12-31'))).toStrictEqual([]))
  it('names the account: due day, clause, rule, parameters and calendar', () =>
    expect(judge(late, [], calendarIn2026, close('2026-09-21'))[1]).toStrictEqual({
      ruleId: 'R-02', ruleVersion: 1, params: { graceWorkingDays: 1 }, clause: '优化营商环境条例第三十六条；天水市建设方案 §2.2', severity: 'YELLOW',
      clock: 'promised', becameTrueAt: close('2026-09-21'), dueOn: day('2026-09-20'), calendarVersion: calendarIn2026.version,
    }))
})

describe('R-01 到期预警', () => {
  const warnedOn = (limit: number, startedOn = '2026-03-02') => judge(from(startedOn, { promised: limit, statutory: limit + 30 }), [], calendarIn2026, close('2027-12-31'))
    .find(({ ruleId }) => ruleId === 'R-01')?.becameTrueAt
  it('is silent for limits of a day or less (即办件)', () => expect([0, 1].map((limit) => warnedOn(limit))).toStrictEqual([undefined, undefined]))
  it('of two days warns on the first, of five on the fourth', () => expect([2, 5].map((limit) => warnedOn(limit))).toStrictEqual([close('2026-03-03'), close('2026-03-06')]))
  it('of ten days warns when four fifths are used, not when one is left', () => expect(warnedOn(10)).toBe(close('2026-03-12')))
  it('of seven days warns on the sixth: four fifths are used when the day that completes them is', () => expect(warnedOn(7)).toBe(close('2026-03-10')))
  it('of twenty days warns on the sixteenth', () => expect(warnedOn(20)).toBe(close('2026-03-24')))
  it('says it once', () => expect(judged(late, close('2026-12-31')).filter(([rule]) => rule === 'R-01')).toHaveLength(1))
})

describe('R-02 超时黄牌', () => {
  it('falls after the holiday when the due day is the last before it', () =>
    expect(judged(from('2026-09-22', { promised: 3 }), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-29')])) // 09-25…27 中秋
  it('goes by the hours of the hall', () => {
    const untilFive = calendarOf([...nationalFacts, { type: 'OfficeHoursSet', data: { hall: 'H-1', opensAt: '09:00', closesAt: '17:00', effectiveFrom: day('2026-01-01'), basis: '大厅办法' } }],
      { knownAsOf: '2026-01-01' as Day, hall: 'H-1' })
    expect(judged(late, at('2026-09-21', '17:00'), [], untilFive).at(-1)).toStrictEqual(['R-02', at('2026-09-21', '17:00')])
  })
})

describe('R-03 黄牌未纠正', () => {
  it('counts from the instant at which the yellow became true, and names it', () => {
    const found = judge(late, [], calendarIn2026, close('2026-09-24')).at(-1)
    expect(found).toMatchObject({ ruleId: 'R-03', severity: 'RED', clock: 'promised', dueOn: '2026-09-20', because: `R-02/promised/${close('2026-09-21')}` })
  })
  it('does not come without a yellow', () => {
    const onlyStatutory = { ...late, clocks: late.clocks.filter(({ name }) => name === 'statutory') }
    expect(judged(onlyStatutory, close('2027-12-31')).map(([rule]) => rule)).toStrictEqual(['R-04'])
  })
})

describe('R-04 超法定期限', () => {
  it('goes straight to red, on the working day after', () =>
    expect(judged(from('2026-03-02'), close('2026-12-31')).at(-1)).toStrictEqual(['R-04', close('2026-03-31')]))
  it('takes the place of R-02 where both limits end on the same day, and then no yellow can ripen into a second red', () => {
    const same = from('2026-09-14', { promised: 5, statutory: 5 })
    expect(judged(same, close('2026-12-31'))).toStrictEqual([soon, ['R-04', close('2026-09-21')]])
  })
  it('does not take its place where they end a day apart', () =>
    expect(judged(from('2026-09-14', { promised: 5, statutory: 6 }), close('2026-12-31')).map(([rule]) => rule)).toStrictEqual(['R-01', 'R-02', 'R-04', 'R-03']))
  it('is not stopped by a supplement, which stops the promise alone', () => {
    const pauses = [{ clause: '补办件', from: day('2026-03-04') }]
    expect(judged(from('2026-03-02', { pauses }), close('2026-12-31')).map(([rule]) => rule)).toStrictEqual(['R-04'])
  })
})

describe('停', () => {
  const paused = (pause: string, to?: string) => from('2026-09-14', { pauses: [{ clause: '补办件', from: day(pause), ...(to && { to: day(to) }) }] })
  it('an open pause gives no due day, so nothing is found while it lasts', () =>
    expect(judged(paused('2026-09-16'), close('2026-10-10')).filter(([rule]) => rule !== 'R-04')).toStrictEqual([]))
  it('a pause that has ended moves the day by its working days', () =>
    expect(judged(paused('2026-09-16', '2026-09-18'), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-23')]))
  it('does not help who asks for it on the day that is due, or after it', () => {
    expect(judged(paused('2026-09-20'), close('2026-09-24'))).toStrictEqual([soon, yellow, red])
    expect(judged(paused('2026-09-22'), close('2026-09-24'))).toStrictEqual([soon, yellow, red])
  })
  it('does not unsay a warning that had come before it', () =>
    expect(judged(paused('2026-09-21'), close('2026-09-21'))).toStrictEqual([soon, yellow]))
})

describe('来源所载期限', () => {
  const stated = (limits: Partial<Clock> = {}): Timeline => ({ ...late, imported: true, openedOn: day('2026-09-14'),
    clocks: [{ name: 'promised', kind: 'promised', clause: '来源所载期限', basis: 'receipt', startedOn: day('2026-09-14'), statedDueOn: day('2026-09-18'), pauses: [], ...limits }] })
  it('is judged by the day that the source states, not by one that is computed', () =>
    expect(judged(stated(), close('2026-12-31'))).toStrictEqual([['R-01', close('2026-09-17')], ['R-02', close('2026-09-20')], ['R-03', close('2026-09-23')]]))
  it('a day of rest is due as it is stated', () =>
    expect(judged(stated({ statedDueOn: day('2026-09-26') }), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-28')]))
  it('an instant of its own is when the light turns', () => {
    const dueAt = at('2026-09-18', '12:00')
    const due = dueEntry(stated({ statedDueAt: dueAt }), [], calendarIn2026, at('2026-09-15'))
    expect(due).toMatchObject({ dueOn: '2026-09-18', dueAt, lateAt: dueAt })
    expect([at('2026-09-18', '12:00'), at('2026-09-18', '12:01')].map((now) => lightAt(due, now))).toStrictEqual(['soon', 'late'])
  })
})

describe('规则版本', () => {
  const milder: RuleVersion = { ruleId: 'R-02', version: 2, params: { graceWorkingDays: 2 }, effectiveFrom: day('2026-09-15'), mode: 'live' }
  const strictest: RuleVersion = { ruleId: 'R-02', version: 3, params: { graceWorkingDays: 0 }, effectiveFrom: day('2026-10-01'), mode: 'live' }
  const yellowOf = (timeline: Timeline, published: RuleVersion[]) => judge(timeline, published, calendarIn2026, close('2027-12-31')).find(({ ruleId }) => ruleId === 'R-02')
  it('binds what is opened from its day on, and reaches no case that was open before', () => {
    expect(yellowOf(late, [milder, strictest])).toMatchObject({ ruleVersion: 1, becameTrueAt: close('2026-09-21') })
    expect(yellowOf({ ...late, openedOn: day('2026-09-15') }, [milder, strictest])).toMatchObject({ ruleVersion: 2, params: { graceWorkingDays: 2 }, becameTrueAt: close('2026-09-22') })
    expect(yellowOf({ ...late, openedOn: day('2026-10-01') }, [strictest, milder])).toMatchObject({ ruleVersion: 3, becameTrueAt: close('2026-09-20') })
  })
  it('a case that does not say when it was opened is judged by the rules that the house came with', () => {
    const { openedOn: _, ...undated } = late
    expect(yellowOf(undated, [milder])).toMatchObject({ ruleVersion: 1 })
  })
  it('changes the parameters that it names and leaves the others', () =>
    expect(inForceOn(day('2026-09-14'), rules, [{ ruleId: 'R-01', version: 2, params: { elapsedShare: 0.5 }, effectiveFrom: day('2026-09-01'), mode: 'live' }])[0])
      .toMatchObject({ version: 2, params: { remainingWorkingDays: 1, elapsedShare: 0.5 } }))

  const trial: RuleVersion = { ruleId: 'R-02', version: 2, params: { graceWorkingDays: 0 }, effectiveFrom: day('2026-09-01'), mode: 'shadow' }
  const retired: RuleVersion = { ruleId: 'R-02', version: 2, params: {}, effectiveFrom: day('2026-09-01'), mode: 'retired' }
  const all = (published: RuleVersion[], timeline = late) => judge(timeline, published, calendarIn2026, close('2026-10-09')).map(({ ruleId, ruleVersion, becameTrueAt, shadow }) =>
    `${ruleId} v${ruleVersion} ${becameTrueAt.slice(0, 10)}${shadow ? ' shadow' : ''}`).sort()
  it('试运行 beside the version that bites: both find, and only what bites turns red', () =>
    expect(all([trial])).toStrictEqual(['R-01 v1 2026-09-18', 'R-02 v1 2026-09-21', 'R-02 v2 2026-09-20 shadow', 'R-03 v1 2026-09-24']))
  it('published live in the same words it bites alone', () =>
    expect(all([trial, { ...trial, mode: 'live' }])).toStrictEqual(['R-01 v1 2026-09-18', 'R-02 v2 2026-09-20', 'R-03 v1 2026-09-23']))
  it('retired it finds nothing in what is opened afterwards, and nothing turns red because of it; what was open before is judged as it was', () => {
    expect(all([retired])).toStrictEqual(['R-01 v1 2026-09-18'])
    expect(all([retired], { ...late, openedOn: day('2026-08-31') })).toStrictEqual(all([]))
  })
  it('a rule of version 0 came with a module that nobody has published: it only shows what it would find', () => {
    const newcomer = { ...rules.find(({ id }) => id === 'R-02')!, id: 'M-1', version: 0 }
    const found = (published: RuleVersion[]) => judgeBy(late, rulebook(published, { rules: [newcomer] }), { calendar: calendarIn2026 }, close('2026-10-09')).filter(({ ruleId }) => ruleId === 'M-1')
    expect(found([])).toMatchObject([{ ruleVersion: 0, shadow: true }])
    const [live] = found([{ ruleId: 'M-1', version: 1, params: {}, effectiveFrom: day('2026-09-01'), mode: 'live' }])
    expect([live!.ruleVersion, live!.shadow]).toStrictEqual([1, undefined])
  })
  it('a warning in shadow turns no light amber', () => {
    const early: RuleVersion = { ruleId: 'R-01', version: 2, params: { remainingWorkingDays: 4 }, effectiveFrom: day('2026-09-01'), mode: 'shadow' }
    expect(dueEntry(late, [early], calendarIn2026, at('2026-09-14')).soonAt).toBe(close('2026-09-18'))
    expect(dueEntry(late, [{ ...early, mode: 'live' }], calendarIn2026, at('2026-09-14')).soonAt).toBe(close('2026-09-15'))
  })
})

describe('到期索引与灯', () => {
  const due = dueEntry(late, [], calendarIn2026, at('2026-09-14'))
  it('knows the due day, when the light changes, and when to look again', () => expect(due).toStrictEqual({
    held: false, ended: false, dueOn: '2026-09-20', dueAt: close('2026-09-20'), lateAt: close('2026-09-20'), soonAt: close('2026-09-18'), nextAt: close('2026-09-18') }))
  it('looks next at the next instant that could change anything, until there is none', () => {
    const next = (now: Instant) => dueEntry(late, [], calendarIn2026, now).nextAt
    const instants: Instant[] = []
    for (let now: Instant | undefined = at('2026-09-14'); now && instants.length < 10; now = next(now)) instants.push(now)
    expect(instants.slice(1)).toStrictEqual([close('2026-09-18'), close('2026-09-21'), close('2026-09-24'), close('2026-10-19')])
  })
  it('is green, amber from the warning on, red after the close of the due day and not before', () =>
    expect(['2026-09-18T17:29', '2026-09-18T17:30', '2026-09-20T17:30', '2026-09-20T17:31'].map((wall) => lightAt(due, at(wall.slice(0, 10), wall.slice(11)))))
      .toStrictEqual(['ok', 'soon', 'soon', 'late']))
  it('停表 is no light, and due again when the pause ends', () => {
    const held = dueEntry(from('2026-09-14', { pauses: [{ clause: '补办件', from: day('2026-09-16') }] }), [], calendarIn2026, at('2026-09-17'))
    expect(held).toMatchObject({ held: true, ended: false })
    expect(held).not.toHaveProperty('dueOn')
    expect(lightAt(held, at('2026-12-31'))).toBe('hold')
  })
  it('a pause begun too late holds nothing', () =>
    expect(dueEntry(from('2026-09-14', { pauses: [{ clause: '补办件', from: day('2026-09-22') }] }), [], calendarIn2026, at('2026-09-23'))).toMatchObject({ held: false, dueOn: '2026-09-20' }))
  it('办结 has neither light nor next instant', () => {
    const done = dueEntry(from('2026-09-14', { endedAt: at('2026-09-15') }), [], calendarIn2026, at('2026-09-16'))
    expect(done).not.toHaveProperty('nextAt')
    expect(lightAt(done, at('2026-12-31'))).toBe('done')
  })
  it('送达 still runs when the case is over: no light any more, but another instant to look again', () => {
    const over = from('2026-09-14', { endedAt: at('2026-09-15') })
    const done = dueEntry({ ...over, clocks: [...over.clocks, { name: 'delivery', kind: 'delivery', clause: '送达期限', basis: '行政许可法第四十四条', startedOn: day('2026-09-29'), limitWorkingDays: 10, pauses: [] }] },
      [], calendarIn2026, at('2026-09-30'))
    expect(done).toMatchObject({ ended: true, nextAt: close('2026-10-20') }) // T17: due on 19 October
    expect(lightAt(done, at('2026-12-31'))).toBe('done')
  })
  it('a case without clocks is green and never due', () => {
    const entry = dueEntry({ ...late, clocks: [] }, [], calendarIn2026, at('2026-09-16'))
    expect([entry, lightAt(entry, at('2026-12-31'))]).toStrictEqual([{ held: false, ended: false }, 'ok'])
  })
  it('即办件 turns at the close of its own day', () => {
    const today = dueEntry(from('2026-09-14', { promised: 0, statutory: 0 }), [], calendarIn2026, at('2026-09-14'))
    expect([today.dueOn, today.soonAt, lightAt(today, at('2026-09-14', '17:31'))]).toStrictEqual(['2026-09-14', undefined, 'late'])
  })
  it('a year without a notice is provisional', () =>
    expect(dueEntry(from('2026-12-28'), [], calendarIn2026, at('2026-12-28')).provisional).toBe(true))
})
