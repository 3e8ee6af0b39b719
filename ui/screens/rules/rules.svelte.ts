import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { router } from '../../router.svelte.ts'
import { tell, type Told, type Waiting } from '../../tell.ts'
import { asks, type RuleEntry, type Said } from './asks.ts'

/** What others have proposed or published meanwhile shows by itself. */
const againMs = 15_000
export const ruleHref = (id: string | undefined) => id === undefined ? '/rules' : `/rules?rule=${encodeURIComponent(id)}`
export const studioHref = (id: string) => `/rules/what-if?rule=${encodeURIComponent(id)}`

/** 规则 as they stand, the one that the address names, and what may be said of it. */
export function ruleBook() {
  let rules = $state.raw<readonly RuleEntry[]>(), now = $state(''), problem = $state.raw<Problem>(), turn = 0
  async function read() {
    const own = ++turn, answer = await asks.rules()
    if (own !== turn) return
    if (isProblem(answer)) { problem = answer; return }
    rules = answer.rules
    now = answer.now
    problem = undefined
  }
  void read()
  const timer = setInterval(() => { if (!document.hidden) void read() }, againMs)
  onDestroy(() => { turn = -1; clearInterval(timer) })
  async function saying(answer: Promise<Told | Waiting | Problem>): Promise<Told | Waiting | Problem> {
    const said = await answer
    if (!isProblem(said)) await read()
    return said
  }
  return {
    get rules() { return rules }, get now() { return now }, get problem() { return problem }, read,
    get chosen() { return rules?.find(({ id }) => id === router.query['rule']) },
    get inspects() { return house.view?.person?.roles.includes('inspector') ?? false },
    get person() { return house.view?.person?.person },
    choose: (id: string | undefined) => router.go(ruleHref(id)),
    publish: (rule: string, proposal: Said, key: string) => saying(tell('supervision', rule, 'publish-rule', proposal.said!, { key })),
    proposeRetirement: (rule: string, effectiveFrom: string, reason: string, key: string) => saying(tell('supervision', rule, 'propose-retirement', { effectiveFrom, reason }, { key })),
    retire: (rule: string, proposal: Said, key: string) => saying(tell('supervision', rule, 'retire-rule', proposal.said!, { key })),
  }
}
export type RuleBook = ReturnType<typeof ruleBook>
