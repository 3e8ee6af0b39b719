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
export const observeAll = (timeline: Timeline, { patterns }: Pick<Rulebook, 'patterns'>, ground: Ground): readonly Observed[] =>
  patterns.flatMap((pattern) => pattern.observe(timeline, ground, pattern.params).map((observation) => ({ ...observation, ruleId: pattern.id })))

type Period = { from?: Day; to?: Day; inForce: readonly InForce<Pattern>[] }
/** Which versions of the rule are in force from when to when. */
function periodsOf(pattern: Pattern, published: readonly RuleVersion[]): readonly Period[] {
  const turns = [...new Set(published.flatMap(({ ruleId, effectiveFrom }) => ruleId === pattern.id ? effectiveFrom : []))].sort()
  return [undefined, ...turns].map((from, i) => ({ ...(from && { from }), ...(turns[i] && { to: turns[i] }), inForce: inForceOn(from, [pattern], published) }))
}

/** 群案研判 of one group, whatever order it was observed in: what has become true, or will when its time is over if nothing else happens. A finding is judged by the version that was
    in force on the day on which it became true: the deed that completes a pattern is done under the rule of its day. */
export function concludeGroup({ patterns, published }: Rulebook, ruleId: string, group: string, observations: readonly Observation[], calendar: Calendar): readonly PatternFinding[] {
  const ordered = inOrder(observations)
  const [first] = ordered
  return first === undefined ? [] : patterns.filter(({ id }) => id === ruleId).flatMap((pattern) => {
    const opened = calendar.dayOf(first.at)
    return periodsOf(pattern, published).filter(({ to }) => to === undefined || to > opened).flatMap(({ from, to, inForce }) =>
      inForce.flatMap(({ rule, version: ruleVersion, params, shadow }) => rule.conclude(group, ordered, calendar, params).flatMap((found) => {
        const day = calendar.dayOf(found.becameTrueAt)
        if ((from !== undefined && day < from) || (to !== undefined && day >= to)) return []
        return [{ ...found, severity: found.severity ?? rule.severity, ruleId, ruleVersion, params, clause: rule.clause, calendarVersion: calendar.version, ...(shadow && { shadow }) }]
      })))
  })
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
