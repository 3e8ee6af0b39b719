import { z } from 'zod'
import { specialProcedures, steps } from '../kernel/vocabulary.ts'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Fen, Instant, personal } from '../kernel/values.ts'
import { historyEntry } from './history.ts'

export const channels = ['window', 'online', 'station', 'post', 'email'] as const
const text = z.string().min(1).max(4000)
const residentNumber = /^(\d{15}|\d{17}[\dXx])$/
const opinion = text.describe('意见')
const why = { reason: text.describe('理由'), basis: text.describe('依据'), remedies: text.describe('救济途径') }
const asked = z.strictObject({ material: z.string().min(1).max(200), reason: text, basis: text })
/** `by`: the official who did it, by id; `group`: the unit that a foreign source names. */
const doer = { by: z.string().optional().describe('经办人'), group: z.string().optional().describe('经办组') }
const attributes = z.record(z.string(), z.string()).optional().describe('其他属性')
const applied = {
  itemCode: z.string().min(1).max(200).describe('事项编码'),
  hall: z.string().min(1).max(64).describe('大厅'),
  channel: z.string().min(1).max(64).describe('申办渠道'),
  /** Whose the case is, by a number of ours or an organisation's code; a resident's own number is personal and never stands here. */
  applicantId: z.string().min(1).max(64).refine((id) => !residentNumber.test(id), '用申请人编号，不写身份号码 / the applicant by a number of ours, not the resident number')
    .optional().describe('申请人'),
  applicantName: personal(z.string().min(1).max(100).describe('申请人姓名').optional(), 'applicantId'),
  applicantNumber: personal(z.string().min(1).max(64).describe('证件号码').optional(), 'applicantId'),
  /** 单位名称 — names of organisations are not sealed. */
  organisation: z.string().min(1).max(200).optional().describe('单位名称'),
}
/** Looked up and pinned: what a clock was started with stays legible when the item has moved on. Imported cases have none. */
const pinned = z.strictObject({
  itemVersion: z.int(), calendarVersion: z.int(), promisedWorkingDays: z.int(), statutoryWorkingDays: z.int(), flow: z.array(z.enum(steps)),
})
export type Pinned = z.infer<typeof pinned>
const fee = { kind: z.string().min(1).max(64).describe('收费种类'), effect: z.enum(['sets', 'adds']).describe('效果'), amountFen: Fen.describe('金额（分）') }

/** 办件 — what may become true of a case, in the past tense and the words of the hall (domain.md B.1, M). */
export const caseEvents = {
  ApplicationSubmitted: event({
    caseNo: z.string(), ...applied, zone: z.string().describe('时区'), department: z.string().describe('部门'),
    receivedOn: Day.describe('收件日'), pinned: pinned.optional(), responsible: z.string().optional().describe('负责人'), attributes, ...doer,
  }),
  MaterialsReceived: event({ receivedOn: Day, materials: z.array(z.string()), ...doer }),
  SupplementRequested: event({ asked: z.array(asked), requestedOn: Day, afterAcceptance: z.boolean().optional(), ...doer }),
  SupplementSubmitted: event({ materials: z.array(z.string()), submittedOn: Day, ...doer }),
  /** The due day printed on the notice is a fact; every other due day is computed. A foreign source may state its own, to the instant. */
  CaseAccepted: event({
    acceptedOn: Day, promisedDueOn: Day.optional(), promisedDueAt: Instant.optional(), statutoryDueOn: Day.optional(), pinned: pinned.optional(), ...doer,
  }),
  CaseDeemedAccepted: event({ pinned, effectiveOn: Day, becameTrueAt: Instant }),
  SpecialProcedureStarted: event({
    kind: z.string(), startedOn: Day, plannedWorkingDays: z.int().positive().optional(), basis: z.string().optional(), approver: z.string().optional(), ...doer,
  }),
  SpecialProcedureEnded: event({ endedOn: Day, result: z.string().optional(), ...doer }),
  HandlingCompleted: event({ opinion: opinion.optional(), ...doer }),
  ReviewCompleted: event({ result: z.enum(['pass', 'back']), opinion: opinion.optional(), ...doer }),
  ApprovalGiven: event({ result: z.enum(['pass', 'back']), opinion: opinion.optional(), ...doer }),
  StepCompleted: event({ step: z.string().min(1).max(200), number: z.string().optional().describe('序号'), attributes, ...doer }),
  NoticeSent: event({ kind: z.string(), attributes, ...doer }),
  LicenceGranted: event({ ...doer }),
  LicenceRefused: event({ reason: why.reason.optional(), basis: why.basis.optional(), remedies: why.remedies.optional(), ...doer }),
  /** `sets`: this is now the whole (a penalty in place of a fine, a running total); `adds`: it comes on top. */
  FeeAssessed: event({ ...fee, ...doer }),
  FeeCharged: event({ effect: fee.effect, amountFen: fee.amountFen, receiptNo: z.string().optional(), ...doer }),
  CaseConcluded: event({ resultCode: z.string().describe('办结结果'), concludedOn: Day, ...doer }),
  CaseTerminated: event({ reason: text, terminatedOn: Day, ...doer }),
  ResultDelivered: event({ method: z.string().optional(), deliveredOn: Day, ...doer }),
  /** 违规操作 — on the officer's own stream, not on the case's. */
  StepRefused: event({ caseNo: z.string().max(200), command: z.string(), code: z.string() }),
}
export type CaseEvent = EventOf<typeof caseEvents>

/** Limits, departments, persons and days are looked up, so nobody can say them. */
export const caseCommands = {
  SubmitApplication: command(applied),
  RequestSupplement: command({ asked: z.array(asked).min(1).describe('补正材料') }),
  SubmitSupplement: command({ materials: z.array(z.string()).min(1).describe('材料') }),
  AcceptCase: command({}),
  /** Said by the policy when the notice is overdue: the fact is owed anyway, this makes it appear without a visitor. */
  DeemAccepted: command({}),
  StartSpecialProcedure: command({
    kind: z.enum(specialProcedures).describe('特别程序'), plannedWorkingDays: z.int().positive().max(250).describe('计划工作日'), approver: z.string().describe('批准人'),
  }),
  EndSpecialProcedure: command({ result: text.describe('结果') }),
  CompleteHandling: command({ opinion }),
  ReviewCase: command({ opinion, result: z.enum(['pass', 'back']).describe('审核结果') }),
  ApproveCase: command({ opinion, result: z.enum(['pass', 'back']).describe('批准结果') }),
  CompleteStep: command({ number: z.string().min(1).max(64).describe('序号'), step: z.string().min(1).max(200).describe('环节') }),
  DecideCase: command({
    result: z.enum(['grant', 'refuse']).describe('决定'), reason: why.reason.optional(), basis: why.basis.optional(), remedies: why.remedies.optional(),
  }),
  ConcludeCase: command({}),
  DeliverResult: command({ method: z.enum(['window', 'post', 'online']).describe('送达方式') }),
  /** 补录历史 — what a foreign system says has happened: in whatever order, however unlawful, nothing is refused for it. */
  RecordHistory: command({
    caseNo: z.string().min(1).max(200), source: z.string().min(1).max(64), batch: z.string().min(1).max(64),
    hall: z.string().min(1).max(64), zone: z.string().min(1), entries: z.array(historyEntry).min(1).max(10_000),
  }),
}
export type CaseCommand = CommandOf<typeof caseCommands>
