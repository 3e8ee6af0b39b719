import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { instantIn } from '../domain/kernel/zones.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { ItemRow } from '../projections/catalogue.ts'
import type { DueIndex } from '../projections/due-index.ts'
import { pageLimit, type Place } from '../projections/read-store.ts'
import type { CaseListRow } from '../projections/views.ts'
import { countAny, findAny } from './access/finding.ts'
import { sightOf, type Where } from './access/sight.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { findingRoute } from './applicants-finding.ts'
import { listed } from './case-listing.ts'
import { intentOf } from './commands.ts'
import type { Due } from './due.ts'
import { calendarFor } from './judging.ts'
import { directory } from './naming.ts'
import { noticeRoute } from './notices.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { accessCodeRoute } from './window-codes.ts'
import { registeringRoute } from './window-registering.ts'

const shown = 50
/** 一栏 of today's list: `all` is counted, whatever of it is shown. */
type Column = { rows: CaseListRow[]; all: number }
export type WindowView = {
  halls: string[]; now: string; position: number
  /** 我今天收的；等受理；补正来了；等申请人补正；等领取. */
  mine: Column; waiting: Column; supplied: Column; asked: Column; ready: Column
}
/** 可收的事项 — `own`: how often this clerk has accepted it; `authorised: false`: it may be looked up, and is not this clerk's to accept. */
type Offered = Pick<ItemRow, 'code' | 'shortName' | 'legalName' | 'department' | 'caseType' | 'promisedWorkingDays'> & { own: number; authorised: boolean }

const mayNot = new Unanswerable(403, 'beyond-your-reach', '没有窗口授权的大厅', 'No hall of yours has a window')
/** What a clerk's grants reach, as conditions on rows. */
function atHalls({ grants }: Standing, where: Where): Where[] {
  const clerk = grants.filter(({ role }) => role === 'window-clerk')
  if (clerk.some(({ scope }) => scope === 'region')) return [where]
  return clerk.flatMap(({ scope, of }) => scope === 'hall' && of !== undefined ? [{ ...where, hall: of }] : [])
}
async function rowsAt({ rows }: Rooms, wheres: readonly Where[], order: string, most = Infinity): Promise<CaseRow[]> {
  const found: CaseRow[] = []
  for (let after: Place | undefined; ;) {
    const page = await findAny(rows, 'cases', { order, limit: pageLimit, ...(after && { after }) }, wheres)
    found.push(...page.rows.map(({ row }) => row as unknown as CaseRow))
    if (!page.end || found.length >= most) return found
    after = page.end
  }
}

const takenBy = new WeakMap<Rooms, Map<string, string>>()
/** Who took an application in does not change. */
async function takerOf(rooms: Rooms, id: string): Promise<string | undefined> {
  const known = takenBy.get(rooms) ?? new Map<string, string>()
  takenBy.set(rooms, known)
  if (known.size > 20_000) known.clear()
  const taker = known.get(id) ?? (await rooms.book.readStream(`cases-${id}`))[0]?.meta.actor.person
  if (taker !== undefined) known.set(id, taker)
  return taker
}

/** 今天的窗口 — what this clerk took in today, and what waits at this clerk's halls. */
export async function windowView(rooms: Rooms, who: Standing, index: DueIndex): Promise<WindowView> {
  const now = rooms.now(), position = await rooms.rows.checkpoint('cases'), { zone } = rooms.founding
  const halls = atHalls(who, {})
  if (halls.length === 0) throw mayNot
  const calendar = await calendarFor(rooms, { hall: who.hall ?? '', zone }, now), since = instantIn(zone, calendar.dayOf(now), '00:00')
  const [today, submitted, asked, concluded, allReady] = await Promise.all([
    rowsAt(rooms, atHalls(who, { openedAt: { from: since } }), '-openedAt'), rowsAt(rooms, atHalls(who, { stage: { in: ['Submitted', 'PreReviewed'] }, open: true }), 'openedAt'),
    rowsAt(rooms, atHalls(who, { stage: 'SupplementPending', open: true }), 'openedAt'), rowsAt(rooms, atHalls(who, { stage: 'Concluded' }), '-acceptedOn', shown),
    countAny(rooms.rows, 'cases', atHalls(who, { stage: 'Concluded' })),
  ])
  const takers = await Promise.all(today.map(({ id }) => takerOf(rooms, id))), mine = today.filter((_, i) => takers[i] === who.person)
  const isSupplied = ({ lastStep }: CaseRow) => lastStep === 'SupplementSubmitted', beforeAcceptance = asked.filter(({ acceptedOn }) => acceptedOn === undefined)
  const groups = { mine, waiting: submitted.filter((row) => !isSupplied(row)), supplied: submitted.filter(isSupplied), asked: beforeAcceptance, ready: concluded.slice(0, shown) }
  const sight = await sightOf(rooms, who), shownOf = async (rows: readonly CaseRow[], all = rows.length) => ({ rows: await listed(rooms, rows.slice(0, shown), index, now, sight), all })
  const columns = { mine: await shownOf(groups.mine), waiting: await shownOf(groups.waiting), supplied: await shownOf(groups.supplied), asked: await shownOf(groups.asked),
    ready: await shownOf(groups.ready, allReady) }
  await looked(rooms, who, 'list', Object.values(columns).flatMap(({ rows }) => rows.map(({ id }) => id)))
  return { halls: halls.map(({ hall }) => String(hall ?? '')), now, position, ...columns }
}

