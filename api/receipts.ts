import type { FastifyInstance } from 'fastify'
import type { Recorded } from '../domain/kernel/events.ts'
import { caseFor } from './access/case-for.ts'
import { caseReaders, standingOf } from './access/standing.ts'
import { maySee } from '../projections/case-cards.ts'
import { seesFindings } from '../projections/case-facts.ts'
import { caseIdOf } from './case-reading.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { transparencyOf, type Transparency } from './transparency.ts'

type Proof = { index: number; size: number; hashes: string[]; checkpoint: string }
/** 回执 — a fact's own bytes, and either what proves that it stands under a signed head, or the book's signed promise that it will. What is sealed in
    the bytes stays sealed. */
export type Receipt = {
  format: 'mingjian-receipt/v1'
  kind: 'acceptance' | 'card'
  case: string
  card?: string
  leaf: string
  leafHash: string
  log: { origin: string; vkey: string }
  proof?: Proof
  promise?: string
  /** Where the proof is to be had, now and later. */
  link: string
}

const acceptance = (facts: readonly Recorded[]) => facts.find(({ type }) => type === 'CaseAccepted')
const issued = ['HintRaised', 'WarningRaised', 'YellowCardIssued', 'RedCardIssued']

/** The fact that a receipt is asked for; a card that this role is not told of is none. */
async function factOf({ book }: Rooms, id: string, card: string | undefined, role: string): Promise<Recorded> {
  const facts = await book.readStream(`cases-${id}`)
  if (card === undefined) {
    const accepted = acceptance(facts)
    if (!accepted) throw new Unanswerable(404, 'not-accepted-yet', `办件 ${id} 没有受理事实，没有受理回执`, `Case ${id} has no acceptance, and no receipt of it`, { field: 'caseNo' })
    return accepted
  }
  const subCases = facts.flatMap(({ type, data }) => type === 'SubCaseOpened' ? [`#${String((data as { subCase: unknown }).subCase)}`] : [])
  const cards = (await Promise.all(['', ...subCases].map((number) => book.readStream(`supervision-card.cases.${id}${number}`)))).flat()
    .filter(({ type, data }) => issued.includes(type) && seesFindings(role) && maySee(role)(data as { ruleId: string; shadow?: true }))
  const ids = cards.map(({ data }) => (data as { cardId: string }).cardId), found = cards[ids.indexOf(card)]
  if (!found) throw new Unanswerable(404, 'no-such-card', `此件没有牌「${card}」；有：${ids.join('、') || '—'}`, `The case has no card ${card}; there are: ${ids.join(', ') || '—'}`, { field: 'card' })
  return found
}

/** A fact not yet under a signed head is promised; one older than the promise has its head signed at once. */
async function underHead(log: Transparency, { meta: { position, recordedAt } }: Recorded, atOnce: boolean): Promise<Pick<Receipt, 'proof' | 'promise'>> {
  if (log.size() < position && (atOnce || Date.now() - Date.parse(recordedAt) > log.promiseSeconds * 1000)) await log.signNow()
  const size = log.size(), checkpoint = log.checkpoint()
  if (size < position || checkpoint === undefined) return { promise: await log.promise(position) }
  return { proof: { index: position - 1, size, hashes: log.inclusion(position - 1, size), checkpoint } }
}

/** 开回执 — of the acceptance of a case, or of a card of it. `atOnce`: a head is signed for it rather than promised. */
export async function receiptOf(rooms: Rooms, said: string, card?: string, atOnce = false, role = 'inspector'): Promise<Receipt> {
  const log = transparencyOf(rooms), id = await caseIdOf(rooms, said), fact = await factOf(rooms, id, card, role)
  const leaf = Buffer.from(log.leaf(fact.meta.position)!)
  const standing = await underHead(log, fact, atOnce)
  return {
    format: 'mingjian-receipt/v1', kind: card === undefined ? 'acceptance' : 'card', case: id, ...(card !== undefined && { card }),
    leaf: leaf.toString('base64'), leafHash: log.leafHash(leaf),
    log: { origin: log.origin, vkey: log.vkey }, ...standing, link: `/api/cases/${encodeURIComponent(id)}/receipt${card === undefined ? '' : `?card=${encodeURIComponent(card)}`}`,
  }
}

/** GET /api/cases/:id/receipt */
export const receiptRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/receipt', { config: { access: caseReaders, looks: true } }, async (request, reply) => {
    const who = standingOf(request), { card } = only(request.query, 'card'), { id, as } = await caseFor(rooms, who, request.params.id), receipt = await receiptOf(rooms, id, card, false, as)
    await looked(rooms, who, 'receipt', [id])
    return reply.header('Cache-Control', 'no-store').send(receipt)
  })
