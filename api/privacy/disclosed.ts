import type { FastifyInstance } from 'fastify'
import { roles, type Role } from '../../domain/kernel/context.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { PrivacyEvent } from '../../domain/privacy/events.ts'
import { privacy } from '../../domain/privacy/index.ts'
import type { LookRow } from '../../projections/looks.ts'
import { pageLimit, type Found, type Place, type Query } from '../../projections/read-store.ts'
import { caseFor } from '../access/case-for.ts'
import { standingOf } from '../access/standing.ts'
import { namesOf } from '../case-reading.ts'
import { looked } from './looks.ts'
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
/** What may be told of each of these looks by now, and of which it is said that telling was delayed. */
async function disclosed(rooms: Rooms, rows: readonly LookRow[], all: boolean): Promise<(LookView | undefined)[]> {
  const { zone } = rooms.founding, today = dayIn(zone, rooms.now()), names = await namesOf(rooms)
  const cases = [...new Set(rows.filter(({ role }) => investigating.includes(role)).map((row) => row.case))]
  const delays = new Map(await Promise.all(cases.map(async (id) => [id, await delayOf(rooms, id)] as const)))
  return rows.map((row) => {
    const until = investigating.includes(row.role) ? delays.get(row.case) : undefined
    if (until !== undefined && today < until && !all) return undefined
    const { at, kind, purpose, fields, role, department, looker } = row
    return { at, kind, case: row.case, name: names.person(looker) ?? looker, role, department, ...(purpose !== undefined && { purpose }), ...(fields && { fields }),
      ...(until !== undefined && dayIn(zone, at) < until && { delayedUntil: until }) }
  })
}
const cursorOf = ({ key, row }: Found) => Buffer.from(JSON.stringify([row['at'], key])).toString('base64url')
function placeIn(cursor: string): Place {
  try {
    const [value, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown]
    if (typeof value === 'string' && typeof key === 'string') return { value, key }
  } catch { /* told below */ }
  throw new Unanswerable(400, 'bad-cursor', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query', { field: 'after' })
}
/** A page of looks, newest first; all that was on record when it was asked for. It goes on behind a look that was told, and only where more are: of those that are
    not told yet nobody learns that they are there, nor whose. */
export async function looksFor(rooms: Rooms, where: Query['where'], { after, limit = '100' }: { after?: string | undefined; limit?: string | undefined } = {}, all = false): Promise<Told> {
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > pageLimit) throw new Unanswerable(400, 'bad-parameter', `limit 须为 1…${pageLimit} 的整数`,
    `limit is a whole number from 1 to ${pageLimit}`, { field: 'limit' })
  await rooms.caughtUp((await rooms.book.head()).position)
  const most = Number(limit), looks: LookView[] = []
  let last: Found | undefined
  for (let from = after === undefined ? undefined : placeIn(after); ;) {
    const { rows, end } = await rooms.rows.find('looks', { ...(where && { where }), order: '-at', limit: Math.min(most + 1, pageLimit), ...(from && { after: from }) })
    const views = await disclosed(rooms, rows.map(({ row }) => row as LookRow), all)
    for (const [i, view] of views.entries()) {
      if (!view) continue
      if (looks.length === most) return { looks, next: cursorOf(last!) }
      looks.push(view)
      last = rows[i]
    }
    if (!end) return { looks }
    from = end
  }
}

/** Those who answer for a case, and those who oversee. */
const told: readonly Role[] = ['inspector', 'auditor', 'leader', 'section-head']
/** GET /api/me/looks — everybody's own; GET /api/cases/:id/looks — for those who answer for the case, in that role. */
export function lookRoutes(app: FastifyInstance, rooms: Rooms) {
  type Strings = Record<string, string | undefined>
  app.get<{ Querystring: Strings }>('/api/me/looks', { config: { access: 'signed-in' } }, (request) =>
    looksFor(rooms, { applicant: standingOf(request).person }, only(request.query, 'after', 'limit')))
  app.get<{ Params: { id: string }; Querystring: Strings }>('/api/cases/:id/looks', { config: { access: told, looks: true } }, async (request) => {
    const who = standingOf(request), answering = { ...who, grants: who.grants.filter(({ role }) => told.includes(role)) }
    const { id, as } = await caseFor(rooms, answering, request.params.id), until = await delayOf(rooms, id)
    const kept = until !== undefined && dayIn(rooms.founding.zone, rooms.now()) < until && !investigating.includes(as)
    const where = { case: id, first: true, ...(kept && { role: { in: roles.filter((role) => !investigating.includes(role)) } }) }
    const found = { count: await rooms.rows.count('looks', where), ...await looksFor(rooms, where, only(request.query, 'after', 'limit'), !kept) }
    await looked(rooms, who, 'list', [id], { as })
    return found
  })
}
