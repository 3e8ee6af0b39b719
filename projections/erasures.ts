import { z } from 'zod'
import { Instant } from '../domain/kernel/values.ts'
import { privacyEvents, type PrivacyEvent } from '../domain/privacy/events.ts'
import type { Projection } from './kernel.ts'

const { matters, restricted } = privacyEvents.PersonErased.schema.shape
export const ErasureRow = z.strictObject({
  subject: z.string(), state: z.enum(['requested', 'refused', 'granted', 'erased']), requestedAt: Instant.optional(), decidedAt: Instant.optional(), reason: z.string().optional(),
  retentionDays: z.int().optional(), erased: matters, restricted,
  /** The house has still to do something: now, or when a case or its days have ended. */
  waiting: z.boolean(),
})
export type ErasureRow = z.infer<typeof ErasureRow>
const none = (subject: string): ErasureRow => ({ subject, state: 'requested', erased: [], restricted: [], waiting: false })

/** 删除 — who asked to be forgotten, what was decided, and what waits for its day. */
export const erasures: Projection<ErasureRow, PrivacyEvent> = {
  name: 'erasures',
  version: 1,
  row: ErasureRow,
  order: 'business',
  key: (fact) => fact.type === 'ErasureRequested' || fact.type === 'ErasureDecided' || fact.type === 'PersonErased' ? fact.data.subject : [],
  indexes: ['state', 'waiting'],
  on: {
    ErasureRequested: (row, { data, meta }) => ({ ...row ?? none(data.subject), state: 'requested', requestedAt: meta.recordedAt }),
    ErasureDecided(row, { data: { subject, decision, reason, retentionDays }, meta }) {
      const before = row ?? none(subject), decided = { decidedAt: meta.recordedAt, reason }
      return decision === 'grant' ? { ...before, ...decided, state: 'granted', retentionDays, waiting: true } : { ...before, ...decided, state: 'refused' }
    },
    PersonErased(row, { data: { subject, matters, restricted } }) {
      const before = row ?? none(subject), newer = new Set([...matters, ...restricted.map(({ matter }) => matter)])
      const held = [...before.restricted.filter(({ matter }) => !newer.has(matter)), ...restricted]
      return { ...before, state: 'erased', erased: [...before.erased, ...matters], restricted: held, waiting: held.length > 0 }
    },
  },
}
