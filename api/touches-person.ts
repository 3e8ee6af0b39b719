import { dayIn } from '../domain/kernel/zones.ts'
import type { ItemRow } from '../projections/catalogue.ts'
import type { PersonRow } from '../projections/people.ts'
import { personTouches, type PersonTouches } from '../projections/person-touches.ts'
import { pageLimit } from '../projections/read-store.ts'
import { everything } from './case-reading.ts'
import { directory } from './naming.ts'
import { openCasesInMemory } from './open-cases-memory.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

type PersonTouched = PersonTouches & { person: string; name: string; casesHeld: number; keys: number; sessions: number; now: string }
type OrganisationTouched = { organisation: string; name: string; children: { organisation: string; name: string; kind: string }[]
  people: Pick<PersonRow, 'person' | 'name' | 'post'>[]; items: Pick<ItemRow, 'code' | 'shortName'>[]; openCases: number; now: string }

/** Open cases that meet something. */
async function countOpen(rooms: Rooms, is: Parameters<ReturnType<typeof openCasesInMemory>['count']>[0]): Promise<number> {
  const open = openCasesInMemory(rooms)
  await open.settled()
  return open.count(is)
}

/** 人员牵动 — what hangs on somebody before they are suspended or moved, or a role is taken from them. `sessions`: how many of theirs are open in this process. */
export async function touchesOfPerson(rooms: Rooms, person: string, sessions: number): Promise<PersonTouched> {
  const { people, items } = await directory(rooms), row = people.find((one) => one.person === person), now = rooms.now()
  if (!row) throw new Unanswerable(404, 'no-such-person', '没有这个人', 'There is no such person', { field: 'person' })
  const { rows } = await rooms.rows.find('keys', { where: { person, locked: false }, limit: pageLimit })
  return { person, name: row.name, ...personTouches(person, people, items, dayIn(rooms.founding.zone, now)), casesHeld: await countOpen(rooms, ({ holder }) => holder === person),
    keys: rows.filter(({ row: key }) => (key['moves'] ?? 0) === (row.moves ?? 0)).length, sessions, now }
}

type OrganisationRow = { organisation: string; name: string; kind: string; parent?: string; closed?: true }
/** 组织牵动 — who works there, what it handles and what stands below it, before it is closed. */
export async function touchesOfOrganisation(rooms: Rooms, organisation: string): Promise<OrganisationTouched> {
  const all = await everything<OrganisationRow>(rooms, 'organisations'), own = all.find((one) => one.organisation === organisation)
  if (!own) throw new Unanswerable(404, 'no-such-organisation', '没有这个组织', 'There is no such organisation', { field: 'organisation' })
  const { people, items, halls } = await directory(rooms), hall = own.kind === 'hall' ? halls.find((one) => one.hall === organisation || one.name === own.name)?.hall : undefined
  const works = (one: PersonRow) => own.kind === 'hall' ? one.hall === (hall ?? organisation) : one.department === own.name || one.department === organisation
  const handles = ({ department }: { department: string }) => own.kind !== 'hall' && (department === own.name || department === organisation)
  return { organisation, name: own.name, now: rooms.now(),
    children: all.filter((one) => one.parent === organisation && !one.closed).map(({ organisation, name, kind }) => ({ organisation, name, kind })),
    people: people.filter((one) => !one.suspended && works(one)).map(({ person, name, post }) => ({ person, name, post })),
    items: items.filter(handles).map(({ code, shortName }) => ({ code, shortName })),
    openCases: await countOpen(rooms, (row) => own.kind === 'hall' ? row.hall === (hall ?? organisation) : handles(row)) }
}
