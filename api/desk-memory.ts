import type { DeskRow, Turn } from '../projections/desk.ts'
import { following } from './board-following.ts'
import type { Rooms } from './rooms.ts'

/** 桌上一件 — as much of its row as is asked of it as long as it waits for somebody. */
export type DeskKept = Pick<DeskRow, 'id' | 'itemCode' | 'department' | 'hall' | 'turn' | 'decides' | 'awaits' | 'taker' | 'urged' | 'sentBack' | 'urge'>
  & { at: Pick<DeskRow['at'], 'stage' | 'handlers' | 'verifiers' | 'subCases'> }
type Whose = 'itemCode' | 'department' | 'hall'
/** 哪一堆 — what waits for one of these turns, or for a co-handler's opinion; of one item, department or hall, or of the house. */
export type Pile = { turns: readonly (Turn | 'opinion')[]; whose?: Whose; of?: readonly string[] }
type DeskInMemory = { in(pile: Pile): Iterable<DeskKept>; get(id: string): DeskKept | undefined; settled(): Promise<number> }
/** Does it lie there? */
export const liesOn = ({ turns, whose, of }: Pile, row: DeskKept): boolean =>
  (turns.includes(row.turn) || (row.awaits && turns.includes('opinion'))) && (whose === undefined || of!.includes(row[whose]))

const keptOf = ({ id, itemCode, department, hall, turn, decides, awaits, taker, urged, sentBack, urge, at: { stage, handlers, verifiers, subCases } }: DeskRow): DeskKept =>
  ({ id, itemCode, department, hall, turn, decides, awaits, taker, urged, sentBack, urge, at: { stage, handlers, verifiers, subCases } })
/** What waits for nobody lies on no desk. */
const waits = ({ turn, awaits }: DeskRow) => awaits || (turn !== 'none' && turn !== 'archive')
const nameOf = (turn: string, whose = '', of = '') => `${turn} ${whose} ${of}`
/** Every pile that a row lies on. */
const namesOf = (row: DeskKept) => [row.turn, ...row.awaits ? ['opinion'] : []].flatMap((turn) =>
  [nameOf(turn), ...(['itemCode', 'department', 'hall'] as const).map((whose) => nameOf(turn, whose, row[whose]))])

const opened = new WeakMap<Rooms, DeskInMemory>()
/** 桌上各件 of this house: what waits, by whose turn it is. A desk that is asked for goes through its own piles alone. */
export function deskInMemory(rooms: Rooms): DeskInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const rows = new Map<string, DeskKept>(), piles = new Map<string, Map<string, DeskKept>>()
  function leave(key: string) {
    const before = rows.get(key)
    if (!before) return
    rows.delete(key)
    for (const name of namesOf(before)) { const pile = piles.get(name); pile?.delete(key); if (pile?.size === 0) piles.delete(name) }
  }
  const { settled } = following(rooms, 'desk', {
    clear() { rows.clear(); piles.clear() },
    take(key, row) {
      leave(key)
      if (!row || !waits(row as DeskRow)) return
      const one = keptOf(row as DeskRow)
      rows.set(key, one)
      for (const name of namesOf(one)) piles.set(name, (piles.get(name) ?? new Map<string, DeskKept>()).set(key, one))
    },
  })
  const memory: DeskInMemory = { settled, get: (id) => rows.get(id),
    *in({ turns, whose, of = [''] }) { for (const turn of turns) for (const one of new Set(of)) yield* piles.get(nameOf(turn, whose, one))?.values() ?? [] } }
  opened.set(rooms, memory)
  return memory
}
