import { clockAt, dueOf, overruns, type Overrun } from '../due.ts'
import type { Timeline } from '../timeline.ts'
import { clock, close, pause, promised } from './example.ts'
import type { Ground, Rule } from './rule.ts'

/** 超时黄牌 — yellow at the close of the nth working day after the due day (天水市建设方案 §2.2: one). Where the statutory limit ends on the same
    day, R-04 takes its place (domain.md D.1); a co-handler's own limit is R-20's. The superior's segment is charged to the superior (行政许可法 43). */
export const overdue: Rule<{ graceWorkingDays: number }> = {
  id: 'R-02',
  zh: '超时黄牌',
  en: 'Overdue',
  version: 1,
  severity: 'YELLOW',
  clause: '优化营商环境条例第三十六条；天水市建设方案 §2.2',
  params: { graceWorkingDays: 1 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'SupplementRequested', 'SupplementSubmitted', 'LimitExtended',
    'CaseReportedUp', 'SuperiorDecided', 'CaseConcluded'],
  formula: {
    zh: '承诺时限（上报件：上级机关时限）的超期工作日 ≥ graceWorkingDays 且未办结，在当日下班时成立',
    en: 'working days past the promised due day (or the superior’s) ≥ graceWorkingDays and not concluded, at the close of that day',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin'],
  deduction: { YELLOW: 5 },
  escalates: true,
  examples: [
    { zh: '周日补班到期，周一下班亮黄牌', en: 'Due on a Sunday that is worked, yellow at the close of Monday',
      timeline: promised('2026-09-14', 5), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-21') }] },
    { zh: '停表两日，顺延两日', en: 'A standstill of two days moves it by two',
      timeline: promised('2026-09-14', 5, { pauses: [pause('2026-09-16', '2026-09-18')] }), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-23') }] },
    { zh: '下班前办结，不亮', en: 'Concluded before that close', timeline: promised('2026-09-14', 5, { stoppedAt: close('2026-09-21') }), finds: [] },
    { zh: '与法定期限同日到期，由 R-04 研判', en: 'The statutory limit ends on the same day: R-04 judges',
      timeline: { clocks: [clock('promised', '2026-09-14', 5), clock('statutory', '2026-09-14', 5)] }, finds: [] },
    { zh: '辅办的时限由 R-20 研判', en: 'A co-handler’s limit: R-20 judges', timeline: { ...promised('2026-09-14', 5), of: 'cases.X-1' }, finds: [] },
  ],
  foresee(timeline, ground, { graceWorkingDays }) {
    if (timeline.of !== undefined) return []
    const promises = overruns(timeline, 'promised', graceWorkingDays, ground.calendar), superiors = overruns(timeline, 'superior', graceWorkingDays, ground.calendar)
    const own = promises.length === 0 ? promises : promises.filter((found) => !endsWithTheLaw(found, timeline, ground))
    return superiors.length === 0 ? own : [...own, ...superiors]
  },
}
/** As the law's day was when this became true. */
const endsWithTheLaw = ({ dueOn, becameTrueAt }: Overrun, { clocks }: Timeline, { calendar }: Ground) =>
  clocks.some((clock) => clock.kind === 'statutory' && dueOf(clockAt(clock, becameTrueAt), calendar).dueOn === dueOn)
