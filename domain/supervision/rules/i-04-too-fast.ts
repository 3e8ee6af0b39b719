import type { Timeline } from '../timeline.ts'
import { at, deed } from './example.ts'
import { groupOf, idsOf, text } from './group.ts'
import type { Observation, Pattern } from './rule.ts'

/** Three slow, two fast of one applicant, in that order. */
const taking = (hours: readonly number[]): Partial<Timeline>[] => hours.map((hour, i) => ({ subject: `cases.${i}`, itemCode: 'SP-01', applicant: hour < 2 ? 'A-1' : `B-${i}`,
  acceptedAt: at(`2026-03-1${i} 09:00`), deeds: [deed('CaseConcluded', `2026-03-1${i} ${9 + hour}:30`)] }))

/** 异常提速 — the same applicant's cases are again and again among the fastest of the item. Each is held against those concluded before it in the year. */
export const unusuallyFast: Pattern<{ percentile: number; leastCases: number; times: number }> = {
  id: 'I-04',
  zh: '异常提速',
  en: 'Unusually fast',
  version: 1,
  severity: 'HINT',
  clause: '保市府办〔2010〕214号（权力运行监控）',
  params: { percentile: 0.05, leastCases: 40, times: 2 },
  bounds: { percentile: { from: 0.001, to: 0.5, whole: false }, leastCases: { from: 2, to: 100_000, whole: true }, times: { from: 1, to: 100, whole: true } },
  inputs: ['ApplicationSubmitted', 'CaseAccepted', 'CaseDeemedAccepted', 'CaseConcluded'],
  formula: {
    zh: '自受理至办结的时间短于同一事项当年先前办结的不少于 leastCases 件的 percentile 分位，同一申请人满 times 次',
    en: 'from acceptance to conclusion in less time than the percentile of at least leastCases cases of the item concluded before it in the year, times times for one applicant',
  },
  tells: ['inspector'],
  deduction: {},
  escalates: false,
  confidential: true,
  examples: [
    { zh: '同一申请人两次最快', en: 'one applicant is fastest twice', params: { leastCases: 3, percentile: 0.5 }, timelines: taking([5, 6, 5, 1, 1]),
      finds: [{ subject: 'cases.4', clock: 'fast', becameTrueAt: at('2026-03-14 10:30') }] },
    { zh: '只有一次', en: 'only once', params: { leastCases: 3, percentile: 0.5 }, timelines: taking([5, 6, 5, 1]), finds: [] },
  ],
  observe({ subject, itemCode, department, applicant, of, acceptedAt, deeds }, { calendar }) {
    const concluded = of === undefined && acceptedAt !== undefined ? deeds.find(({ type }) => type === 'CaseConcluded') : undefined
    // A day is too coarse to be fast in.
    if (!concluded || acceptedAt === undefined || concluded.precision || deeds.some(({ step, precision }) => step === 'acceptance' && precision)) return []
    return [{ group: groupOf(itemCode, calendar.dayOf(concluded.at).slice(0, 4)), subject, at: concluded.at, id: concluded.id,
      said: { department, usedMs: Date.parse(concluded.at) - Date.parse(acceptedAt), ...(applicant !== undefined && { applicant }) } }]
  },
  conclude(_, observations, __, { percentile, leastCases, times }) {
    const earlier: number[] = [], fast = new Map<string, Observation[]>()
    return observations.flatMap((one) => {
      const used = Number(one.said['usedMs']), applicant = text(one, 'applicant')
      const enough = earlier.length >= leastCases, bar = earlier[Math.max(0, Math.ceil(percentile * earlier.length) - 1)]
      earlier.splice(placeOf(used, earlier), 0, used)
      if (!enough || bar === undefined || used >= bar || applicant === '') return []
      const mine = [...fast.get(applicant) ?? [], one]
      fast.set(applicant, mine)
      return mine.length < times ? [] : [{ subject: one.subject, department: text(one, 'department'), clock: 'fast', becameTrueAt: one.at, evidence: idsOf(mine) }]
    })
  },
}

/** Where a number belongs in a row that is sorted. */
function placeOf(used: number, sorted: readonly number[]): number {
  let low = 0, high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < used) low = middle + 1
    else high = middle
  }
  return low
}
