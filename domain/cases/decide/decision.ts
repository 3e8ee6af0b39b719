import { refuse } from '../../kernel/decider.ts'
import { nextStep } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'
import { hasAllOpinions } from './joint.ts'
import { skipped, violation } from './violation.ts'
import { claimed, outOfBounds } from './words.ts'

const grants = ['granted', 'deemed-renewed']

/** 决定 → 办结 → 送达 → 公开 → 归档 */
export const decision = {
  DecideCase(state, { result, reason, basis, remedies }, { id, by, item }) {
    if (!item || nextStep(state) !== 'decision') return skipped(state, 'decision', 'DecideCase', id)
    // Who examined does not decide, whatever the flow leaves out (行政许可法 34; 一审一核).
    if (state.handlers.includes(by.person)) return violation('same-person-twice', 'DecideCase', id)
    if (!hasAllOpinions(state, item)) return refuse('opinions-missing')
    if (state.pinned?.caseType === 'REPORTED_UP') {
      if (state.superior === undefined) return refuse('superior-not-decided')
      if (state.superior !== result) return violation('superior-decided-otherwise', 'DecideCase', id)
    } else if (result === 'grant' && state.done.some(({ refuses }) => refuses)) return violation('approval-refused', 'DecideCase', id)
    if (result === 'grant') return [{ type: 'LicenceGranted', data: { by: by.person } }]
    if (!reason || !basis || !remedies) return refuse('refusal-without-reason') // 行政许可法 38(2)
    return [{ type: 'LicenceRefused', data: { by: by.person, reason, basis, remedies } }]
  },

  ConcludeCase(state, { happenedAt }, given) {
    const { stage, resultCode } = state, { now, by, calendar } = given
    if (stage !== 'Decided' || resultCode === undefined) return refuse('not-decided')
    if (resultCode !== 'deemed-renewed' && !hasAllOpinions(state)) return refuse('opinions-missing') // what time has granted waits for nobody
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'CaseConcluded', data: { resultCode, concludedOn: calendar.dayOf(happenedAt ?? now), by: by.person }, ...claimed(happenedAt, state, 'CaseConcluded') }]
  },

  DeliverResult(state, { method, recipient, happenedAt }, given) {
    const { now, by, calendar } = given
    if (state.stage !== 'Concluded' || state.delivered) return refuse('not-concluded')
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'ResultDelivered', data: { method, ...(recipient && { recipient }), deliveredOn: calendar.dayOf(happenedAt ?? now), by: by.person },
      ...claimed(happenedAt, state, 'ResultDelivered') }]
  },

  PublishDecision({ stage, resultCode, published }, { where }, { now, by, calendar }) {
    if (stage !== 'Concluded' || resultCode === undefined || !grants.includes(resultCode)) return refuse('nothing-to-publish') // 行政许可法 40
    if (published) return refuse('published-already')
    return [{ type: 'DecisionPublished', data: { where, publishedOn: calendar.dayOf(now), by: by.person } }]
  },

  ArchiveCase({ stage, delivered, archived }, { archiveNo }, { now, by, calendar }) {
    if (archived) return refuse('archived-already')
    if (stage !== 'Ended' && !delivered) return refuse('not-ready-for-archive')
    return [{ type: 'CaseArchived', data: { archiveNo, archivedOn: calendar.dayOf(now), by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'DecideCase' | 'ConcludeCase' | 'DeliverResult' | 'PublishDecision' | 'ArchiveCase'>
