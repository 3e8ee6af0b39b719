import type { CardListRow } from '../../../projections/card-page.ts'
import type { Table } from '../../charts/figure.ts'
import { localOf, type Formatter } from '../../format.ts'
import { settings } from '../../settings.svelte.ts'
import type { Words as Frame } from '../../words.zh.ts'
import { findingSays } from './telling.ts'
import type { Words } from './words.zh.ts'

/** 发牌表 — findings as the register shows them, both times in full. */
export function cardsTable(rows: readonly CardListRow[], words: Words, all: Frame, f: Formatter): Table {
  const at = (instant: string) => { const { day, time } = localOf(instant, f.zone); return `${day} ${time}` }, english = settings.language === 'en'
  return {
    columns: Object.entries(words.file).map(([key, label]) => ({ key, label, numeric: key === 'points' })),
    rows: rows.map((row) => ({ severity: words.severities[row.severity], state: words.states[row.state], rule: `${row.ruleId} ${english ? row.en : row.zh}`, caseId: row.caseId ?? '', item: row.itemName ?? '', department: row.department,
      officer: row.officerName ?? row.officer ?? row.ofName ?? '', due: row.dueOn ?? '', became: at(row.becameTrueAt), issued: at(row.issuedAt), points: row.points, says: findingSays(row, words, all, f, english), position: row.position ?? '' })),
  }
}
