import { refuse } from '../../kernel/decider.ts'
import type { CaseAnswers } from '../needs.ts'

/** 补正：once and for all before acceptance (行政许可法 32(1)(4)); afterwards a flagged 补办件, which rule R-05 will look at. */
export const supplement = {
  RequestSupplement(state, { asked }, { now, by, calendar }) {
    if ((state.stage !== 'Submitted' && state.stage !== 'Accepted') || state.asked || !state.pinned) return refuse('not-in-hand')
    if (state.stage === 'Accepted' && state.special) return refuse('special-procedure-running')
    if (state.stage === 'Submitted' && state.notified) return refuse('asked-once-already')
    return [{ type: 'SupplementRequested', data: { asked, requestedOn: calendar.dayOf(now), afterAcceptance: state.stage === 'Accepted', by: by.person } }]
  },

  SubmitSupplement(state, { materials }, { now, calendar }) {
    if (!('asked' in state) || !state.asked) return refuse('nothing-was-asked-for')
    if (!state.asked.every((material) => materials.includes(material))) return refuse('materials-missing')
    return [{ type: 'SupplementSubmitted', data: { materials, submittedOn: calendar.dayOf(now) } }]
  },
} satisfies Pick<CaseAnswers, 'RequestSupplement' | 'SubmitSupplement'>
