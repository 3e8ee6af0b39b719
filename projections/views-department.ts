import type { Day, Instant } from '../domain/kernel/values.ts'
import type { AbsenceRow } from './absences.ts'
import type { CardListRow } from './card-page.ts'
import type { Age, DepartmentFigures, Load } from './department-figures.ts'
import type { OpenCounts } from './due-index.ts'
import type { CaseListRow } from './views.ts'

/** 外出 with names; `now`: today is one of its days. The reason is there for whom it is for. */
export type Away = Omit<AbsenceRow, 'reason'> & { reason?: AbsenceRow['reason']; name: string; standInName?: string; now: boolean }
/** 部门 — how it stands: its load by hands and age, what falls due this week, its items, its last working days, its cards, who is away. `heads`: whoever asks may
    say that somebody here is away. */
export type DepartmentView = {
  department: string; departments: (OpenCounts & { department: string })[]; now: Instant; on: Day; position: number; ages: Age[]
  total: Load; untaken: Load; people: (Load & { person: string; name: string; post: string })[]; items: (OpenCounts & { itemCode: string; itemName: string })[]
  week: CaseListRow[]; days: DepartmentFigures['days']
  cards: { yellow: number; red: number; appeals: number; rows: CardListRow[] }
  away: Away[]; heads: boolean
}
