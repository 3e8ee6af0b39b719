import type { Observation } from './rule.ts'

/** 组 — who or what is judged together; its parts may be any text. */
export const groupOf = (...parts: readonly (string | number)[]) => JSON.stringify(parts)
/** The ids of the facts that these observations rest on. */
export const idsOf = (observations: readonly Observation[]) => observations.flatMap(({ id }) => id ?? [])
export const text = ({ said }: Observation, name: string) => String(said[name] ?? '')
/** By when it happened; of one instant, by subject: the same whatever order they come in. */
export const inOrder = (observations: readonly Observation[]): readonly Observation[] =>
  [...observations].sort((a, b) => a.at !== b.at ? (a.at < b.at ? -1 : 1) : a.subject !== b.subject ? (a.subject < b.subject ? -1 : 1) : (a.id ?? '') < (b.id ?? '') ? -1 : 1)

/** 占比 — the first instant at which one of a group has more than this share of it, of so many at least. */
export function firstAbove(observations: readonly Observation[], name: string, share: number, least: number): readonly { who: string; at: Observation; mine: readonly Observation[] }[] {
  const by = new Map<string, Observation[]>(), found = new Map<string, { who: string; at: Observation; mine: readonly Observation[] }>()
  observations.forEach((observation, i) => {
    const who = text(observation, name)
    const mine = [...by.get(who) ?? [], observation]
    by.set(who, mine)
    if (i + 1 < least) return
    // Whoever has the share after this one: it may be one who had most of them before there were enough to say so.
    for (const [one, theirs] of by) if (one !== '' && !found.has(one) && theirs.length > share * (i + 1)) found.set(one, { who: one, at: observation, mine: theirs })
  })
  return [...found.values()]
}
