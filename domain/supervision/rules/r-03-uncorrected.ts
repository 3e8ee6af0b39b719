import { findingId, type Rule } from './rule.ts'

/** 黄牌未纠正转红牌 — counted from the instant at which the yellow became true, so that downtime moves nothing (domain.md D.1). */
export const uncorrected: Rule<{ correctionWorkingDays: number }> = {
  id: 'R-03',
  zh: '黄牌未纠正',
  en: 'Yellow card not corrected',
  version: 1,
  severity: 'RED',
  clause: '天水市建设方案 §2.2',
  params: { correctionWorkingDays: 3 },
  bounds: { correctionWorkingDays: { from: 1, to: 250, whole: true } },
  foresee: (_, calendar, { correctionWorkingDays }, earlier) => earlier.filter(({ severity }) => severity === 'YELLOW').map((yellow) => ({
    clock: yellow.clock,
    becameTrueAt: calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(yellow.becameTrueAt), correctionWorkingDays)),
    dueOn: yellow.dueOn,
    because: findingId(yellow),
  })),
}
