import { onDestroy } from 'svelte'
import type { CaseCounts, CaseList, CaseListRow, CaseView } from '../../../projections/views.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { applicant } from './applicant.svelte.ts'
import { searchOf } from './search-fields.ts'

const pageRows = 50
const settleMs = 300
/** Lights move with time alone; so often the list is read again though nothing was told. */
const againMs = 60_000

/** 预览 — the chosen case is read where there is room to show it beside the list. */
function previewed() {
  let chosen = $state<string>(), preview = $state.raw<CaseView>(), looking: ReturnType<typeof setTimeout> | undefined
  async function look(id: string) {
    const answer = await client.case(id)
    if (id === chosen && !isProblem(answer)) preview = answer
  }
  return {
    get chosen() { return chosen },
    get shown() { return preview?.id === chosen ? preview : undefined },
    choose(id: string | undefined) {
      if (chosen === id) return
      chosen = id
      clearTimeout(looking)
      if (id !== undefined && matchMedia('(min-width: 1280px)').matches) looking = setTimeout(() => void look(id), 120)
    },
    again() { if (chosen && preview) void look(chosen) },
    stop() { clearTimeout(looking) },
  }
}

/** What changes by itself is seen at once; what changes all the time, so often. */
function paced(act: () => void): (() => void) & { stop(): void } {
  let lately = 0, soon: ReturnType<typeof setTimeout> | undefined
  const again = () => {
    clearTimeout(soon)
    soon = setTimeout(() => {
      lately = performance.now()
      if (!document.hidden) act()
    }, Math.max(0, settleMs - (performance.now() - lately)))
  }
  return Object.assign(again, { stop() { clearTimeout(soon) } })
}

/** `count`: of all that was searched for. `looked`: so many, without filling the page. */
type Answer = CaseList & { count?: number; looked?: number }
/** 办件列表 — what the address asks for, kept fresh while it is looked at. */
export function caseList() {
  let list = $state.raw<Pick<Answer, 'rows' | 'next' | 'now' | 'count' | 'looked'>>(), counts = $state.raw<CaseCounts>(), problem = $state.raw<Problem>()
  let turn = 0, stop: (() => void) | undefined
  const preview = previewed()

  const ask = (after?: string): Promise<Answer | Problem> => {
    const { light, department, q, order } = router.query, search = searchOf(router.query, applicant.said)
    return search ? client.search({ ...search, limit: String(pageRows), ...(after === undefined ? { count: '1' } : { after }) }) : client.cases({ light, department, q, order, limit: pageRows, after })
  }
  /** Reads as many rows as are on screen, or the first of another question; an answer to an older one is dropped. */
  async function read(wanted: number) {
    const own = ++turn
    const rows: CaseListRow[] = []
    let answer: Answer | Problem, after: string | undefined, all: number | undefined
    do {
      answer = await ask(after)
      if (own !== turn) return
      if (isProblem(answer)) { problem = answer; if (wanted === 0) list = undefined; return }
      rows.push(...answer.rows)
      all ??= answer.count
      after = answer.next
    } while (after !== undefined && rows.length < wanted)
    list = listed(rows, answer, all)
    problem = undefined
    if (!rows.some(({ id }) => id === preview.chosen)) preview.choose(rows[0]?.id)
    stop ??= subscribe('cases', {}, answer.position, again)
  }
  const listed = (rows: CaseListRow[], { now, next, looked }: Answer, count?: number) =>
    ({ rows, now, ...(next !== undefined && { next }), ...(looked !== undefined && { looked }), ...(count !== undefined && { count }) })
  async function count() {
    const answer = await client.counts()
    if (!isProblem(answer)) counts = answer
  }
  const again = paced(() => {
    void read(list?.rows.length ?? 0)
    void count()
    preview.again()
  })
  // What is asked for stands in the address: a link, the back key and a reload all come here.
  $effect(() => { void router.query; void applicant.said; void read(0) })
  void count()
  const timer = setInterval(again, againMs)
  onDestroy(() => { turn = -1; stop?.(); again.stop(); preview.stop(); clearInterval(timer) })

  return {
    get rows() { return list?.rows },
    get now() { return list?.now },
    get counts() { return counts },
    get more() { return list?.next !== undefined },
    get count() { return list?.count },
    get looked() { return list?.looked },
    get problem() { return problem },
    get chosen() { return preview.chosen },
    get preview() { return preview.shown },
    async readMore() {
      if (list?.next === undefined) return
      const own = turn, before = list
      const answer = await ask(list.next)
      if (own !== turn || isProblem(answer)) return
      const known = new Set(before.rows.map(({ id }) => id))
      list = listed([...before.rows, ...answer.rows.filter(({ id }) => !known.has(id))], answer, before.count)
    },
    choose: preview.choose,
    retry: again,
  }
}
export type CaseListState = ReturnType<typeof caseList>
