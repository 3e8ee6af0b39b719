import type { Day, Instant } from '../domain/kernel/values.ts'
import { noticeOf } from './notices.ts'
import type { CaseView } from './views.ts'

/** 进度 — what whoever holds the access code of a case is told of it: where it is and until when, by the days of the facts. Nobody's name, opinion or card is in it. */
export type FollowedView = {
  caseNo: string; itemName: string; department: string; hall: string; zone: string; now: Instant; stage: string
  receivedOn?: Day; acceptedOn?: Day; endedOn?: Day
  promised?: { on: Day; provisional?: true }
  /** What the applicant was asked to bring, while they are waited for. */
  asked?: { material: string; reason: string; basis: string }[]
}

export function followedOf(view: CaseView): FollowedView {
  const acceptance = noticeOf('acceptance', view), asked = view.stage === 'SupplementPending' ? noticeOf('supplement', view)?.asked : undefined
  const receivedOn = (acceptance ?? noticeOf('receipt', view))?.receivedOn, due = acceptance?.promised
  return {
    caseNo: view.caseNo, itemName: view.itemName, department: view.department, hall: view.hallName, zone: view.zone, now: view.now, stage: view.stage,
    ...(receivedOn && { receivedOn }), ...(acceptance && { acceptedOn: acceptance.on }), ...(view.endedOn && { endedOn: view.endedOn }),
    ...(due && { promised: { on: due.on, ...(due.provisional && { provisional: true as const }) } }), ...(asked && { asked }),
  }
}
