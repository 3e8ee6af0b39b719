import type { Severity } from '../../../domain/supervision/rules/rule.ts'
import type { CaseListRow } from '../../../projections/views.ts'
import { read } from '../../client.ts'

export const groups = ['late', 'today', 'week', 'hold', 'later'] as const
export type Group = typeof groups[number]
export type Whose = 'mine' | 'all'
export type DeskCase = CaseListRow & { group: Group; turn: string; as: string; subCase?: number; urged?: number; sentBack?: number; appealed?: true; taken?: string; held?: { days: number; planned?: number } }
export type MonthCase = { id: string; itemName: string; endedOn: string; inTime: boolean; workingDays: number }
type Urge = { id: string; itemName: string; at: string; role: string; byName?: string; reason?: string }
type Warning = { id?: string; itemName?: string; ruleId: string; zh: string; en: string; severity: Severity; at: string; dueOn?: string; appealUntil?: string; decideBy?: string }
type Change = { at: string; from?: string; kind: 'rule' | 'item' | 'calendar'; ruleId?: string; zh?: string; en?: string; version?: number; code?: string; name?: string; title?: string }
/** 工作台, as the platform answers it. */
export type DeskView = {
  now: string; position: number; whose: Whose; counts: { mine: number; all: number } & Record<Group, number>; rows: DeskCase[]; waiting: number; tomorrow: number
  news: { urges: Urge[]; urged: number; warnings: Warning[]; warned: number; changes: Change[] }
  month: { from: string; rows: MonthCase[]; concluded: number; inTime: number; meanWorkingDays?: number }
}
export const readDesk = (whose: Whose, limit: number) => read<DeskView>('/desk', { whose, limit })
export const readWaiting = () => read<{ waiting: number }>('/desk/waiting')
