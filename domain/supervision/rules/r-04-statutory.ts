import { clocksOf, dueOf } from '../due.ts'
import type { Rule } from './rule.ts'

/** 超法定期限 — straight to red at the close of the nth working day after the statutory due day (行政许可法 42, 74(2)). */
export const beyondTheLaw: Rule<{ graceWorkingDays: number }> = {
  id: 'R-04',
  zh: '超法定期限',
  en: 'Beyond the statutory limit',
  version: 1,
  severity: 'RED',
  clause: '行政许可法第四十二条、第七十四条',
  params: { graceWorkingDays: 1 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'LimitExtended', 'CaseConcluded'],
  formula: { zh: '法定时限的超期工作日 ≥ graceWorkingDays 且未办结，在当日下班时成立', en: 'working days past the statutory due day ≥ graceWorkingDays and not concluded, at the close of that day' },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  foresee: (timeline, { calendar }, { graceWorkingDays }) => clocksOf(timeline, 'statutory').flatMap((clock) => {
    const { dueOn } = dueOf(clock, calendar)
    return dueOn ? [{ clock: clock.name, becameTrueAt: calendar.closeOf(calendar.addWorkingDays(dueOn, graceWorkingDays)), dueOn }] : []
  }),
}
