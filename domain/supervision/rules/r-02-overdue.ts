import { clocksOf, dueOf } from '../due.ts'
import type { Rule } from './rule.ts'

/** 超时黄牌 — yellow at the close of the nth working day after the due day (天水市建设方案 §2.2: one).
    Where the statutory limit ends on the same day, R-04 takes its place (domain.md D.1). */
export const overdue: Rule<{ graceWorkingDays: number }> = {
  id: 'R-02',
  zh: '超时黄牌',
  en: 'Overdue',
  version: 1,
  severity: 'YELLOW',
  clause: '优化营商环境条例第三十六条；天水市建设方案 §2.2',
  params: { graceWorkingDays: 1 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'SupplementRequested', 'SupplementSubmitted', 'LimitExtended', 'CaseConcluded'],
  formula: { zh: '承诺时限的超期工作日 ≥ graceWorkingDays 且未办结，在当日下班时成立', en: 'working days past the promised due day ≥ graceWorkingDays and not concluded, at the close of that day' },
  tells: ['handler', 'section-head', 'leader', 'system-admin'],
  deduction: { YELLOW: 5 },
  escalates: true,
  foresee: (timeline, { calendar }, { graceWorkingDays }) => clocksOf(timeline, 'promised').flatMap((clock) => {
    const { dueOn } = dueOf(clock, calendar)
    const statutory = clocksOf(timeline, 'statutory').some((other) => dueOf(other, calendar).dueOn === dueOn)
    if (!dueOn || statutory) return []
    return [{ clock: clock.name, becameTrueAt: calendar.closeOf(calendar.addWorkingDays(dueOn, graceWorkingDays)), dueOn }]
  }),
}
