import type { FastifyInstance } from 'fastify'
import { roles, type Role } from '../../domain/kernel/context.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { PrivacyEvent } from '../../domain/privacy/events.ts'
import { privacy } from '../../domain/privacy/index.ts'
import type { LookRow } from '../../projections/looks.ts'
import { pageLimit, type Query } from '../../projections/read-store.ts'
import { caseFor } from '../access/case-for.ts'
import { standingOf } from '../access/standing.ts'
import { namesOf } from '../case-reading.ts'
import { Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'

/** 谁看过 — a look as the person is told of it: officials by name and department. */
type LookView = Pick<LookRow, 'at' | 'kind' | 'case' | 'purpose' | 'fields' | 'department'> & { name: string; role: string; delayedUntil?: Day }
type Told = { looks: LookView[]; next?: string }
/** An investigation keeps its own looks to itself; those of the hall and the department are told of at once. */
const investigating: readonly Role[] = ['inspector', 'hall-monitor', 'auditor']

async function delayOf(rooms: Rooms, id: string): Promise<Day | undefined> {
  const facts = await load(rooms.book, privacy, `privacy-delay.${id}`) as unknown as PrivacyEvent[]
  return facts.flatMap((fact) => fact.type === 'DisclosureDelayed' ? [fact.data.until] : []).at(-1)
}
/** What may be told of these looks by now, and of which it is said that telling was delayed. */
async function disclosed(rooms: Rooms, rows: readonly LookRow[], all: boolean): Promise<LookView[]> {
  const { zone } = rooms.founding, today = dayIn(zone, rooms.now()), names = await namesOf(rooms)
  const cases = [...new Set(rows.filter(({ role }) => investigating.includes(role)).map((row) => row.case))]
  const delays = new Map(await Promise.all(cases.map(async (id) => [id, await delayOf(rooms, id)] as const)))
  return rows.flatMap((row) => {
    const until = investigating.includes(row.role) ? delays.get(row.case) : undefined
    if (until !== undefined && today < until && !all) return []
    const { at, kind, purpose, fields, role, department, looker } = row
    return [{ at, kind, case: row.case, name: names.person(looker) ?? looker, role, department, ...(purpose !== undefined && { purpose }), ...(fields && { fields }),
      ...(until !== undefined && dayIn(zone, at) < until && { delayedUntil: until }) }]
  })
}
/** A page of looks, newest first; all that was on record when it was asked for. */
export async function looksFor(rooms: Rooms, where: Query['where'], { after, limit = '100' }: { after?: string | undefined; limit?: string | undefined } = {}, all = false): Promise<Told> {
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > pageLimit) throw new Unanswerable(400, 'bad-parameter', `limit 须为 1…${pageLimit} 的整数`,
    `limit is a whole number from 1 to ${pageLimit}`, { field: 'limit' })
  await rooms.caughtUp((await rooms.book.head()).position)
  const { rows, next } = await rooms.rows.find('looks', { ...(where && { where }), order: '-at', limit: Number(limit), ...(after !== undefined && { after }) })
  return { looks: await disclosed(rooms, rows.map(({ row }) => row as LookRow), all), ...(next !== undefined && { next }) }
}

/** GET /api/me/looks — everybody's own; GET /api/cases/:id/looks — for those who answer for the case. */
export function lookRoutes(app: FastifyInstance, rooms: Rooms) {
  type Strings = Record<string, string | undefined>
  app.get<{ Querystring: Strings }>('/api/me/looks', { config: { access: 'signed-in' } }, (request) =>
    looksFor(rooms, { applicant: standingOf(request).person }, only(request.query, 'after', 'limit')))
  app.get<{ Params: { id: string }; Querystring: Strings }>('/api/cases/:id/looks', { config: { access: ['inspector', 'auditor', 'leader', 'section-head'] } }, async (request) => {
    const { id, as } = await caseFor(rooms, standingOf(request), request.params.id), until = await delayOf(rooms, id)
    const kept = until !== undefined && dayIn(rooms.founding.zone, rooms.now()) < until && !investigating.includes(as)
    const where = { case: id, first: true, ...(kept && { role: { in: roles.filter((role) => !investigating.includes(role)) } }) }
    return { count: await rooms.rows.count('looks', where), ...await looksFor(rooms, where, only(request.query, 'after', 'limit'), !kept) }
  })
}
