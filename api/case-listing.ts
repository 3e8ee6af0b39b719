import { overdueWorkingDays, remainingWorkingDays } from '../domain/calendar/deadline.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { lightAt, type Light } from '../domain/supervision/light.ts'
import type { CardRow } from '../projections/cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueEntry, DueIndex } from '../projections/due-index.ts'
import type { Query } from '../projections/read-store.ts'
import type { CaseCounts, CaseList, CaseListRow } from '../projections/views.ts'
import { shown } from './case-reading.ts'
import { calendarFor } from './judging.ts'
import { directory, itemsMeant } from './naming.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

export type ListAsked = {
  light?: Light | undefined; department?: string | undefined; item?: string | undefined; q?: string | undefined
  order?: 'due' | 'opened' | undefined; after?: string | undefined; limit: number
}
type Directory = Awaited<ReturnType<typeof directory>>

/** What is open is led by the due index, so that the most pressing comes first; the rest, and whatever was searched for, by the rows. */
export async function listCases(rooms: Rooms, index: DueIndex, asked: ListAsked): Promise<CaseList> {
  const now = rooms.now(), position = await rooms.rows.checkpoint('cases')
  const byDue = asked.q === undefined && asked.light !== 'done' && asked.order !== 'opened'
  const { rows, next } = byDue ? await pressing(rooms, index, asked, now) : await found(rooms, asked)
  const lines = await listed(rooms, rows, index, now)
  const shownRows = byDue || asked.light === undefined || asked.light === 'done' ? lines : lines.filter(({ light }) => light === asked.light)
  return { rows: shownRows, ...(next !== undefined && { next }), position, now }
}

async function pressing({ rows }: Rooms, index: DueIndex, { light, department, item, after, limit }: ListAsked, now: Instant) {
  const { entries, next } = index.list({ ...(light && light !== 'done' && { light }), ...(department !== undefined && { department }),
    ...(item !== undefined && { itemCode: item }), ...(after !== undefined && { after }), limit }, now)
  const cases = await Promise.all(entries.map(({ subject }) => rows.get('cases', subject.slice('cases.'.length)) as Promise<CaseRow | undefined>))
  return { rows: cases.filter((row) => row !== undefined), next }
}

async function found(rooms: Rooms, { light, department, item, q, after, limit }: ListAsked) {
  const where: NonNullable<Query['where']> = { ...(light !== undefined && { open: light !== 'done' }), ...(department !== undefined && { department }),
    ...(item !== undefined && { itemCode: item }), ...(q !== undefined && await matching(rooms, q)) }
  const page = await rooms.rows.find('cases', { where, order: '-openedAt', limit, ...(after !== undefined && { after }) })
  return { rows: page.rows.map(({ row }) => row as unknown as CaseRow), next: page.next }
}
/** A number or its beginning; otherwise the name of an item. */
async function matching(rooms: Rooms, q: string): Promise<NonNullable<Query['where']>> {
  const items = itemsMeant(await directory(rooms), q)
  if (items[0] !== q || items.length > 1) return { itemCode: { in: items.slice(0, 100) } }
  return q.includes(':') ? { source: q.slice(0, q.indexOf(':')), caseNo: q.slice(q.indexOf(':') + 1) } : { caseNo: { from: q, to: `${q}\uffff` } }
}

/** Cases as a list shows them, with their lights and names as of now. */
export async function listed(rooms: Rooms, rows: readonly CaseRow[], index: DueIndex, now: Instant): Promise<CaseListRow[]> {
  const names = await directory(rooms)
  const cards = await cardsOn(rooms, rows)
  return Promise.all(rows.map((row) => listRow(rooms, row, { due: index.get(`cases.${row.id}`), cards: cards.get(`cases.${row.id}`) ?? [] }, now, names)))
}

