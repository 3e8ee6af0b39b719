import { z } from 'zod'
import type { CaseEvent, Pinned } from '../domain/cases/events.ts'
import { draft, evolve, nextStep, type Case } from '../domain/cases/evolve.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import { Day, Instant } from '../domain/kernel/values.ts'
import { caseTypes, steps } from '../domain/kernel/vocabulary.ts'
import type { Projection } from './kernel.ts'

/** 轮到做什么 — what a case waits for, each by whoever's it is to do. */
const turns = ['acceptance', 'supplement', 'handling', 'reviewing', 'approving', 'decision', 'special', 'superior', 'conclusion', 'delivery', 'archive', 'none'] as const
export type Turn = typeof turns[number]

/** As much of a case as its next turn follows from; folded by the case's own fold. */
const at = z.strictObject({
  stage: z.enum(['Draft', 'Submitted', 'Accepted', 'Decided', 'Concluded', 'Ended']), flow: z.array(z.enum(steps)).optional(), caseType: z.enum(caseTypes).optional(),
  asked: z.boolean(), special: z.boolean(), superior: z.enum(['asked', 'grant', 'refuse']).optional(), done: z.array(z.strictObject({ step: z.enum(steps), by: z.string() })),
  handlers: z.array(z.string()), verifiers: z.array(z.string()), delivered: z.boolean(), archived: z.boolean(),
  subCases: z.array(z.strictObject({ subCase: z.int(), department: z.string(), officers: z.array(z.string()), given: z.literal(true).optional() })),
})
type At = z.infer<typeof at>
export const DeskRow = z.strictObject({
  id: z.string(), itemCode: z.string(), department: z.string(), hall: z.string(), turn: z.enum(turns), at,
  /** 由谁决定: the leader where the flow approves or reports up, else the head of the section. */
  decides: z.enum(['leader', 'section-head']),
  /** A co-handler's opinion is still owed. */
  awaits: z.boolean(),
  /** 在手: the handler who last did anything with it. */
  taker: z.string().optional(),
  handler: z.string().optional(), reviewer: z.string().optional(), approver: z.string().optional(),
  urged: z.int().optional(), sentBack: z.int().optional(),
  urge: z.strictObject({ at: Instant, role: z.string(), by: z.string().optional(), to: z.string().optional(), reason: z.string().optional() }).optional(),
  acceptedAt: Instant.optional(), endedAt: Instant.optional(), endedOn: Day.optional(),
})
export type DeskRow = z.infer<typeof DeskRow>

const caseOf = ({ stage, flow, caseType, asked, special, superior, done, handlers, verifiers, delivered, archived, subCases }: At): Case => ({
  ...draft, stage, pinned: flow && { flow, ...(caseType && { caseType }) } as unknown as Pinned, asked: asked ? [] : undefined, special: special ? '' : undefined, superior, done,
  handlers, verifiers, delivered, archived, subCases: subCases as Case['subCases'],
})
const atOf = ({ stage, pinned, asked, special, superior, done, handlers, verifiers, delivered, archived, subCases }: Case): At => ({
  stage, ...(pinned && { flow: [...pinned.flow] }), ...(pinned?.caseType && { caseType: pinned.caseType }), asked: asked !== undefined, special: special !== undefined,
  ...(superior && { superior }), done: done.map(({ step, by }) => ({ step, by })), handlers: [...handlers], verifiers: [...verifiers], delivered, archived,
  subCases: subCases.map((one) => ({ ...one, officers: [...one.officers] })),
})

/** What waits for nobody in the house is nobody's turn. */
export function turnOf(state: Case): Turn {
  const { stage, asked, delivered, archived } = state
  if (stage === 'Draft') return 'none'
  if (stage === 'Submitted') return asked ? 'supplement' : 'acceptance'
  if (stage === 'Accepted') {
    const step = nextStep(state)
    return step === 'waiting' ? asked ? 'supplement' : 'special' : step === 'above' ? 'superior' : step ?? 'none'
  }
  if (stage === 'Decided') return 'conclusion'
  if (stage === 'Concluded' && !delivered) return 'delivery'
  return archived ? 'none' : 'archive'
}
const begun = ({ meta }: Recorded<CaseEvent>): DeskRow =>
  ({ id: meta.stream.slice('cases-'.length), itemCode: '', department: '', hall: '', turn: 'none', at: atOf(draft), decides: 'section-head', awaits: false })

