import type { FastifyInstance } from 'fastify'
import { overdueWorkingDays } from '../domain/calendar/deadline.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { supervision } from '../domain/supervision/index.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import { breachOf } from '../domain/supervision/rules/rule.ts'
import { byLatest, isAsked, type RegisteredCard } from '../projections/card-register.ts'
import type { CardRow } from '../projections/cards.ts'
import { cardViews } from '../projections/case-cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueIndex } from '../projections/due-index.ts'
import type { CardList, CardListRow, CardPage } from '../projections/card-page.ts'
import type { CardView, FactView } from '../projections/views.ts'
import { sightOf } from './access/sight.ts'
import { byEyes, standingOf, viewingAs, type Standing } from './access/standing.ts'
import { ownedOf } from './access/owned.ts'
import { cardActions } from './card-actions.ts'
import { cardsAsked, cursorOf, type CardsAsked } from './cards-asked.ts'
import { evidenceCases } from './cards-evidence.ts'
import { registerInMemory } from './cards-register-memory.ts'
import { cardReaders, cardsSeen } from './cards-seen.ts'
import { replay } from './case-reading.ts'
import type { Due } from './due.ts'
import { houseCalendar } from './judging.ts'
import { directory, peopleMeant } from './naming.ts'
import { eyesOn, rowsLooked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { appealReaders } from './signals.ts'
import { load } from './tell.ts'

const rulesOf = ({ modules = [] }: Rooms) => [...catalogue, ...modules.flatMap(({ rules, patterns }) => [...rules, ...patterns])]
const saidOf = async (rooms: Rooms, subject: string, cardId: string) => (await load(rooms.book, supervision, `supervision-card.${subject}`)).filter(({ data }) => data['cardId'] === cardId)
/** Still going on, it goes on counting; over, it counts to its end. */
async function overdue(rooms: Rooms, { dueOn }: CardRow, caseId: string | undefined, now: Instant): Promise<number | undefined> {
  if (dueOn === undefined || caseId === undefined) return undefined
  const row = await rooms.rows.get('cases', caseId) as CaseRow | undefined
  return row && overdueWorkingDays(dueOn, row.endedAt ?? now, await houseCalendar(rooms, now))
}
async function listRow(rooms: Rooms, one: RegisteredCard, now: Instant): Promise<CardListRow | undefined> {
  const row = await rooms.rows.get('cards', one.key) as unknown as CardRow | undefined
  if (!row) return undefined
  const names = await directory(rooms), rule = rulesOf(rooms).find(({ id }) => id === one.ruleId)
  const { key, subject, kind, of, caseId, subCase, department, officer, ruleId, severity, state, becameTrueAt, issuedAt, saidAt, points } = one
  const breach = rule && breachOf(rule, row.clock), over = await overdue(rooms, row, caseId, now)
  const position = (await saidOf(rooms, subject, row.cardId)).findLast(({ type }) => type !== 'CardNotified')?.meta.position
  const named = (person: string | undefined) => person === undefined ? undefined : names.personName.get(person)
  const ofName = kind === 'officers' ? named(of) : undefined, officerName = named(officer)
  return {
    key, subject, kind, of, department, ruleId, severity, state, becameTrueAt, issuedAt, saidAt, points, zh: rule?.zh ?? ruleId, en: rule?.en ?? ruleId, clause: row.clause, clock: row.clock,
    ...(caseId !== undefined && { caseId }), ...(subCase !== undefined && { subCase }), ...(officer !== undefined && { officer }),
    ...(officerName !== undefined && { officerName }), ...(ofName !== undefined && { ofName }),
    ...(breach && { breach }), ...(row.dueOn && { dueOn: row.dueOn }), ...(over && { overdueWorkingDays: over }),
    ...(one.itemCode !== undefined && { itemName: names.itemName.get(one.itemCode) ?? one.itemCode }),
    ...(row.appeal && !row.appeal.decided && { appeal: { grounds: row.appeal.grounds, decideBy: row.appeal.decideBy } }),
    ...(row.revoked && { revoked: { reason: row.revoked.reason, evidence: row.revoked.evidence } }), ...(position !== undefined && { position }),
  }
}

/** 发牌簿 of what is somebody's to see: the latest word first; `count` is of all that was asked for. */
export async function listCards(rooms: Rooms, who: Standing, { after, limit, ...asked }: CardsAsked): Promise<CardList> {
  const register = registerInMemory(rooms), sees = await cardsSeen(rooms, who), officer = asked.officer === undefined ? undefined : peopleMeant(await directory(rooms), asked.officer)[0]
  const position = await register.settled(), now = rooms.now(), holds = isAsked({ ...asked, ...(officer !== undefined && { officer }) })
  const found = [...register.cards.values()].filter((card) => holds(card) && sees(card)).sort(byLatest)
  const left = after ? found.filter((card) => byLatest(after, card) < 0) : found, page = left.slice(0, limit)
  const rows = (await Promise.all(page.map((one) => listRow(rooms, one, now)))).filter((row) => row !== undefined)
  return { rows, ...(left.length > limit && { next: cursorOf(page.at(-1)!) }), count: found.length, position, now }
}

/** 待决申诉 on the cards that one sees: how many, and nothing of them. The list of cards has as many under the same state. */
async function appealsOpen(rooms: Rooms, who: Standing): Promise<{ appeals: number; position: number }> {
  const register = registerInMemory(rooms), sees = await cardsSeen(rooms, who)
  const position = await register.settled(), open = isAsked({ state: ['appealed'], confidential: false })
  let appeals = 0
  for (const card of register.cards.values()) if (open(card) && sees(card)) appeals++
  return { appeals, position }
}

const noSuch = (key: string) => new Unanswerable(404, 'no-such-card', `没有牌「${key}」`, `There is no card ${key}`, { field: 'key' })
/** Facts of the case that prove it, as this person sees that case. */
async function provingFacts(rooms: Rooms, who: Standing, caseId: string, cardId: string, subject: string): Promise<{ facts: FactView[]; card?: CardView }> {
  const owned = await ownedOf(rooms, caseId), as = owned && viewingAs(who, owned)?.role
  if (!as) return { facts: [] }
  const view = await replay(rooms, caseId, { at: rooms.now(), as, eyes: await eyesOn(rooms, who, caseId, as) }), number = /#(\d+)$/.exec(subject)?.[1]
  const card = view.cards.find((one) => one.cardId === cardId && String(one.subCase ?? '') === (number ?? ''))
  return { facts: view.facts.filter(({ position }) => card?.evidence?.includes(position)), ...(card && { card }) }
}
async function cardPage(rooms: Rooms, index: DueIndex, who: Standing, key: string): Promise<CardPage> {
  const register = registerInMemory(rooms)
  // Whoever has just said something of it sees it said.
  await rooms.caughtUp((await rooms.book.head()).position)
  await register.settled()
  const one = register.cards.get(key), now = rooms.now()
  if (!one || !(await cardsSeen(rooms, who))(one)) throw noSuch(key)
  const row = await rooms.rows.get('cards', key) as unknown as CardRow, { cardId } = row
  const said = await load(rooms.book, supervision, `supervision-card.${one.subject}`) as unknown as Recorded<CardEvent>[]
  const names = await directory(rooms), role = [...who.grants].sort(byEyes).find((grant) => cardReaders.includes(grant.role))!.role
  const proved = one.caseId === undefined ? { facts: [] } : await provingFacts(rooms, who, one.caseId, cardId, one.subject)
  const card = proved.card ?? cardViews(said, now, role, (person) => names.personName.get(person), new Map()).find((view) => view.cardId === cardId)
  const line = await listRow(rooms, one, now)
  if (!card || !line) throw noSuch(key)
  const cases = await evidenceCases(rooms, index, row, await sightOf(rooms, who))
  return { ...line, card, facts: proved.facts, cases: cases.map((each) => ({ ...each, itemName: names.itemName.get(each.itemCode) ?? each.itemCode })),
    actions: await cardActions(rooms, who, { subject: one.subject, cardId, said }), params: row.params, ledger: row.ledger, now }
}

/** GET /api/cards, /api/cards/:key, and how many appeals the rail counts. */
export function cardRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/cards', { config: { access: cardReaders, looks: true } }, async (request) => {
    const who = standingOf(request), asked = cardsAsked(request.query, rooms.founding.zone, rulesOf(rooms).map(({ id }) => id))
    return rowsLooked(rooms, who, 'cards', await listCards(rooms, who, asked))
  })
  app.get('/api/cards/appeals', { config: { access: appealReaders } }, (request) => {
    only(request.query as Record<string, string | undefined>)
    return appealsOpen(rooms, standingOf(request))
  })
  app.get<{ Params: { key: string }; Querystring: Record<string, string | undefined> }>('/api/cards/:key', { config: { access: cardReaders, looks: true } }, async (request) => {
    only(request.query)
    await ready()
    const who = standingOf(request), page = await cardPage(rooms, index, who, request.params.key)
    await rowsLooked(rooms, who, 'cards', { rows: [page, ...page.cases.map(({ caseId }) => ({ subject: `cases.${caseId}` }))] })
    return page
  })
}
