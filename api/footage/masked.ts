import type { FastifyInstance } from 'fastify'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { standingOf } from '../access/standing.ts'
import { Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { evidenceOf } from './evidence-room.ts'
import { stretchesOf } from './reading.ts'
import { noSuchFootage, recordedViewers } from './scope.ts'
import { noDecoder } from './snapshot.ts'
import { ticketFor } from './views.ts'

/** So long a request waits for a copy that is being made; then it is asked for again. */
const waitMs = 8_000
const beingMade = () => new Unanswerable(503, 'copy-being-made', '遮挡副本正在制作，请稍后再取', 'The masked copy is being made; ask again in a while')
async function within<T>(made: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(beingMade()), waitMs) })
  return Promise.race([made, late]).finally(() => clearTimeout(timer))
}

/** GET /api/video/cameras/:camera/masked/:seq.mp4 — 遮挡副本 of a segment, derived and marked so: what may be handed on where the original may not. */
export function maskedRoute(app: FastifyInstance, rooms: Rooms) {
  type Asked = { Params: { camera: string; seq: string }; Querystring: Record<string, string | undefined> }
  app.get<Asked>('/api/video/cameras/:camera/masked/:seq(^\\d+).mp4', { config: { access: recordedViewers } }, async (request, reply) => {
    const { camera, view } = await ticketFor(rooms, standingOf(request), request.params.camera, only(request.query, 'view').view), room = evidenceOf(rooms)
    const { segments } = await stretchesOf(rooms, camera.camera, { fromMs: view.fromMs, toMs: view.toMs }), one = segments.find(({ seq }) => String(seq) === request.params.seq)
    if (!one) throw noSuchFootage()
    if (!room.masked) throw noDecoder()
    const copy = room.masked({ camera: camera.camera, seq: one.seq, file: one.file, path: join(room.store, one.file) }, camera.masks)
    if (copy === 'busy') { void reply.header('Retry-After', '10'); throw beingMade() }
    const file = await within(copy).catch((error: unknown) => { void reply.header('Retry-After', '2'); throw error })
    if (file === undefined) throw noSuchFootage()
    return reply.type('video/mp4').headers({ 'Content-Length': (await stat(file)).size, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'X-Mingjian-Derived': 'masked' })
      .send(createReadStream(file))
  })
}
