import type { CaseList } from '../../projections/views.ts'
import { client, isProblem, read } from '../client.ts'
import { house } from '../house.svelte.ts'
import { caseHref, router } from '../router.svelte.ts'
import { actionsOn, commands, type CaseActions, type Command } from './commands.ts'
import { doable, inCases, itemsIn, peopleIn, reachable, type Found, type Named, type Someone } from './found.ts'

export type Group = { name: 'places' | 'actions' | 'cases' | 'items' | 'people'; found: readonly Found[] }
const restMs = 150, most = 6
/** Who may read the directory of people. */
const readsPeople = ['inspector', 'system-admin', 'security-admin', 'auditor']

/** 查找 — what can be reached from what is typed, and what may be done; names of applicants are only looked for when somebody says so. To be called while a component is made. */
export function finding(choose: (one: Found | undefined) => void) {
  let typed = $state(''), at = $state(0), all = $state.raw<readonly Command[]>([]), actions = $state.raw<CaseActions>(), cases = $state.raw<readonly Found[]>([])
  let items = $state.raw<readonly Named[]>([]), people = $state.raw<readonly Someone[]>([]), timer: ReturnType<typeof setTimeout> | undefined, turn = 0
  /** As the palette opens: who one is does not change under it. */
  const whoever = house.view?.person, me = $derived(house.view?.person), here = router.screen === 'case' ? router.id : undefined

  let asked = $state(here === undefined ? 1 : 2)
  const heard = () => { asked-- }
  void commands().then((found) => { all = found }).finally(heard)
  if (here !== undefined) void actionsOn(here).then((found) => { actions = found }).finally(heard)
  if (house.people.length) people = house.people.map(({ person, name, department, post }) => ({ person, name, more: `${department} ${post}` }))
  else if (whoever?.roles.some((role) => readsPeople.includes(role))) void client.collection('people', 1_000).then((answer) => {
    if (!isProblem(answer)) people = answer.rows.map((row) => ({ person: String(row['person']), name: String(row['name']), more: `${String(row['department'])} ${String(row['post'])}` }))
  })
  if (whoever) void client.collection('items', 1_000).then((answer) => {
    if (!isProblem(answer)) items = answer.rows.map(({ code, shortName, legalName }) => ({ code: String(code), shortName: String(shortName), legalName: String(legalName) }))
  })
  async function look() {
    const q = typed.trim(), own = ++turn
    if (!me?.seesCases || me.purposeWanted || q.length < 3 || !/^[\w:./-]+$/.test(q)) { cases = []; return }
    const answer = await read<CaseList>('/search', {}, { caseNo: q, limit: String(most) })
    if (own === turn) cases = isProblem(answer) ? [] : answer.rows.map(({ id, caseNo, itemName, department }) => ({ key: `c ${id}`, word: caseNo, more: `${itemName} · ${department}`, href: caseHref(id) }))
  }
  const groups = $derived.by<readonly Group[]>(() => {
    const q = typed.trim(), sees = me?.seesCases === true, own: Group = { name: 'cases', found: !sees ? [] : asked ? cases : inCases(q, cases) }
    const others: Group[] = [{ name: 'actions', found: me ? doable(q, { all, actions, here, roles: me.roles }) : [] }, { name: 'places', found: me ? reachable(q, me) : [] },
      { name: 'items', found: sees ? itemsIn(q, items) : [] }, { name: 'people', found: sees ? peopleIn(q, people) : [] }]
    // A number that is one case's is what was meant; otherwise the list of cases is the last resort.
    return (cases.length ? [own, ...others] : [...others, own]).filter(({ found }) => found.length > 0)
  })
  const flat = $derived(groups.flatMap(({ found }) => found))
  const open = $derived(flat.filter(({ why }) => why === undefined))
  const chosen = () => open[Math.min(at, open.length - 1)]
  /** Enter that came before the answer is heard when it is there. */
  let entered = $state(false)
  $effect(() => { if (entered && asked === 0) { entered = false; choose(chosen()) } })
  return {
    get typed() { return typed },
    set typed(text: string) {
      typed = text
      at = 0
      clearTimeout(timer)
      timer = setTimeout(() => void look(), restMs)
    },
    get groups() { return groups },
    get count() { return flat.length },
    /** Chosen once what may be done here has been told: before that a command typed in haste would be taken for somebody's name. */
    enter() { entered = true },
    notYet() { entered = false },
    get revision() { return actions?.revision },
    get lateFrom() { return actions?.lateFrom },
    /** What Enter would choose: never what is forbidden. */
    get chosen() { return chosen() },
    move(by: 1 | -1) { if (open.length) at = (Math.min(at, open.length - 1) + by + open.length) % open.length },
    stop() { turn = -1; clearTimeout(timer) },
  }
}
