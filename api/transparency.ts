import type { FastifyInstance, FastifyReply } from 'fastify'
import { answerWith } from './commands.ts'
import { problem, Unanswerable, type Problem } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

type Watched = { vkey: string; url?: string; at?: string; size?: number; trouble?: string }
/** 透明 — the signed heads of the book and what proves that a fact stands under one; opened by a root. */
export type Transparency = {
  readonly origin: string
  readonly vkey: string
  /** Where the key of the heads lives; in the same process, whoever runs the house could sign anything. */
  readonly signer: 'same-process' | 'other-process'
  readonly promiseSeconds: number
  /** Facts under the newest signed head. */
  size(): number
  /** Signs the head as it is now. */
  signNow(): Promise<void>
  /** Why the signer would not sign, where it would not. */
  refused(): string | undefined
  checkpoint(): string | undefined
  leaf(position: number): string | undefined
  leafHash(leaf: Buffer): string
  tile(level: number, index: number, width?: number): Buffer | undefined
  inclusion(index: number, size: number): string[]
  consistency(from: number, to: number): string[]
  promise(position: number): Promise<string>
  cosigned(note: string): boolean
  witnessing(): { configured: number; threshold: number; at?: string; since?: string; witnesses: Watched[] }
}

type WitnessState = { state: 'not-witnessed' | 'witnessed' | 'overdue' | 'refusing'; since?: string }
const bannerMs = 4 * 3_600_000, refusingMs = 24 * 3_600_000
/** 见证状况 — none configured: not witnessed; beyond four hours a banner; beyond a day nothing is said about supervision by people. Before the
    first time it counts from when they were configured: a witness that never answered is no excuse. */
export function witnessState({ configured, since }: { configured: number; since?: string }, newestWitnessedAt: string | undefined, now: number): WitnessState {
  if (configured === 0) return { state: 'not-witnessed' }
  const from = newestWitnessedAt ?? since
  if (from === undefined) return { state: 'overdue' }
  const age = now - Date.parse(from)
  return { state: age > refusingMs ? 'refusing' : age > bannerMs ? 'overdue' : newestWitnessedAt === undefined ? 'overdue' : 'witnessed', since: from }
}

/** As it is now; nothing where this process signs nothing. */
export function witnessing(rooms: Rooms, now = Date.now()): WitnessState & { signer?: Transparency['signer'] } {
  const state = rooms.transparency?.witnessing()
  return { ...(state ? witnessState(state, state.at, now) : { state: 'not-witnessed' as const }), ...(rooms.transparency && { signer: rooms.transparency.signer }) }
}
/** 一天无见证 — what people say about supervision waits; judging, acceptance and complaints go on. */
export const unwitnessed = (rooms: Rooms, context: string, now = Date.now()): Problem | undefined => context === 'supervision' && witnessing(rooms, now).state === 'refusing'
  ? problem(503, 'not-witnessed-for-a-day', '超过一天没有见证，监察写入暂停；研判、受理与投诉照常',
    'Nobody has witnessed the book for more than a day: supervision by people waits; judging, acceptance and complaints go on')
  : undefined

export const transparencyOf = ({ transparency }: Rooms): Transparency => {
  if (!transparency) throw new Unanswerable(503, 'no-signed-heads', '本进程不持有事件簿，不签树头', 'This process does not hold the book and signs no heads')
  return transparency
}
const whole = (field: string, said: string | undefined, most: number): number => {
  const number = said !== undefined && /^(0|[1-9]\d{0,15})$/.test(said) ? Number(said) : NaN
  if (!(number <= most)) throw new Unanswerable(400, 'bad-parameter', `${field} 须为 0…${most} 的整数（已签树头的条数以内）`,
    `${field} is a whole number from 0 to ${most} (within the signed head)`, { field })
  return number
}
const headOf = (log: Transparency): string => {
  const checkpoint = log.checkpoint()
  if (checkpoint === undefined) throw new Unanswerable(503, 'no-signed-head', '还没有签过树头', 'No head has been signed yet')
  return checkpoint
}
/** C2SP tlog-tiles: x001/x234/067 is tile 1 234 067. */
function tileSaid(path: string): { index: number; width: number | undefined } | undefined {
  const [, groups = '', last, width] = /^((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  if (last === undefined || groups.length > 20 || /^x000\//.test(groups)) return undefined
  const partial = width === undefined ? undefined : Number(width)
  return partial !== undefined && partial > 255 ? undefined : { index: Number(groups.replace(/[x/]/g, '') + last), width: partial }
}
const noSuchTile = (reply: FastifyReply) => answerWith(reply, problem(404, 'no-such-tile', '没有这一树块', 'There is no such tile'))

/** GET — the signed head, the tiles under it, and proofs. Hashes alone: what the leaves say goes out with a receipt to whom it concerns. */
export function transparencyRoutes(app: FastifyInstance, rooms: Rooms) {
  app.get('/checkpoint', { config: { access: 'public' } }, (_, reply) => reply.type('text/plain; charset=utf-8').header('Cache-Control', 'no-cache').send(headOf(transparencyOf(rooms))))
  app.get<{ Params: { level: string; '*': string } }>('/tile/:level/*', { config: { access: 'public' } }, ({ params }, reply) => {
    if (params.level === 'entries') return answerWith(reply, problem(403, 'entries-not-served', '叶的内容不公开，只公开摘要；凭回执核对自己的那一条',
      'Leaves are not public, their hashes are; a receipt has the one that concerns you'))
    const said = tileSaid(params['*'])
    const bytes = said && /^(0|[1-9]|[1-5]\d|6[0-3])$/.test(params.level) ? transparencyOf(rooms).tile(Number(params.level), said.index, said.width) : undefined
    return bytes ? reply.type('application/octet-stream').header('Cache-Control', 'public, max-age=31536000, immutable').send(bytes) : noSuchTile(reply)
  })
  app.get('/api/transparency', { config: { access: 'public' } }, async () => {
    const log = transparencyOf(rooms), refused = log.refused(), { witnesses, configured, threshold, at } = log.witnessing()
    return { origin: log.origin, vkey: log.vkey, signer: log.signer, size: log.size(), ...(refused !== undefined && { refused }), ...witnessing(rooms), configured, threshold,
      ...(at !== undefined && { witnessedAt: at }), witnesses }
  })
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/transparency/inclusion', { config: { access: 'public' } }, async ({ query }) => {
    const log = transparencyOf(rooms), { leaf, size: of } = only(query, 'leaf', 'size')
    const size = whole('size', of ?? String(log.size()), log.size()), index = whole('leaf', leaf, size - 1)
    return { index, size, hashes: log.inclusion(index, size), checkpoint: size === log.size() ? headOf(log) : undefined }
  })
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/transparency/consistency', { config: { access: 'public' } }, async ({ query }) => {
    const log = transparencyOf(rooms), said = only(query, 'from', 'to')
    const to = whole('to', said.to ?? String(log.size()), log.size()), from = whole('from', said.from, to)
    return { from, to, hashes: log.consistency(from, to) }
  })
  // A witness that fetches the heads itself hands in its line: a note like any other.
  app.addContentTypeParser('text/plain', { parseAs: 'string', bodyLimit: 1 << 16 }, (_, body, done) => done(null, body))
  app.post('/api/transparency/cosignatures', { config: { access: 'public' } }, async ({ body }, reply) =>
    typeof body === 'string' && transparencyOf(rooms).cosigned(body) ? reply.code(204).send()
    : answerWith(reply, problem(422, 'not-a-cosignature', '不是已登记的见证人对最新树头的签名', 'This is no signature of a known witness over the newest head')))
}
