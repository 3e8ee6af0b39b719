import fastifyMultipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { cases } from '../../domain/cases/index.ts'
import { caseFor } from '../access/case-for.ts'
import { ownerOf } from '../access/owned.ts'
import { caseReaders, standingOf } from '../access/standing.ts'
import { roleFor } from '../access/speaking.ts'
import { answerWith } from '../commands.ts'
import { looked } from '../privacy/looks.ts'
import { Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { formRoutes, handingInForms, isBlob, lookingOver } from './forms.ts'
import { keepingOf, type Keeping } from './keeping.ts'
import { referringTo, subjectOf } from './kept.ts'
import { keptKind } from './kinds.ts'
import { usualAttachmentLimits, type AttachmentLimits } from './limits.ts'
import { cleanName, disposition } from './names.ts'
import { letBy, mostOf, no, receiving } from './receiving.ts'

const attach = 'AttachDocument', handsIn = cases.grants[attach]!

/** POST …/attachments: of a case, by who may attach to it. */
function handingIn(app: FastifyInstance, rooms: Rooms, limits: AttachmentLimits, keeping: Promise<Keeping>) {
  const receive = receiving(rooms, limits, keeping)
  app.post<{ Params: { id: string } }>('/api/cases/:id/attachments', { config: { access: handsIn }, bodyLimit: mostOf(limits) }, async (request, reply) => {
    const who = standingOf(request), { id } = request.params
    letBy(request, reply)
    const as = await roleFor({ owned: ownerOf(rooms) }, cases, who, id, { type: attach, data: {} })
    if ('status' in as) return answerWith(reply, as)
    return receive(request, reply, { subject: await subjectOf(rooms.book, id), matter: `cases-${id}`, official: as.role !== 'applicant', full: 'case-quota' })
  })
}

const shownInline: readonly string[] = ['image/jpeg', 'image/png', 'application/pdf']
/** GET …/attachments/:blob: handed over as a file; shown in the page only where that was asked for, and able to do nothing there. */
function handingOut(app: FastifyInstance, rooms: Rooms, keeping: Promise<Keeping>) {
  app.get<{ Params: { id: string; blob: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/attachments/:blob', {
    config: { access: caseReaders, looks: true },
  }, async (request, reply) => {
    const who = standingOf(request), { blob } = request.params, { inline } = only(request.query, 'inline')
    if (inline !== undefined && inline !== '1') throw new Unanswerable(400, 'bad-parameter', 'inline 只能是 1', 'inline can only be 1', { field: 'inline' })
    const { id, as } = await caseFor(rooms, who, request.params.id), matter = `cases-${id}`
    const subject = await subjectOf(rooms.book, id)
    const bytes = isBlob(blob) ? await rooms.blobs.open(subject, matter, blob) : undefined
    if (!bytes) {
      if (!isBlob(blob) || (await referringTo(rooms.book, matter, blob)).length === 0) return no(reply, 'no-such-attachment')
      return no(reply, await rooms.keys.standing(subject, matter) === 'restricted' ? 'attachment-restricted' : 'attachment-erased')
    }
    await looked(rooms, who, 'attachment', [id], { as })
    const named = (await referringTo(rooms.book, matter, blob)).findLast(({ type }) => type === 'DocumentAttached')?.data['name'] ?? (await keeping).nameOf(subject, matter, blob)
    const mediaType = keptKind(bytes), way = inline === '1' && shownInline.includes(mediaType) ? 'inline' : 'attachment'
    return reply.type(mediaType).headers({
      'Content-Disposition': disposition(way, cleanName(typeof named === 'string' ? named : undefined, mediaType)), 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'", 'Cross-Origin-Resource-Policy': 'same-origin',
    }).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  })
}

/** 附件 — in and out. */
export function attachmentRoutes(app: FastifyInstance, rooms: Rooms, more: Partial<AttachmentLimits> = {}, nowMs: () => number = Date.now) {
  const limits = { ...usualAttachmentLimits, ...more }, keeping = keepingOf(rooms.book, rooms.blobs, limits, nowMs)
  keeping.catch(() => undefined) // said to whoever asks first
  const sweep = () => { keeping.then((kept) => kept.sweep()).catch((error: unknown) => {
    process.stderr.write(`附件清理出错 / sweeping attachments failed: ${error instanceof Error ? error.message : String(error)}\n`)
  }) }
  const timer = setInterval(sweep, limits.sweepMs).unref()
  app.addHook('onReady', async () => sweep())
  app.addHook('onClose', async () => clearInterval(timer))
  app.register(async (scope) => {
    await scope.register(fastifyMultipart, { limits: { files: 1, fields: 0, parts: 1, fileSize: limits.fileBytes, headerPairs: 16, fieldNameSize: 100 } })
    handingIn(scope, rooms, limits, keeping)
    handingInForms(scope, rooms, limits, keeping)
  })
  handingOut(app, rooms, keeping)
  formRoutes(app, rooms, keeping)
  return { formsIn: lookingOver(rooms, keeping) }
}
