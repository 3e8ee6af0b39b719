import { overdueWorkingDays, remainingWorkingDays } from '../domain/calendar/deadline.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { lightAt, type Light } from '../domain/supervision/light.ts'
import type { CardRow } from '../projections/cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import { openLight, type Among, type DueEntry, type DueIndex, type OpenCounts } from '../projections/due-index.ts'
import { maySee } from '../projections/case-cards.ts'
import { seesFindings } from '../projections/case-facts.ts'
import type { Place } from '../projections/read-store.ts'
import type { CaseCounts, CaseList, CaseListRow } from '../projections/views.ts'
import { rulesKnown } from './access/collections.ts'
import { countAny, findAny } from './access/finding.ts'
import { asked as within, askedOfIndex, everything, eyesFor, type Sight, type Where } from './access/sight.ts'
import { eyesAs, shown } from './case-reading.ts'
import { calendarFor } from './judging.ts'
import { directory, itemsMeant } from './naming.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

export type ListAsked = {
  light?: Light | undefined; department?: string | undefined; item?: string | undefined; q?: string | undefined
  order?: 'due' | 'opened' | undefined; after?: string | undefined; limit: number
}
type Directory = Awaited<ReturnType<typeof directory>>

/** What is open is led by the due index, so that the most pressing comes first; the rest, and whatever was searched for, by the rows. What no index of its
    own leads to — somebody's own cases — is few, and goes by the rows too. */
export async function listCases(rooms: Rooms, index: DueIndex, asked: ListAsked, sight: Sight = everything): Promise<CaseList> {
  const now = rooms.now(), position = await rooms.rows.checkpoint('cases')
  const byDue = asked.q === undefined && asked.light !== 'done' && asked.order !== 'opened', among = byDue ? askedOfIndex({ open: true, ...placesIn(asked) }, sight) : undefined
  const { rows, next } = among ? await pressing(rooms, index, asked, among, now) : await found(rooms, asked, sight)
  const lines = await listed(rooms, rows, index, now, sight)
  const shownRows = among || asked.light === undefined || asked.light === 'done' ? lines : lines.filter(({ light }) => light === asked.light)
  return { rows: shownRows, ...(next !== undefined && { next }), position, now }
}
const placesIn = ({ department, item }: ListAsked): Where => ({ ...(department !== undefined && { department }), ...(item !== undefined && { itemCode: item }) })

async function pressing({ rows }: Rooms, index: DueIndex, { light, after, limit }: ListAsked, among: readonly Among[], now: Instant) {
  const { entries, next } = index.list({ ...(light && light !== 'done' && { light }), among, ...(after !== undefined && { after }), limit }, now)
  const cases = await Promise.all(entries.map(({ subject }) => rows.get('cases', subject.slice('cases.'.length)) as Promise<CaseRow | undefined>))
  return { rows: cases.filter((row) => row !== undefined), next }
}

