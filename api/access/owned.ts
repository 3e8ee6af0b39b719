import type { Subject } from '../../domain/kernel/context.ts'
import type { Owned } from '../../domain/identity/reach.ts'
import { itemEvents, type ItemEvent } from '../../domain/items/events.ts'
import { read, type Fact, type Recorded } from '../../domain/kernel/events.ts'
import type { CaseRow } from '../../projections/cases.ts'
import type { Rooms } from '../rooms.ts'

const said = <T>(...values: (T | undefined)[]) => values.filter((value) => value !== undefined) as T[]
type Item = { officers: readonly string[]; coHandlers?: readonly { department: string; officers: readonly string[] }[] | undefined; version: number; department: string }

async function itemsOf({ book }: Rooms, code: string): Promise<Item[]> {
  return (await book.readStream(`items-${code}`)).filter(({ type }) => type === 'ItemPublished')
    .map((fact) => read(itemEvents, fact as Recorded<Extract<ItemEvent, { type: 'ItemPublished' }>>, fact.meta.version).data)
}

/** 归属 of a case by its row: handlers are those of the item as it was accepted under, or as it is while it has not been. */
export async function ownedByRow(rooms: Rooms, row: Pick<CaseRow, 'department' | 'hall' | 'itemCode' | 'itemVersion' | 'applicantId' | 'agentId' | 'subCases'>): Promise<Owned> {
  const items = await itemsOf(rooms, row.itemCode), item = items.find(({ version }) => version === row.itemVersion) ?? items.at(-1)
  return { department: row.department, hall: row.hall, applicants: said(row.applicantId, row.agentId),
    officers: item ? [...item.officers, ...(item.coHandlers ?? []).flatMap(({ officers }) => officers)] : [],
    coDepartments: said(...(row.subCases ?? []).map(({ department }) => department), ...(item?.coHandlers ?? []).map(({ department }) => department)) }
}
/** 归属 of a case that is about to be submitted. */
export async function ownedToBe(rooms: Rooms, { itemCode, hall, applicantId, agentId }: { itemCode: string; hall: string; applicantId?: string | undefined; agentId?: string | undefined }): Promise<Owned> {
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

const caseOfCard = (id: string) => id.startsWith('cases.') ? id.slice('cases.'.length).replace(/#\d+$/, '') : undefined
/** Whose the subject of a command is. What is submitted is what it will be; of what belongs to nobody the house speaks to all whose role says so. */
export const ownerOf = (rooms: Rooms) => async (subject: Subject, id: string, { type, data }: Fact): Promise<Owned | 'everybody' | undefined> => {
  if (subject === 'house') return 'everybody'
  if (subject === 'card') {
    const of = caseOfCard(id)
    return of === undefined ? 'everybody' : ownedOf(rooms, of)
  }
  return await ownedOf(rooms, id) ?? (type === 'SubmitApplication' ? ownedToBe(rooms, data as Parameters<typeof ownedToBe>[1]) : undefined)
}
