import { onDestroy } from 'svelte'
import type { CardList, CardPage } from '../../../projections/card-page.ts'
import type { LedgerView } from '../../../projections/views.ts'
import { isProblem, type Problem } from '../../client.ts'
import { router } from '../../router.svelte.ts'
import { asks, type RuleWord } from './asks.ts'

const pageRows = 30, againMs = 30_000, lookMs = 120
/** 条件 of the register, in the order of the form; all of them stand in the address. */
export const cardFields = ['severity', 'state', 'rule', 'department', 'officer', 'case', 'from', 'to'] as const
/** Said by a figure that opens the register, and shown as what they are. */
export const beside = ['standing', 'since', 'revokedFrom', 'item', 'confidential'] as const

/** 一张牌 with its ledger, as one looks at it; read anew after something was said of it. */
export function cardIn() {
  let key = $state<string>(), page = $state.raw<CardPage>(), ledger = $state.raw<LedgerView>(), problem = $state.raw<Problem>()
  async function read() {
    const own = key
    if (own === undefined) return
    const answer = await asks.card(own)
    if (own !== key) return
    if (isProblem(answer)) { problem = answer; return }
    page = answer
    problem = undefined
    const found = answer.caseId !== undefined && answer.ledger.length > 0 ? await asks.ledger(answer.caseId, answer.card.cardId, answer.subCase) : undefined
    if (own === key) ledger = found && !isProblem(found) ? found : undefined
  }
  return {
    get key() { return key }, get page() { return page?.key === key ? page : undefined }, get ledger() { return page?.key === key ? ledger : undefined }, get problem() { return problem },
    show(next: string | undefined) { if (next === key) return; key = next; problem = undefined; ledger = undefined; void read() },
    read,
    /** After something was said of it: what others keep of it may come a moment later. */
    said() { setTimeout(() => void read(), 900); return read() },
  }
}

/** 规则 by name, for the form and the words of a rule. */
export function rulesHere() {
  let rules = $state.raw<RuleWord[]>([])
  void asks.rules().then((answer) => { if (!isProblem(answer)) rules = answer.rules })
  return { get all() { return rules } }
}

/** 发牌簿 — what the address asks for, the latest word first; the chosen card beside it. */
export function register() {
  let list = $state.raw<CardList>(), problem = $state.raw<Problem>(), turn = 0, looking: ReturnType<typeof setTimeout> | undefined
  const chosen = cardIn()
  const asked = () => Object.fromEntries([...cardFields, ...beside].map((name) => [name, router.query[name]]))
  async function read(wanted: number) {
    const own = ++turn
    let found: CardList | undefined
    do {
      const answer: CardList | Problem = await asks.list({ ...asked(), limit: String(pageRows), ...(found?.next !== undefined && { after: found.next }) })
      if (own !== turn) return
      if (isProblem(answer)) { problem = answer; if (wanted === 0) list = undefined; return }
      found = found ? { ...answer, rows: [...found.rows, ...answer.rows] } : answer
    } while (found.next !== undefined && found.rows.length < wanted)
    list = found
    problem = undefined
    if (!found.rows.some(({ key }) => key === chosen.key)) choose(found.rows[0]?.key)
  }
  function choose(key: string | undefined) {
    clearTimeout(looking)
    if (key !== undefined && matchMedia('(min-width: 1280px)').matches) looking = setTimeout(() => chosen.show(key), lookMs)
  }
  // Under a form nothing moves.
  const again = () => { if (!document.hidden && !document.querySelector(':modal')) void read(list?.rows.length ?? 0) }
  // What is asked for stands in the address: a link, the back key and a reload all come here.
  $effect(() => { void router.query; void read(0) })
  const timer = setInterval(again, againMs)
  onDestroy(() => { turn = -1; clearTimeout(looking); clearInterval(timer) })
  return {
    get list() { return list }, get problem() { return problem }, chosen, choose, retry: again,
    more() { void read((list?.rows.length ?? 0) + 1) },
    /** After something was said of the chosen card. */
    said() { again(); return chosen.said() },
  }
}
