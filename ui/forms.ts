import type { FormField } from '../domain/items/events.ts'

export type Answered = string | number | boolean | string[]
export type Answers = Record<string, Answered | undefined>
/** 字典 by id: its codes, each with its word. */
export type Choices = Readonly<Record<string, readonly { code: string; word: string }[]>>
/** What is wrong with an answer, as the platform words it. */
export type Fault = { field: string; zh?: string; en?: string; message?: string }

/** 要填的 — the fields that the form asks for after these answers: those without a condition, and those whose condition is asked for too and answered so. */
export function askedOf(fields: readonly FormField[], answers: Answers): FormField[] {
  const asked = new Set<string>()
  return fields.filter(({ id, when }) => {
    const said = when && answers[when.field]
    const so = !when || (asked.has(when.field) && (Array.isArray(said) ? said.some((one) => one === when.is) : said === when.is))
    if (so) asked.add(id)
    return so
  })
}
const empty = (said: Answered | undefined) => said === undefined || (typeof said === 'string' ? said.trim() === '' : Array.isArray(said) && said.length === 0)
/** 所填 — what is handed in: answers to what is asked for, and nothing of what no longer is. */
export const answersOf = (fields: readonly FormField[], answers: Answers): Record<string, Answered> =>
  Object.fromEntries(askedOf(fields, answers).flatMap(({ id }) => { const said = answers[id]; return empty(said) ? [] : [[id, said as Answered]] }))

/** 元 → 分; undefined where it is no amount. No detour over binary fractions. */
export function fenOf(text: string): number | undefined {
  const found = /^(\d{1,12})(?:[.．](\d{1,2}))?$/.exec(text.replace(/[,，\s]/g, ''))
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined
}
export const yuanOf = (fen: number) => `${Math.trunc(fen / 100)}${fen % 100 ? `.${String(fen % 100).padStart(2, '0')}` : ''}`
/** 答 beside its question, in the order of the form; what no question is known of comes last, under its own name. */
export function answered(answers: Answers, questions: readonly { id: string; label: string; kind: string }[]): { id: string; label: string; said: string | boolean | string[] }[] {
  const known = questions.filter(({ id }) => answers[id] !== undefined), rest = Object.keys(answers).filter((id) => !questions.some((one) => one.id === id))
  const plain = (said: Answered, kind?: string) => typeof said === 'number' ? kind === 'money' ? yuanOf(said) : String(said) : said
  return [...known.map(({ id, label, kind }) => ({ id, label, said: plain(answers[id]!, kind) })), ...rest.flatMap((id) => { const said = answers[id]; return said === undefined ? [] : [{ id, label: id, said: plain(said) }] })]
}
