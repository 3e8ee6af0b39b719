import { onDestroy } from 'svelte'
import type { BoardMove, BoardView } from '../../../projections/board.ts'
import type { CardList } from '../../../projections/card-page.ts'
import { isProblem, type Problem } from '../../client.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { asks } from './asks.ts'

/** With time alone lights change. */
const againMs = 30_000
/** Whoever listens is told of the whole no oftener than this. */
const tellMs = 60_000
const pageRows = 20
/** A finding is new until the next, or for so long. */
const freshMs = 60_000

/** 监察室 — the board and the findings as they come, kept fresh while they are looked at. */
export function room() {
  let board = $state.raw<BoardView>(), list = $state.raw<CardList>(), problem = $state.raw<Problem>(), only = $state<'all' | 'cards'>('all'), fresh = $state<string>(), arrived = $state(0), told = $state.raw<BoardView['total']>(), toldAt = -Infinity
  let rows = pageRows, turn = 0, gone = false, stop: (() => void) | undefined, fading: ReturnType<typeof setTimeout> | undefined
  const watchers = new Set<(moves: readonly BoardMove[]) => void>()

  async function readBoard() {
    const answer = await asks.board(board?.position)
    if (gone) return
    if (isProblem(answer)) { problem = answer; return }
    const before = board
    // An answer that was longer on its way than the one after it.
    if (before && answer.position < before.position) return
    board = answer
    problem = undefined
    if (performance.now() - toldAt >= tellMs) { told = answer.total; toldAt = performance.now() }
    if (before && answer.moves?.length) for (const watch of watchers) watch(answer.moves)
    stop ??= subscribe('board', {}, answer.position, again)
  }
  async function readFindings() {
    const own = ++turn, answer = await asks.findings(only === 'cards', rows)
    if (own !== turn || gone || isProblem(answer)) return
    const newest = list?.rows[0], first = answer.rows[0]
    if (newest && first && first.saidAt > newest.saidAt) {
      arrived = answer.rows.filter(({ saidAt }) => saidAt > newest.saidAt).length
      fresh = first.key
      clearTimeout(fading)
      fading = setTimeout(() => { fresh = undefined; arrived = 0 }, freshMs)
    }
    list = answer
  }
  const following = keepingUp(() => Promise.all([readBoard(), readFindings()])), { again } = following
  void readBoard()
  void readFindings()
  const timer = setInterval(again, againMs)
  onDestroy(() => { gone = true; stop?.(); following.stop(); clearTimeout(fading); clearInterval(timer) })
  return {
    get board() { return board }, get told() { return told }, get list() { return list }, get problem() { return problem }, get only() { return only }, get fresh() { return fresh }, get arrived() { return arrived },
    filter(to: 'all' | 'cards') { only = to; rows = pageRows; void readFindings() },
    more() { rows = Math.min(rows + pageRows, 200); void readFindings() },
    get canMore() { return list?.next !== undefined && rows < 200 },
    retry: again,
    /** Told of every case that goes from one step to another. */
    onMoves(watch: (moves: readonly BoardMove[]) => void) { watchers.add(watch); return () => { watchers.delete(watch) } },
  }
}
export type RoomState = ReturnType<typeof room>
