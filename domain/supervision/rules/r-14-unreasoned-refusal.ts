import { numbered } from './chain.ts'
import { at, deed } from './example.ts'
import type { Rule } from './rule.ts'

const refusals = ['CaseNotAccepted', 'LicenceRefused'], owed = ['hasReason', 'hasBasis', 'hasRemedies']

/** 无理由拒绝 — refused without a reason, the clause that it rests on, or the remedies. No case of the house can be; a foreign history can. */
export const unreasonedRefusal: Rule<{}> = {
  id: 'R-14',
  zh: '无理由拒绝',
  en: 'Unreasoned refusal',
  version: 1,
  severity: 'RED',
  clause: '行政许可法第三十八条、第七十二条',
  params: {},
  bounds: {},
  inputs: ['CaseNotAccepted', 'LicenceRefused'],
  formula: { zh: '不予受理或者不予许可，未说明理由、依据或者救济途径', en: 'not accepted or refused without reason, legal basis or remedies' },
  tells: ['handler', 'section-head', 'leader', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  examples: [
    { zh: '不予许可，只写理由', en: 'refused with a reason, and nothing else',
      timeline: { deeds: [deed('LicenceRefused', '2026-03-05', { hasReason: true, hasBasis: false, hasRemedies: false })] }, finds: [{ clock: 'refusal', becameTrueAt: at('2026-03-05') }] },
    { zh: '理由、依据、救济途径俱全', en: 'with reason, basis and remedies',
      timeline: { deeds: [deed('CaseNotAccepted', '2026-03-05', { hasReason: true, hasBasis: true, hasRemedies: true })] }, finds: [] },
  ],
  foresee: ({ deeds }) => deeds.filter(({ type, said = {} }) => refusals.includes(type) && owed.some((name) => said[name] === false))
    .map(({ id, at }, i) => ({ clock: numbered('refusal', i + 1), becameTrueAt: at, evidence: [id] })),
}
