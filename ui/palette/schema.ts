import type { FormField } from '../../domain/items/events.ts'
import type { Answers } from '../forms.ts'

/** What the platform says of the body of a command (JSON Schema, as much of it as commands use). */
export type Schema = {
  type?: string; description?: string; enum?: string[]; const?: string; format?: string; pattern?: string; minimum?: number; maximum?: number; maxLength?: number
  items?: Schema; properties?: Record<string, Schema>; required?: string[]; anyOf?: Schema[]; additionalProperties?: unknown
}
/** One question of a form: an answer, several lines of text, or records with questions of their own. */
export type Drawn = { field: FormField; fen?: true; lines?: true; whole?: true; codes?: readonly string[]; many?: readonly Drawn[]; one?: readonly Drawn[] }
export type Naming = (name: string, description: string | undefined) => string

const longFrom = 300
/** Entered elsewhere or made by the page: the hash of a file, when it really happened, a number of its own. */
const aside = (name: string, { pattern, format }: Schema) => /sha256/.test(pattern ?? '') || format === 'date-time' || name === 'number'
const kindOf = (name: string, { type, format, maxLength }: Schema): FormField['kind'] | undefined => {
  if (type === 'boolean') return 'yes-no'
  if (type === 'integer' || type === 'number') return name.endsWith('Fen') ? 'money' : 'number'
  if (type === 'string') return format === 'date' ? 'date' : (maxLength ?? 0) > longFrom ? 'long-text' : 'text'
  return undefined
}
function one(name: string, schema: Schema, required: boolean, naming: Naming): Drawn | undefined {
  const { type, items, maxLength } = schema, label = naming(name, schema.description)
  const field = (kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({ id: name, label, kind, required, ...more })
  const codes = schema.enum ?? schema.anyOf?.flatMap((it) => it.const ?? [])
  if (codes?.length) return { field: field('choice'), codes }
  if (type === 'array' && items?.enum) return { field: field('choices'), codes: items.enum }
  if (type === 'array' && items?.type === 'string') return /sha256/.test(items.pattern ?? '') ? undefined : { field: field('long-text'), lines: true }
  const inner = type === 'array' ? items : schema
  if (inner?.properties) {
    const asked = drawn(inner, naming)
    return asked && { field: field('text'), ...(type === 'array' ? { many: asked } : { one: asked }) }
  }
  const kind = kindOf(name, schema)
  return kind && { field: field(kind, maxLength !== undefined && kind !== 'date' ? { maxLength } : {}), ...(kind === 'money' && { fen: true as const }), ...(type === 'integer' && { whole: true as const }) }
}
/** 表单 of a command, by what the platform says of it; undefined where something that has to be said cannot be asked for here. */
export function drawn({ properties = {}, required = [] }: Schema, naming: Naming): Drawn[] | undefined {
  const all: Drawn[] = []
  for (const [name, schema] of Object.entries(properties)) {
    const has = required.includes(name)
    if (name === 'number' && schema.type === 'string') continue
    const found = aside(name, schema) ? undefined : one(name, schema, has, naming)
    if (found) all.push(found)
    else if (has) return undefined
  }
  return all
}
/** Numbers of notices and steps are made here: they only have to differ. */
export const numberWanted = ({ properties = {}, required = [] }: Schema) => properties['number']?.type === 'string' && required.includes('number')

type Said = Answers[string] | Said[] | { [name: string]: Said }
/** What is sent of what was answered: no empty answers, lines as a list, records without empty ones. */
export function bodyOf(asked: readonly Drawn[], answers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(asked.flatMap(({ field: { id }, lines, many, one }): [string, unknown][] => {
    const said = answers[id] as Said
    if (many) {
      const records = (said as Record<string, unknown>[] | undefined ?? []).map((record) => bodyOf(many, record)).filter((record) => Object.keys(record).length > 0)
      return records.length ? [[id, records]] : []
    }
    if (one) {
      const record = bodyOf(one, said as Record<string, unknown> | undefined ?? {})
      return Object.keys(record).length ? [[id, record]] : []
    }
    if (typeof said === 'string') {
      if (said.trim() === '') return []
      return [[id, lines ? said.split('\n').map((line) => line.trim()).filter(Boolean) : said.trim()]]
    }
    return said === undefined || (Array.isArray(said) && said.length === 0) ? [] : [[id, said]]
  }))
}
/** What can be seen to be wrong before anything is sent: `missing`, or not of the kind. */
export function wrongIn(asked: readonly Drawn[], answers: Record<string, unknown>, at = ''): { field: string; rule: 'missing' | 'number' | 'money' }[] {
  return asked.flatMap(({ field: { id, kind, required }, many, one, whole }) => {
    const said = answers[id], path = `${at}${id}`
    if (many) {
      const records = said as Record<string, unknown>[] | undefined ?? []
      return records.length === 0 ? required ? [{ field: path, rule: 'missing' as const }] : [] : records.flatMap((record, i) => wrongIn(many, record, `${path}.${i}.`))
    }
    if (one) return !required && Object.keys(bodyOf(one, said as Record<string, unknown> | undefined ?? {})).length === 0 ? [] : wrongIn(one, said as Record<string, unknown> | undefined ?? {}, `${path}.`)
    const empty = said === undefined || (typeof said === 'string' && said.trim() === '') || (Array.isArray(said) && said.length === 0)
    if (empty) return required ? [{ field: path, rule: 'missing' as const }] : []
    if (kind === 'money' && typeof said !== 'number') return [{ field: path, rule: 'money' as const }]
    if (kind === 'number' && (typeof said !== 'number' || (whole && !Number.isInteger(said)))) return [{ field: path, rule: 'number' as const }]
    return []
  })
}
