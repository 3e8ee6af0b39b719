import { refuse } from '../../kernel/decider.ts'
import type { CaseAnswers } from '../needs.ts'
import { violation } from './violation.ts'
import { official } from './words.ts'

/** 不予受理、退件、撤回、终止 — the ends without a decision on the matter. */
export const ending = {
  RefuseAcceptance({ stage, asked }, { reasonCode, reason, basis, remedies, rightOrgan }, { id, now, by, calendar, item }) {
    if (stage !== 'Submitted' || asked || !item) return refuse('not-submitted')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'RefuseAcceptance', id)
    if (reasonCode === 'not-our-competence' && rightOrgan === undefined) return refuse('right-organ-missing') // 行政许可法 32(1)(2)
    const where = rightOrgan !== undefined && { rightOrgan }
    return [{ type: 'CaseNotAccepted', data: { reasonCode, reason, basis, remedies, ...where, decidedOn: calendar.dayOf(now), by: by.person } }]
  },

  ReturnCase({ stage }, { reason }, { now, by, calendar }) {
    if (stage !== 'Submitted') return refuse('not-submitted')
    return [{ type: 'CaseReturned', data: { reason, returnedOn: calendar.dayOf(now), by: by.person } }]
  },

  /** Who says it stays on the fact: an official's word for the applicant is for rule I-06 to look at. */
  WithdrawApplication({ stage }, { reason }, { now, by, calendar }) {
    if (stage === 'Draft') return refuse('no-such-case')
    if (stage !== 'Submitted' && stage !== 'Accepted') return refuse('decided-already')
    return [{ type: 'ApplicationWithdrawn', data: { ...(reason !== undefined && { reason }), withdrawnOn: calendar.dayOf(now), ...official(by) } }]
  },

  TerminateCase({ stage }, { reason, basis }, { now, by, calendar }) {
    if (stage === 'Draft') return refuse('no-such-case')
    if (stage !== 'Submitted' && stage !== 'Accepted') return refuse('decided-already')
    return [{ type: 'CaseTerminated', data: { reason, basis, terminatedOn: calendar.dayOf(now), by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'RefuseAcceptance' | 'ReturnCase' | 'WithdrawApplication' | 'TerminateCase'>
