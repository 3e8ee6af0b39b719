import type { Subject } from '../../domain/kernel/context.ts'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import { evolvePerson, nobody } from '../../domain/identity/person.ts'
import type { Owned } from '../../domain/identity/reach.ts'
import { itemEvents, type ItemEvent } from '../../domain/items/events.ts'
import { read, type Fact, type Recorded } from '../../domain/kernel/events.ts'
import type { CaseRow } from '../../projections/cases.ts'
import { ownedFootage } from '../footage/owned.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'

const said = <T>(...values: (T | undefined)[]) => values.filter((value) => value !== undefined) as T[]
type Item = { officers: readonly string[]; coHandlers?: readonly { department: string; officers: readonly string[] }[] | undefined; version: number; department: string }

async function itemsOf({ book }: Rooms, code: string): Promise<Item[]> {
  return (await book.readStream(`items-${code}`)).filter(({ type }) => type === 'ItemPublished')
    .map((fact) => read(itemEvents, fact as Recorded<Extract<ItemEvent, { type: 'ItemPublished' }>>, fact.meta.version).data)
}

/** 归属 of a case by its row: handlers are those of the item as it was accepted under, and as it is now. */
export async function ownedByRow(rooms: Rooms, row: Pick<CaseRow, 'department' | 'hall' | 'itemCode' | 'itemVersion' | 'applicantId' | 'agentId' | 'subCases'>): Promise<Owned> {
  const items = await itemsOf(rooms, row.itemCode), newest = items.at(-1), known = items.filter((item) => item === newest || item.version === row.itemVersion)
  const co = known.flatMap(({ coHandlers = [] }) => coHandlers)
  return { department: row.department, hall: row.hall, applicants: said(row.applicantId, row.agentId),
    officers: [...known.flatMap(({ officers }) => officers), ...co.flatMap(({ officers }) => officers)],
    coDepartments: [...said(...(row.subCases ?? []).map(({ department }) => department)), ...co.map(({ department }) => department)] }
}
type ToBe = { itemCode: string; hall: string; applicantId?: string | undefined; agentId?: string | undefined }
/** 归属 of a case that is about to be submitted. */
export async function ownedToBe(rooms: Rooms, { itemCode, hall, applicantId, agentId }: ToBe): Promise<Owned> {
  const department = (await itemsOf(rooms, itemCode)).at(-1)?.department ?? ''
  return ownedByRow(rooms, { department, hall, itemCode, applicantId, agentId })
}
/** Nothing where there is no such case. */
export async function ownedOf(rooms: Rooms, id: string): Promise<Owned | undefined> {
  if ((await rooms.book.readStream(`cases-${id}`)).length === 0) return undefined
  let row = await rooms.rows.get('cases', id) as CaseRow | undefined
  if (!row) {
    await rooms.caughtUp((await rooms.book.head()).position)
    row = await rooms.rows.get('cases', id) as CaseRow | undefined
  }
  return row && ownedByRow(rooms, row)
}

const nobodys: Owned = { department: '', hall: '', applicants: [], officers: [], coDepartments: [] }
/** 人的归属 — somebody's own, and of where they work. */
async function ownedPerson(rooms: Rooms, id: string): Promise<Owned | undefined> {
  const { enrolled } = (await load(rooms.book, identity, `identity-${id}`) as unknown as IdentityEvent[]).reduce(evolvePerson, nobody)
  return enrolled && { ...nobodys, department: enrolled.department, hall: enrolled.hall ?? '', officers: [id] }
}
/** 牌的归属 — a card of a sub-case is its department's; one of an officer or a department, theirs; one of an agent, nobody's but who oversees. */
async function ownedCard(rooms: Rooms, subject: string): Promise<Owned | undefined> {
  const [, kind, id = ''] = /^(cases|officers|departments|agents)\.(.+)$/s.exec(subject) ?? []
  if (kind === 'departments') return { ...nobodys, department: id }
  if (kind === 'agents') return nobodys
  if (kind === 'officers') return ownedPerson(rooms, id)
  if (kind !== 'cases') return undefined
  const [, of = id, number] = /^(.*)#(\d+)$/s.exec(id) ?? [], lead = await ownedOf(rooms, of)
  if (!lead || number === undefined) return lead
  const row = await rooms.rows.get('cases', of) as CaseRow | undefined, sub = row?.subCases?.find(({ subCase }) => subCase === Number(number))
  return sub && { ...lead, department: sub.department ?? lead.department, coDepartments: [...lead.coDepartments, lead.department] }
}
/** Whose the subject of a command is. What is submitted is what it will be; of what belongs to nobody the house speaks to all whose role says so. */
export const ownerOf = (rooms: Rooms) => async (subject: Subject, id: string, { type, data }: Fact): Promise<Owned | 'everybody' | undefined> => {
  if (subject === 'house') return 'everybody'
  if (subject === 'person') return ownedPerson(rooms, id)
  if (subject === 'card') return ownedCard(rooms, id)
  if (subject === 'footage') return ownedFootage(rooms, id, type, data, (id) => ownedOf(rooms, id))
  return await ownedOf(rooms, id) ?? (type === 'SubmitApplication' ? ownedToBe(rooms, data as Parameters<typeof ownedToBe>[1]) : undefined)
}
