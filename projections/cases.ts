import { z } from 'zod'
import type { CaseEvent } from '../domain/cases/events.ts'
import { Day, Fen, Instant, Sealed } from '../domain/kernel/values.ts'
import { caseTypes } from '../domain/kernel/vocabulary.ts'
import { caseRows } from './case-row.ts'
import { holds, stages } from './case-stages.ts'
import type { Projection } from './kernel.ts'

export { stages }
const Name = z.union([Sealed, z.string()]).optional()
const Count = z.int().positive().optional()
const Stage = z.enum(stages)
const standing = {
  stage: Stage, held: z.array(z.enum(holds)).optional(), resumes: Stage.optional(), open: z.boolean(), lastStep: z.string(), holder: z.string().optional(),
}

/** 办件列表 — one row a case: what it is, where it stands, what was promised and what was paid. Days and counts, never a verdict about today. */
export const CaseRow = z.strictObject({
  id: z.string(), caseNo: z.string(), source: z.string().optional(), imported: z.boolean(),
  itemCode: z.string(), itemVersion: z.int().optional(), caseType: z.enum(caseTypes).optional(), department: z.string(), hall: z.string(), zone: z.string(), channel: z.string(),
  applicantId: z.string().optional(), applicantName: Name, organisation: z.string().optional(), agentId: z.string().optional(), agentName: Name,
  responsible: z.string().optional(), ...standing,
  openedAt: Instant, receivedOn: Day.optional(), acceptedOn: Day.optional(), acceptedBy: z.string().optional(),
  promisedDueOn: Day.optional(), promisedDueAt: Instant.optional(), extendedWorkingDays: Count,
  endedAt: Instant.optional(), endedOn: Day.optional(), deliveredAt: Instant.optional(), precision: z.literal('day').optional(), resultCode: z.string().optional(),
  /** 应收 = the last amount that was set, and all that was added since ever; 已收 likewise; 退费 comes off it. Absent: nothing was said. */
  assessedFen: Fen.optional(), assessedMoreFen: Fen.optional(), chargedFen: Fen.optional(), chargedMoreFen: Fen.optional(), refundedFen: Fen.optional(),
  /** 辅办, each with the opinion that it gave last. */
  subCases: z.array(z.strictObject({ subCase: z.int(), department: z.string().optional(), result: z.enum(['agree', 'disagree']).optional() })).optional(),
  urged: Count, corrected: Count,
})
export type CaseRow = z.infer<typeof CaseRow>

/** What a query goes through in the order of acceptance: the conditions of the comprehensive query, so that no row needs to be read to be passed over. */
const asked = ['department', 'hall', 'itemCode', 'caseType', 'stage', 'acceptedBy', 'open'] as const
const ledBy = (lead: typeof asked[number]) => ({ lead, order: 'acceptedOn', covers: asked.filter((field) => field !== lead) } as const)

export const casesProjection: Projection<CaseRow, CaseEvent> = {
  name: 'cases',
  version: 4,
  row: CaseRow,
  order: 'business',
  indexes: ['open', 'department', 'itemCode', 'stage', 'openedAt', 'promisedDueOn', 'caseNo', 'source',
    'applicantId', 'agentId', 'organisation', 'hall', 'caseType', 'acceptedBy', 'acceptedOn'],
  composites: [ledBy('department'), ledBy('itemCode'), ledBy('acceptedBy'), ledBy('stage'), ledBy('open'), { order: 'acceptedOn', covers: asked }],
  ...caseRows,
}
