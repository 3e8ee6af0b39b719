import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formsNamed, missingForms, type FormKind, type FormMissing, type FormsReference } from '../../domain/items/blank-forms.ts'
import { itemEvents, type ItemSaid, type ItemsEvent } from '../../domain/items/events.ts'
import { items } from '../../domain/items/index.ts'
import { answering, isIdOf } from '../../domain/kernel/context.ts'
import { read, type Recorded } from '../../domain/kernel/events.ts'
import { hasRole, standingOf, type Standing } from '../access/standing.ts'
import { answerWith } from '../commands.ts'
import { busy } from '../limits.ts'
import { refused, Unanswerable } from '../problems.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import type { Keeping } from './keeping.ts'
import { formsAt, formsOf, isDamaged } from './kept.ts'
import { keptKind } from './kinds.ts'
import type { AttachmentLimits } from './limits.ts'
import { cleanName, disposition } from './names.ts'
import { letBy, mostOf, no, receiving } from './receiving.ts'
import { shelfOf, type Shelf } from './shelf.ts'

type Query = Record<string, string | undefined>
type Materials = ItemSaid['materials']
type Told = { type: 'ItemPublished' | 'ItemProposed'; version: number; department: string; materials: Materials; data: ItemSaid }

/** 各版本与提议, as they were said, the oldest first. */
export async function saidOf({ book }: Rooms, code: string): Promise<Told[]> {
  const facts = (await book.readStream(`items-${code}`)).filter(({ type }) => type === 'ItemPublished' || type === 'ItemProposed')
  return facts.map((fact) => read(itemEvents, fact as Recorded<Exclude<ItemsEvent, { type: 'DictionaryPublished' }>>, fact.meta.version))
    .map(({ type, data }) => ({ type, version: data.version, department: data.department, materials: data.materials, data }))
}
const published = (told: readonly Told[]) => told.filter(({ type }) => type === 'ItemPublished')

const named: Record<FormKind, string> = { blankForm: '空白样表', sampleForm: '填写文例' }
/** By the material that it belongs to, in the newest words that name it. */
function nameIn(told: readonly Told[], blob: string): string | undefined {
  const found = told.flatMap(({ materials }) => formsNamed(materials)).findLast((one) => one.blob === blob)
  return found && `${found.material}（${named[found.kind]}）`
}

const uploaders = [...new Set([...items.grants['ProposeItem']!, ...items.grants['PublishItem']!])]
const { others } = answering(items, 'PublishItem')
/** A department hands in for items of its own, or for one that nobody has published yet; the centre for all. */
function mayHandIn(who: Standing, told: readonly Told[]): boolean {
  const owner = published(told).at(-1)?.department
  return hasRole(who, items.grants['PublishItem']!) || owner === undefined || owner === who.department
}
/** POST /api/items/:code/forms — looked at and kept before any draft names it. */
export function handingInForms(app: FastifyInstance, rooms: Rooms, limits: AttachmentLimits, keeping: Promise<Keeping>) {
  const receive = receiving(rooms, limits, keeping)
  app.post<{ Params: { code: string } }>('/api/items/:code/forms', { config: { access: uploaders }, bodyLimit: mostOf(limits) }, async (request, reply) => {
    const { code } = request.params, at = formsAt(code)
    letBy(request, reply)
    if (!isIdOf(code, others)) return answerWith(reply, refused('not-an-id', 'code'))
    if (!mayHandIn(standingOf(request), await saidOf(rooms, code))) return answerWith(reply, refused('proposal-of-another-department', 'code'))
    return receive(request, reply, { subject: at, matter: at, official: true, full: 'item-quota' })
  })
}

/** 办事指南 — what somebody at home has to know; who works on it and how is not among it. */
const guide = ['version', 'legalName', 'shortName', 'itemType', 'categories', 'caseType', 'department', 'statutoryWorkingDays', 'promisedWorkingDays', 'specialProcedures',
  'materials', 'legalBasis', 'fees', 'form', 'superior', 'visits', 'validity', 'renewal', 'limitedQuantity'] as const
