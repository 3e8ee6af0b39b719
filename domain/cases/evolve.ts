import type { Day } from '../kernel/values.ts'
import type { Step } from '../kernel/vocabulary.ts'
import type { CaseEvent, Pinned } from './events.ts'

type Begun = { caseNo: string; itemCode: string; receivedOn: Day; pinned: Pinned | undefined }
/** `asked`: materials that the applicant still owes. `done`: the steps taken, and by whom. `special`: the special procedure that runs. */
export type Case =
  | { stage: 'Draft' }
  | Begun & { stage: 'Submitted'; notified: boolean; asked?: readonly string[] }
  | Begun & { stage: 'Accepted'; done: readonly { step: Step; by: string }[]; told: readonly string[]; asked?: readonly string[]; special?: string }
  | Begun & { stage: 'Decided'; resultCode: 'granted' | 'refused' }
  | Begun & { stage: 'Concluded'; delivered: boolean }

const begun = ({ caseNo, itemCode, receivedOn, pinned }: Begun): Begun => ({ caseNo, itemCode, receivedOn, pinned })
const foreign: Begun = { caseNo: '', itemCode: '', receivedOn: '' as Day, pinned: undefined }

function inHand(state: Case & { stage: 'Accepted' }, { type, data }: CaseEvent): Case {
  const { asked: _asked, ...supplied } = state
  const { special: _special, ...resumed } = state
  switch (type) {
    case 'SupplementRequested': return { ...state, asked: data.asked.map(({ material }) => material) }
    case 'SupplementSubmitted': return supplied
    case 'SpecialProcedureStarted': return { ...state, special: data.kind }
    case 'SpecialProcedureEnded': return resumed
    case 'HandlingCompleted': return { ...state, done: [...state.done, { step: 'handling', by: data.by ?? '' }] }
    case 'ReviewCompleted':
    case 'ApprovalGiven': {
      const step = type === 'ReviewCompleted' ? 'reviewing' : 'approving'
      return { ...state, done: data.result === 'back' ? [] : [...state.done, { step, by: data.by ?? '' }] }
    }
    case 'StepCompleted': return { ...state, told: [...state.told, data.number ?? data.step] }
    default: return state
  }
}

/** No calendar, no clock, no judgement: a fact that does not fit changes nothing. */
export function evolve(state: Case, fact: CaseEvent): Case {
  const { type, data } = fact
  const so = state.stage === 'Draft' ? foreign : begun(state)
  switch (type) {
    case 'ApplicationSubmitted':
      return state.stage === 'Draft' ? { stage: 'Submitted', ...begun(data as Begun), notified: false } : state
    case 'CaseAccepted':
    case 'CaseDeemedAccepted':
      return { stage: 'Accepted', ...so, pinned: data.pinned ?? so.pinned, done: [], told: [] }
    case 'LicenceGranted': return { stage: 'Decided', ...so, resultCode: 'granted' }
    case 'LicenceRefused': return { stage: 'Decided', ...so, resultCode: 'refused' }
    case 'CaseConcluded':
    case 'CaseTerminated': return { stage: 'Concluded', ...so, delivered: false }
    case 'ResultDelivered': return { stage: 'Concluded', ...so, delivered: true }
  }
  if (state.stage === 'Accepted') return inHand(state, fact)
  if (state.stage !== 'Submitted') return state
  if (type === 'SupplementRequested') return { ...state, notified: true, asked: data.asked.map(({ material }) => material) }
  if (type !== 'SupplementSubmitted') return state
  const { asked: _, ...settled } = state
  return settled
}
