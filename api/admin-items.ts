import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { itemCommands, itemEvents, type ItemEvent, type ItemProposal, type ItemSaid } from '../domain/items/events.ts'
import { faultsIn } from '../domain/items/faults.ts'
import { occurredAt, read, type Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { ItemRow, ProposalsRow } from '../projections/catalogue.ts'
import { isBlob, type FormsLooked } from './attachments/forms.ts'
import { hasRole, standingOf, type Standing } from './access/standing.ts'
import { directory } from './naming.ts'
import { everything } from './case-reading.ts'
import { refusals, Unanswerable } from './problems.ts'
import { openCasesInMemory } from './open-cases-memory.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

type Strings = Record<string, string | undefined>
/** 在办 under each version; a case that no version is pinned to yet stands under 0. */
type OpenByVersion = { version: number; open: number }
type ListedItem = Pick<ItemRow, 'code' | 'version' | 'legalName' | 'shortName' | 'itemType' | 'caseType' | 'department' | 'promisedWorkingDays' | 'statutoryWorkingDays'>
  & { open: number; openBy: OpenByVersion[]; proposals: ProposalsRow['open'] }
type ItemList = { items: ListedItem[]; fresh: ({ code: string } & ProposalsRow['open'][number])[]; now: Instant }
type Said = { by: string; byName: string; at: Instant }
type ItemVersions = { code: string; revision: number; versions: (ItemRow & Said & { open: number })[]; unpinned: number; now: Instant
  proposals: (Omit<ItemRow, 'code' | 'proposal'> & Said & { proposal: number; reason: string; open: boolean })[] }
type Materials = ItemSaid['materials']
type ItemFaultSaid = { field: string; code: string; zh: string; en: string }

/** Open cases by item and version. */
async function openByItem(rooms: Rooms, code?: string): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const open = openCasesInMemory(rooms)
  await open.settled()
  return open.byVersion(code)
}
const sum = (by: ReadonlyMap<number, number> | undefined) => [...by?.values() ?? []].reduce((total, n) => total + n, 0)

/** 提议 are read by whoever proposes, decides or oversees (domain.md K); of others an item has none. */
const seesProposals = (who: Standing) => hasRole(who, ['handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'])

async function itemList(rooms: Rooms, who: Standing): Promise<ItemList> {
  const [{ items }, proposals, open] = await Promise.all([directory(rooms), seesProposals(who) ? everything<ProposalsRow>(rooms, 'item-proposals') : [], openByItem(rooms)])
  const proposed = new Map(proposals.map(({ code, open }) => [code, open])), known = new Set(items.map(({ code }) => code))
  return { now: rooms.now(), fresh: proposals.filter(({ code }) => !known.has(code)).flatMap(({ code, open }) => open.map((one) => ({ code, ...one }))),
    items: items.map(({ code, version, legalName, shortName, itemType, caseType, department, promisedWorkingDays, statutoryWorkingDays }) => ({
      code, version, legalName, shortName, itemType, caseType, department, promisedWorkingDays, statutoryWorkingDays, open: sum(open.get(code)),
      openBy: [...open.get(code) ?? []].map(([version, open]) => ({ version, open })).sort((a, b) => b.version - a.version), proposals: proposed.get(code) ?? [] })) }
}

/** 各版本与提议 of an item, each whole, from its own stream. */
async function itemVersions(rooms: Rooms, who: Standing, code: string): Promise<ItemVersions> {
  const facts = await rooms.book.readStream(`items-${code}`), { personName } = await directory(rooms), open = (await openByItem(rooms, code)).get(code)
  const told = facts.map((fact) => ({ ...read(itemEvents, fact as Recorded<ItemEvent | ItemProposal>, fact.meta.version), meta: fact.meta }))
    .filter(({ type }) => type !== 'ItemProposed' || seesProposals(who))
  if (told.length === 0) throw new Unanswerable(404, 'no-such-item', `没有编码为 ${code} 的事项`, `There is no item ${code}`, { field: 'code' })
  const said = ({ meta }: Pick<Recorded, 'meta'>): Said => ({ by: meta.actor.person, byName: personName.get(meta.actor.person) ?? meta.actor.person, at: occurredAt({ meta } as Recorded) })
  const versions = told.flatMap((fact) => fact.type === 'ItemPublished' ? [{ code, ...fact.data, ...said(fact), open: open?.get(fact.data.version) ?? 0 }] : [])
  const newest = versions.at(-1)?.version ?? 0
  return { code, revision: facts.length, versions: versions.reverse(), unpinned: open?.get(0) ?? 0, now: rooms.now(),
    proposals: told.flatMap((fact) => fact.type === 'ItemProposed' ? [{ ...fact.data, ...said(fact), open: fact.data.version === newest + 1 }] : []).reverse() }
}

