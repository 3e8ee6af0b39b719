import { awaiting } from './card.ts'

/** 公开逾期、陈旧 — the checks D-01 to D-12 feed it. */
export const disclosureStale = awaiting({
  id: 'R-23',
  zh: '公开逾期或陈旧',
  en: 'Disclosure late or stale',
  severity: 'YELLOW',
  clause: '政府信息公开条例第二十六条、第五十三条',
  params: { publishWorkingDays: 20, columnDays: 90 },
  bounds: { publishWorkingDays: { from: 1, to: 250, whole: true }, columnDays: { from: 1, to: 3660, whole: true } },
  awaits: ['DisclosureFormed', 'DisclosurePublished', 'ColumnUpdated', 'LeaderChanged'],
  formula: {
    zh: '形成后 publishWorkingDays 个工作日以内未公开，或者栏目满 columnDays 日未更新，或者完整性检查不合格',
    en: 'not published within publishWorkingDays of its making, a column without news for columnDays calendar days, or a check of completeness failed',
  },
  tells: ['section-head', 'leader'],
  deduction: { YELLOW: 5, WARN: 2 },
})
