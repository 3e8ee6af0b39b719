import type { Recorded } from './events.ts'
import type { Instant } from './values.ts'

/** 发生时刻 — when it happened as far as anybody says; for most facts, when it was recorded. */
export const occurredAt = ({ meta }: Recorded<unknown>): Instant => meta.occurredAt ?? meta.recordedAt

/** 先后 — instants of one epoch are compared; what was told in a later epoch comes after, whatever the clock had said before it was set back.
    What a foreign source dates never went by our clock. As text that sorts: a digit comes before a tilde. */
export const placeOf = ({ meta: { epoch, source, occurredAt, recordedAt } }: Recorded<unknown>): string =>
  epoch === undefined || source !== undefined ? occurredAt ?? recordedAt : `~${String(epoch).padStart(9, '0')}~${occurredAt ?? recordedAt}`
/** 已过 — of an epoch that is over all has happened and is known since the newest one began, though its clock may have said a later instant than now. */
export type Epoch = { epoch: number; began: Instant }
export const isOver = ({ meta: { epoch = 0, source } }: Recorded<unknown>, at: Instant, newest: Epoch | undefined): boolean =>
  newest !== undefined && source === undefined && epoch < newest.epoch && at >= newest.began

/** 业务次序 — by when it happened, then by the order of the file, then as it was told. */
export const inBusinessOrder = (a: Recorded<unknown>, b: Recorded<unknown>): number => {
  const left = placeOf(a), right = placeOf(b)
  if (left !== right) return left < right ? -1 : 1
  return (a.meta.source?.order ?? 0) - (b.meta.source?.order ?? 0) || a.meta.revision - b.meta.revision
}
export const businessOrder = <F extends Recorded<unknown>>(facts: readonly F[]): readonly F[] =>
  facts.some(({ meta }) => meta.occurredAt !== undefined) ? [...facts].sort(inBusinessOrder) : facts
