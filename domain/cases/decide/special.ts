import { refuse } from '../../kernel/decider.ts'
import type { CaseAnswers } from '../needs.ts'
import { violation } from './violation.ts'

/** 特别程序：time that does not count (行政许可法 45), of a kind that the item foresees, approved by somebody else. */
export const special = {
  StartSpecialProcedure(state, { kind, plannedWorkingDays, approver }, { id, now, by, calendar, item, approver: approvedBy }) {
    if (state.stage !== 'Accepted' || state.asked || !item) return refuse('not-in-hand')
    if (state.special) return refuse('special-procedure-running')
    if (!item.specialProcedures.includes(kind)) return refuse('special-procedure-not-foreseen')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'StartSpecialProcedure', id)
    if (approver === by.person) return violation('same-person-twice', 'StartSpecialProcedure', id)
    if (!approvedBy?.roles.includes('leader')) return refuse('no-such-approver')
    const startedOn = calendar.dayOf(now)
    return [{ type: 'SpecialProcedureStarted', data: { kind, startedOn, plannedWorkingDays, basis: '行政许可法第四十五条', approver, by: by.person } }]
  },

  EndSpecialProcedure(state, { result }, { id, now, by, calendar, item }) {
    if (state.stage !== 'Accepted' || !state.special || !item) return refuse('no-special-procedure')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'EndSpecialProcedure', id)
    return [{ type: 'SpecialProcedureEnded', data: { endedOn: calendar.dayOf(now), result, by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'StartSpecialProcedure' | 'EndSpecialProcedure'>
