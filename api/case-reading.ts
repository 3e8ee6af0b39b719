import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import { itemEvents, type ItemEvent } from '../domain/items/events.ts'
import { occurredAt, read, type Recorded } from '../domain/kernel/events.ts'
import { roles, type Role } from '../domain/kernel/context.ts'
import { Instant, isSealed, type Sealed } from '../domain/kernel/values.ts'
import { supervisionEvents, type CardEvent } from '../domain/supervision/events.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { caseView, type CaseSources, type Standpoint } from '../projections/case-view.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { HallRow, PersonRow } from '../projections/people.ts'
import type { CaseView } from '../projections/views.ts'
import { itemGround, rulebookOf } from './judging.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { newestEpoch } from './timekeeping.ts'

/** 姓名掩码 — the first character stays, 李＊＊. */
export const masked = (name: string) => name === '' ? '' : `${[...name][0]}${'＊'.repeat(Math.max(1, [...name].length - 1))}`

/** 号码掩码 — the last four at most (domain.md G.4), and none of a short one. */
const lastFour = (number: string) => { const all = [...number], kept = all.length < 8 ? 0 : 4; return `${'＊'.repeat(all.length - kept)}${all.slice(all.length - kept).join('')}` }
/** 眼 — to whom what is sealed is shown in full: to each their own, and names to those who have the case in hand. */
export type Eyes = { person?: string; names?: boolean }
const namesInFull: readonly Role[] = ['applicant', 'window-clerk', 'handler']
export const eyesAs = (role: Role, person?: string): Eyes => ({ names: namesInFull.includes(role), ...(role === 'applicant' && person !== undefined && { person }) })
const isName = (field: string) => /^name$|Name$/.test(field)
function covered(field: string, plain: unknown): string {
  if (typeof plain !== 'string') return '（已封存）'
  return /^number$|Number$|^phone$/.test(field) ? lastFour(plain) : masked(plain)
}

/** A sealed value as it may be shown to those eyes; of one that is gone or under lock, that it is. */
export async function shown(rooms: Rooms, value: Sealed | string, field = 'name', { person, names }: Eyes = {}): Promise<string> {
  if (!isSealed(value)) return value
  const plain = await rooms.keys.open(value)
  if (plain === undefined) return await rooms.keys.standing(value.subject, value.matter) === 'restricted' ? '（限制处理）' : '（已删除）'
  const said = JSON.parse(plain) as unknown
  return (person !== undefined && person === value.subject) || (names && isName(field)) ? said as string : covered(field, said)
}
/** Fields as they may be shown: no envelope leaves the house. */
export async function withMasks<T extends Record<string, unknown>>(rooms: Rooms, fields: T, eyes?: Eyes): Promise<T> {
  if (!Object.values(fields).some(isSealed)) return fields
  const entries = await Promise.all(Object.entries(fields).map(async ([name, value]) => [name, isSealed(value) ? await shown(rooms, value, name, eyes) : value]))
  return Object.fromEntries(entries) as T
}
const opened = async (rooms: Rooms, fact: Recorded<CaseEvent>, eyes?: Eyes) => ({ ...fact, data: await withMasks(rooms, fact.data, eyes) }) as Recorded<CaseEvent>

/** 姓名与名称 — joined at reading time. */
export async function namesOf(rooms: Rooms) {
  const [people, halls] = await Promise.all([everything<PersonRow>(rooms, 'people'), everything<HallRow>(rooms, 'halls')])
  const named = new Map(people.map(({ person, name }) => [person, name])), hallNamed = new Map(halls.map(({ hall, name }) => [hall, name]))
  return { person: (person: string) => named.get(person), hall: (hall: string) => hallNamed.get(hall) }
}
export async function everything<Row>(rooms: Rooms, collection: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const batch of rooms.rows.scan(collection)) rows.push(...batch.map(({ row }) => row as Row))
  return rows
}

/** An item as a case was handled under it; the newest where the case pinned none. */
async function itemOf({ book }: Rooms, code: string, version: number | undefined) {
  const facts = (await book.readStream(`items-${code}`)).filter(({ type }) => type === 'ItemPublished').map((fact) => read(itemEvents, fact as Recorded<ItemEvent>, fact.meta.version).data)
  return facts.find((item) => item.version === version) ?? facts.at(-1)
}

/** The case that a person means: an id (`source:number`), or a number where only one source has it. */
export async function caseIdOf(rooms: Rooms, said: string): Promise<string> {
  if ((await rooms.book.readStream(`cases-${said}`)).length > 0) return said
  const { rows } = await rooms.rows.find('cases', { where: { caseNo: said }, limit: 10 })
  const [only, second] = rows
  if (only && !second) return only.key
  const candidates = rows.map(({ key }) => key)
  if (second) throw new Unanswerable(409, 'ambiguous-case', `编号 ${said} 有不止一个来源，请用 来源:编号：${candidates.join('、')}`,
    `More than one source has number ${said}; say source:number: ${candidates.join(', ')}`, { field: 'caseNo', candidates })
  throw new Unanswerable(404, 'no-such-case', `没有编号为 ${said} 的办件`, `There is no case ${said}`, { field: 'caseNo' })
}

/** A case is judged by the calendar of the day on which it ended, as far as its end was known. */
const ending: readonly string[] = ['CaseConcluded', 'CaseTerminated', 'ApplicationWithdrawn', 'CaseReturned', 'CaseNotAccepted'] satisfies CaseEvent['type'][]
export const endingsIn = (facts: readonly Recorded<CaseEvent>[]) => facts.filter(({ type }) => ending.includes(type))
export const endOf = (facts: readonly Recorded<CaseEvent>[], known: Instant) =>
  endingsIn(facts).filter(({ meta }) => meta.recordedAt <= known).map(occurredAt).sort()[0]
