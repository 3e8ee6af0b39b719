import type { Calendar, Instant } from '../../kernel/values.ts'
import { at, clock, close, promised } from './example.ts'
import { findingId, type Finding, type Mark, type Rule } from './rule.ts'

/** 黄牌未纠正转红牌 — counted from the instant at which the yellow became true, so that downtime moves nothing (domain.md D.1). What people have said
    of the yellow by then keeps it from turning: corrected, revoked, or stayed until a day, after which the period runs on. */
export const uncorrected = (escalating: ReadonlySet<string>): Rule<{ correctionWorkingDays: number }> => ({
  id: 'R-03',
  zh: '黄牌未纠正',
  en: 'Yellow card not corrected',
  version: 1,
  severity: 'RED',
  clause: '天水市建设方案 §2.2',
  params: { correctionWorkingDays: 3 },
  bounds: { correctionWorkingDays: { from: 1, to: 250, whole: true } },
  inputs: ['YellowCardIssued', 'CardCorrected', 'CardStayed', 'CardRevoked', 'CaseConcluded'],
  formula: {
    zh: '黄牌成立后满 correctionWorkingDays 个工作日仍未纠正，在当日下班时成立',
    en: 'correctionWorkingDays working days after the yellow became true it is still not corrected, at the close of that day',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  examples: [
    { zh: '周一黄牌，周四下班转红牌', en: 'Yellow on Monday, red at the close of Thursday', timeline: promised('2026-09-14', 5), finds: [{ clock: 'promised', becameTrueAt: close('2026-09-24') }] },
    { zh: '周三报告纠错，不转', en: 'A correction reported on Wednesday', timeline: promised('2026-09-14', 5), finds: [],
      marks: [{ ruleId: 'R-02', clock: 'promised', kind: 'corrected', at: at('2026-09-23') }] },
    { zh: '缓至 9 月 28 日，其后满三日转', en: 'Stayed until 28 September, three days after that',
      timeline: promised('2026-09-14', 5), finds: [{ clock: 'promised', becameTrueAt: close('2026-10-08') }],
      marks: [{ ruleId: 'R-02', clock: 'promised', kind: 'stayed', at: at('2026-09-22'), until: close('2026-09-28') }] },
    { zh: '没有黄牌，无从转红', en: 'No yellow, nothing to turn', timeline: { clocks: [clock('statutory', '2026-09-14', 5)] }, finds: [] },
  ],
  foresee(_, { calendar, marks = [] }, { correctionWorkingDays }, earlier) {
    if (earlier.length === 0) return []
    return earlier.filter(turns(escalating)).flatMap((yellow) => {
      const said = marks.filter(({ ruleId, clock }) => ruleId === yellow.ruleId && clock === yellow.clock)
      const becameTrueAt = turnsAt(yellow, said, calendar, correctionWorkingDays)
      const settled = (yellow.correctedAt !== undefined && yellow.correctedAt < becameTrueAt) || said.some(({ kind, at }) => kind !== 'stayed' && at < becameTrueAt)
      return settled ? [] : [{ clock: yellow.clock, becameTrueAt, because: findingId(yellow), ...(yellow.dueOn && { dueOn: yellow.dueOn }),
        ...(yellow.department !== undefined && { department: yellow.department }) }]
    })
  },
})
/** A yellow in shadow is none, and not every wrong can be put right. */
const turns = (escalating: ReadonlySet<string>) => ({ severity, shadow, ruleId }: Finding) => severity === 'YELLOW' && !shadow && escalating.has(ruleId)

/** A stay moves the instant while that is still to come, and the next moves it on from there; granted afterwards, it unsays no red. */
function turnsAt({ becameTrueAt: from }: Finding, said: readonly Mark[], calendar: Calendar, workingDays: number): Instant {
  const after = (start: Instant) => calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(start), workingDays))
  const stays = said.filter(({ kind }) => kind === 'stayed')
  if (stays.length === 0) return after(from)
  return stays.sort((a, b) => a.at < b.at ? -1 : 1).reduce(
    (turning, { at, until }) => at < turning.at && until !== undefined && until > turning.from ? { from: until, at: after(until) } : turning,
    { from, at: after(from) }).at
}
