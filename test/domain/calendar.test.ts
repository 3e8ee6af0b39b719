import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarOf, type OfficeCalendar } from '../../domain/calendar/calendar.ts'
import { dueOnOf, deadline, elapsedWorkingDays, ledgerText, overdueWorkingDays, remainingWorkingDays, type Clock, type Pause } from '../../domain/calendar/deadline.ts'
import { dayOfNumber, numberOf } from '../../domain/calendar/days.ts'
import { calendarEvents, type CalendarEvent } from '../../domain/calendar/events.ts'
import { nationalCommands } from '../../domain/calendar/national.ts'
import { read } from '../../domain/kernel/events.ts'
import { isZone } from '../../domain/kernel/zones.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { chineseDays, daysFrom, holidayCn, nextDay, oracleOf, publishedDataIsThere, type Exceptions } from '../calendar-oracle.ts'
import { calendarIn2026, nationalFacts } from '../fixtures/calendars.ts'

const day = (text: string) => text as Day
const at = (date: string, time: string, offset = '+08:00') => new Date(`${date}T${time}${offset}`).toISOString() as Instant
const known = (knownAsOf: string, more: readonly CalendarEvent[] = [], standpoint = {}) =>
  calendarOf([...nationalFacts, ...more], { knownAsOf: day(knownAsOf), ...standpoint })
const all = known('2026-12-31')
const promise = (startedOn: string, limitWorkingDays: number, pauses: Pause[] = [], extension = 0) => ({
  clause: '承诺期限', startedOn: day(startedOn), limitWorkingDays, pauses, ...(extension && { extensions: [{ clause: '行政许可法 42', workingDays: extension }] }),
})
const pause = (from: string, to?: string, clause = '特别程序') => ({ clause, from: day(from), ...(to && { to: day(to) }) })
const due = (clock: Clock, calendar = calendarIn2026) => deadline(clock, calendar).dueOn
const addsUp = ({ startedOn }: Clock, { dueOn, ledger }: ReturnType<typeof deadline>) =>
  expect(dayOfNumber(numberOf(startedOn) + ledger.reduce((total, { days }) => total + days, 0))).toBe(dueOn)

/** `02-14 24-27` in the year of the first day: every day that a limit counts. */
const spelled = (year: string, text: string) => text.split(' ').reduce<string[]>((days, part) => {
  const month = part.length > 5 || /^\d\d-\d\d$/.test(part) ? undefined : days.at(-1)!.slice(5, 7)
  const [first, last = first] = (month ? `${month}-${part}` : part).split('–') as [string, string?]
  return [...days, ...daysFrom(`${year}-${first}`, `${year}-${last.length === 2 ? first.slice(0, 3) + last : last}`)]
}, [])
const counted = (calendar: OfficeCalendar, after: string, count: number) =>
  daysFrom(nextDay(after), calendar.addWorkingDays(day(after), count)).filter((on) => calendar.isWorkingDay(day(on)))

describe('全国日历 2007–2026', () => {
  const sources: [string, () => Exceptions, boolean][] = [
    ['holiday-cn', holidayCn, publishedDataIsThere],
    ['chinese-days 1.5.7', () => chineseDays('file'), publishedDataIsThere],
    ['the chinese-days package', () => chineseDays('package'), true],
  ]
  for (const [name, source, isThere] of sources) {
    it.skipIf(!isThere)(`is day by day that of ${name}`, () => {
      const { works } = oracleOf(source())
      const days = daysFrom('2007-01-01', '2026-12-31')
      expect(days).toHaveLength(7305)
      expect(days.filter((on) => all.isWorkingDay(day(on)) !== works(on))).toStrictEqual([])
    })
  }
  it('is written in facts that can be read back, each known before the first day that it names', () => {
    expect(nationalFacts).toHaveLength(23)
    for (const fact of nationalFacts) {
      expect(read(calendarEvents, fact, 1)).toStrictEqual(fact)
      if ('notice' in fact.data) for (const { on } of [...fact.data.off, ...fact.data.working]) expect(on > fact.data.knownOn).toBe(true)
    }
    expect(nationalCommands.map(({ data }) => data)).toStrictEqual(nationalFacts.map(({ data }) => data))
  })
  it('marks every day of knowledge that no address names, and only those', () => {
    const unsure = nationalFacts.filter(({ data }) => 'unsure' in data).map(({ data }) => 'year' in data && data.year)
    expect(unsure).toStrictEqual([2007, 2008, 2014, 2024, 2025, 2026])
    for (const { data } of nationalFacts) {
      if ('notice' in data && !data.unsure) expect(data.notice).toContain(data.knownOn.replace(/-(\d\d)$/, '/$1'))
    }
  })
  it('has 251, 248 and 248 working days in 2024, 2025 and 2026', () =>
    expect([2024, 2025, 2026].map((year) => all.workingDaysBetween(day(`${year - 1}-12-31`), day(`${year}-12-31`)))).toStrictEqual([251, 248, 248]))
  it('names the days as the notices do', () =>
    expect(['2026-02-15', '2026-10-10', '2026-10-12', '2015-09-03'].map((on) => all.nameOf(day(on))))
      .toStrictEqual(['春节', '国庆节', undefined, '抗日战争暨世界反法西斯战争胜利70周年纪念日']))
})