/** 常用在前 — items in the order in which this clerk accepts them, then by name. */
async function offered(rooms: Rooms, who: Standing): Promise<Offered[]> {
  const { items } = await directory(rooms)
  const counted = await Promise.all(items.map(async ({ code }) => rooms.rows.count('cases', { acceptedBy: who.person, itemCode: code })))
  return items.map(({ code, shortName, legalName, department, caseType, promisedWorkingDays, officers }, i) =>
    ({ code, shortName, legalName, department, caseType, promisedWorkingDays, own: counted[i]!, authorised: officers.includes(who.person) }))
    .sort((a, b) => b.own - a.own || Number(b.authorised) - Number(a.authorised) || a.code.localeCompare(b.code))
}

const Numbering = z.strictObject({})
/** 流水号 — by region and day; handed out by intent, so that who asks again has the same. One whose use failed before a restart was never printed. */
function numbersOf(rooms: Rooms) {
  const given = new Map<string, string>(), newest = new Map<string, number>()
  let turn: Promise<unknown> = Promise.resolve()
  async function next(key: string): Promise<string> {
    const known = given.get(key)
    if (known !== undefined) return known
    const { region, zone } = rooms.founding, day = (await calendarFor(rooms, { hall: '', zone }, rooms.now())).dayOf(rooms.now()).replaceAll('-', ''), stem = `${region}-${day}-`
    const [last] = (await rooms.rows.find('cases', { where: { caseNo: { from: stem, to: `${stem}\uffff` } }, order: '-caseNo', limit: 1 })).rows
    let number = Math.max(newest.get(stem) ?? 0, Number(/\d+$/.exec(String(last?.row['caseNo'] ?? ''))?.[0] ?? 0)) + 1
    const named = () => stem + String(number).padStart(4, '0')
    while ((await rooms.book.readStream(`cases-${named()}`)).length > 0) number++
    newest.set(stem, number)
    if (given.size > 10_000) given.clear()
    given.set(key, named())
    return named()
  }
  return (key: string) => {
    const answer = turn.then(() => next(key))
    turn = answer.catch(() => undefined)
    return answer
  }
}

/** 窗口 — whom somebody is, what may be taken in, under which number, and what waits. */
export function windowRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due, names: readonly string[]) {
  const numbered = numbersOf(rooms)
  app.get('/api/window', { config: { access: ['window-clerk'], looks: true } }, async (request, reply) => {
    await ready()
    only(request.query as Record<string, string>)
    return reply.header('Cache-Control', 'no-store').send(await windowView(rooms, standingOf(request), index))
  })
  app.get('/api/window/items', { config: { access: ['window-clerk'] } }, async (request) => ({ items: await offered(rooms, standingOf(request)) }))
  app.get<{ Params: { code: string } }>('/api/window/items/:code', { config: { access: ['window-clerk'] } }, async ({ params: { code } }) => {
    const item = await rooms.rows.get('items', code) as ItemRow | undefined
    if (!item) throw new Unanswerable(404, 'no-such-item', `没有编码为 ${code} 的事项`, `There is no item ${code}`, { field: 'code' })
    const { officers: _, ...rest } = item
    return rest
  })
  app.post<{ Body: z.infer<typeof Numbering> }>('/api/window/numbers', { schema: { body: Numbering }, config: { access: ['window-clerk'] } }, async (request, reply) => {
    const { key } = intentOf(request)
    return reply.code(201).header('Cache-Control', 'no-store').send({ number: await numbered(`${standingOf(request).person} ${key}`) })
  })
  findingRoute(app, rooms)
  registeringRoute(app, rooms)
  accessCodeRoute(app, rooms)
  noticeRoute(app, rooms, names)
}
