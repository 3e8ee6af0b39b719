import type { FastifyInstance } from 'fastify'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { hourOf } from '../../domain/evidence/decide/footage.ts'
import type { EvidenceEvent, Written } from '../../domain/evidence/events.ts'
import { cameraId } from '../../domain/evidence/footage.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import { caseFor } from '../access/case-for.ts'
import { standingOf, type Standing } from '../access/standing.ts'
import { answerWith } from '../commands.ts'
import { looked } from '../privacy/looks.ts'
import { refused, Unanswerable } from '../problems.ts'
import { policy, type Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { cameraFor, noSuchFootage, recordedViewers } from './scope.ts'

const at = z.int().nonnegative()
/** 查看 as it is asked for. */
export const ViewAsked = z.strictObject({
  camera: cameraId, fromMs: at, toMs: at, caseId: z.string().min(1).max(300).optional(), reason: z.string().trim().min(1).max(500).optional(),
})
type View = Written<'FootageViewed'>['data']
const viewNumber = /^[0-9a-f]{32}$/
/** By UTC: a view that was opened before midnight is looked for under that day too. */
const dayOf = (at: Instant, back = 0) => new Date(Date.parse(at) - back * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')

const opened = new WeakMap<Rooms, Map<string, View>>(), remembered = 5_000
const known = (rooms: Rooms) => { const views = opened.get(rooms) ?? new Map<string, View>(); opened.set(rooms, views); return views }
/** Told what a view opens; by the book where this process has not opened it. */
async function viewOf(rooms: Rooms, person: string, view: string): Promise<View | undefined> {
  const views = known(rooms), found = views.get(view)
  if (found) return found
  for (const back of [0, 1]) {
    const facts = await load(rooms.book, evidence, `evidence-view.${person}.${dayOf(rooms.now(), back)}`) as unknown as EvidenceEvent[]
    for (const fact of facts) if (fact.type === 'FootageViewed') views.set(fact.data.view, fact.data)
  }
  if (views.size > remembered) for (const [number, { until }] of views) if (until <= rooms.now()) views.delete(number)
  return views.get(view)
}
/** 凭查看号 — the camera that a view opens to whoever opened it, while it lasts; otherwise the same answer, whatever is wrong with it. */
export async function ticketFor(rooms: Rooms, who: Standing, camera: string, view: string | undefined): Promise<{ view: View; camera: CameraRow }> {
  const found = view !== undefined && viewNumber.test(view) ? await viewOf(rooms, who.person, view) : undefined
  if (!found || found.looker !== who.person || found.camera !== camera) throw noSuchFootage()
  const { camera: row } = await cameraFor(rooms, who, camera, 'recorded', found)
  if (found.until <= rooms.now()) throw new Unanswerable(410, 'view-over', '这次查看已到时限，请重新说明理由', 'This view is over; say anew why you look', { field: 'view' })
  return { view: found, camera: row }
}

const mustBeRecorded = () => new Unanswerable(503, 'look-not-recorded', '查阅没有记录成，因此不能给出内容；请稍后再试', 'The look could not be put on record, so nothing is shown; try again later')
/** 看实时 is on record before the first picture leaves: who watched which camera, once an hour. */
export async function liveWatched(rooms: Rooms, who: Standing, camera: string): Promise<void> {
  const { as } = await cameraFor(rooms, who, camera, 'live'), now = rooms.now(), hour = hourOf(Date.parse(now)), id = `${who.person}.${dayOf(now)}`
  const command = { type: 'RecordLiveWatch', data: { looker: who.person, role: as, department: who.department, camera, hour } }
  const answer = await rooms.tell({ context: evidence, id, by: policy, key: `watch ${camera} ${hour}`, command }).catch(() => { throw mustBeRecorded() })
  if ('stale' in answer || isRefusal(answer)) throw mustBeRecorded()
}

/** Segments wait to be told with others; who looks at what has just been sees it as far as it is sealed. */
const waitingMs = 120_000
export async function upToNow(rooms: Rooms, camera: string, toMs: number): Promise<void> {
  if (!rooms.footage || toMs < Date.parse(rooms.now()) - waitingMs) return
  await rooms.footage.urge(camera)
  await rooms.caughtUp((await rooms.book.head()).position)
}

/** POST /api/video/views — who looks at what and why, before the first recorded picture; with a case, it is a look at that case's person too. */
export function viewRoute(app: FastifyInstance, rooms: Rooms) {
  app.post<{ Body: z.infer<typeof ViewAsked> }>('/api/video/views', { schema: { body: ViewAsked }, config: { access: recordedViewers } }, async (request, reply) => {
    const who = standingOf(request), { camera, fromMs, toMs, caseId, reason } = request.body
    const { as } = await cameraFor(rooms, who, camera, 'recorded', { fromMs, toMs }), about = caseId === undefined ? undefined : (await caseFor(rooms, who, caseId)).id
    const view = randomBytes(16).toString('hex'), looker = { looker: who.person, role: as, department: who.department }
    const data = { view, ...looker, camera, fromMs, toMs, ...(about !== undefined && { case: about }), ...(reason !== undefined && { reason }) }
    const answer = await rooms.tell({ context: evidence, id: `${who.person}.${dayOf(rooms.now())}`, by: policy, key: `view ${view}`, command: { type: 'OpenView', data } })
    if (isRefusal(answer)) return answerWith(reply, refused(answer.refused))
    const found = await viewOf(rooms, who.person, view)
    if ('stale' in answer || !found) throw mustBeRecorded()
    await upToNow(rooms, camera, toMs)
    if (about !== undefined) await looked(rooms, who, 'footage', [about], { as, ...(reason !== undefined && { purpose: reason }) })
    return reply.code(201).header('Cache-Control', 'no-store').send({ view, expiresAt: found.until })
  })
}
