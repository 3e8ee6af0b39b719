import { calendarDecider, calendarIdOf } from '../domain/calendar/index.ts'
import { calendarEvents, type CalendarEvent } from '../domain/calendar/events.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { steps } from '../domain/kernel/vocabulary.ts'
import type { Rulebook } from '../domain/supervision/judge.ts'
import type { OtherLimit, OtherParams } from '../domain/supervision/what-if.ts'
import { refused, Unanswerable } from './problems.ts'

/** 假设 — what the other side is judged by. */
type Supposed = { params: OtherParams; limits: readonly OtherLimit[]; calendar: readonly CalendarEvent[] }
/** `confidential`: with the rules that inspectors alone see. */
export type WhatIfAsked = Supposed & { now: Instant; confidential: boolean }

const bad = (field: string, zh: string, en: string, more: object = {}) => new Unanswerable(400, 'bad-what-if', zh, en, { field, ...more })
const longestLimit = 1000

/** `R-02.graceWorkingDays=2` — a rule that is there, a parameter of its own, within its bounds. */
export function paramsSaid(said: readonly string[], { rules, patterns }: Pick<Rulebook, 'rules' | 'patterns'>): OtherParams {
  const params = new Map<string, Record<string, number>>()
  for (const text of said) {
    const [, ruleId = '', name = '', value = ''] = /^([^.=]+)\.([^.=]+)=(.*)$/.exec(text) ?? []
    if (!ruleId) throw bad('set', `「${text}」读不懂，应写成 规则.参数=数，例如 R-02.graceWorkingDays=2`,
      `"${text}" is not RULE.PARAMETER=NUMBER, such as R-02.graceWorkingDays=2`)
    const meant = [...rules, ...patterns].filter(({ id }) => id === ruleId)
    if (meant.length === 0) throw bad('set', `没有规则 ${ruleId}`, `There is no rule ${ruleId}`, { rule: ruleId })
    const own = meant.find((rule) => Object.hasOwn(rule.params, name))
    if (!own) {
      const names = [...new Set(meant.flatMap((rule) => Object.keys(rule.params)))]
      throw bad('set', `规则 ${ruleId} 没有参数 ${name}；有：${names.join('、') || '（无）'}`,
        `Rule ${ruleId} has no parameter ${name}; it has ${names.join(', ') || 'none'}`, { rule: ruleId })
    }
    const n = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN, { from, to, whole } = own.bounds[name]!
    const within = n >= from && n <= to && (!whole || Number.isInteger(n))
    if (!within) throw bad('set', `规则 ${ruleId} 的 ${name} 须为 ${from}…${to} 的${whole ? '整数' : '数'}，不能是「${value}」`,
      `${name} of rule ${ruleId} is a ${whole ? 'whole ' : ''}number from ${from} to ${to}, not "${value}"`, { rule: ruleId })
    params.set(ruleId, { ...params.get(ruleId), [name]: n })
  }
  return Object.fromEntries(params)
}

/** `CODE.promised=10`, `CODE.statutory=20`, `CODE.step.handling=2` — the code may have dots of its own. */
export function limitsSaid(said: readonly string[]): OtherLimit[] {
  return said.map((text) => {
    const [, itemCode, kind, step, days] = /^(.+)\.(?:(promised|statutory)|step\.([a-z]+))=(.*)$/s.exec(text) ?? []
    if (!itemCode || (step !== undefined && !steps.some((known) => known === step))) {
      throw bad('item',
        `「${text}」读不懂，应写成 事项编码.promised=天数、事项编码.statutory=天数或事项编码.step.环节=天数（环节：${steps.join('、')}）`,
        `"${text}" is not CODE.promised=DAYS, CODE.statutory=DAYS or CODE.step.STEP=DAYS (steps: ${steps.join(', ')})`)
    }
    const workingDays = /^\d{1,4}$/.test(days!) ? Number(days) : NaN
    const least = step === undefined ? 0 : 1
    if (!(workingDays >= least && workingDays <= longestLimit)) {
      throw bad('item', `${itemCode} 的时限须为 ${least}…${longestLimit} 个工作日，不能是「${days}」`,
        `A limit of ${itemCode} is ${least} to ${longestLimit} working days, not "${days}"`)
    }
    return step === undefined ? { itemCode, kind: kind as 'promised' | 'statutory', workingDays } : { itemCode, kind: 'step', step, workingDays }
  })
}

