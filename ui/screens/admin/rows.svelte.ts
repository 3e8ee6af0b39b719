import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { asks } from './asks.ts'

/** 一集合的行, all of them, and anew when one has changed. To be called while a component is made. */
export function rows<T extends object>(collection: string) {
  let found = $state.raw<T[]>(), problem = $state.raw<Problem>(), stop: (() => void) | undefined, turn = 0
  async function load() {
    const own = ++turn, all: T[] = []
    let after: string | undefined
    do {
      const page = await asks.rows<T>(collection, after === undefined ? {} : { after })
      if (own !== turn) return
      if (isProblem(page)) { problem = page; return }
      all.push(...page.rows)
      after = page.next
      stop ??= subscribe(collection, {}, page.position, () => void load())
    } while (after !== undefined)
    found = all
    problem = undefined
  }
  void load()
  onDestroy(() => { turn = -1; stop?.() })
  return { get all() { return found }, get problem() { return problem }, retry: () => void load() }
}
