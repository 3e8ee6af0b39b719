import type { FastifyInstance, FastifyReply } from 'fastify'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { keptUntil, reasonsFor } from '../../domain/evidence/retention.ts'
import type { KeptSegment } from '../../projections/footage-hours.ts'
import { standingOf, type Standing } from '../access/standing.ts'
import { Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { storeIn } from './config.ts'
import { baseDaysOf, factsBefore, reasonsOf, stretchesOf, type Range } from './reading.ts'
import { policyOf } from './references.ts'
import { noSuchFootage, recordedViewers } from './scope.ts'
import { ticketFor, upToNow } from './views.ts'

type Strings = Record<string, string | undefined>
type Asked = { Params: { camera: string }; Querystring: Strings }
const bad = (field: string) => new Unanswerable(400, 'bad-parameter', `${field} 须为毫秒，且起不晚于止`, `${field} is in milliseconds, and the stretch does not end before it begins`, { field })
const msSaid = (field: string, said: string | undefined, otherwise: number) => {
  if (said === undefined) return otherwise
  if (!/^\d{1,15}$/.test(said)) throw bad(field)
  return Number(said)
}
/** What is asked for, within what the view opens. */
async function asked(rooms: Rooms, who: Standing, camera: string, query: Strings) {
  const { fromMs, toMs, view } = only(query, 'fromMs', 'toMs', 'view'), ticket = await ticketFor(rooms, who, camera, view)
  const range = { fromMs: Math.max(ticket.view.fromMs, msSaid('fromMs', fromMs, 0)), toMs: Math.min(ticket.view.toMs, msSaid('toMs', toMs, Number.MAX_SAFE_INTEGER)) }
  if (msSaid('toMs', toMs, Infinity) < msSaid('fromMs', fromMs, 0)) throw bad('toMs')
  return { ...ticket, range }
}
const headLimit = 64 << 10
const heads = new Map<string, number>()
/** ftyp and moov at a segment's own head: so many bytes. */
async function headBytes(path: string): Promise<number> {
  const known = heads.get(path)
  if (known !== undefined) return known
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headLimit), 0, headLimit, 0)
    let at = 0
    while (at + 8 <= bytesRead && ['ftyp', 'moov', 'free', 'styp'].includes(buffer.toString('latin1', at + 4, at + 8)) && buffer.readUInt32BE(at) >= 8) at += buffer.readUInt32BE(at)
    if (heads.size > 2_000) heads.clear()
    heads.set(path, at)
    return at
  } finally { await file.close() }
}

