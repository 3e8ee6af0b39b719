import type { OpenCounts } from '../projections/due-index.ts'
import type { Standing } from './access/standing.ts'
import type { CasesInMemory } from './board-memory.ts'
import type { LightOf } from './lights.ts'

export type DepartmentOpen = OpenCounts & { department: string }
/** How far one's grants reach over departments: of heads and leaders those that are named, or all; an inspector's all but their own. */
function reaches({ grants, department: own }: Standing): (department: string) => boolean {
  return (department) => grants.some(({ role, scope, of }) => {
    if (role === 'section-head' || role === 'leader') return scope === 'region' || (scope === 'department' && of === department)
    return scope === 'region' && (role === 'auditor' || (role === 'inspector' && department !== own))
  })
}
/** 所及部门 — those that handle items or have cases, with what each has open, the most troubled first; `own`: which of them one comes to unasked. */
export function departmentsAnswered(who: Standing, items: readonly { department: string }[], memory: CasesInMemory, lightOf: LightOf):
{ departments: DepartmentOpen[]; own: string | undefined } {
  const reach = reaches(who), found = new Map<string, DepartmentOpen>()
  const add = (department: string) => {
    const known = found.get(department) ?? { department, open: 0, late: 0, soon: 0, ok: 0, hold: 0 }
    found.set(department, known)
    return known
  }
  for (const { department } of items) if (reach(department)) add(department)
  for (const { role, scope, of } of who.grants) if ((role === 'section-head' || role === 'leader') && scope === 'department' && of !== undefined) add(of)
  for (const [department, cases] of memory.departments()) {
    if (!reach(department)) continue
    const counts = { open: 0, late: 0, soon: 0, ok: 0, hold: 0 }
    for (const one of cases) if (one.open) { counts.open++; counts[lightOf(one).light]++ }
    if (counts.open > 0) Object.assign(add(department), counts)
  }
  const departments = [...found.values()].sort((a, b) => b.late - a.late || b.soon - a.soon || b.open - a.open || a.department.localeCompare(b.department, 'zh'))
  return { departments, own: (departments.find(({ department }) => department === who.department) ?? departments[0])?.department }
}