describe('年中变更', () => {
  it.each([
    [2015, '2015-05-12', '2015-05-13', ['09-03', '09-04', '09-06'], [true, true, false], [false, false, true]],
    [2019, '2019-03-21', '2019-03-22', ['04-28', '05-01', '05-02', '05-03', '05-04', '05-05'],
      [false, false, true, true, false, false], [true, false, false, false, false, true]],
    [2020, '2020-01-26', '2020-01-27', ['01-24', '01-30', '01-31', '02-01', '02-02', '02-03'],
      [false, false, true, true, false, true], [false, false, false, false, false, true]],
  ])('of %i changes nothing that was known the day before', (year, before, from, days, then, now) => {
    const nature = (knownAsOf: string) => days.map((on) => known(knownAsOf).isWorkingDay(day(`${year}-${on}`)))
    expect(nature(before)).toStrictEqual(then)
    expect(nature(from)).toStrictEqual(now)
    expect(known(from).version).toBe(known(before).version + 1)
  })
  it('wins by the day it became known, not by its place among the facts', () => {
    const backwards = calendarOf([...nationalFacts].reverse(), { knownAsOf: day('2026-12-31') })
    const natures = (calendar: OfficeCalendar) => daysFrom('2007-01-01', '2026-12-31').map((on) => calendar.isWorkingDay(day(on)))
    expect(natures(backwards)).toStrictEqual(natures(all))
  })
})

