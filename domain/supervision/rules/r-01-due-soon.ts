import type { Calendar } from '../../kernel/values.ts'
import { byStages, dueOf, limitOf, notBefore, stoppedBefore, usedUpOn } from '../due.ts'
import type { TimelineClock } from '../timeline.ts'
import { numbered } from './chain.ts'
import { at, close, pause, promised } from './example.ts'
import type { Found, Rule } from './rule.ts'

type Params = { remainingWorkingDays: number; elapsedShare: number }
/** 到期预警 — at the close of the first day on which one working day is left or four fifths of the limit are used (天水市建设方案 §2.2); once more for each
    extension that was granted after that.
    Limits of a day or less are too short to warn of; their steps are warned of in hours. */
export const dueSoon: Rule<Params> = {
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
    zh: '剩余工作日 ≤ remainingWorkingDays，或者已用工作日 ÷ 期限 ≥ elapsedShare，以先到者为准，在当日下班时成立；其后又延期的，按新的期限再预警一次',
    en: 'remaining working days ≤ remainingWorkingDays or used ÷ limit ≥ elapsedShare, whichever comes first, at that close; once more by the new limit where it is extended after that',
  },
  tells: ['handler', 'section-head'],
  deduction: {},
  escalates: false,
  breaches: { extended: { zh: '延期后到期预警', en: 'due soon after an extension' } },
  examples: [
    { zh: '五日之限，第四日下班预警', en: 'Of five days, at the close of the fourth', timeline: promised('2026-09-14', 5), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-18') }] },
    { zh: '十日之限，用到八日预警', en: 'Of ten days, when eight are used', timeline: promised('2026-03-02', 10), finds: [{ clock: 'promised', becameTrueAt: close('2026-03-12') }] },
    { zh: '一日之限不预警', en: 'A limit of one day is too short', timeline: promised('2026-09-14', 1), finds: [] },
    { zh: '四日未用满即停表', en: 'Standing still before the fourth', timeline: promised('2026-09-14', 5, { pauses: [pause('2026-09-15')] }), finds: [] },
    { zh: '预警以后停表，预警仍在', en: 'Standing still after the warning', timeline: promised('2026-09-14', 5, { pauses: [pause('2026-09-18')] }),
      finds: [{ clock: 'promised', becameTrueAt: close('2026-09-18') }] },
    { zh: '预警次日延期五日，用到新期限的八日再预警', en: 'Extended by five the day after the warning, warned again when eight of ten are used',
      timeline: promised('2026-09-14', 5, { extensions: [{ clause: '', workingDays: 5, at: at('2026-09-19') }] }),
      finds: [{ clock: 'promised', becameTrueAt: close('2026-09-18') }, { clock: 'promised~extended', becameTrueAt: close('2026-09-23') }] },
    { zh: '预警以前延期，只预警一次', en: 'Extended before the warning, warned once',
      timeline: promised('2026-09-14', 5, { extensions: [{ clause: '', workingDays: 5, at: at('2026-09-18') }] }), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-23') }] },
  ],
  foresee({ clocks }, { calendar }, params) {
    const found: Found[] = []
    for (const clock of clocks) {
      if (clock.kind !== 'promised' || longOver(clock, params, calendar)) continue
      byStages(clock, (clock) => warningOf(clock, params, calendar)).forEach((warning, i) =>
        found.push(i === 0 ? warning : { ...warning, clock: numbered(`${clock.name}~extended`, i) }))
    }
    return found
  },
}

const usedOf = (limit: number, { remainingWorkingDays, elapsedShare }: Params) => Math.max(0, Math.min(limit - remainingWorkingDays, Math.ceil(limit * elapsedShare - 1e-9)))
const longOver = (clock: TimelineClock, params: Params, calendar: Calendar) =>
  clock.limitWorkingDays !== undefined && clock.extensions === undefined && stoppedBefore(clock, usedOf(limitOf(clock, calendar), params))

function warningOf(clock: TimelineClock, params: Params, calendar: Calendar): Found | undefined {
  const limit = limitOf(clock, calendar), day = limit <= 1 ? undefined : usedUpOn(clock, usedOf(limit, params), calendar)
  if (day === undefined) return undefined
  // A pause begun after the warning takes the due day away for a while, and the warning never.
  const { dueOn } = dueOf(clock, calendar), becameTrueAt = notBefore(clock.runsSince, calendar.closeOf(day))
  return dueOn !== undefined && becameTrueAt > calendar.closeOf(dueOn) ? undefined : { clock: clock.name, becameTrueAt, ...(dueOn !== undefined && { dueOn }) }
}
