import type { Answers, Needs } from '../kernel/decider.ts'
import type { SpecialProcedure, Step } from '../kernel/vocabulary.ts'
import type { CaseCommand, CaseEvent } from './events.ts'
import type { Case } from './evolve.ts'

/** What a case must know of its item, in its own words; the composition root folds it from the item's stream. */
export type ItemReference = {
  version: number; department: string; promisedWorkingDays: number; statutoryWorkingDays: number; flow: readonly Step[]; officers: readonly string[]
  specialProcedures: readonly SpecialProcedure[]
}
/** What it must know of the hall where it is handed in. */
export type HallReference = { zone: string }
/** What it must know of one who is said to have approved. */
export type PersonReference = { roles: readonly string[] }
export type References = { item: ItemReference; hall: HallReference; approver: PersonReference }

const current = (state: Case) => 'pinned' in state ? { id: state.itemCode } : undefined
const asAccepted = (state: Case) => 'pinned' in state && state.pinned ? { id: state.itemCode, version: state.pinned.itemVersion } : undefined

/** 参照 — a case is accepted under the item as it is, and handled under the item as it was accepted. */
export const needs = {
  SubmitApplication: { item: (_, { itemCode }) => ({ id: itemCode }), hall: (_, { hall }) => ({ id: hall }) },
  RequestSupplement: {},
  SubmitSupplement: {},
  AcceptCase: { item: current },
  DeemAccepted: {},
  StartSpecialProcedure: { item: asAccepted, approver: (_, { approver }) => ({ id: approver }) },
  EndSpecialProcedure: { item: asAccepted },
  CompleteHandling: { item: asAccepted },
  ReviewCase: { item: asAccepted },
  ApproveCase: { item: asAccepted },
  CompleteStep: {},
  DecideCase: { item: asAccepted },
  ConcludeCase: {},
  DeliverResult: {},
  RecordHistory: {},
} as const satisfies Needs<Case, CaseCommand, References>

export type CaseRefusal =
  | 'already-submitted' | 'no-such-item' | 'no-such-hall' | 'not-in-hand' | 'asked-once-already' | 'nothing-was-asked-for' | 'materials-missing'
  | 'not-submitted' | 'not-authorised' | 'no-notice-overdue' | 'not-the-next-step' | 'same-person-twice' | 'refusal-without-reason' | 'not-decided'
  | 'special-procedure-not-foreseen' | 'special-procedure-running' | 'no-special-procedure' | 'not-concluded' | 'another-case-number' | 'unknown-zone'
  | 'name-without-applicant' | 'recorded-elsewhere' | 'no-such-approver'
export type CaseAnswers = Answers<Case, CaseCommand, CaseEvent, References, typeof needs, CaseRefusal>
