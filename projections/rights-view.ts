import type { IdentityEvent } from '../domain/identity/events.ts'
import { evolvePerson, grantsStanding, nobody, type Granted, type Person } from '../domain/identity/person.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'

/** 依据 — the fact that something rests on: where it stands, who said it and on what basis. */
type Ground = { position: number; recordedAt: Instant; type: string; by: string; byRole: string; basis?: string }
type RightsView = {
  person: string; name: string; department: string; post: string; hall?: string; at: Instant
  /** What held; of who was suspended, nothing. */
  rights: (Granted & { from: Ground })[]
  suspended?: { reason: string; from: Ground; resting: (Granted & { from: Ground })[] }
  /** The enrolment or the last move, from which they are where they are. */
  from: Ground
}
const groundOf = ({ type, data, meta: { position, recordedAt, actor } }: Recorded<IdentityEvent>): Ground =>
  ({ position, recordedAt, type, by: actor.person, byRole: actor.role, ...('basis' in data && { basis: data.basis }) })

type Of<T extends IdentityEvent['type']> = Recorded<Extract<IdentityEvent, { type: T }>>
/** 当时的权限 — what somebody held at an instant, by what the book knew then, and on which facts it rests. Nothing where nobody knew them. */
export function rightsAt(facts: readonly Recorded<IdentityEvent>[], at: Instant, day: Day): RightsView | undefined {
  let person: Person = nobody, place: Of<'PersonEnrolled' | 'PersonMoved'> | undefined, stopped: Of<'PersonSuspended'> | undefined
  const grounds = new Map<Granted, Ground>()
  for (const fact of facts.filter(({ meta }) => meta.recordedAt <= at)) {
    const next = evolvePerson(person, fact)
    for (const grant of next.grants) if (!person.grants.includes(grant)) grounds.set(grant, groundOf(fact))
    if (fact.type === 'PersonEnrolled' || fact.type === 'PersonMoved') place = fact
    if (fact.type === 'PersonSuspended') stopped = fact
    person = next
  }
  const { enrolled, grants, suspended } = person
  if (!enrolled || !place) return undefined
  const { name, department, post, hall } = enrolled
  const standing = grantsStanding(grants, day).map((grant) => ({ ...grant, from: grounds.get(grant)! }))
  return { person: place.data.person, name, department, post, ...(hall !== undefined && { hall }), at, rights: suspended ? [] : standing,
    ...(suspended && stopped && { suspended: { reason: stopped.data.reason, from: groundOf(stopped), resting: standing } }), from: groundOf(place) }
}
