import type { CaseEvent, Pinned } from '../../domain/cases/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import type { Fold } from '../kernel.ts'
import { officerTimelines } from '../officer-timelines.ts'
import {
  accepted, clockOf, counted, extended, isSpecial, limited, paused, resumed, special, stepAgain, stepBegun, stepDone, stopped, superiorHas, supplement, withClock,
} from './clocks.ts'
import { instantOf, withDeed, withMoney } from './deeds.ts'
import { movedSub, openedSub, subjectOfSub, subjectsOfSubs } from './sub-cases.ts'

type Of<T extends CaseEvent['type']> = Recorded<Extract<CaseEvent, { type: T }>>
type Lead = { [T in CaseEvent['type']]?: (row: Timeline, fact: Of<T>) => Timeline }

const subjectOf = (stream: string) => stream.replace('-', '.')
/** Any fact may be the first that is told of a foreign case. */
const begun = ({ meta }: Recorded<CaseEvent>): Timeline =>
  ({ subject: subjectOf(meta.stream), department: '', itemCode: '', hall: '', zone: '', imported: meta.source !== undefined, clocks: [], deeds: [] })
/** Days of facts that name none; a foreign case whose zone is not told yet has no clock that would ask. */
const dayOf = ({ zone }: Timeline, fact: Recorded<CaseEvent>): Day => zone ? dayIn(zone, instantOf(fact)) : instantOf(fact).slice(0, 10) as Day

const kept = ({ itemVersion, caseType, flow, stepLimits = [], feeFen, minimumMinutes, limitedQuantity }: Pinned) => ({
  itemVersion, flow, ...(caseType && { caseType }), ...(stepLimits.length > 0 && { stepLimits }), ...(feeFen !== undefined && { feeFen }),
  ...(minimumMinutes !== undefined && { minimumMinutes }), ...(limitedQuantity && { limitedQuantity }) })
/** At acceptance the item is pinned anew: what its older version said, and the newer does not, no longer holds. */
function keptAnew(row: Timeline, pinned: Pinned): Timeline {
  const { itemVersion, caseType, flow, stepLimits, feeFen, minimumMinutes, limitedQuantity, ...rest } = row
  return { ...rest, ...kept(pinned) }
}
const held = ['promised', 'statutory', 'step'] as const
const ends = (outcome: (fact: Recorded<CaseEvent>) => string, lost: boolean) => (row: Timeline, fact: Recorded<CaseEvent>): Timeline => {
  const at = instantOf(fact)
  const over = stopped(row, at, 'promised', 'statutory', 'step', 'notice', 'special', 'superior', ...lost ? ['delivery', 'publication'] as const : [])
  return row.endedAt ? over : { ...over, endedAt: at, outcome: outcome(fact) }
}
/** 决定 — the steps are over; what is left is to deliver it, and to publish a grant. */
const decided = (granted: boolean) => (row: Timeline, fact: Recorded<CaseEvent>): Timeline => {
  const after = stopped(row, instantOf(fact), 'step')
  if (row.imported) return after
  const delivering = limited(after, 'delivery', dayOf(row, fact))
  return granted ? limited(delivering, 'publication', dayOf(row, fact)) : delivering
}
const judged = (step: 'reviewing' | 'approving') => (row: Timeline, fact: Of<'ReviewCompleted' | 'ApprovalGiven'>): Timeline =>
  fact.data.result === 'back' ? stepAgain(row, row.flow?.[0] as 'handling', instantOf(fact), dayOf(row, fact)) : stepDone(row, step, instantOf(fact), dayOf(row, fact))

