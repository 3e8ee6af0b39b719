import { refuse } from '../../kernel/decider.ts'
import type { Case } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'
import { violation } from './violation.ts'

/** The step that the flow asks for now, as it was accepted; none while the applicant has the file or a special procedure runs. */
const nextStep = ({ done, asked, special, pinned }: Case & { stage: 'Accepted' }) =>
  asked || special || !pinned ? 'waiting' : pinned.flow[done.length] ?? 'decision'

/** 承办 → 审核 → 批准 → 决定 → 办结 → 送达 */
export const handling = {
  CompleteHandling(state, { opinion }, { id, by, item }) {
    if (state.stage !== 'Accepted' || !item || nextStep(state) !== 'handling') return refuse('not-the-next-step')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'CompleteHandling', id)
    return [{ type: 'HandlingCompleted', data: { opinion, by: by.person } }]
  },

  ReviewCase(state, { opinion, result }, { id, by, item }) {
    if (state.stage !== 'Accepted' || !item || nextStep(state) !== 'reviewing') return refuse('not-the-next-step')
    if (state.done.some((step) => step.by === by.person)) return violation('same-person-twice', 'ReviewCase', id) // 一审一核
    return [{ type: 'ReviewCompleted', data: { opinion, result, by: by.person } }]
  },

  ApproveCase(state, { opinion, result }, { id, by, item }) {
    if (state.stage !== 'Accepted' || !item || nextStep(state) !== 'approving') return refuse('not-the-next-step')
    if (state.done.some((step) => step.by === by.person)) return violation('same-person-twice', 'ApproveCase', id)
    return [{ type: 'ApprovalGiven', data: { opinion, result, by: by.person } }]
  },

  CompleteStep(state, { number, step }, { by }) {
    if (state.stage !== 'Accepted' || !state.pinned) return refuse('not-in-hand')
    return state.told.includes(number) ? [] : [{ type: 'StepCompleted', data: { step, number, by: by.person } }]
  },

  DecideCase(state, { result, reason, basis, remedies }, { id, by, item }) {
    if (state.stage !== 'Accepted' || !item || nextStep(state) !== 'decision') return refuse('not-the-next-step')
    // Who examined does not decide, whatever the flow leaves out (行政许可法 34; 一审一核).
    if (state.done.some((step) => step.step === 'handling' && step.by === by.person)) return violation('same-person-twice', 'DecideCase', id)
    if (result === 'grant') return [{ type: 'LicenceGranted', data: { by: by.person } }]
    if (!reason || !basis || !remedies) return refuse('refusal-without-reason') // 行政许可法 38(2)
    return [{ type: 'LicenceRefused', data: { by: by.person, reason, basis, remedies } }]
  },

  ConcludeCase(state, _, { now, by, calendar }) {
    if (state.stage !== 'Decided') return refuse('not-decided')
    return [{ type: 'CaseConcluded', data: { resultCode: state.resultCode, concludedOn: calendar.dayOf(now), by: by.person } }]
  },

  DeliverResult(state, { method }, { now, by, calendar }) {
    if (state.stage !== 'Concluded' || state.delivered) return refuse('not-concluded')
    return [{ type: 'ResultDelivered', data: { method, deliveredOn: calendar.dayOf(now), by: by.person } }]
  },
} satisfies Pick<CaseAnswers,
  'CompleteHandling' | 'ReviewCase' | 'ApproveCase' | 'CompleteStep' | 'DecideCase' | 'ConcludeCase' | 'DeliverResult'>
