import type { CaseRow } from './cases.ts'
import { moved, type Group } from './kernel.ts'

/** 部门在办量 — how many cases each department holds and has concluded. */
export const departmentLoad: Group<CaseRow> = {
  name: 'department-load',
  version: 1,
  of: 'cases',
  on: moved(({ department, open }) => [[department, open ? { open: 1, closed: 0 } : { open: 0, closed: 1 }]]),
}
