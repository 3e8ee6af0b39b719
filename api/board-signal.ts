import type { Role } from '../domain/kernel/context.ts'
import type { RowsChanged } from './rooms.ts'

/** 看板的人 — whoever oversees. */
export const boardReaders: readonly Role[] = ['inspector', 'auditor']
/** 板有变化 — a name under which one is told over the line that something on the board has moved, and of nobody what. */
export const boardSignal = 'board'
const moving = ['cases', 'cards']
export const movesBoard = (changed: RowsChanged): boolean =>
  'many' in changed ? changed.collections.some((one) => moving.includes(one)) : changed.changes.some(({ collection }) => moving.includes(collection))
