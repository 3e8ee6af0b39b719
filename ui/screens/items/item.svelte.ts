import { isProblem, type Problem } from '../../client.ts'
import { asks, type Versions } from './asks.ts'
import type { Lists } from './editor.svelte.ts'

/** 一个事项 with all its versions, and what the editor chooses from. */
export function item(code: string) {
  let versions = $state.raw<Versions>(), lists = $state.raw<Lists>(), problem = $state.raw<Problem>(), fresh = $state(false), times = $state(0)
  async function load() {
    const [found, officers, dictionaries] = await Promise.all([asks.versions(code), asks.officers(), asks.dictionaries()])
    if (isProblem(officers)) { problem = officers; return }
    lists = { ...officers, dictionaries: isProblem(dictionaries) ? [] : dictionaries.rows }
    fresh = isProblem(found) && found.code === 'no-such-item'
    if (!isProblem(found)) versions = found
    else if (!fresh) { problem = found; return }
    problem = undefined
    times++
  }
  void load()
  return {
    get versions() { return versions },
    get lists() { return lists },
    get problem() { return problem },
    /** Nobody has published or proposed it yet. */
    get fresh() { return fresh },
    /** How often it has been read: an editor begins anew each time. */
    get times() { return times },
    load: () => void load(),
  }
}
