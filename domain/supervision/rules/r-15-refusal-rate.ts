import type { Calendar, Day, Instant } from '../../kernel/values.ts'
import { dayAfter } from '../../kernel/zones.ts'
import type { Timeline } from '../timeline.ts'
import { at, close, deed } from './example.ts'
import { groupOf, idsOf, kept, text } from './group.ts'
import type { Observation, Pattern } from './rule.ts'

const turnedAway = ['CaseNotAccepted', 'CaseReturned'], answers = [...turnedAway, 'CaseAccepted', 'CaseDeemedAccepted']
/** 季度 that a day lies in, and its last day. */
const quarterOf = (day: Day) => {
  const year = day.slice(0, 4), quarter = Math.ceil(Number(day.slice(5, 7)) / 3)
  return { quarter: `${year}-Q${quarter}`, lastDay: `${year}-${['03-31', '06-30', '09-30', '12-31'][quarter - 1]}` as Day }
}

/** What is answered after its last close is of the next: it would change what had become true. */
function quarterAt(at: Instant, calendar: Calendar) {
  const quarter = quarterOf(calendar.dayOf(at))
  return at > calendar.closeOf(quarter.lastDay) ? quarterOf(dayAfter(quarter.lastDay)) : quarter
}

/** 不予受理率异常 — an office that turned more applicants away in a quarter than the other offices did for the same item. With fewer than six offices none can stand out by two
    standard deviations. An office is a department in a hall. */
export const refusalRate: Pattern<{ sigmas: number; leastCases: number }> = {
  id: 'R-15',
  zh: '不予受理率异常',
  en: 'Refusal rate',
  version: 1,
  severity: 'HINT',
  clause: '行政许可法第三十二条',
  params: { sigmas: 2, leastCases: 20 },
  bounds: { sigmas: { from: 0.5, to: 10, whole: false }, leastCases: { from: 1, to: 100_000, whole: true } },
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'CaseNotAccepted', 'CaseReturned'],
  formula: {
    zh: '同一事项一个季度以内，答复不少于 leastCases 件的单位之中，不予受理与退件之比高于各单位均值加 sigmas 倍标准差，在季末最后一日下班时成立',
    en: 'of one item in one quarter, of the offices with at least leastCases answers, one that turned away more than their mean share plus sigmas deviations, at the close of the quarter',
  },
  tells: ['inspector'],
  deduction: {},
  escalates: false,
  examples: [
    { zh: '六个窗口之中只有一个件件退回', en: 'one office of six returns every case', params: { leastCases: 2 }, timelines: sixOffices((hall) => hall === 1),
      finds: [{ subject: 'departments.市场监管局 1', clock: 'turned-away:SP-01:H-1:2026-Q1', becameTrueAt: close('2026-03-31') }] },
    { zh: '六个窗口都退回', en: 'all six return', params: { leastCases: 2 }, timelines: sixOffices(() => true), finds: [] },
  ],
  observe({ subject, department, hall, itemCode, of, deeds }, { calendar }) {
    const answered = of === undefined ? deeds.find(({ type }) => answers.includes(type)) : undefined
    if (!answered || itemCode === '') return []
    const { quarter, lastDay } = quarterAt(answered.at, calendar)
    return [{ group: groupOf(itemCode, quarter), subject, at: answered.at, id: answered.id,
      said: { itemCode, quarter, department, hall, turnedAway: turnedAway.includes(answered.type), closesAt: calendar.closeOf(lastDay) } }]
  },
  conclude(_, observations, __, { sigmas, leastCases }) {
    const offices = new Map<string, Observation[]>()
    for (const observation of observations) kept(offices, groupOf(text(observation, 'department'), text(observation, 'hall'))).push(observation)
    const counted = [...offices.values()].filter(({ length }) => length >= leastCases)
    const rates = counted.map((all) => all.filter(({ said }) => said['turnedAway']).length / all.length)
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
    const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length)
    return counted.flatMap((all, i) => {
      // A hair above is arithmetic, not conduct.
      if (rates[i]! <= mean + sigmas * deviation + 1e-9) return []
      const [first] = all as [Observation], department = text(first, 'department')
      const becameTrueAt = all.map((one) => text(one, 'closesAt') as typeof first.at).sort().at(-1)!
      return [{ subject: `departments.${department}`, department, clock: `turned-away:${text(first, 'itemCode')}:${text(first, 'hall')}:${text(first, 'quarter')}`, becameTrueAt,
        evidence: idsOf(all.filter(({ said }) => said['turnedAway'])) }]
    })
  },
}

function sixOffices(returns: (hall: number) => boolean): Partial<Timeline>[] {
  return [1, 2, 3, 4, 5, 6].flatMap((hall) => ['a', 'b'].map((name) => ({ subject: `cases.${hall}${name}`, hall: `H-${hall}`, department: `市场监管局 ${hall}`, itemCode: 'SP-01',
    deeds: [returns(hall) ? deed('CaseReturned', '2026-02-03') : { ...deed('CaseAccepted', '2026-02-03'), at: at('2026-02-03') }] })))
}
