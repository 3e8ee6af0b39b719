/** 查询条件 of the panel, in the order of the form; light and department have their own place above it. */
export const searchFields = ['hall', 'caseNo', 'caseType', 'stage', 'item', 'applicant', 'acceptedBy', 'acceptedFrom', 'acceptedTo', 'overdue'] as const
/** 综合查询 where any of them is said; otherwise the list is asked. */
export function searchOf(query: Record<string, string | undefined>): Record<string, string | undefined> | undefined {
  if (!searchFields.some((name) => query[name])) return undefined
  const { light, department, order } = query
  return { ...Object.fromEntries(searchFields.map((name) => [name, query[name]])), department, light: query['overdue'] ? undefined : light, order: order === 'due' && light !== 'done' ? 'due' : 'newest' }
}
