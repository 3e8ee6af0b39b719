import { dueOnOf } from '../../calendar/deadline.ts'
import { refuse } from '../../kernel/decider.ts'
import type { Actor } from '../../kernel/events.ts'
import { nextStep, supplement } from '../evolve.ts'
import type { CaseAnswers, ItemReference } from '../needs.ts'
import { violation } from './violation.ts'
import { claimed, outOfBounds } from './words.ts'

/** 延期最多 in working days (行政许可法 42). */
const longest = { ordinary: 10, joint: 15 }
/** 本级人民政府 by what its department is called. */
const isGovernment = (department: string) => department.endsWith('人民政府')

/** 承办人 of the item, or the head of a section of its department (domain.md K). */
const mayAsk = ({ officers, department }: ItemReference, by: Actor) => officers.includes(by.person) || (by.role === 'section-head' && by.department === department)

/** 特别程序、延期 — what moves the due day: of a kind that the item foresees, or once; approved by somebody else. */
export const special = {
  StartSpecialProcedure(state, { kind, plannedWorkingDays, approver }, { id, now, by, calendar, item, approver: approvedBy }) {
    const step = nextStep(state)
    if (step === undefined || step === 'above' || state.asked || !item) return refuse('not-in-hand')
    if (step === 'waiting') return refuse('special-procedure-running')
    if (!item.specialProcedures.includes(kind)) return refuse('special-procedure-not-foreseen')
    if (!mayAsk(item, by)) return violation('not-authorised', 'StartSpecialProcedure', id)
    if (approver === by.person) return violation('same-person-twice', 'StartSpecialProcedure', id)
    if (!approvedBy?.roles.includes('leader')) return refuse('no-such-approver')
    const startedOn = calendar.dayOf(now)
    return [{ type: 'SpecialProcedureStarted', data: { kind, startedOn, plannedWorkingDays, basis: '行政许可法第四十五条', approver, by: by.person } }]
  },

  EndSpecialProcedure(state, { result, happenedAt }, given) {
    const { id, now, by, calendar, item } = given
    if (state.special === undefined || !item) return refuse('no-special-procedure')
    if (!mayAsk(item, by)) return violation('not-authorised', 'EndSpecialProcedure', id)
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'SpecialProcedureEnded', data: { endedOn: calendar.dayOf(happenedAt ?? now), result, by: by.person },
      ...claimed(happenedAt, state, 'SpecialProcedureEnded') }]
  },

  ExtendLimit(state, { workingDays, reason, approver }, { id, now, by, calendar, item, approver: approvedBy }) {
    const { pinned, acceptedOn, pauses, extended } = state, step = nextStep(state), joint = pinned?.caseType === 'JOINT'
    if (!pinned || step === undefined || step === 'waiting' || step === 'above' || !item) return refuse('not-in-hand')
    if (extended) return refuse('extended-already')
    if (!mayAsk(item, by)) return violation('not-authorised', 'ExtendLimit', id)
    if (approver === by.person) return violation('same-person-twice', 'ExtendLimit', id)
    if (workingDays > (joint ? longest.joint : longest.ordinary)) return refuse('extension-too-long')
    if (!approvedBy?.roles.includes('leader')) return refuse('no-such-approver')
    if (joint && !isGovernment(approvedBy.department)) return refuse('not-head-of-government')
    if (!joint && approvedBy.department !== item.department) return refuse('approver-of-another-department')
    const dueOn = (limitWorkingDays: number, stood: typeof pauses) => dueOnOf({ clause: '', startedOn: acceptedOn, pauses: stood, limitWorkingDays }, calendar).dueOn
    const dueOnBefore = dueOn(pinned.promisedWorkingDays, pauses), byLaw = dueOn(pinned.statutoryWorkingDays, pauses.filter(({ clause }) => clause !== supplement))
    // The law's own day moves along, so it must not have passed either; a supplement may have put the promised one behind it.
    if (dueOnBefore === undefined || byLaw === undefined || now > calendar.closeOf(dueOnBefore < byLaw ? dueOnBefore : byLaw)) return refuse('past-the-due-day')
    return [{ type: 'LimitExtended', data: { workingDays, reason, basis: '行政许可法第四十二条', approver, extendedOn: calendar.dayOf(now), dueOnBefore, by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'StartSpecialProcedure' | 'EndSpecialProcedure' | 'ExtendLimit'>
