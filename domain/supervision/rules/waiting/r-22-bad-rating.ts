import { awaiting } from './card.ts'

/** 差评未整改 — who handled it answers for it (谁办理谁负责). */
export const badRating = awaiting({
  id: 'R-22',
  zh: '差评未整改',
  en: 'Bad rating not rectified',
  severity: 'YELLOW',
  clause: '国办发〔2019〕51号',
  params: { contactWorkingDays: 1, rectifyWorkingDays: 15 },
  bounds: { contactWorkingDays: { from: 0, to: 250, whole: true }, rectifyWorkingDays: { from: 1, to: 250, whole: true } },
  awaits: ['ServiceRated', 'RatingContacted', 'RatingRectified'],
  formula: {
    zh: '差评后 contactWorkingDays 个工作日以内未联系，或者 rectifyWorkingDays 个工作日以内未整改',
    en: 'a bad rating not answered within contactWorkingDays or not rectified within rectifyWorkingDays',
  },
  tells: ['handler', 'section-head', 'hall-manager'],
  deduction: { YELLOW: 3 },
})
