import { remainingWorkingDays } from '../../calendar/deadline.ts'
import { clocksOf, dueOf } from '../due.ts'
import { at, deed, promised } from './example.ts'
import type { Rule } from './rule.ts'

/** 代撤回 — withdrawn by somebody of the office, not by the applicant, when the case was nearly due or late already. */
export const withdrawnFor: Rule<{ remainingWorkingDays: number }> = {
  id: 'I-06',
  zh: '代撤回',
  en: 'Withdrawn from the office',
  version: 1,
  severity: 'YELLOW',
  clause: '保市府办〔2010〕214号（权力运行监控）',
  params: { remainingWorkingDays: 2 },
  bounds: { remainingWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseAccepted', 'ApplicationWithdrawn'],
  formula: { zh: '非申请人撤回，且剩余工作日不多于 remainingWorkingDays', en: 'withdrawn by another than the applicant with at most remainingWorkingDays left' },
  tells: ['inspector'],
  deduction: { YELLOW: 0 },
  escalates: false,
  confidential: true,
  examples: [
    { zh: '到期前一日由窗口撤回', en: 'withdrawn at the window on the last day but one',
      timeline: { ...promised('2026-03-02', 5), deeds: [deed('ApplicationWithdrawn', '2026-03-06', {}, { role: 'window-clerk' })] },
      finds: [{ clock: 'withdrawal', becameTrueAt: at('2026-03-06') }] },
    { zh: '申请人自己撤回', en: 'withdrawn by the applicant',
      timeline: { ...promised('2026-03-02', 5), deeds: [deed('ApplicationWithdrawn', '2026-03-06', {}, { role: 'applicant' })] }, finds: [] },
  ],
  foresee(timeline, { calendar }, { remainingWorkingDays: most }) {
    const withdrawn = timeline.deeds.find(({ type, role }) => type === 'ApplicationWithdrawn' && role !== undefined && role !== 'applicant')
    const [clock] = clocksOf(timeline, 'promised')
    const dueOn = withdrawn && clock && dueOf(clock, calendar).dueOn
    return dueOn !== undefined && remainingWorkingDays(dueOn, withdrawn!.at, calendar) <= most ? [{ clock: 'withdrawal', becameTrueAt: withdrawn!.at, dueOn, evidence: [withdrawn!.id] }] : []
  },
}
