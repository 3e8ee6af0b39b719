import { clocksOf, dueOf, limitOf, usedUpOn } from '../due.ts'
import type { Rule } from './rule.ts'

/** 到期预警 — at the close of the first day on which one working day is left or four fifths of the limit are used (天水市建设方案 §2.2).
    Limits of a day or less are too short to warn of. */
export const dueSoon: Rule<{ remainingWorkingDays: number; elapsedShare: number }> = {
  id: 'R-01',
  zh: '到期预警',
  en: 'Due soon',
  version: 1,
  severity: 'WARN',
  clause: '天水市建设方案 §2.2',
  params: { remainingWorkingDays: 1, elapsedShare: 0.8 },
  bounds: { remainingWorkingDays: { from: 0, to: 250, whole: true }, elapsedShare: { from: 0.01, to: 1, whole: false } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'SupplementRequested', 'SupplementSubmitted', 'LimitExtended', 'CaseConcluded'],
  formula: { zh: '剩余工作日 ≤ remainingWorkingDays，或者已用工作日 ÷ 期限 ≥ elapsedShare，以先到者为准，在当日下班时成立', en: 'remaining working days ≤ remainingWorkingDays or used ÷ limit ≥ elapsedShare, whichever comes first, at the close of that day' },
  tells: ['handler', 'section-head'],
  deduction: {},
  escalates: false,
  foresee: (timeline, { calendar }, { remainingWorkingDays, elapsedShare }) => clocksOf(timeline, 'promised').flatMap((clock) => {
    const limit = limitOf(clock, calendar)
    const { dueOn } = dueOf(clock, calendar)
    if (limit <= 1 || !dueOn) return []
    const used = Math.max(0, Math.min(limit - remainingWorkingDays, Math.ceil(limit * elapsedShare)))
    const day = usedUpOn(clock, used, calendar)
    return day ? [{ clock: clock.name, becameTrueAt: calendar.closeOf(day), dueOn }] : []
  }),
}