const pinnedIn = (facts: readonly Recorded<CaseEvent>[]) => facts.flatMap(({ data }) => 'pinned' in data && data.pinned ? [data.pinned.itemVersion] : []).at(-1)
/** The case itself and its sub-cases, as their subjects end. */
const subjectsIn = (facts: readonly Recorded<CaseEvent>[]) => ['', ...facts.flatMap(({ type, data }) => type === 'SubCaseOpened' ? [`#${data.subCase}`] : [])]

export type Asked = { at?: string | undefined; known?: string | undefined; as?: string | undefined; eyes?: Eyes | undefined }
function instant(field: string, said: string | undefined): Instant | undefined {
  if (said === undefined) return undefined
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d))?$/.test(said) ? Date.parse(said) : NaN
  if (Number.isNaN(ms) || !Instant.safeParse(new Date(ms).toISOString()).success || !realDay(said)) {
    throw new Unanswerable(400, 'not-an-instant', `${field}：「${said}」不是时刻，例如 2026-10-12T17:30:00+08:00`,
      `${field}: "${said}" is not an instant; say 2026-10-12T17:30:00+08:00`, { field })
  }
  return new Date(ms).toISOString() as Instant
}
/** No case was before them, and no calendar is laid out beyond. */
const years = { first: '1900', last: '2199' }
/** `Date.parse` lets 30 February pass as 1 March. */
const realDay = (said: string) => years.first <= said.slice(0, 4) && said.slice(0, 4) <= years.last && new Date(`${said.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(said.slice(0, 10))
export const instantSaid = instant
/** What was asked, once it is known that its instants are some: whoever asks badly is told so whatever the case. */
export function momentsIn<A extends Asked>(asked: A): A {
  instant('at', asked.at)
  instant('known', asked.known)
  return asked
}

/** So many facts are read in one turn: a long history lets others have theirs. */
const atOnce = 200
async function factsOf(rooms: Rooms, id: string, eyes: Eyes | undefined): Promise<Recorded<CaseEvent>[]> {
  const told = await rooms.book.readStream(`cases-${id}`), facts: Recorded<CaseEvent>[] = []
  for (let from = 0; from < told.length; from += atOnce) {
    if (from > 0) await new Promise(setImmediate)
    facts.push(...await Promise.all(told.slice(from, from + atOnce).map((fact) => opened(rooms, read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version), eyes))))
  }
  return facts
}
/** All that a view of this case is folded from, and from where it is seen. */
export async function sourcesOf(rooms: Rooms, said: string, { at, known: knownAt, as = 'inspector', eyes }: Asked): Promise<{ id: string; sources: CaseSources; standpoint: Standpoint }> {
  if (!roles.includes(as as Role)) throw new Unanswerable(400, 'no-such-role', `没有「${as}」这个角色；有：${roles.join('、')}`,
    `There is no role ${as}; there are ${roles.join(', ')}`, { field: 'as' })
  const standpoint = { at: instant('at', at), known: instant('known', knownAt), role: as, now: rooms.now(), epoch: newestEpoch(rooms.keeping) }
  const id = await caseIdOf(rooms, said)
  const facts = await factsOf(rooms, id, eyes)
  const cards = (await Promise.all(subjectsIn(facts).map((number) => rooms.book.readStream(`supervision-card.cases.${id}${number}`)))).flat()
    .map((fact) => read(supervisionEvents, fact as Recorded<CardEvent>, fact.meta.version))
  const row = await rooms.rows.get('cases', id) as CaseRow | undefined
  const told = facts.find(({ type }) => type === 'ApplicationSubmitted')
  const { itemCode = '', hall = '', zone = '' } = told?.type === 'ApplicationSubmitted' ? told.data : row ?? {}
  const by = standpoint.known ?? standpoint.now, ended = endOf(facts, by), pinned = pinnedIn(facts)
  const known = dayIn(zone || rooms.founding.zone, ended && ended < by ? ended : by)
  const [calendar, rulebook, names, item, ground] = await Promise.all([rooms.calendars.of(hall, zone, known, standpoint.known), rulebookOf(rooms), namesOf(rooms),
    itemOf(rooms, itemCode, pinned), itemGround(rooms, { itemCode, itemVersion: pinned })])
  return { standpoint, id, sources: { facts, cards, calendar, rulebook, item, ground, hallName: names.hall(hall), personName: names.person } }
}

/** 回放 — a case as it stood, as far as was known, as a role saw it; folded from its facts for this question alone. */
export async function replay(rooms: Rooms, said: string, asked: Asked): Promise<CaseView> {
  const { id, sources, standpoint } = await sourcesOf(rooms, said, asked)
  const view = caseView(id, sources, standpoint)
  if ('notYet' in view && view.notYet === 'known') throw new Unanswerable(404, 'not-known-yet', `此时平台还不知道这个办件：${view.since} 才记入`,
    `The platform did not know of the case then: it was first recorded at ${view.since}`, { field: 'known', since: view.since })
  if ('notYet' in view) throw new Unanswerable(404, 'before-the-case-began', `此时办件尚未开始：最早的事实在 ${view.since}`,
    `The case had not begun: its first fact is at ${view.since}`, { field: 'at', begins: view.since })
  return view
}
