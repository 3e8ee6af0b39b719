import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Instant } from '../kernel/values.ts'

const ledgerEntry = z.strictObject({
  kind: z.string(), clause: z.string(), days: z.int(), unit: z.enum(['working-days', 'calendar-days']), from: Day.optional(), to: Day.optional(),
  detail: z.array(z.strictObject({ name: z.string(), days: z.int() })).optional(), makeUp: z.array(Day).optional(),
})
const cardId = z.string().describe('牌号')
const params = z.record(z.string(), z.number()).describe('参数')
const finding = {
  ruleId: z.string().describe('规则'), ruleVersion: z.int().describe('规则版本'), params, clause: z.string().describe('依据'),
  calendarVersion: z.int(), clock: z.string().describe('时限'), becameTrueAt: Instant.describe('成立时刻'), dueOn: Day.describe('应办结日'),
  /** 期限账 — the clauses and days that add up to the due day, as they stood when the card was dealt. */
  ledger: z.array(ledgerEntry).describe('期限账'),
}
const revocation = {
  cardId,
  reason: z.enum(['appeal-upheld', 'force-majeure', 'calendar-amended', 'late-fact']).describe('撤销理由'),
  evidence: z.string().min(1).max(4000).describe('证据'),
}
const published = {
  version: z.int().min(2).describe('规则版本'), params, effectiveFrom: Day.describe('生效日'), legalBasis: z.string().min(1).max(400).describe('依据'),
}

/** 监察 — an issued card never disappears; a revocation stands beside it. */
export const supervisionEvents = {
  WarningRaised: event({ cardId, ...finding }),
  YellowCardIssued: event({ cardId, ...finding }),
  RedCardIssued: event({ cardId, ...finding, because: z.string().optional() }),
  CardRevoked: event(revocation),
  RulePublished: event({ ruleId: z.string(), ...published }),
}
export type SupervisionEvent = EventOf<typeof supervisionEvents>
export type CardEvent = Exclude<SupervisionEvent, { type: 'RulePublished' }>
export type RuleEvent = Extract<SupervisionEvent, { type: 'RulePublished' }>

export const supervisionCommands = {
  IssueCard: command({ ...finding, severity: z.enum(['WARN', 'YELLOW', 'RED']), because: z.string().optional() }),
  RevokeCard: command(revocation),
  PublishRule: command(published),
}
type SupervisionCommand = CommandOf<typeof supervisionCommands>
export type CardCommand = Exclude<SupervisionCommand, { type: 'PublishRule' }>
export type RuleCommand = Extract<SupervisionCommand, { type: 'PublishRule' }>
