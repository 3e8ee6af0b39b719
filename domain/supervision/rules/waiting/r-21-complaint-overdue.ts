import { awaiting } from './card.ts'

/** 诉求逾期 — the limits are those of the kind of complaint (信访, 工单). */
export const complaintOverdue = awaiting({
  id: 'R-21',
  zh: '诉求逾期',
  en: 'Complaint overdue',
  severity: 'YELLOW',
  clause: '信访工作条例第四十五条',
  params: { warnAtRemainingWorkingDays: 1 },
  bounds: { warnAtRemainingWorkingDays: { from: 0, to: 250, whole: true } },
  awaits: ['ComplaintFiled', 'ComplaintAccepted', 'ComplaintReplied'],
  formula: {
    zh: '诉求未在期限以内作出是否受理的决定，或者未在期限以内答复；剩余 warnAtRemainingWorkingDays 个工作日时预警',
    en: 'no decision to accept, or no reply, within its limit; a warning with warnAtRemainingWorkingDays left',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { YELLOW: 5, RED: 10 },
})
