import type { Counts, Listed, Result } from './asks.ts'

const none: Counts = { before: 0, after: 0, added: 0, removed: 0, moved: 0 }
/** 牌数 — in force, by one draft and by the other: over all, and of each department where they are not the same. */
export function figuresOf(one: Result, two: Result, totals: string): { name: string; before: number; a: number; b: number }[] {
  const names = [...new Set([...Object.keys(one.byDepartment), ...Object.keys(two.byDepartment)])].sort((a, b) => a.localeCompare(b, 'zh-CN'))
  return [{ name: totals, before: one.before, a: one.after, b: two.after },
    ...names.map((name) => ({ name, before: (one.byDepartment[name] ?? two.byDepartment[name] ?? none).before, a: (one.byDepartment[name] ?? none).after, b: (two.byDepartment[name] ?? none).after }))
      .filter(({ before, a, b }) => before !== a || before !== b)]
}

/** 一张牌三边 — since when it stands in force, by one draft and by the other; nothing where it does not. */
export type Beside = { card: Listed; now?: string; a?: string; b?: string }
const keyOf = ({ rule, clock, subject, before }: Listed) => `${rule} ${clock} ${subject} ${before ?? ''}`
/** By what they are known as one on both sides; of several that a draft adds to one clock, by their order. */
function keyed(cards: readonly Listed[]): Map<string, Listed> {
  const found = new Map<string, Listed>(), many = new Map<string, number>()
  for (const card of [...cards].sort((a, b) => (a.after ?? '') < (b.after ?? '') ? -1 : 1)) {
    const key = keyOf(card), n = many.get(key) ?? 0
    many.set(key, n + 1)
    found.set(`${key} ${n}`, card)
  }
  return found
}
/** Whoever is listed by neither is the same on all three sides; whoever is listed by one is, by the other, as it is in force. */
export function besides(one: Pick<Result, 'cards'>, two: Pick<Result, 'cards'>): Beside[] {
  const first = keyed(one.cards), second = keyed(two.cards)
  return [...new Set([...first.keys(), ...second.keys()])].map((key) => {
    const a = first.get(key), b = second.get(key), card = (a ?? b)!
    const by = (listed: Listed | undefined) => listed ? listed.after : card.before
    const at = { now: card.before, a: by(a), b: by(b) }
    return { card, ...Object.fromEntries(Object.entries(at).filter(([, instant]) => instant !== undefined)) }
  })
}