/** 牌 that stand, of all cases of a page at once. */
async function cardsOn({ rows }: Rooms, cases: readonly CaseRow[]): Promise<ReadonlyMap<string, CardRow['severity'][]>> {
  const found = new Map<string, CardRow['severity'][]>(), where = { subject: { in: cases.map(({ id }) => `cases.${id}`) }, standing: true }
  for (let after: string | undefined, more = cases.length > 0; more; more = after !== undefined) {
    const page = await rows.find('cards', { where, limit: 1_000, ...(after !== undefined && { after }) })
    for (const { subject, severity } of page.rows.map(({ row }) => row as CardRow)) found.set(subject, [...found.get(subject) ?? [], severity])
    after = page.next
  }
  return found
}

async function listRow(rooms: Rooms, row: CaseRow, { due, cards }: { due: DueEntry | undefined; cards: CardRow['severity'][] }, now: Instant, names: Directory): Promise<CaseListRow> {
  const calendar = await calendarFor(rooms, row, now)
  const light = row.open ? due ? lightAt({ ...due, ended: false }, now) : 'ok' : 'done'
  const dueOn = due?.dueOn ?? row.promisedDueOn, dueAt = due?.dueAt ?? row.promisedDueAt
  const late = dueOn && overdueWorkingDays(dueOn, row.endedAt ?? now, calendar)
  return {
    id: row.id, caseNo: row.caseNo, ...(row.source !== undefined && { source: row.source }), itemCode: row.itemCode, itemName: names.itemName.get(row.itemCode) ?? row.itemCode,
    department: row.department, hall: row.hall, hallName: names.hallName.get(row.hall) ?? row.hall, channel: row.channel,
    ...(row.organisation !== undefined ? { applicant: row.organisation } : row.applicantName !== undefined && { applicant: await shown(rooms, row.applicantName) }), stage: row.stage, light,
    ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(due?.provisional && { provisional: due.provisional }), ...(row.precision && { precision: row.precision }),
    ...(dueOn && row.open && { remainingWorkingDays: remainingWorkingDays(dueOn, now, calendar) }), ...(late && { overdueWorkingDays: late }),
    openedAt: row.openedAt, ...(row.endedAt && { endedAt: row.endedAt }), ...(row.lastStep && { lastStep: row.lastStep }),
    ...(row.open && row.holder !== undefined && { holder: names.personName.get(row.holder) ?? row.holder }),
    cards,
  }
}

/** 今天全县在办多少件 — the counts behind the first sentence, and per department. */
export async function countCases(rooms: Rooms, index: DueIndex): Promise<CaseCounts> {
  const now = rooms.now()
  const { total, departments } = index.counts(now)
  const closed = new Map<string, number>()
  for await (const batch of rooms.rows.scan('department-load')) for (const { key, row } of batch) closed.set(key, Number(row['closed'] ?? 0))
  const done = [...closed.values()].reduce((sum, n) => sum + n, 0)
  const none = { open: 0, late: 0, soon: 0, ok: 0, hold: 0 }
  const names = [...new Set([...departments.map(({ department }) => department), ...closed.keys()])].sort()
  return {
    ...total, done, position: await rooms.rows.checkpoint('cases'), now,
    departments: names.map((department) => ({ ...none, ...departments.find((it) => it.department === department), department, done: closed.get(department) ?? 0 })),
  }
}

/** Reads what a list was asked, or says which word was wrong. */
export function listAsked(query: Record<string, string | undefined>): ListAsked {
  const { light, order, limit = '50' } = query
  const wrong = (field: string, choices: string) => new Unanswerable(400, 'bad-parameter', `${field} 只能是：${choices}`, `${field} is one of ${choices}`, { field })
  if (light !== undefined && !['ok', 'soon', 'late', 'hold', 'done'].includes(light)) throw wrong('light', 'ok, soon, late, hold, done')
  if (order !== undefined && !['due', 'opened'].includes(order)) throw wrong('order', 'due, opened')
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) throw wrong('limit', '1…200')
  return { light: light as Light | undefined, order: order as 'due' | undefined, department: query['department'], item: query['item'], q: query['q']?.trim() || undefined,
    after: query['after'], limit: Number(limit) }
}
