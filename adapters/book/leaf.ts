import type { Meta, Recorded, Told } from '../../domain/kernel/events.ts'
import { canonicalFast as text } from './canonical.ts'

type Leaf = Omit<Meta, 'position'> & { type: string; data: Record<string, unknown> }
// Written out below in this order; a field new to Meta does not compile until it has its place.
const written: { [F in keyof Required<Leaf>]: true } = {
  actor: true, cause: true, data: true, epoch: true, id: true, occurredAt: true, precision: true, recordedAt: true, region: true, revision: true, source: true,
  stream: true, type: true, version: true,
}
export const leafFields: readonly string[] = Object.keys(written)

/** 叶 — the fact's canonical bytes (RFC 8785): what is stored, hashed and parsed again, and never made anew from a schema. */
export function leafOf(stream: string, revision: number, { type, data, meta }: Told): string {
  const { actor, cause, epoch, id, occurredAt, precision, recordedAt, region, source, version } = meta
  return `{"actor":${text(actor)},"cause":${text(cause)},"data":${text(data)}${epoch === undefined ? '' : `,"epoch":${text(epoch)}`},"id":${text(id)}${
    occurredAt === undefined ? '' : `,"occurredAt":${text(occurredAt)}`}${precision === undefined ? '' : `,"precision":${text(precision)}`
  },"recordedAt":${text(recordedAt)},"region":${text(region)},"revision":${revision}${source === undefined ? '' : `,"source":${text(source)}`
  },"stream":${text(stream)},"type":${text(type)},"version":${text(version)}}`
}

/** The fact that a leaf tells, at its place in the book. */
export function factOf(leaf: string, position: number): Recorded {
  const { stream, revision, id, version, recordedAt, actor, region, cause, occurredAt, precision, source, epoch, type, data } = JSON.parse(leaf) as Leaf
  const meta: Meta = { position, stream, revision, id, version, recordedAt, actor, region, cause }
  if (occurredAt !== undefined) meta.occurredAt = occurredAt
  if (precision !== undefined) meta.precision = precision
  if (source !== undefined) meta.source = source
  if (epoch !== undefined) meta.epoch = epoch
  return { type, data, meta }
}

const hex = /^[0-9a-f]{32}$/
export const isFactId = (id: unknown): id is string => typeof id === 'string' && hex.test(id)

const unspeakable = /[\0\p{Surrogate}]/u
/** What no decider can cause: told like this, the caller has a bug. */
export function assertTellable(stream: string, expected: number, facts: readonly Told[]): void {
  // SQLite ends text at NUL, and half a surrogate pair has no bytes: two names would become one.
  if (stream === '' || unspeakable.test(stream)) throw new Error(`not a stream's name: ${JSON.stringify(stream)}`)
  if (!Number.isSafeInteger(expected) || expected < 0) throw new Error(`${stream}: not a revision to expect: ${expected}`)
  if (facts.length === 0) throw new Error(`${stream}: nothing to tell`)
  for (const { meta } of facts) if (!isFactId(meta.id)) throw new Error(`${stream}: a fact's id is 32 hex digits, not ${JSON.stringify(meta.id)}`)
  if (facts.length > 1 && new Set(facts.map(({ meta }) => meta.id)).size < facts.length) throw new Error(`${stream}: one id told twice at once`)
}