const lead: Lead = {
  ApplicationSubmitted(row, fact) {
    const { department, itemCode, hall, zone, receivedOn, pinned, channel, applicantId, agentId, flow } = fact.data
    const at: Timeline = { ...row, department, itemCode, hall, zone, channel, openedOn: receivedOn, ...(applicantId !== undefined && { applicant: applicantId }),
      ...(agentId !== undefined && { agent: agentId }), ...(pinned && kept(pinned)), ...(flow && { flow }) }
    return row.imported ? at : limited(at, 'notice', receivedOn)
  },
  CaseAccepted(row, fact) {
    const { acceptedOn, pinned, promisedDueOn, promisedDueAt } = fact.data
    const at: Timeline = { ...stopped(row, instantOf(fact), 'notice'), openedOn: row.openedOn ?? acceptedOn, acceptedAt: instantOf(fact) }
    if (pinned) return stepBegun(accepted(keptAnew(at, pinned), acceptedOn, pinned), pinned.flow[0], acceptedOn)
    // A source may say that it ended before it was accepted; then this clock has never run.
    return !promisedDueOn ? at : { ...at, clocks: [clockOf({ name: 'promised', kind: 'promised', clause: '来源所载期限', basis: fact.meta.source?.name ?? '', startedOn: acceptedOn,
      statedDueOn: promisedDueOn, ...(promisedDueAt && { statedDueAt: promisedDueAt }), ...(row.endedAt && { stoppedAt: row.endedAt }) })] }
  },
  // The notice was never given: its clock is not stopped by what the law makes of that. The steps can begin only now.
  CaseDeemedAccepted(row, fact) {
    const { pinned, effectiveOn, becameTrueAt } = fact.data
    return stepBegun(accepted({ ...keptAnew(row, pinned), acceptedAt: becameTrueAt }, effectiveOn, pinned, becameTrueAt), pinned.flow[0], dayOf(row, fact))
  },
  // Only the promised clock stands still for a supplement, never the statutory one (行政许可法 45 does not list it).
  SupplementRequested: (row, fact) => paused(stopped(row, instantOf(fact), 'notice'), ['promised', 'step'], { clause: supplement, from: fact.data.requestedOn }),
  SupplementSubmitted: (row, { data }) => resumed(row, (clause) => clause === supplement, data.submittedOn),
  SpecialProcedureStarted(row, { data: { kind, startedOn, plannedWorkingDays } }) {
    const at = paused(row, held, { clause: `${special}：${kind}`, from: startedOn, ...(plannedWorkingDays !== undefined && { plannedWorkingDays }) })
    if (plannedWorkingDays === undefined || row.imported) return at
    return withClock(at, { name: `special:${counted(row, 'special:') + 1}`, kind: 'special', startedOn, limitWorkingDays: plannedWorkingDays })
  },
  SpecialProcedureEnded: (row, fact) => resumed(stopped(row, instantOf(fact), 'special'), isSpecial, fact.data.endedOn),
  LimitExtended: (row, fact) => extended(row, { clause: fact.data.basis ?? '来源所载延期', workingDays: fact.data.workingDays, at: instantOf(fact) }),
  CaseReportedUp(row, { data: { superior, workingDays, reportedOn } }) {
    const again = counted(row, 'superior')
    return withClock(paused(row, held, { clause: superiorHas, from: reportedOn, plannedWorkingDays: workingDays }),
      { name: again ? `superior:${again + 1}` : 'superior', kind: 'superior', startedOn: reportedOn, limitWorkingDays: workingDays, department: superior })
  },
  SuperiorDecided: (row, fact) => resumed(stopped(row, instantOf(fact), 'superior'), (clause) => clause === superiorHas, fact.data.decidedOn),
  HandlingCompleted: (row, fact) => stepDone(row, 'handling', instantOf(fact), dayOf(row, fact)),
  ReviewCompleted: judged('reviewing'),
  ApprovalGiven: judged('approving'),
  StepSentBack: (row, fact) => stepAgain(row, fact.data.to, instantOf(fact), dayOf(row, fact)),
  LicenceGranted: decided(true),
  LicenceRefused: decided(false),
  // What held it up has lost its object: nobody waits for the applicant, the procedure or the superior any more.
  RenewalDeemedGranted: (row, fact) => decided(true)(resumed(stopped(row, instantOf(fact), 'special', 'superior'), () => true, fact.data.expiresOn), fact),
  FeeAssessed: withMoney,
  FeeCharged: withMoney,
  FeeRefunded: withMoney,
  CaseConcluded: ends((fact) => (fact as Of<'CaseConcluded'>).data.resultCode, false),
  CaseTerminated: ends(() => 'terminated', true),
  ApplicationWithdrawn: ends(() => 'withdrawn', true),
  CaseReturned: ends(() => 'returned', true),
  CaseNotAccepted: ends(() => 'not-accepted', true),
  ResultDelivered: (row, fact) => stopped(row, instantOf(fact), 'delivery'),
  DecisionPublished: (row, fact) => stopped(row, instantOf(fact), 'publication'),
}

/** Facts that change the row although no clock is moved by them: deeds that a rule may ask for. */
const deedsOnly = ['MaterialsReceived', 'ApplicationPreReviewed', 'ThirdPartyNotified', 'SubCaseOpened', 'SubOpinionGiven', 'StepCompleted', 'NoticeSent'] as const
const stays = (row: Timeline) => row

type On = NonNullable<Fold<Timeline, CaseEvent>['on']['CaseConcluded']>
/** The lead's own row, or that of a sub-case that the fact touches. */
const on = (change: (row: Timeline, fact: Recorded<CaseEvent>) => Timeline): On => (row, fact, key, first) => {
  if (key === subjectOf(fact.meta.stream)) return withDeed(change(row ?? begun(fact), fact), fact)
  const said = fact as Recorded<CaseEvent>
  return said.type === 'SubCaseOpened' ? first && openedSub(first, said as Of<'SubCaseOpened'>) : row && movedSub(row, said)
}

/** 时间线的折叠 — how facts make the timelines of a case, of its sub-cases and of officers. */
export const timelines: Fold<Timeline, CaseEvent> = {
  key(fact) {
    const subject = officerTimelines.key(fact) ?? subjectOf(fact.meta.stream)
    return fact.type === 'SubCaseOpened' || fact.type === 'SubOpinionGiven' ? [subject, subjectOfSub(subject, fact.data.subCase)] : subject
  },
  also: subjectsOfSubs,
  on: {
    ...Object.fromEntries(deedsOnly.map((type) => [type, on(stays)])),
    ...Object.fromEntries(Object.entries(lead).map(([type, change]) => [type, on(change as (row: Timeline, fact: Recorded<CaseEvent>) => Timeline)])),
    StepRefused: officerTimelines.on,
  },
}
