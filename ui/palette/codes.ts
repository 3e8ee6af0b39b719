import { say } from '../settings.svelte.ts'

const flat = (table: Record<string, unknown>): Record<string, string> => table as Record<string, string>
/** 代码 in words: those of its own table, or of any that knows it. */
export function wordOf(field: string, code: string): string {
  const words = say()
  const own: Record<string, Record<string, string>> = { role: words.roles, kind: { ...words.notices, ...words.specialProcedures }, channel: words.channels, method: words.channels, result: words.results, reasonCode: words.refusals,
    step: words.steps, to: words.steps, caseType: words.case.caseTypes, reason: words.revocations }
  return own[field]?.[code] ?? [words.results, words.channels, words.notices, words.roles, words.steps, words.specialProcedures, words.revocations].map(flat).find((table) => table[code] !== undefined)?.[code] ?? code
}
