import { onDestroy, untrack } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { groups, readDesk, type DeskCase, type DeskView, type Whose } from './asks.ts'
import { badge } from './badge.svelte.ts'

const againMs = 60_000, step = 100, most = 500
export const wide = () => matchMedia('(min-width: 1100px)').matches
export const deskHref = (id: string | undefined, whose: Whose) => {
  const said = [...whose === 'all' ? [['whose', 'all']] : [], ...id === undefined ? [] : [['case', id]]]
  return `/desk${said.length ? `?${new URLSearchParams(said)}` : ''}`
}
const keyOf = ({ id, subCase }: Pick<DeskCase, 'id' | 'subCase'>) => `${id}${subCase === undefined ? '' : `#${subCase}`}`

/** 工作台 — whose, which row, kept fresh while it is looked at. The address says whose and which, so that it can be handed on. */
export function deskState() {
  let view = $state.raw<DeskView>(), problem = $state.raw<Problem>(), chosen = $state(router.query['case']), limit = step, gone = false, turn = 0, stop: (() => void) | undefined
  const whose = (): Whose => router.query['whose'] === 'all' ? 'all' : 'mine'
  const note = () => { if (!gone) router.note({ whose: whose() === 'all' ? 'all' : undefined, case: chosen }) }
  async function read(anew = false) {
    const own = ++turn, answer = await readDesk(whose(), limit)
    if (gone || own !== turn) return
    if (isProblem(answer)) { problem = answer; if (anew) view = undefined; return }
    view = answer
    problem = undefined
    badge.waiting = answer.waiting
    if (chosen === undefined && wide()) choose(answer.rows[0]?.id)
    stop ??= subscribe('cases', {}, answer.position, again)
  }
  const fresh = keepingUp(() => read()), { again } = fresh
  function choose(id: string | undefined) {
    if (chosen === id) return
    chosen = id
    note()
  }
  const rows = () => view?.rows ?? []
  let before = whose()
  // The back key on a phone leads from the case to the list; another list begins with its own first row.
  $effect(() => {
    const id = router.query['case'], now = whose()
    untrack(() => {
      if (id !== undefined || !wide() || now !== before) chosen = id
      const other = now !== before
      if (other) limit = step
      before = now
      void read(other)
    })
  })
  const timer = setInterval(again, againMs)
  onDestroy(() => { gone = true; stop?.(); fresh.stop(); clearInterval(timer) })
  return {
    get view() { return view },
    get problem() { return problem },
    get chosen() { return chosen },
    get whose() { return whose() },
    get more() { return view !== undefined && view.rows.length < (view.whose === 'mine' ? view.counts.mine : view.counts.all) && limit < most },
    /** In the order of the clock, a head where each begins. */
    get grouped() { return groups.map((group) => ({ group, rows: rows().filter((row) => row.group === group) })).filter(({ rows }) => rows.length > 0) },
    keyOf, choose, again, retry: () => void read(),
    readMore() { limit = Math.min(most, limit + step); void read() },
    look(to: Whose) { router.go(deskHref(undefined, to)) },
    /** By the keyboard: the row before or behind. */
    move(by: 1 | -1) {
      const all = rows(), at = all.findIndex(({ id }) => id === chosen)
      choose(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.id)
    },
    /** 说过之后 the next one is before one; what has just left the list is not waited for. */
    next() {
      const all = rows(), at = all.findIndex(({ id }) => id === chosen)
      if (wide()) choose((all[at + 1] ?? all[at - 1])?.id)
      else router.go(deskHref(undefined, whose()))
      again()
    },
  }
}
export type DeskState = ReturnType<typeof deskState>
