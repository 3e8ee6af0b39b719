import { overruns } from '../due.ts'
import { at, clock, close } from './example.ts'
import type { Rule } from './rule.ts'

/** 决定未公开 — a grant is public (行政许可法 40); seven working days for it are convention. */
export const unpublished: Rule<{ graceWorkingDays: number }> = {
  id: 'R-17',
  zh: '决定未公开',
  en: 'Grant not published',
  version: 1,
  severity: 'WARN',
  clause: '行政许可法第四十条',
  params: { graceWorkingDays: 0 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['LicenceGranted', 'RenewalDeemedGranted', 'DecisionPublished'],
  formula: { zh: '准予许可后的公开时限届满，再过 graceWorkingDays 个工作日仍未公开，在当日下班时成立', en: 'not published graceWorkingDays working days after the limit for it, at the close of that day' },
  tells: ['section-head'],
  deduction: { WARN: 1 },
  escalates: false,
  examples: [
    { zh: '七日未公开', en: 'Seven days and not published', timeline: { clocks: [clock('publication', '2026-03-02', 7)] }, finds: [{ clock: 'publication', becameTrueAt: close('2026-03-11') }] },
    { zh: '第七日公开', en: 'Published on the seventh', timeline: { clocks: [clock('publication', '2026-03-02', 7, { stoppedAt: at('2026-03-11 17:00') })] }, finds: [] },
  ],
  foresee: (timeline, { calendar }, { graceWorkingDays }) => overruns(timeline, 'publication', graceWorkingDays, calendar),
}
