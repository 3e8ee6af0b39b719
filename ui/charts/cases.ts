import type { CaseListRow } from '../../projections/views.ts'
import { localOf, type Formatter } from '../format.ts'
import { stepName } from '../telling.ts'
import { lightWord } from '../verdict.ts'
import type { Words as Frame } from '../words.zh.ts'
import type { Table } from './figure.ts'
import type { Words } from './words.zh.ts'

/** 办件表 — cases as a list has them: whoever is masked in the list is masked here. */
export function casesTable(rows: readonly CaseListRow[], { cases: columns }: Words, say: Frame, f: Formatter): Table {
  const at = (instant: string) => { const { day, time } = localOf(instant, f.zone); return `${day} ${time}` }
  return {
    columns: Object.entries(columns).map(([key, label]) => ({ key, label })),
    rows: rows.map((row) => ({ light: lightWord(row, say, f), due: row.dueOn ?? (row.dueAt ? f.dayOf(row.dueAt) : ''), item: row.itemName, code: row.itemCode, applicant: row.applicant ?? '', caseNo: row.caseNo,
      step: stepName(row.lastStep ?? row.stage, say), holder: row.holder ?? '', department: row.department, hall: row.hallName, opened: at(row.openedAt), ended: row.endedAt ? at(row.endedAt) : '',
      cards: row.cards.map((severity) => say.case.severities[severity]).join(' ') })),
  }
}
