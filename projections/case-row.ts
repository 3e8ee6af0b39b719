import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import { before, endedAs, heldBy, movedTo, releasedFrom, stepped } from './case-stages.ts'
import type { CaseRow } from './cases.ts'
import type { Fold } from './kernel.ts'

const caseId = (stream: string) => stream.slice('cases-'.length)
const isOfficers = (stream: string) => stream.startsWith('cases-officer.')

/** Any fact may be the first that is told of a foreign case. */
function begun(fact: Recorded<CaseEvent>): CaseRow {
  const { meta } = fact
  const id = caseId(meta.stream)
  const source = meta.source?.name
  return {
    id, caseNo: source ? id.slice(source.length + 1) : id, ...(source && { source }), imported: source !== undefined,
    itemCode: '', department: '', hall: '', zone: '', channel: '', stage: 'Recorded', open: true, lastStep: '', openedAt: occurredAt(fact),
    ...(meta.precision && { precision: meta.precision }),
  }
}
type Of<T extends CaseEvent['type']> = Recorded<Extract<CaseEvent, { type: T }>>
type On = (row: CaseRow | undefined, fact: Recorded<CaseEvent>) => CaseRow
const at: On = (row, fact) => stepped(row ?? begun(fact), fact)
const beside: On = (row, fact) => row ?? begun(fact)
const moves = (stage: CaseRow['stage']): On => (row, fact) => movedTo(at(row, fact), stage)
const holds = (hold: Parameters<typeof heldBy>[1]): On => (row, fact) => heldBy(at(row, fact), hold)
const releases = (hold: Parameters<typeof heldBy>[1]): On => (row, fact) => releasedFrom(at(row, fact), hold)
/** After the end the case moves on all the same: it is handed out, and put away. */
const afterwards = (stage: 'Delivered' | 'Archived'): On => (row, fact) => ({ ...at(row, fact), stage })
/** Everything but what was not said. */
type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const said = <T extends object>(fields: T) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>
const pinnedIn = ({ pinned }: { pinned?: { itemVersion: number; caseType?: CaseRow['caseType'] } | undefined }) =>
  said({ itemVersion: pinned?.itemVersion, caseType: pinned?.caseType })
/** 受理人 — of a foreign case only who is named; the importer accepted nothing. */
const accepter = ({ data, meta }: Of<'CaseAccepted'>) => data.by ?? (meta.source ? undefined : meta.actor.person)

function subCase(row: CaseRow, subCase: number, more: { department?: string; result?: 'agree' | 'disagree' }): CaseRow {
  const known = row.subCases ?? []
  const one = { ...known.find((it) => it.subCase === subCase), subCase, ...more }
  return { ...row, subCases: [...known.filter((it) => it.subCase !== subCase), one].sort((a, b) => a.subCase - b.subCase) }
}

