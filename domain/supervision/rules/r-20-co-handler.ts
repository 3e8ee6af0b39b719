import { overruns } from '../due.ts'
import { at, close, promised } from './example.ts'
import type { Rule } from './rule.ts'

/** 联办迟延 — the co-handler's own card for the days that it promised the lead, in place of R-02; the lead is not charged for it (行政许可法 26). */
export const coHandlerLate: Rule<{ graceWorkingDays: number }> = {
  id: 'R-20',
  zh: '联办迟延',
  en: 'Co-handler late',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第二十六条、第四十二条',
  params: { graceWorkingDays: 1 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['SubCaseOpened', 'SubOpinionGiven', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'CaseConcluded'],
  formula: {
    zh: '辅办意见的超期工作日 ≥ graceWorkingDays 且未出具，在当日下班时成立',
    en: 'working days past the day promised for the co-handler’s opinion ≥ graceWorkingDays and not given, at the close of that day',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin'],
  deduction: { YELLOW: 5 },
  escalates: true,
  examples: [
    { zh: '辅办五日未出意见', en: 'Five days and no opinion',
      timeline: { ...promised('2026-09-14', 5), of: 'cases.X-1', subject: 'cases.X-1#1' }, finds: [{ clock: 'promised', becameTrueAt: close('2026-09-21') }] },
    { zh: '期内出具意见', en: 'Given in time', timeline: { ...promised('2026-09-14', 5, { stoppedAt: at('2026-09-18') }), of: 'cases.X-1' }, finds: [] },
    { zh: '主办的时限由 R-02 研判', en: 'The lead’s own limit: R-02 judges', timeline: promised('2026-09-14', 5), finds: [] },
  ],
  foresee: (timeline, { calendar }, { graceWorkingDays }) => timeline.of === undefined ? [] : overruns(timeline, 'promised', graceWorkingDays, calendar),
}
