import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import { localOf } from '../../format.ts'
import { house } from '../../house.svelte.ts'
import { router } from '../../router.svelte.ts'
import { tell } from '../../tell.ts'
import { asks, type Result, type RuleEntry, type Supposed } from './asks.ts'
import { fromTyped, nextVersion, paramsNow } from './values.ts'

/** 草案 — as it is typed; a share in hundredths. */
export type Typed = { rule: string; params: Record<string, string>; item: string; kind: 'promised' | 'statutory'; days: string; on: string; is: '' | 'off' | 'working' }
const empty: Typed = { rule: '', params: {}, item: '', kind: 'promised', days: '', on: '', is: '' }
export type Item = { code: string; name: string; promised: number; statutory: number }
/** Cards that are told one by one. */
const most = 2_000, askMs = 400

export type Fault = { field: string; from?: number; to?: number; whole?: boolean }
/** What is wrong with a draft, field by field, before anything is asked. */
export function faultsOf({ rule, params, item, days }: Typed, rules: readonly RuleEntry[]): Fault[] {
  const own = rules.find(({ id }) => id === rule), found: Fault[] = []
  for (const [name, text] of Object.entries(params)) {
    const bounds = own?.bounds[name]
    if (!bounds || text.trim() === '') continue
    const n = fromTyped(name, text)
    if (!(n >= bounds.from && n <= bounds.to) || (bounds.whole && !Number.isInteger(n))) found.push({ field: name, ...bounds })
  }
  if (item && !(/^\d{1,4}$/.test(days.trim()) && Number(days) <= 1000)) found.push({ field: 'days' })
  return found
}
/** Parameters that differ from what is in force. */
export function changedParams({ rule, params }: Typed, rules: readonly RuleEntry[]): Record<string, number> {
  const own = rules.find(({ id }) => id === rule)
  if (!own) return {}
  const now = paramsNow(own)
  return Object.fromEntries(Object.entries(params).filter(([name, text]) => Object.hasOwn(own.params, name) && text.trim() !== '').map(([name, text]) => [name, fromTyped(name, text)] as const).filter(([name, value]) => value !== now[name]))
}
function supposedOf(typed: Typed, rules: readonly RuleEntry[], today: string, name: string): Supposed | undefined {
  const set = Object.entries(changedParams(typed, rules)).map(([param, value]) => `${typed.rule}.${param}=${value}`), { item, kind, days, on, is } = typed
  const day = on && is ? [{ type: 'CalendarAmended', data: { layer: 'national', place: '', year: Number(on.slice(0, 4)), off: is === 'off' ? [{ on, name }] : [], working: is === 'working' ? [{ on, name }] : [], ordinary: [], notice: name, knownOn: on < today ? on : today } }] : []
  const limits = item && days.trim() ? [`${item}.${kind}=${days.trim()}`] : []
  return set.length + limits.length + day.length === 0 ? undefined : { set, item: limits, calendar: day, most }
}

/** 推演 — two drafts, each with what it would have changed; one is judged at a time. */
export function studio(dayName: () => string) {
  const drafts = [draft<Typed>('what-if-1', empty), draft<Typed>('what-if-2', empty)] as const
  let rules = $state.raw<readonly RuleEntry[]>([]), items = $state.raw<readonly Item[]>([]), today = $state(''), at = $state<0 | 1>(0), problem = $state.raw<Problem>(), known = $state(false)
  let results = $state.raw<readonly ({ asked: string; found: Result } | undefined)[]>([undefined, undefined]), running = $state<{ done: number; all: number }>(), timer: ReturnType<typeof setInterval> | undefined
  async function read() {
    const [book, found] = await Promise.all([asks.rules(), asks.items()])
    if (isProblem(book)) { problem = book; return }
    rules = book.rules.filter(({ state, params }) => state !== 'waiting' && Object.keys(params).length > 0)
    today = localOf(book.now, house.view?.zone ?? 'Asia/Shanghai').day
    if (!isProblem(found)) items = found.rows.map(({ code, shortName, promisedWorkingDays, statutoryWorkingDays }) => ({ code, name: shortName, promised: promisedWorkingDays, statutory: statutoryWorkingDays })).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
    known = true
    const asked = router.query['rule']
    if (asked !== undefined && rules.some(({ id }) => id === asked) && drafts[0].value.rule !== asked) choose(0, asked)
  }
  /** Another rule begins with what is in force. */
  function choose(which: 0 | 1, rule: string) { Object.assign(drafts[which].value, { rule, params: {} }) }
  async function run() {
    const own = at, asked = supposedOf(drafts[own].value, rules, today, dayName())
    if (!asked || running) return
    problem = undefined
    running = { done: 0, all: 0 }
    timer = setInterval(() => void asks.progress().then((said) => { if (running && !isProblem(said) && said.mine) running = { done: said.subjects ?? 0, all: said.of ?? 0 } }), askMs)
    const answer = await asks.whatIf(asked)
    clearInterval(timer)
    running = undefined
    if (isProblem(answer)) { problem = answer; return }
    results = results.map((one, i) => i === own ? { asked: JSON.stringify(asked), found: answer } : one)
  }
  void read()
  onDestroy(() => clearInterval(timer))
  return {
    get rules() { return rules }, get items() { return items }, get today() { return today }, get at() { return at }, set at(to: 0 | 1) { at = to; problem = undefined }, get known() { return known },
    get draft() { return drafts[at] }, get result() { return results[at]?.found }, get results() { return results.map((one) => one?.found) },
    /** The draft says something else by now than what was judged. */
    get stale() { return results[at] !== undefined && results[at]!.asked !== JSON.stringify(supposedOf(drafts[at].value, rules, today, dayName())) }, get running() { return running }, get problem() { return problem },
    get faults() { return faultsOf(drafts[at].value, rules) }, get asked() { return supposedOf(drafts[at].value, rules, today, dayName()) },
    get rule() { return rules.find(({ id }) => id === drafts[at].value.rule) }, choose: (rule: string) => choose(at, rule), run,
    clear() { drafts[at].clear(); results = results.map((one, i) => i === at ? undefined : one); problem = undefined },
    propose(rule: RuleEntry, said: { effectiveFrom: string; legalBasis: string; mode: 'live' | 'shadow' }, key: string) {
      const { effectiveFrom, legalBasis, mode } = said
      return tell('supervision', rule.id, 'propose-rule', { version: nextVersion(rule), params: { ...paramsNow(rule), ...changedParams(drafts[at].value, rules) }, effectiveFrom, legalBasis, mode }, { key })
    },
  }
}
export type Studio = ReturnType<typeof studio>
