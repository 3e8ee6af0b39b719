import type { BoardView } from '../../../projections/board.ts'
import type { CardList } from '../../../projections/card-page.ts'
import { read } from '../../client.ts'

export const asks = {
  board: (since: number | undefined) => read<BoardView>('/board', { since }),
  findings: (cards: boolean, limit: number) => read<CardList>('/cards', { limit, ...(cards && { severity: 'YELLOW,RED' }) }),
}
