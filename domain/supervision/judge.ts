import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { rules } from './rules/index.ts'
import type { Finding, Rule } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 规则版本 — the same rule with other parameters, for subjects opened from that day on. */
export type RuleVersion = { ruleId: string; version: number; params: Record<string, number>; effectiveFrom: Day }
type InForce = { rule: Rule; version: number; params: Record<string, number> }

/** The rules as they were when the subject was opened: a stricter version never reaches back (domain.md D.4). */
export const inForceOn = (day: Day | undefined, published: readonly RuleVersion[] = [], catalogue: readonly Rule[] = rules): readonly InForce[] =>
  catalogue.map((rule) => {
    const latest = published.filter(({ ruleId, effectiveFrom }) => ruleId === rule.id && day !== undefined && effectiveFrom <= day)
      .reduce<RuleVersion | undefined>((best, it) => !best || it.version > best.version ? it : best, undefined)
    return { rule, version: latest?.version ?? rule.version, params: { ...rule.params, ...latest?.params } }
  })

/** What will become true of this subject if nothing else happens. */
export const foreseen = (timeline: Timeline, inForce: readonly InForce[], calendar: Calendar): readonly Finding[] =>
  inForce.reduce<readonly Finding[]>((earlier, { rule: { id: ruleId, clause, severity, foresee }, version: ruleVersion, params }) =>
    [...earlier, ...foresee(timeline, calendar, params, earlier)
      .filter(({ becameTrueAt }) => !timeline.endedAt || becameTrueAt < timeline.endedAt)
      .map((found) => ({ ...found, ruleId, ruleVersion, params, clause, severity, calendarVersion: calendar.version }))], [])

/** 研判 — what has become true by now. Run late, twice or elsewhere, it says the same. */
export const judge = (timeline: Timeline, published: readonly RuleVersion[], calendar: Calendar, now: Instant): readonly Finding[] =>
  foreseen(timeline, inForceOn(timeline.openedOn, published), calendar).filter(({ becameTrueAt }) => becameTrueAt <= now)
