import type { DeskRow, Turn } from '../projections/desk.ts'
import type { DueIndex, Lamp } from '../projections/due-index.ts'
import { following } from './board-following.ts'
import type { Rooms } from './rooms.ts'

/** 桌上同样的 — cases that are alike in whose they are and in what they wait for: that is found out once of all of them. */
export type DeskAlike = Pick<DeskRow, 'itemCode' | 'department' | 'hall' | 'turn' | 'decides' | 'awaits' | 'taker'>
  & { at: Pick<DeskRow['at'], 'stage' | 'handlers' | 'verifiers' | 'subCases'>; ones: ReadonlySet<DeskOne> }
/** 桌上一件 — what is its own: its light, and what has been said of it. */
export type DeskOne = { id: string; alike: DeskAlike; lamp: Lamp; said: Pick<DeskRow, 'urged' | 'sentBack' | 'urge'> | undefined }
type Whose = 'itemCode' | 'department' | 'hall'
/** 哪一堆 — what waits for one of these turns, or for a co-handler's opinion; of one item, department or hall, or of the house. */
export type Pile = { turns: readonly (Turn | 'opinion')[]; whose?: Whose; of?: readonly string[] }
type DeskInMemory = { in(pile: Pile): Iterable<DeskAlike>; get(id: string): DeskOne | undefined; urged(): Iterable<DeskOne>; settled(): Promise<number> }
/** Do they lie there? */
export const liesOn = ({ turns, whose, of }: Pile, row: DeskAlike): boolean =>
  (turns.includes(row.turn) || (row.awaits && turns.includes('opinion'))) && (whose === undefined || of!.includes(row[whose]))

type Alike = DeskAlike & { name: string; ones: Set<DeskOne> }
const sharedOf = ({ itemCode, department, hall, turn, decides, awaits, taker, at: { stage, handlers, verifiers, subCases } }: DeskRow) =>
  ({ itemCode, department, hall, turn, decides, awaits, taker, at: { stage, handlers, verifiers, subCases } })
/** What waits for nobody lies on no desk. */
const waits = ({ turn, awaits }: DeskRow) => awaits || (turn !== 'none' && turn !== 'archive')
const nameOf = (turn: string, whose = '', of = '') => `${turn} ${whose} ${of}`
/** Every pile that they lie on. */
const namesOf = (row: DeskAlike) => [row.turn, ...row.awaits ? ['opinion'] : []].flatMap((turn) =>
  [nameOf(turn), ...(['itemCode', 'department', 'hall'] as const).map((whose) => nameOf(turn, whose, row[whose]))])

/** 各堆 — of what is alike, by what it waits for and whose it is. */
function pilesOf() {
  const kinds = new Map<string, Alike>(), piles = new Map<string, Set<Alike>>()
  return {
    of(row: DeskRow): Alike {
      const shared = sharedOf(row), name = JSON.stringify(Object.values(shared)), known = kinds.get(name)
      if (known) return known
      const made: Alike = { ...shared, name, ones: new Set() }
      kinds.set(name, made)
      for (const pile of namesOf(made)) piles.set(pile, (piles.get(pile) ?? new Set<Alike>()).add(made))
      return made
    },
    left(kind: Alike) {
      if (kind.ones.size > 0) return
      kinds.delete(kind.name)
      for (const name of namesOf(kind)) { const pile = piles.get(name); pile?.delete(kind); if (pile?.size === 0) piles.delete(name) }
    },
    in: (name: string): Iterable<Alike> => piles.get(name) ?? [],
    clear() { kinds.clear(); piles.clear() },
  }
}

const opened = new WeakMap<Rooms, DeskInMemory>()
/** 桌上各件 of this house: what waits, by whose turn it is. A desk that is asked for goes through its own piles alone. */
export function deskInMemory(rooms: Rooms, index: DueIndex): DeskInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const all = new Map<string, DeskOne & { alike: Alike }>(), urged = new Set<DeskOne>(), piles = pilesOf()
  function leave(key: string) {
    const one = all.get(key)
    if (!one) return
    all.delete(key)
    urged.delete(one)
    one.alike.ones.delete(one)
    piles.left(one.alike)
  }
  const { settled } = following(rooms, 'desk', {
    clear() { all.clear(); urged.clear(); piles.clear() },
    take(key, row) {
      leave(key)
      if (!row || !waits(row as DeskRow)) return
      const { urged: times, sentBack, urge } = row as DeskRow, alike = piles.of(row as DeskRow)
      const one = { id: key, alike, lamp: index.lamp(`cases.${key}`), said: times ?? sentBack ?? urge ? { urged: times, sentBack, urge } : undefined }
      all.set(key, one)
      alike.ones.add(one)
      if (urge) urged.add(one)
    },
  })
  const memory: DeskInMemory = { settled, get: (id) => all.get(id), urged: () => urged,
    *in({ turns, whose, of = [''] }) { for (const turn of turns) for (const one of new Set(of)) yield* piles.in(nameOf(turn, whose, one)) } }
  opened.set(rooms, memory)
  return memory
}
