import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { hourOf } from '../../domain/evidence/decide/footage.ts'
import type { EvidenceEvent } from '../../domain/evidence/events.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import { standingOf, type Standing } from '../access/standing.ts'
import { refused, Unanswerable } from '../problems.ts'
import { policy, type Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { evidenceOf } from './evidence-room.ts'
import { stretchesOf } from './reading.ts'
import { noSuchFootage, recordedViewers } from './scope.ts'
import { ticketFor } from './views.ts'

/** 定格 as it is asked for. */
export const SnapshotAsked = z.strictObject({ atMs: z.int().nonnegative(), view: z.string().regex(/^[0-9a-f]{32}$/) })

export const noDecoder = () => new Unanswerable(501, 'no-ffmpeg', '本机没有 ffmpeg，不能解码；录像、回放、导出与核验不受影响。浏览器里的画面没有烧入遮挡，不能代替',
  'There is no ffmpeg on this machine to decode with; recording, playback, export and verification go on. A frame of the browser has no masks burnt in and is no substitute')
const decoderBusy = () => new Unanswerable(503, 'decoder-busy', '正在解码的太多，请稍后再试', 'Too many pictures are being decoded; try again in a while')
const noPicture = () => new Unanswerable(404, 'no-picture-then', '这一刻没有录像', 'Nothing was recorded at this instant', { field: 'atMs' })

/** 段 that shows an instant, and what its fact says it is. */
async function segmentAt(rooms: Rooms, camera: string, atMs: number) {
  const { segments } = await stretchesOf(rooms, camera, { fromMs: atMs, toMs: atMs + 1 }), kept = segments.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)
  if (!kept) throw noPicture()
  const facts = await load(rooms.book, evidence, `evidence-camera.${camera}.${hourOf(kept.startMs)}`) as unknown as EvidenceEvent[]
  return facts.flatMap((fact) => fact.type === 'SegmentsSealed' ? fact.data.segments : []).find(({ seq }) => seq === kept.seq) ?? Promise.reject(noPicture())
}
async function taken(rooms: Rooms, who: Standing, { camera, masks, name }: CameraRow, atMs: number): Promise<Buffer> {
  const room = evidenceOf(rooms), { seq, sha256, startMs, endMs, frames, file } = await segmentAt(rooms, camera, atMs)
  if (!room.still) throw noDecoder()
  // The picture that stood then, not the next one; and never behind the last.
  const pictureMs = (endMs - startMs) / frames, afterMs = Math.max(0, Math.min(atMs - startMs - pictureMs / 2, endMs - startMs - pictureMs))
  const png = await room.still(join(room.store, file), afterMs, masks, {
    Title: '明鉴录像定格，派生件，非原件', Camera: `${camera} ${name}`, 'Creation Time': new Date(atMs).toISOString(), Source: `segment ${seq} sha256 ${sha256}`,
    Masks: `${masks.length}`, Viewer: `${who.name}（${who.person}）`, Taken: rooms.now(),
  })
  if (png === 'busy') throw decoderBusy()
  return png ?? Promise.reject(noPicture())
}

/** POST /api/video/cameras/:camera/snapshot — one picture with its masks burnt in, on record with its digest before it leaves. */
export function snapshotRoute(app: FastifyInstance, rooms: Rooms) {
  type Asked = { Params: { camera: string }; Body: z.infer<typeof SnapshotAsked> }
  app.post<Asked>('/api/video/cameras/:camera/snapshot', { schema: { body: SnapshotAsked }, config: { access: recordedViewers } }, async (request, reply) => {
    const who = standingOf(request), { atMs } = request.body, { camera, view } = await ticketFor(rooms, who, request.params.camera, request.body.view)
    if (atMs < view.fromMs || atMs > view.toMs) throw noSuchFootage()
    const png = await taken(rooms, who, camera, atMs), sha256 = createHash('sha256').update(png).digest('hex')
    // Of the looker's day on which the view was opened: there it is known what it opens.
    const data = { view: view.view, looker: who.person, camera: camera.camera, atMs, sha256 }
    const day = new Date(Date.parse(view.until) - 30 * 60_000).toISOString().slice(0, 10).replaceAll('-', '')
    const answer = await rooms.tell({ context: evidence, id: `${who.person}.${day}`, by: policy, key: `snapshot ${sha256}`, command: { type: 'RecordSnapshot', data } })
    if (isRefusal(answer)) { const { status, code, title, en } = refused(answer.refused); throw new Unanswerable(status, code, title, en) }
    if ('stale' in answer) throw new Error('a snapshot was not told')
    return reply.type('image/png').header('Cache-Control', 'no-store').header('Content-Disposition', `attachment; filename="snapshot-${camera.camera}-${atMs}.png"`).send(png)
  })
}
