import { refuse } from '../../kernel/decider.ts'
import { nextStep } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'

/** 补正：once and for all before acceptance (行政许可法 32(1)(4)); afterwards a flagged 补办件, which rule R-05 will look at. */
export const supplement = {
  RequestSupplement(state, { asked }, { now, by, calendar }) {
    const { stage } = state
    if ((stage !== 'Submitted' && stage !== 'Accepted') || state.asked || !state.pinned) return refuse('not-in-hand')
    if (stage === 'Accepted' && state.special !== undefined) return refuse('special-procedure-running')
    if (nextStep(state) === 'above') return refuse('not-in-hand') // the superior does not ask the applicant again (行政许可法 35)
    if (stage === 'Submitted' && state.notified) return refuse('asked-once-already')
    return [{ type: 'SupplementRequested', data: { asked, requestedOn: calendar.dayOf(now), afterAcceptance: stage === 'Accepted', by: by.person } }]
  },

  SubmitSupplement({ asked }, { materials }, { now, calendar }) {
    if (!asked) return refuse('nothing-was-asked-for')
    if (!asked.every((material) => materials.includes(material))) return refuse('materials-missing')
    return [{ type: 'SupplementSubmitted', data: { materials, submittedOn: calendar.dayOf(now) } }]
  },
} satisfies Pick<CaseAnswers, 'RequestSupplement' | 'SubmitSupplement'>
