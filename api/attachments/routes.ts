import fastifyMultipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
import { keepingOf } from './keeping.ts'
import { referringTo, subjectOf } from './kept.ts'
import { keptKind, kindOf } from './kinds.ts'
import { usualAttachmentLimits, type AttachmentLimits } from './limits.ts'
import { cleanName, disposition } from './names.ts'
import { attachmentProblem } from './words.ts'

const attach = 'AttachDocument', handsIn = cases.grants[attach]!, aroundBytes = 64 << 10
const no = (reply: FastifyReply, code: string) => answerWith(/^(?:examiner-busy|uploads-at-once)$/.test(code) ? reply.header('Retry-After', '2') : reply, attachmentProblem(code))

/** Ends when more comes than was allowed, whatever was said of its length, or when whoever sends it has gone. */
const cutShort = ({ raw }: FastifyRequest, most: number) => new Promise<string>((resolve) => {
  let bytes = 0
  raw.on('data', (chunk: Buffer) => { if ((bytes += chunk.length) > most) resolve('file-too-large') })
  raw.once('close', () => { if (!raw.complete) resolve('upload-broken') })
})
/** The one file of a form; a code where it is something else. */
async function fileIn(request: FastifyRequest): Promise<{ bytes: Buffer; name: string } | string> {
  let found: { bytes: Buffer; name: string } | undefined
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || found) return 'one-file'
      found = { bytes: await part.toBuffer(), name: part.filename }
    }
  } catch (error) {
    const { code = '' } = error as { code?: string }
    return code === 'FST_REQ_FILE_TOO_LARGE' ? 'file-too-large' : /_LIMIT$/.test(code) ? 'one-file' : 'upload-broken'
  }
  return found ?? 'one-file'
}

/** POST …/attachments: looked at, drawn anew where it is a picture, kept, and named by the hash of what was kept. */
function handingIn(app: FastifyInstance, rooms: Rooms, limits: AttachmentLimits, keeping: Promise<Awaited<ReturnType<typeof keepingOf>>>) {
  const most = limits.fileBytes + aroundBytes
  app.post<{ Params: { id: string } }>('/api/cases/:id/attachments', { config: { access: handsIn }, bodyLimit: most }, async (request, reply) => {
    const who = standingOf(request), { id } = request.params
    // What is not read is let go by, so that whoever sends it hears the answer.
    reply.raw.once('finish', () => { request.raw.unpipe(); request.raw.resume() })
    const as = await roleFor({ owned: ownerOf(rooms) }, cases, who, id, { type: attach, data: {} })
    if ('status' in as) return answerWith(reply, as)
    if (!request.isMultipart()) return no(reply, 'not-multipart')
    if (Number(request.headers['content-length'] ?? 0) > most) return no(reply, 'file-too-large')
    const subject = await subjectOf(rooms.book, id), matter = `cases-${id}`, kept = await keeping
    const entered = await kept.enter(who.person, as.role !== 'applicant', subject, matter)
    if (typeof entered === 'string') return no(reply, entered)
    try {
      const file = await Promise.race([fileIn(request), cutShort(request, most)])
      if (typeof file === 'string') return await no(reply, file)
      const kind = kindOf(file.bytes)
      if ('refused' in kind) return await no(reply, kind.refused)
      const examined = await rooms.examiner.examine(kind.examine, file.bytes)
      if ('refused' in examined) return await no(reply, examined.refused)
      const { bytes, mediaType } = examined, name = cleanName(file.name, mediaType)
      const put = await kept.keep(entered.use, bytes, { subject, matter, by: who.person, name, mediaType })
      // What was erased takes nothing in any more: it would open to nobody.
      if (!await rooms.blobs.look(subject, matter, put.blob)) {
        if (await rooms.keys.standing(subject, matter) === 'restricted') return await no(reply, 'attachment-restricted')
        await rooms.blobs.forget(subject, matter)
        return await no(reply, 'attachment-erased')
      }
      return await reply.code(201).header('Cache-Control', 'no-store').send({ ...put, mediaType, name })
    } finally {
      entered.leave()
    }
  })
}

const blobs = /^sha256:[0-9a-f]{64}$/
const shownInline: readonly string[] = ['image/jpeg', 'image/png', 'application/pdf']
/** GET …/attachments/:blob: handed over as a file; shown in the page only where that was asked for, and able to do nothing there. */
function handingOut(app: FastifyInstance, rooms: Rooms, keeping: Promise<Awaited<ReturnType<typeof keepingOf>>>) {
  app.get<{ Params: { id: string; blob: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/attachments/:blob', {
    config: { access: caseReaders, looks: true },
  }, async (request, reply) => {
    const who = standingOf(request), { blob } = request.params, { inline } = only(request.query, 'inline')
    if (inline !== undefined && inline !== '1') throw new Unanswerable(400, 'bad-parameter', 'inline 只能是 1', 'inline can only be 1', { field: 'inline' })
    const { id, as } = await caseFor(rooms, who, request.params.id), matter = `cases-${id}`
    const subject = await subjectOf(rooms.book, id)
    const bytes = blobs.test(blob) ? await rooms.blobs.open(subject, matter, blob) : undefined
    if (!bytes) {
      if (!blobs.test(blob) || (await referringTo(rooms.book, matter, blob)).length === 0) return no(reply, 'no-such-attachment')
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
  })
  handingOut(app, rooms, keeping)
}
