import { refuse, type Given } from '../../kernel/decider.ts'
import type { CaseEvent, Pinned } from '../events.ts'
import type { Case } from '../evolve.ts'
import type { CaseAnswers, ItemReference } from '../needs.ts'
import { violation } from './violation.ts'

/** 视为受理：no notice by the close of the 5th working day, and the case is accepted as of its receipt (行政许可法 32(1)(4)). */
export function deemedAcceptance(state: Case, { now, calendar }: Pick<Given, 'now' | 'calendar'>): readonly CaseEvent[] {
  if (state.stage !== 'Submitted' || state.notified || !state.pinned) return []
  const becameTrueAt = calendar.closeOf(calendar.addWorkingDays(state.receivedOn, 5))
  if (now < becameTrueAt) return []
  return [{ type: 'CaseDeemedAccepted', data: { pinned: state.pinned, effectiveOn: state.receivedOn, becameTrueAt } }]
}

const pinnedNow = ({ version, promisedWorkingDays, statutoryWorkingDays, flow }: ItemReference, calendarVersion: number): Pinned =>
  ({ itemVersion: version, calendarVersion, promisedWorkingDays, statutoryWorkingDays, flow: [...flow] })

/** 申办、受理 */
export const intake = {
  SubmitApplication(state, data, { id, now, calendar, item, hall }) {
    if (state.stage !== 'Draft') return refuse('already-submitted')
    if (!item) return refuse('no-such-item')
    if (!hall) return refuse('no-such-hall')
    if ((data.applicantName ?? data.applicantNumber) !== undefined && data.applicantId === undefined) return refuse('name-without-applicant') // a sealed name is somebody's
    if (id.includes(':')) return refuse('recorded-elsewhere') // such numbers are those of foreign sources
    const today = calendar.dayOf(now)
    const open = data.channel !== 'online' || (calendar.isWorkingDay(today) && now <= calendar.closeOf(today))
    const receivedOn = open ? today : calendar.addWorkingDays(today, 1) // 收件时点, domain.md C.1
    const { department } = item
    return [{ type: 'ApplicationSubmitted', data: { ...data, caseNo: id, zone: hall.zone, department, receivedOn, pinned: pinnedNow(item, calendar.version) } }]
  },

  AcceptCase(state, _, { id, now, by, calendar, item }) {
    if (state.stage !== 'Submitted' || state.asked || !item) return refuse('not-submitted')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'AcceptCase', id)
    const acceptedOn = calendar.dayOf(now)
    const promisedDueOn = calendar.addWorkingDays(acceptedOn, item.promisedWorkingDays)
    const statutoryDueOn = calendar.addWorkingDays(acceptedOn, item.statutoryWorkingDays)
    return [{ type: 'CaseAccepted', data: { acceptedOn, promisedDueOn, statutoryDueOn, pinned: pinnedNow(item, calendar.version), by: by.person } }]
  },

  DeemAccepted: (state) => state.stage === 'Submitted' ? refuse('no-notice-overdue') : [],
} satisfies Pick<CaseAnswers, 'SubmitApplication' | 'AcceptCase' | 'DeemAccepted'>
