import type { Day } from '../kernel/values.ts'

/** 日序 — days since 1970-01-01, by arithmetic alone: a sweep asks this millions of times and must make no Date for it. */
export function numberOf(day: Day): number {
  const digits = (from: number, to: number) => {
    let value = 0
    for (let i = from; i < to; i++) value = value * 10 + day.charCodeAt(i) - 48
    return value
  }
  const month = digits(5, 7)
  // Counted from March, the leap day ends a year instead of splitting it.
  const year = digits(0, 4) - (month < 3 ? 1 : 0), fromMarch = (month + 9) % 12
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leapDays + Math.floor((153 * fromMarch + 2) / 5) + digits(8, 10) - 719_469
}

const texts = new Map<number, Day>()
/** Past this many the memory is thrown away and filled again; it says what a day is called, never whether it is worked. */
const remembered = 200_000

/** The day of that number. */
export function dayOfNumber(number: number): Day {
  let text = texts.get(number)
  if (text === undefined) {
    if (texts.size >= remembered) texts.clear()
    texts.set(number, text = new Date(number * 864e5).toISOString().slice(0, 10) as Day)
  }
  return text
}

/** 0 is Sunday, 6 Saturday. */
export const weekdayOf = (number: number): number => ((number % 7) + 11) % 7
