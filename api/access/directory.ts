import { identity } from '../../domain/identity/index.ts'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { evolvePerson, grantsOn, nobody, type Person } from '../../domain/identity/person.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { shown } from '../case-reading.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import type { Purpose, Standing } from './standing.ts'

/** 名册 — what the facts say of whoever signs in; read again when a fact about them has been told. */
export function directoryOf(rooms: Rooms) {
  const known = new Map<string, Person>()
  let told = 0
  const personOf = async (person: string): Promise<Person> => {
    const found = known.get(person)
    if (found) return found
    const before = told
    const facts = await load(rooms.book, identity, `identity-${person}`) as unknown as IdentityEvent[]
    const folded = facts.reduce(evolvePerson, nobody)
    // A fact that was told while the others were read is not among them.
    if (folded.enrolled && before === told) known.set(person, folded)
    return folded
  }
  /** 申请人 — registered, and in office nowhere: theirs is what they apply for. */
  const applicantOf = async (person: string): Promise<Pick<Standing, 'name' | 'department' | 'post' | 'grants'> | undefined> => {
    const facts = await load(rooms.book, identity, `identity-applicant.${person}`) as unknown as IdentityEvent[]
    const registered = facts.find((fact) => fact.type === 'ApplicantRegistered')
    return registered && { name: registered.data.name === undefined ? '申请人' : await shown(rooms, registered.data.name), department: '', post: '申请人',
      grants: [{ role: 'applicant', scope: 'own' }] }
  }
  return {
    personOf,
    /** A fact about them has been told, and is read from here on. */
    forget(person: string) { told++; known.delete(person) },
    async standing({ person, id, purpose }: { person: string; id: string; purpose?: Purpose }): Promise<Standing | undefined> {
      const { enrolled, ...rest } = await personOf(person), now = rooms.now()
      if (!enrolled) {
        const applicant = await applicantOf(person)
        return applicant && { person, ...applicant, session: id }
      }
      const { hall, ...office } = enrolled
      return { person, ...office, ...(hall !== undefined && { hall }), grants: grantsOn(rest, dayIn(rooms.founding.zone, now)), session: id,
        ...(purpose && purpose.until > now && { purpose }) }
    },
  }
}
export type Directory = ReturnType<typeof directoryOf>