const joinMs = 500
/** 播放单 — what there is of a stretch, with the wall's time, and a break wherever something is missing or another run begins. */
async function playlist(rooms: Rooms, segments: readonly KeptSegment[], view: string): Promise<string> {
  const lines: string[] = []
  let before: KeptSegment | undefined, longest = 1
  for (const one of segments) {
    const head = await headBytes(join(storeIn(rooms), one.file)).catch(() => 0)
    if (head === 0 || head >= one.bytes) continue
    const broken = !before || before.run !== one.run || Math.abs(one.startMs - before.endMs) > joinMs
    const uri = `segments/${one.seq}.mp4?view=${view}`, seconds = Math.max(0.001, (one.endMs - one.startMs) / 1000)
    if (before && broken) lines.push('#EXT-X-DISCONTINUITY')
    if (broken) lines.push(`#EXT-X-MAP:URI="${uri}",BYTERANGE="${head}@0"`)
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(one.startMs).toISOString()}`, `#EXTINF:${seconds.toFixed(3)},`, `#EXT-X-BYTERANGE:${one.bytes - head}@${head}`, uri)
    longest = Math.max(longest, Math.round(seconds))
    before = one
  }
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${longest}`, '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS']
  return [...head, ...lines, '#EXT-X-ENDLIST', ''].join('\n')
}

const lost = () => new Unanswerable(410, 'footage-lost', '录像文件不在了，与事件簿不符', 'The file is not where the book says it is')
/** One range, as players ask for it; several at once nobody needs. */
function rangeIn(said: string | undefined, bytes: number): { start: number; end: number } | 'whole' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(said ?? '') ?? []
  if (from === '' && to === '') return 'whole'
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from), end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  return start > end || start >= bytes ? 'none' : { start, end }
}
async function sendFile(reply: FastifyReply, path: string, range: string | undefined) {
  const { size } = await stat(path).catch(() => { throw lost() }), part = rangeIn(range, size)
  reply.headers({ 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'same-origin' }).type('video/mp4')
  if (part === 'none') throw new Unanswerable(416, 'range-beyond-the-file', '所要的字节不在文件内', 'The range lies beyond the file')
  if (part === 'whole') return reply.header('Content-Length', size).send(createReadStream(path))
  return reply.code(206).headers({ 'Content-Range': `bytes ${part.start}-${part.end}/${size}`, 'Content-Length': part.end - part.start + 1 }).send(createReadStream(path, part))
}

/** 看录像 — every recorded byte asks for its view: what there is, a list to play, and the segments themselves. */
export function playbackRoutes(app: FastifyInstance, rooms: Rooms) {
  const config = { access: recordedViewers }
  app.get<Asked>('/api/video/cameras/:camera/footage', { config }, async (request, reply) => {
    const { camera, range } = await asked(rooms, standingOf(request), request.params.camera, request.query), { policy } = await policyOf(rooms.book)
    await upToNow(rooms, camera.camera, range.toMs)
    const [{ segments, gaps, purged }, facts, reasons] = await Promise.all([stretchesOf(rooms, camera.camera, range), factsBefore(rooms, camera, range), reasonsOf(rooms, camera, range)])
    const cut = clippedTo(range), days = baseDaysOf(camera, policy)
    reply.header('Cache-Control', 'no-store')
    return {
      spans: segments.map((one) => ({ seq: one.seq, run: one.run, fromMs: one.startMs, toMs: one.endMs, ...(one.amiss && { amiss: one.amiss }),
        kept: [{ reason: 'base', untilMs: keptUntil(one, [], days) }, ...bestOf(reasonsFor(one, reasons))] })),
      gaps: gaps.map(({ fromMs, toMs, cause }) => ({ fromMs, ...(toMs !== undefined && { toMs }), cause })),
      facts: await Promise.all(facts.map(async ({ id, type, case: caseId, atMs, window }) => ({ id, type, caseId, caseNo: await caseNoOf(rooms, caseId), atMs, window }))),
      purged: purged.map(({ onMs, because, ...gone }) => ({ ...cut(gone), onMs, because })),
    }
  })
  app.get<Asked>('/api/video/cameras/:camera/playlist.m3u8', { config }, async (request, reply) => {
    const { camera, range, view } = await asked(rooms, standingOf(request), request.params.camera, request.query), { segments } = await stretchesOf(rooms, camera.camera, range)
    return reply.type('application/vnd.apple.mpegurl').header('Cache-Control', 'no-store').send(await playlist(rooms, segments, view.view))
  })
  app.get<{ Params: { camera: string; seq: string }; Querystring: Strings }>('/api/video/cameras/:camera/segments/:seq(^\\d+).mp4', { config }, async (request, reply) => {
    const { camera, range } = await asked(rooms, standingOf(request), request.params.camera, request.query), { segments } = await stretchesOf(rooms, camera.camera, range)
    const one = segments.find(({ seq }) => String(seq) === request.params.seq)
    if (!one) throw noSuchFootage()
    return sendFile(reply, join(storeIn(rooms), one.file), request.headers.range)
  })
}
const caseNoOf = async ({ rows }: Rooms, id: string) => String((await rows.get('cases', id))?.['caseNo'] ?? id)
const clippedTo = (range: Range) => <T extends Range>(one: T): T => ({ ...one, fromMs: Math.max(one.fromMs, range.fromMs), toMs: Math.min(one.toMs, range.toMs) })
/** Of each kind the one that lasts longest. */
function bestOf(reasons: ReturnType<typeof reasonsFor>) {
  const best = new Map<string, number | undefined>()
  for (const { kind, untilMs } of reasons) {
    const before = best.get(kind)
    best.set(kind, untilMs === undefined || (best.has(kind) && before === undefined) ? undefined : Math.max(before ?? 0, untilMs))
  }
  return [...best].map(([reason, untilMs]) => ({ reason, ...(untilMs !== undefined && { untilMs }) }))
}
