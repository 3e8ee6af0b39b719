import { z } from 'zod'
import type { IdentityEvent } from '../domain/identity/events.ts'
import { evolvePerson, nobody } from '../domain/identity/person.ts'
import { roles, scopes } from '../domain/kernel/context.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { Day } from '../domain/kernel/values.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import type { Projection } from './kernel.ts'

export const PersonRow = z.strictObject({
  person: z.string(), name: z.string(), department: z.string(), post: z.string(), hall: z.string().optional(),
  /** 角色 of its grants, each once; none while suspended. */
  roles: z.array(z.string()),
  grants: z.array(z.strictObject({ role: z.enum(roles), scope: z.enum(scopes), of: z.string().optional(), until: Day.optional() })),
  suspended: z.literal(true).optional(),
  /** 调动次数, where there were any: a key bound after fewer counts as locked. */
  moves: z.int().positive().optional(),
})
export type PersonRow = z.infer<typeof PersonRow>

const personal = ['PersonEnrolled', 'PersonMoved', 'PersonSuspended', 'PersonReinstated', 'RoleGranted', 'RoleWithdrawn'] as const
type Personal = Extract<IdentityEvent, { type: typeof personal[number] }>
const isPersonal = (fact: IdentityEvent): fact is Personal => (personal as readonly string[]).includes(fact.type)
function step(row: PersonRow | undefined, fact: Recorded<Personal>): PersonRow | undefined {
  const { enrolled, grants, suspended, moves } = evolvePerson(row ? { enrolled: row, grants: row.grants, suspended: row.suspended ?? false, moves: row.moves ?? 0 } : nobody, fact)
  if (!enrolled) return undefined
  const { name, department, post, hall } = enrolled
  return { person: fact.data.person, name, department, post, ...(hall !== undefined && { hall }),
    roles: suspended ? [] : [...new Set(grants.map(({ role }) => role))], grants: grants.map((grant) => ({ ...grant })), ...(suspended && { suspended }), ...(moves > 0 && { moves }) }
}

/** 人员 — who works here, as what and how far that reaches; names are joined to ids at reading time. */
export const people: Projection<PersonRow, IdentityEvent> = {
  name: 'people',
  version: 2,
  row: PersonRow,
  order: 'business',
  key: (fact) => isPersonal(fact) ? fact.data.person : [],
  indexes: ['department', 'hall'],
  on: Object.fromEntries(personal.map((type) => [type, step])),
}

export const HallRow = z.strictObject(platformEvents.HallOpened.schema.shape)
export type HallRow = z.infer<typeof HallRow>

/** 大厅 */
export const halls: Projection<HallRow, PlatformEvent> = {
  name: 'halls',
  version: 1,
  row: HallRow,
  order: 'business',
  key: (fact) => fact.type === 'HallOpened' ? fact.data.hall : [],
  indexes: ['kind'],
  on: { HallOpened: (_, { data }) => data },
}
