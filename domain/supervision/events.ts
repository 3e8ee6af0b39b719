import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Instant } from '../kernel/values.ts'
import { duties } from '../kernel/vocabulary.ts'

const ledgerEntry = z.strictObject({
  kind: z.string(), clause: z.string(), days: z.int(), unit: z.enum(['working-days', 'calendar-days']), from: Day.optional(), to: Day.optional(),
  detail: z.array(z.strictObject({ name: z.string(), days: z.int() })).optional(), makeUp: z.array(Day).optional(),
})
const text = z.string().min(1).max(4000)
const cardId = z.string().min(1).max(400).describe('牌号')
const params = z.record(z.string(), z.number()).describe('参数')
const finding = {
  ruleId: z.string().describe('规则'), ruleVersion: z.int().describe('规则版本'), params, clause: z.string().describe('依据'),
  calendarVersion: z.int(), clock: z.string().describe('时限'), becameTrueAt: Instant.describe('成立时刻'), dueOn: Day.optional().describe('应办结日'),
  /** 期限账 — the clauses and days that add up to the due day, as they stood when the card was dealt; empty where no clock speaks. */
  ledger: z.array(ledgerEntry).describe('期限账'),
  /** Ids of the facts that prove it. */
  evidence: z.array(z.string()).optional().describe('事实'),
  /** 责任部门, where it is not the subject's own. */
  department: z.string().optional().describe('责任部门'),
}
const because = z.string().optional().describe('因何牌')
/** 平台之理由 — computed: another calendar, with both ledgers; facts that had happened by then and were recorded since; or else, judged anew, what is recorded now. */
const computed = ['calendar-amended', 'late-fact', 'judged-anew'] as const
/** The first two are an inspector's. */
const revocation = {
  cardId,
  reason: z.enum(['appeal-upheld', 'force-majeure', ...computed]).describe('撤销理由'),
  evidence: text.describe('证据'),
}
const notified = z.array(z.strictObject({ duty: z.enum(duties), person: z.string() })).min(1).max(100).describe('告知何人')
const published = {
  version: z.int().min(1).describe('规则版本'), params, effectiveFrom: Day.describe('生效日'), legalBasis: z.string().min(1).max(400).describe('依据'),
}
const retirement = { effectiveFrom: Day.describe('失效日'), reason: text.describe('理由') }
/** 试运行 — a version in shadow finds and deals nothing. */
const mode = z.enum(['live', 'shadow']).describe('方式')
const liveOf = (older: object) => ({ ...older, mode: 'live' })

/** 监察 — an issued card never disappears; whatever is said of it afterwards stands beside it. */
export const supervisionEvents = {
  HintRaised: event({ cardId, ...finding }),
  WarningRaised: event({ cardId, ...finding }),
  YellowCardIssued: event({ cardId, ...finding }),
  /** `lateNotice`: the notice of the yellow behind it came too late; it costs nothing until an inspector confirms it. */
  RedCardIssued: event({ cardId, ...finding, because, lateNotice: z.boolean().optional() }),
  CardNotified: event({ cardId, notified, notifiedAt: Instant.describe('告知时刻') }),
  /** `decideBy`: the day by which the inspector is to decide. */
  CardAppealFiled: event({ cardId, grounds: text.describe('申诉理由'), decideBy: Day.describe('裁决期限') }),
  CardAppealUpheld: event({ cardId, reason: text.describe('理由') }),
  CardAppealDismissed: event({ cardId, reason: text.describe('理由') }),
  CardStayed: event({ cardId, until: Day.describe('缓至'), reason: text.describe('理由') }),
  CardCorrected: event({ cardId, report: text.describe('纠错报告') }),
  CardCorrectionConfirmed: event({ cardId, remark: text.optional() }),
  /** By an inspector: a red whose notice was late bites from here on; a warning whose rule knows a yellow counts as one. */
  CardConfirmed: event({ cardId, reason: text.describe('理由') }),
  CardRevoked: event(revocation),
  CardSuperseded: event({ cardId, by: cardId, reason: z.enum(computed) }),
  SanctionRecorded: event({ cardId, documentNo: z.string().min(1).max(100).describe('文号'), measure: text.describe('处理'), points: z.number().min(0).max(50).describe('扣分') }),
  RuleProposed: event({ ruleId: z.string(), ...published, mode, proposedBy: z.string() }),
  RulePublished: event({ ruleId: z.string(), ...published, mode, proposedBy: z.string().optional() }, liveOf),
  RetirementProposed: event({ ruleId: z.string(), ...retirement, proposedBy: z.string() }),
  RuleRetired: event({ ruleId: z.string(), ...retirement }),
}
export type SupervisionEvent = EventOf<typeof supervisionEvents>
export type RuleEvent = Extract<SupervisionEvent, { type: 'RulePublished' | 'RuleProposed' | 'RetirementProposed' | 'RuleRetired' }>
export type CardEvent = Exclude<SupervisionEvent, RuleEvent>

export const supervisionCommands = {
  IssueCard: command({ ...finding, severity: z.enum(['HINT', 'WARN', 'YELLOW', 'RED']), because }),
  NotifyCard: command({ cardId, notified }),
  /** By the policy: the same episode at another instant. */
  SupersedeCard: command({ cardId, by: cardId, reason: z.enum(computed) }),
  RevokeCard: command(revocation),
  FileCardAppeal: command({ cardId, grounds: text.describe('申诉理由') }),
  DecideCardAppeal: command({ cardId, result: z.enum(['upheld', 'dismissed']).describe('裁决'), reason: text.describe('理由') }),
  StayCard: command({ cardId, until: Day.describe('缓至'), reason: text.describe('理由') }),
  CorrectCard: command({ cardId, report: text.describe('纠错报告') }),
  ConfirmCorrection: command({ cardId, remark: text.optional() }),
  /** A red card whose notice was late bites only then; a warning may be held for a yellow. */
  ConfirmCard: command({ cardId, reason: text.describe('理由') }),
  RecordSanction: command({ cardId, documentNo: z.string().min(1).max(100).describe('文号'), measure: text.describe('处理'), points: z.number().min(0).max(50).describe('扣分') }),
  ProposeRule: command({ ...published, mode }),
  /** By another inspector than the one who proposed it, in the same words. */
  PublishRule: command({ ...published, mode }),
  ProposeRetirement: command(retirement),
  /** Likewise by another inspector, in the same words. */
  RetireRule: command(retirement),
}
type SupervisionCommand = CommandOf<typeof supervisionCommands>
export type RuleCommand = Extract<SupervisionCommand, { type: 'PublishRule' | 'ProposeRule' | 'ProposeRetirement' | 'RetireRule' }>
export type CardCommand = Exclude<SupervisionCommand, RuleCommand>
