import { at, deed } from './example.ts'
import type { Found, Rule } from './rule.ts'

const official = ['acceptance', 'pre-review', 'handling', 'reviewing', 'approving', 'decision', 'conclusion']

/** 自办 — an officer acted in a case in which he is the applicant or the applicant's agent. Spouses and declared relations are told by no fact yet. */
export const ownCase: Rule<{}> = {
  id: 'I-07',
  zh: '自办',
  en: 'Own case',
  version: 1,
  severity: 'RED',
  clause: '行政处罚法第四十三条（回避，类推）',
  params: {},
  bounds: {},
  inputs: ['ApplicationSubmitted', 'CaseAccepted', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'LicenceGranted', 'LicenceRefused', 'CaseConcluded'],
  formula: { zh: '办理人员即申请人或者代理人', en: 'one who acted on the case is its applicant or agent' },
  tells: ['inspector'],
  deduction: { RED: 0 },
  escalates: false,
  confidential: true,
  examples: [
    { zh: '承办自己申请的办件', en: 'handles what he applied for', timeline: { applicant: 'P-1', deeds: [deed('ApplicationSubmitted', '2026-03-02', {}, { step: 'submission', by: 'P-1' }),
      deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', by: 'P-1' })] }, finds: [{ clock: 'own:P-1', becameTrueAt: at('2026-03-03') }] },
    { zh: '自己申请，由他人办理', en: 'applied himself, and others act', timeline: { applicant: 'P-1', deeds: [deed('ApplicationSubmitted', '2026-03-02', {}, { step: 'submission', by: 'P-1' }),
      deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', by: 'P-2' })] }, finds: [] },
  ],
  foresee({ applicant, agent, deeds }) {
    const found = new Map<string, Found>()
    for (const { by, step, at, id } of deeds) {
      if (by === undefined || step === undefined || (by !== applicant && by !== agent) || !official.includes(step) || found.has(by)) continue
      found.set(by, { clock: `own:${by}`, becameTrueAt: at, evidence: [id] })
    }
    return [...found.values()]
  },
}
