import type { FastifyInstance } from 'fastify'
import { sightOf } from './access/sight.ts'
import { actorOf, standingOf } from './access/standing.ts'
import { rowsLooked } from './privacy/looks.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { calendarTouches } from './touches-calendar.ts'
import { touchesOfDictionary } from './touches-dictionary.ts'
import { touchesOfOrganisation, touchesOfPerson } from './touches-person.ts'

type Said = Record<string, string | undefined>
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
  const ofDays = ['hall-manager', 'inspector', 'system-admin', 'auditor'] as const
  app.post<{ Params: { id: string; command: string } }>('/api/touches/calendar/:id/:command', { config: { access: ofDays, looks: true } }, async (request) => {
    const who = standingOf(request), { id, command } = request.params
    const found = await calendarTouches(rooms, { name: command, id, body: request.body, by: actorOf(who, who.grants[0]!), sight: await sightOf(rooms, who) })
    return rowsLooked(rooms, who, 'cards', { rows: found.moves }).then(() => found)
  })
}