export const isBlob = (blob: unknown): blob is string => typeof blob === 'string' && /^sha256:[0-9a-f]{64}$/.test(blob)
/** What a page shows of it may do nothing there; the browser's own reader of PDF wants to be let in. */
const pictured = "sandbox; default-src 'none'; frame-ancestors 'none'", printed = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
type Handing = { code: string; blob: string; name: string | undefined; cache: string; lost: string }
/** What is named by the hash of its bytes never changes: whoever has it is told so without its being read. */
async function handOut(shelf: Shelf, request: FastifyRequest, reply: FastifyReply, { code, blob, name, cache, lost }: Handing) {
  const { inline } = only(request.query as Query, 'inline'), tag = `"${blob}"`
  if (inline !== undefined && inline !== '1') throw new Unanswerable(400, 'bad-parameter', 'inline 只能是 1', 'inline can only be 1', { field: 'inline' })
  if (name !== undefined && request.headers['if-none-match'] === tag) return reply.code(304).headers({ ETag: tag, 'Cache-Control': cache }).send()
  const bytes = await shelf(code, blob).catch((error: unknown) => { if (isDamaged(error)) return 'damaged' as const; throw error })
  if (bytes === 'busy') return answerWith(reply.header('Cache-Control', 'no-store'), busy)
  if (bytes === undefined) return no(reply.header('Cache-Control', 'no-store'), lost)
  if (bytes === 'damaged') return no(reply.header('Cache-Control', 'no-store'), 'form-damaged')
  const mediaType = keptKind(bytes)
  return reply.type(mediaType).headers({
    'Content-Disposition': disposition(inline === '1' ? 'inline' : 'attachment', cleanName(name, mediaType)), 'Cache-Control': cache, ETag: tag, 'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': mediaType === 'application/pdf' ? printed : pictured, 'Cross-Origin-Resource-Policy': 'same-origin',
  }).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/** GET — of a draft for those who propose, decide and oversee; of what was published for everybody: what is not there and what is not published are answered
    alike. */
export function formRoutes(app: FastifyInstance, rooms: Rooms, keeping: Promise<Keeping>) {
  type Asked = { Params: { code: string; blob: string } }
  const shelf = shelfOf(rooms.blobs), readers = ['handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'] as const
  app.get<Asked>('/api/items/:code/forms/:blob', { config: { access: readers } }, async (request, reply) => {
    const { code, blob } = request.params, at = formsAt(code)
    if (!isBlob(blob)) return no(reply, 'no-such-form')
    const told = await saidOf(rooms, code), name = nameIn(told, blob)
    const lost = name === undefined ? 'no-such-form' : 'form-damaged'
    return handOut(shelf, request, reply, { code, blob, name: name ?? (await keeping).nameOf(at, at, blob), cache: 'private, no-cache', lost })
  })
  app.get<Asked>('/api/public/items/:code/forms/:blob', { config: { access: 'public' } }, async (request, reply) => {
    const { code, blob } = request.params, name = isBlob(blob) ? nameIn(published(await saidOf(rooms, code)), blob) : undefined
    if (name === undefined) return no(reply.header('Cache-Control', 'no-store'), 'no-such-form')
    return handOut(shelf, request, reply, { code, blob, name, cache: 'public, max-age=31536000, immutable', lost: 'form-damaged' })
  })
  app.get<{ Params: { code: string } }>('/api/public/items/:code', { config: { access: 'public' } }, async (request) => {
    const { code } = request.params, { version } = only(request.query as Query, 'version'), all = published(await saidOf(rooms, code))
    const found = version === undefined ? all.at(-1) : all.find((one) => String(one.version) === version)
    if (!found) throw new Unanswerable(404, 'no-such-item', `没有编码为 ${code} 的事项`, `There is no item ${code}`, { field: 'code' })
    return { code, ...Object.fromEntries(guide.flatMap((part) => found.data[part] === undefined ? [] : [[part, found.data[part]]])) }
  })
}

export type FormKept = { blob: string; mediaType: string; bytes: number; name?: string }
export type FormsLooked = { kept: FormKept[]; missing: { at: string; material: string; code: FormMissing }[] }
/** 草稿的样表 — which of those that a draft names are kept whole, and which are not; what it names stays while it is worked on. */
export function lookingOver(rooms: Rooms, keeping: Promise<Keeping>) {
  const whole = new Set<string>(), most = 10_000
  return async (code: string, materials: Materials): Promise<FormsLooked> => {
    const at = formsAt(code), kept = await keeping, among = [...new Set(formsNamed(materials).map(({ blob }) => blob))], told = among.length > 0 ? await saidOf(rooms, code) : []
    await kept.named(at, at, among)
    const looked: FormKept[] = [], reference: FormsReference[number][] = []
    for (const blob of among) {
      // What was read whole once is not read again with every word that is typed: a file does not change once it has its name.
      if (!whole.has(`${code} ${blob}`)) {
        const [found] = await formsOf(rooms.blobs)({ id: code, among: [blob] })
        if (!found || found.damaged) { if (found) reference.push(found); continue }
        if (whole.size >= most) whole.clear()
        whole.add(`${code} ${blob}`)
      }
      const seen = await rooms.blobs.look(at, at, blob).catch((error: unknown) => { if (isDamaged(error)) return 'damaged' as const; throw error })
      if (!seen || seen === 'damaged') { whole.delete(`${code} ${blob}`); if (seen) reference.push({ blob, damaged: true }); continue }
      const name = nameIn(told, blob) ?? kept.nameOf(at, at, blob)
      reference.push({ blob })
      looked.push({ blob, mediaType: keptKind(seen.head), bytes: seen.bytes, ...(name !== undefined && { name }) })
    }
    return { kept: looked, missing: missingForms(materials, reference).map(({ at, material, code }) => ({ at, material, code })) }
  }
}
