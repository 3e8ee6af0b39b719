import type { Role, Scope } from '../kernel/context.ts'
import type { Day } from '../kernel/values.ts'
import type { IdentityEvent } from './events.ts'
import { sameGrant, type Grant } from './reach.ts'

export type Granted = Grant & { until?: Day | undefined }
/** 人员 as the facts have it. */
export type Person = {
  enrolled?: { name: string; department: string; post: string; hall?: string | undefined }
  grants: readonly Granted[]
  suspended: boolean
  /** How often they have been moved; a key bound before the last move counts as locked. */
  moves: number
}
export const nobody: Person = { grants: [], suspended: false, moves: 0 }

/** How far a role reaches where nothing else is said. */
const usualScope: Readonly<Record<Role, Scope>> = {
  applicant: 'own', 'window-clerk': 'hall', handler: 'own', 'section-head': 'department', leader: 'department', 'hall-manager': 'hall', 'hall-monitor': 'hall',
  inspector: 'region', 'disclosure-officer': 'region', 'complaints-officer': 'region', 'system-admin': 'region', 'security-admin': 'region', auditor: 'region',
  importer: 'region', 'exchange-peer': 'region', camera: 'region', policy: 'region',
}
/** What a role reaches at the place where somebody works. */
export function usualGrant(role: Role, { department, hall }: { department: string; hall?: string | undefined }): Grant {
  const scope = usualScope[role]
  return scope === 'department' ? { role, scope, of: department } : scope === 'hall' && hall !== undefined ? { role, scope, of: hall } : { role, scope }
}
/** 可授的范围 of a role: the usual one; a leader may be the head of the government. */
export const scopesOf = (role: Role): readonly Scope[] => role === 'leader' ? ['department', 'region'] : [usualScope[role]]

/** The life of a person in office, fact by fact. */
export function evolvePerson(person: Person, { type, data }: IdentityEvent): Person {
  switch (type) {
    case 'PersonEnrolled': {
      const { name, department, post, hall, roles = [] } = data
      return { ...person, enrolled: { name, department, post, hall }, grants: roles.map((role) => usualGrant(role, data)) }
    }
    case 'PersonMoved': {
      const { department, post, hall } = data
      return person.enrolled ? { ...person, enrolled: { name: person.enrolled.name, department, post, hall }, moves: person.moves + 1 } : person
    }
    case 'PersonSuspended': return { ...person, suspended: true }
    case 'PersonReinstated': return { ...person, suspended: false }
    case 'RoleGranted': {
      const { role, scope, of, until } = data, grant = { role, scope, ...(of !== undefined && { of }), ...(until !== undefined && { until }) }
      return { ...person, grants: [...person.grants.filter((it) => !sameGrant(it, grant)), grant] }
    }
    case 'RoleWithdrawn': return { ...person, grants: person.grants.filter((it) => !sameGrant(it, data)) }
    default: return person
  }
}
/** What stands on a day, whether or not the person is suspended. */
export const grantsStanding = (grants: readonly Granted[], day: Day): readonly Granted[] => grants.filter(({ until }) => until === undefined || day <= until)
/** What holds on a day: of who is suspended, nothing. */
export const grantsOn = ({ grants, suspended }: Pick<Person, 'grants' | 'suspended'>, day: Day): readonly Granted[] => suspended ? [] : grantsStanding(grants, day)
