import { z } from 'zod'
import { caseTypes, noticeKinds, nonAcceptanceReasons, specialProcedures, steps } from '../kernel/vocabulary.ts'
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
  /** 代理人, with the authorisation that he shows (行政许可法 29). */
  agentId: z.string().min(1).max(64).refine((id) => !residentNumber.test(id), '用代理人编号，不写身份号码 / the agent by a number of ours, not the resident number').optional().describe('代理人'),
  agentName: personal(z.string().min(1).max(100).describe('代理人姓名').optional(), 'agentId'),
  /** 表单 as it was filled in, sealed whole. */
  form: personal(z.record(z.string().max(40), z.union([z.string().max(4000), z.number(), z.boolean(), z.array(z.string().max(200)).max(200)])).describe('表单').optional(), 'applicantId'),
  /** 延续 of a licence that runs out on that day. */
  renews: z.strictObject({ licenceNo: z.string().min(1).max(100), expiresOn: Day }).optional().describe('延续的证照'),
}
/** 附件 by reference. */
const blob = z.string().regex(/^sha256:[0-9a-f]{64}$/).describe('附件摘要')
const handedIn = z.array(z.strictObject({ name: z.string().min(1).max(200), pages: z.int().nonnegative().max(10_000), blob: blob.optional() })).max(500).describe('材料清单')
/** 补录时刻 — when it happened, where it is keyed in afterwards: between the case's last fact and now, and never without its trace. */
const happenedAt = Instant.optional().describe('发生时刻（补录）')
const number = z.string().min(1).max(64).describe('序号')
/** Looked up and pinned: what a clock was started with stays legible when the item has moved on. Imported cases have none. */
const pinned = z.strictObject({
  itemVersion: z.int(), calendarVersion: z.int(), promisedWorkingDays: z.int(), statutoryWorkingDays: z.int(), flow: z.array(z.enum(steps)),
  caseType: z.enum(caseTypes).optional(), ruleSetVersion: z.int().optional(),
  stepLimits: z.array(z.strictObject({ step: z.enum(steps), workingDays: z.int() })).optional(),
  /** 收费标准, all of it, in cents. */
  feeFen: Fen.optional(), minimumMinutes: z.int().optional(), limitedQuantity: z.boolean().optional(), renewal: z.boolean().optional(),
})
export type Pinned = z.infer<typeof pinned>
const fee = { kind: z.string().min(1).max(64).describe('收费种类'), effect: z.enum(['sets', 'adds']).describe('效果'), amountFen: Fen.describe('金额（分）') }

