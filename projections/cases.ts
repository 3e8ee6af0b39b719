import { z } from 'zod'
import type { CaseEvent } from '../domain/cases/events.ts'
import { occurredAt, type Recorded } from '../domain/kernel/events.ts'
import { Day, Fen, Instant, Sealed } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

export const stages = ['Recorded', 'Submitted', 'SupplementPending', 'Accepted', 'Suspended', 'Handled', 'Reviewed', 'Approved', 'Decided', 'Concluded',
  'Terminated', 'Delivered'] as const

/** 办件列表 — one row a case: what it is, where it stands, what was promised and what was paid. Days and counts, never a verdict about today. */
export const CaseRow = z.strictObject({
  id: z.string(), caseNo: z.string(), source: z.string().optional(), imported: z.boolean(),
  itemCode: z.string(), itemVersion: z.int().optional(), department: z.string(), hall: z.string(), zone: z.string(), channel: z.string(),
  applicantId: z.string().optional(), applicantName: z.union([Sealed, z.string()]).optional(), organisation: z.string().optional(),
  responsible: z.string().optional(),
  /** `resumes`: the stage that a supplement or a special procedure holds up, and that it returns to. */
  stage: z.enum(stages), resumes: z.enum(stages).optional(), open: z.boolean(), lastStep: z.string(), holder: z.string().optional(),
  openedAt: Instant, receivedOn: Day.optional(), acceptedOn: Day.optional(), promisedDueOn: Day.optional(), promisedDueAt: Instant.optional(),
  endedAt: Instant.optional(), endedOn: Day.optional(), precision: z.literal('day').optional(), resultCode: z.string().optional(),
  /** 应收 = the last amount that was set, and all that was added since ever; 已收 likewise. Absent: nothing was said. */
  assessedFen: Fen.optional(), assessedMoreFen: Fen.optional(), chargedFen: Fen.optional(), chargedMoreFen: Fen.optional(),
})
export type CaseRow = z.infer<typeof CaseRow>

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
type Stage = CaseRow['stage']
type On = (row: CaseRow | undefined, fact: Recorded<CaseEvent>) => CaseRow
const stepOf = (fact: Recorded<CaseEvent>) =>
  fact.type === 'StepCompleted' ? fact.data.step : fact.meta.source?.activity ?? fact.type

/** A fact after the end is kept in the history and moves nothing here but the last step. */
const moves = (stage?: Stage): On => (row, fact) => {
  const { resumes, ...at } = row ?? begun(fact)
  const by = 'by' in fact.data ? fact.data.by : undefined
  const stays = fact.meta.source && fact.meta.source.activity === undefined // a fact of the case, not a step in it
  // A step of its own ends what was held up: there is nothing to go back to.
  return { ...at, ...(resumes && !stage && { resumes }), ...(stays ? {} : { lastStep: stepOf(fact) }),
    ...(stage && at.open && { stage }), ...(by !== undefined && !stays && { holder: by }) }
}
/** 停 and its end: what was held up goes on where it stood (domain.md B.1). */
const holds = (stage: Stage): On => (row, fact) => {
  const at = moves()(row, fact)
  return at.open ? { ...at, stage, resumes: at.resumes ?? at.stage } : at
}
const resumes: On = (row, fact) => {
  const { resumes, ...at } = moves()(row, fact)
  return at.open && resumes ? { ...at, stage: resumes } : at
}
const ends = (stage: 'Concluded' | 'Terminated'): On => (row, fact) => {
  const at = moves(stage)(row, fact)
  if (!at.open) return at
  const on = fact.type === 'CaseConcluded' ? fact.data.concludedOn : fact.type === 'CaseTerminated' ? fact.data.terminatedOn : undefined
  return { ...at, open: false, endedAt: occurredAt(fact), ...(on && { endedOn: on }), ...(fact.type === 'CaseConcluded' && { resultCode: fact.data.resultCode }) }
}

export const casesProjection: Projection<CaseRow, CaseEvent> = {
  name: 'cases',
  version: 1,
  row: CaseRow,
  order: 'business',
  key: ({ meta }) => isOfficers(meta.stream) ? [] : caseId(meta.stream),
  indexes: ['open', 'department', 'itemCode', 'stage', 'openedAt', 'promisedDueOn', 'caseNo', 'source', 'applicantId'],
  on: {
    ApplicationSubmitted(row, fact) {
      const { itemCode, department, hall, zone, channel, applicantId, applicantName, organisation, responsible, receivedOn, pinned } = fact.data
      return {
        ...moves('Submitted')(row, fact), itemCode, department, hall, zone, channel, receivedOn,
        ...(applicantId !== undefined && { applicantId }), ...(applicantName !== undefined && { applicantName }), ...(organisation !== undefined && { organisation }),
        ...(responsible !== undefined && { responsible }), ...(pinned && { itemVersion: pinned.itemVersion }),
      }
    },
    MaterialsReceived: moves(),
    SupplementRequested: holds('SupplementPending'),
    SupplementSubmitted: resumes,
    CaseAccepted(row, fact) {
      const { acceptedOn, promisedDueOn, promisedDueAt, pinned } = fact.data
      return { ...moves('Accepted')(row, fact), acceptedOn, ...(promisedDueOn && { promisedDueOn }), ...(promisedDueAt && { promisedDueAt }),
        ...(pinned && { itemVersion: pinned.itemVersion }) }
    },
    CaseDeemedAccepted: (row, fact) => ({ ...moves('Accepted')(row, fact), acceptedOn: fact.data.effectiveOn }),
    SpecialProcedureStarted: holds('Suspended'),
    SpecialProcedureEnded: resumes,
    HandlingCompleted: moves('Handled'),
    ReviewCompleted: (row, fact) => moves(fact.data.result === 'back' ? 'Accepted' : 'Reviewed')(row, fact),
    ApprovalGiven: (row, fact) => moves(fact.data.result === 'back' ? 'Accepted' : 'Approved')(row, fact),
    StepCompleted: moves(),
    NoticeSent: moves(),
    LicenceGranted: moves('Decided'),
    LicenceRefused: moves('Decided'),
    FeeAssessed(row, fact) {
      const at = moves()(row, fact), { effect, amountFen } = fact.data
      return effect === 'sets' ? { ...at, assessedFen: amountFen } : { ...at, assessedMoreFen: (at.assessedMoreFen ?? 0) + amountFen }
    },
    FeeCharged(row, fact) {
      const at = moves()(row, fact), { effect, amountFen } = fact.data
      return effect === 'sets' ? { ...at, chargedFen: amountFen } : { ...at, chargedMoreFen: (at.chargedMoreFen ?? 0) + amountFen }
    },
    CaseConcluded: ends('Concluded'),
    CaseTerminated: ends('Terminated'),
    ResultDelivered: (row, fact) => ({ ...moves()(row, fact), stage: 'Delivered' }),
  },
}

export type FeeVerdict = 'exact' | 'under' | 'over' | 'unpaid'
/** 收费核对 — owed against paid, in cents; nothing to compare where nothing was assessed. */
export function feesOf(row: CaseRow): { owedFen: number; paidFen: number; verdict: FeeVerdict } | undefined {
  if (row.assessedFen === undefined && row.assessedMoreFen === undefined) return undefined
  const owedFen = (row.assessedFen ?? 0) + (row.assessedMoreFen ?? 0), paidFen = (row.chargedFen ?? 0) + (row.chargedMoreFen ?? 0)
  return { owedFen, paidFen, verdict: paidFen === 0 ? 'unpaid' : paidFen === owedFen ? 'exact' : paidFen < owedFen ? 'under' : 'over' }
}
