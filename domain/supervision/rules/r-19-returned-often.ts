import { dayAfter } from '../../kernel/zones.ts'
import type { Day } from '../../kernel/values.ts'
import { at, deed } from './example.ts'
import { groupOf, idsOf, text } from './group.ts'
import type { Pattern, Rule } from './rule.ts'

type Params = { returns: number; withinDays: number; yellowAtReturns: number; sendBacks: number }
/** Sent back by whoever verifies, in whichever of the two ways. */
const sentBack = ({ type, said }: { type: string; said?: Record<string, unknown> | undefined }) =>
  type === 'StepSentBack' || (['ReviewCompleted', 'ApprovalGiven'].includes(type) && said?.['result'] === 'back')

const card = {
  id: 'R-19',
  zh: '反复退件',
  en: 'Returned too often',
  version: 1,
  severity: 'WARN',
  clause: '行政许可法第三十二条、第七十二条',
  params: { returns: 2, withinDays: 90, yellowAtReturns: 3, sendBacks: 3 },
  bounds: {
    returns: { from: 2, to: 100, whole: true }, withinDays: { from: 1, to: 3660, whole: true }, yellowAtReturns: { from: 2, to: 100, whole: true },
    sendBacks: { from: 1, to: 100, whole: true },
  },
  inputs: ['CaseReturned', 'StepSentBack', 'ReviewCompleted', 'ApprovalGiven'],
  formula: {
    zh: '同一申请人同一事项 withinDays 日以内退件不少于 returns 次，满 yellowAtReturns 次为黄牌；或者一件办件内部退回不少于 sendBacks 次',
    en: 'one applicant’s applications for one item returned returns times within withinDays calendar days, yellow at yellowAtReturns; or one case sent back inside sendBacks times',
  },
  tells: ['section-head', 'hall-manager'],
  deduction: { WARN: 2, YELLOW: 2 },
  escalates: false,
  breaches: { returned: { zh: '同一申请反复退件', en: 'the same application returned again' }, 'sent-back': { zh: '一件办件反复退回', en: 'one case sent back again and again' } },
} satisfies Partial<Rule<Params>>

/** 反复退回 of one case by those who verify. */
export const sentBackOften: Rule<Params> = {
  ...card,
  examples: [
    { zh: '三次退回承办', en: 'sent back three times', timeline: { deeds: ['2026-03-03', '2026-03-05', '2026-03-09'].map((day) => deed('StepSentBack', day, { to: 'handling' })) },
      finds: [{ clock: 'sent-back', becameTrueAt: at('2026-03-09') }] },
    { zh: '两次退回', en: 'sent back twice', timeline: { deeds: ['2026-03-03', '2026-03-05'].map((day) => deed('StepSentBack', day, { to: 'handling' })) }, finds: [] },
  ],
  foresee({ deeds }, _, { sendBacks }) {
    const back = deeds.filter(sentBack), last = back[sendBacks - 1]
    return last ? [{ clock: 'sent-back', becameTrueAt: last.at, evidence: back.slice(0, sendBacks).map(({ id }) => id) }] : []
  },
}

/** 反复退件 of one applicant's applications for one item: found on each case whose return is one too many. */
export const returnedOften: Pattern<Params> = {
  ...card,
  examples: [
    { zh: '九十日以内三次退件', en: 'returned three times in ninety days', timelines: ['2026-03-03', '2026-04-03', '2026-05-06'].map(returned),
      finds: [{ subject: 'cases.2', clock: 'returned', becameTrueAt: at('2026-04-03') }, { subject: 'cases.3', clock: 'returned', becameTrueAt: at('2026-05-06'), severity: 'YELLOW' }] },
    { zh: '隔九十一日再次退件', en: 'returned again after ninety-one days', timelines: ['2026-03-02', '2026-06-01'].map(returned), finds: [] },
  ],
  observe({ subject, applicant, itemCode, department, deeds }, { calendar }) {
    const returned = applicant === undefined ? undefined : deeds.find(({ type }) => type === 'CaseReturned')
    if (!returned || applicant === undefined) return []
    return [{ group: groupOf(applicant, itemCode), subject, at: returned.at, id: returned.id, said: { day: calendar.dayOf(returned.at), department } }]
  },
  conclude: (_, observations, __, { returns, withinDays, yellowAtReturns }) => observations.flatMap((one, i) => {
    const since = dayAfter(text(one, 'day') as Day, -withinDays)
    const counted = observations.slice(0, i + 1).filter((other) => text(other, 'day') >= since)
    return counted.length < returns ? [] : [{ subject: one.subject, department: text(one, 'department'), clock: 'returned', becameTrueAt: one.at,
      ...(counted.length >= yellowAtReturns && { severity: 'YELLOW' as const }), evidence: idsOf(counted) }]
  }),
}

function returned(day: string, i: number) {
  return { subject: `cases.${i + 1}`, applicant: 'A-1', itemCode: 'SP-01', deeds: [deed('CaseReturned', day)] }
}
