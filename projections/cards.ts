import { z } from 'zod'
import { supervisionEvents, type CardEvent } from '../domain/supervision/events.ts'
import { severities } from '../domain/supervision/rules/rule.ts'
import { Day, Instant } from '../domain/kernel/values.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { duties } from '../domain/kernel/vocabulary.ts'
import type { Projection } from './kernel.ts'

const { cardId, ...finding } = supervisionEvents.WarningRaised.schema.shape
const revoked = z.strictObject({ reason: z.string(), evidence: z.string(), recordedAt: Instant })
const superseded = z.strictObject({ by: z.string(), reason: z.string(), recordedAt: Instant })
export const CardRow = z.strictObject({
  cardId, subject: z.string(), ...finding, severity: z.enum(severities), because: z.string().optional(),
  /** The notice of the yellow behind it came too late: it costs nothing until it is `confirmed`. */
  lateNotice: z.boolean().optional(),
  /** When it was dealt, the last time; `dealt`: how often, for what the platform took back may be dealt again. */
  recordedAt: Instant, dealt: z.int().positive(),
  standing: z.boolean(), state: z.enum(['active', 'revoked', 'superseded']),
  /** People have said something of it that judging looks at. */
  marked: z.boolean(),
  notified: z.array(z.strictObject({ duty: z.enum(duties), person: z.string(), at: Instant })).optional(),
  appeal: z.strictObject({
    grounds: z.string(), by: z.string(), recordedAt: Instant, decideBy: Day,
    decided: z.strictObject({ result: z.enum(['upheld', 'dismissed']), reason: z.string(), by: z.string(), recordedAt: Instant }).optional(),
  }).optional(),
  /** The last word of it; `earlier`, those before, each of which held until the next. */
  stay: z.strictObject({ until: Day, reason: z.string(), recordedAt: Instant, earlier: z.array(z.strictObject({ until: Day, recordedAt: Instant })).optional() }).optional(),
  correction: z.strictObject({
    report: z.string(), by: z.string(), recordedAt: Instant, confirmed: z.strictObject({ remark: z.string().optional(), recordedAt: Instant }).optional(),
  }).optional(),
  confirmed: z.strictObject({ reason: z.string(), recordedAt: Instant }).optional(),
  sanctions: z.array(z.strictObject({ documentNo: z.string(), measure: z.string(), points: z.number(), recordedAt: Instant })).optional(),
  revoked: revoked.optional(), superseded: superseded.optional(),
  /** How it ended before it was dealt again. */
  earlier: z.array(z.union([revoked, superseded])).optional(),
})
export type CardRow = z.infer<typeof CardRow>

const subjectOf = (stream: string) => stream.slice('supervision-card.'.length)
type Of<T extends CardEvent['type']> = Recorded<Extract<CardEvent, { type: T }>>
const issued = (severity: CardRow['severity']) => (row: CardRow | undefined, { data, meta }: Of<'HintRaised' | 'WarningRaised' | 'YellowCardIssued' | 'RedCardIssued'>): CardRow => {
  const { revoked, superseded, earlier = [], ...before } = row ?? { dealt: 0, marked: false }
  const ended = [...earlier, ...revoked ? [revoked] : [], ...superseded ? [superseded] : []]
  return { ...before, ...data, subject: subjectOf(meta.stream), severity, recordedAt: meta.recordedAt, dealt: before.dealt + 1, standing: true, state: 'active', marked: before.marked,
    ...(ended.length > 0 && { earlier: ended }) }
}
const decided = (result: 'upheld' | 'dismissed') => (row: CardRow | undefined, { data, meta }: Of<'CardAppealUpheld' | 'CardAppealDismissed'>): CardRow | undefined =>
  row?.appeal && { ...row, appeal: { ...row.appeal, decided: { result, reason: data.reason, by: meta.actor.person, recordedAt: meta.recordedAt } } }
const byPeople = (reason: string) => reason === 'appeal-upheld' || reason === 'force-majeure'

/** 发牌记录 — every card that was ever dealt, with all that was said of it beside it; none is ever taken out. */
export const cards: Projection<CardRow, CardEvent> = {
  name: 'cards',
  version: 3,
  row: CardRow,
  order: 'business',
  key: ({ data, meta }) => `${subjectOf(meta.stream)} ${data.cardId}`,
  indexes: ['subject', 'ruleId', 'severity', 'standing', 'state', 'marked', 'becameTrueAt'],
  on: {
    HintRaised: issued('HINT'),
    WarningRaised: issued('WARN'),
    YellowCardIssued: issued('YELLOW'),
    RedCardIssued: issued('RED'),
    CardNotified: (row, { data }) => row && { ...row, notified: [...row.notified ?? [], ...data.notified.map((one) => ({ ...one, at: data.notifiedAt }))] },
    CardAppealFiled: (row, { data, meta }) => row &&
      { ...row, appeal: { grounds: data.grounds, by: meta.actor.person, recordedAt: meta.recordedAt, decideBy: data.decideBy } },
    CardAppealUpheld: decided('upheld'),
    CardAppealDismissed: decided('dismissed'),
    CardStayed: (row, { data, meta }) => row && { ...row, marked: true, stay: { until: data.until, reason: data.reason, recordedAt: meta.recordedAt,
      ...(row.stay && { earlier: [...row.stay.earlier ?? [], { until: row.stay.until, recordedAt: row.stay.recordedAt }] }) } },
    CardCorrected: (row, { data, meta }) => row && { ...row, marked: true, correction: { report: data.report, by: meta.actor.person, recordedAt: meta.recordedAt } },
    CardCorrectionConfirmed: (row, { data, meta }) => row?.correction &&
      { ...row, correction: { ...row.correction, confirmed: { ...(data.remark !== undefined && { remark: data.remark }), recordedAt: meta.recordedAt } } },
    CardConfirmed: (row, { data, meta }) => row && { ...row, confirmed: { reason: data.reason, recordedAt: meta.recordedAt } },
    CardRevoked: (row, { data, meta }) => row && { ...row, standing: false, state: 'revoked', marked: row.marked || byPeople(data.reason),
      revoked: { reason: data.reason, evidence: data.evidence, recordedAt: meta.recordedAt } },
    CardSuperseded: (row, { data, meta }) => row &&
      { ...row, standing: false, state: 'superseded', superseded: { by: data.by, reason: data.reason, recordedAt: meta.recordedAt } },
    SanctionRecorded: (row, { data: { cardId: _, ...said }, meta }) => row && { ...row, sanctions: [...row.sanctions ?? [], { ...said, recordedAt: meta.recordedAt }] },
  },
}