describe('期限 (domain.md C.3)', () => {
  it.each([
    ['T01 承诺件', '2026-03-02', 5, '2026-03-09', '03-03–06 09'],
    ['T02 跨周末', '2026-03-06', 1, '2026-03-09', '03-09'],
    ['T03 春节, to a Friday', '2026-02-13', 5, '2026-02-27', '02-14 24–27'],
    ['T03 春节, to a working Saturday', '2026-02-13', 6, '2026-02-28', '02-14 24–28'],
    ['T04 春节, 20 days', '2026-02-05', 20, '2026-03-11', '02-06 09–14 24–28 03-02–06 09–11'],
    ['T05 国庆', '2026-09-30', 3, '2026-10-10', '10-08–10'],
    ['T06 中秋和国庆', '2026-09-18', 20, '2026-10-22', '09-20–24 28–30 10-08–10 12–16 19–22'],
    ['T07 2025 国庆, to a Friday', '2025-09-26', 5, '2025-10-10', '09-28–30 10-09–10'],
    ['T07 2025 国庆, to a working Saturday', '2025-09-26', 6, '2025-10-11', '09-28–30 10-09–11'],
    ['T08 2024 春节, 除夕 worked', '2024-02-02', 10, '2024-02-21', '02-04–09 18–21'],
    ['T09 national', '2025-08-15', 3, '2025-08-20', '08-18–20'],
    ['T12 the notice', '2026-04-27', 5, '2026-05-07', '04-28–30 05-06–07'],
    ['T15 信息公开', '2026-04-20', 20, '2026-05-20', '04-21–24 27–30 05-06–09 11–15 18–20'],
    ['T16 the promise', '2026-09-14', 5, '2026-09-20', '09-15–18 20'],
    ['T17 送达', '2026-09-29', 10, '2026-10-19', '09-30 10-08–10 12–16 19'],
    ['T18 依申请公开', '2026-09-21', 20, '2026-10-26', '09-22–24 28–30 10-08–10 12–16 19–23 26'],
  ])('%s', (_, startedOn, limit, dueOn, days) => {
    const clock = promise(startedOn, limit)
    expect(due(clock, all)).toBe(dueOn)
    expect(counted(all, startedOn, limit)).toStrictEqual(spelled(startedOn.slice(0, 4), days))
    addsUp(clock, deadline(clock, all))
  })
  it.each([
    ['T10 联办', promise('2026-01-05', 45), '2026-03-13'],
    ['T10 联办, extended', promise('2026-01-05', 45, [], 15), '2026-04-03'],
    ['T11 特别程序, without its pause', promise('2026-04-01', 10), '2026-04-16'],
    ['T11 特别程序', promise('2026-04-01', 10, [pause('2026-04-08', '2026-04-22')]), '2026-04-30'],
    ['T12 视为受理, counted from the day it took effect', promise('2026-04-27', 20), '2026-05-27'],
    ['T12 not from the day it was recorded', promise('2026-05-07', 20), '2026-06-03'],
    ['T12 nor from the day after', promise('2026-05-08', 20), '2026-06-04'],
    ['T14 端午', promise('2026-05-29', 20), '2026-06-29'],
    ['T14 延期', promise('2026-05-29', 20, [], 10), '2026-07-13'],
    ['T18 依申请公开, extended', promise('2026-09-21', 20, [], 20), '2026-11-23'],
    ['即办件, the same day', promise('2026-03-02', 0), '2026-03-02'],
  ])('%s', (_, clock, dueOn) => {
    expect(due(clock)).toBe(dueOn)
    addsUp(clock, deadline(clock, calendarIn2026))
  })
  it('T09 恩施 rests two days more than the nation', () => {
    expect(due(promise('2025-08-15', 3), known('2025-12-31', [enshi2025], { region: '422822' }))).toBe('2025-08-22')
    expect(due(promise('2025-08-15', 3), known('2025-12-31', [enshi2025], { region: '420683' }))).toBe('2025-08-20')
  })
  it('T10 has 20 working days up to 2 February and 25 after it', () =>
    expect([all.workingDaysBetween(day('2026-01-05'), day('2026-02-02')), all.workingDaysBetween(day('2026-02-02'), day('2026-03-13'))]).toStrictEqual([20, 25]))
  it('T11 had used 4 days when it was paused, for 10', () => {
    const clock = promise('2026-04-01', 10, [pause('2026-04-08', '2026-04-22')])
    expect(['2026-04-08', '2026-04-15', '2026-04-22', '2026-04-30'].map((on) => elapsedWorkingDays(clock, day(on), all))).toStrictEqual([4, 4, 4, 10])
    expect(deadline(clock, all).ledger.find(({ kind }) => kind === 'pause')).toMatchObject({ days: 10, unit: 'working-days' })
  })
  it('T13 年中变更: what was due as known then, and as known now', () => {
    const clock = promise('2020-01-20', 5)
    expect([due(clock, known('2020-01-26')), due(clock, known('2020-01-27'))]).toStrictEqual(['2020-02-01', '2020-02-04'])
    expect(counted(known('2020-01-26'), '2020-01-20', 5)).toStrictEqual(spelled('2020', '01-21–23 31 02-01'))
    expect(counted(known('2020-01-27'), '2020-01-20', 5)).toStrictEqual(spelled('2020', '01-21–23 02-03–04'))
  })
  it('T16 is one working day late at the close of Monday, not a minute before, and four at the close of Thursday', () => {
    const dueOn = day('2026-09-20')
    const late = (date: string, time: string) => overdueWorkingDays(dueOn, at(date, time), all)
    expect([late('2026-09-20', '23:59:59'), late('2026-09-21', '17:29:59'), late('2026-09-21', '17:30:00')]).toStrictEqual([0, 0, 1])
    expect([late('2026-09-24', '17:29:59'), late('2026-09-24', '17:30:00'), late('2026-09-26', '12:00:00')]).toStrictEqual([3, 4, 4])
    expect(due(promise('2026-09-21', 3), all)).toBe('2026-09-24')
  })
  it('T19 日 of the calendar: a last day of rest rolls over, where the clause lets it', () => {
    const filed = { clause: '行政处罚法 60', startedOn: day('2026-07-06'), limitCalendarDays: 90, pauses: [] }
    const rolled = deadline({ ...filed, rollsOver: true }, calendarIn2026)
    expect(due({ ...filed, rollsOver: false })).toBe('2026-10-04')
    expect(rolled).toStrictEqual({ dueOn: '2026-10-08', ledger: [
      { kind: 'limit', clause: '行政处罚法 60', days: 90, unit: 'calendar-days' },
      { kind: 'rolled', clause: '民法典 203', days: 4, unit: 'calendar-days', from: '2026-10-04', to: '2026-10-08' },
    ] })
  })
  it('T20 信访: a last day that is worked stays', () =>
    expect(due({ clause: '信访工作条例 23', startedOn: day('2026-02-10'), limitCalendarDays: 15, rollsOver: true, pauses: [] })).toBe('2026-02-25'))
})

const enshi2025: CalendarEvent = { type: 'CalendarPublished', data: {
  layer: 'prefecture', place: '4228', year: 2025, off: [{ on: day('2025-08-18'), name: '州庆' }, { on: day('2025-08-19'), name: '州庆' }],
  working: [], notice: '州庆放假通知', knownOn: day('2025-08-01'), unsure: '网页转述',
} }

