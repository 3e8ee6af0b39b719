import { isProblem } from '../../client.ts'
import { router } from '../../router.svelte.ts'
import { asks, type Hall, type Organisation, type Person, type PersonTouches } from './asks.ts'
import { rows } from './rows.svelte.ts'

const hrefOf = (change: Record<string, string>) => `/admin?${new URLSearchParams(Object.entries({ ...router.query, part: 'people', ...change }).filter(([, value]) => value))}`

/** 人员 as the address asks for them, and what hangs on the one who is chosen. */
export function people() {
  const all = rows<Person>('people'), halls = rows<Hall>('halls'), organisations = rows<Organisation>('organisations')
  let touches = $state.raw<PersonTouches>(), of = '', turn = 0
  const chosen = $derived(all.all?.find(({ person }) => person === router.query['person']))
  async function read(person: string) {
    const own = ++turn, answer = await asks.person(person)
    if (own === turn) touches = isProblem(answer) ? undefined : answer
  }
  $effect(() => {
    const now = chosen && JSON.stringify(chosen)
    if (now === of) return
    of = now ?? ''
    touches = undefined
    if (chosen) void read(chosen.person)
  })
  const shown = $derived.by(() => {
    const { q = '', role = '', department = '' } = router.query, wanted = q.trim().toLowerCase()
    return (all.all ?? []).filter((one) => (!role || one.grants.some((grant) => grant.role === role)) && (!department || one.department === department) && `${one.person} ${one.name} ${one.department} ${one.post}`.toLowerCase().includes(wanted))
      .sort((a, b) => a.department.localeCompare(b.department, 'zh') || a.person.localeCompare(b.person))
  })
  return {
    get all() { return all.all }, get problem() { return all.problem }, retry: all.retry,
    get shown() { return shown }, get chosen() { return chosen }, get touches() { return touches },
    get halls() { return halls.all ?? [] },
    get departments() { return [...new Set([...(organisations.all ?? []).filter(({ kind, closed }) => kind === 'department' && !closed).map(({ name }) => name), ...(all.all ?? []).map(({ department }) => department)])].sort((a, b) => a.localeCompare(b, 'zh')) },
    choose: (person: string | undefined) => router.go(hrefOf({ person: person ?? '' })),
    filter: (name: string, value: string) => router.go(hrefOf({ [name]: value })),
    find: (q: string) => router.turn(hrefOf({ q })),
    readTouches: () => { if (chosen) void read(chosen.person) },
  }
}
export type PeopleState = ReturnType<typeof people>
