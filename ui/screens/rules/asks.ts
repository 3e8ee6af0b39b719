import type { Step } from '../../../domain/kernel/vocabulary.ts'
import type { Severity } from '../../../domain/supervision/rules/rule.ts'
import { read } from '../../client.ts'

export type Said = { kind: 'proposed' | 'published' | 'retirement-proposed' | 'retired'; at: string; by: string; byName: string; version: number; params: Record<string, number>; effectiveFrom: string; legalBasis?: string; mode?: 'live' | 'shadow'
  reason?: string; open?: true; said?: { version: number; params: Record<string, number>; effectiveFrom: string; legalBasis: string; mode: 'live' | 'shadow' } | { effectiveFrom: string; reason: string } }
type Version = { version: number; params: Record<string, number> }
type Both = { zh: string; en: string }
export type RuleEntry = {
  id: string; zh: string; en: string; version: number; severity: Severity; clause: string; params: Record<string, number>; bounds: Record<string, { from: number; to: number; whole: boolean }>; inputs: string[]; formula: Both; tells: string[]
  deduction: Partial<Record<Severity, number>>; escalates: boolean; confidential?: true; breaches?: Record<string, Both>; state: 'live' | 'shadow' | 'retired' | 'waiting'; awaits?: string[]; inForce?: Version; onTrial?: Version; examples: Both[]; module?: string
  published: { version: number; mode: 'live' | 'shadow' | 'retired' }[]; history?: Said[]; standing?: number
}
export type Counts = { before: number; after: number; added: number; removed: number; moved: number }
export type Listed = { change: 'added' | 'removed' | 'moved'; rule: string; clock: string; severity: Severity; subject: string; department: string; before?: string; after?: string }
export type Result = Counts & { now: string; subjects: number; limited: number; seconds: number; byDepartment: Record<string, Counts & { pointsBefore: number; pointsAfter: number }>; byRule: Record<string, Counts>; byMonth: Record<string, Counts>; cards: Listed[]; omitted: number }
export type Supposed = { set: string[]; item: string[]; calendar: object[]; most: number }
type Progress = { running: boolean; mine?: boolean; subjects?: number; of?: number }
type Items = { rows: { code: string; shortName: string; caseType: string; promisedWorkingDays: number; statutoryWorkingDays: number; flow: Step[]; stepLimits: { step: Step; workingDays: number }[] }[] }

export const asks = {
  rules: () => read<{ now: string; rules: RuleEntry[] }>('/rules'),
  whatIf: (supposed: Supposed) => read<Result>('/what-if', {}, supposed),
  stop: () => read<{ stopped: boolean }>('/what-if/stop', {}, {}),
  progress: () => read<Progress>('/what-if/progress'),
  items: () => read<Items>('/collections/items', { limit: 1000 }),
}
