import { overruns } from '../due.ts'
import { at, clock, close } from './example.ts'
import type { Rule } from './rule.ts'

/** 送达超时 — the document is not with the applicant by the close of the nth working day after the ten that the law gives (行政许可法 44). */
export const deliveryLate: Rule<{ graceWorkingDays: number }> = {
  id: 'R-16',
  zh: '送达超时',
  en: 'Delivery late',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第四十四条',
  params: { graceWorkingDays: 1 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['LicenceGranted', 'LicenceRefused', 'RenewalDeemedGranted', 'ResultDelivered'],
  formula: { zh: '作出决定后的送达时限，超期工作日 ≥ graceWorkingDays 且未送达，在当日下班时成立', en: 'working days past the limit of delivery ≥ graceWorkingDays and not delivered, at the close of that day' },
  tells: ['handler', 'section-head'],
  deduction: { YELLOW: 2 },
  escalates: true,
  examples: [
    { zh: '9 月 29 日决定，10 月 19 日期满，次日下班黄牌', en: 'Decided on 29 September, due on 19 October, yellow at the next close',
      timeline: { clocks: [clock('delivery', '2026-09-29', 10)] }, finds: [{ clock: 'delivery', becameTrueAt: close('2026-10-20') }] },
    { zh: '期满次日上午送达', en: 'Delivered the morning after', timeline: { clocks: [clock('delivery', '2026-09-29', 10, { stoppedAt: at('2026-10-20') })] }, finds: [] },
  ],
  foresee: (timeline, { calendar }, { graceWorkingDays }) => overruns(timeline, 'delivery', graceWorkingDays, calendar),
}
