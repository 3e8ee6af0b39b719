import type { Day, Instant } from '../kernel/values.ts'
import { clockOf } from './due.ts'
import { patterns as houses, rules as shipped } from './rules/index.ts'
import type { Finding, Ground, Pattern, Rule } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 规则版本 — the same rule with other parameters, for subjects opened from that day on; or in shadow beside the one that bites; or no longer. */
export type RuleVersion = { ruleId: string; version: number; params: Record<string, number>; effectiveFrom: Day; mode: 'live' | 'shadow' | 'retired' }
/** 规则簿 — all that is judged by: the rules that are here, and what has been published of them. */
export type Rulebook = { rules: readonly Rule[]; patterns: readonly Pattern[]; published: readonly RuleVersion[] }
export const rulebook = (published: readonly RuleVersion[] = [], more: { rules?: readonly Rule[]; patterns?: readonly Pattern[] } = {}): Rulebook =>
  ({ rules: [...shipped, ...more.rules ?? []], patterns: [...houses, ...more.patterns ?? []], published })

export type InForce<R> = { rule: R; version: number; params: Record<string, number>; shadow?: true }

type Versioned = { id: string; version: number; params: Record<string, number> }
/** The rules as they were when the subject was opened: a stricter version never reaches back (domain.md D.4). A rule of version 0 came with a
    module that nobody has published yet: it only shows what it would find. */
export const inForceOn = <R extends Versioned>(day: Day | undefined, rules: readonly R[], published: readonly RuleVersion[]): InForce<R>[] =>
  rules.flatMap((rule) => {
    const said = published.filter(({ ruleId, effectiveFrom }) => ruleId === rule.id && day !== undefined && effectiveFrom <= day)
    const newest = (modes: readonly RuleVersion['mode'][]) => said.filter(({ mode }) => modes.includes(mode))
      .reduce<RuleVersion | undefined>((best, it) => !best || it.version >= best.version ? it : best, undefined)
    const biting = newest(['live', 'retired']), tried = newest(['shadow'])
    const of = (it: RuleVersion | undefined): InForce<R> => ({ rule, version: it?.version ?? rule.version, params: { ...rule.params, ...it?.params } })
    const live = biting?.mode === 'retired' ? [] : [{ ...of(biting), ...(!biting && rule.version === 0 && { shadow: true as const }) }]
    return tried && tried.version > (biting?.version ?? rule.version) ? [...live, { ...of(tried), shadow: true as const }] : live
  })

const sets = new WeakMap<Rulebook, Map<string, readonly InForce<Rule>[]>>()
/** The same, remembered: a million subjects are opened on few days. */
export function rulesFor(book: Rulebook, day: Day | undefined): readonly InForce<Rule>[] {
  const byDay = sets.get(book) ?? new Map<string, readonly InForce<Rule>[]>()
  sets.set(book, byDay)
  const known = byDay.get(day ?? '')
  if (known) return known
  const inForce = inForceOn(day, book.rules, book.published)
  byDay.set(day ?? '', inForce)
  return inForce
}

/** What a clock that has stopped no longer allows to become true. */
const stillRunning = (timeline: Timeline, { clock, becameTrueAt }: Pick<Finding, 'clock' | 'becameTrueAt'>) => {
  const stoppedAt = clockOf(timeline, clock)?.stoppedAt
  return stoppedAt === undefined || becameTrueAt < stoppedAt
}

/** What will become true of this subject if nothing else happens. */
export function foreseen(timeline: Timeline, inForce: readonly InForce<Rule>[], ground: Ground): readonly Finding[] {
  const found: Finding[] = []
  for (const { rule, version: ruleVersion, params, shadow } of inForce) {
    const { id: ruleId, clause } = rule
    for (const it of rule.foresee(timeline, ground, params, found)) {
      if (!stillRunning(timeline, it)) continue
      found.push({ ...it, severity: it.severity ?? rule.severity, ruleId, ruleVersion, params, clause, calendarVersion: ground.calendar.version, ...(shadow && { shadow }) })
    }
  }
  return found
}

/** 研判 — what has become true by now. Run late, twice or elsewhere, it says the same. */
export const judge = (timeline: Timeline, book: Rulebook, ground: Ground, now: Instant): readonly Finding[] =>
  foreseen(timeline, rulesFor(book, timeline.openedOn), ground).filter(({ becameTrueAt }) => becameTrueAt <= now)
