import type { FastifyInstance } from 'fastify'
import { isSealed, type Sealed } from '../../domain/kernel/values.ts'
import { pageLimit } from '../../projections/read-store.ts'
import { standingOf, type Standing } from '../access/standing.ts'
import { replay } from '../case-reading.ts'
import type { Rooms } from '../rooms.ts'
import { looksFor } from './disclosed.ts'
import { looked } from './looks.ts'
import { revealed, type Revealed } from './revealing.ts'

type Kept = { stream: string; revision: number; type: string; recordedAt: string; field: string } & Revealed
/** Every envelope of somebody's anywhere in what a fact says. */
function envelopesIn(data: unknown, subject: string, field = ''): [field: string, envelope: Sealed][] {
  if (isSealed(data)) return data.subject === subject ? [[field, data]] : []
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([name, value]) => envelopesIn(value, subject, field === '' ? name : `${field}.${name}`))
}
async function keptOf(rooms: Rooms, subject: string, matters: readonly string[]): Promise<Kept[]> {
  const kept: Kept[] = []
  for (const stream of matters) for (const { type, data, meta: { revision, recordedAt } } of await rooms.book.readStream(stream)) {
    for (const [field, envelope] of envelopesIn(data, subject)) kept.push({ stream, revision, type, recordedAt, field, ...await revealed(rooms, envelope) })
  }
  return kept
}
async function casesOf({ rows }: Rooms, person: string): Promise<string[]> {
  const keys = await Promise.all(['applicantId', 'agentId'].map((field) => rows.keys('cases', { [field]: person }, pageLimit)))
  return [...new Set(keys.flat())].sort()
}
async function everyLook(rooms: Rooms, person: string) {
  const all = []
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await looksFor(rooms, { applicant: person }, { after, limit: String(pageLimit) })
    all.push(...page.looks)
    after = page.next
  }
  return all
}

/** 本人数据 — all that is sealed or kept about somebody, in full, as the house has it (个人信息保护法 45). */
async function ownData(rooms: Rooms, who: Standing) {
  const { person } = who
  await rooms.caughtUp((await rooms.book.head()).position)
  const ids = await casesOf(rooms, person), matters = [...new Set([...await rooms.keys.matters(person), ...ids.map((id) => `cases-${id}`), `identity-applicant.${person}`])].sort()
  const cases = await Promise.all(ids.map((id) => replay(rooms, id, { as: 'applicant', eyes: { person, names: true } })))
  const attachments = cases.flatMap(({ id, facts }) => facts.filter(({ type }) => type === 'DocumentAttached').map(({ recordedAt, data }) => ({ case: id, recordedAt, ...data })))
  return { format: 'mingjian-own-data/v1', person, at: rooms.now(), sealed: await keptOf(rooms, person, matters), cases, attachments,
    erasure: await rooms.rows.get('erasures', person) ?? null, looks: await everyLook(rooms, person) }
}

/** GET /api/me/data */
export function ownDataRoute(app: FastifyInstance, rooms: Rooms) {
  app.get('/api/me/data', { config: { access: 'signed-in' } }, async (request, reply) => {
    const who = standingOf(request), data = await ownData(rooms, who)
    await looked(rooms, who, 'export', [`identity-applicant.${who.person}`], { as: 'applicant', about: [who.person] })
    return reply.header('Cache-Control', 'no-store').send(data)
  })
}
