import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatter, instantAt, localOf, pieces } from '../../ui/format.ts'
import { words as en } from '../../ui/words.en.ts'
import { words as zh } from '../../ui/words.zh.ts'

const zone = 'Asia/Shanghai'
/** Monday 26 October 2026, 10:24 in the hall: the moment of the design pictures. */
const now = '2026-10-26T02:24:00.000Z'
const han = formatter(zh, zone, now), latin = formatter(en, zone, now)

describe('日期 — the one printer', () => {
  it.each([
    ['2026-10-26T09:30:00.000Z', '今天 17:30', 'today 17:30'],
    ['2026-10-27T09:30:00.000Z', '明天 17:30', 'tomorrow 17:30'],
    ['2026-10-25T01:00:00.000Z', '昨天 09:00', 'yesterday 09:00'],
    ['2026-10-30T09:30:00.000Z', '周五 17:30', 'Fri 17:30'],
    ['2026-10-22T09:30:00.000Z', '10月22日（周四）', 'Thu 22 Oct'],
    ['2025-10-22T09:30:00.000Z', '2025年10月22日', '22 Oct 2025'],
  ])('%s is near as %s, in English %s', (at, chinese, english) => expect([han.near(at), latin.near(at)]).toStrictEqual([chinese, english]))

  it('本周 ends on Sunday: next Monday is a date and no weekday', () => {
    expect(han.near('2026-11-01T09:30:00.000Z')).toBe('周日 17:30')
    expect(han.near('2026-11-02T09:30:00.000Z')).toBe('11月2日（周一）')
  })
  it('what calendar and clock of the hall say is that instant, in every zone and season; what is no such text is none', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }), fc.constantFrom('Asia/Shanghai', 'Europe/Amsterdam', 'America/New_York', 'Asia/Kathmandu'), (date, there) => {
      const { day, time } = localOf(date.toISOString(), there), found = instantAt(`${day}T${time}`, there)!
      expect(localOf(found, there)).toStrictEqual({ day, time })
    }), { numRuns: 500 })
    expect(instantAt('2026-10-26T10:24', zone)).toBe('2026-10-26T02:24:00.000Z')
    for (const wrong of ['', '2026-10-26', '2026-13-01T10:00', '2026-10-26T10:24:00']) expect(instantAt(wrong, zone)).toBeUndefined()
  })
  it('days are read in the zone of the hall, whatever the zone of the browser', () => {
    expect(localOf('2026-10-11T16:05:00.000Z', zone)).toStrictEqual({ day: '2026-10-12', time: '00:05' })
    expect(localOf('2026-10-11T16:05:00.000Z', 'Europe/Amsterdam')).toStrictEqual({ day: '2026-10-11', time: '18:05' })
    expect(localOf('2026-10-11T16:05:00.000Z', 'Asia/Kathmandu')).toStrictEqual({ day: '2026-10-11', time: '21:50' })
  })
  it('midnight is 00:00 and not 24:00', () => expect(localOf('2026-10-11T16:00:00.000Z', zone).time).toBe('00:00'))
  it('a weekday is right on every day of 400 years', () => fc.assert(fc.property(fc.integer({ min: -70 * 365, max: 330 * 365 }), (n) => {
    const day = new Date(n * 864e5)
    return zh.dates.dayWeek('', 0) === ' 周日' && han.dayWeek(day.toISOString().slice(0, 10)).endsWith(`周${'日一二三四五六'[day.getUTCDay()]}`)
  })))
  it('what is printed of an instant is what Intl says of it', () => fc.assert(fc.property(fc.date({ min: new Date('1992-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), (date) => {
    const { day, time } = localOf(date.toISOString(), zone)
    expect(new Date(`${day}T${time}:00+08:00`).getTime()).toBe(Math.floor(date.getTime() / 60_000) * 60_000)
  })))
})

describe('数与钱', () => {
  it.each([[0, '0 元'], [5, '0.05 元'], [100, '1 元'], [123_450, '1,234.50 元'], [-5, '−0.05 元'], [1_000_000_00, '1,000,000 元']])('%d fen are %s', (fen, text) => expect(han.money(fen)).toBe(text))
  it('money never loses a fen', () => fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
    const [yuan = '', cents = '00'] = latin.money(fen).replace('CN¥', '').replaceAll(',', '').replace('−', '-').split('.')
    const sign = yuan.startsWith('-') ? -1 : 1
    expect(Math.abs(Number(yuan)) * 100 * sign + sign * Number(cents) + 0).toBe(fen)
  })))
  it('one working day is one in English', () => expect([latin.workingDays(1), latin.workingDays(2), latin.workingDays(1326)]).toStrictEqual(['1 working day', '2 working days', '1,326 working days']))
})

