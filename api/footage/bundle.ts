import type { FastifyInstance } from 'fastify'
import { addAbortSignal } from 'node:stream'
import { evidence } from '../../domain/evidence/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { ownerOf } from '../access/owned.ts'
import { actingAs, standingOf, type Standing } from '../access/standing.ts'
import { looked } from '../privacy/looks.ts'
import { refused, Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import { policy, type Rooms } from '../rooms.ts'
import { evidenceOf, type Bundle, type Unfit } from './evidence-room.ts'
import { maskedRoute } from './masked.ts'
import { snapshotRoute } from './snapshot.ts'
import { exportAsked, planOf, type Approved } from './export-plan.ts'

/** The same words for what is not there and what is not theirs. */
const noSuchExport = () => new Unanswerable(404, 'no-such-export', '没有这次调取', 'There is no such export', { field: 'id' })
const longestClipMs = 15 * 60_000, largestClipBytes = 256 * 2 ** 20
const clipTooLong = () => new Unanswerable(422, 'clip-too-long', '剪辑不超过十五分钟、256 MiB；不附剪辑则不限',
  'A clip is of fifteen minutes and 256 MiB at the most; without one there is no limit', { field: 'clip' })
const iso = (ms: number) => new Date(ms).toISOString()
function unfit(why: Unfit): Unanswerable {
  if (why.unfit === 'silent-hole') {
    const { fromMs, toMs } = why.hole
    return new Unanswerable(409, 'footage-not-whole', `${iso(fromMs)} 至 ${iso(toMs)} 既无录像，也无断因：尚未封存的，稍后再取`,
      `Of ${iso(fromMs)} to ${iso(toMs)} there is neither footage nor a cause: what is not sealed yet will be in a while`, { field: 'range' })
  }
  return why.unfit === 'segment-missing'
    ? new Unanswerable(409, 'segment-missing', `第 ${why.seq} 段的文件不在了，与事件簿不符`, `The file of segment ${why.seq} is gone, which the book does not know`, { seq: why.seq })
    : new Unanswerable(409, 'segment-altered', `第 ${why.seq} 段的文件被改过，与事件簿不符，不能签名`, `The file of segment ${why.seq} is not what the book says; nobody signs for it`, { seq: why.seq })
}

/** 成包 of an export that was granted: sealed once, and each person who takes it on record before the first byte leaves. */
export async function bundleOf(rooms: Rooms, id: string, by: string, withClip = false): Promise<Bundle & Approved> {
  const { asked, approved } = await exportAsked(rooms, id)
  if (!asked) throw noSuchExport()
  if (!approved) {
    const { status, code, title, en } = refused('export-not-approved')
    throw new Unanswerable(status, code, title, en)
  }
  // A clip is put together in memory.
  if (withClip && asked.data.toMs - asked.data.fromMs > longestClipMs) throw clipTooLong()
  async function plan() {
    const made = await planOf(rooms, { asked: asked!, approved: approved! })
    if (withClip && made.segments.reduce((sum, { bytes }) => sum + bytes, 0) > largestClipBytes) throw clipTooLong()
    return made
  }
  const bundle = await evidenceOf(rooms).bundle(id, plan, withClip)
  if ('unfit' in bundle) throw unfit(bundle)
  const { sha256, bytes, segments } = bundle
  const answer = await rooms.tell({ context: evidence, id, by: policy, key: `bundle ${sha256} ${by}`, command: { type: 'RecordExport', data: { sha256, bytes, segments, by } } })
  if (isRefusal(answer) || 'stale' in answer) throw new Error(`the bundle of ${id} was not told`)
  return { ...bundle, asked, approved }
}
async function mayTake(rooms: Rooms, who: Standing, id: string): Promise<void> {
  const owned = await ownerOf(rooms)('footage', id, { type: 'ApproveExport', data: {} })
  if (owned === undefined || owned === 'everybody' || !actingAs(who, ['inspector'], owned)) throw noSuchExport()
}

/** GET /api/video/exports/:id/bundle.tar, /api/public/evidence-key; 定格 and 遮挡副本 */
export function bundleRoutes(app: FastifyInstance, rooms: Rooms) {
  snapshotRoute(app, rooms)
  maskedRoute(app, rooms)
  type Asked = { Params: { id: string }; Querystring: Record<string, string | undefined> }
  const config = { access: ['inspector'] as const, looks: true as const }
  app.get<Asked>('/api/video/exports/:id/bundle.tar', { config }, async (request, reply) => {
    const who = standingOf(request), { id } = request.params, { clip } = only(request.query, 'clip')
    await mayTake(rooms, who, id)
    const { name, sha256, bytes, tar, asked } = await bundleOf(rooms, id, who.person, clip === '1')
    if (asked.data.case !== undefined) await looked(rooms, who, 'export', [asked.data.case])
    return reply.type('application/x-tar').header('Content-Length', bytes).header('Cache-Control', 'no-store')
      .header('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`)
      .header('Content-Disposition', `attachment; filename="${name}.tar"`).send(addAbortSignal(rooms.stopping, tar()))
  })
  app.get('/api/public/evidence-key', { config: { access: 'public' } }, async (_, reply) => {
    const room = rooms.evidence?.()
    return reply.header('Cache-Control', 'no-cache').send({ algorithm: 'Ed25519', ...(room && { ...room.key, position: await room.published() }) })
  })
}
