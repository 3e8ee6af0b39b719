import { z } from 'zod'
import { evidenceEvents, type EvidenceEvent } from '../domain/evidence/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

const by = z.string()
export const HoldRow = z.strictObject({
  ...evidenceEvents.HoldPlaced.schema.shape, placedAt: Instant, standing: z.boolean(),
  release: z.strictObject({ by, reason: z.string(), at: Instant }).optional(), released: z.strictObject({ by, at: Instant }).optional(),
})
export type HoldRow = z.infer<typeof HoldRow>

/** 保全 — what is held, why, and who let it go. */
export const holds: Projection<HoldRow, EvidenceEvent> = {
  name: 'holds',
  version: 1,
  row: HoldRow,
  order: 'business',
  key: (fact) => fact.type === 'HoldPlaced' || fact.type === 'HoldReleaseRequested' || fact.type === 'HoldReleased' ? fact.data.hold : [],
  indexes: ['standing', 'camera', 'case', 'placedAt'],
  on: {
    HoldPlaced: (_, { data, meta }) => ({ ...data, placedAt: meta.recordedAt, standing: true }),
    HoldReleaseRequested: (row, { data, meta }) => row && { ...row, release: { by: data.by, reason: data.reason, at: meta.recordedAt } },
    HoldReleased: (row, { data, meta }) => row && { ...row, standing: false, released: { by: data.by, at: meta.recordedAt } },
  },
}
