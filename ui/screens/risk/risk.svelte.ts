import { onDestroy } from 'svelte'
import type { CardList, CardListRow } from '../../../projections/card-page.ts'
import { isProblem, type Problem } from '../../client.ts'
import { router } from '../../router.svelte.ts'
import { asks, type RuleWord } from '../cards/asks.ts'

const againMs = 30_000, pageRows = 200, shownAtOnce = 30
/** 事前、事中、事后 — when in a case a risk point looks: at who brings and takes it, at how it is done, at what came of it. */
const phases = { 'I-01': 'before', 'I-02': 'before', 'I-07': 'before', 'I-03': 'during', 'I-06': 'during', 'I-11': 'during', 'I-12': 'during' } as const
export const phaseOf = (ruleId: string): 'before' | 'during' | 'after' => phases[ruleId as keyof typeof phases] ?? 'after'
export const isStanding = ({ state }: Pick<CardListRow, 'state'>) => state !== 'revoked' && state !== 'superseded'

/** 廉政风险 — every confidential finding, by rule and by whom it concerns. */
export function risk() {
  let list = $state.raw<CardList>(), rules = $state.raw<RuleWord[]>([]), problem = $state.raw<Problem>(), shown = $state(shownAtOnce), turn = 0
  async function read() {
    const own = ++turn
    let found: CardList | undefined
    do {
      const answer: CardList | Problem = await asks.list({ confidential: '1', limit: String(pageRows), ...(found?.next !== undefined && { after: found.next }) })
      if (own !== turn) return
      if (isProblem(answer)) { problem = answer; return }
      found = found ? { ...answer, rows: [...found.rows, ...answer.rows] } : answer
    } while (found.next !== undefined && found.rows.length < 2_000)
    list = found
    problem = undefined
  }
  void asks.rules().then((answer) => { if (!isProblem(answer)) rules = answer.rules.filter(({ confidential }) => confidential) })
  void read()
  const timer = setInterval(() => { if (!document.hidden) void read() }, againMs)
  onDestroy(() => { turn = -1; clearInterval(timer) })
  const asked = () => { const { rule, department, officer } = router.query; return { rule, department, officer } }
  return {
    get list() { return list }, get rules() { return rules }, get problem() { return problem }, retry: () => void read(), get asked() { return asked() },
    /** Of the rule, unit or person that the address names. */
    get rows() {
      const { rule, department, officer } = asked()
      return (list?.rows ?? []).filter((row) => (!rule || row.ruleId === rule) && (!department || row.department === department) && (!officer || (row.officer ?? (row.kind === 'officers' ? row.of : '')) === officer))
    },
    get shown() { return shown }, more() { shown += shownAtOnce },
  }
}
