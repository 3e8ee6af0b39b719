import type { Day, Instant } from '../domain/kernel/values.ts'
import type { CardRow } from './cards.ts'
import type { RegisteredCard } from './card-register.ts'
import type { Breach, CardView, FactView } from './views.ts'

/** 发现 as a list shows it: rule, whose it is, both dates, where it stands, and the position of the last word of it. */
export type CardListRow = Pick<RegisteredCard,
  'key' | 'subject' | 'kind' | 'of' | 'caseId' | 'subCase' | 'department' | 'officer' | 'ruleId' | 'severity' | 'state' | 'becameTrueAt' | 'issuedAt' | 'saidAt' | 'points'> & {
  zh: string; en: string; breach?: Breach; clause: string; clock: string; dueOn?: Day; overdueWorkingDays?: number; itemName?: string; ofName?: string; officerName?: string
  appeal?: { grounds: string; decideBy: Day }; revoked?: { reason: string; evidence: string }; position?: number
}
/** `count`: of all that was asked for. */
export type CardList = { rows: CardListRow[]; next?: string; count: number; position: number; now: Instant }
type Why = { code: string; zh: string; en: string }
/** 对此牌可做之事 — `revision`: of what has been said of its subject's cards. */
export type CardActions = { revision: number; allowed: { command: string; as: string }[]; refused: (Why & { command: string })[] }
/** 见于 — a case and the instant of the fact of it that proves a card over many. */
export type EvidenceCase = { caseId: string; itemCode: string; at: Instant }
/** 牌与账 — a card with all that was said of it, what proves it, and what one may say of it now. */
export type CardPage = CardListRow & {
  card: CardView; facts: FactView[]; cases: (EvidenceCase & { itemName: string })[]; actions: CardActions; params: Record<string, number>; ledger: CardRow['ledger']; now: Instant
}
