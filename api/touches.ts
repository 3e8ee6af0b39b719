import type { FastifyInstance } from 'fastify'
import { calendarIdOf, hoursIdOf } from '../domain/calendar/index.ts'
import { sightOf } from './access/sight.ts'
import { actorOf, standingOf, type Standing } from './access/standing.ts'
import { rowsLooked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { calendarTouches } from './touches-calendar.ts'
import { touchesOfDictionary } from './touches-dictionary.ts'
import { touchesOfOrganisation, touchesOfPerson } from './touches-person.ts'

type Said = Record<string, string | undefined>
const ofDays = ['hall-manager', 'inspector', 'system-admin', 'auditor'] as const
const notYours = () => new Unanswerable(403, 'beyond-your-reach', '只能起草自己大厅的日历和办公时间', 'You draft the days and the hours of your own hall alone', { field: 'id', rule: 'own-hall' })
/** 起草 (domain.md K, 日历维护): whoever manages a hall proposes what its own layer and hours say; whoever answers for the region, what any of them says. */
const mayDraft = ({ grants }: Standing, command: string, id: string) => grants.some(({ role, scope, of }) => ofDays.some((one) => one === role)
  && (role !== 'hall-manager' || scope === 'region' || (of !== undefined && id === (command === 'set-office-hours' ? hoursIdOf(of) : calendarIdOf('office', of)))))
/** 牵动 — what a change will touch, counted before it is said. Figures are of all; one by one only what whoever asks may look at. */
export function touchesRoutes(app: FastifyInstance, rooms: Rooms, sessionsOf: (person: string) => number) {
  const accounts = ['system-admin', 'security-admin', 'inspector', 'auditor'] as const
  app.get<{ Params: { person: string }; Querystring: Said }>('/api/touches/people/:person', { config: { access: accounts } }, ({ params, query }) => {
    only(query)
    return touchesOfPerson(rooms, params.person, sessionsOf(params.person))
  })
  app.get<{ Params: { id: string }; Querystring: Said }>('/api/touches/organisations/:id', { config: { access: ['system-admin', 'inspector', 'auditor'] } }, ({ params, query }) => {
    only(query)
    return touchesOfOrganisation(rooms, params.id)
  })
  app.post<{ Params: { id: string } }>('/api/touches/dictionaries/:id', { config: { access: ['hall-manager', 'system-admin'] } }, (request) => {
    const who = standingOf(request)
    return touchesOfDictionary(rooms, request.params.id, request.body, actorOf(who, who.grants[0]!))
  })
  app.post<{ Params: { id: string; command: string } }>('/api/touches/calendar/:id/:command', { config: { access: ofDays, looks: true } }, async (request) => {
    const who = standingOf(request), { id, command } = request.params
    if (!mayDraft(who, command, id)) throw notYours()
    const found = await calendarTouches(rooms, { name: command, id, body: request.body, by: actorOf(who, who.grants[0]!), sight: await sightOf(rooms, who) })
    return rowsLooked(rooms, who, 'cards', { rows: found.moves }).then(() => found)
  })
}
