import { refuse } from '../../kernel/decider.ts'
import { nextStep, type Case } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'
import { violation } from './violation.ts'
import { official, saidBefore } from './words.ts'

const awaited: Partial<Record<Case['stage'], string>> = { Submitted: 'acceptance', Accepted: 'handling', Decided: 'conclusion', Concluded: 'delivery' }
/** What the case is waiting for, in a word; nothing where it waits for nobody in the house. */
function urgent(state: Case): string | undefined {
  if (state.delivered) return undefined
  const step = nextStep(state)
  if (step !== undefined && step !== 'waiting') return step === 'above' ? 'superior' : step
  return state.asked ? 'supplement' : state.special !== undefined ? 'special-procedure' : awaited[state.stage]
}

/** 催办、通知、告知、附件、更正 — beside the steps, each under a number of its own, and none moves a clock. */
export const notes = {
  UrgeCase(state, { number, to, reason }, { by }) {
    const words = { number, ...(to !== undefined && { to }), ...(reason !== undefined && { reason }), ...official(by) }
    const before = saidBefore(state, 'CaseUrged', words)
    if (before) return before
    const step = urgent(state)
    return step === undefined ? refuse('not-in-hand') : [{ type: 'CaseUrged', data: { ...words, step } }]
  },

  SendNotice(state, { number, kind, channel }, { by }) {
    const words = { number, kind, channel, by: by.person }, before = saidBefore(state, 'NoticeSent', words)
    if (before) return before
    return state.stage === 'Draft' ? refuse('no-such-case') : [{ type: 'NoticeSent', data: words }]
  },

  NotifyThirdParty(state, { number, interest, parties }, { id, now, by, calendar, item }) {
    const words = { number, interest, parties, by: by.person }, before = saidBefore(state, 'ThirdPartyNotified', words)
    if (before) return before
    if (state.stage !== 'Accepted' || !item) return refuse('not-in-hand') // 行政许可法 36: while it is examined
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'NotifyThirdParty', id)
    return [{ type: 'ThirdPartyNotified', data: { ...words, notifiedOn: calendar.dayOf(now) } }]
  },

  AttachDocument(state, data, { by, attachments }) {
    const words = { ...data, ...official(by) }, before = saidBefore(state, 'DocumentAttached', words)
    if (before) return before
    if (state.stage === 'Draft') return refuse('no-such-case')
    if (state.archived) return refuse('archived-already')
    const kept = attachments?.find(({ blob }) => blob === data.blob)
    if (!kept) return refuse('no-such-attachment')
    return kept.mediaType === data.mediaType && kept.bytes === data.bytes ? [{ type: 'DocumentAttached', data: words }] : refuse('attachment-differs')
  },

  /** Said by one it is a proposal; said in the same words by another it stands. */
  CorrectRecord(state, words, { by }) {
    const proposed = saidBefore(state, 'RecordCorrectionProposed', words)
    if (!proposed) return words.target > state.facts ? refuse('no-such-record') : [{ type: 'RecordCorrectionProposed', data: { ...words, by: by.person } }]
    const proposedBy = state.said[`RecordCorrectionProposed ${words.number}`]?.['by']
    if ('refused' in proposed) return proposed
    if (proposedBy === by.person || state.said[`RecordCorrected ${words.number}`]) return []
    return [{ type: 'RecordCorrected', data: { ...words, proposedBy: String(proposedBy), by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'UrgeCase' | 'SendNotice' | 'NotifyThirdParty' | 'AttachDocument' | 'CorrectRecord'>