/** What stands in for a part that is not said soundly yet, so that the rest can be looked at: it has no fault of its own. */
const neutral: ItemSaid = { version: 1, legalName: '-', shortName: '-', itemType: 'licence', categories: [], caseType: 'PROMISED', department: '-',
  statutoryWorkingDays: 1000, promisedWorkingDays: 0, stepLimits: [],
  flow: ['handling'], twoPersonRule: true, officers: ['-'], specialProcedures: [], materials: [], legalBasis: [], fees: [], form: [] }
const shapes: Readonly<Record<string, z.ZodType>> = itemCommands.PublishItem.shape
const rules: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  invalid_type: ['没有填，或不是这一项要的类型', 'Not filled in, or not of the kind that is asked for'],
  too_small: ['太短、太小或没有填', 'Too short, too small or not filled in'], too_big: ['太长或太大', 'Too long or too large'],
  invalid_value: ['不在可选的之内', 'Not one of the choices'],
  invalid_format: ['格式不对', 'Not of the form that is asked for'], unrecognized_keys: ['有不认识的项', 'Holds something that is not known'],
}
const worded = (code: string) => rules[code] ?? ['不符合要求', 'Not as it has to be']

/** 试核 — everything that keeps an item from being published as it is typed, place by place: first what is no item yet, then the domain's own faults. */
export function checkItem(body: unknown): ItemFaultSaid[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Unanswerable(400, 'malformed', '提交的内容不符合要求：事项须是一个对象', 'The content does not have the required form: an item is an object', { field: 'body', rule: 'object' })
  }
  const said = body as Record<string, unknown>
  const shaped: ItemFaultSaid[] = [], sound: Record<string, unknown> = { ...neutral }, unsound = new Set<string>()
  for (const [name, shape] of Object.entries(shapes)) {
    const parsed = shape.safeParse(said[name])
    if (parsed.success) { if (parsed.data !== undefined) sound[name] = parsed.data; continue }
    unsound.add(name)
    for (const { path, code } of parsed.error.issues) { const [zh, en] = worded(code); shaped.push({ field: [name, ...path].join('.'), code, zh, en }) }
  }
  const [zh, en] = worded('unrecognized_keys')
  shaped.push(...Object.keys(said).filter((name) => !Object.hasOwn(shapes, name)).map((field) => ({ field, code: 'unrecognized_keys', zh, en })))
  const found = faultsIn(sound as ItemSaid).filter(({ at }) => !unsound.has(at.split('.')[0]!))
    .map(({ code, at }) => ({ field: at, code, zh: refusals[code].zh, en: refusals[code].en }))
  return [...shaped, ...found]
}

/** 样表 of a draft, whatever else of it is not said soundly yet. */
function formsSaid(body: unknown): Materials {
  const list = (body as Record<string, unknown>)['materials']
  return (Array.isArray(list) ? list as unknown[] : []).map((one) => {
    const { name, blankForm, sampleForm } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
    return { name: typeof name === 'string' ? name.slice(0, 200) : '', required: false, ...(isBlob(blankForm) && { blankForm }), ...(isBlob(sampleForm) && { sampleForm }) }
  })
}
/** Which material it is of, and why. */
const formFaults = ({ missing }: FormsLooked): ItemFaultSaid[] => missing.map(({ at, material, code }) => {
  const { zh, en } = refusals[code]
  return { field: at, code, zh: material ? `「${material}」：${zh}` : zh, en }
})

export function itemEditingRoutes(app: FastifyInstance, rooms: Rooms, formsIn: (code: string, materials: Materials) => Promise<FormsLooked>) {
  const readers = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'] as const
  const writers = ['handler', 'section-head', 'hall-manager', 'system-admin'] as const
  app.get<{ Querystring: Strings }>('/api/items', { config: { access: readers } }, (request) => { only(request.query); return itemList(rooms, standingOf(request)) })
  app.get<{ Params: { code: string }; Querystring: Strings }>('/api/items/:code/versions', { config: { access: readers } }, (request) => {
    only(request.query)
    return itemVersions(rooms, standingOf(request), request.params.code)
  })
  app.post<{ Params: { code: string } }>('/api/items/:code/check', { config: { access: writers } }, async ({ params, body }) => {
    const newest = await rooms.rows.get('items', params.code) as ItemRow | undefined
    const faults = checkItem(body), forms = await formsIn(params.code, formsSaid(body))
    return { code: params.code, next: (newest?.version ?? 0) + 1, faults: [...faults, ...formFaults(forms)], forms: forms.kept }
  })
  // Who may be authorised is known to whoever authorises and proposes; nobody's rights are told.
  app.get<{ Querystring: Strings }>('/api/officers', { config: { access: readers } }, async ({ query }) => {
    only(query)
    const { people } = await directory(rooms)
    const officers = people.filter(({ suspended, roles }) => !suspended && (roles.includes('handler') || roles.includes('window-clerk')))
    return { officers: officers.map(({ person, name, department, post, roles }) => ({ person, name, department, post, ...(!roles.includes('handler') && { atWindow: true }) })),
      departments: [...new Set(people.map(({ department }) => department))].sort() }
  })
}