async function found(rooms: Rooms, asked: ListAsked, sight: Sight) {
  const { light, q, after, order, limit } = asked, open = light !== undefined ? light !== 'done' : q === undefined && order !== 'opened' ? true : undefined
  const where: Where = { ...(open !== undefined && { open }), ...placesIn(asked), ...(q !== undefined && await matching(rooms, q)) }
  const page = await findAny(rooms.rows, 'cases', { order: '-openedAt', limit, ...(after !== undefined && { after: placeIn(after) }) }, within(where, sight))
  return { rows: page.rows.map(({ row }) => row as unknown as CaseRow), next: page.end && `${String(page.end.value ?? '')} ${page.end.key}` }
}
function placeIn(after: string): Place {
  const at = after.indexOf(' ')
  if (at < 0) throw new Unanswerable(400, 'bad-cursor', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query', { field: 'after' })
  return { value: at === 0 ? null : after.slice(0, at), key: after.slice(at + 1) }
}
/** A number or its beginning; otherwise the name of an item. */
async function matching(rooms: Rooms, q: string): Promise<Where> {
  const items = itemsMeant(await directory(rooms), q)
  if (items[0] !== q || items.length > 1) return { itemCode: { in: items.slice(0, 100) } }
  return q.includes(':') ? { source: q.slice(0, q.indexOf(':')), caseNo: q.slice(q.indexOf(':') + 1) } : { caseNo: { from: q, to: `${q}\uffff` } }
}

/** Cases as a list shows them, with their lights and names as of now, each in the eyes that see it. */
export async function listed(rooms: Rooms, rows: readonly CaseRow[], index: DueIndex, now: Instant, sight: Sight): Promise<CaseListRow[]> {
  const names = await directory(rooms), rules = rulesKnown(rooms), seen = rows.flatMap((row) => { const role = eyesFor(sight, row); return role ? [{ row, role }] : [] })
  const cards = await cardsOn(rooms, seen.filter(({ role }) => seesFindings(role)).map(({ row }) => row))
  return Promise.all(seen.map(({ row, role }) => {
    const told = (cards.get(`cases.${row.id}`) ?? []).filter(maySee(role, rules)).map(({ severity }) => severity)
    return listRow(rooms, row, { due: index.get(`cases.${row.id}`), cards: told, role }, now, names)
  }))
}

/** 牌 that stand, of all cases of a page at once. */
async function cardsOn({ rows }: Rooms, cases: readonly CaseRow[]): Promise<ReadonlyMap<string, Pick<CardRow, 'severity' | 'ruleId'>[]>> {
  const found = new Map<string, CardRow[]>(), where = { subject: { in: cases.map(({ id }) => `cases.${id}`) }, standing: true }
  for (let after: string | undefined, more = cases.length > 0; more; more = after !== undefined) {
    const page = await rows.find('cards', { where, limit: 1_000, ...(after !== undefined && { after }) })
    for (const card of page.rows.map(({ row }) => row as CardRow)) found.set(card.subject, [...found.get(card.subject) ?? [], card])
    after = page.next
  }
  return found
}

type Beside = { due: DueEntry | undefined; cards: CardRow['severity'][]; role: Role }
async function listRow(rooms: Rooms, row: CaseRow, { due, cards, role }: Beside, now: Instant, names: Directory): Promise<CaseListRow> {
  const calendar = await calendarFor(rooms, row, now)
  const applicant = row.organisation ?? (row.applicantName === undefined ? undefined : await shown(rooms, row.applicantName, 'applicantName', eyesAs(role)))
  const light = row.open ? due ? lightAt({ ...due, ended: false }, now) : 'ok' : 'done'
  const dueOn = due?.dueOn ?? row.promisedDueOn, dueAt = due?.dueAt ?? row.promisedDueAt
  const late = dueOn && overdueWorkingDays(dueOn, row.endedAt ?? now, calendar)
  return {
    id: row.id, caseNo: row.caseNo, ...(row.source !== undefined && { source: row.source }), itemCode: row.itemCode, itemName: names.itemName.get(row.itemCode) ?? row.itemCode,
    department: row.department, hall: row.hall, hallName: names.hallName.get(row.hall) ?? row.hall, channel: row.channel,
    ...(applicant !== undefined && { applicant }), stage: row.stage, light,
    ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(due?.provisional && { provisional: due.provisional }), ...(row.precision && { precision: row.precision }),
    ...(dueOn && row.open && { remainingWorkingDays: remainingWorkingDays(dueOn, now, calendar) }), ...(late && { overdueWorkingDays: late }),
    openedAt: row.openedAt, ...(row.endedAt && { endedAt: row.endedAt }), ...(row.lastStep && { lastStep: row.lastStep }),
    ...(role !== 'applicant' && row.open && row.holder !== undefined && { holder: names.personName.get(row.holder) ?? row.holder }),
    cards,
  }
}

const none = { open: 0, late: 0, soon: 0, ok: 0, hold: 0 }
/** 今天全县在办多少件 — the counts behind the first sentence, and per department, of what is somebody's to see. */
export async function countCases(rooms: Rooms, index: DueIndex, sight: Sight = everything): Promise<CaseCounts> {
  const now = rooms.now(), among = askedOfIndex({ open: true }, sight)
  const { total, departments } = among ? index.counts(now, among) : await countedOne(rooms, index, now, sight), open = new Map(departments.map((one) => [one.department, one]))
  const closed = await closedIn(rooms, sight)
  const done = [...closed.values()].reduce((sum, n) => sum + n, 0)
  const names = [...new Set([...open.keys(), ...closed.keys()])].sort()
  return {
    ...total, done, position: await rooms.rows.checkpoint('cases'), now,
    departments: names.map((department) => ({ ...none, ...open.get(department), department, done: closed.get(department) ?? 0 })),
  }
}
/** Somebody's own, one by one: they are few. */
async function countedOne(rooms: Rooms, index: DueIndex, now: Instant, sight: Sight): Promise<ReturnType<DueIndex['counts']>> {
  const total: OpenCounts = { ...none }, departments = new Map<string, OpenCounts>()
  for (const row of await everyOne(rooms, { open: true }, sight)) {
    const standing = index.standing(`cases.${row.id}`), light = standing ? openLight(standing, now) : 'ok', own = departments.get(row.department) ?? { ...none }
    departments.set(row.department, own)
    for (const counts of [own, total]) { counts.open++; counts[light]++ }
  }
  return { total, departments: [...departments].map(([department, counts]) => ({ department, ...counts })) }
}
async function everyOne({ rows }: Rooms, where: Where, sight: Sight): Promise<CaseRow[]> {
  const found: CaseRow[] = [], parts = within(where, sight)
  for (let after: Place | undefined; ;) {
    const page = await findAny(rows, 'cases', { order: '-openedAt', limit: 1_000, ...(after && { after }) }, parts)
    found.push(...page.rows.map(({ row }) => row as unknown as CaseRow))
    if (!page.end) return found
    after = page.end
  }
}
/** Of a department as a whole it is known; of anything narrower it is counted. */
async function closedIn(rooms: Rooms, sight: Sight): Promise<ReadonlyMap<string, number>> {
  const closed = new Map<string, number>()
  for await (const batch of rooms.rows.scan('department-load')) for (const { key, row } of batch) {
    const parts = within({ open: false, department: key }, sight)
    const whole = parts.some((part) => Object.keys(part).length === 2)
    const n = whole ? Number(row['closed'] ?? 0) : parts.length === 0 ? 0 : await countAny(rooms.rows, 'cases', parts)
    if (whole || n > 0) closed.set(key, n)
  }
  return closed
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
