import type { FastifyInstance } from 'fastify'
import type { Role } from '../domain/kernel/context.ts'
import { filled } from '../domain/platform/notice-blanks.ts'
import { templateAt, type NoticeTemplatesRow } from '../projections/notice-templates.ts'
import { noticeOf, notices, type NoticeKind, type NoticeView } from '../projections/notices.ts'
import { caseFor } from './access/case-for.ts'
import { standingOf } from './access/standing.ts'
import { eyesAs, replay } from './case-reading.ts'
import { siteOf } from './names.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

/** Those whose work it is to hand them out (domain.md K, 受理). */
const handsOut: readonly Role[] = ['window-clerk', 'handler']
type Said = { zh: string; en?: string }
/** `follow`: where the case is followed with the access code.
    `template`: how the house words it, filled in with the case; the version that was in force when the case was told.
    `head`: the newest signed head of the book and how many facts stand under it, as it is printed at the foot. */
export type PrintedNotice = NoticeView & {
  now: string; region: string; house: string; follow: string; head?: { size: number; hash: string }
  template?: { version: number; head?: Said; lead: Said; law?: Said; closing?: Said }
}

async function templateOf({ rows }: Rooms, notice: NoticeView): Promise<PrintedNotice['template']> {
  const row = await rows.get('notice-templates', notice.kind) as NoticeTemplatesRow | undefined, template = row && templateAt(row, notice.at)
  if (!template) return undefined
  const { version, head, lead, law, closing } = template
  const values = { item: notice.itemName, number: notice.caseNo, department: notice.department, hall: notice.hall, applicant: notice.applicant ?? '' }
  const said = ({ zh, en }: { zh: string; en?: string | undefined }): Said => ({ zh: filled(zh, values), ...(en !== undefined && { en: filled(en, values) }) })
  return { version, lead: said(lead), ...(head && { head: said(head) }), ...(law && { law: said(law) }), ...(closing && { closing: said(closing) }) }
}

/** The third line of a checkpoint is the hash of its head (C2SP tlog-checkpoint). */
function headOf({ transparency }: Rooms): PrintedNotice['head'] {
  const [, size, hash] = transparency?.checkpoint()?.split('\n') ?? []
  return size !== undefined && hash !== undefined ? { size: Number(size), hash: Buffer.from(hash, 'base64').toString('hex').slice(0, 8) } : undefined
}

/** GET /api/cases/:id/notice — 告知文书, to be printed. */
export const noticeRoute = (app: FastifyInstance, rooms: Rooms, names: readonly string[]) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/notice', { config: { access: handsOut, looks: true } }, async (request, reply) => {
    const { kind = 'receipt' } = only(request.query, 'kind'), everyone = standingOf(request)
    if (!notices.includes(kind as NoticeKind)) throw new Unanswerable(400, 'bad-parameter', `kind 只能是：${notices.join('、')}`, `kind is one of ${notices.join(', ')}`, { field: 'kind' })
    const who = { ...everyone, grants: everyone.grants.filter(({ role }) => handsOut.includes(role)) }, { id, as } = await caseFor(rooms, who, request.params.id)
    const view = await replay(rooms, id, { at: rooms.now(), as, eyes: eyesAs(as, who.person) }), notice = noticeOf(kind as NoticeKind, view)
    if (!notice) throw new Unanswerable(404, 'nothing-to-tell-yet', '这件还没有可以告知的这一步', 'There is nothing of this kind to tell of this case yet', { field: 'kind' })
    await looked(rooms, everyone, 'case', [id])
    const head = headOf(rooms), template = await templateOf(rooms, notice)
    const { name: house, region } = rooms.founding, follow = `${siteOf(request, names)}/follow/${encodeURIComponent(notice.caseNo)}`
    const printed: PrintedNotice = { ...notice, now: rooms.now(), region, house, follow, ...(head && { head }), ...(template && { template }) }
    return reply.header('Cache-Control', 'no-store').send(printed)
  })