/** 办件 — what may become true of a case, in the past tense and the words of the hall (domain.md B.1, M). */
export const caseEvents = {
  ApplicationSubmitted: event({
    caseNo: z.string(), ...applied, zone: z.string().describe('时区'), department: z.string().describe('部门'),
    receivedOn: Day.describe('收件日'), pinned: pinned.optional(), responsible: z.string().optional().describe('负责人'), attributes,
    /** 来源所载环节 — the flow that a foreign source declares; a case of the house has its own pinned. */
    flow: z.array(z.enum(steps)).optional().describe('来源所载环节'), ...doer,
  }),
  /** `list`: what was counted at the window. */
  MaterialsReceived: event({ receivedOn: Day, materials: z.array(z.string()), list: handedIn.optional(), ...doer }),
  MaterialCorrected: event({ number, material: z.string().min(1).max(200), what: text, correctedOn: Day, ...doer }),
  ApplicationPreReviewed: event({ result: z.enum(['pass', 'back']), opinion: opinion.optional(), ...doer }),
  /** A foreign source may be silent on why; the house never is. */
  CaseNotAccepted: event({
    reasonCode: z.enum(nonAcceptanceReasons).optional(), reason: why.reason.optional(), basis: why.basis.optional(), remedies: why.remedies.optional(),
    rightOrgan: z.string().max(200).optional().describe('应向何机关申请'), decidedOn: Day, ...doer,
  }),
  CaseReturned: event({ reason: text.optional(), returnedOn: Day, ...doer }),
  DocumentAttached: event({ number, name: z.string().min(1).max(200).describe('名称'), blob, mediaType: z.string().min(1).max(100), bytes: z.int().nonnegative(), ...doer }),
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
  /** 延期 moves the promised and the statutory day alike (行政许可法 42). */
  LimitExtended: event({
    workingDays: z.int().positive(), reason: text.optional(), basis: text.optional(), approver: z.string().optional(), extendedOn: Day,
    dueOnBefore: Day.optional().describe('原应办结日'), ...doer,
  }),
  ThirdPartyNotified: event({ number, interest: text.describe('重大利益关系'), parties: z.int().positive(), notifiedOn: Day, ...doer }),
  /** 联办：the sub-case `caseNo#n` lives here, so that the join is one decision. */
  SubCaseOpened: event({
    subCase: z.int().positive().describe('子件号'), department: z.string().describe('辅办部门'), matter: z.string().describe('协办事项'),
    promisedWorkingDays: z.int().nonnegative(), officers: z.array(z.string()), openedOn: Day, ...doer,
  }),
  SubOpinionGiven: event({ subCase: z.int().positive(), result: z.enum(['agree', 'disagree']), opinion, givenOn: Day, ...doer }),
  /** 上报：from here the superior's own segment runs. */
  CaseReportedUp: event({ superior: z.string(), workingDays: z.int().nonnegative(), opinion, reportedOn: Day, ...doer }),
  SuperiorDecided: event({ result: z.enum(['grant', 'refuse']), documentNo: z.string().max(100).describe('文号'), reason: text.optional(), decidedOn: Day, ...doer }),
  CaseUrged: event({ number, step: z.string().max(200).describe('环节'), to: z.string().optional().describe('被催办人'), reason: text.optional(), ...doer }),
  HandlingCompleted: event({ opinion: opinion.optional(), evidence: z.array(blob).max(100).optional().describe('附件'), ...doer }),
  ReviewCompleted: event({ result: z.enum(['pass', 'back']), opinion: opinion.optional(), ...doer }),
  ApprovalGiven: event({ result: z.enum(['pass', 'refuse', 'back']), opinion: opinion.optional(), ...doer }),
  StepSentBack: event({ from: z.enum(steps), to: z.enum(steps), reason: text.optional(), ...doer }),
  StepCompleted: event({ step: z.string().min(1).max(200), number: z.string().optional().describe('序号'), attributes, ...doer }),
  NoticeSent: event({ kind: z.string(), number: z.string().optional(), channel: z.string().max(64).optional().describe('送达方式'), attributes, ...doer }),
  LicenceGranted: event({ ...doer }),
  LicenceRefused: event({ reason: why.reason.optional(), basis: why.basis.optional(), remedies: why.remedies.optional(), ...doer }),
  /** `sets`: this is now the whole (a penalty in place of a fine, a running total); `adds`: it comes on top. */
  FeeAssessed: event({ ...fee, number: z.string().optional(), standardId: z.string().optional(), ...doer }),
  FeeCharged: event({ effect: fee.effect, amountFen: fee.amountFen, number: z.string().optional(), standardId: z.string().optional().describe('标准编号'), receiptNo: z.string().optional(), ...doer }),
  FeeRefunded: event({ number: number.optional(), amountFen: Fen, reason: text.optional(), receiptNo: z.string().optional(), ...doer }),
  CaseConcluded: event({ resultCode: z.string().describe('办结结果'), concludedOn: Day, ...doer }),
  CaseTerminated: event({ reason: text, basis: text.optional(), terminatedOn: Day, ...doer }),
  ApplicationWithdrawn: event({ reason: text.optional(), withdrawnOn: Day, ...doer }),
  RenewalDeemedGranted: event({ expiresOn: Day, becameTrueAt: Instant }),
  ResultDelivered: event({ method: z.string().optional(), recipient: z.enum(['applicant', 'agent']).optional(), deliveredOn: Day, ...doer }),
  DecisionPublished: event({ where: z.string().min(1).max(400).describe('公开处'), publishedOn: Day, ...doer }),
  CaseArchived: event({ archiveNo: z.string().min(1).max(100).describe('档号'), archivedOn: Day, ...doer }),
  /** 更正记录 stands beside what it corrects (`target`: the fact's revision) and moves no clock; two persons say it. */
  RecordCorrectionProposed: event({ number, target: z.int().positive(), reason: text, correct: text.describe('应为'), ...doer }),
  RecordCorrected: event({ number, target: z.int().positive(), reason: text, correct: text.describe('应为'), proposedBy: z.string(), ...doer }),
  /** 违规操作 — on the officer's own stream, not on the case's. */
  StepRefused: event({ caseNo: z.string().max(200), command: z.string(), code: z.string() }),
}
export type CaseEvent = EventOf<typeof caseEvents>

