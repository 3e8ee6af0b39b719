import { caseFor } from './access/case-for.ts'
import { caseReaders, standingOf } from './access/standing.ts'
import type { FastifyInstance } from 'fastify'
import { businessOrder, isOver, occurredAt } from '../domain/kernel/events.ts'
import { seesFindings } from '../projections/case-facts.ts'
import { ledgerView, type LedgerAsked } from '../projections/ledger-view.ts'
import type { LedgerView } from '../projections/views.ts'
import { momentsIn, sourcesOf, type Asked } from './case-reading.ts'
import { only } from './queries.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

/** 期限账 of a due date or a card, as of an instant, as far as was known, as a role may see it. */
export async function ledgerOf(rooms: Rooms, caseNo: string, { clock, card, ...asked }: LedgerAsked & Asked): Promise<LedgerView> {
  const { id, sources, standpoint } = await sourcesOf(rooms, caseNo, asked)
  const { at = standpoint.now, known = standpoint.now, role, epoch } = standpoint
  const facts = businessOrder(sources.facts.filter((fact) => fact.meta.recordedAt <= known || isOver(fact, known, epoch)))
    .filter((fact) => occurredAt(fact) <= at || isOver(fact, at, epoch))
  const found = ledgerView(id, { ...sources, facts, cards: seesFindings(role) ? sources.cards : [] }, { clock, card }, at, known, role)
  if (!('noSuch' in found)) return found
  const there = found.there.join('、') || '—'
  throw found.noSuch === 'card'
    ? new Unanswerable(404, 'no-such-card', `此件没有牌「${card}」；有：${there}`, `The case has no card ${card}; there are: ${there}`, { field: 'card' })
    : new Unanswerable(404, 'no-such-clock', `此件没有时限「${clock ?? ''}」；有：${there}`, `The case has no clock ${clock ?? ''}; there are: ${there}`, { field: 'clock' })
}

/** GET /api/cases/:id/ledger */
export const ledgerRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/ledger', { config: { access: caseReaders, looks: true } }, async (request) => {
    const who = standingOf(request), said = momentsIn(only(request.query, 'clock', 'card', 'at', 'known', 'as')), { id, as } = await caseFor(rooms, who, request.params.id, said.as)
    const ledger = await ledgerOf(rooms, id, { at: rooms.now(), ...said, as })
    await looked(rooms, who, 'ledger', [id])
    return ledger
  })
