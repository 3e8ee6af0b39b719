import type { Role } from '../domain/kernel/context.ts'
import type { ItemRow } from '../projections/catalogue.ts'
import type { Turn } from '../projections/desk.ts'
import type { Standing } from './access/standing.ts'
import type { DueIndex } from '../projections/due-index.ts'
import { deskInMemory, liesOn, type DeskAlike, type DeskOne, type Pile } from './desk-memory.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

/** 等我的一件 — a row with what it waits for me to do; `subCase`: my department's opinion on it. */
export type Waiting = { one: DeskOne; turn: Turn | 'opinion'; as: Role; subCase?: number; mine: boolean }
/** 一问 — rows that may be mine, and which of them are. */
export type Taken = Omit<Waiting, 'one' | 'as'>
type Ask = { pile: Pile; as: Role; take(row: DeskAlike): Taken | undefined }

const inHand: readonly Turn[] = ['acceptance', 'supplement', 'handling', 'reviewing', 'approving', 'decision', 'special', 'superior', 'conclusion']
/** The same few answers are given of very many rows. */
const owned = new Map<Turn, [Taken, Taken]>()
function own(turn: Turn, mine: boolean): Taken {
  const both = owned.get(turn) ?? [{ turn, mine: false }, { turn, mine: true }]
  owned.set(turn, both)
  return both[mine ? 1 : 0]
}

/** 承办人：of the items that one is authorised for; what a colleague has in hand is theirs. Opinions that one's department owes come with them. */
function asHandler({ person }: Standing, items: readonly ItemRow[]): Ask[] {
  const codes = items.filter(({ officers }) => officers.includes(person)).map(({ code }) => code)
  const beside = items.filter(({ coHandlers = [] }) => coHandlers.some(({ officers }) => officers.includes(person))).map(({ code }) => code)
  const free = ({ taker }: DeskAlike) => taker === undefined || taker === person
  return [
    ...codes.length === 0 ? [] : [{ pile: { whose: 'itemCode' as const, of: codes, turns: inHand }, as: 'handler' as const, take(row: DeskAlike) {
      const { turn, at } = row
      if (turn === 'acceptance' || at.stage === 'Submitted') return own(turn, false) // at the window
      if (turn === 'handling') return own(turn, free(row) && !at.verifiers.includes(person)) // who verified does not handle
      return own(turn, ['special', 'supplement', 'superior', 'conclusion'].includes(turn) && free(row))
    } }],
    ...beside.length === 0 ? [] : [{ pile: { whose: 'itemCode' as const, of: beside, turns: ['opinion' as const] }, as: 'handler' as const, take({ at }: DeskAlike) {
      const owed = at.subCases.find(({ given, officers }) => !given && officers.includes(person))
      return owed && { turn: 'opinion' as const, subCase: owed.subCase, mine: true }
    } }],
  ]
}
const reaches = ({ grants }: Standing, role: Role): Omit<Pile, 'turns'>[] => grants.filter((grant) => grant.role === role).flatMap((grant) =>
  grant.scope === 'region' ? [{}] : grant.of === undefined ? [] : [{ whose: grant.scope === 'hall' ? 'hall' as const : 'department' as const, of: [grant.of] }])
/** 科长、领导：the step that is theirs, of what they have not handled themselves. */
function asVerifier(who: Standing, role: 'section-head' | 'leader'): Ask[] {
  const step = role === 'leader' ? 'approving' : 'reviewing'
  return reaches(who, role).map((within) => ({ pile: { ...within, turns: inHand }, as: role, take: ({ turn, at, decides }) =>
    own(turn, (turn === step || (turn === 'decision' && decides === role)) && !at.handlers.includes(who.person)) }))
}
/** 窗口：what came in, what the applicant owes, what can be handed over. */
const asClerk = (who: Standing): Ask[] => reaches(who, 'window-clerk').map((within) => ({ pile: { ...within, turns: ['acceptance', 'supplement', 'delivery'] }, as: 'window-clerk',
  take: ({ turn, at }) => own(turn, turn !== 'supplement' || at.stage === 'Submitted') }))

/** 等着的 — all that somebody's posts make theirs, each case once: as what it waits for them, before what it only waits for. Those that are alike are gone through together, and
    nothing is gathered: it may be all that is open. `position`: up to which it goes; `of`: what a case waits for; `urged`: those of them that somebody has urged. */
export type Desk = { position: number; each(visit: (alike: DeskAlike, as: Role, taken: Taken) => void): void; of(id: string): Waiting | undefined; urged(): DeskOne[] }
export async function waitingFor(rooms: Rooms, index: DueIndex, who: Standing): Promise<Desk> {
  const { items } = await directory(rooms), has = (role: Role) => who.grants.some((grant) => grant.role === role)
  const asks = [...has('leader') ? asVerifier(who, 'leader') : [], ...has('section-head') ? asVerifier(who, 'section-head') : [], ...has('handler') ? asHandler(who, items) : [],
    ...has('window-clerk') ? asClerk(who) : []]
  const desk = deskInMemory(rooms, index), position = await desk.settled()
  function taken(alike: DeskAlike, from: number): { as: Role; taken: Taken } | undefined {
    let best: { as: Role; taken: Taken } | undefined
    for (let i = from; i < asks.length && !best?.taken.mine; i++) {
      const ask = asks[i]!, taken = i === from || liesOn(ask.pile, alike) ? ask.take(alike) : undefined
      if (taken && (!best || taken.mine)) best = { as: ask.as, taken }
    }
    return best
  }
  function of(id: string): Waiting | undefined {
    const one = desk.get(id), from = one ? asks.findIndex(({ pile }) => liesOn(pile, one.alike)) : -1, found = from < 0 ? undefined : taken(one!.alike, from)
    return found && { one: one!, as: found.as, ...found.taken }
  }
  return { position, of,
    each(visit) {
      asks.forEach(({ pile }, i) => { for (const alike of desk.in(pile)) {
        if (asks.some((ask, j) => j < i && liesOn(ask.pile, alike))) continue
        const found = taken(alike, i)
        if (found) visit(alike, found.as, found.taken)
      } })
    },
    urged: () => [...desk.urged()].filter(({ id }) => of(id)?.mine) }
}