/** 办件行 — how facts make the row of a case; what is asked of such rows stands in `cases.ts`. */
export const caseRows: Fold<CaseRow, CaseEvent> = {
  key: ({ meta }) => isOfficers(meta.stream) ? [] : caseId(meta.stream),
  on: {
    ApplicationSubmitted(row, fact) {
      const { itemCode, department, hall, zone, channel, applicantId, applicantName, organisation, agentId, agentName, responsible, receivedOn } = fact.data
      return { ...movedTo(at(row, fact), 'Submitted'), itemCode, department, hall, zone, channel, receivedOn,
        ...said({ applicantId, applicantName, organisation, agentId, agentName, responsible }), ...pinnedIn(fact.data) }
    },
    MaterialsReceived: at,
    MaterialCorrected: at,
    ApplicationPreReviewed: (row, fact) => movedTo(at(row, fact), fact.data.result === 'pass' ? 'PreReviewed' : 'Submitted'),
    DocumentAttached: beside,
    SupplementRequested: holds('SupplementPending'),
    SupplementSubmitted: releases('SupplementPending'),
    CaseAccepted(row, fact) {
      const { acceptedOn, promisedDueOn, promisedDueAt } = fact.data
      return { ...movedTo(at(row, fact), 'Accepted'), acceptedOn, ...said({ promisedDueOn, promisedDueAt, acceptedBy: accepter(fact) }), ...pinnedIn(fact.data) }
    },
    CaseDeemedAccepted: (row, fact) => ({ ...movedTo(at(row, fact), 'Accepted'), acceptedOn: fact.data.effectiveOn, ...pinnedIn(fact.data) }),
    CaseNotAccepted: (row, fact) => endedAs(at(row, fact), fact, 'NotAccepted', { endedOn: fact.data.decidedOn }),
    CaseReturned: (row, fact) => endedAs(at(row, fact), fact, 'Returned', { endedOn: fact.data.returnedOn }),
    SpecialProcedureStarted: holds('Suspended'),
    SpecialProcedureEnded: releases('Suspended'),
    LimitExtended: (row, fact) => ({ ...at(row, fact), extendedWorkingDays: (row?.extendedWorkingDays ?? 0) + fact.data.workingDays }),
    ThirdPartyNotified: at,
    SubCaseOpened: (row, fact) => subCase(at(row, fact), fact.data.subCase, { department: fact.data.department }),
    SubOpinionGiven: (row, fact) => subCase(beside(row, fact), fact.data.subCase, { result: fact.data.result }), // given elsewhere: who holds the lead case holds it still
    CaseReportedUp: holds('ReportedUp'),
    SuperiorDecided: releases('ReportedUp'),
    CaseUrged: (row, fact) => ({ ...beside(row, fact), urged: (row?.urged ?? 0) + 1 }),
    HandlingCompleted: moves('Handled'),
    ReviewCompleted: (row, fact) => movedTo(at(row, fact), fact.data.result === 'back' ? 'Accepted' : 'Reviewed'),
    ApprovalGiven: (row, fact) => movedTo(at(row, fact), fact.data.result === 'back' ? 'Accepted' : 'Approved'),
    StepSentBack: (row, fact) => movedTo(at(row, fact), before[fact.data.to]),
    StepCompleted: at,
    NoticeSent: at,
    LicenceGranted: moves('Decided'),
    LicenceRefused: moves('Decided'),
    RenewalDeemedGranted: moves('DeemedRenewed'),
    FeeAssessed(row, fact) {
      const { effect, amountFen } = fact.data, now = at(row, fact)
      return effect === 'sets' ? { ...now, assessedFen: amountFen } : { ...now, assessedMoreFen: (now.assessedMoreFen ?? 0) + amountFen }
    },
    FeeCharged(row, fact) {
      const { effect, amountFen } = fact.data, now = at(row, fact)
      return effect === 'sets' ? { ...now, chargedFen: amountFen } : { ...now, chargedMoreFen: (now.chargedMoreFen ?? 0) + amountFen }
    },
    FeeRefunded: (row, fact) => ({ ...at(row, fact), refundedFen: (row?.refundedFen ?? 0) + fact.data.amountFen }),
    CaseConcluded: (row, fact) => endedAs(at(row, fact), fact, 'Concluded', { endedOn: fact.data.concludedOn, resultCode: fact.data.resultCode }),
    CaseTerminated: (row, fact) => endedAs(at(row, fact), fact, 'Terminated', { endedOn: fact.data.terminatedOn }),
    ApplicationWithdrawn: (row, fact) => endedAs(at(row, fact), fact, 'Withdrawn', { endedOn: fact.data.withdrawnOn }),
    ResultDelivered: (row, fact) => ({ ...afterwards('Delivered')(row, fact), deliveredAt: occurredAt(fact) }),
    DecisionPublished: at,
    CaseArchived: afterwards('Archived'),
    RecordCorrectionProposed: beside,
    RecordCorrected: (row, fact) => ({ ...beside(row, fact), corrected: (row?.corrected ?? 0) + 1 }),
  },
}

export type FeeVerdict = 'exact' | 'under' | 'over' | 'unpaid'
/** 收费核对 — owed against what was paid and not given back, in cents; nothing to compare where nothing was assessed. */
export function feesOf(row: CaseRow): { owedFen: number; paidFen: number; verdict: FeeVerdict } | undefined {
  if (row.assessedFen === undefined && row.assessedMoreFen === undefined) return undefined
  const owedFen = (row.assessedFen ?? 0) + (row.assessedMoreFen ?? 0), paidFen = (row.chargedFen ?? 0) + (row.chargedMoreFen ?? 0) - (row.refundedFen ?? 0)
  return { owedFen, paidFen, verdict: paidFen <= 0 ? 'unpaid' : paidFen === owedFen ? 'exact' : paidFen < owedFen ? 'under' : 'over' }
}
