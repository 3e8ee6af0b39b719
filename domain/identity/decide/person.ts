import type { Role } from '../../kernel/context.ts'
import { decider, refuse, type Given } from '../../kernel/decider.ts'
import { clashOf, isAdministrator, isByHand } from '../apart.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'
import { evolvePerson, grantsStanding, nobody, scopesOf, type Granted, type Person } from '../person.ts'
import { sameGrant } from '../reach.ts'

type Said<T extends IdentityCommand['type']> = Extract<IdentityCommand, { type: T }>
type Data<T extends IdentityCommand['type']> = Said<T>['data']
type PersonCommand = Said<'EnrolPerson' | 'MovePerson' | 'SuspendPerson' | 'ReinstatePerson' | 'GrantRole' | 'WithdrawRole'>
type PersonEvent = Extract<IdentityEvent, { type: 'PersonEnrolled' | 'PersonMoved' | 'PersonSuspended' | 'PersonReinstated' | 'RoleGranted' | 'RoleWithdrawn' }>
/** 在任管理员 of one of the three kinds: who holds it now, neither suspended nor until some day. */
export type AdministratorsReference = { persons: readonly string[] }
/** 申请人 of this id, where there is one: who signs in as a citizen is no official. */
export type ApplicantReference = { registered: true }

/** In whose name the house speaks; and no blank, so that a person's words under a key are never another's. */
const isPersonId = (id: string) => /^[\p{L}\p{N}_.-]{1,64}$/u.test(id) && !['policy', 'importer'].includes(id)
const administering = (grants: readonly Granted[]) => grants.map(({ role }) => role).find(isAdministrator)
const asAdministrator = (role: Role | undefined) => role !== undefined && isAdministrator(role) ? { id: role } : undefined
const ofTheirs = ({ grants }: Person) => asAdministrator(administering(grants))
const isLast = (administrators: AdministratorsReference | undefined, id: string) => administrators !== undefined && administrators.persons.every((person) => person === id)

/** What is wrong with a grant by itself, whoever it is for. */
function faultIn({ role, scope, of, until }: Data<'GrantRole'>, { now, calendar }: Given) {
  if (!isByHand(role)) return refuse('role-not-by-hand')
  if (!scopesOf(role).includes(scope)) return refuse('scope-beyond-the-role')
  const named = scope === 'department' || scope === 'hall'
  if (named && of === undefined) return refuse('reach-names-a-place')
  if (!named && of !== undefined) return refuse('reach-names-no-place')
  return until !== undefined && until < calendar.dayOf(now) ? refuse('grant-over-already') : undefined
}

/** 人员 — enrolled and moved by one administrator, given rights by another, and nobody has a say about themselves. */
export const personDecider = decider<Person, PersonCommand, PersonEvent, { administrators: AdministratorsReference; applicant: ApplicantReference }>()({
  needs: {
    EnrolPerson: { applicant: (_state, _data, id) => ({ id }) },
    MovePerson: { administrators: ofTheirs },
    SuspendPerson: { administrators: ofTheirs },
    ReinstatePerson: {},
    GrantRole: {},
    WithdrawRole: { administrators: (_, { role }) => asAdministrator(role) },
  },
  initial: nobody,
  evolve: evolvePerson,
  answers: {
    EnrolPerson({ enrolled }, data, { id, by, applicant }) {
      if (enrolled) return refuse('already-enrolled')
      if (!isPersonId(id)) return refuse('not-a-person-id')
      if (applicant) return refuse('id-of-an-applicant')
      if (data.roles && by.role !== 'policy') return refuse('roles-are-granted')
      const clash = clashOf(data.roles ?? [])
      return clash ? refuse(clash) : [{ type: 'PersonEnrolled', data: { person: id, ...data } }]
    },
    MovePerson({ enrolled, grants }, { department, post, hall }, { id, by, now, calendar, administrators }) {
      if (by.person === id) return refuse('not-over-oneself')
      if (!enrolled) return refuse('not-enrolled')
      if (enrolled.department === department && enrolled.post === post && enrolled.hall === hall) return []
      if (isLast(administrators, id)) return refuse('last-administrator')
      const movedOn = calendar.dayOf(now)
      return [
        { type: 'PersonMoved', data: { person: id, department, post, ...(hall !== undefined && { hall }), movedOn } },
        ...grantsStanding(grants, movedOn).map(({ role, scope, of }) =>
          ({ type: 'RoleWithdrawn' as const, data: { person: id, role, scope, ...(of !== undefined && { of }), reason: '调动' } })),
      ]
    },
    SuspendPerson({ enrolled, suspended }, { reason }, { id, by, administrators }) {
      if (by.person === id) return refuse('not-over-oneself')
      if (!enrolled) return refuse('not-enrolled')
      if (suspended) return []
      return isLast(administrators, id) ? refuse('last-administrator') : [{ type: 'PersonSuspended', data: { person: id, reason } }]
    },
    ReinstatePerson({ enrolled, suspended }, { reason }, { id, by }) {
      if (by.person === id) return refuse('not-over-oneself')
      if (!enrolled) return refuse('not-enrolled')
      return suspended ? [{ type: 'PersonReinstated', data: { person: id, reason } }] : []
    },
    GrantRole({ enrolled, grants, suspended }, data, given) {
      const { id, by, now, calendar } = given
      if (by.person === id) return refuse('no-self-grant')
      if (!enrolled) return refuse('not-enrolled')
      if (suspended) return refuse('person-suspended')
      const fault = faultIn(data, given)
      if (fault) return fault
      const held = grants.find((it) => sameGrant(it, data))
      if (held && held.until === data.until) return []
      if (held && held.until === undefined && isAdministrator(data.role)) return refuse('administrator-for-good')
      const clash = clashOf([...grantsStanding(grants, calendar.dayOf(now)).map(({ role }) => role), data.role])
      return clash ? refuse(clash) : [{ type: 'RoleGranted', data: { person: id, ...data } }]
    },
    WithdrawRole({ enrolled, grants }, { role, scope, of, reason }, { id, by, administrators }) {
      if (by.person === id) return refuse('no-self-grant')
      if (!enrolled) return refuse('not-enrolled')
      if (!grants.some((it) => sameGrant(it, { role, scope, of }))) return refuse('grant-not-standing')
      if (isLast(administrators, id)) return refuse('last-administrator')
      return [{ type: 'RoleWithdrawn', data: { person: id, role, scope, ...(of !== undefined && { of }), reason } }]
    },
  },
})
