import { awaiting } from './card.ts'

/** 值班缺位 — a desk that was on the roster and not there. */
export const dutyAbsent = awaiting({
  id: 'R-26',
  zh: '值班缺位',
  en: 'Duty desk absent',
  severity: 'WARN',
  clause: '建始县通报：在线沟通',
  params: { leastShare: 0.8 },
  bounds: { leastShare: { from: 0.01, to: 1, whole: false } },
  awaits: ['DutyRostered', 'DeskOnline', 'DeskOffline'],
  formula: {
    zh: '排班席位未登录，或者当月在线时数不足排班时数的 leastShare',
    en: 'a rostered desk not logged in, or online for less than leastShare of its rostered hours of the month',
  },
  tells: ['section-head', 'system-admin'],
  deduction: { WARN: 1 },
})