describe('用语 — the rows of the design', () => {
  const chineseSentence = (n: number, late: number, soon: number) => { const s = zh.list.sentence; return s.county.open + han.count(n) + s.county.cases(n === 1) + s.among + late + s.late(late === 1) + soon + s.soon }
  const englishSentence = (n: number, late: number, soon: number) => { const s = en.list.sentence; return s.county.open + latin.count(n) + s.county.cases(n === 1) + s.among + late + s.late(late === 1) + soon + s.soon }
  it.each([
    [1, chineseSentence(1326, 23, 62), '今天全县在办 1,326 件，其中 23 件已超期、62 件临期。'],
    [1, englishSentence(1326, 23, 62), '1,326 cases are open in the county today; 23 are overdue and 62 due soon.'],
    [2, zh.clock.left(han.workingDays(2)), '还剩 2 个工作日'], [2, en.clock.left(latin.workingDays(2)), '2 working days left'],
    [3, zh.clock.over(han.workingDays(1)), '已超 1 个工作日'], [3, en.clock.over(latin.workingDays(1)), '1 working day overdue'],
    [4, zh.clock.dueToday('17:30'), '今天 17:30 到期'], [4, en.clock.dueToday('17:30'), 'Due today at 17:30'],
    [5, zh.clock.stoppedFor('检测', han.workingDays(3), '5'), '停表中：检测，已停 3 个工作日，计划 5 个'],
    [5, en.clock.stoppedFor('testing', latin.workingDays(3), '5'), 'Clock stopped: testing, 3 of 5 planned working days'],
    [6, zh.clock.provisional(han.longDay('2026-11-06'), '专家评审结束'), '暂定 11月6日（周五），专家评审结束后才定'],
    [6, en.clock.provisional(latin.longDay('2026-11-06'), 'the expert review ends'), 'Provisionally Fri 6 Nov; final when the expert review ends'],
    [7, zh.case.heldSince('沈维', han.stamp('2026-10-23T08:12:00.000Z')), '在沈维手里，10月23日 16:12 转到'],
    [16, zh.case.viewing(han.stamp('2026-10-12T09:30:00.000Z'), 'then'), '正在看 10月12日 17:30 的情形，按当时所知。'],
    [16, en.case.viewing('12 Oct, 17:30', 'then'), 'Viewing 12 Oct, 17:30, as known then.'],
    [17, zh.case.notYet, '以下各条，当时还没有记入'], [17, en.case.notYet, 'Not yet recorded at that moment'],
    [18, Object.values(zh.case.both(han.stamp('2026-10-12T03:05:00.000Z'), han.stamp('2026-10-13T01:02:00.000Z'))).join('，'), '发生 10月12日 11:05，记入 10月13日 09:02'],
    [18, Object.values(en.case.both(latin.stamp('2026-10-12T03:05:00.000Z'), latin.stamp('2026-10-13T01:02:00.000Z'))).join(', '), 'Happened 12 Oct 11:05, recorded 13 Oct 09:02'],
  ])('row %d is said as written: %s', (_, said, written) => expect(said).toBe(written))
})

describe('不断行 — what stays on one line', () => {
  const kept = (sentence: string, of: RegExp) => pieces(sentence, of).filter(({ kept }) => kept).map(({ text }) => text)
  it('dates with their weekday, amounts with their unit', () => {
    expect(kept('应于 10月22日（周四）办结，已超 1 个工作日，共 1,326 件，今天 17:30 到期', zh.unbroken)).toStrictEqual(['10月22日（周四）', '1 个工作日', '1,326 件', '今天 17:30'])
    expect(kept('due Thu 22 Oct, 1 working day overdue, 5 facts', en.unbroken)).toStrictEqual(['Thu 22 Oct', '1 working day', '5 facts'])
  })
  it('whatever is cut is the whole sentence again when joined', () => fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'10月22日（周四） 个工作天元件,.今:ab') }), (sentence) =>
    pieces(sentence, zh.unbroken).map(({ text }) => text).join('') === sentence)))
})
