import { z } from 'zod'
import { supervisionEvents, type CardEvent } from '../domain/supervision/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

const { cardId, ...finding } = supervisionEvents.WarningRaised.schema.shape
export const CardRow = z.strictObject({
  cardId, subject: z.string(), ...finding, severity: z.enum(['WARN', 'YELLOW', 'RED']), because: z.string().optional(), recordedAt: Instant,
  standing: z.boolean(), revoked: z.strictObject({ reason: z.string(), evidence: z.string(), recordedAt: Instant }).optional(),
})
export type CardRow = z.infer<typeof CardRow>

const subjectOf = (stream: string) => stream.slice('supervision-card.'.length)
type Issued = Extract<CardEvent, { type: 'WarningRaised' | 'YellowCardIssued' | 'RedCardIssued' }>
const issued = (severity: CardRow['severity']) => (_: CardRow | undefined, { data, meta }: Recorded<Issued>): CardRow =>
  ({ ...data, subject: subjectOf(meta.stream), severity, recordedAt: meta.recordedAt, standing: true })

/** 发牌记录 — every warning and card that was ever dealt; a revoked one stays, with its revocation beside it. */
export const cards: Projection<CardRow, CardEvent> = {
  name: 'cards',
  version: 1,
  row: CardRow,
  order: 'business',
  key: ({ data, meta }) => `${subjectOf(meta.stream)} ${data.cardId}`,
  indexes: ['subject', 'ruleId', 'severity', 'standing', 'becameTrueAt'],
  on: {
    WarningRaised: issued('WARN'),
    YellowCardIssued: issued('YELLOW'),
    RedCardIssued: issued('RED'),
    CardRevoked: (row, { data, meta }) => row && { ...row, standing: false, revoked: { reason: data.reason, evidence: data.evidence, recordedAt: meta.recordedAt } },
  },
}