describe('账', () => {
  it('names each clause with its days, and counts a day in two pauses once', () => {
    const clock = promise('2026-04-01', 10, [pause('2026-04-20', '2026-04-24', '补办件'), pause('2026-04-08', '2026-04-22', '听证')])
    expect(deadline(clock, calendarIn2026)).toStrictEqual({ dueOn: '2026-05-07', ledger: [
      { kind: 'limit', clause: '承诺期限', days: 10, unit: 'working-days' },
      { kind: 'rest', clause: '放假安排', days: 14, unit: 'calendar-days',
        detail: [{ name: '清明节', days: 3 }, { name: '劳动节', days: 5 }, { name: '周末', days: 6 }] },
      { kind: 'pause', clause: '听证', days: 10, unit: 'working-days', from: '2026-04-08', to: '2026-04-22' },
      { kind: 'pause', clause: '补办件', days: 2, unit: 'working-days', from: '2026-04-22', to: '2026-04-24' },
    ] })
  })
  it('停: no due day while a pause is open, unless the limit ran out before it', () => {
    const open = pause('2026-03-04')
    expect(deadline(promise('2026-03-02', 5, [open]), calendarIn2026)).toStrictEqual({ ledger: [
      { kind: 'limit', clause: '承诺期限', days: 5, unit: 'working-days' },
      { kind: 'pause', clause: '特别程序', days: 0, unit: 'working-days', from: '2026-03-04' },
    ] })
    expect(due(promise('2026-03-02', 2, [open]))).toBe('2026-03-04')
    expect(deadline(promise('2026-03-02', 2, [open]), calendarIn2026).provisional).toBeUndefined()
  })
  it('停: a planned length gives a provisional day', () => {
    const planned = { ...pause('2026-03-04'), plannedWorkingDays: 5 }
    expect(deadline(promise('2026-03-02', 5, [planned]), calendarIn2026)).toMatchObject({ dueOn: '2026-03-16', provisional: true })
    expect(dueOnOf(promise('2026-03-02', 5, [{ ...planned, plannedWorkingDays: 0 }]), calendarIn2026)).toStrictEqual({ dueOn: '2026-03-09', provisional: true })
  })
  it('停: a planned end inside another pause counts no day twice', () => {
    const pauses = [pause('2026-04-08', '2026-04-22'), { ...pause('2026-04-09'), plannedWorkingDays: 1 }, pause('2026-04-13', '2026-04-24')]
    expect(deadline(promise('2026-04-01', 10, pauses), calendarIn2026)).toMatchObject({ dueOn: '2026-05-07', provisional: true })
  })
  it('of a day that the source states is taken from the source, whatever paused', () => {
    const stated = { clause: '决定期限', startedOn: day('2026-09-24'), pauses: [pause('2026-10-08', '2026-10-12')] }
    expect(deadline({ ...stated, statedDueOn: day('2026-10-11') }, calendarIn2026)).toStrictEqual({ dueOn: '2026-10-11', ledger: [
      { kind: 'stated', clause: '决定期限（来源所载）', days: 6, unit: 'working-days' },
      { kind: 'rest', clause: '放假安排', days: 11, unit: 'calendar-days',
        detail: [{ name: '中秋节', days: 3 }, { name: '国庆节', days: 7 }, { name: '周末', days: 1 }], makeUp: ['2026-10-10'] },
    ] })
    expect(deadline({ ...stated, statedDueOn: day('2026-09-24') }, calendarIn2026).ledger).toMatchObject([{ days: 0, unit: 'working-days' }])
    expect(deadline({ ...stated, statedDueOn: day('2026-09-20') }, calendarIn2026).ledger).toMatchObject([{ days: -4, unit: 'calendar-days' }])
  })
  it('mentions a Sunday that was worked', () =>
    expect(deadline(promise('2026-09-18', 1), calendarIn2026).ledger[1]).toMatchObject({ kind: 'rest', days: 1, makeUp: ['2026-09-20'] }))
  it('mentions no weekend that was worked during a pause', () => {
    const { ledger } = deadline(promise('2026-09-24', 10, [pause('2026-10-08', '2026-10-12')]), calendarIn2026)
    expect(ledger.find(({ kind }) => kind === 'rest')).not.toHaveProperty('makeUp')
  })

  const inspection = { ...promise('2026-09-24', 10, [pause('2026-10-12', '2026-10-19', '特别程序（检测）')]), basis: '行政许可法 42' }
  it('reads as an official writes it', () => expect(ledgerText(deadline(inspection, calendarIn2026), inspection, calendarIn2026, 'zh')).toStrictEqual([
    '9月24日受理，次日起算',
    '承诺期限 10 个工作日（行政许可法 42）',
    '假日、周末不计 +13 天：中秋节 3 天、国庆节 7 天、周末 3 天；10月10日（周六）补班，照算',
    '特别程序（检测）不计 5 个工作日（10月12日—10月19日）',
    '应办结 10月22日（周四）',
    '9月24日 + 10 + 13 + 5 = 10月22日',
  ]))
  it('reads the same in English', () => expect(ledgerText(deadline(inspection, calendarIn2026), inspection, calendarIn2026, 'en')).toStrictEqual([
    'Accepted 24 Sep, counted from the next day',
    '承诺期限: 10 working days (行政许可法 42)',
    'Holidays and weekends not counted: +13 days (Mid-Autumn Festival 3, National Day 7, weekends 3); Sat 10 Oct made up for a day off: counted',
    '特别程序（检测）: 5 working days not counted (12 Oct – 19 Oct)',
    'Due Thu 22 Oct',
    '24 Sep + 10 + 13 + 5 = 22 Oct',
  ]))
  const lines = (clock: Clock, language: 'zh' | 'en' = 'zh') => ledgerText(deadline(clock, calendarIn2026), clock, calendarIn2026, language)
  it('says what may still move a provisional day', () => {
    const planned = promise('2026-12-24', 5, [{ ...pause('2026-12-25', undefined, '专家评审'), plannedWorkingDays: 3 }])
    expect(lines(planned).slice(-3)).toStrictEqual(['停表中：专家评审，12月25日起，计划 3 个工作日',
      '暂定 2027年1月5日（周二），专家评审结束、2027年放假安排公布后才定', '12月24日 + 5 + 4 + 3 = 2027年1月5日'])
    expect(lines(planned, 'en').at(-2)).toBe('Provisionally Tue 5 Jan 2027; final when 专家评审 ends and the days off of 2027 are published')
  })
  it('says that the clock stands still', () => {
    expect(lines(promise('2026-03-02', 5, [pause('2026-03-04')])).slice(-2)).toStrictEqual(['停表中：特别程序，3月4日起', '停表中，恢复后再定应办结日'])
    expect(lines(promise('2026-03-02', 5, [pause('2026-03-04')]), 'en').slice(-2))
      .toStrictEqual(['Clock stopped: 特别程序, since 4 Mar', 'Clock stopped; the due day is set when it runs again'])
  })
  it('words the other clauses', () => {
    expect(lines(promise('2026-05-29', 20, [], 10))[2]).toBe('延长 10 个工作日（行政许可法 42）')
    expect(lines(promise('2026-03-02', 5))).toStrictEqual(['3月2日受理，次日起算', '承诺期限 5 个工作日', '周末不计 +2 天', '应办结 3月9日（周一）', '3月2日 + 5 + 2 = 3月9日'])
    const filed = { clause: '办案期限', startedOn: day('2026-07-06'), startedBy: '立案', limitCalendarDays: 90, rollsOver: true, pauses: [] }
    expect(lines(filed)).toStrictEqual(['7月6日立案，次日起算', '办案期限 90 个自然日', '期满日 10月4日（周日）不是工作日，顺延 4 天（民法典 203）',
      '应办结 10月8日（周四）', '7月6日 + 90 + 4 = 10月8日'])
    expect(lines({ clause: '决定期限', startedOn: day('2026-03-05'), statedDueOn: day('2026-03-01'), pauses: [] }).at(-1)).toBe('3月5日 − 4 = 3月1日')
    expect(lines(promise('2026-03-02', 0)).at(-1)).toBe('3月2日 + 0 = 3月2日')
  })
})

