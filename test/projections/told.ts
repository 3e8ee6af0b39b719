import type { CaseEvent } from '../../domain/cases/events.ts'
import type { Emitted, Fact, Meta, Recorded } from '../../domain/kernel/events.ts'
import { liMin } from '../kernel/spec.ts'
import { numbered } from '../kernel/rows.ts'
import { at } from '../kernel/spec.ts'

/** Facts of one stream as they were told, each at ten o'clock of a day unless an instant is given. */
export const toldOn = <E extends Fact>(stream: string, ...told: readonly (readonly [on: string, fact: E, meta?: Partial<Meta>])[]): Recorded<E>[] =>
  numbered(told.map(([on, fact, meta]) => ({ stream, fact, meta: { recordedAt: on.length > 10 ? at(on.slice(0, 10), on.slice(11)) : at(on), actor: liMin, ...meta } })))

/** Facts of a foreign case: told at one instant, of times of their own. */
export const imported = (stream: string, ...facts: readonly Emitted<CaseEvent>[]): Recorded<CaseEvent>[] =>
  numbered(facts.map(({ claim, ...fact }) => ({ stream, fact: fact as CaseEvent, meta: { recordedAt: at('2026-10-12'), actor: { person: 'importer', role: 'importer', department: '' },
    ...(claim && { occurredAt: claim.occurredAt, source: claim.source, ...(claim.precision && { precision: claim.precision }) }) } })))

type Claimed = { on: string; activity?: string; order?: number; precision?: 'day'; source?: string }
/** A fact as a source claims it. */
export const claimed = (fact: CaseEvent, { on, activity, order = 0, precision, source = 'receipt' }: Claimed): Emitted<CaseEvent> => ({
  ...fact, claim: { key: `${on} ${fact.type}`, occurredAt: at(on.slice(0, 10), on.length > 10 ? on.slice(11) : '10:00', 'Europe/Amsterdam'), ...(precision && { precision }),
    source: { name: source, batch: 'b-1', order, ...(activity !== undefined && { activity }) } },
})
