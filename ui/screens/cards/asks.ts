import type { CardList, CardPage } from '../../../projections/card-page.ts'
import type { LedgerView } from '../../../projections/views.ts'
import { read } from '../../client.ts'

type Witnessing = { size: number; state: 'not-witnessed' | 'witnessed' | 'overdue' | 'refusing'; refused?: string; configured: number; witnesses: { size?: number; at?: string }[] }
export type RuleWord = { id: string; zh: string; en: string; confidential?: boolean; formula: { zh: string; en: string }; severity: string; params: Record<string, number>; inForce?: { params: Record<string, number> }; state: string }
export const asks = {
  list: (query: Record<string, string | undefined>) => read<CardList>('/cards', query),
  appeals: () => read<{ appeals: number; position: number }>('/cards/appeals'),
  card: (key: string) => read<CardPage>(`/cards/${encodeURIComponent(key)}`),
  ledger: (caseId: string, card: string, subCase: number | undefined) => read<LedgerView>(`/cases/${encodeURIComponent(caseId)}/ledger`, { card, clock: subCase === undefined ? undefined : `#${subCase}` }),
  rules: () => read<{ rules: RuleWord[] }>('/rules'),
  transparency: () => read<Witnessing>('/transparency'),
}
