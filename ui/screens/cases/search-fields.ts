import type { Words } from '../../words.zh.ts'

/** 查询条件 of the panel, in the order of the form; light and department have their own place above it. */
export const searchFields = ['caseNo', 'applicant', 'item', 'hall', 'acceptedBy', 'caseType', 'stage', 'acceptedFrom', 'acceptedTo', 'overdue', 'holder', 'due', 'untaken', 'unaccepted', 'today'] as const
/** Those that are said or not. */
export const boxes: readonly string[] = ['overdue', 'untaken', 'unaccepted']
/** What the codes of a condition say. */
export const searchWords = (words: Words): Record<string, Record<string, string>> => ({ caseType: words.case.caseTypes, stage: words.stages, due: words.list.search.due, today: words.list.search.today })
/** Those that may stand in an address; the applicant may not. */
export const addressed = searchFields.filter((name) => name !== 'applicant')
/** What has come to its end today falls due no more. */
const over = ['concluded', 'delivered']
type Query = Record<string, string | undefined>

/** 综合查询 where any of them is said; otherwise the list is asked. */
export function searchOf(query: Query, applicant: string): Query | undefined {
  if (!applicant && !addressed.some((name) => query[name])) return undefined
  const { light, department, order } = query
  return { ...Object.fromEntries(addressed.map((name) => [name, query[name]])), applicant: applicant || undefined, department, light: query['overdue'] ? undefined : light,
    order: order === 'due' && light !== 'done' && !over.includes(query['today'] ?? '') ? 'due' : 'newest' }
}
