import { findingId, type Finding, type Rule } from './rule.ts'

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
  formula: { zh: '黄牌成立后满 correctionWorkingDays 个工作日仍未纠正，在当日下班时成立', en: 'correctionWorkingDays working days after the yellow became true it is still not corrected, at the close of that day' },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  foresee: (_, { calendar, marks = [] }, { correctionWorkingDays }, earlier) => earlier.filter(turns(escalating)).flatMap((yellow) => {
    const said = marks.filter(({ ruleId, clock }) => ruleId === yellow.ruleId && clock === yellow.clock)
    const stayedUntil = said.reduce<Finding['becameTrueAt'] | undefined>((latest, { kind, until }) =>
      kind === 'stayed' && until !== undefined && (latest === undefined || until > latest) ? until : latest, undefined)
    const from = stayedUntil !== undefined && stayedUntil > yellow.becameTrueAt ? stayedUntil : yellow.becameTrueAt
    const becameTrueAt = calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(from), correctionWorkingDays))
    const settled = (yellow.correctedAt !== undefined && yellow.correctedAt < becameTrueAt) || said.some(({ kind, at }) => kind !== 'stayed' && at < becameTrueAt)
    return settled ? [] : [{ clock: yellow.clock, becameTrueAt, because: findingId(yellow), ...(yellow.dueOn && { dueOn: yellow.dueOn }),
      ...(yellow.department !== undefined && { department: yellow.department }) }]
  }),
})
/** A yellow in shadow is none, and not every wrong can be put right. */
const turns = (escalating: ReadonlySet<string>) => ({ severity, shadow, ruleId }: Finding) => severity === 'YELLOW' && !shadow && escalating.has(ruleId)