describe('分层', () => {
  const base = { place: '', year: 2026, off: [], working: [], notice: '通知', knownOn: day('2026-01-05') }
  const on = (text: string) => [{ on: day(text), name: '地方' }]
  const nature = (facts: CalendarEvent[], date: string, standpoint: object = { region: '422822', hall: 'H-1' }) => known('2026-12-31', facts, standpoint).isWorkingDay(day(date))
  const county: CalendarEvent = { type: 'CalendarPublished', data: { ...base, layer: 'county', place: '422822', off: on('2026-06-01') } }
  const province: CalendarEvent = { type: 'CalendarPublished', data: { ...base, layer: 'province', place: '42', working: on('2026-06-01'), knownOn: day('2026-05-01') } }
  const office: CalendarEvent = { type: 'CalendarPublished', data: { ...base, layer: 'office', place: 'H-1', working: on('2026-06-06') } }

  it('a later layer overrides an earlier one, whatever was told or known first', () => {
    expect(nature([county, province], '2026-06-01')).toBe(false)
    expect(nature([province, county], '2026-06-01')).toBe(false)
  })
  it('an office may work on a Saturday, and only that office does', () => {
    expect(nature([office], '2026-06-06')).toBe(true)
    expect(nature([office], '2026-06-06', { region: '422822', hall: 'H-2' })).toBe(false)
    expect(nature([office], '2026-06-06', { region: '422822' })).toBe(false)
  })
  it('a layer speaks only where the code starts with its place', () => {
    expect(nature([county], '2026-06-01', { region: '422801' })).toBe(true)
    expect(nature([county], '2026-06-01', {})).toBe(true)
  })
  it('恢复常规: a day given back is what the layer below says, or its weekday', () => {
    const back: CalendarEvent = { type: 'CalendarAmended', data: { ...base, layer: 'county', place: '422822', ordinary: [day('2026-06-01')] } }
    expect(nature([county, back], '2026-06-01')).toBe(true)
    const nationalBack: CalendarEvent = { type: 'CalendarAmended', data: { ...base, layer: 'national', ordinary: [day('2026-10-10'), day('2026-10-07')] } }
    expect([nature([nationalBack], '2026-10-10'), nature([nationalBack], '2026-10-07')]).toStrictEqual([false, true])
    expect(known('2026-12-31', [nationalBack]).nameOf(day('2026-10-07'))).toBeUndefined()
  })
  it('of two amendments the one known later holds, whatever was told first; of one day, an amendment holds against what it amends', () => {
    const amend = (knownOn: string, nature: object): CalendarEvent =>
      ({ type: 'CalendarAmended', data: { ...base, layer: 'county', place: '422822', ordinary: [], knownOn: day(knownOn), ...nature } })
    expect(nature([county, amend('2026-03-02', { working: on('2026-06-01') }), amend('2026-02-02', { off: on('2026-06-01') })], '2026-06-01')).toBe(true)
    expect(nature([amend('2026-01-05', { working: on('2026-06-01') }), county], '2026-06-01')).toBe(true)
  })
  it('a local notice does not make the nation’s year known', () => {
    const next: CalendarEvent = { type: 'CalendarPublished', data: { ...base, layer: 'county', place: '422822', year: 2027 } }
    expect(known('2026-12-31', [next], { region: '422822' }).isProvisional(day('2027-03-01'))).toBe(true)
  })
  it('version counts the facts that are known and apply', () => {
    expect(calendarIn2026.version).toBe(23)
    expect(known('2026-01-01', [county]).version).toBe(23)
    expect(known('2026-12-31', [county, province], { region: '422822' }).version).toBe(25)
  })
})

