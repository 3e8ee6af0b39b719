import type { Calendar, Day } from '../kernel/values.ts'
import { unpublishedYears, weekend, type Clock, type Deadline, type LedgerEntry } from './clock.ts'
import { dayOfNumber, numberOf, weekdayOf } from './days.ts'

export type Language = 'zh' | 'en'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const festivals: Record<string, string> = {
  元旦: "New Year's Day", 春节: 'Spring Festival', 清明节: 'Tomb-Sweeping Day', 端午节: 'Dragon Boat Festival', 中秋节: 'Mid-Autumn Festival',
  劳动节: 'Labour Day', '“五一”': 'Labour Day', '“五一”国际劳动节': 'Labour Day', 国庆节: 'National Day', '“十一”': 'National Day', [weekend]: 'weekends',
}

/** Days as they are written within the year of `near`, and with their year beyond it. */
const datesNear = (near: Day) => {
  const parts = (day: Day) => {
    const [year, month, date] = day.split('-').map(Number) as [number, number, number]
    return { month, date, weekday: weekdayOf(numberOf(day)), year: day.slice(0, 4) === near.slice(0, 4) ? undefined : year }
  }
  const zh = (day: Day, withWeekday = false) => {
    const { year, month, date, weekday } = parts(day)
    return `${year ? `${year}年` : ''}${month}月${date}日${withWeekday ? `（周${'日一二三四五六'[weekday]}）` : ''}`
  }
  const en = (day: Day, withWeekday = false) => {
    const { year, month, date, weekday } = parts(day)
    return `${withWeekday ? `${weekdays[weekday]} ` : ''}${date} ${months[month - 1]}${year ? ` ${year}` : ''}`
  }
  return { zh, en }
}
type Dates = ReturnType<typeof datesNear>

const counted = {
  zh: (days: number, unit: LedgerEntry['unit']) => `${days} 个${unit === 'working-days' ? '工作日' : '自然日'}`,
  en: (days: number, unit: LedgerEntry['unit']) => `${days} ${unit === 'working-days' ? 'working' : 'calendar'} ${days === 1 ? 'day' : 'days'}`,
}
const english = (name: string) => name.split('、').map((part) => festivals[part] ?? part).join(' and ')

function restLine({ days, detail = [], makeUp = [] }: LedgerEntry, date: Dates, language: Language) {
  const named = detail.some(({ name }) => name !== weekend)
  if (language === 'zh') {
    const names = detail.map(({ name, days }) => `${name} ${days} 天`).join('、')
    const rest = days && `${named ? '假日、周末' : weekend}不计 +${days} 天${named ? `：${names}` : ''}`
    return [rest, makeUp.length && `${makeUp.map((day) => date.zh(day, true)).join('、')}补班，照算`].filter(Boolean).join('；')
  }
  const names = detail.map(({ name, days }) => `${english(name)} ${days}`).join(', ')
  const head = named ? 'Holidays and weekends' : 'Weekends'
  const rest = days && `${head} not counted: +${days} ${days === 1 ? 'day' : 'days'}${named ? ` (${names})` : ''}`
  return [rest, makeUp.length && `${makeUp.map((day) => date.en(day, true)).join(', ')} made up for a day off: counted`].filter(Boolean).join('; ')
}

function pauseLine({ clause, days, unit, from, to }: LedgerEntry, date: Dates, language: Language) {
  if (to) return language === 'zh' ? `${clause}不计 ${counted.zh(days, unit)}（${date.zh(from!)}—${date.zh(to)}）`
    : `${clause}: ${counted.en(days, unit)} not counted (${date.en(from!)} – ${date.en(to)})`
  return language === 'zh' ? `停表中：${clause}，${date.zh(from!)}起${days ? `，计划 ${counted.zh(days, unit)}` : ''}`
    : `Clock stopped: ${clause}, since ${date.en(from!)}${days ? `, ${counted.en(days, unit)} planned` : ''}`
}

function lineOf(entry: LedgerEntry, clock: Clock, date: Dates, language: Language): string {
  const { kind, clause, days, unit, from } = entry
  const zh = language === 'zh', basis = clock.basis ? zh ? `（${clock.basis}）` : ` (${clock.basis})` : ''
  switch (kind) {
    case 'limit': return zh ? `${clause} ${counted.zh(days, unit)}${basis}` : `${clause}: ${counted.en(days, unit)}${basis}`
    case 'extension': return zh ? `延长 ${counted.zh(days, unit)}（${clause}）` : `Extended by ${counted.en(days, unit)} (${clause})`
    case 'stated': return zh ? `${clause}：其间 ${counted.zh(days, unit)}` : `${clause}: ${counted.en(days, unit)} as the source states`
    case 'rolled': return zh ? `期满日 ${date.zh(from!, true)}不是工作日，顺延 ${days} 天（${clause}）`
      : `The last day, ${date.en(from!, true)}, is not a working day: moved by ${days} ${days === 1 ? 'day' : 'days'} (${clause})`
    case 'pause': return pauseLine(entry, date, language)
    case 'rest': return restLine(entry, date, language)
  }
}

/** Of days that are counted through only the last one asks the calendar, and only where it rolls over. */
function yearsThatMatter(clock: Clock, dueOn: Day, ledger: readonly LedgerEntry[], calendar: Calendar) {
  if ('limitWorkingDays' in clock) return unpublishedYears(dayOfNumber(numberOf(clock.startedOn) + 1), dueOn, calendar)
  const rolls = 'limitCalendarDays' in clock && clock.rollsOver
  return rolls ? unpublishedYears(ledger.find(({ kind }) => kind === 'rolled')?.from ?? dueOn, dueOn, calendar) : []
}

function verdict({ dueOn, provisional, ledger }: Deadline, clock: Clock, calendar: Calendar, date: Dates, language: Language): string {
  const zh = language === 'zh'
  if (!dueOn) return zh ? '停表中，恢复后再定应办结日' : 'Clock stopped; the due day is set when it runs again'
  if (!provisional) return zh ? `应办结 ${date.zh(dueOn, true)}` : `Due ${date.en(dueOn, true)}`
  const open = ledger.filter(({ kind, to }) => kind === 'pause' && !to).map(({ clause }) => clause)
  const years = yearsThatMatter(clock, dueOn, ledger, calendar)
  const moves = zh ? [...open.map((clause) => `${clause}结束`), ...years.map((year) => `${year}年放假安排公布`)].join('、')
    : [...open.map((clause) => `${clause} ends`), ...years.map((year) => `the days off of ${year} are published`)].join(' and ')
  return zh ? `暂定 ${date.zh(dueOn, true)}，${moves}后才定` : `Provisionally ${date.en(dueOn, true)}; final when ${moves}`
}

/** 账 as an official would write it, line by line; the last line is the sum. */
export function ledgerText(found: Deadline, clock: Clock, calendar: Calendar, language: Language): string[] {
  const date = datesNear(clock.startedOn), zh = language === 'zh', { dueOn, ledger } = found
  const terms = ledger.filter(({ days }) => days !== 0).map(({ days }) => days < 0 ? ` − ${-days}` : ` + ${days}`).join('') || ' + 0'
  return [
    zh ? `${date.zh(clock.startedOn)}${clock.startedBy ?? '受理'}，次日起算`
      : `${clock.startedBy ?? 'Accepted'} ${date.en(clock.startedOn)}, counted from the next day`,
    ...ledger.map((entry) => lineOf(entry, clock, date, language)),
    verdict(found, clock, calendar, date, language),
    ...dueOn ? [`${date[language](clock.startedOn)}${terms} = ${date[language](dueOn)}`] : [],
  ]
}
