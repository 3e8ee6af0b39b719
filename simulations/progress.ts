import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'

/** 进度 — how far a case has come, as the book says; with its fate it says what comes next. */
export type Progress = {
  stage: 'Draft' | 'Submitted' | 'Accepted' | 'Decided' | 'Concluded' | 'Delivered'
  submittedAt: Instant
  /** When the latest fact was recorded. */
  since: Instant
  facts: number
  notified: boolean; asked: boolean; special: boolean
  /** Steps of the flow that stand; a send-back takes them all away. */
  done: number
  visits: number; specials: number; askedLater: number; reviewsBack: number; approvalsBack: number
}
export const nothingYet = (at: Instant): Progress => ({
  stage: 'Draft', submittedAt: at, since: at, facts: 0, notified: false, asked: false, special: false, done: 0, visits: 0, specials: 0, askedLater: 0,
  reviewsBack: 0, approvalsBack: 0,
})

/** `back`: a review or an approval that sent the case back. */
export type Happened = { type: string; at: Instant; back?: boolean }

export function after(before: Progress, { type, at, back }: Happened): Progress {
  const so = { ...before, since: at, facts: before.facts + 1 }
  switch (type) {
    case 'ApplicationSubmitted': return { ...so, stage: 'Submitted', submittedAt: at }
    case 'SupplementRequested':
      return before.stage === 'Submitted' ? { ...so, notified: true, asked: true } : { ...so, asked: true, askedLater: so.askedLater + 1 }
    case 'SupplementSubmitted': return { ...so, asked: false }
    case 'CaseAccepted':
    case 'CaseDeemedAccepted': return { ...so, stage: 'Accepted' }
    case 'StepCompleted': return { ...so, visits: so.visits + 1 }
    case 'SpecialProcedureStarted': return { ...so, special: true, specials: so.specials + 1 }
    case 'SpecialProcedureEnded': return { ...so, special: false }
    case 'HandlingCompleted': return { ...so, done: so.done + 1 }
    case 'ReviewCompleted': return back ? { ...so, done: 0, reviewsBack: so.reviewsBack + 1 } : { ...so, done: so.done + 1 }
    case 'ApprovalGiven': return back ? { ...so, done: 0, approvalsBack: so.approvalsBack + 1 } : { ...so, done: so.done + 1 }
    case 'LicenceGranted':
    case 'LicenceRefused': return { ...so, stage: 'Decided' }
    case 'CaseConcluded':
    case 'CaseTerminated': return { ...so, stage: 'Concluded' }
    case 'ResultDelivered': return { ...so, stage: 'Delivered' }
    default: return so
  }
}

/** From the book: where a case stands, whoever brought it there. */
export const progressOf = (facts: readonly Recorded<CaseEvent>[]): Progress => facts.reduce((before, { type, data, meta }) =>
  after(before, { type, at: meta.recordedAt, back: 'result' in data && data.result === 'back' }), nothingYet(facts[0]!.meta.recordedAt))
