import type { Words } from './words.zh.ts'

/** The one printer of dates, days, money and counts, in the hall's zone and one language. `now` decides what is today, this week and this year. */
export type Formatter = ReturnType<typeof formatter>

const parts = new Map<string, Intl.DateTimeFormat>()
function partsIn(zone: string) {
  let format = parts.get(zone)
  if (!format) parts.set(zone, format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }))
  return format
}
/** What calendar and clock of the hall say at an instant. */
export function localOf(at: string, zone: string): { day: string; time: string } {
  const found: Record<string, string> = {}
  for (const { type, value } of partsIn(zone).formatToParts(Date.parse(at))) found[type] = value
  return { day: `${found['year']}-${found['month']}-${found['day']}`, time: `${found['hour']}:${found['minute']}` }
}

/** The instant at which calendar and clock of the hall say this: `2026-10-26T09:30`. In an hour that the clocks repeat, one of the two; nothing where it is no such text. */
export function instantAt(local: string, zone: string): string | undefined {
  const wall = Date.parse(`${local}:00Z`)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(wall)) return undefined
  let at = wall
  // Twice: the offset of the first guess may be that of another season.
  for (const _ of [1, 2]) { const { day, time } = localOf(new Date(at).toISOString(), zone); at += wall - Date.parse(`${day}T${time}:00Z`) }
  return new Date(at).toISOString()
}

const dayMs = 864e5
const numberOf = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs)
const dateOf = (day: string) => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return { year, month, date, weekday: (((numberOf(day) + 4) % 7) + 7) % 7 }
}
const monday = (day: string) => numberOf(day) - (dateOf(day).weekday + 6) % 7
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

export function formatter(say: Words, zone: string, now: string) {
  const { day: today } = localOf(now, zone)
  const sameYear = (day: string) => day.slice(0, 4) === today.slice(0, 4)
  const day = (text: string) => (sameYear(text) ? say.dates.day : say.dates.yearDay)(dateOf(text))
  const longDay = (text: string) => (sameYear(text) ? say.dates.longDay : say.dates.yearDay)(dateOf(text))
  const time = (at: string) => localOf(at, zone).time
  const dayOf = (at: string) => localOf(at, zone).day
  const count = (n: number) => grouped.format(n)
  /** 今天 17:30 within a day's reach; 周五 17:30 in this week; the day in this year; with its year beyond. */
  const near = (at: string) => {
    const local = localOf(at, zone), away = numberOf(local.day) - numberOf(today)
    if (away === 0) return say.dates.today(local.time)
    if (away === 1) return say.dates.tomorrow(local.time)
    if (away === -1) return say.dates.yesterday(local.time)
    return monday(local.day) === monday(today) ? say.dates.weekdayTime(dateOf(local.day).weekday, local.time) : longDay(local.day)
  }
  /** Fen to yuan, cents only where there are any. */
  const money = (fen: number) => {
    const yuan = Math.floor(Math.abs(fen) / 100), rest = Math.abs(fen) % 100
    return say.amounts.money(`${fen < 0 ? '−' : ''}${count(yuan)}${rest ? `.${String(rest).padStart(2, '0')}` : ''}`)
  }
  return {
    today, zone, day, longDay, time, dayOf, count, near, money,
    moment: (at: string) => { const local = localOf(at, zone); return say.dates.moment(day(local.day), dateOf(local.day).weekday, local.time) },
    stamp: (at: string) => say.dates.stamp(day(dayOf(at)), time(at)),
    dayWeek: (text: string) => say.dates.dayWeek(day(text), dateOf(text).weekday),
    monthYear: (text: string) => say.dates.monthYear(dateOf(text)),
    isToday: (text: string) => text === today,
    inThisWeek: (text: string) => monday(text) === monday(today),
    workingDays: (n: number) => say.amounts.workingDays(count(n), n === 1),
    calendarDays: (n: number) => say.amounts.calendarDays(count(n), n === 1),
    cases: (n: number) => say.amounts.cases(count(n), n === 1),
    facts: (n: number) => say.amounts.facts(count(n), n === 1),
  }
}

/** A sentence in pieces: dates, times and amounts with their unit are `kept` whole and never broken over two lines. */
export function pieces(sentence: string, unbroken: RegExp): { text: string; kept: boolean }[] {
  const found: { text: string; kept: boolean }[] = []
  let after = 0
  for (const match of sentence.matchAll(unbroken)) {
    if (match.index > after) found.push({ text: sentence.slice(after, match.index), kept: false })
    found.push({ text: match[0], kept: true })
    after = match.index + match[0].length
  }
  if (after < sentence.length) found.push({ text: sentence.slice(after), kept: false })
  return found
}
