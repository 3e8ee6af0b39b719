import { awaiting } from './card.ts'

/** 公文未收 by the unit that it was sent to. */
export const documentUnread = awaiting({
  id: 'R-25',
  zh: '公文未收',
  en: 'Document not received',
  severity: 'WARN',
  clause: '建始县通报：延迟收文、经常不收文',
  params: { receiveWorkingDays: 1, urgentHours: 2, yellowWorkingDays: 3 },
  bounds: { receiveWorkingDays: { from: 0, to: 250, whole: true }, urgentHours: { from: 1, to: 240, whole: true }, yellowWorkingDays: { from: 1, to: 250, whole: true } },
  awaits: ['DocumentSent', 'DocumentReceived'],
  formula: {
    zh: '收文单位满 receiveWorkingDays 个工作日（急件 urgentHours 小时）未收，满 yellowWorkingDays 个工作日为黄牌',
    en: 'not received within receiveWorkingDays (urgent: urgentHours), yellow after yellowWorkingDays',
  },
  tells: ['section-head', 'system-admin'],
  deduction: { WARN: 1, YELLOW: 2 },
})
