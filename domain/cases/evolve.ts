import type { Pause } from '../calendar/clock.ts'
import type { Day } from '../kernel/values.ts'
import type { Step } from '../kernel/vocabulary.ts'
import type { CaseEvent, Pinned } from './events.ts'

type Of<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data']
type Done = { step: Step; by: string; refuses?: true }
type SubCase = { subCase: number; department: string; officers: readonly string[]; given?: true }
/** 办件 as its next command must know it; `stage` is the trunk of B.1, what holds it up stands beside. */
export type Case = {
  stage: 'Draft' | 'Submitted' | 'Accepted' | 'Decided' | 'Concluded' | 'Ended'
  /** How many facts there are: the newest has this revision. */
  facts: number
  caseNo: string; itemCode: string; zone: string; receivedOn: Day; acceptedOn: Day
  pinned: Pinned | undefined
  expiresOn: Day | undefined
  /** 一次性告知 was given; `asked`: what the applicant still owes; `handedIn`: what was counted at the window or supplied. */
  notified: boolean; asked: readonly string[] | undefined; handedIn: readonly string[] | undefined; receipt: Of<'MaterialsReceived'>['list']
  preReview: 'pass' | 'back' | undefined
  /** Steps taken in this round, and by whom. `handlers`, `verifiers`: in any round. */
  done: readonly Done[]; handlers: readonly string[]; verifiers: readonly string[]
  special: string | undefined
  pauses: readonly Pause[]
  extended: boolean
  subCases: readonly SubCase[]
  superior: 'asked' | 'grant' | 'refuse' | undefined
  chargedFen: number; refundedFen: number
  resultCode: string | undefined
  delivered: boolean; published: boolean; archived: boolean
  /** What was said under a number, by fact and number. */
  said: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export const draft: Case = {
  stage: 'Draft', facts: 0, caseNo: '', itemCode: '', zone: '', receivedOn: '' as Day, acceptedOn: '' as Day, pinned: undefined, expiresOn: undefined,
  notified: false, asked: undefined, handedIn: undefined, receipt: undefined, preReview: undefined, done: [], handlers: [], verifiers: [], special: undefined, pauses: [],
  extended: false, subCases: [], superior: undefined, chargedFen: 0, refundedFen: 0, resultCode: undefined, delivered: false, published: false,
  archived: false, said: {},
}

/** 当前环节 — what the flow asks for now, as it was accepted; nothing where the case is not in hand. */
export const nextStep = ({ stage, pinned, asked, special, superior, done }: Case): Step | 'waiting' | 'above' | 'decision' | undefined => {
  if (stage !== 'Accepted' || !pinned) return undefined
  if (asked || special !== undefined) return 'waiting'
  return superior === 'asked' ? 'above' : pinned.flow[done.length] ?? 'decision'
}

/** 补办 — the one standstill that the law's own limit does not know (行政许可法 45). */
export const supplement = '补办'
const began = (state: Case, clause: string, from: Day, plannedWorkingDays?: number) =>
  ({ pauses: [...state.pauses, { clause, from, ...(plannedWorkingDays !== undefined && { plannedWorkingDays }) }] })
const ended = ({ pauses }: Case, clause: string, to: Day) =>
  ({ pauses: pauses.map((pause) => pause.clause === clause && pause.to === undefined ? { ...pause, to } : pause) })
const among = (people: readonly string[], one: string) => people.includes(one) ? people : [...people, one]
const verified = ({ verifiers }: Case, by = '') => ({ verifiers: among(verifiers, by) })
const numbered = ({ said }: Case, type: string, data: { number?: string | undefined }) =>
  data.number === undefined ? {} : { said: { ...said, [`${type} ${data.number}`]: data } }

function judged(state: Case, step: Step, { result, by = '' }: Of<'ApprovalGiven'>): Partial<Case> {
  const done = result === 'back' ? [] : [...state.done, { step, by, ...(result === 'refuse' && { refuses: true as const }) }]
  return { done, ...verified(state, by) }
}
const decided = (resultCode: string): Partial<Case> => ({ stage: 'Decided', resultCode, asked: undefined, special: undefined })
const over: Partial<Case> = { stage: 'Ended', asked: undefined, special: undefined }

type Changes = { [T in CaseEvent['type']]?: (state: Case, data: Of<T>) => Partial<Case> }
/** Whatever a case is about. */
const always: Changes = {
  ApplicationSubmitted: ({ stage }, { caseNo, itemCode, zone, receivedOn, pinned, renews }) =>
    stage === 'Draft' ? { stage: 'Submitted', caseNo, itemCode, zone, receivedOn, pinned, expiresOn: renews?.expiresOn } : {},
  CaseAccepted: (state, { acceptedOn, pinned }) => ({ ...inHand, acceptedOn, pinned: pinned ?? state.pinned }),
  CaseDeemedAccepted: (_, { effectiveOn, pinned }) => ({ ...inHand, acceptedOn: effectiveOn, pinned }),
  // A foreign source says that something was received, not what.
  MaterialsReceived: ({ handedIn = [] }, { materials, list }) => list ? { handedIn: [...handedIn, ...materials], receipt: list } : {},
  ApplicationPreReviewed: (_, { result }) => ({ preReview: result }),
  LicenceGranted: () => decided('granted'),
  LicenceRefused: () => decided('refused'),
  RenewalDeemedGranted: () => decided('deemed-renewed'),
  SubOpinionGiven: ({ subCases }, { subCase }) => ({ subCases: subCases.map((one) => one.subCase === subCase ? { ...one, given: true } : one) }),
  FeeCharged: ({ chargedFen }, { effect, amountFen }) => ({ chargedFen: effect === 'sets' ? amountFen : chargedFen + amountFen }),
  FeeRefunded: ({ refundedFen }, { amountFen }) => ({ refundedFen: refundedFen + amountFen }),
  CaseConcluded: () => ({ ...over, stage: 'Concluded' }),
  CaseNotAccepted: () => over,
  CaseReturned: () => over,
  ApplicationWithdrawn: () => over,
  CaseTerminated: () => over,
  ResultDelivered: () => ({ ...over, stage: 'Concluded', delivered: true }),
  DecisionPublished: () => ({ published: true }),
  CaseArchived: () => ({ archived: true }),
}
const inHand: Partial<Case> = { stage: 'Accepted', asked: undefined, special: undefined, done: [] }
const beforeAcceptance: Changes = {
  SupplementRequested: (_, { asked }) => ({ notified: true, asked: asked.map(({ material }) => material) }),
  SupplementSubmitted: ({ handedIn }, { materials }) => ({ asked: undefined, ...(handedIn && { handedIn: [...handedIn, ...materials] }) }),
}
const afterAcceptance: Changes = {
  SupplementRequested: (state, { asked, requestedOn }) => ({ asked: asked.map(({ material }) => material), ...began(state, supplement, requestedOn) }),
  SupplementSubmitted: (state, { submittedOn }) => ({ asked: undefined, ...ended(state, supplement, submittedOn) }),
  SpecialProcedureStarted: (state, { kind, startedOn, plannedWorkingDays }) => ({ special: kind, ...began(state, '特别程序', startedOn, plannedWorkingDays) }),
  SpecialProcedureEnded: (state, { endedOn }) => ({ special: undefined, ...ended(state, '特别程序', endedOn) }),
  LimitExtended: () => ({ extended: true }),
  HandlingCompleted: ({ done, handlers }, { by = '' }) => ({ done: [...done, { step: 'handling', by }], handlers: among(handlers, by) }),
  ReviewCompleted: (state, data) => judged(state, 'reviewing', data),
  ApprovalGiven: (state, data) => judged(state, 'approving', data),
  StepSentBack: (state, { to, by }) => ({ done: state.done.slice(0, Math.max(0, state.pinned?.flow.indexOf(to) ?? 0)), ...verified(state, by) }),
  SubCaseOpened: ({ subCases }, { subCase, department, officers }) => ({ subCases: [...subCases, { subCase, department, officers }] }),
  CaseReportedUp: (state, { reportedOn, workingDays }) => ({ superior: 'asked', ...began(state, '上报', reportedOn, workingDays) }),
  SuperiorDecided: (state, { result, decidedOn }) => ({ superior: result, ...ended(state, '上报', decidedOn) }),
}

/** No calendar, no clock, no judgement: a fact that does not fit changes nothing but their count. */
export function evolve(state: Case, { type, data }: CaseEvent): Case {
  const rows = state.stage === 'Submitted' ? beforeAcceptance : state.stage === 'Accepted' ? afterAcceptance : {}
  const change = (always[type] ?? rows[type]) as ((state: Case, data: CaseEvent['data']) => Partial<Case>) | undefined
  return { ...state, facts: state.facts + 1, ...change?.(state, data), ...numbered(state, type, data as { number?: string }) }
}
