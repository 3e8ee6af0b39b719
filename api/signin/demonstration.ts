import type { FastifyInstance } from 'fastify'
import type { ApplicantRow } from '../../projections/applicants.ts'
import type { PersonRow } from '../../projections/people.ts'
import { everything, shown } from '../case-reading.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import type { Door } from './door.ts'

const noSuchPage = problem(404, 'no-such-page', '没有这一页', 'There is no such page')

/** 演示 — lets one choose whom to be; a real book knows no such page. */
export function demonstrationRoutes(app: FastifyInstance, door: Door) {
  const { rooms } = door, played = rooms.founding.purpose === 'demonstration'
  const asPerson = async ({ applicant: person, name }: ApplicantRow) =>
    ({ person, name: name === undefined ? '申请人' : await shown(rooms, name), department: '', post: '申请人', roles: ['applicant'] })
  const everybody = async () => [...await everything<PersonRow>(rooms, 'people'), ...await Promise.all((await everything<ApplicantRow>(rooms, 'applicants')).map(asPerson))]
  app.get('/api/people', { config: { access: 'public' } }, async (_, reply) => played ? { people: await everybody() } : answerWith(reply, noSuchPage))
  app.post<{ Body: { person?: unknown } | null }>('/api/me', { config: { access: 'public' } }, async (request, reply) => {
    if (!played) return answerWith(reply, noSuchPage)
    const chosen = (await everybody()).find(({ person }) => person === request.body?.person)
    if (!chosen) return answerWith(reply, problem(422, 'no-such-person', '没有这个人', 'There is no such person', { field: 'person' }))
    await door.begin(request, reply, chosen.person, 'demonstration')
    return reply.code(204).send()
  })
}