describe('未公布年份', () => {
  it('is Monday to Friday, and says so', () => {
    expect([calendarIn2026.isWorkingDay(day('2027-10-01')), calendarIn2026.isProvisional(day('2027-10-01'))]).toStrictEqual([true, true])
    expect(calendarIn2026.isProvisional(day('2026-12-31'))).toBe(false)
    expect(known('2025-12-30').isProvisional(day('2026-01-04'))).toBe(true)
  })
  it('makes a deadline provisional that reaches it', () => {
    expect(deadline(promise('2026-12-30', 5), calendarIn2026)).toMatchObject({ dueOn: '2027-01-06', provisional: true })
    expect(deadline(promise('2026-12-30', 1), calendarIn2026)).not.toHaveProperty('provisional')
  })
  it('makes one provisional that only passes through it', () =>
    expect(deadline(promise('2006-12-20', 10), all)).toMatchObject({ provisional: true }))
  it('cannot move a day that is counted by the calendar, unless it rolls over', () => {
    const clock = { clause: '信访', startedOn: day('2026-12-20'), limitCalendarDays: 30, pauses: [] }
    expect(deadline({ ...clock, rollsOver: false }, calendarIn2026)).not.toHaveProperty('provisional')
    expect(deadline({ ...clock, rollsOver: true }, calendarIn2026).provisional).toBe(true)
    expect(deadline({ ...clock, startedOn: day('2006-12-20'), rollsOver: true }, all)).not.toHaveProperty('provisional')
  })
})

describe('办公时间', () => {
  const hours = (data: object): CalendarEvent =>
    ({ type: 'OfficeHoursSet', data: { hall: '', opensAt: '09:00', closesAt: '17:00', effectiveFrom: day('2026-02-01'), basis: '规定', ...data } })
  const doors = (facts: CalendarEvent[], date: string, standpoint = {}) => {
    const calendar = known('2026-12-31', facts, standpoint)
    return [calendar.opensOf(day(date)), calendar.closeOf(day(date))].map((moment) => moment.slice(11, 16))
  }
  it('are 08:30 to 17:30 where nobody says otherwise', () =>
    expect([all.opensOf(day('2026-03-02')), all.closeOf(day('2026-03-02'))]).toStrictEqual([at('2026-03-02', '08:30'), at('2026-03-02', '17:30')]))
  it('hold from the day they take effect', () => {
    expect(doors([hours({})], '2026-01-31')).toStrictEqual(['00:30', '09:30'])
    expect(doors([hours({})], '2026-02-01')).toStrictEqual(['01:00', '09:00'])
    expect(doors([hours({ closesAt: '16:00', effectiveFrom: day('2026-03-01') }), hours({})], '2026-03-01')).toStrictEqual(['01:00', '08:00'])
  })
  it('of a hall come before those of the house, even before its season', () => {
    const facts = [hours({ hall: 'H-1', closesAt: '18:00' }), hours({ season: { from: '05-01', to: '09-30' } })]
    expect(doors(facts, '2026-06-01', { hall: 'H-1' })).toStrictEqual(['01:00', '10:00'])
    expect(doors(facts, '2026-06-01', { hall: 'H-2' })).toStrictEqual(['01:00', '09:00'])
  })
  it('follow the season, over New Year too', () => {
    const winter = [hours({ closesAt: '16:30', season: { from: '11-01', to: '03-31' } }), hours({})]
    expect(['2026-10-31', '2026-11-01', '2026-12-31', '2027-03-31', '2027-04-01'].map((date) => doors(winter, date)[1]))
      .toStrictEqual(['09:00', '08:30', '08:30', '08:30', '09:00'])
    const summer = [hours({ closesAt: '18:30', season: { from: '05-01', to: '09-30' } })]
    expect(['2026-04-30', '2026-05-01', '2026-09-30', '2026-10-01'].map((date) => doors(summer, date)[1])).toStrictEqual(['09:30', '10:30', '10:30', '09:30'])
  })
  it('decide when a day is over for the one who is late', () => {
    const early = known('2026-12-31', [hours({ closesAt: '12:00' })])
    expect([overdueWorkingDays(day('2026-03-02'), at('2026-03-03', '12:00:00'), early), overdueWorkingDays(day('2026-03-02'), at('2026-03-03', '12:00:00'), all)])
      .toStrictEqual([1, 0])
  })
})

