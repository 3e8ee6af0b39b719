import type { Role } from '../domain/kernel/context.ts'
import { partsOf, seenIn } from './access/collections.ts'
import type { Standing } from './access/standing.ts'
import type { Rooms, RowsChanged } from './rooms.ts'

/** 看板的人 — whoever oversees. */
export const boardReaders: readonly Role[] = ['inspector', 'auditor']
/** 等申诉有结果的人 — who decides them, and whose department waits for it. */
export const appealReaders: readonly Role[] = ['section-head', 'leader', 'inspector']

/** 信号 — a name under which one is told over the line that something has moved, and of nobody what. `of`: whose place in the book it has. */
type Signal = { by: readonly Role[]; of: string; moves(rooms: Rooms, who: Standing, changed: RowsChanged): boolean | Promise<boolean> }
const boards = ['cases', 'cards']
const signals: Readonly<Record<string, Signal>> = {
  board: { by: boardReaders, of: 'cases',
    moves: (_, __, changed) => ('many' in changed ? changed.collections : changed.changes.map(({ collection }) => collection)).some((one) => boards.includes(one)) },
  /** Of the cards that one sees; that somebody else's have moved is not told either. */
  appeals: { by: appealReaders, of: 'cards', async moves(rooms, who, changed) {
    if ('many' in changed) return changed.collections.includes('cards')
    const cards = changed.changes.filter(({ collection }) => collection === 'cards'), parts = cards.length > 0 ? await partsOf(rooms, who, 'cards') : []
    for (const { key, row } of cards) if (row && await seenIn(parts, row, key)) return true
    return false
  } },
}
export const signalOf = (name: string): Signal | undefined => Object.hasOwn(signals, name) ? signals[name] : undefined
