import { z } from 'zod'
import { plainOf, type Instant, type Personal } from './values.ts'

export { businessOrder, inBusinessOrder, isOver, occurredAt, placeOf, type Epoch } from './order.ts'

// An older shape has no type any more: that is what makes it older.
type Upcast = (older: any) => unknown
type Event<S extends z.ZodRawShape = z.ZodRawShape> =
  { schema: z.ZodObject<S, z.core.$strict>; version: number; upcasts: readonly Upcast[] }
export type Events = Record<string, Event>
export type Commands = Record<string, z.ZodObject>

/** 事实 as it is written today, and the steps that bring each older shape up to it. Strict by construction. */
export const event = <S extends z.ZodRawShape>(shape: S, ...upcasts: Upcast[]): Event<S> =>
  ({ schema: z.strictObject(shape), version: upcasts.length + 1, upcasts })

type Plain<S> = { [F in keyof S]: S[F] extends Personal<infer P> ? P : S[F] }
/** What a person says, with personal fields in the clear: an envelope from outside would be a forgery. */
export const command = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, plainOf(field)])) as Plain<S>)

/** 来源 — where an imported fact comes from. `order` is its row's place in the file; `activity` is set on the first fact of a row only. */
export type Source = { name: string; batch: string; order: number; activity?: string }
/** 所称 — the claimed business time of a fact, allowed to few commands. `key` makes the fact known again, however it is told;
    `precision: 'day'` means that only the day was written: no rule of hours may look at the instant, which is that day's midnight. */
/** A claim without a source is a late entry of the house's own (补录): bounded by the case's last fact and now, and looked at by rule R-13. */
export type Claim = { key: string; occurredAt: Instant; precision?: 'day' | undefined; source?: Source }
export type Fact = { type: string; data: Record<string, unknown> }
/** A fact as a decider emits it. */
export type Emitted<E = Fact> = E & { claim?: Claim }

/** `terminal` and `key`: the machine and the electronic key that it was said with, where they are known. */
export type Actor = { person: string; role: string; department: string; terminal?: string; key?: string }
export type Meta = {
  /** Grows over the whole book; orders, and is never counted with. */
  position: number
  stream: string
  /** 1 for the first fact of a stream. */
  revision: number
  /** 32 hex digits made of its causes, so that the same cause makes the same fact; unique within its stream. */
  id: string
  version: number
  /** The server's clock. What a person claims about time is beside it, never instead of it. */
  recordedAt: Instant
  actor: Actor
  region: string
  cause: string
  occurredAt?: Instant
  precision?: 'day'
  source?: Source
  /** 纪元 — how often the clock of the house had been set back, with its fact (`platform`), before this was told; absent before the first time. */
  epoch?: number
}
export type Recorded<E = Fact> = E & { meta: Meta }
/** Written by the runner; the place in the book is the book's to give. */
export type Told = Fact & { meta: Omit<Meta, 'position' | 'stream' | 'revision'> }

export type EventOf<E extends Events> = { [T in keyof E & string]: { type: T; data: z.infer<E[T]['schema']> } }[keyof E & string]
export type CommandOf<C extends Commands> = { [T in keyof C & string]: { type: T; data: z.infer<C[T]> } }[keyof C & string]

/** Bring a stored fact to today's shape, or fail naming the one that cannot be read. */
export function read<F extends Fact>(events: Events, fact: F, version: number): F {
  const known = events[fact.type]
  if (!known) throw new Error(`no such event: ${fact.type}`)
  const data = known.upcasts.slice(version - 1).reduce((older, step) => step(older), fact.data as unknown)
  return { ...fact, data: known.schema.parse(data) }
}
