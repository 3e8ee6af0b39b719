import type { Day, Instant } from '../domain/kernel/values.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import type { Severity } from '../domain/supervision/rules/rule.ts'
import type { CardRow } from './cards.ts'

/** 牌的现状 — what it waits for, or how it ended. `unconfirmed`: its notice was late, and an inspector has not said yet whether it bites. */
export const cardStates = ['standing', 'unconfirmed', 'appealed', 'reported', 'revoked', 'superseded'] as const
export type CardState = typeof cardStates[number]
export const subjectKinds = ['cases', 'officers', 'departments', 'agents'] as const
export type SubjectKind = typeof subjectKinds[number] | 'others'

/** 簿上一牌 — as much of a card as the register is asked by. `caseId`: of the lead, where it is a sub-case's. */
export type RegisteredCard = {
  key: string; subject: string; kind: SubjectKind; of: string; caseId?: string; subCase?: number
  /** `home`: the department of the case itself, where the card is another's. */
  department: string; home: string; hall?: string; itemCode?: string; officer?: string
  ruleId: string; severity: Severity; state: CardState; standing: boolean; confidential: boolean
  becameTrueAt: Instant; issuedAt: Instant; saidAt: Instant; revokedAt?: Instant; appeal?: { decideBy: Day }; points: number
}

/** 最近一次说到它 — dealt, or whatever was said of it last; a notice goes with what it tells of. */
const saidAtOf = ({ recordedAt, appeal, stay, correction, confirmed, sanctions = [], revoked, superseded }: CardRow): Instant =>
  [recordedAt, appeal?.recordedAt, appeal?.decided?.recordedAt, stay?.recordedAt, correction?.recordedAt, correction?.confirmed?.recordedAt, confirmed?.recordedAt,
    ...sanctions.map((one) => one.recordedAt), revoked?.recordedAt, superseded?.recordedAt].reduce<Instant>((latest, at) => at !== undefined && at > latest ? at : latest, recordedAt)

/** 现状 of a card: what is open about it comes before that it stands. */
export function cardState({ state, appeal, correction, lateNotice, confirmed }: CardRow): CardState {
  if (state !== 'active') return state
  if (appeal && !appeal.decided) return 'appealed'
  if (correction && !correction.confirmed) return 'reported'
  return lateNotice && !confirmed ? 'unconfirmed' : 'standing'
}
/** 扣分 that it costs as it stands: nothing once it is taken back, or before it is confirmed. */
export function pointsOf(card: CardRow): number {
  const state = cardState(card)
  return state === 'revoked' || state === 'superseded' || state === 'unconfirmed' ? 0 : catalogue.find(({ id }) => id === card.ruleId)?.deduction[card.severity] ?? 0
}

/** Whose it is, where the card itself does not say: as the rows of cases and people have it; and whether its rule is the inspectors' alone (domain.md D.3). */
export type Whose = { confidential: boolean; department: string; home?: string; hall?: string; itemCode?: string }
export const subjectIn = (subject: string): { kind: SubjectKind; of: string; caseId?: string; subCase?: number } => {
  const at = subject.indexOf('.'), named = subject.slice(0, at), of = subject.slice(at + 1), kind = subjectKinds.find((one) => one === named) ?? 'others'
  if (kind !== 'cases') return { kind, of }
  const [, lead, number] = /^(.*)#(\d+)$/s.exec(of) ?? []
  return { kind, of, caseId: lead ?? of, ...(number !== undefined && { subCase: Number(number) }) }
}
export function registered(key: string, row: CardRow, whose: Whose): RegisteredCard {
  const { ruleId, severity, standing, becameTrueAt, recordedAt, revoked, appeal, notified = [] } = row, subject = subjectIn(row.subject)
  // Told to several, it is nobody's in particular yet.
  const handlers = [...new Set(notified.filter(({ duty }) => duty === 'handler').map(({ person }) => person))]
  const officer = subject.kind === 'officers' ? subject.of : /^own:(.+)$/s.exec(row.clock)?.[1] ?? (handlers.length === 1 ? handlers[0] : undefined)
  return {
    key, subject: row.subject, ...subject, ...whose, department: row.department ?? whose.department, home: whose.home ?? whose.department, ...(officer !== undefined && { officer }),
    ruleId, severity, state: cardState(row), standing,
    becameTrueAt, issuedAt: recordedAt, saidAt: saidAtOf(row), points: pointsOf(row), ...(revoked && { revokedAt: revoked.recordedAt }),
    ...(appeal && !appeal.decided && standing && { appeal: { decideBy: appeal.decideBy } }),
  }
}

/** 查簿 — all of these hold. `since`: something was said of it from this instant on; `from`, `to`: dealt within; `confidential`: those alone, else none of them. */
export type RegisterAsked = {
  rule?: readonly string[]; severity?: readonly string[]; state?: readonly string[]; department?: string; officer?: string; item?: string; subject?: string
  from?: Instant; before?: Instant; since?: Instant; revokedFrom?: Instant; standing?: true; confidential: boolean
}
export const isAsked = ({ rule, severity, state, department, officer, item, subject, from, before, since, revokedFrom, standing, confidential }: RegisterAsked) =>
  (card: RegisteredCard): boolean => card.confidential === confidential && (!standing || card.standing) && (rule?.includes(card.ruleId) ?? true)
  && (severity?.includes(card.severity) ?? true) && (state?.includes(card.state) ?? true)
  && (department === undefined || card.department === department) && (officer === undefined || card.officer === officer) && (item === undefined || card.itemCode === item)
  && (subject === undefined || card.caseId === subject) && (from === undefined || card.issuedAt >= from) && (before === undefined || card.issuedAt < before)
  && (since === undefined || card.saidAt >= since) && (revokedFrom === undefined || (card.revokedAt !== undefined && card.revokedAt >= revokedFrom))
/** 最近说到的在前; of one instant by their keys, so that a page goes on where the one before ended. */
type Placed = Pick<RegisteredCard, 'saidAt' | 'key'>
export const byLatest = (a: Placed, b: Placed) => a.saidAt !== b.saidAt ? a.saidAt < b.saidAt ? 1 : -1 : a.key < b.key ? 1 : a.key > b.key ? -1 : 0
