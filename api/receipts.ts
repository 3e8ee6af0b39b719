import type { FastifyInstance } from 'fastify'
import type { Recorded } from '../domain/kernel/events.ts'
import { rulesKnown } from './access/collections.ts'
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
  kind: 'acceptance' | 'card' | 'fact'
  case: string
  card?: string
  /** Its place in the case. */
  fact?: number
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
async function factOf(rooms: Rooms, id: string, card: string | undefined, role: string): Promise<Recorded> {
  const { book } = rooms, facts = await book.readStream(`cases-${id}`)
  if (card === undefined) {
    const accepted = acceptance(facts)
    if (!accepted) throw new Unanswerable(404, 'not-accepted-yet', `办件 ${id} 没有受理事实，没有受理回执`, `Case ${id} has no acceptance, and no receipt of it`, { field: 'caseNo' })
    return accepted
  }
  const subCases = facts.flatMap(({ type, data }) => type === 'SubCaseOpened' ? [`#${String((data as { subCase: unknown }).subCase)}`] : [])
  const cards = (await Promise.all(['', ...subCases].map((number) => book.readStream(`supervision-card.cases.${id}${number}`)))).flat()
    .filter(({ type, data }) => issued.includes(type) && seesFindings(role) && maySee(role, rulesKnown(rooms))(data as { ruleId: string; shadow?: true }))
  const ids = cards.map(({ data }) => (data as { cardId: string }).cardId), found = cards[ids.indexOf(card)]
  if (!found) throw new Unanswerable(404, 'no-such-card', `此件没有牌「${card}」；有：${ids.join('、') || '—'}`, `The case has no card ${card}; there are: ${ids.join(', ') || '—'}`, { field: 'card' })
  return found
}

/** Any fact of the case, for who works with it: its own bytes say more than an applicant is told, who has the receipt of the acceptance. */
async function anyFact({ book }: Rooms, id: string, said: string, role: string): Promise<Recorded> {
  if (role === 'applicant') throw new Unanswerable(403, 'receipt-of-acceptance-only', '申请人凭受理回执核对；内部事实的原文不出示',
    'Applicants have the receipt of the acceptance; the bytes of inner facts are not shown')
  const fact = /^[1-9]\d{0,8}$/.test(said) ? (await book.readStream(`cases-${id}`))[Number(said) - 1] : undefined
  if (!fact) throw new Unanswerable(404, 'no-such-fact', `此件没有第 ${said} 条事实`, `The case has no fact ${said}`, { field: 'fact' })
  return fact
}

/** A fact not yet under a signed head is promised; one older than the promise has its head signed at once. */
async function underHead(log: Transparency, { meta: { position, recordedAt } }: Recorded, atOnce: boolean): Promise<Pick<Receipt, 'proof' | 'promise'>> {
  if (log.size() < position && (atOnce || Date.now() - Date.parse(recordedAt) > log.promiseSeconds * 1000)) await log.signNow()
  const size = log.size(), checkpoint = log.checkpoint()
  if (size < position || checkpoint === undefined) return { promise: await log.promise(position) }
  return { proof: { index: position - 1, size, hashes: log.inclusion(position - 1, size), checkpoint } }
}

const linkOf = (id: string, said: Record<string, string | undefined>) => {
  const query = new URLSearchParams(Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString()
  return `/api/cases/${encodeURIComponent(id)}/receipt${query && `?${query}`}`
}
/** 开回执 — of the acceptance of a case, of a card of it, or of any fact. `atOnce`: a head is signed for it rather than promised. */
export async function receiptOf(rooms: Rooms, said: string, card?: string, atOnce = false, role = 'inspector', which?: string): Promise<Receipt> {
  const log = transparencyOf(rooms), id = await caseIdOf(rooms, said), fact = which === undefined ? await factOf(rooms, id, card, role) : await anyFact(rooms, id, which, role)
  const leaf = Buffer.from(log.leaf(fact.meta.position)!)
  const standing = await underHead(log, fact, atOnce)
  return {
    format: 'mingjian-receipt/v1',
    kind: which !== undefined ? 'fact' : card === undefined ? 'acceptance' : 'card', case: id, ...(card !== undefined && { card }), ...(which !== undefined && { fact: Number(which) }),
    leaf: leaf.toString('base64'), leafHash: log.leafHash(leaf),
    log: { origin: log.origin, vkey: log.vkey }, ...standing, link: linkOf(id, { card, fact: which }),
  }
}

/** GET /api/cases/:id/receipt */
export const receiptRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/receipt', { config: { access: caseReaders, looks: true } }, async (request, reply) => {
    const who = standingOf(request), { card, fact } = only(request.query, 'card', 'fact'), { id, as } = await caseFor(rooms, who, request.params.id)
    if (card !== undefined && fact !== undefined) throw new Unanswerable(400, 'card-or-fact', 'card 与 fact 只说一样', 'Say card or fact, not both', { field: 'fact' })
    const receipt = await receiptOf(rooms, id, card, false, as, fact)
    await looked(rooms, who, 'receipt', [id])
    return reply.header('Cache-Control', 'no-store').send(receipt)
  })
