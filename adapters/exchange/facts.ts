/** 可用的事实 — what a profile may make of a row, and what each one takes. `?` may be left out, and is left out where the source has nothing.
    text: words · time: an instant · fen: money · texts: named words · the rest: one of the words listed. */
export const factFields = {
  ApplicationSubmitted: {},
  MaterialsReceived: {},
  CaseAccepted: { promisedDueAt: 'time?' },
  SupplementRequested: {},
  SupplementSubmitted: {},
  SpecialProcedureStarted: { kind: 'text' },
  SpecialProcedureEnded: {},
  HandlingCompleted: { opinion: 'text?' },
  ReviewCompleted: { result: 'pass|back?' },
  ApprovalGiven: { result: 'text?' },
  StepCompleted: { step: 'text', attributes: 'texts?' },
  NoticeSent: { kind: 'text' },
  LicenceGranted: {},
  LicenceRefused: { reason: 'text?' },
  FeeAssessed: { effect: 'sets|adds', amountFen: 'fen', kind: 'text' },
  FeeCharged: { effect: 'sets|adds', amountFen: 'fen' },
  CaseConcluded: { resultCode: 'text' },
  CaseTerminated: { reason: 'text' },
  ResultDelivered: {},
} as const satisfies Record<string, Record<string, FieldKind>>

export type FactName = keyof typeof factFields
export type FieldKind = 'text' | 'text?' | 'time?' | 'texts?' | 'fen' | 'sets|adds' | 'pass|back?'
export const fieldsOf = (fact: FactName): [string, FieldKind][] => Object.entries(factFields[fact])
