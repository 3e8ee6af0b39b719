import { z } from 'zod'
import { evidenceEvents, type EvidenceEvent } from '../domain/evidence/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

const { export: _, ...made } = evidenceEvents.EvidenceExported.schema.shape
export const ExportRow = z.strictObject({
  ...evidenceEvents.ExportRequested.schema.shape, requestedAt: Instant, state: z.enum(['requested', 'approved', 'made']),
  approvedBy: z.string().optional(), approvedAt: Instant.optional(), made: z.array(z.strictObject({ ...made, at: Instant })).optional(),
})
export type ExportRow = z.infer<typeof ExportRow>

/** 调取 — what was asked for, who granted it, and what left the house. */
export const footageExports: Projection<ExportRow, EvidenceEvent> = {
  name: 'footage-exports',
  version: 1,
  row: ExportRow,
  order: 'business',
  key: (fact) => fact.type === 'ExportRequested' || fact.type === 'ExportApproved' || fact.type === 'EvidenceExported' ? fact.data.export : [],
  indexes: ['state', 'camera', 'case', 'by', 'requestedAt'],
  on: {
    ExportRequested: (_, { data, meta }) => ({ ...data, requestedAt: meta.recordedAt, state: 'requested' }),
    ExportApproved: (row, { data, meta }) => row && { ...row, state: 'approved', approvedBy: data.by, approvedAt: meta.recordedAt },
    EvidenceExported(row, { data: { export: _, ...one }, meta }) {
      return row && { ...row, state: 'made', made: [...row.made ?? [], { ...one, at: meta.recordedAt }] }
    },
  },
}
