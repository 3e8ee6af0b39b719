import { z } from 'zod'
import type { identityEvents, IdentityEvent } from '../domain/identity/events.ts'
import { occurredAt, type Recorded } from '../domain/kernel/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

const kinds = ['PersonEnrolled', 'PersonMoved', 'PersonSuspended', 'PersonReinstated', 'RoleGranted', 'RoleWithdrawn', 'CredentialSet', 'SignInLocked', 'SignInUnlocked',
  'SessionStarted', 'SessionEnded', 'KeyBound', 'KeyLocked', 'KeyUnlocked'] as const satisfies readonly (keyof typeof identityEvents)[]
type Logged = Extract<IdentityEvent, { type: typeof kinds[number] }>
const isLogged = (fact: Recorded<IdentityEvent>): fact is Recorded<Logged> => (kinds as readonly string[]).includes(fact.type)

/** `said`: what the fact says beside whom it is about; nothing of it is personal. */
const AccessRow = z.strictObject({
  position: z.int(), at: Instant, day: z.string(), kind: z.enum(kinds), person: z.string().optional(), key: z.string().optional(), by: z.string(), role: z.string(),
  said: z.record(z.string(), z.unknown()),
})
type AccessRow = z.infer<typeof AccessRow>

const rowOf = (fact: Recorded<Logged>): AccessRow => {
  const { person, key, ...said } = fact.data as { person?: string; key?: string } & Record<string, unknown>, at = occurredAt(fact)
  return { position: fact.meta.position, at, day: at.slice(0, 10), kind: fact.type, ...(person !== undefined && { person }), ...(key !== undefined && { key }),
    by: fact.meta.actor.person, role: fact.meta.actor.role, said }
}

/** 登录与授权记录 — a row for every session, lock, grant and key, for the auditor; `day` is the one in UTC, by which a day's page is found. */
export const accessLog: Projection<AccessRow, IdentityEvent> = {
  name: 'access-log',
  version: 1,
  row: AccessRow,
  order: 'arrival',
  key: (fact) => isLogged(fact) ? `${fact.meta.stream} ${fact.meta.revision}` : [],
  indexes: ['person', 'kind', 'day', 'at', 'by', 'key'],
  on: Object.fromEntries(kinds.map((kind) => [kind, (_: AccessRow | undefined, fact: Recorded<Logged>) => rowOf(fact)])) as Projection<AccessRow, IdentityEvent>['on'],
}
