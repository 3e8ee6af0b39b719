import { instantIn, instantOf, localMs } from '../../domain/kernel/zones.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'

export type TimeFault = 'not-a-time' | 'not-a-day' | 'not-a-clock-time' | 'no-offset'
export type Reading = { at: Instant; precision?: 'day' }
export type ReadTime = (text: string) => Reading | TimeFault

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'offset'
type Step = { part: Part; from: number; to: number } | { literal: string; or?: string } | { optionalFraction: true }

const tokens: Record<string, Step> = {
  yyyy: { part: 'year', from: 4, to: 4 },
  MM: { part: 'month', from: 2, to: 2 }, M: { part: 'month', from: 1, to: 2 },
  dd: { part: 'day', from: 2, to: 2 }, d: { part: 'day', from: 1, to: 2 },
  HH: { part: 'hour', from: 2, to: 2 }, H: { part: 'hour', from: 1, to: 2 },
  mm: { part: 'minute', from: 2, to: 2 }, m: { part: 'minute', from: 1, to: 2 },
  ss: { part: 'second', from: 2, to: 2 }, s: { part: 'second', from: 1, to: 2 },
  XXX: { part: 'offset', from: 0, to: 0 },
}
const isoSteps: readonly Step[] = [tokens['yyyy']!, { literal: '-' }, tokens['MM']!, { literal: '-' }, tokens['dd']!, { literal: 'T', or: ' ' },
  tokens['HH']!, { literal: ':' }, tokens['mm']!, { literal: ':' }, tokens['ss']!, { optionalFraction: true }, tokens['XXX']!]

/** The steps of a format, or what is wrong with it. */
export function stepsOf(format: string): readonly Step[] | { zh: string; en: string } {
  if (format === 'iso') return isoSteps
  const steps: Step[] = []
  for (const [piece] of format.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    const known = tokens[piece]
    if (known) steps.push(known)
    else if (/^S{1,9}$/.test(piece)) steps.push({ part: 'fraction', from: piece.length, to: piece.length })
    else if (/^'[^']+'$/.test(piece)) steps.push({ literal: piece.slice(1, -1) })
    else if (/^[^A-Za-z']+$/.test(piece)) steps.push({ literal: piece })
    else return { zh: `时间格式中不认识“${piece}”`, en: `unknown "${piece}" in a time format` }
  }
  const parts = steps.flatMap((step) => 'part' in step ? [step.part] : [])
  const doubled = parts.find((part, place) => parts.indexOf(part) !== place)
  if (doubled) return { zh: `时间格式中 ${doubled} 出现两次`, en: `${doubled} occurs twice in a time format` }
  const ladder: Part[] = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction']
  const gap = ladder.findIndex((part) => !parts.includes(part))
  if (gap >= 0 && (gap < 3 || ladder.slice(gap).some((part) => parts.includes(part)))) {
    return { zh: `时间格式缺少 ${ladder[gap]}`, en: `a time format lacks the ${ladder[gap]}` }
  }
  if (parts.includes('offset') && !parts.includes('minute')) return { zh: '只到日的格式不能带偏移', en: 'a format of days cannot have an offset' }
  return steps
}

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const monthDays = (year: number, month: number) =>
  month === 2 && (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) ? 29 : daysIn[month - 1]!
const digitAt = (text: string, at: number) => {
  const digit = text.charCodeAt(at) - 48
  return digit >= 0 && digit <= 9 ? digit : -1
}

/** One format, run over the text once; what it has read stays in `read` until the next text. */
class Format {
  readonly steps: readonly Step[]
  readonly hasClock: boolean
  readonly hasOffset: boolean
  private readonly read: Record<Part, number> = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, fraction: 0, offset: 0 }
  constructor(steps: readonly Step[]) {
    this.steps = steps
    this.hasClock = steps.some((step) => 'part' in step && step.part === 'hour')
    this.hasOffset = steps.some((step) => 'part' in step && step.part === 'offset')
  }
  /** Wall time in ms as if it stood in UTC, or in true UTC where the format has an offset. */
  wallMs(text: string): number | TimeFault {
    let at = 0
    for (const step of this.steps) {
      if ('optionalFraction' in step) at = text[at] === '.' ? this.digits(text, at + 1, 'fraction', 1, 9) : (this.read.fraction = 0, at)
      else if ('literal' in step) {
        const found = text.startsWith(step.literal, at) ? step.literal : step.or && text.startsWith(step.or, at) ? step.or : undefined
        at = found ? at + found.length : -1
      }
      else if (step.part === 'offset') { if ((at = this.offset(text, at)) < 0) return 'no-offset' }
      else at = this.digits(text, at, step.part, step.from, step.to)
      if (at < 0) return 'not-a-time'
    }
    if (at !== text.length) return 'not-a-time'
    const { year, month, day, hour, minute, second, fraction, offset } = this.read
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > monthDays(year, month)) return 'not-a-day'
    if (hour > 23 || minute > 59 || second > 59) return 'not-a-clock-time'
    // Date.UTC reads the years 0-99 as 1900-1999; 400 years later the calendar is the same.
    const days = year < 100 ? Date.UTC(year + 400, month - 1, day) - 146_097 * 864e5 : Date.UTC(year, month - 1, day)
    return days + hour * 36e5 + minute * 6e4 + second * 1000 + fraction - offset
  }
  private digits(text: string, at: number, part: Part, from: number, to: number): number {
    let value = 0, count = 0, digit
    while (count < to && (digit = digitAt(text, at + count)) >= 0) { value = value * 10 + digit; count++ }
    if (count < from) return -1
    if (part === 'fraction') value = Math.floor(value * 1000 / 10 ** count)
    this.read[part] = value
    return at + count
  }
  private offset(text: string, at: number): number {
    const sign = text[at]
    if (sign === 'Z') { this.read.offset = 0; return at + 1 }
    const colon = text[at + 3] === ':' ? 1 : 0
    const a = digitAt(text, at + 1), b = digitAt(text, at + 2), c = digitAt(text, at + 3 + colon), d = digitAt(text, at + 4 + colon)
    if ((sign !== '+' && sign !== '-') || a < 0 || b < 0 || c < 0 || d < 0) return -1
    const hours = a * 10 + b, minutes = c * 10 + d
    if (hours > 14 || minutes > 59) return -1
    this.read.offset = (hours * 60 + minutes) * (sign === '-' ? -6e4 : 6e4)
    return at + 5 + colon
  }
}

/** Days repeat from row to row; past this many the memory is emptied. */
const rememberedDays = 50_000

/** 时间 — formats to a reader, made once. What has no offset is read in `zone`; what has no clock is a day and stays one. */
export function compileTimes(formats: readonly string[], zone: string): ReadTime {
  const compiled = formats.map((format) => {
    const steps = stepsOf(format)
    if ('zh' in steps) throw new Error(steps.en)
    return new Format(steps)
  })
  const days = new Map<string, Reading>()
  return (text) => {
    const known = days.get(text)
    if (known) return known
    let fault: TimeFault = 'not-a-time'
    for (const format of compiled) {
      const wallMs = format.wallMs(text)
      if (typeof wallMs === 'string') { if (fault === 'not-a-time') fault = wallMs; continue }
      if (format.hasClock) return { at: instantOf(format.hasOffset ? wallMs : localMs(zone, wallMs)) }
      const reading: Reading = { at: instantIn(zone, instantOf(wallMs).slice(0, 10) as Day), precision: 'day' }
      if (days.size >= rememberedDays) days.clear()
      days.set(text, reading)
      return reading
    }
    return fault
  }
}
