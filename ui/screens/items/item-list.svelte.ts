import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { asks, type Listed, type Proposal } from './asks.ts'

type Answer = { items: Listed[]; fresh: ({ code: string } & Proposal)[]; now: string }
/** 事项库, read anew when an item is published or proposed; what the address asks for is found in it here. */
export function itemList() {
  let answer = $state.raw<Answer>(), problem = $state.raw<Problem>(), turn = 0
  const stops: (() => void)[] = []
  async function load() {
    const own = ++turn, found = await asks.list()
    if (own !== turn) return
    if (isProblem(found)) problem = found
    else { answer = found; problem = undefined }
  }
  void load()
  for (const collection of ['items', 'item-proposals']) stops.push(subscribe(collection, {}, 0, () => void load()))
  onDestroy(() => { turn = -1; for (const stop of stops) stop() })
  const shown = $derived.by(() => {
    const { q = '', department = '', type = '', proposed = '' } = router.query, wanted = q.trim().toLowerCase()
    return (answer?.items ?? []).filter((item) => (!department || item.department === department) && (!type || item.itemType === type) && (!proposed || item.proposals.length > 0)
      && `${item.code} ${item.legalName} ${item.shortName} ${item.department}`.toLowerCase().includes(wanted))
  })
  return {
    get answer() { return answer },
    get problem() { return problem },
    get shown() { return shown },
    get departments() { return [...new Set((answer?.items ?? []).map(({ department }) => department))].sort() },
    get waiting() { return (answer?.items ?? []).reduce((sum, { proposals }) => sum + proposals.length, 0) + (answer?.fresh.length ?? 0) },
    retry: () => void load(),
  }
}