describe('时区', () => {
  const amsterdam = calendarOf([], { knownAsOf: day('2012-01-01'), zone: 'Europe/Amsterdam' })
  it('日 is the hall’s day, not that of Greenwich', () => {
    expect(all.zone).toBe('Asia/Shanghai')
    expect([all.dayOf('2026-03-02T15:59:59.999Z' as Instant), all.dayOf('2026-03-02T16:00:00.000Z' as Instant)]).toStrictEqual(['2026-03-02', '2026-03-03'])
  })
  it('moves with the clocks of the zone', () => {
    expect(isZone(amsterdam.zone)).toBe(true)
    expect(['2012-03-24', '2012-03-25', '2012-10-27', '2012-10-28'].map((on) => amsterdam.closeOf(day(on)).slice(11, 16)))
      .toStrictEqual(['16:30', '15:30', '15:30', '16:30'])
    expect(['2012-03-24T22:59:59.999Z', '2012-03-24T23:00:00.000Z', '2012-03-25T21:59:59.999Z', '2012-03-25T22:00:00.000Z', '2012-10-28T22:59:59.999Z', '2012-10-28T23:00:00.000Z']
      .map((moment) => amsterdam.dayOf(moment as Instant))).toStrictEqual(['2012-03-24', '2012-03-25', '2012-03-25', '2012-03-26', '2012-10-28', '2012-10-29'])
  })
  it('opens and closes on the day that it speaks of', () => {
    for (const on of daysFrom('2012-01-01', '2012-12-31')) {
      expect([amsterdam.dayOf(amsterdam.opensOf(day(on))), amsterdam.dayOf(amsterdam.closeOf(day(on)))]).toStrictEqual([on, on])
    }
  })
  it('without notices is provisional every day', () => expect(amsterdam.isProvisional(day('2012-03-26'))).toBe(true))
})

