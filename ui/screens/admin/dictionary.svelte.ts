import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { asks, type DictionaryTouches, type Entry } from './asks.ts'

const restMs = 350
type Draft = { version: number; name: string; entries: Entry[] }
/** 下一版 as it is said: no empty words, no false. */
export const bodyOf = ({ version, name, entries }: Draft) => ({ version, name, entries: entries.map(({ code, zh, en, retired }) => ({ code, zh, ...(en && { en }), ...(retired && { retired }) })) })

/** What the next version of a dictionary touches, counted again whenever the draft rests; of what is not whole yet nothing is asked. */
export function counted(dictionary: string, draft: () => Draft | undefined) {
  let touches = $state.raw<DictionaryTouches>(), problem = $state.raw<Problem>(), counting = $state(false), turn = 0, rest: ReturnType<typeof setTimeout> | undefined
  onDestroy(() => { turn = -1; clearTimeout(rest) })
  $effect(() => {
    const said = draft(), own = ++turn
    clearTimeout(rest)
    if (!said?.entries.length || said.entries.some(({ code, zh }) => !code.trim() || !zh.trim())) { touches = undefined; problem = undefined; counting = false; return }
    const body = bodyOf(said)
    counting = true
    rest = setTimeout(() => void asks.dictionary(dictionary, body).then((answer) => {
      if (own !== turn) return
      counting = false
      touches = isProblem(answer) ? undefined : answer
      problem = isProblem(answer) && answer.status !== 0 ? answer : undefined
    }), restMs)
  })
  return { get touches() { return touches }, get problem() { return problem }, get counting() { return counting } }
}
