import type { Calendar, Day, Instant } from '../../kernel/values.ts'
import type { Duty, Step } from '../../kernel/vocabulary.ts'
import type { Timeline } from '../timeline.ts'

export const severities = ['HINT', 'WARN', 'YELLOW', 'RED'] as const
export type Severity = typeof severities[number]

/** 依据的事实 beyond the timeline: the item as it was when the case was accepted, and who was authorised when. */
export type ItemGround = { officers: readonly string[]; flow: readonly Step[]; specialProcedures: readonly string[]; feeFen: number; twoPersonRule: boolean }
/** 对牌所说 by people: a yellow corrected, stayed or revoked does not turn red. `clock` and `ruleId` name the episode, whatever instant it has. */
export type Mark = { ruleId: string; clock: string; kind: 'corrected' | 'stayed' | 'revoked'; at: Instant; until?: Instant }
export type Ground = { calendar: Calendar; item?: ItemGround | undefined; marks?: readonly Mark[] | undefined }

/** 发现 — when it became true, whenever it is noticed, and the day that was due where a clock speaks. `clock` is the name of the clock or of what
    else the episode is (a step, a fee): the same through every re-telling. Where a clock has more than one to it, or an episode says what was wrong,
    that stands behind a `~`: `special:1~untold` is of the clock `special:1`, and stops when that stops. */
export type Found = {
  clock: string; becameTrueAt: Instant; dueOn?: Day; because?: string
  /** Where it differs from the rule's own. */
  severity?: Severity
  /** Ids of the facts that prove it. */
  evidence?: readonly string[]
  /** Whose it is, where not the subject's department. */
  department?: string
  /** It was true, and has been put right since by a fact. */
  correctedAt?: Instant
}
export type Finding = Omit<Found, 'severity'> & {
  ruleId: string; ruleVersion: number; params: Record<string, number>; clause: string; severity: Severity; calendarVersion: number
  /** 试运行 — found by a version that does not deal cards yet. */
  shadow?: true
}
/** 案由 — one per rule and clock: what moves in time is still the same episode. */
export const episodeOf = ({ ruleId, clock }: Pick<Finding, 'ruleId' | 'clock'>) => `${ruleId}/${clock}`
/** One finding per rule, clock and instant: judged again it has the same id, so it makes no second card. */
export const findingId = ({ ruleId, clock, becameTrueAt }: Pick<Finding, 'ruleId' | 'clock' | 'becameTrueAt'>) =>
  `${ruleId}/${clock}/${becameTrueAt}`

type Params = Record<string, number>
/** 例 — a timeline laid over an empty one, in the national calendar of 2026, with all that the rule finds in it; the catalogue shows it, a test runs it. */
export type Example = {
  zh: string; en: string; timeline: Partial<Timeline>; item?: ItemGround; marks?: readonly Mark[]; params?: Params; finds: readonly Expected[]
}
export type PatternExample = {
  zh: string; en: string; timelines: readonly Partial<Timeline>[]; item?: ItemGround; params?: Params; finds: readonly (Expected & { subject: string })[]
}
type Expected = { clock: string; becameTrueAt: Instant; severity?: Severity }
/** What every rule of the catalogue says of itself, whether it can be judged yet or not. */
export type RuleCard<P extends Params = Params, E = Example | PatternExample> = {
  id: string
  zh: string
  en: string
  /** Version of the rule as it stands in this file; later versions are published as facts with other parameters. */
  version: number
  severity: Severity
  /** Article or precedent. */
  clause: string
  params: P
  /** What each parameter may be: whole numbers of days unless a share. */
  bounds: { readonly [N in keyof P]: { from: number; to: number; whole: boolean } }
  /** The facts that it is judged from, by their names. */
  inputs: readonly string[]
  /** 公式 in words. */
  formula: { zh: string; en: string }
  tells: readonly Duty[]
  /** 扣分 of 100 a month for each finding, by severity. */
  deduction: Partial<Record<Severity, number>>
  /** A yellow of this rule turns red if it is not corrected. */
  escalates: boolean
  /** Shown to inspectors only (廉政风险, domain.md D.3). */
  confidential?: true
  /** 违规情形 in words, by what stands behind the `~` of an episode, or else before its first `:`; where neither is here, the rule's own name says it. */
  breaches?: Readonly<Record<string, { zh: string; en: string }>>
  /** One at least that finds and one that does not; none where a rule waits. */
  examples: readonly E[]
}
/** 违规情形 of one episode in words, where the rule knows several. */
export const breachOf = ({ breaches = {} }: Pick<RuleCard, 'breaches'>, clock: string): { zh: string; en: string } | undefined => {
  const name = clock.includes('~') ? clock.slice(clock.lastIndexOf('~') + 1) : clock.split(':')[0]!
  return Object.hasOwn(breaches, name) ? breaches[name] : undefined
}
/** 个案规则 — of one subject at a time. */
export type Rule<P extends Params = Params> = RuleCard<P, Example> & {
  /** When this becomes true if nothing else happens. `earlier`: what the rules before this one foresee. */
  foresee(timeline: Timeline, ground: Ground, params: P, earlier: readonly Finding[]): readonly Found[]
}
/** 观察 — what one subject contributes to a pattern over many; `group` is what is judged (an officer's day, a unit's item, an applicant's item). */
export type Observation = { group: string; subject: string; at: Instant; id?: string; said: Readonly<Record<string, string | number | boolean>> }
export type PatternFound = Found & { subject: string; department: string }
/** 群案规则 — of many subjects together: each is observed alone, and the observations of a group are judged together, in order of time. */
export type Pattern<P extends Params = Params> = RuleCard<P, PatternExample> & {
  observe(timeline: Timeline, ground: Ground, params: P): readonly Observation[]
  conclude(group: string, observations: readonly Observation[], calendar: Calendar, params: P): readonly PatternFound[]
}
/** 待接入 — a rule whose facts no context tells yet; it is in the catalogue and judges nothing. `awaits`: those facts. */
export type Waiting = RuleCard & { awaits: readonly string[] }
