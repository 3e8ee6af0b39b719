import type { CaseEvent } from '../../domain/cases/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import { occurredAt } from '../../domain/kernel/order.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { clockOf, holdsOf, isSpecial, paused, resumed, stopped, superiorHas, supplement } from './clocks.ts'
import { deedOf, instantOf, withDeed } from './deeds.ts'

type Of<T extends CaseEvent['type']> = Recorded<Extract<CaseEvent, { type: T }>>
export const subjectOfSub = (lead: string, number: number) => `${lead}#${number}`
/** 子件 that the lead's row knows of, by their numbers. */
const numbersOf = ({ deeds }: Timeline) => deeds.filter(({ type }) => type === 'SubCaseOpened').map(({ said }) => Number(said?.['number']))

/** What holds up or ends the whole case does so to its sub-cases; only the lead's row knows which there are. */
const reaching: ReadonlySet<CaseEvent['type']> = new Set(['SupplementRequested', 'SupplementSubmitted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'CaseReportedUp',
  'SuperiorDecided', 'RenewalDeemedGranted', 'CaseConcluded', 'CaseTerminated', 'ApplicationWithdrawn', 'CaseReturned', 'CaseNotAccepted'])
export const subjectsOfSubs = (lead: Timeline, { type }: Recorded<CaseEvent>): readonly string[] =>
  reaching.has(type) ? numbersOf(lead).map((number) => subjectOfSub(lead.subject, number)) : []

/** 子件 — supervised as its own subject, of the co-handler's department; what it has in common with the lead the lead's row says. */
export function openedSub(lead: Timeline, fact: Of<'SubCaseOpened'>): Timeline {
  const { subCase, department, promisedWorkingDays, openedOn, officers } = fact.data
  const { subject, itemCode, itemVersion, caseType, hall, zone, channel, imported, applicant, agent } = lead
  const deed = deedOf(fact)
  return { subject: subjectOfSub(subject, subCase), department, itemCode, ...(itemVersion !== undefined && { itemVersion }), ...(caseType !== undefined && { caseType }),
    hall, zone, ...(channel !== undefined && { channel }), imported, of: subject,
    ...(officers && { officers: [...officers] }), ...(applicant !== undefined && { applicant }), ...(agent !== undefined && { agent }),
    clocks: [clockOf({ name: 'promised', kind: 'promised', clause: '辅办承诺期限', startedOn: openedOn, limitWorkingDays: promisedWorkingDays, department,
      pauses: holdsOf(lead, openedOn) })],
    deeds: deed ? [deed] : [], openedOn, acceptedAt: occurredAt(fact) }
}

const over = (row: Timeline, fact: Recorded<CaseEvent>, outcome: string): Timeline => {
  const at = instantOf(fact)
  return row.endedAt ? row : { ...stopped(row, at, 'promised'), endedAt: at, outcome }
}
/** One fact, as far as it touches a sub-case. */
export function movedSub(row: Timeline, fact: Recorded<CaseEvent>): Timeline {
  switch (fact.type) {
    case 'SubOpinionGiven': return over(withDeed(row, fact), fact, fact.data.result)
    case 'SupplementRequested': return paused(row, ['promised'], { clause: supplement, from: fact.data.requestedOn })
    case 'SupplementSubmitted': return resumed(row, (clause) => clause === supplement, fact.data.submittedOn)
    case 'SpecialProcedureStarted': return paused(row, ['promised'], { clause: `特别程序：${fact.data.kind}`, from: fact.data.startedOn })
    case 'SpecialProcedureEnded': return resumed(row, isSpecial, fact.data.endedOn)
    case 'CaseReportedUp': return paused(row, ['promised'], { clause: superiorHas, from: fact.data.reportedOn })
    case 'SuperiorDecided': return resumed(row, (clause) => clause === superiorHas, fact.data.decidedOn)
    default: return over(row, fact, 'lead-ended')
  }
}
