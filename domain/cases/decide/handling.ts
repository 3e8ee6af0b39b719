import { refuse } from '../../kernel/decider.ts'
import type { Actor } from '../../kernel/events.ts'
import { steps, type Step } from '../../kernel/vocabulary.ts'
import { nextStep, type Case } from '../evolve.ts'
import type { CaseAnswers } from '../needs.ts'
import { skipped, violation } from './violation.ts'
import { claimed, missing, outOfBounds } from './words.ts'

/** 一审一核 — who has handled the case in whatever round does not verify it; and reviewer and approver of a round are two, where the flow has both. */
const verifiesOwn = ({ done, handlers }: Case, { person }: Actor) => handlers.includes(person) || done.some(({ by }) => by === person)
const isBefore = ({ pinned }: Case, step: Step, other: Step) => {
  const flow = pinned?.flow ?? []
  return flow.includes(step) && flow.indexOf(step) < flow.indexOf(other)
}

/** 主干环节 — each is done by its own command, under its own guards; by another it would only look done. */
const own: readonly string[] = [...steps, 'submission', 'receipt', 'pre-review', 'acceptance', 'decision', 'conclusion', 'delivery']

/** 承办 → 审核 → 批准, and back */
export const handling = {
  CompleteHandling(state, { opinion, evidence, happenedAt }, given) {
    const { id, by, item, attachments } = given
    if (!item || nextStep(state) !== 'handling') return refuse('not-the-next-step')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'CompleteHandling', id)
    if (state.verifiers.includes(by.person)) return violation('same-person-twice', 'CompleteHandling', id)
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    if (missing(evidence ?? [], attachments)) return refuse('no-such-attachment')
    return [{ type: 'HandlingCompleted', data: { opinion, ...(evidence && { evidence }), by: by.person }, ...claimed(happenedAt, state, 'HandlingCompleted') }]
  },

  ReviewCase(state, { opinion, result }, { id, by, item }) {
    if (!item || nextStep(state) !== 'reviewing') return skipped(state, 'reviewing', 'ReviewCase', id)
    if (verifiesOwn(state, by)) return violation('same-person-twice', 'ReviewCase', id)
    return [{ type: 'ReviewCompleted', data: { opinion, result, by: by.person } }]
  },

  ApproveCase(state, { opinion, result }, { id, by, item }) {
    if (!item || nextStep(state) !== 'approving') return skipped(state, 'approving', 'ApproveCase', id)
    if (verifiesOwn(state, by)) return violation('same-person-twice', 'ApproveCase', id)
    return [{ type: 'ApprovalGiven', data: { opinion, result, by: by.person } }]
  },

  SendBack(state, { to, reason }, { id, by }) {
    const from = nextStep(state)
    if (from !== 'reviewing' && from !== 'approving') return refuse('not-the-next-step')
    if (!isBefore(state, to, from)) return refuse('not-an-earlier-step')
    if (state.handlers.includes(by.person)) return violation('same-person-twice', 'SendBack', id)
    return [{ type: 'StepSentBack', data: { from, to, reason, by: by.person } }]
  },

  CompleteStep(state, { number, step, happenedAt }, given) {
    if (state.stage !== 'Accepted' || !state.pinned) return refuse('not-in-hand')
    if (state.said[`StepCompleted ${number}`]) return []
    if (own.includes(step)) return refuse('step-has-its-own-command')
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'StepCompleted', data: { step, number, by: given.by.person }, ...claimed(happenedAt, state, 'StepCompleted') }]
  },
} satisfies Pick<CaseAnswers, 'CompleteHandling' | 'ReviewCase' | 'ApproveCase' | 'SendBack' | 'CompleteStep'>
