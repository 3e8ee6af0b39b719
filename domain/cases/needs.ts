import type { Answers, Needs } from '../kernel/decider.ts'
import type { CaseType, SpecialProcedure, Step } from '../kernel/vocabulary.ts'
import type { CaseCommand, CaseEvent } from './events.ts'
import type { Case } from './evolve.ts'

/** What a case must know of its item, in its own words; the composition root folds it from the item's stream. */
export type ItemReference = {
  version: number; caseType: CaseType; department: string; promisedWorkingDays: number; statutoryWorkingDays: number; flow: readonly Step[]
  officers: readonly string[]; specialProcedures: readonly SpecialProcedure[]
  stepLimits: readonly { step: Step; workingDays: number }[]
  materials: readonly { name: string; required: boolean }[]
  /** `feeFen`: all of them together. */
  fees: readonly { standardId: string; name: string; amountFen: number }[]; feeFen: number
  coHandlers: readonly { department: string; matter: string; promisedWorkingDays: number; officers: readonly string[] }[]
  superior: { name: string; workingDays: number } | undefined
  minimumMinutes: number | undefined
  renewal: boolean; limitedQuantity: boolean
}
/** What it must know of the hall where it is handed in. */
export type HallReference = { zone: string }
/** What it must know of one who is said to have approved. */
export type PersonReference = { roles: readonly string[]; department: string; post: string }
/** 规则集 by the number of rule facts that are known. */
export type RuleSetReference = { version: number }
/** 附件 that are kept for this case, of those that were named. */
export type AttachmentReference = readonly { blob: string; mediaType: string; bytes: number }[]
export type References = { item: ItemReference; hall: HallReference; approver: PersonReference; ruleSet: RuleSetReference; attachments: AttachmentReference }

const current = ({ stage, itemCode }: Case) => stage === 'Draft' ? undefined : { id: itemCode }
const asAccepted = ({ itemCode, pinned }: Case) => pinned && { id: itemCode, version: pinned.itemVersion }
const kept = (id: string, among: readonly string[]) => among.length > 0 ? { id, among } : undefined

/** 参照 — a case is accepted under the item as it is, and handled under the item as it was accepted. */
export const needs = {
  SubmitApplication: { item: (_, { itemCode }) => ({ id: itemCode }), hall: (_, { hall }) => ({ id: hall }) },
  RegisterReceipt: { attachments: (_, { list }, id) => kept(id, list.flatMap(({ blob }) => blob ?? [])) },
  CorrectOnSpot: {}, PreReview: {}, RequestSupplement: {}, SubmitSupplement: {}, ReturnCase: {}, DeemAccepted: {},
  AttachDocument: { attachments: (_, { blob }, id) => kept(id, [blob]) },
  AcceptCase: { item: current, ruleSet: () => ({ id: 'all' }) },
  RefuseAcceptance: { item: current },
  StartSpecialProcedure: { item: asAccepted, approver: (_, { approver }) => ({ id: approver }) },
  EndSpecialProcedure: { item: asAccepted },
  ExtendLimit: { item: asAccepted, approver: (_, { approver }) => ({ id: approver }) },
  NotifyThirdParty: { item: asAccepted },
  OpenSubCase: { item: asAccepted },
  GiveSubOpinion: {},
  ReportUp: { item: asAccepted },
  RecordSuperiorDecision: {},
  CompleteHandling: { item: asAccepted, attachments: (_, { evidence = [] }, id) => kept(id, evidence) },
  ReviewCase: { item: asAccepted },
  ApproveCase: { item: asAccepted },
  SendBack: {}, CompleteStep: {}, UrgeCase: {}, SendNotice: {},
  AssessFee: { item: asAccepted },
  ChargeFee: { item: asAccepted },
  RefundFee: {},
  DecideCase: { item: asAccepted },
  ConcludeCase: {}, TerminateCase: {}, WithdrawApplication: {}, DeemRenewed: {}, DeliverResult: {}, PublishDecision: {}, ArchiveCase: {}, CorrectRecord: {},
  RecordHistory: {},
} as const satisfies Needs<Case, CaseCommand, References>

export type CaseRefusal =
  | 'already-submitted' | 'no-such-item' | 'no-such-hall' | 'not-in-hand' | 'asked-once-already' | 'nothing-was-asked-for' | 'materials-missing'
  | 'not-submitted' | 'not-authorised' | 'no-notice-overdue' | 'not-the-next-step' | 'same-person-twice' | 'refusal-without-reason' | 'not-decided'
  | 'special-procedure-not-foreseen' | 'special-procedure-running' | 'no-special-procedure' | 'not-concluded' | 'another-case-number' | 'unknown-zone'
  | 'name-without-applicant' | 'recorded-elsewhere' | 'no-such-approver'
  | 'claim-out-of-bounds' | 'number-used-otherwise' | 'no-such-case' | 'pre-reviewed-already' | 'materials-incomplete' | 'right-organ-missing' | 'decided-already'
  | 'no-renewal-due' | 'not-an-earlier-step' | 'approval-refused' | 'extended-already' | 'past-the-due-day' | 'extension-too-long' | 'not-head-of-government'
  | 'approver-of-another-department' | 'not-a-joint-case' | 'no-such-co-handler' | 'sub-case-opened-already' | 'no-such-sub-case' | 'opinion-given-already'
  | 'opinions-missing' | 'no-superior' | 'superior-not-decided' | 'superior-decided-otherwise' | 'not-reported-up' | 'not-accepted' | 'no-such-fee-standard'
  | 'refund-beyond-charge' | 'nothing-to-publish' | 'published-already' | 'not-ready-for-archive' | 'archived-already' | 'no-such-record'
  | 'step-has-its-own-command' | 'number-of-a-sub-case' | 'no-such-attachment' | 'attachment-differs'
export type CaseAnswers = Answers<Case, CaseCommand, CaseEvent, References, typeof needs, CaseRefusal>
