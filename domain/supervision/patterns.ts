import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { inForceOn, type InForce, type Rulebook, type RuleVersion } from './judge.ts'
import { inOrder } from './rules/group.ts'
import type { Finding, Ground, Observation, Pattern } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 观察 of one rule. What a subject contributes is replaced whole when it is observed again. */
export type Observed = Observation & { ruleId: string }
/** 群案发现 — its subject need not be one of those that were observed: an officer, a department, an agent. */
export type PatternFinding = Finding & { subject: string; department: string }

/** All that one subject contributes to the patterns. Parameters have no say in it: a published version asks for nothing to be observed anew. */
export function observeAll(timeline: Timeline, { patterns }: Pick<Rulebook, 'patterns'>, ground: Ground): readonly Observed[] {
  const observed: Observed[] = []
  for (const pattern of patterns) for (const observation of pattern.observe(timeline, ground, pattern.params)) observed.push({ ...observation, ruleId: pattern.id })
  return observed
}

type Period = { from?: Day; to?: Day; inForce: readonly InForce<Pattern>[] }
const known = new WeakMap<readonly RuleVersion[], Map<Pattern, readonly Period[]>>()
/** Which versions of the rule are in force from when to when; remembered, for there are groups by the hundred thousand. */
function periodsOf(pattern: Pattern, published: readonly RuleVersion[]): readonly Period[] {
  const own = known.get(published) ?? new Map<Pattern, readonly Period[]>()
  known.set(published, own)
  const periods = own.get(pattern) ?? countedPeriods(pattern, published)
  own.set(pattern, periods)
  return periods
}
function countedPeriods(pattern: Pattern, published: readonly RuleVersion[]): readonly Period[] {
  const turns = [...new Set(published.flatMap(({ ruleId, effectiveFrom }) => ruleId === pattern.id ? effectiveFrom : []))].sort()
  return [undefined, ...turns].map((from, i) => ({ ...(from && { from }), ...(turns[i] && { to: turns[i] }), inForce: inForceOn(from, [pattern], published) }))
}

/** 群案研判 of one group, whatever order it was observed in: what has become true, or will when its time is over if nothing else happens. A finding is judged by the version that was
    in force on the day on which it became true: the deed that completes a pattern is done under the rule of its day. */
export function concludeGroup({ patterns, published }: Rulebook, ruleId: string, group: string, observations: readonly Observation[], calendar: Calendar): readonly PatternFinding[] {
  const ordered = inOrder(observations), [first] = ordered, all: PatternFinding[] = []
  if (first === undefined) return all
  for (const pattern of patterns) {
    if (pattern.id !== ruleId) continue
    for (const { from, to, inForce } of periodsOf(pattern, published)) {
      if (to !== undefined && to <= calendar.dayOf(first.at)) continue
      for (const { rule, version: ruleVersion, params, shadow } of inForce) for (const found of rule.conclude(group, ordered, calendar, params)) {
        const day = calendar.dayOf(found.becameTrueAt)
        if ((from !== undefined && day < from) || (to !== undefined && day >= to)) continue
        all.push({ ...found, severity: found.severity ?? rule.severity, ruleId, ruleVersion, params, clause: rule.clause, calendarVersion: calendar.version, ...(shadow && { shadow }) })
      }
    }
  }
  return all
}

/** 群案研判 of everything: all observations of all subjects, grouped, as of an instant. */
export function concludeAll(book: Rulebook, observed: Iterable<Observed>, calendar: Calendar, now: Instant): readonly PatternFinding[] {
  const rules = new Map<string, Map<string, Observed[]>>()
  for (const observation of observed) {
    const groups = rules.get(observation.ruleId) ?? new Map<string, Observed[]>(), group = groups.get(observation.group)
    rules.set(observation.ruleId, groups)
    if (group) group.push(observation)
    else groups.set(observation.group, [observation])
  }
  return [...rules].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([ruleId, groups]) => [...groups].sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([group, observations]) => concludeGroup(book, ruleId, group, observations, calendar)).filter(({ becameTrueAt }) => becameTrueAt <= now))
}
