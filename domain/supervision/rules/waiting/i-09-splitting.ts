import { awaiting } from './card.ts'

/** 拆分规避 of the threshold from which a tender is owed. */
export const splitting = awaiting({
  id: 'I-09',
  zh: '拆分规避',
  en: 'Splitting',
  severity: 'HINT',
  clause: '招标投标法第四条',
  params: { withinDays: 90, leastPurchases: 3 },
  bounds: { withinDays: { from: 1, to: 3660, whole: true }, leastPurchases: { from: 2, to: 100, whole: true } },
  awaits: ['PurchaseRegistered', 'TenderThresholdPublished'],
  formula: {
    zh: '同一单位 withinDays 日以内略低于招标限额的采购不少于 leastPurchases 次',
    en: 'one unit buys at least leastPurchases times just below the tender threshold within withinDays calendar days',
  },
  tells: ['inspector'],
  confidential: true,
})
