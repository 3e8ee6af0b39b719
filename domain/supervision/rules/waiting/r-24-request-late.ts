import { awaiting } from './card.ts'

/** 依申请公开逾期 — a supplement asked for restarts the clock; the opinion of a third party holds it (条例第三十条、第三十二条). */
export const requestLate = awaiting({
  id: 'R-24',
  zh: '依申请公开逾期',
  en: 'Answer to a request late',
  severity: 'RED',
  clause: '政府信息公开条例第三十三条',
  params: { answerWorkingDays: 20 },
  bounds: { answerWorkingDays: { from: 1, to: 250, whole: true } },
  awaits: ['DisclosureRequested', 'DisclosureRequestExtended', 'DisclosureRequestAnswered'],
  formula: {
    zh: '收到申请后 answerWorkingDays 个工作日以内未答复，依法延长的除外',
    en: 'no answer within answerWorkingDays of receipt, lawful extensions apart',
  },
  tells: ['handler', 'section-head', 'leader', 'inspector'],
  deduction: { RED: 10 },
})
