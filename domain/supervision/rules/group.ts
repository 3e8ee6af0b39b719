import type { Observation } from './rule.ts'

/** 组 — who or what is judged together; its parts may be any text. */
export const groupOf = (...parts: readonly (string | number)[]) => JSON.stringify(parts)
/** The ids of the facts that these observations rest on. */
export const idsOf = (observations: readonly Observation[]) => observations.flatMap(({ id }) => id ?? [])
export const text = ({ said }: Observation, name: string) => String(said[name] ?? '')
/** By when it happened; of one instant, by subject: the same whatever order they come in. */
export const inOrder = (observations: readonly Observation[]): readonly Observation[] => observations.length < 2 ? observations
  : [...observations].sort((a, b) => a.at !== b.at ? (a.at < b.at ? -1 : 1) : a.subject !== b.subject ? (a.subject < b.subject ? -1 : 1) : (a.id ?? '') < (b.id ?? '') ? -1 : 1)

type Holder = { who: string; at: Observation; mine: readonly Observation[] }
/** 占比 — the first instant at which one of a group has more than this share of it, of so many at least. */
export function firstAbove(observations: readonly Observation[], name: string, share: number, least: number): readonly Holder[] {
  const by = new Map<string, Observation[]>(), found = new Map<string, Holder>()
  observations.forEach((observation, i) => {
    const who = text(observation, name)
    kept(by, who).push(observation)
    if (i + 1 < least) return
    // When there are enough for the first time, it may be one who had most of them before; after that, only who has got another one.
    for (const one of i + 1 === least ? by.keys() : [who]) {
      const theirs = kept(by, one)
      if (one !== '' && !found.has(one) && theirs.length > share * (i + 1)) found.set(one, { who: one, at: observation, mine: theirs.slice() })
    }
  })
  return [...found.values()]
}
/** The list under a name, begun where there is none. */
export function kept<V>(lists: Map<string, V[]>, name: string): V[] {
  let list = lists.get(name)
  if (!list) lists.set(name, list = [])
  return list
}
