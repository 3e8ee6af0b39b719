import { canonical } from '../../kernel/canonical.ts'
import { refuse } from '../../kernel/decider.ts'
import type { Pinned } from '../events.ts'
import type { CaseAnswers, ItemReference } from '../needs.ts'
import { violation } from './violation.ts'
import { claimed, missing, official, outOfBounds, saidBefore } from './words.ts'

function pinnedNow(item: ItemReference, calendarVersion: number): Pinned {
  const { version, promisedWorkingDays, statutoryWorkingDays, flow, caseType, stepLimits, feeFen, minimumMinutes, limitedQuantity, renewal } = item
  return {
    itemVersion: version, calendarVersion, promisedWorkingDays, statutoryWorkingDays, flow: [...flow], caseType, stepLimits: [...stepLimits], feeFen,
    ...(minimumMinutes !== undefined && { minimumMinutes }), limitedQuantity, renewal,
  }
}

/** 申办、收件、受理 */
export const intake = {
  SubmitApplication({ stage }, data, { id, now, calendar, item, hall }) {
    if (stage !== 'Draft') return refuse('already-submitted')
    if (!item) return refuse('no-such-item')
    if (!hall) return refuse('no-such-hall')
    const { applicantId, applicantName, applicantNumber, form, agentId, agentName } = data
    // What is sealed is somebody's.
    if ((applicantId === undefined && (applicantName ?? applicantNumber ?? form) !== undefined) || (agentId === undefined && agentName !== undefined)) {
      return refuse('name-without-applicant')
    }
    if (id.includes(':')) return refuse('recorded-elsewhere') // such numbers are those of foreign sources
    if (/#\d+$/.test(id)) return refuse('number-of-a-sub-case')
    const today = calendar.dayOf(now)
    const open = data.channel !== 'online' || (calendar.isWorkingDay(today) && now <= calendar.closeOf(today))
    const receivedOn = open ? today : calendar.addWorkingDays(today, 1) // 收件时点, domain.md C.1
    const { department } = item
    return [{ type: 'ApplicationSubmitted', data: { ...data, caseNo: id, zone: hall.zone, department, receivedOn, pinned: pinnedNow(item, calendar.version) } }]
  },

  RegisterReceipt(state, { list, happenedAt }, given) {
    if (state.stage !== 'Submitted' || state.asked) return refuse('not-submitted')
    if (outOfBounds(happenedAt, given)) return refuse('claim-out-of-bounds')
    const { calendar, now, by, attachments } = given, materials = list.map(({ name }) => name)
    if (state.receipt && canonical(state.receipt) === canonical(list)) return [] // counted already
    if (missing(list.flatMap(({ blob }) => blob ?? []), attachments)) return refuse('no-such-attachment')
    return [{ type: 'MaterialsReceived', data: { receivedOn: calendar.dayOf(happenedAt ?? now), materials, list, ...official(by) },
      ...claimed(happenedAt, state, 'MaterialsReceived') }]
  },

  CorrectOnSpot(state, data, { by, calendar, now }) {
    const words = { ...data, ...official(by) }, before = saidBefore(state, 'MaterialCorrected', words)
    if (before) return before
    if (state.stage !== 'Submitted' || state.asked) return refuse('not-submitted')
    return [{ type: 'MaterialCorrected', data: { ...words, correctedOn: calendar.dayOf(now) } }]
  },

  PreReview({ stage, asked, preReview }, { result, opinion }, { by }) {
    if (stage !== 'Submitted' || asked) return refuse('not-submitted')
    if (preReview === result) return [] // said twice
    return preReview === 'pass' ? refuse('pre-reviewed-already') : [{ type: 'ApplicationPreReviewed', data: { result, opinion, ...official(by) } }]
  },

  AcceptCase({ stage, asked, handedIn, notified }, _, { id, now, by, calendar, item, ruleSet }) {
    if (stage !== 'Submitted' || asked || !item) return refuse('not-submitted')
    if (!item.officers.includes(by.person)) return violation('not-authorised', 'AcceptCase', id)
    // Who has handed in all that the one-time notice named must be accepted, whatever the notice forgot (行政许可法 32(1)(5)).
    if (handedIn && !notified && item.materials.some(({ name, required }) => required && !handedIn.includes(name))) return refuse('materials-incomplete')
    const acceptedOn = calendar.dayOf(now)
    const promisedDueOn = calendar.addWorkingDays(acceptedOn, item.promisedWorkingDays)
    const statutoryDueOn = calendar.addWorkingDays(acceptedOn, item.statutoryWorkingDays)
    const pinned = { ...pinnedNow(item, calendar.version), ...(ruleSet && { ruleSetVersion: ruleSet.version }) }
    return [{ type: 'CaseAccepted', data: { acceptedOn, promisedDueOn, statutoryDueOn, pinned, by: by.person } }]
  },
} satisfies Pick<CaseAnswers, 'SubmitApplication' | 'RegisterReceipt' | 'CorrectOnSpot' | 'PreReview' | 'AcceptCase'>
