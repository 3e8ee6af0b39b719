import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import { localOf } from '../../format.ts'
import { house } from '../../house.svelte.ts'
import { router } from '../../router.svelte.ts'
import { tell } from '../../tell.ts'
import { asks, type Result, type RuleEntry } from './asks.ts'
import { changedParams, empty, faultsOf, supposedOf, type Item, type Typed } from './supposing.ts'
import { nextVersion, paramsNow } from './values.ts'

const askMs = 400
type Running = { done: number; all: number; elsewhere?: true }
/** 推演 — two drafts, each with what it would have changed; one is judged at a time. */
export function studio(dayName: () => string) {
  const drafts = [draft<Typed>('what-if-1', empty), draft<Typed>('what-if-2', empty)] as const
  let rules = $state.raw<readonly RuleEntry[]>([]), items = $state.raw<readonly Item[]>([]), today = $state(''), at = $state<0 | 1>(0), problem = $state.raw<Problem>(), known = $state(false)
  let results = $state.raw<readonly ({ asked: string; found: Result } | undefined)[]>([undefined, undefined]), running = $state<Running>(), halted = $state(false), timer: ReturnType<typeof setInterval> | undefined
  async function read() {
    const [book, found] = await Promise.all([asks.rules(), asks.items()])
    if (isProblem(book)) { problem = book; return }
    rules = book.rules.filter(({ state, params }) => state !== 'waiting' && Object.keys(params).length > 0)
    today = localOf(book.now, house.view?.zone ?? 'Asia/Shanghai').day
    if (!isProblem(found)) items = found.rows.map(({ code, shortName, promisedWorkingDays, statutoryWorkingDays, flow, stepLimits }) => ({ code, name: shortName, flow, limits: { promised: promisedWorkingDays, statutory: statutoryWorkingDays, ...Object.fromEntries(stepLimits.map(({ step, workingDays }) => [`step.${step}`, workingDays])) } })).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
    known = true
    void follow()
    const asked = router.query['rule']
    if (asked !== undefined && rules.some(({ id }) => id === asked) && drafts[0].value.rule !== asked) choose(0, asked)
  }
  /** Another rule begins with what is in force. */
  function choose(which: 0 | 1, rule: string) { Object.assign(drafts[which].value, { rule, params: {} }) }
  async function run() {
    const own = at, asked = supposedOf(drafts[own].value, rules, today, dayName())
    if (!asked || running) return
    problem = undefined
    halted = false
    running = { done: 0, all: 0 }
    timer = setInterval(() => void follow(), askMs)
    const answer = await asks.whatIf(asked)
    clearInterval(timer)
    running = undefined
    if (isProblem(answer)) { if (answer.code === 'what-if-stopped') halted = true; else problem = answer; return }
    results = results.map((one, i) => i === own ? { asked: JSON.stringify(asked), found: answer } : one)
  }
  /** How far one's own has come: this page's, or another's of the same person. */
  async function follow() {
    const said = await asks.progress()
    if (isProblem(said) || gone) return
    if (said.mine) running = { done: said.subjects ?? 0, all: said.of ?? 0, ...((running === undefined || running.elsewhere) && { elsewhere: true }) }
    else if (running?.elsewhere) running = undefined
    if (running?.elsewhere) setTimeout(() => void follow(), askMs)
  }
  /** 停下 — the platform ends it; whoever asked is told so. */
  async function halt() {
    const said = await asks.stop()
    if (isProblem(said)) problem = said
  }
  let gone = false
  void read()
  // Whoever leaves does not keep the house judging for nobody.
  onDestroy(() => { gone = true; clearInterval(timer); if (running && !running.elsewhere) void asks.stop() })
  return {
    get rules() { return rules }, get items() { return items }, get today() { return today }, get at() { return at }, set at(to: 0 | 1) { at = to; problem = undefined }, get known() { return known },
    get draft() { return drafts[at] }, get result() { return results[at]?.found }, get results() { return results.map((one) => one?.found) },
    /** The draft says something else by now than what was judged. */
    get stale() { return results[at] !== undefined && results[at]!.asked !== JSON.stringify(supposedOf(drafts[at].value, rules, today, dayName())) }, get running() { return running }, get problem() { return problem },
    /** One of both drafts does. */
    get outdated() { return results.some((one, i) => one !== undefined && one.asked !== JSON.stringify(supposedOf(drafts[i as 0 | 1].value, rules, today, dayName()))) },
    get faults() { return faultsOf(drafts[at].value, rules) }, get asked() { return supposedOf(drafts[at].value, rules, today, dayName()) },
    get rule() { return rules.find(({ id }) => id === drafts[at].value.rule) }, choose: (rule: string) => choose(at, rule), run, halt, get halted() { return halted },
    clear() { drafts[at].clear(); results = results.map((one, i) => i === at ? undefined : one); problem = undefined },
    propose(rule: RuleEntry, said: { effectiveFrom: string; legalBasis: string; mode: 'live' | 'shadow' }, key: string) {
      const { effectiveFrom, legalBasis, mode } = said
      return tell('supervision', rule.id, 'propose-rule', { version: nextVersion(rule), params: { ...paramsNow(rule), ...changedParams(drafts[at].value, rules) }, effectiveFrom, legalBasis, mode }, { key })
    },
  }
}
export type Studio = ReturnType<typeof studio>
