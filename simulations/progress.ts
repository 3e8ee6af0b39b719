import type { CaseEvent } from '../domain/cases/events.ts'
import { occurredAt, type Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'

/** 进度 — how far a case has come, as the book says; with its fate it says what comes next. */
export type Progress = {
  stage: 'Draft' | 'Submitted' | 'Accepted' | 'Decided' | 'Concluded' | 'Delivered' | 'Ended'
  submittedAt: Instant; acceptedAt: Instant; specialAt: Instant; extendedAt: Instant; decidedAt: Instant; concludedAt: Instant; publishedAt: Instant
  /** When the latest fact of the trunk was recorded; what is done beside it does not hold it up. `newestAt`: when the latest of all is said
      to have happened; `recordedAt`: when it was recorded. */
  since: Instant; newestAt: Instant; recordedAt: Instant
  facts: number
  notified: boolean; asked: boolean; special: boolean; above: boolean; granted: boolean
  /** Steps of the flow that stand; a send-back takes away those from where it is sent. */
  done: number
  askedLater: number; reviewsBack: number; approvalsBack: number
  /** How often each fact was told: of notices, by their kind. */
  told: Readonly<Record<string, number>>
  /** 子件, each with when it was opened. */
  subs: readonly { openedAt: Instant; given: boolean }[]
}
export const nothingYet = (at: Instant): Progress => ({
  stage: 'Draft', submittedAt: at, acceptedAt: at, specialAt: at, extendedAt: at, decidedAt: at, concludedAt: at, publishedAt: at, since: at, newestAt: at, recordedAt: at, facts: 0,
  notified: false, asked: false, special: false, above: false, granted: false, done: 0, askedLater: 0, reviewsBack: 0, approvalsBack: 0, told: {}, subs: [],
})

/** What was said in the command, or stands in the fact: both have the same names for what counts here. */
export type Happened = { type: string; at: Instant; occurredAt?: Instant; data: Readonly<Record<string, unknown>> }

const beside: ReadonlySet<string> = new Set(['MaterialsReceived', 'MaterialCorrected', 'ApplicationPreReviewed', 'SubOpinionGiven', 'FeeAssessed', 'FeeCharged', 'FeeRefunded', 'NoticeSent',
  'CaseUrged', 'ThirdPartyNotified', 'LimitExtended', 'RecordCorrectionProposed', 'RecordCorrected', 'DecisionPublished', 'CaseArchived'])
/** How often something was told. */
export const times = ({ told }: Progress, type: string) => told[type] ?? 0
const places: Readonly<Record<string, number>> = { handling: 0, reviewing: 1, approving: 2 }

export function after(before: Progress, { type, at, occurredAt: happened = at, data }: Happened): Progress {
  const name = type === 'NoticeSent' ? `${type} ${String(data['kind'])}` : type
  const so = { ...before, since: beside.has(type) ? before.since : at, newestAt: happened, recordedAt: at, facts: before.facts + 1, told: { ...before.told, [name]: times(before, name) + 1 } }
  const back = data['result'] === 'back'
  switch (type) {
    case 'ApplicationSubmitted': return { ...so, stage: 'Submitted', submittedAt: at }
    case 'SupplementRequested':
      return before.stage === 'Submitted' ? { ...so, notified: true, asked: true } : { ...so, asked: true, askedLater: so.askedLater + 1 }
    case 'SupplementSubmitted': return { ...so, asked: false }
    case 'CaseAccepted':
    case 'CaseDeemedAccepted': return { ...so, stage: 'Accepted', acceptedAt: at }
    case 'SpecialProcedureStarted': return { ...so, special: true, specialAt: at }
    case 'SpecialProcedureEnded': return { ...so, special: false }
    case 'LimitExtended': return { ...so, extendedAt: at }
    case 'SubCaseOpened': return { ...so, subs: [...so.subs, { openedAt: at, given: false }] }
    case 'SubOpinionGiven': return { ...so, subs: so.subs.map((sub, i) => i + 1 === data['subCase'] ? { ...sub, given: true } : sub) }
    case 'CaseReportedUp': return { ...so, above: true }
    case 'SuperiorDecided': return { ...so, above: false }
    case 'HandlingCompleted': return { ...so, done: so.done + 1 }
    case 'ReviewCompleted': return back ? { ...so, done: 0, reviewsBack: so.reviewsBack + 1 } : { ...so, done: so.done + 1 }
    case 'ApprovalGiven': return back ? { ...so, done: 0, approvalsBack: so.approvalsBack + 1 } : { ...so, done: so.done + 1 }
    case 'StepSentBack': return { ...so, done: places[String(data['to'])] ?? 0 }
    case 'LicenceGranted':
    case 'RenewalDeemedGranted': return { ...so, stage: 'Decided', granted: true, decidedAt: at, asked: false, special: false }
    case 'LicenceRefused': return { ...so, stage: 'Decided', decidedAt: at }
    case 'CaseConcluded': return { ...so, stage: 'Concluded', concludedAt: at }
    case 'DecisionPublished': return { ...so, publishedAt: at }
    case 'CaseNotAccepted':
    case 'CaseReturned':
    case 'ApplicationWithdrawn':
    case 'CaseTerminated': return { ...so, stage: 'Ended', asked: false }
    case 'ResultDelivered': return { ...so, stage: 'Delivered' }
    default: return so
  }
}

/** From the book: where a case stands, whoever brought it there. */
export const progressOf = (facts: readonly Recorded<CaseEvent>[]): Progress => facts.reduce((before, fact) =>
  after(before, { type: fact.type, at: fact.meta.recordedAt, occurredAt: occurredAt(fact), data: fact.data }), nothingYet(facts[0]!.meta.recordedAt))
