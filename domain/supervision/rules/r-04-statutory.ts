import { overruns } from '../due.ts'
import { clock, close, pause } from './example.ts'
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
  formula: {
    zh: '法定时限的超期工作日 ≥ graceWorkingDays 且未办结，在当日下班时成立',
    en: 'working days past the statutory due day ≥ graceWorkingDays and not concluded, at the close of that day',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  examples: [
    { zh: '法定二十日，次一工作日下班红牌', en: 'Twenty days by law, red at the close of the working day after',
      timeline: { clocks: [clock('statutory', '2026-03-02', 20)] }, finds: [{ clock: 'statutory', becameTrueAt: close('2026-03-31') }] },
    { zh: '延长十日，期满才算', en: 'Extended by ten days', timeline: { clocks: [clock('statutory', '2026-05-29', 20, { extensions: [{ clause: '', workingDays: 10 }] })] },
      finds: [{ clock: 'statutory', becameTrueAt: close('2026-07-14') }] },
    { zh: '期内办结', en: 'Concluded in time', timeline: { clocks: [clock('statutory', '2026-03-02', 20, { stoppedAt: close('2026-03-30') })] }, finds: [] },
    { zh: '特别程序未结束，无应办结日', en: 'A special procedure still runs', timeline: { clocks: [clock('statutory', '2026-03-02', 20, { pauses: [pause('2026-03-10')] })] }, finds: [] },
  ],
  foresee: (timeline, { calendar }, { graceWorkingDays }) => overruns(timeline, 'statutory', graceWorkingDays, calendar),
}
