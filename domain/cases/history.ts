import { z } from 'zod'
import { Fen, Instant, type Day } from '../kernel/values.ts'
import { nonAcceptanceReasons, steps } from '../kernel/vocabulary.ts'

const doer = { by: z.string().max(200).optional(), group: z.string().max(200).optional() }
const attributes = z.record(z.string(), z.string()).optional()
const text = z.string().min(1).max(4000)
const effect = z.enum(['sets', 'adds'])
const result = z.enum(['pass', 'back']).default('pass')

/** What a source may say of each fact. Days are not among it: they follow from the instant, where the hall stands. */
export const told = {
  ApplicationSubmitted: z.strictObject({
    itemCode: z.string().min(1).max(200), department: z.string().max(200), channel: z.string().min(1).max(64), hall: z.string().min(1).max(64).optional(),
    responsible: z.string().optional(), attributes, flow: z.array(z.enum(steps)).min(1).optional(), ...doer,
  }),
  MaterialsReceived: z.strictObject({ ...doer }),
  CaseAccepted: z.strictObject({ promisedDueAt: Instant.optional(), ...doer }),
  SupplementRequested: z.strictObject({ ...doer }),
  SupplementSubmitted: z.strictObject({ ...doer }),
  CaseNotAccepted: z.strictObject({
    reasonCode: z.enum(nonAcceptanceReasons).optional(), reason: text.optional(), basis: text.optional(), remedies: text.optional(),
    rightOrgan: z.string().max(200).optional(), ...doer,
  }),
  CaseReturned: z.strictObject({ reason: text.optional(), ...doer }),
  ApplicationWithdrawn: z.strictObject({ reason: text.optional(), ...doer }),
  LimitExtended: z.strictObject({ workingDays: z.int().positive(), reason: text.optional(), basis: text.optional(), approver: z.string().max(200).optional(), ...doer }),
  SpecialProcedureStarted: z.strictObject({ kind: z.string().min(1), ...doer }),
  SpecialProcedureEnded: z.strictObject({ ...doer }),
  HandlingCompleted: z.strictObject({ opinion: text.optional(), ...doer }),
  ReviewCompleted: z.strictObject({ result, opinion: text.optional(), ...doer }),
  ApprovalGiven: z.strictObject({ result: z.enum(['pass', 'refuse', 'back']).default('pass'), opinion: text.optional(), ...doer }),
  StepSentBack: z.strictObject({ from: z.enum(steps), to: z.enum(steps), reason: text.optional(), ...doer }),
  StepCompleted: z.strictObject({ step: z.string().min(1).max(200), attributes, ...doer }),
  NoticeSent: z.strictObject({ kind: z.string().min(1), attributes, ...doer }),
  LicenceGranted: z.strictObject({ ...doer }),
  LicenceRefused: z.strictObject({ reason: text.optional(), ...doer }),
  FeeAssessed: z.strictObject({ kind: z.string().min(1), effect, amountFen: Fen, ...doer }),
  FeeCharged: z.strictObject({ effect, amountFen: Fen, ...doer }),
  FeeRefunded: z.strictObject({ amountFen: Fen, reason: text.optional(), ...doer }),
  CaseConcluded: z.strictObject({ resultCode: z.string().min(1), ...doer }),
  CaseTerminated: z.strictObject({ reason: text, ...doer }),
  ResultDelivered: z.strictObject({ ...doer }),
}
type Told = typeof told
export type HistoryType = keyof Told

const entry = <T extends HistoryType>(type: T) => z.strictObject({
  type: z.literal(type), data: told[type], key: z.string().min(1).max(400), occurredAt: Instant, precision: z.literal('day').optional(),
  order: z.int().nonnegative(), activity: z.string().min(1).max(200).optional(),
})
const types = Object.keys(told) as HistoryType[]
/** One line of a foreign history, as `exchange` has mapped it. */
export const historyEntry = z.discriminatedUnion('type', types.map(entry) as unknown as
  [{ [T in HistoryType]: ReturnType<typeof entry<T>> }[HistoryType]])
export type HistoryEntry = { [T in HistoryType]: { type: T; data: z.infer<Told[T]> } }[HistoryType] &
  { key: string; occurredAt: Instant; precision?: 'day' | undefined; order: number; activity?: string | undefined }

/** The days that follow from an instant, per fact; the rest is as it was told. */
export const dayFields: Partial<Record<HistoryType, (day: Day) => Record<string, unknown>>> = {
  ApplicationSubmitted: (day) => ({ receivedOn: day }),
  MaterialsReceived: (day) => ({ receivedOn: day, materials: [] }),
  CaseAccepted: (day) => ({ acceptedOn: day }),
  SupplementRequested: (day) => ({ requestedOn: day, asked: [] }),
  SupplementSubmitted: (day) => ({ submittedOn: day, materials: [] }),
  CaseNotAccepted: (day) => ({ decidedOn: day }),
  CaseReturned: (day) => ({ returnedOn: day }),
  ApplicationWithdrawn: (day) => ({ withdrawnOn: day }),
  LimitExtended: (day) => ({ extendedOn: day }),
  SpecialProcedureStarted: (day) => ({ startedOn: day }),
  SpecialProcedureEnded: (day) => ({ endedOn: day }),
  CaseConcluded: (day) => ({ concludedOn: day }),
  CaseTerminated: (day) => ({ terminatedOn: day }),
  ResultDelivered: (day) => ({ deliveredOn: day }),
}
