import { refuse } from '../../kernel/decider.ts'
import { nextStep, type Case } from '../evolve.ts'
import type { CaseAnswers, ItemReference } from '../needs.ts'
import { skipped, violation } from './violation.ts'
import { claimed, outOfBounds } from './words.ts'

/** 会合 — every co-handler of the item has been asked, and every one that was asked has answered. */
export const hasAllOpinions = ({ pinned, subCases }: Case, item?: ItemReference) => subCases.every(({ given }) => given)
  && (pinned?.caseType !== 'JOINT' || !item || item.coHandlers.every(({ department }) => subCases.some((one) => one.department === department)))

/** 联办、上报 — what others decide before the case can be decided. */
export const joint = {
  OpenSubCase(state, { department }, { id, now, by, calendar, item }) {
    const { pinned, subCases } = state
    if (state.stage !== 'Accepted' || !pinned || !item) return refuse('not-in-hand')
    if (pinned.caseType !== 'JOINT') return refuse('not-a-joint-case')
    const coHandler = item.coHandlers.find((one) => one.department === department)
    if (!coHandler) return refuse('no-such-co-handler')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'OpenSubCase', id)
    if (subCases.some((one) => one.department === department)) return refuse('sub-case-opened-already')
    const { matter, promisedWorkingDays, officers } = coHandler
    return [{ type: 'SubCaseOpened', data: {
      subCase: subCases.length + 1, department, matter, promisedWorkingDays, officers: [...officers], openedOn: calendar.dayOf(now), by: by.person } }]
  },

  GiveSubOpinion(state, { subCase, result, opinion, happenedAt }, given) {
    const { id, now, by, calendar } = given, asked = state.subCases.find((one) => one.subCase === subCase)
    if (state.stage !== 'Accepted' && state.stage !== 'Decided') return refuse('not-in-hand')
    if (!asked) return refuse('no-such-sub-case')
    if (!asked.officers.includes(by.person)) return violation('not-authorised', 'GiveSubOpinion', id)
    if (asked.given) return refuse('opinion-given-already')
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'SubOpinionGiven', data: { subCase, result, opinion, givenOn: calendar.dayOf(happenedAt ?? now), by: by.person },
      ...claimed(happenedAt, state, 'SubOpinionGiven') }]
  },

  ReportUp(state, { opinion }, { id, now, by, calendar, item }) {
    if (state.stage !== 'Accepted' || !item) return refuse('not-in-hand')
    const { superior } = item
    if (state.pinned?.caseType !== 'REPORTED_UP' || !superior) return refuse('no-superior')
    if (state.superior !== undefined || nextStep(state) !== 'decision') return skipped(state, 'decision', 'ReportUp', id)
    if (state.handlers.includes(by.person)) return violation('same-person-twice', 'ReportUp', id)
    return [{ type: 'CaseReportedUp', data: {
      superior: superior.name, workingDays: superior.workingDays, opinion, reportedOn: calendar.dayOf(now), by: by.person } }]
  },

  RecordSuperiorDecision(state, { result, documentNo, reason, happenedAt }, given) {
    const { now, by, calendar } = given
    if (nextStep(state) !== 'above') return refuse('not-reported-up')
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    return [{ type: 'SuperiorDecided', data: {
      result, documentNo, ...(reason !== undefined && { reason }), decidedOn: calendar.dayOf(happenedAt ?? now), by: by.person },
      ...claimed(happenedAt, state, 'SuperiorDecided') }]
  },
} satisfies Pick<CaseAnswers, 'OpenSubCase' | 'GiveSubOpinion' | 'ReportUp' | 'RecordSuperiorDecision'>
