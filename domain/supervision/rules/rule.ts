import type { Calendar, Day, Instant } from '../../kernel/values.ts'
import type { Timeline } from '../timeline.ts'

export type Severity = 'WARN' | 'YELLOW' | 'RED'
/** 发现 — when it became true, whenever it is noticed, and the day that was due. */
export type Found = { clock: string; becameTrueAt: Instant; dueOn: Day; because?: string }
export type Finding = Found & {
  ruleId: string; ruleVersion: number; params: Record<string, number>; clause: string; severity: Severity; calendarVersion: number
}
/** One finding per rule, clock and episode: judged again it has the same id, so it makes no second card. */
export const findingId = ({ ruleId, clock, becameTrueAt }: Pick<Finding, 'ruleId' | 'clock' | 'becameTrueAt'>) =>
  `${ruleId}/${clock}/${becameTrueAt}`

export type Rule<P extends Record<string, number> = Record<string, number>> = {
  id: string
  zh: string
  en: string
  /** Version of the rule as it stands in this file; later versions are published as facts with other parameters. */
  version: number
  severity: Severity
  clause: string
  params: P
  /** What each parameter may be: whole numbers of days unless a share. */
  bounds: { readonly [N in keyof P]: { from: number; to: number; whole: boolean } }
  /** When this becomes true if nothing else happens. `earlier`: what the rules before this one foresee. */
  foresee(timeline: Timeline, calendar: Calendar, params: P, earlier: readonly Finding[]): readonly Found[]
}
