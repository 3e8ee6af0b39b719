import type { Instant } from '../../kernel/values.ts'
import { instantOf } from '../../kernel/zones.ts'
import { dueOf, limitOf, overrun, stoppedBefore } from '../due.ts'
import { at, clock, close } from './example.ts'
import type { Found, Rule } from './rule.ts'

/** 环节超时催办 — a hint at the close at which the step's limit is used up, a warning one working day later. Where the limit is a day (即办件), the hint
    comes some hours before that close, while there is still something to be done. */
export const stepLate: Rule<{ warnAfterWorkingDays: number; hintHours: number }> = {
  id: 'R-07',
  zh: '环节超时催办',
  en: 'Step limit used up',
  version: 1,
  severity: 'HINT',
  clause: '天水市建设方案 §2.2',
  params: { warnAfterWorkingDays: 1, hintHours: 2 },
  bounds: { warnAfterWorkingDays: { from: 1, to: 250, whole: true }, hintHours: { from: 0, to: 8, whole: false } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'StepSentBack', 'SpecialProcedureStarted',
    'SpecialProcedureEnded', 'CaseConcluded'],
  formula: {
    zh: '环节时限用完之日下班时提示（时限不足两日的，提前 hintHours 小时），再过 warnAfterWorkingDays 个工作日仍未完成，下班时预警',
    en: 'a hint at the close of the day on which the step’s limit is used up (hintHours before it where the limit is a day), a warning warnAfterWorkingDays working days later',
  },
  tells: ['handler', 'section-head'],
  deduction: {},
  escalates: false,
  breaches: { late: { zh: '环节超时', en: 'step overdue' } },
  examples: [
    { zh: '承办三日用完，提示；次日预警', en: 'Three days of handling used up, a hint; a warning the day after', timeline: { clocks: [clock('step:handling:1', '2026-03-02', 3)] },
      finds: [{ clock: 'step:handling:1', becameTrueAt: close('2026-03-05'), severity: 'HINT' }, { clock: 'step:handling:1~late', becameTrueAt: close('2026-03-06'), severity: 'WARN' }] },
    { zh: '一日之限，下班前两小时提示', en: 'A limit of one day, two hours before the close', timeline: { clocks: [clock('step:approving:2', '2026-03-02', 1, { stoppedAt: at('2026-03-03 16:00') })] },
      finds: [{ clock: 'step:approving:2', becameTrueAt: at('2026-03-03 15:30') }] },
    { zh: '期内完成', en: 'Done in time', timeline: { clocks: [clock('step:handling:1', '2026-03-02', 3, { stoppedAt: at('2026-03-05 17:29') })] }, finds: [] },
  ],
  foresee({ clocks }, { calendar }, { warnAfterWorkingDays, hintHours }) {
    const found: Found[] = []
    for (const clock of clocks) {
      if (clock.kind !== 'step' || stoppedBefore(clock)) continue
      const { dueOn } = dueOf(clock, calendar)
      if (dueOn === undefined) continue
      const usedUpAt = calendar.closeOf(dueOn), hintAt = limitOf(clock, calendar) <= 1 ? earlier(usedUpAt, hintHours) : usedUpAt
      if (clock.stoppedAt !== undefined && clock.stoppedAt <= hintAt) continue
      found.push({ ...overrun(clock, dueOn, hintAt), severity: 'HINT' },
        { ...overrun(clock, dueOn, calendar.closeOf(calendar.addWorkingDays(dueOn, warnAfterWorkingDays))), clock: `${clock.name}~late`, severity: 'WARN' })
    }
    return found
  },
}
const earlier = (at: Instant, hours: number): Instant => instantOf(Date.parse(at) - Math.round(hours * 3_600_000))
