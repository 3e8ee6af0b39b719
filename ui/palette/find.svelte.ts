import type { CaseList } from '../../projections/views.ts'
import { client, isProblem, read } from '../client.ts'
import { commandWord } from '../commands/words.ts'
import { house } from '../house.svelte.ts'
import { places } from '../places.ts'
import { caseHref, listHref, router } from '../router.svelte.ts'
import { applicant } from '../screens/cases/applicant.svelte.ts'
import { say, settings } from '../settings.svelte.ts'
import { actionsOn, commands, questionsOf, type Allowed, type CaseActions, type Command } from './commands.ts'
import { matches } from './pinyin.ts'
import { sayPalette } from './words.ts'

/** `why`: it is there, and cannot be chosen. */
export type Found = { key: string; word: string; more?: string; href?: string; why?: string; command?: Command; id?: string; allowed?: Allowed; do?: () => void }
export type Group = { name: 'places' | 'actions' | 'cases' | 'items' | 'people'; found: readonly Found[] }
type Named = { code: string; shortName: string; legalName: string }
const restMs = 150, most = 6
/** Who may read the directory of people. */
const readsPeople = ['inspector', 'system-admin', 'security-admin', 'auditor']

/** 查找 — what can be reached from what is typed, and what may be done; names of applicants are only looked for when somebody says so. */
export function finding() {
  let typed = $state(''), at = $state(0), all = $state.raw<readonly Command[]>([]), actions = $state.raw<CaseActions>(), cases = $state.raw<readonly Found[]>([])
  let items = $state.raw<readonly Named[]>([]), people = $state.raw<readonly { person: string; name: string; more: string }[]>([]), timer: ReturnType<typeof setTimeout> | undefined, turn = 0
  const me = $derived(house.view?.person), here = router.screen === 'case' ? router.id : undefined
  const has = (roles: readonly string[]) => me?.roles.some((role) => roles.includes(role)) ?? false

  void commands().then((found) => { all = found })
  if (here !== undefined) void actionsOn(here).then((found) => { actions = found })
  if (house.people.length) people = house.people.map(({ person, name, department, post }) => ({ person, name, more: `${department} ${post}` }))
  else if (has(readsPeople)) void client.collection('people', 1_000).then((answer) => {
    if (!isProblem(answer)) people = answer.rows.map((row) => ({ person: String(row['person']), name: String(row['name']), more: `${String(row['department'])} ${String(row['post'])}` }))
  })
  if (me) void client.collection('items', 1_000).then((answer) => {
    if (!isProblem(answer)) items = answer.rows.map(({ code, shortName, legalName }) => ({ code: String(code), shortName: String(shortName), legalName: String(legalName) }))
  })
  async function look() {
    const q = typed.trim(), own = ++turn
    if (!me?.seesCases || me.purposeWanted || q.length < 3 || !/^[\w:./-]+$/.test(q)) { cases = []; return }
    const answer = await read<CaseList>('/search', {}, { caseNo: q, limit: String(most) })
    if (own === turn) cases = isProblem(answer) ? [] : answer.rows.map(({ id, caseNo, itemName, department }) => ({ key: `c ${id}`, word: caseNo, more: `${itemName} · ${department}`, href: caseHref(id) }))
  }
  const best = <T>(of: readonly T[], texts: (one: T) => readonly string[], mapped: (one: T) => Found, limit = most): Found[] =>
    of.map((one) => ({ one, score: Math.max(0, ...texts(one).map((text) => matches(typed, text))) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, limit).map(({ one }) => mapped(one))

  function reachable(): Found[] {
    const mine = places.filter(({ rail }) => rail && me && rail.has(me)).map(({ name, path, rail }) => ({ name, word: say().places[name] ?? name, path, letter: rail?.key }))
    const row = ({ name, word, path, letter }: typeof mine[number]): Found => ({ key: `p ${name}`, word, href: path, ...(letter && { more: `g ${letter}` }) })
    return typed.trim() === '' ? mine.map(row) : best(mine, ({ word, name }) => [word, name], row)
  }
  const rolesSaid = (roles: readonly string[]) => roles.filter((role) => role !== 'policy').map((role) => say().roles[role] ?? role).join(sayPalette().or)
  /** Of the open case what the platform says may be done with it now, and why the rest may not; of everything else what one's roles give. */
  function doable(): Found[] {
    const allowed = new Map([...actions?.primary ? [actions.primary] : [], ...actions?.beside ?? []].map((one) => [one.command, one]))
    const refused = new Map((actions?.refused ?? []).map((one) => [one.command, one]))
    const rows = all.flatMap((command): Found[] => {
      const word = commandWord(command.command), key = `a ${command.type}`, onCase = command.context === 'cases'
      if (onCase && here === undefined) return []
      const more = onCase && here !== undefined ? { more: sayPalette().onCase(here), id: here } : {}
      const no = refused.get(command.command)
      if (onCase && no) return [{ key, word, ...more, why: settings.language === 'en' ? no.en : no.zh }]
      if (!has(command.roles)) return typed.trim() === '' ? [] : [{ key, word, ...more, why: sayPalette().needs(rolesSaid(command.roles)) }]
      if ((onCase && actions && !allowed.has(command.command)) || !questionsOf(command)) return []
      const one = allowed.get(command.command)
      return [{ key, word, ...more, command, ...(one && { allowed: one }) }]
    })
    const order = (one: Found) => one.why !== undefined ? 2 : one.command?.command === actions?.primary?.command ? 0 : 1
    if (typed.trim() === '') return here === undefined ? [] : rows.filter(({ id }) => id !== undefined).sort((a, b) => order(a) - order(b)).slice(0, 12)
    return best(rows, ({ word, key }) => [word, key.slice(2)], (one) => one, 2 * most).sort((a, b) => Number(a.why !== undefined) - Number(b.why !== undefined))
  }
  function inCases(): Found[] {
    const q = typed.trim(), words = sayPalette()
    if (q === '' || !me?.seesCases) return []
    const name = /^\p{Script=Han}{2,}$/u.test(q)
    return [...cases, { key: 'c list', word: words.listOf(q), href: listHref({ q }) },
      ...(name ? [{ key: 'c applicant', word: words.byApplicant(q), href: listHref({}), do: () => applicant.say(q) }] : [])]
  }
  const groups = $derived<readonly Group[]>([
    { name: 'cases' as const, found: cases.length ? inCases() : [] }, { name: 'actions' as const, found: doable() }, { name: 'places' as const, found: reachable() },
    { name: 'items' as const, found: me?.seesCases ? best(items, ({ code, shortName, legalName }) => [shortName, legalName, code],
      ({ code, shortName }) => ({ key: `i ${code}`, word: shortName, more: `${code} · ${sayPalette().itemCases}`, href: listHref({ item: shortName }) })) : [] },
    { name: 'people' as const, found: me?.seesCases ? best(people, ({ name, person }) => [name, person],
      ({ person, name, more }) => ({ key: `h ${person}`, word: name, more: `${more} · ${sayPalette().heldBy(name)}`, href: listHref({ acceptedBy: name }) })) : [] },
    { name: 'cases' as const, found: cases.length ? [] : inCases() },
  ].filter(({ found }) => found.length > 0))
  const flat = $derived(groups.flatMap(({ found }) => found))
  const open = $derived(flat.filter(({ why }) => why === undefined))
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
    get revision() { return actions?.revision },
    /** What Enter would choose: never what is forbidden. */
    get chosen() { return open[Math.min(at, open.length - 1)] },
    move(by: 1 | -1) { if (open.length) at = (Math.min(at, open.length - 1) + by + open.length) % open.length },
    stop() { turn = -1; clearTimeout(timer) },
  }
}
