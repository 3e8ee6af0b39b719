import { awaiting } from './card.ts'

/** 裁量畸轻畸重 — held against the benchmark that was published when it was decided. */
export const discretion = awaiting({
  id: 'I-08',
  zh: '裁量畸轻畸重',
  en: 'Discretion out of bounds',
  severity: 'YELLOW',
  clause: '行政处罚法第三十四条',
  awaits: ['PenaltyBenchmarkPublished', 'PenaltyDecided'],
  formula: {
    zh: '罚款数额超出已公布的该档次裁量基准',
    en: 'a penalty outside the published benchmark of its grade',
  },
  tells: ['inspector'],
  deduction: { YELLOW: 0 },
  confidential: true,
})
