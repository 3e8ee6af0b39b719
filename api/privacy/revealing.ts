import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { caseEvents, type CaseEvent } from '../../domain/cases/events.ts'
import { itemEvents, type FormField, type ItemEvent } from '../../domain/items/events.ts'
import type { Role } from '../../domain/kernel/context.ts'
import { read, type Recorded } from '../../domain/kernel/events.ts'
import { isSealed, type Sealed } from '../../domain/kernel/values.ts'
import type { PrivacyEvent } from '../../domain/privacy/events.ts'
import { privacy } from '../../domain/privacy/index.ts'
import { ownedOf } from '../access/owned.ts'
import { standingOf, viewingAs } from '../access/standing.ts'
import { answerWith, malformed } from '../commands.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { looked } from './looks.ts'

/** Those whose work it is to know; who audits never opens. */
const mayReveal: readonly Role[] = ['window-clerk', 'handler', 'section-head', 'inspector']
const fieldNames = ['applicantName', 'applicantNumber', 'agentName', 'form'] as const
const Asked = z.strictObject({ fields: z.array(z.enum(fieldNames)).min(1).max(fieldNames.length), purpose: z.string().trim().min(1).max(500) })
type Question = Pick<FormField, 'id' | 'label' | 'kind'>
/** What is under an envelope, or why nothing is. */
export type Revealed = { value: unknown } | { state: 'restricted' | 'gone' }
export async function revealed({ keys }: Rooms, envelope: Sealed): Promise<Revealed> {
  const plain = await keys.open(envelope)
  if (plain !== undefined) return { value: JSON.parse(plain) as unknown }
  return { state: await keys.standing(envelope.subject, envelope.matter) === 'restricted' ? 'restricted' : 'gone' }
}
const noSuch = (id: string) => new Unanswerable(404, 'no-such-case', `没有编号为 ${id} 的办件`, `There is no case ${id}`, { field: 'id' })

const factsOf = async ({ book }: Rooms, id: string) => (await book.readStream(`cases-${id}`)).map((fact) => read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version))
/** The newest envelope of each field of a case. */
const sealedIn = (facts: readonly CaseEvent[]) =>
  new Map(facts.flatMap(({ data }) => Object.entries(data).flatMap(([name, value]): [string, Sealed][] => isSealed(value) ? [[name, value]] : [])))
/** 表单的问题 as they were put to the applicant, in their order: an answer is read beside its question. */
async function askedIn({ book }: Rooms, facts: readonly CaseEvent[]): Promise<Question[]> {
  const told = facts.find(({ type }) => type === 'ApplicationSubmitted')
  if (told?.type !== 'ApplicationSubmitted') return []
  const { itemCode, pinned } = told.data, items = (await book.readStream(`items-${itemCode}`)).filter(({ type }) => type === 'ItemPublished')
    .map((fact) => read(itemEvents, fact as Recorded<ItemEvent>, fact.meta.version).data)
  const item = items.find(({ version }) => version === pinned?.itemVersion) ?? items.at(-1)
  return (item?.form ?? []).map(({ id, label, kind }) => ({ id, label, kind }))
}

/** POST /api/cases/:id/reveal — 启看: sealed fields in full, for those who work with them, with a purpose and on record. */
export function revealRoute(app: FastifyInstance, rooms: Rooms) {
  app.post<{ Params: { id: string } }>('/api/cases/:id/reveal', { config: { access: mayReveal, looks: true } }, async (request, reply) => {
    const who = standingOf(request), { id } = request.params, owned = await ownedOf(rooms, id)
    const as = owned && viewingAs({ ...who, grants: who.grants.filter(({ role }) => mayReveal.includes(role)) }, owned)
    if (!as) throw noSuch(id)
    const { data: asked, error } = Asked.safeParse(request.body)
    if (!asked) return answerWith(reply, malformed(error))
    const facts = await factsOf(rooms, id), there = sealedIn(facts), fields: Record<string, Revealed> = {}
    for (const field of asked.fields) { const envelope = there.get(field); if (envelope) fields[field] = await revealed(rooms, envelope) }
    const opened = Object.keys(fields)
    if (opened.length > 0) await looked(rooms, who, 'opened', [id], { as: as.role, purpose: asked.purpose, fields: opened })
    return reply.header('Cache-Control', 'no-store').send({ fields, ...(fields['form'] && { questions: await askedIn(rooms, facts) }) })
  })
}

type Opening = Extract<PrivacyEvent, { type: 'OpeningRequested' | 'OpeningApproved' }>
const noSuchOpening = (id: string) => new Unanswerable(404, 'no-such-opening', `没有编号为 ${id} 的启封`, `There is no opening ${id}`, { field: 'id' })
/** GET /api/openings/:id — what two inspectors have opened, for the two of them, while it stands open. */
export function openingRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Params: { id: string } }>('/api/openings/:id', { config: { access: ['inspector'], looks: true } }, async (request, reply) => {
    const who = standingOf(request), { id } = request.params
    const facts = await load(rooms.book, privacy, `privacy-opening.${id}`) as unknown as Opening[]
    const requested = facts.find((fact) => fact.type === 'OpeningRequested')?.data, approved = facts.find((fact) => fact.type === 'OpeningApproved')?.data
    if (!requested || (requested.by !== who.person && approved?.by !== who.person)) throw noSuchOpening(id)
    if (!approved) throw new Unanswerable(409, 'not-opened-yet', '启封尚待另一名监察员批准', 'Another inspector has not approved this opening yet')
    if (rooms.now() >= approved.until) throw new Unanswerable(409, 'opening-over', '启封时限已过', 'The time of this opening is over', { until: approved.until })
    const { stream, revision, field, subject, purpose } = requested, fact = (await rooms.book.readStream(stream)).find(({ meta }) => meta.revision === revision)
    const envelope = fact?.data[field]
    if (!isSealed(envelope)) throw noSuchOpening(id)
    const content = await revealed(rooms, envelope)
    await looked(rooms, who, 'opened', [stream.startsWith('cases-') ? stream.slice('cases-'.length) : stream], { as: 'inspector', about: [subject], purpose, fields: [field] })
    return reply.header('Cache-Control', 'no-store').send({ opening: id, stream, revision, field, subject, purpose, until: approved.until, by: [requested.by, approved.by], ...content })
  })
}
