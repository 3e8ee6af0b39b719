import type { OpenCounts } from '../projections/due-index.ts'
import type { BoardCase } from '../projections/board.ts'
import type { Standing } from './access/standing.ts'
import { lights } from './lights.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

export type DepartmentOpen = OpenCounts & { department: string }
/** How far one's grants reach over departments: of heads and leaders those that are named, or all; an inspector's all but their own. */
function reaches({ grants, department: own }: Standing): (department: string) => boolean {
  return (department) => grants.some(({ role, scope, of }) => {
    if (role === 'section-head' || role === 'leader') return scope === 'region' || (scope === 'department' && of === department)
    return scope === 'region' && (role === 'auditor' || (role === 'inspector' && department !== own))
  })
}
/** 所及部门 — those that handle items or have cases, with what each has open, the most troubled first; `own`: which of them one comes to unasked. */
export async function departmentsAnswered(rooms: Rooms, who: Standing, cases: Iterable<BoardCase>): Promise<{ departments: DepartmentOpen[]; own: string | undefined }> {
  const reach = reaches(who), lit = lights(rooms.now()), { items } = await directory(rooms), found = new Map<string, DepartmentOpen>()
  const add = (department: string) => {
    const known = found.get(department) ?? { department, open: 0, late: 0, soon: 0, ok: 0, hold: 0 }
    found.set(department, known)
    return known
  }
  for (const { department } of items) if (reach(department)) add(department)
  for (const { role, scope, of } of who.grants) if ((role === 'section-head' || role === 'leader') && scope === 'department' && of !== undefined) add(of)
  for (const { department, open, lamp } of cases) if (open && reach(department)) {
    const counts = add(department)
    counts.open++
    counts[lit(lamp).light]++
  }
  const departments = [...found.values()].sort((a, b) => b.late - a.late || b.soon - a.soon || b.open - a.open || a.department.localeCompare(b.department, 'zh'))
  return { departments, own: (departments.find(({ department }) => department === who.department) ?? departments[0])?.department }
}