/** Limits, departments, persons and days are looked up, so nobody can say them. */
export const caseCommands = {
  SubmitApplication: command(applied),
  RegisterReceipt: command({ list: handedIn.min(1), happenedAt }),
  CorrectOnSpot: command({ number, material: z.string().min(1).max(200).describe('材料'), what: text.describe('更正内容') }),
  PreReview: command({ result: z.enum(['pass', 'back']).describe('预审结果'), opinion }),
  RequestSupplement: command({ asked: z.array(asked).min(1).describe('补正材料') }),
  SubmitSupplement: command({ materials: z.array(z.string()).min(1).describe('材料') }),
  AcceptCase: command({}),
  RefuseAcceptance: command({ reasonCode: z.enum(nonAcceptanceReasons).describe('不予受理情形'), ...why, rightOrgan: z.string().min(1).max(200).optional().describe('应向何机关申请') }),
  ReturnCase: command({ reason: text.describe('退件理由') }),
  AttachDocument: command({ number, name: z.string().min(1).max(200).describe('名称'), blob, mediaType: z.string().min(1).max(100).describe('类型'), bytes: z.int().nonnegative().describe('字节') }),
  /** Said by the policy when the notice is overdue: the fact is owed anyway, this makes it appear without a visitor. */
  DeemAccepted: command({}),
  StartSpecialProcedure: command({
    kind: z.enum(specialProcedures).describe('特别程序'), plannedWorkingDays: z.int().positive().max(250).describe('计划工作日'), approver: z.string().describe('批准人'),
  }),
  EndSpecialProcedure: command({ result: text.describe('结果'), happenedAt }),
  ExtendLimit: command({ workingDays: z.int().positive().max(60).describe('延长工作日'), reason: text.describe('理由'), approver: z.string().describe('批准人') }),
  NotifyThirdParty: command({ number, interest: text.describe('重大利益关系'), parties: z.int().positive().max(10_000).describe('人数') }),
  OpenSubCase: command({ department: z.string().min(1).describe('辅办部门') }),
  GiveSubOpinion: command({ subCase: z.int().positive().describe('子件号'), result: z.enum(['agree', 'disagree']).describe('意见结论'), opinion, happenedAt }),
  ReportUp: command({ opinion }),
  RecordSuperiorDecision: command({ result: z.enum(['grant', 'refuse']).describe('上级决定'), documentNo: z.string().min(1).max(100).describe('文号'), reason: text.optional(), happenedAt }),
  CompleteHandling: command({ opinion, evidence: z.array(blob).max(100).optional().describe('附件'), happenedAt }),
  ReviewCase: command({ opinion, result: z.enum(['pass', 'back']).describe('审核结果') }),
  ApproveCase: command({ opinion, result: z.enum(['pass', 'refuse', 'back']).describe('批准结果') }),
  SendBack: command({ to: z.enum(steps).describe('退回环节'), reason: text.describe('理由') }),
  CompleteStep: command({ number, step: z.string().min(1).max(200).describe('环节'), happenedAt }),
  UrgeCase: command({ number, to: z.string().min(1).max(64).optional().describe('被催办人'), reason: text.optional() }),
  SendNotice: command({ number, kind: z.enum(noticeKinds).describe('通知种类'), channel: z.enum(['window', 'post', 'online', 'sms']).describe('送达方式') }),
  AssessFee: command({ number, standardId: z.string().min(1).max(64).describe('标准编号') }),
  ChargeFee: command({ number, standardId: z.string().min(1).max(64).describe('标准编号'), amountFen: Fen.describe('金额（分）'), receiptNo: z.string().min(1).max(64).describe('票据号') }),
  RefundFee: command({ number, amountFen: Fen.min(1).describe('金额（分）'), reason: text.describe('理由'), receiptNo: z.string().min(1).max(64).optional().describe('票据号') }),
  DecideCase: command({
    result: z.enum(['grant', 'refuse']).describe('决定'), reason: why.reason.optional(), basis: why.basis.optional(), remedies: why.remedies.optional(),
  }),
  ConcludeCase: command({ happenedAt }),
  TerminateCase: command({ reason: text.describe('理由'), basis: text.describe('依据') }),
  WithdrawApplication: command({ reason: text.optional().describe('理由') }),
  DeemRenewed: command({}),
  DeliverResult: command({ method: z.enum(['window', 'post', 'online']).describe('送达方式'), recipient: z.enum(['applicant', 'agent']).optional().describe('领取人'), happenedAt }),
  PublishDecision: command({ where: z.string().min(1).max(400).describe('公开处') }),
  ArchiveCase: command({ archiveNo: z.string().min(1).max(100).describe('档号') }),
  /** Said by one, and with the same number and words by another: then it stands. */
  CorrectRecord: command({ number, target: z.int().positive().describe('更正哪一条'), reason: text.describe('理由'), correct: text.describe('应为') }),
  /** 补录历史 — what a foreign system says has happened: in whatever order, however unlawful, nothing is refused for it. */
  RecordHistory: command({
    caseNo: z.string().min(1).max(200), source: z.string().min(1).max(64), batch: z.string().min(1).max(64),
    hall: z.string().min(1).max(64), zone: z.string().min(1), entries: z.array(historyEntry).min(1).max(10_000),
  }),
}
export type CaseCommand = CommandOf<typeof caseCommands>
