import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { asks, type CasesAnswer, type MapAnswer, type Query } from './asks.ts'

export const filterNames = ['item', 'department', 'hall', 'caseType', 'source', 'from', 'to', 'light'] as const
export const partNames = ['step', 'edgeFrom', 'edgeTo', 'variant', 'deviation'] as const
/** What the platform tells while many work comes in one reading. */
const settleMs = 2_000, slideMs = 150
const usualShare = '80'

export const mapHref = (query: Query) => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '' && !(entry[0] === 'share' && entry[1] === usualShare))
  return `/map${given.length ? `?${new URLSearchParams(given)}` : ''}`
}
const only = (names: readonly string[], query: Query): Query => Object.fromEntries(names.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]))
/** Who sees figures and no case. */
const casesFor = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor']

/** 流程图 as the address asks for it, and the cases behind the part that is chosen; read again when something has happened. */
export function processMap() {
  let map = $state.raw<MapAnswer>(), problem = $state.raw<Problem>(), cases = $state.raw<CasesAnswer>(), casesProblem = $state.raw<Problem>()
  let items = $state.raw<{ code: string; name: string; department: string }[]>([]), halls = $state.raw<{ hall: string; name: string }[]>([])
  let sliding = $state<string>(), mapTurn = 0, casesTurn = 0, stop: (() => void) | undefined, soon: ReturnType<typeof setTimeout> | undefined, slide: ReturnType<typeof setTimeout> | undefined
  const share = $derived(sliding ?? router.query['share'] ?? usualShare)
  const filter = $derived(only(filterNames, router.query)), part = $derived(only(partNames, router.query)), chosen = $derived(Object.keys(part).length > 0)
  const seesCases = () => house.view?.person?.roles.some((role) => casesFor.includes(role)) ?? false

  async function readMap(query: Query, anew: boolean) {
    const own = ++mapTurn, answer = await asks.map(query)
    if (own !== mapTurn) return
    if (isProblem(answer)) { problem = answer; if (anew) map = undefined; return }
    map = answer
    problem = undefined
    if (seesCases()) stop ??= subscribe('cases', {}, answer.position, again)
  }
  async function readCases(query: Query, after?: string) {
    const own = ++casesTurn, answer = await asks.cases({ ...query, ...(after !== undefined && { after }) })
    if (own !== casesTurn) return
    if (isProblem(answer)) { casesProblem = answer; if (after === undefined) cases = undefined; return }
    casesProblem = undefined
    cases = after === undefined || !cases ? answer : { ...answer, rows: [...cases.rows, ...answer.rows] }
  }
  function both(anew = false) {
    const query = { ...filter, share }
    void readMap(query, anew)
    if (chosen && seesCases()) void readCases({ ...query, ...part })
    else { casesTurn++; cases = undefined }
  }
  function again() {
    if (soon !== undefined) return
    soon = setTimeout(() => { soon = undefined; if (!document.hidden) both() }, settleMs)
  }
  async function names() {
    const [found, places] = await Promise.all([asks.items(), asks.halls()])
    if (!isProblem(found)) items = found.rows.map(({ code = '', shortName = '', department = '' }) => ({ code, name: shortName, department })).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
    if (!isProblem(places)) halls = places.rows.map(({ hall = '', name = '' }) => ({ hall, name }))
  }
  // What is looked at stands in the address: a link, the back key and a reload all come here.
  $effect(() => { void router.query; void sliding; both(true) })
  void names()
  onDestroy(() => { mapTurn = casesTurn = -1; stop?.(); clearTimeout(soon); clearTimeout(slide) })

  return {
    get map() { return map }, get problem() { return problem }, get cases() { return chosen ? cases : undefined }, get casesProblem() { return casesProblem },
    get items() { return items }, get halls() { return halls }, get share() { return share }, get filter() { return filter }, get part() { return part }, get chosen() { return chosen },
    get seesCases() { return seesCases() },
    /** The slider asks while it is moved, and writes the address when it rests. */
    slide(to: string) {
      clearTimeout(slide)
      slide = setTimeout(() => { sliding = undefined; router.go(mapHref({ ...filter, ...part, share: to })) }, slideMs)
      sliding = to
    },
    filterBy: (change: Query) => router.go(mapHref({ ...filter, ...change, share })),
    hrefOf: (part: Query) => mapHref({ ...filter, share, ...part }),
    close: () => router.go(mapHref({ ...filter, share })),
    more() { if (cases?.next !== undefined) void readCases({ ...filter, share, ...part }, cases.next) },
    retry: () => both(),
  }
}
export type MapState = ReturnType<typeof processMap>
