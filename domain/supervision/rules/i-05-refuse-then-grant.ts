import type { Day } from '../../kernel/values.ts'
import type { Timeline } from '../timeline.ts'
import { at, deed } from './example.ts'
import { groupOf, idsOf, text } from './group.ts'
import type { Observation, Pattern } from './rule.ts'

const refusals = ['CaseNotAccepted', 'LicenceRefused']
const decided = (n: number, type: string, on: string, materialsHash: number): Partial<Timeline> => ({ subject: `cases.${n}`, applicant: 'A-1', itemCode: 'SP-01',
  deeds: [deed('MaterialsReceived', '2026-03-02', { materialsHash }), deed(type, on)] })

/** 先拒后准 — refused, and granted a few days later on the same materials. */
export const refuseThenGrant: Pattern<{ withinWorkingDays: number }> = {
  id: 'I-05',
  zh: '先拒后准',
  en: 'Refused, then granted',
  version: 1,
  severity: 'HINT',
  clause: '保市府办〔2010〕214号（权力运行监控）',
  params: { withinWorkingDays: 10 },
  bounds: { withinWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['MaterialsReceived', 'SupplementSubmitted', 'CaseNotAccepted', 'LicenceRefused', 'LicenceGranted'],
  formula: {
    zh: '同一申请人同一事项，拒绝后 withinWorkingDays 个工作日以内以相同材料准予',
    en: 'one applicant’s application for one item refused, and within withinWorkingDays working days granted on the same materials',
  },
  tells: ['inspector'],
  deduction: {},
  escalates: false,
  confidential: true,
  examples: [
    { zh: '五个工作日后以相同材料准予', en: 'granted five working days later on the same materials',
      timelines: [decided(1, 'LicenceRefused', '2026-03-03', 7), decided(2, 'LicenceGranted', '2026-03-10', 7)],
      finds: [{ subject: 'cases.2', clock: 'refused-before', becameTrueAt: at('2026-03-10') }] },
    { zh: '补齐材料后准予', en: 'granted on other materials', timelines: [decided(1, 'LicenceRefused', '2026-03-03', 7), decided(2, 'LicenceGranted', '2026-03-10', 8)], finds: [] },
  ],
  observe({ subject, applicant, itemCode, department, of, deeds }, { calendar }) {
    const decision = deeds.findLast(({ type }) => type === 'LicenceGranted' || refusals.includes(type))
    const materials = deeds.filter(({ said }) => said?.['materialsHash'] !== undefined).map(({ said }) => said!['materialsHash']!)
    if (!decision || applicant === undefined || of !== undefined || materials.length === 0) return []
    return [{ group: groupOf(applicant, itemCode), subject, at: decision.at, id: decision.id,
      said: { department, day: calendar.dayOf(decision.at), granted: decision.type === 'LicenceGranted', materials: materials.join(' ') } }]
  },
  conclude(_, observations, calendar, { withinWorkingDays }) {
    const refusals = new Map<unknown, Observation>()
    return observations.flatMap((one) => {
      const { granted, materials } = one.said, refusal = granted ? refusals.get(materials) : undefined
      if (!granted) refusals.set(materials, one)
      return refusal && calendar.workingDaysBetween(text(refusal, 'day') as Day, text(one, 'day') as Day) <= withinWorkingDays
        ? [{ subject: one.subject, department: text(one, 'department'), clock: 'refused-before', becameTrueAt: one.at, evidence: idsOf([refusal, one]) }] : []
    })
  },
}
