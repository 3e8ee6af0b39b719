import type { FactView, FindingView } from '../projections/views.ts'
import type { Formatter } from './format.ts'
import type { Said, Words } from './words.zh.ts'

const at = (data: unknown, path: string) => path.split('.').reduce<unknown>((value, part) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined, data)
const textOf = (value: unknown) => typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/** What a fact's data says, field by field, in the words of one language. */
export function said(data: Record<string, unknown>, say: Words, f: Formatter): Said {
  const text = (field: string) => textOf(at(data, field))
  const number = (field: string) => { const value = at(data, field); return typeof value === 'number' ? value : undefined }
  const printed = (print: (text: string) => string) => (field: string) => text(field) && print(text(field))
  return {
    text,
    list(field) {
      const value = at(data, field)
      return Array.isArray(value) ? value.map((it: unknown) => textOf(it) || textOf(at(it, 'material'))).filter(Boolean) : []
    },
    day: printed(f.day), moment: printed(f.near),
    money: (field) => { const fen = number(field); return fen === undefined ? '' : f.money(fen) },
    workingDays: (field) => { const days = number(field); return days === undefined ? '' : f.workingDays(days) },
    word: (table, field) => say[table][text(field)] ?? text(field),
  }
}

/** 一条事实, said as an official would: what a source calls its own line goes before our name for it. */
export function telling({ type, data, activity }: Pick<FactView, 'type' | 'data' | 'activity'>, say: Words, f: Formatter) {
  const fact = say.facts[type]
  const name = fact?.name ?? type
  const line = fact?.line(said(data, say, f)) ?? ''
  return { title: activity ?? name, kind: activity !== undefined && activity !== name ? name : '', line: line === activity ? '' : line }
}

/** Who did it, by name where it may be said, and the unit that a source names. */
export function doer({ byName, by, role, group }: Pick<FactView, 'byName' | 'by' | 'role' | 'group'>, say: Words): string {
  const who = byName ?? (role === 'applicant' ? undefined : by) ?? say.roles[role] ?? role
  return [who, group].filter(Boolean).join(' · ')
}
/** A clause may end in the code of a special procedure. */
export function clauseName(clause: string, say: Words): string {
  const code = /[a-z][a-z-]*$/.exec(clause)?.[0]
  return code === undefined ? say.clauses[clause] ?? clause : say.procedure(say.specialProcedures[code] ?? code)
}
/** By what a finding and the card that was dealt for it are known as one. */
export const episodeKey = ({ ruleId, clock, becameTrueAt, subCase }: Pick<FindingView, 'ruleId' | 'clock' | 'becameTrueAt' | 'subCase'>) => `${subCase ?? ''} ${ruleId} ${clock} ${becameTrueAt}`
/** Steps come as codes, as fact names or in a source's own words. */
export const stepName = (step: string, say: Words) => say.steps[step] ?? say.facts[step]?.name ?? say.stages[step] ?? step

/** The instant from which a fact can be seen on the time line: when it happened, or when it was recorded where only what was known then counts. */
export const seenFrom = ({ occurredAt, recordedAt, source }: Pick<FactView, 'occurredAt' | 'recordedAt' | 'source'>, known: 'then' | 'now') =>
  Date.parse(known === 'then' && !source && recordedAt > occurredAt ? recordedAt : occurredAt)
