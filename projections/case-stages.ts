import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import type { Step } from '../domain/kernel/vocabulary.ts'

/** 停 — what holds a case up, each of itself: the applicant, a special procedure, the superior. */
export const holds = ['SupplementPending', 'Suspended', 'ReportedUp'] as const
/** 不再在办 by other ways than 办结. */
const otherEnds = ['NotAccepted', 'Returned', 'Withdrawn', 'Terminated'] as const
/** 办理状态 — where a case stands (domain.md B.1). */
export const stages = ['Recorded', 'Submitted', 'PreReviewed', 'Accepted', 'Handled', 'Reviewed', 'Approved', 'Decided', 'DeemedRenewed', 'Concluded', 'Delivered', 'Archived',
  ...holds, ...otherEnds] as const
type Stage = typeof stages[number]
type Hold = typeof holds[number]

/** The part of a case's row that moves: `resumes` is the stage to which it returns when nothing of `held` holds it up any more. */
type Standing = { stage: Stage; held?: Hold[] | undefined; resumes?: Stage | undefined; open: boolean; lastStep: string; holder?: string | undefined }

const stepOf = (fact: Recorded<CaseEvent>) => fact.type === 'StepCompleted' ? fact.data.step : fact.meta.source?.activity ?? fact.type

/** What is done last, and by whom. Of a foreign source, only what is a step in the case and not merely a fact of it. */
export function stepped<R extends Standing>(row: R, fact: Recorded<CaseEvent>): R {
  if (fact.meta.source && fact.meta.source.activity === undefined) return row
  const by = 'by' in fact.data ? fact.data.by : undefined
  return { ...row, lastStep: stepOf(fact), ...(by !== undefined && { holder: by }) }
}
/** A step of its own ends whatever held the case up: there is nothing to go back to. After the end, no step moves it. */
export function movedTo<R extends Standing>(row: R, stage: Stage): R {
  if (!row.open) return row
  const { held: _held, resumes: _resumes, ...at } = row
  return { ...at, stage } as R
}
/** 停 on top of whatever holds it already. */
export function heldBy<R extends Standing>(row: R, hold: Hold): R {
  if (!row.open) return row
  return { ...row, stage: hold, held: [...(row.held ?? []).filter((one) => one !== hold), hold], resumes: row.resumes ?? row.stage }
}
/** The end of one hold is the end of no other; after the last, the case goes on where it stood. */
export function releasedFrom<R extends Standing>(row: R, hold: Hold): R {
  if (!row.open || !row.held?.includes(hold) || row.resumes === undefined) return row
  const { held, resumes, ...at } = row
  const left = held.filter((one) => one !== hold), top = left.at(-1)
  return (top ? { ...at, stage: top, held: left, resumes } : { ...at, stage: resumes }) as R
}
export type Ended = { endedAt?: string | undefined }
/** What ends a case ends it once. */
export function endedAs<R extends Standing & Ended>(row: R, fact: Recorded<CaseEvent>, stage: Stage, more: Partial<R>): R {
  return row.open ? { ...movedTo(row, stage), open: false, endedAt: occurredAt(fact), ...more } : row
}
/** 退回 — where a case stands when the flow is to go through this step again. */
export const before: Readonly<Record<Step, Stage>> = { handling: 'Accepted', reviewing: 'Handled', approving: 'Reviewed' }
