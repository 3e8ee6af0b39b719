import type { CaseView } from '../../../projections/views.ts'
import type { Formatter } from '../../format.ts'
import type { Words as House } from '../../words.zh.ts'
import type { ActionView, CaseActions, Choice } from './asks.ts'
import { forms, type Field, type Row, type Said } from './forms.ts'
import type { Words } from './words.zh.ts'

const stepOf: Readonly<Record<string, string>> = { 'complete-handling': 'handling', 'review-case': 'reviewing', 'approve-case': 'approving' }
/** Of which step an opinion is. */
export const opinionStep = (command: string) => stepOf[command]
export const fieldWord = (command: string, { name }: Field, words: Words) => words.fieldsOf[command]?.[name] ?? words.fields[name] ?? name

/** 选项的字 — codes in the words of the house, persons by name, fees with their amount, departments of sub-cases. */
export function choiceWord(command: string, field: string, { value, name, post }: Choice, actions: CaseActions, words: Words, house: House, f: Formatter): string {
  const text = String(value)
  if (name) return [name, post].filter(Boolean).join(' · ')
  if (field === 'workingDays') return f.workingDays(Number(value))
  if (field === 'standardId') { const fee = actions.fees.find(({ standardId }) => standardId === text); return fee ? `${fee.name} ${f.money(fee.amountFen)}` : text }
  if (command === 'start-special-procedure' && field === 'kind') return house.specialProcedures[text] ?? text
  if (command === 'send-notice' && field === 'kind') return house.notices[text] ?? text
  if (field === 'reasonCode') return house.refusals[text] ?? text
  return words.values[text] ?? text
}
export const allowedIn = (action: ActionView, field: string): Choice[] => (action.choices?.[field] ?? []).filter(({ refused }) => !refused)

/** What a form begins with: of one choice that one; of a verdict, the one that lets it go on. */
export function initialOf(action: ActionView, actions: CaseActions, words: Words): Said {
  return Object.fromEntries((forms[action.command] ?? []).map(({ name, kind, usual }): [string, Said[string]] => {
    const choices = allowedIn(action, name)
    if (kind === 'choice') return [name, choices.length === 1 || name === 'result' || name === 'method' || name === 'channel' ? String(choices[0]?.value ?? '') : '']
    if (kind === 'person') return [name, choices.length === 1 ? String(choices[0]!.value) : '']
    if (kind === 'names') return [name, []]
    if (kind === 'asked') return [name, [{ material: '', reason: '', basis: '' }] satisfies Row[]]
    if (kind === 'list') return [name, actions.materials.map((material): Row => ({ name: material, pages: '1' }))]
    return [name, usual ? words.remediesUsual : '']
  }))
}
/** 送唐书仪审核 — the step that ends here names who goes on, where that is one person. */
export function verbOf({ command, next }: ActionView, value: Said, words: Words, house: House): string {
  const what = words.commands[command] ?? command, [one, other] = next?.people ?? [], result = value['result'], verdict = typeof result === 'string' ? words.values[result] : undefined
  const sends = one && !other && next && (verdict === undefined || result === 'pass') ? words.send(one.name, house.steps[next.step] ?? next.step) : undefined
  return verdict === undefined ? sends ?? what : [words.verdict(what, verdict), sends].filter(Boolean).join(words.thenSend)
}
/** What has been written, field by field, for whoever has to compare. */
export const written = (command: string, value: Said, words: Words) => (forms[command] ?? []).flatMap(({ name, kind, ...rest }) => {
  const said = value[name]
  const text = typeof said === 'string' ? said : (said ?? []).map((one) => typeof one === 'string' ? one : Object.values(one).filter(Boolean).join(' · ')).join('\n')
  return text ? [{ label: fieldWord(command, { name, kind, ...rest }, words), value: text }] : []
})

export type Material = { name: string; pages?: number; blob?: string; mediaType?: string }
/** 材料 — what was counted at the window and came in since; and the files, each once. */
export function materialsOf({ facts }: CaseView): { materials: Material[]; files: Material[] } {
  const all: Material[] = [], files: Material[] = []
  for (const { type, data } of facts) {
    if (type === 'MaterialsReceived') {
      const list = data['list'] as Material[] | undefined
      all.push(...list ?? (data['materials'] as string[] | undefined ?? []).map((name) => ({ name })))
    }
    if (type === 'SupplementSubmitted') all.push(...(data['materials'] as string[] | undefined ?? []).map((name) => ({ name })))
    if (type === 'DocumentAttached') files.push({ name: String(data['name']), blob: String(data['blob']), mediaType: String(data['mediaType']) })
  }
  return { materials: [...new Map(all.map((one) => [one.name, one])).values()], files: [...new Map(files.map((one) => [one.blob, one])).values()] }
}
