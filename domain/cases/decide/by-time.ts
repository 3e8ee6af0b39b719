import { refuse, type Given } from '../../kernel/decider.ts'
import { dayAfter, instantIn } from '../../kernel/zones.ts'
import type { CaseEvent } from '../events.ts'
import { evolve, type Case } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'

type Time = Pick<Given, 'now' | 'calendar'>

/** 视为受理：no notice by the close of the 5th working day, and the case is accepted as of its receipt (行政许可法 32(1)(4)). */
function deemedAcceptance({ stage, notified, pinned, receivedOn }: Case, { now, calendar }: Time): CaseEvent[] {
  if (stage !== 'Submitted' || notified || !pinned) return []
  const becameTrueAt = calendar.closeOf(calendar.addWorkingDays(receivedOn, 5))
  return now < becameTrueAt ? [] : [{ type: 'CaseDeemedAccepted', data: { pinned, effectiveOn: receivedOn, becameTrueAt } }]
}

/** 视为准予延续：accepted, and undecided when the licence ran out at the end of its last day, whatever held it up (行政许可法 50(2)). */
function deemedRenewal({ stage, pinned, expiresOn, acceptedOn, zone }: Case, { now }: Time): CaseEvent[] {
  if (stage !== 'Accepted' || !pinned?.renewal || expiresOn === undefined || acceptedOn > expiresOn) return []
  const becameTrueAt = instantIn(zone, dayAfter(expiresOn))
  return now < becameTrueAt ? [] : [{ type: 'RenewalDeemedGranted', data: { expiresOn, becameTrueAt } }]
}

/** 依时成立 — what the law has made true by now without anybody's word. */
export function byTime(state: Case, time: Time): readonly CaseEvent[] {
  const accepted = deemedAcceptance(state, time)
  return [...accepted, ...deemedRenewal(accepted.reduce(evolve, state), time)]
}

/** Said by the policy: what was owed stands already, or nothing is. */
export const timely = {
  DeemAccepted: ({ stage }) => stage === 'Submitted' ? refuse('no-notice-overdue') : [],
  DeemRenewed: ({ stage }) => stage === 'Submitted' || stage === 'Accepted' ? refuse('no-renewal-due') : [],
} satisfies Pick<CaseAnswers, 'DeemAccepted' | 'DeemRenewed'>
