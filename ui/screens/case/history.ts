import type { FactView } from '../../../projections/views.ts'
import type { Table } from '../../charts/figure.ts'
import { localOf, type Formatter } from '../../format.ts'
import { doer, telling } from '../../telling.ts'
import type { Words as Frame } from '../../words.zh.ts'
import type { Words } from './words.zh.ts'

/** 经过表 — the facts as the page tells them, both times in full; what is masked there is masked here. */
export function historyTable(facts: readonly FactView[], { history: { columns } }: Words, say: Frame, f: Formatter): Table {
  const at = (instant: string, precision?: 'day') => { const { day, time } = localOf(instant, f.zone); return precision ? day : `${day} ${time}` }
  return {
    columns: [{ key: 'position', label: columns.position, numeric: true }, ...(['happened', 'recorded', 'what', 'kind', 'who', 'says', 'corrected', 'source'] as const).map((key) => ({ key, label: columns[key] }))],
    rows: facts.map((fact) => {
      const { title, kind, line } = telling(fact, say, f)
      return { position: fact.position, happened: at(fact.occurredAt, fact.precision), recorded: at(fact.recordedAt), what: title, kind, who: doer(fact, say), says: line,
        corrected: (fact.corrections ?? []).map(({ correct, reason, byName }) => [say.case.correction(correct), reason, byName].filter(Boolean).join(' · ')).join('; '),
        source: fact.source ? say.case.sourceOrder(fact.source.name, f.count(fact.source.order)) : '' }
    }),
  }
}
