import type { Lists } from './editor.svelte.ts'
import type { Words } from './words.zh.ts'

type Frame = { steps: Record<string, string>; specialProcedures: Record<string, string>; case: { caseTypes: Record<string, string> } }
/** One value of an item in words: codes by their word, people by name, the rest as it is written. */
export function told(part: string, value: unknown, words: Words, common: Frame, lists?: Lists): string {
  if (value === undefined || value === null || value === '') return words.diff.nothing
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (Array.isArray(value)) return value.length === 0 ? words.diff.nothing : value.map((one) => told(part, one, words, common, lists)).join(part === 'flow' ? ' → ' : words.separator)
  if (typeof value === 'object') return Object.entries(value).filter(([, inner]) => inner !== undefined).map(([name, inner]) => name === 'amountFen' ? `${Number(inner) / 100}` : name === 'blankForm' || name === 'sampleForm' ? words.forms.named(words.forms[name], String(inner).slice(7, 15)) : told(name, inner, words, common, lists)).join(' · ')
  const text = String(value)
  if (part === 'officers') return lists?.officers.find(({ person }) => person === text)?.name ?? text
  if (part.endsWith('WorkingDays') || part === 'workingDays') return words.workingDays(text)
  return { itemType: words.types, caseType: common.case.caseTypes, flow: common.steps, step: common.steps, specialProcedures: common.specialProcedures, kind: { ...words.fieldKinds, ...words.kinds } }[part]?.[text] ?? text
}
