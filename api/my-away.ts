import type { FastifyInstance } from 'fastify'
import type { Role } from '../domain/kernel/context.ts'
import type { Day } from '../domain/kernel/values.ts'
import { isAwayOn, type AbsenceRow } from '../projections/absences.ts'
import type { Away } from '../projections/views-department.ts'
import { standingOf } from './access/standing.ts'
import { houseCalendar } from './judging.ts'
import { directory } from './naming.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

const working: readonly Role[] = ['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager']
/** 我的外出 — what I have announced for today and later, and who of my department could stand in. */
type MyAway = { on: Day; away: Away[]; colleagues: { person: string; name: string; post: string }[] }

async function myAway(rooms: Rooms, person: string, department: string): Promise<MyAway> {
  const { people, personName } = await directory(rooms), now = rooms.now(), on = (await houseCalendar(rooms, now)).dayOf(now)
  const { rows } = await rooms.rows.find('absences', { where: { person, to: { from: on } }, order: 'from', limit: 100 }), nameOf = (one: string) => personName.get(one) ?? one
  const away = rows.map(({ row }) => row as AbsenceRow).filter(({ backOn }) => backOn === undefined || backOn > on)
    .map((one): Away => ({ ...one, name: nameOf(person), now: isAwayOn(one, on), ...(one.standIn !== undefined && { standInName: nameOf(one.standIn) }) }))
  const colleagues = people.filter((one) => one.person !== person && one.department === department && !one.suspended).map(({ person, name, post }) => ({ person, name, post }))
  return { on, away, colleagues: colleagues.sort((a, b) => a.name.localeCompare(b.name, 'zh')) }
}

/** GET /api/me/away */
export const myAwayRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/me/away', { config: { access: working } }, async (request, reply) => {
    only(request.query)
    const { person, department } = standingOf(request)
    return reply.header('Cache-Control', 'no-store').send(await myAway(rooms, person, department))
  })
