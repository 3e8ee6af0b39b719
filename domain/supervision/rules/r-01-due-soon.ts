import { dueOf, limitOf, stoppedBefore, usedUpOn } from '../due.ts'
import { close, pause, promised } from './example.ts'
import type { Found, Rule } from './rule.ts'

/** 到期预警 — at the close of the first day on which one working day is left or four fifths of the limit are used (天水市建设方案 §2.2).
    Limits of a day or less are too short to warn of; their steps are warned of in hours. */
export const dueSoon: Rule<{ remainingWorkingDays: number; elapsedShare: number }> = {
  id: 'R-01',
  zh: '到期预警',
  en: 'Due soon',
  version: 1,
  severity: 'WARN',
  clause: '天水市建设方案 §2.2',
  params: { remainingWorkingDays: 1, elapsedShare: 0.8 },
  bounds: { remainingWorkingDays: { from: 0, to: 250, whole: true }, elapsedShare: { from: 0.01, to: 1, whole: false } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'SubCaseOpened', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'SupplementRequested', 'SupplementSubmitted', 'LimitExtended',
    'CaseConcluded'],
  formula: {
    zh: '剩余工作日 ≤ remainingWorkingDays，或者已用工作日 ÷ 期限 ≥ elapsedShare，以先到者为准，在当日下班时成立',
    en: 'remaining working days ≤ remainingWorkingDays or used ÷ limit ≥ elapsedShare, whichever comes first, at the close of that day',
  },
  tells: ['handler', 'section-head'],
  deduction: {},
  escalates: false,
  examples: [
    { zh: '五日之限，第四日下班预警', en: 'Of five days, at the close of the fourth', timeline: promised('2026-09-14', 5), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-18') }] },
    { zh: '十日之限，用到八日预警', en: 'Of ten days, when eight are used', timeline: promised('2026-03-02', 10), finds: [{ clock: 'promised', becameTrueAt: close('2026-03-12') }] },
    { zh: '一日之限不预警', en: 'A limit of one day is too short', timeline: promised('2026-09-14', 1), finds: [] },
    { zh: '四日未用满即停表', en: 'Standing still before the fourth', timeline: promised('2026-09-14', 5, { pauses: [pause('2026-09-15')] }), finds: [] },
    { zh: '预警以后停表，预警仍在', en: 'Standing still after the warning', timeline: promised('2026-09-14', 5, { pauses: [pause('2026-09-18')] }),
      finds: [{ clock: 'promised', becameTrueAt: close('2026-09-18') }] },
  ],
  foresee({ clocks }, { calendar }, { remainingWorkingDays, elapsedShare }) {
    const found: Found[] = []
    for (const clock of clocks) {
      if (clock.kind !== 'promised') continue
      const limit = limitOf(clock, calendar)
      if (limit <= 1) continue
      const used = Math.max(0, Math.min(limit - remainingWorkingDays, Math.ceil(limit * elapsedShare - 1e-9)))
      if (clock.limitWorkingDays !== undefined && stoppedBefore(clock, used)) continue
      const day = usedUpOn(clock, used, calendar)
      if (day === undefined) continue
      // A pause begun after the warning takes the due day away for a while, and the warning never.
      const { dueOn } = dueOf(clock, calendar)
      found.push({ clock: clock.name, becameTrueAt: calendar.closeOf(day), ...(dueOn !== undefined && { dueOn }) })
    }
    return found
  },
}
