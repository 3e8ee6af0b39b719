import type { Role } from '../domain/kernel/context.ts'
import type { ItemRow } from '../projections/catalogue.ts'
import type { DeskRow, Turn } from '../projections/desk.ts'
import { pageLimit, type Place } from '../projections/read-store.ts'
import { findAny } from './access/finding.ts'
import type { Where } from './access/sight.ts'
import type { Standing } from './access/standing.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

/** 等我的一件 — a row with what it waits for me to do; `subCase`: my department's opinion on it. */
export type Waiting = { row: DeskRow; turn: Turn | 'opinion'; as: Role; subCase?: number; mine: boolean }
/** 一问 — rows that may be mine, and which of them are. */
type Ask = { where: Where; as: Role; take(row: DeskRow): Omit<Waiting, 'row' | 'as'> | undefined }

const inHand: readonly Turn[] = ['acceptance', 'supplement', 'handling', 'reviewing', 'approving', 'decision', 'special', 'superior', 'conclusion']
const turnIn = (...of: readonly Turn[]) => ({ turn: { in: [...of] } })
const own = (turn: Turn, mine: boolean) => ({ turn, mine })

/** 承办人：of the items that one is authorised for; what a colleague has in hand is theirs. Opinions that one's department owes come with them. */
function asHandler({ person }: Standing, items: readonly ItemRow[]): Ask[] {
  const codes = items.filter(({ officers }) => officers.includes(person)).map(({ code }) => code)
  const beside = items.filter(({ coHandlers = [] }) => coHandlers.some(({ officers }) => officers.includes(person))).map(({ code }) => code)
  const free = ({ taker }: DeskRow) => taker === undefined || taker === person
  return [
    ...codes.length === 0 ? [] : [{ where: { itemCode: { in: codes }, ...turnIn(...inHand) }, as: 'handler' as const, take(row: DeskRow) {
      const { turn, at } = row
      if (turn === 'acceptance' || at.stage === 'Submitted') return own(turn, false) // at the window
      if (turn === 'handling') return own(turn, free(row) && !at.verifiers.includes(person)) // who verified does not handle
      return own(turn, ['special', 'supplement', 'superior', 'conclusion'].includes(turn) && free(row))
    } }],
    ...beside.length === 0 ? [] : [{ where: { itemCode: { in: beside }, awaits: true }, as: 'handler' as const, take({ at }: DeskRow) {
      const owed = at.subCases.find(({ given, officers }) => !given && officers.includes(person))
      return owed && { turn: 'opinion' as const, subCase: owed.subCase, mine: true }
    } }],
  ]
}
const reaches = ({ grants }: Standing, role: Role): Where[] => grants.flatMap((grant) => grant.role !== role ? [] : grant.scope === 'region' ? [{}] : grant.of === undefined ? [] :
  [grant.scope === 'hall' ? { hall: grant.of } : { department: grant.of }])
/** 科长、领导：the step that is theirs, of what they have not handled themselves. */
function asVerifier(who: Standing, role: 'section-head' | 'leader'): Ask[] {
  const step = role === 'leader' ? 'approving' : 'reviewing'
  return reaches(who, role).map((within) => ({ where: { ...within, ...turnIn(...inHand) }, as: role, take: ({ turn, at, decides }) =>
    own(turn, (turn === step || (turn === 'decision' && decides === role)) && !at.handlers.includes(who.person)) }))
}
/** 窗口：what came in, what the applicant owes, what can be handed over. */
const asClerk = (who: Standing): Ask[] => reaches(who, 'window-clerk').map((within) => ({ where: { ...within, ...turnIn('acceptance', 'supplement', 'delivery') }, as: 'window-clerk',
  take: ({ turn, at }) => own(turn, turn !== 'supplement' || at.stage === 'Submitted') }))

/** 等着的 — all that somebody's posts make theirs, each case once: as what it waits for them, before what it only waits for. */
export async function waitingFor(rooms: Rooms, who: Standing): Promise<Waiting[]> {
  const { items } = await directory(rooms), has = (role: Role) => who.grants.some((grant) => grant.role === role)
  const asks = [...has('leader') ? asVerifier(who, 'leader') : [], ...has('section-head') ? asVerifier(who, 'section-head') : [], ...has('handler') ? asHandler(who, items) : [],
    ...has('window-clerk') ? asClerk(who) : []]
  const found = (await Promise.all(asks.map((ask) => rowsOf(rooms, ask)))).flat(), once = new Map<string, Waiting>()
  for (const one of found) { const before = once.get(one.row.id); if (!before || (!before.mine && one.mine)) once.set(one.row.id, one) }
  return [...once.values()]
}
async function rowsOf({ rows }: Rooms, { where, as, take }: Ask): Promise<Waiting[]> {
  const found: Waiting[] = []
  for (let after: Place | undefined; ;) {
    const page = await findAny(rows, 'desk', { limit: pageLimit, ...(after && { after }) }, [where])
    for (const { row } of page.rows) {
      const one = row as DeskRow, taken = take(one)
      if (taken) found.push({ row: one, as, ...taken })
    }
    if (!page.end) return found
    after = page.end
  }
}
