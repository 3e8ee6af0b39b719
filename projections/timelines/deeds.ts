import type { CaseEvent } from '../../domain/cases/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import { occurredAt } from '../../domain/kernel/order.ts'
import type { Deed, Money, Timeline } from '../../domain/supervision/timeline.ts'

type Of<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data']
type Said = Record<string, string | number | boolean | undefined>

/** FNV-1a over the text as it stands: whether two texts are the same may be asked, what they say may not. */
export function fingerprint(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
const opinion = (text: string | undefined): Said => text === undefined ? {} : { opinion: fingerprint(text), opinionLength: text.length }
const materials = (names: readonly string[]): Said => names.length === 0 ? {} : { materialsHash: fingerprint([...names].sort().join('\n')) }
const reasons = ({ reason, basis, remedies }: { reason?: string | undefined; basis?: string | undefined; remedies?: string | undefined }): Said =>
  ({ hasReason: !!reason, hasBasis: !!basis, hasRemedies: !!remedies })
const judged = ({ result, opinion: text }: { result: string; opinion?: string | undefined }): Said => ({ result, ...opinion(text) })

type Teller<T extends CaseEvent['type']> = { step?: string; said?(data: Of<T>): Said }
/** What rules may ask of each deed. What is not here was done too, but no rule asks for it. */
const tellers: { [T in CaseEvent['type']]?: Teller<T> } = {
  ApplicationSubmitted: { step: 'submission', said: ({ receivedOn, renews }) => ({ receivedOn, expiresOn: renews?.expiresOn }) },
  MaterialsReceived: { step: 'receipt', said: ({ receivedOn, materials: names }) => ({ receivedOn, ...materials(names) }) },
  ApplicationPreReviewed: { step: 'pre-review', said: judged },
  CaseNotAccepted: { said: (data) => ({ reasonCode: data.reasonCode, decidedOn: data.decidedOn, ...reasons(data) }) },
  CaseReturned: { said: ({ reason, returnedOn }) => ({ returnedOn, hasReason: !!reason }) },
  SupplementRequested: { said: ({ asked, requestedOn, afterAcceptance }) => ({ requestedOn, asked: asked.length, afterAcceptance }) },
  SupplementSubmitted: { said: ({ materials: names, submittedOn }) => ({ submittedOn, ...materials(names) }) },
  CaseAccepted: { step: 'acceptance', said: ({ acceptedOn, promisedDueOn, statutoryDueOn }) => ({ acceptedOn, promisedDueOn, statutoryDueOn }) },
  CaseDeemedAccepted: { step: 'acceptance', said: ({ effectiveOn }) => ({ acceptedOn: effectiveOn }) },
  SpecialProcedureStarted: { said: ({ kind, startedOn, plannedWorkingDays, approver }) => ({ kind, startedOn, plannedWorkingDays, approver }) },
  SpecialProcedureEnded: { said: ({ endedOn }) => ({ endedOn }) },
  LimitExtended: { said: ({ workingDays, approver, extendedOn, dueOnBefore, reason, basis }) =>
    ({ workingDays, approver, extendedOn, dueOnBefore, hasReason: !!reason, hasBasis: !!basis }) },
  ThirdPartyNotified: { said: ({ number, parties, notifiedOn }) => ({ number, parties, notifiedOn }) },
  SubCaseOpened: { said: ({ subCase, department, openedOn }) => ({ number: subCase, department, openedOn }) },
  SubOpinionGiven: { said: ({ subCase, result, opinion: text, givenOn }) => ({ number: subCase, result, givenOn, ...opinion(text) }) },
  CaseReportedUp: { said: ({ reportedOn, workingDays, opinion: text }) => ({ reportedOn, workingDays, ...opinion(text) }) },
  SuperiorDecided: { said: ({ result, decidedOn, reason }) => ({ result, decidedOn, hasReason: !!reason }) },
  HandlingCompleted: { step: 'handling', said: ({ opinion: text }) => opinion(text) },
  ReviewCompleted: { step: 'reviewing', said: judged },
  ApprovalGiven: { step: 'approving', said: judged },
  StepSentBack: { said: ({ from, to, reason }) => ({ from, to, hasReason: !!reason }) },
  StepCompleted: { said: ({ number }) => ({ number }) },
  NoticeSent: { said: ({ kind, number, channel }) => ({ kind, number, channel }) },
  LicenceGranted: { step: 'decision', said: () => ({ result: 'grant' }) },
  LicenceRefused: { step: 'decision', said: (data) => ({ result: 'refuse', ...reasons(data) }) },
  RenewalDeemedGranted: { step: 'decision', said: ({ expiresOn }) => ({ result: 'grant', expiresOn }) },
  CaseConcluded: { step: 'conclusion', said: ({ resultCode, concludedOn }) => ({ result: resultCode, concludedOn }) },
  CaseTerminated: { said: ({ reason, basis, terminatedOn }) => ({ terminatedOn, hasReason: !!reason, hasBasis: !!basis }) },
  ApplicationWithdrawn: { said: ({ reason, withdrawnOn }) => ({ withdrawnOn, hasReason: !!reason }) },
  ResultDelivered: { step: 'delivery', said: ({ method, recipient, deliveredOn }) => ({ kind: method, to: recipient, deliveredOn }) },
  DecisionPublished: { said: ({ publishedOn }) => ({ publishedOn }) },
  StepRefused: { said: ({ caseNo, command, code }) => ({ command, code, caseNo }) },
}

/** What the law made true by itself happened then, however late somebody wrote it down. */
export const instantOf = (fact: Recorded<CaseEvent>) => 'becameTrueAt' in fact.data ? fact.data.becameTrueAt : occurredAt(fact)
const present = (said: Said) => Object.entries(said).filter(([, value]) => value !== undefined) as [string, string | number | boolean][]

/** 所做之事 of one fact, as far as rules may ask; nothing where none does. */
export function deedOf(fact: Recorded<CaseEvent>): Deed | undefined {
  const { type, data, meta } = fact, teller = tellers[type] as Teller<CaseEvent['type']> | undefined
  if (!teller) return undefined
  const { actor, source, precision } = meta
  const step = type === 'StepCompleted' ? data.step : teller.step
  const by = 'by' in data && data.by !== undefined ? data.by : source ? undefined : actor.person
  const said = present(teller.said?.(data) ?? {})
  const late = !source && meta.occurredAt !== undefined && meta.occurredAt !== meta.recordedAt
  return { id: meta.id, type, at: instantOf(fact), ...(step !== undefined && { step }), ...(by !== undefined && { by }),
    ...(!source && { role: actor.role, department: actor.department, ...(actor.terminal !== undefined && { terminal: actor.terminal }), ...(actor.key !== undefined && { key: actor.key }) }),
    ...(late && { recordedAt: meta.recordedAt }), ...(precision && { precision }), ...(said.length > 0 && { said: Object.fromEntries(said) }) }
}
export function withDeed(row: Timeline, fact: Recorded<CaseEvent>): Timeline {
  const deed = deedOf(fact)
  return deed ? { ...row, deeds: [...row.deeds, deed] } : row
}

const kinds = { FeeAssessed: 'assessed', FeeCharged: 'charged', FeeRefunded: 'refunded' } as const
/** 收费 in its order; `receipt` only where the house itself took the money and so must have given one. */
export function withMoney(row: Timeline, fact: Recorded<Extract<CaseEvent, { type: keyof typeof kinds }>>): Timeline {
  const { type, data, meta } = fact
  const money: Money = { id: meta.id, at: occurredAt(fact), kind: kinds[type], effect: type === 'FeeRefunded' ? 'adds' : fact.data.effect, amountFen: data.amountFen,
    ...(type === 'FeeCharged' && !meta.source && { receipt: fact.data.receiptNo !== undefined }) }
  return { ...row, money: [...row.money ?? [], money] }
}