type Said = Recorded<CaseEvent>
const besides: { [T in CaseEvent['type']]?: (row: DeskRow, fact: Recorded<Extract<CaseEvent, { type: T }>>) => Partial<DeskRow> } = {
  ApplicationSubmitted: (_, { data: { itemCode, department, hall } }) => ({ itemCode, department, hall }),
  CaseAccepted: (_, fact) => ({ acceptedAt: occurredAt(fact) }),
  CaseDeemedAccepted: (_, { data }) => ({ acceptedAt: data.becameTrueAt }),
  CaseUrged: ({ urged = 0 }, fact) => {
    const { to, by, reason } = fact.data
    return { urged: urged + 1, urge: { at: occurredAt(fact), role: fact.meta.actor.role,
      ...(by !== undefined && { by }), ...(to !== undefined && { to }), ...(reason !== undefined && { reason }) } }
  },
  ReviewCompleted: ({ sentBack = 0 }, { data }) => data.result === 'back' ? { sentBack: sentBack + 1 } : {},
  ApprovalGiven: ({ sentBack = 0 }, { data }) => data.result === 'back' ? { sentBack: sentBack + 1 } : {},
  StepSentBack: ({ sentBack = 0 }) => ({ sentBack: sentBack + 1 }),
  CaseConcluded: (_, fact) => ({ endedAt: occurredAt(fact), endedOn: fact.data.concludedOn }),
}
/** 谁经手 — by the steps of the round that stands. */
const by = ({ done }: At, step: typeof steps[number]) => done.findLast((one) => one.step === step)?.by
function step(row: DeskRow | undefined, fact: Said): DeskRow {
  const before = row ?? begun(fact), state = evolve(caseOf(before.at), fact), now = atOf(state), { person, role } = fact.meta.actor
  const more = (besides[fact.type] as ((row: DeskRow, fact: Said) => Partial<DeskRow>) | undefined)?.(before, fact)
  // Whose opinion is asked beside has not taken the case in hand.
  const takes = role === 'handler' && fact.type !== 'SubOpinionGiven' && state.stage === 'Accepted'
  const who = { handler: by(now, 'handling') ?? before.handler, reviewer: by(now, 'reviewing') ?? before.reviewer, approver: by(now, 'approving') ?? before.approver,
    taker: takes ? person : before.taker }
  return { ...before, ...more, ...Object.fromEntries(Object.entries(who).filter(([, one]) => one !== undefined)), at: now, turn: turnOf(state),
    decides: now.caseType === 'REPORTED_UP' || now.flow?.includes('approving') ? 'leader' : 'section-head',
    awaits: (state.stage === 'Accepted' || state.stage === 'Decided') && now.subCases.some(({ given }) => !given) }
}
const types = [
  'ApplicationSubmitted', 'MaterialsReceived', 'MaterialCorrected', 'ApplicationPreReviewed', 'CaseNotAccepted', 'CaseReturned', 'DocumentAttached',
  'SupplementRequested', 'SupplementSubmitted', 'CaseAccepted', 'CaseDeemedAccepted', 'SpecialProcedureStarted', 'SpecialProcedureEnded',
  'LimitExtended', 'ThirdPartyNotified', 'SubCaseOpened', 'SubOpinionGiven', 'CaseReportedUp', 'SuperiorDecided', 'CaseUrged', 'HandlingCompleted',
  'ReviewCompleted', 'ApprovalGiven', 'StepSentBack', 'StepCompleted', 'LicenceGranted', 'LicenceRefused', 'CaseConcluded', 'CaseTerminated',
  'ApplicationWithdrawn', 'RenewalDeemedGranted', 'ResultDelivered', 'CaseArchived',
] as const

/** 工作台 — whose turn every case of the house is; foreign ones are nobody's here. */
export const desk: Projection<DeskRow, CaseEvent> = {
  name: 'desk',
  version: 1,
  row: DeskRow,
  order: 'business',
  key: ({ meta }) => meta.source || meta.stream.startsWith('cases-officer.') ? [] : meta.stream.slice('cases-'.length),
  indexes: ['turn', 'department', 'hall', 'itemCode', 'awaits', 'handler', 'reviewer', 'approver', 'endedOn'],
  composites: [{ lead: 'itemCode', order: 'turn', covers: [] }, { lead: 'department', order: 'turn', covers: [] }, { lead: 'hall', order: 'turn', covers: [] },
    ...(['handler', 'reviewer', 'approver'] as const).map((lead) => ({ lead, order: 'endedOn' as const, covers: [] }))],
  on: Object.fromEntries(types.map((type) => [type, step])),
}