/** What a notice is: a fact with its type, or only what it says. */
const typed = (one: object): { type: string; data: unknown } => 'type' in one && 'data' in one ? one as unknown as { type: string; data: unknown }
  : { type: 'opensAt' in one ? 'OfficeHoursSet' : 'ordinary' in one ? 'CalendarAmended' : 'CalendarPublished', data: one }

/** Calendar facts, each sound in itself; `file`: where they were read, to be named. */
export function calendarSaid(said: unknown, file?: string): CalendarEvent[] {
  const wrong = (field: string, rule: string, zh: string, en: string) => bad(field, zh, en, { rule, ...(file !== undefined && { file }) })
  if (!Array.isArray(said)) throw wrong('calendar', 'array', '日历须为事实的数组：[{ "type", "data" }, …]', 'The calendar is an array of facts: [{ "type", "data" }, …]')
  return said.map((one: unknown, i) => {
    const { type, data } = typeof one === 'object' && one !== null ? typed(one) : { type: '', data: one }
    const known = Object.hasOwn(calendarEvents, type) ? calendarEvents[type as CalendarEvent['type']] : undefined
    if (!known) throw wrong(`[${i}]`, 'type', `不是日历事实；有：${Object.keys(calendarEvents).join('、')}`, `This is no fact of the calendar; there are ${Object.keys(calendarEvents).join(', ')}`)
    const parsed = known.schema.safeParse(data)
    if (!parsed.success) {
      const { path, code, message } = parsed.error.issues[0]!
      const field = `[${i}].data${path.map((part) => typeof part === 'number' ? `[${part}]` : `.${String(part)}`).join('')}`
      throw wrong(field, code, `日历事实不合格：${message}`, `The calendar fact is not valid: ${message}`)
    }
    const fact = { type, data: parsed.data } as CalendarEvent, fault = faultOf(fact)
    if (fault !== undefined) throw wrong(`[${i}].data`, fault, refused(fault).title, refused(fault).en)
    return fact
  })
}

/** What the calendar's own decider says of it where nothing else is known. Hours may reach back: nobody has worked by them. */
function faultOf(fact: CalendarEvent): string | undefined {
  if (fact.type === 'OfficeHoursSet') return fact.data.opensAt < fact.data.closesAt ? undefined : 'hours-out-of-order'
  const { type, data } = fact, id = calendarIdOf(data.layer, data.place)
  const given = { id } as Parameters<typeof calendarDecider.decide>[2]
  const answer = type === 'CalendarPublished' ? calendarDecider.decide(calendarDecider.initial, { type: 'PublishCalendar', data }, given)
    : calendarDecider.decide({ published: { [data.year]: '' }, amendments: [] }, { type: 'AmendCalendar', data }, given)
  return isRefusal(answer) ? answer.refused : undefined
}

const fault = (text: string): string | undefined => { try { JSON.parse(text); return undefined } catch (error) { return (error as Error).message } }
/** The first line by whose end a text can no longer become JSON, however it goes on. */
function lineOfFault(lines: readonly string[]): number {
  let from = 1, upTo = lines.length
  while (from < upTo) {
    const middle = (from + upTo) >> 1, said = fault(lines.slice(0, middle).join('\n'))
    if (said === undefined || /^(Unexpected end|Unterminated string)|end of JSON input/.test(said)) from = middle + 1
    else upTo = middle
  }
  return from
}
/** A file's text, or the line on which it stops being JSON. */
export function jsonIn(file: string, text: string): unknown {
  const said = fault(text)
  if (said === undefined) return JSON.parse(text)
  throw new Unanswerable(400, 'not-json', '不是 JSON', `This is not JSON: ${said}`, { file, field: 'calendar', rule: 'json', line: lineOfFault(text.split('\n')) })
}
