import type { CardCommand } from './events.ts'
import { findingId, type Finding } from './rules/rule.ts'

/** Findings become warnings and cards; the key is the finding's own, so any number of machines may run this at any time. */
export const cardsFor = (subject: string, findings: readonly Finding[]): { id: string; key: string; command: CardCommand }[] =>
  findings.map((finding) => ({ id: subject, key: findingId(finding), command: { type: 'IssueCard', data: { ...finding, ledger: [...finding.ledger] } } as CardCommand }))
