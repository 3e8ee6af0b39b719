import { canonical } from '../../kernel/canonical.ts'
import { refuse, type Given } from '../../kernel/decider.ts'
import type { Actor, Claim } from '../../kernel/events.ts'
import type { Instant } from '../../kernel/values.ts'
import type { CaseEvent } from '../events.ts'
import type { Case } from '../evolve.ts'
import type { AttachmentReference } from '../needs.ts'

/** 经办人 — who is no official is the applicant, and stands in the fact's own record alone. */
export const official = ({ role, person }: Actor) => role === 'applicant' ? {} : { by: person }

/** 同号 — the same person's same words under the same number are nothing new, other words are refused; nothing where the number is free. */
export function saidBefore({ said }: Case, type: CaseEvent['type'], words: { number: string; by?: string }) {
  const known = said[`${type} ${words.number}`]
  if (!known) return undefined
  const same = Object.entries(words).every(([name, word]) => word === undefined || (known[name] !== undefined && canonical(known[name]) === canonical(word)))
  return same ? [] : refuse('number-used-otherwise')
}

/** 补录 — keyed in afterwards: between the case's newest fact and now, or it is refused. */
export const outOfBounds = (happenedAt: Instant | undefined, { now, lastAt }: Given) =>
  happenedAt !== undefined && (happenedAt > now || (lastAt !== undefined && happenedAt < lastAt))
/** Nothing is claimed of what is said as it happens. The key is the place in the stream that the fact will have. */
export const claimed = (happenedAt: Instant | undefined, { facts }: Case, type: CaseEvent['type']): { claim?: Claim } =>
  happenedAt === undefined ? {} : { claim: { key: `late:${type}:${facts + 1}`, occurredAt: happenedAt } }

/** Whether something is named that is not kept for this case. */
export const missing = (named: readonly string[], kept: AttachmentReference | undefined) => !named.every((blob) => kept?.some((one) => one.blob === blob))
