import type { Calendar } from '../kernel/values.ts'
import { ledgerOf } from './due.ts'
import type { CardCommand } from './events.ts'
import { findingId, type Finding } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** Findings become warnings and cards, each with its account; the key is the finding's own, so any number of machines may run this at any time. */
export const cardsFor = (timeline: Timeline, findings: readonly Finding[], calendar: Calendar): { id: string; key: string; command: CardCommand }[] =>
  findings.filter(({ shadow }) => !shadow).map(({ correctedAt: _, shadow: __, ...finding }) => ({
    id: timeline.subject, key: findingId(finding),
    command: { type: 'IssueCard', data: { ...finding, ledger: ledgerOf(timeline, finding.clock, calendar) } } as CardCommand,
  }))
