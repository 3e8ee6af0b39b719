import { isAdministrator } from '../../domain/identity/apart.ts'
import type { HolderReference } from '../../domain/identity/decide/key.ts'
import { evolveOrganisation, type ChildrenReference, type OrganisationReference } from '../../domain/identity/decide/organisation.ts'
import type { AdministratorsReference, ApplicantReference } from '../../domain/identity/decide/person.ts'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import { evolvePerson, nobody } from '../../domain/identity/person.ts'
import type { ColleagueReference } from '../../domain/workbench/bench.ts'
import type { Reference } from '../../domain/kernel/decider.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import type { ReadStore } from '../../projections/read-store.ts'
import { load } from '../tell.ts'

/** Keys of rows that answer, and after them what has been told since they were folded; what is found is asked of its own stream again. */
async function candidates(book: EventLog, rows: ReadStore | undefined, collection: string,
  isOne: (row: Record<string, unknown>) => boolean, told: (fact: IdentityEvent) => string | undefined) {
  const found = new Set<string>(), from = await rows?.checkpoint(collection) ?? 0
  if (rows) for await (const batch of rows.scan(collection)) for (const { key, row } of batch) if (isOne(row)) found.add(key)
  for await (const batch of book.readAll(from)) for (const fact of batch) {
    const key = fact.meta.stream.startsWith('identity-') ? told(fact as unknown as IdentityEvent) : undefined
    if (key !== undefined) found.add(key)
  }
  return [...found]
}

/** 身份的参照 — of persons and organisations, from their own streams. */
export function identityReferences(book: EventLog, rows: ReadStore | undefined) {
  const factsOf = async <E extends IdentityEvent>(stream: string) => await load(book, identity, stream) as unknown as E[]
  const personOf = async (person: string) => (await factsOf<IdentityEvent>(`identity-${person}`)).reduce(evolvePerson, nobody)
  const organisationOf = async (id: string) => (await factsOf<Parameters<typeof evolveOrganisation>[1]>(`identity-organisation.${id}`)).reduce(evolveOrganisation, {}).organisation
  const lasting = async (person: string, role: string) => {
    const { grants, suspended } = await personOf(person)
    return !suspended && grants.some((grant) => grant.role === role && grant.until === undefined)
  }
  const colleague = async ({ id }: Reference): Promise<ColleagueReference | undefined> => {
    const { enrolled, suspended } = await personOf(id)
    return enrolled && { department: enrolled.department, here: !suspended }
  }
  return {
    async administrators({ id: role }: Reference): Promise<AdministratorsReference> {
      const persons = await candidates(book, rows, 'people', ({ grants }) => (grants as { role: string }[]).some((grant) => grant.role === role),
        ({ type, data }) => (type === 'RoleGranted' && data.role === role) || (type === 'PersonEnrolled' && data.roles?.some(isAdministrator)) ? data.person : undefined)
      const holding = await Promise.all(persons.map(async (person) => await lasting(person, role) ? [person] : []))
      return { persons: holding.flat() }
    },
    async holder({ id }: Reference): Promise<HolderReference | undefined> {
      const { enrolled, suspended, moves } = await personOf(id)
      return enrolled && { suspended, moves }
    },
    person: colleague, standIn: colleague,
    async applicant({ id }: Reference): Promise<ApplicantReference | undefined> {
      return (await book.readStream(`identity-applicant.${id}`)).length > 0 ? { registered: true } : undefined
    },
    async parent({ id }: Reference): Promise<OrganisationReference | undefined> {
      const found = await organisationOf(id)
      return found && { kind: found.kind, division: found.division, closed: found.closed }
    },
    async children({ id }: Reference): Promise<ChildrenReference> {
      const below = await candidates(book, rows, 'organisations', ({ parent }) => parent === id,
        ({ type, data }) => type === 'OrganisationEstablished' && data.parent === id ? data.organisation : undefined)
      const open = await Promise.all(below.map(async (organisation) => (await organisationOf(organisation))?.closed === false))
      return { open: open.filter(Boolean).length }
    },
  }
}