describe('beside a naive calendar', () => {
  const oracle = oracleOf(publishedDataIsThere ? holidayCn() : chineseDays('package'))
  const someDay = fc.integer({ min: 0, max: 7000 }).map((n) => day(new Date(Date.UTC(2007, 0, 1 + n)).toISOString().slice(0, 10)))
  const later = (from: string, days: number) => day(new Date(Date.parse(from) + days * 864e5).toISOString().slice(0, 10))
  const offsets = fc.array(fc.record({ from: fc.integer({ min: -5, max: 70 }), length: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 12 }) }), { maxLength: 4 })
  const someClock = fc.record({ startedOn: someDay, limit: fc.integer({ min: 0, max: 45 }), extension: fc.integer({ min: 0, max: 15 }), pauses: offsets })
    .map(({ startedOn, limit, extension, pauses }) => promise(startedOn, limit, pauses.map(({ from, length }, i) =>
      pause(later(startedOn, from), length === null ? undefined : later(startedOn, from + length), `停 ${i}`)), extension))
  const totalOf = ({ limitWorkingDays, extensions }: ReturnType<typeof promise>) => limitWorkingDays + (extensions?.[0]?.workingDays ?? 0)
  const runs = { numRuns: 400 }

  it('a day has its number, and the number its day, in every year', () => fc.assert(fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (number) => {
    const text = new Date(number * 864e5).toISOString().slice(0, 10)
    expect([numberOf(day(text)), dayOfNumber(number)]).toStrictEqual([number, text])
  }), { numRuns: 2000 }))
  it('the same days are worked', () => fc.assert(fc.property(someDay, (on) => {
    expect(all.isWorkingDay(on)).toBe(oracle.works(on))
  }), runs))
  it('the count-th working day is the same, and counting back gives the count', () => fc.assert(fc.property(someDay, fc.integer({ min: 0, max: 90 }), (from, count) => {
    const found = all.addWorkingDays(from, count)
    expect(found).toBe(oracle.after(from, count))
    expect(all.workingDaysBetween(from, found)).toBe(count)
  }), runs))
  it('as many working days lie between', () => fc.assert(fc.property(someDay, fc.integer({ min: -20, max: 120 }), (after, length) => {
    expect(all.workingDaysBetween(after, later(after, length))).toBe(oracle.between(after, later(after, length)))
  }), runs))
  it('the due day is the same, open pauses included', () => fc.assert(fc.property(someClock, (clock) => {
    const expected = oracle.due(clock.startedOn, totalOf(clock), clock.pauses)
    expect(deadline(clock, all).dueOn).toBe(expected)
    expect(dueOnOf(clock, all).dueOn).toBe(expected)
  }), runs))
  it('the ledger adds up to the due day, always', () => fc.assert(fc.property(someClock, (clock) => {
    const found = deadline(clock, all)
    if (found.dueOn) addsUp(clock, found)
    for (const { detail, days } of found.ledger) if (detail) expect(detail.reduce((sum, part) => sum + part.days, 0)).toBe(days)
  }), runs))
  it('the ledger names as much pause as stood in the way', () => fc.assert(fc.property(someClock, (clock) => {
    const { dueOn, ledger } = deadline(clock, all)
    if (!dueOn) return
    const paused = ledger.filter(({ kind }) => kind === 'pause').reduce((sum, { days }) => sum + days, 0)
    expect(paused).toBe(oracle.between(clock.startedOn, dueOn) - oracle.used(clock.startedOn, dueOn, clock.pauses))
  }), runs))
  it('days of the calendar stand still and roll over alike', () => fc.assert(fc.property(someClock, fc.boolean(), (clock, rollsOver) => {
    const { clause, startedOn, limitWorkingDays, pauses } = clock
    const inCalendarDays: Clock = { clause, startedOn, pauses, limitCalendarDays: limitWorkingDays, rollsOver, extensions: [{ clause: '延长', calendarDays: 7 }] }
    const raw = oracle.due(startedOn, limitWorkingDays + 7, pauses, () => true)
    const found = deadline(inCalendarDays, all)
    expect(found.dueOn).toBe(raw && rollsOver && !oracle.works(raw) ? oracle.after(raw, 1) : raw)
    if (found.dueOn) addsUp(inCalendarDays, found)
  }), runs))
  it('a day that the source states adds up too', () => fc.assert(fc.property(someDay, fc.integer({ min: -30, max: 60 }), (startedOn, length) => {
    const clock = { clause: '决定期限', startedOn, statedDueOn: later(startedOn, length), pauses: [] }
    const found = deadline(clock, all)
    expect(found.dueOn).toBe(clock.statedDueOn)
    addsUp(clock, found)
  }), runs))
  it('as many days are used, and on the due day the whole limit is', () => fc.assert(fc.property(someClock, fc.integer({ min: 0, max: 90 }), (clock, length) => {
    const on = later(clock.startedOn, length), { dueOn } = deadline(clock, all)
    expect(elapsedWorkingDays(clock, on, all)).toBe(oracle.used(clock.startedOn, on, clock.pauses))
    if (dueOn) expect(elapsedWorkingDays(clock, dueOn, all)).toBe(totalOf(clock))
  }), runs))
  it('more limit or one more pause never makes it due earlier, and a later start neither', () => fc.assert(fc.property(someClock, fc.integer({ min: 0, max: 30 }), (clock, more) => {
    const first = due(clock, all)
    if (!first) return // standing still already; nothing is later than never
    const orNever = (changed: Partial<typeof clock>) => due({ ...clock, ...changed }, all) ?? 'never'
    expect(orNever({ limitWorkingDays: clock.limitWorkingDays + 1 }) > first).toBe(true)
    expect(orNever({ pauses: [...clock.pauses, pause(later(clock.startedOn, more), later(clock.startedOn, more + 9))] }) >= first).toBe(true)
    expect(orNever({ startedOn: later(clock.startedOn, 1) }) >= first).toBe(true)
  }), runs))
  it('the order in which pauses are told changes nothing', () => fc.assert(fc.property(someClock, (clock) => {
    expect(due({ ...clock, pauses: [...clock.pauses].reverse() }, all)).toBe(due(clock, all))
  }), runs))
  it('what remains and what is late are counted by the day, and by its close', () => fc.assert(fc.property(someDay, fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 1439 }), (dueOn, length, minute) => {
    const today = later(dueOn, length), time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    expect(remainingWorkingDays(dueOn, at(today, time), all)).toBe(oracle.between(today, dueOn))
    const late = daysFrom(dueOn, today).filter((on) => on > dueOn && oracle.works(on) && (on < today || time >= '17:30')).length
    expect(overdueWorkingDays(dueOn, at(today, time), all)).toBe(late)
  }), runs))
  it('an index asked from far away and back gives the same answers', () => {
    const fresh = known('2026-12-31')
    expect(fresh.workingDaysBetween(day('2026-03-02'), day('2026-03-09'))).toBe(5)
    expect(fresh.addWorkingDays(day('2060-12-31'), 1)).toBe('2061-01-03')
    const recent = known('2026-12-31')
    expect([recent.isWorkingDay(day('2026-03-02')), recent.isWorkingDay(day('1990-01-01'))]).toStrictEqual([true, true])
    expect(fresh.workingDaysBetween(day('1850-01-01'), day('2150-01-01'))).toBe(oracle.between('1850-01-01', '2150-01-01'))
    expect([fresh.isWorkingDay(day('1850-01-01')), fresh.isWorkingDay(day('2150-01-01')), fresh.isWorkingDay(day('2150-01-03'))]).toStrictEqual([true, true, false])
    const far = fresh.addWorkingDays(day('2026-03-02'), 20_000)
    expect([far, fresh.workingDaysBetween(day('2026-03-02'), far)]).toStrictEqual([oracle.after('2026-03-02', 20_000), 20_000])
    expect(fresh.workingDaysBetween(day('2026-03-02'), day('2026-03-09'))).toBe(5)
  })
  it('a count that is none is a bug and says so', () => {
    expect(() => all.addWorkingDays(day('2026-03-02'), -1)).toThrow(RangeError)
    expect(() => all.addWorkingDays(day('2026-03-02'), 1.5)).toThrow(RangeError)
    expect(() => all.addWorkingDays(day('9999-12-30'), 5)).toThrow(RangeError)
  })
})
