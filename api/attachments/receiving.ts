import type { FastifyReply, FastifyRequest } from 'fastify'
import { standingOf } from '../access/standing.ts'
import { answerWith } from '../commands.ts'
import type { Rooms } from '../rooms.ts'
import type { Keeping } from './keeping.ts'
import { kindOf } from './kinds.ts'
import type { AttachmentLimits } from './limits.ts'
import { cleanName } from './names.ts'
import { attachmentProblem } from './words.ts'

const aroundBytes = 64 << 10
export const mostOf = ({ fileBytes }: AttachmentLimits) => fileBytes + aroundBytes
export const no = (reply: FastifyReply, code: string) => answerWith(/^(?:examiner-busy|uploads-at-once)$/.test(code) ? reply.header('Retry-After', '2') : reply, attachmentProblem(code))
/** What is not read is let go by, so that whoever sends it hears the answer. */
export const letBy = ({ raw }: FastifyRequest, reply: FastifyReply) => reply.raw.once('finish', () => { raw.unpipe(); raw.resume() })

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

/** `full`: what is said where the matter has as many as it may have. */
type Place = { subject: string; matter: string; official: boolean; full: string }
/** 收一个文件 — looked at, drawn anew where it is a picture, kept, and named by the hash of what was kept. Who may hand it in is known before. */
export const receiving = (rooms: Rooms, limits: AttachmentLimits, keeping: Promise<Keeping>) =>
  async (request: FastifyRequest, reply: FastifyReply, { subject, matter, official, full }: Place) => {
    const most = mostOf(limits), { person } = standingOf(request)
    if (!request.isMultipart()) return no(reply, 'not-multipart')
    if (Number(request.headers['content-length'] ?? 0) > most) return no(reply, 'file-too-large')
    const kept = await keeping, entered = await kept.enter(person, official, subject, matter)
    if (typeof entered === 'string') return no(reply, entered === 'case-quota' ? full : entered)
    try {
      const file = await Promise.race([fileIn(request), cutShort(request, most)])
      if (typeof file === 'string') return await no(reply, file)
      const kind = kindOf(file.bytes)
      if ('refused' in kind) return await no(reply, kind.refused)
      const examined = await rooms.examiner.examine(kind.examine, file.bytes)
      if ('refused' in examined) return await no(reply, examined.refused)
      const { bytes, mediaType } = examined, name = cleanName(file.name, mediaType)
      const put = await kept.keep(entered.use, bytes, { subject, matter, by: person, name, mediaType })
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
  }
