import { attempted, attempts } from './attempts.ts'
import { numbered } from './chain.ts'
import { at, deed } from './example.ts'
import type { ItemGround, Rule } from './rule.ts'

const item: ItemGround = { officers: ['P-1'], flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }

/** 越权办理 — handled by somebody whom the item, in the version that the case was accepted under, does not authorise. Without that version nothing can be said. */
export const notAuthorised: Rule<{}> = {
  id: 'R-12',
  zh: '越权办理',
  en: 'Not authorised',
  version: 1,
  severity: 'RED',
  clause: '天水市建设方案 §1.10',
  params: {},
  bounds: {},
  inputs: ['CaseAccepted', 'HandlingCompleted', 'StepCompleted', 'ItemPublished', 'StepRefused'],
  formula: { zh: '承办人不在受理时事项版本的授权人员之中', en: 'the handler is not among the officers of the item version that was pinned at acceptance' },
  tells: ['section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  breaches: { authority: { zh: '未经授权承办', en: 'handled without authority' }, ...attempted },
  examples: [
    { zh: '未授权的人承办', en: 'handled by somebody whom the item does not name', item,
      timeline: { deeds: [deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', by: 'P-9' })] }, finds: [{ clock: 'authority:handling', becameTrueAt: at('2026-03-03') }] },
    { zh: '授权人员承办', en: 'handled by one whom it names', item, timeline: { deeds: [deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', by: 'P-1' })] }, finds: [] },
  ],
  foresee(timeline, { item }) {
    // A co-handler's officers are not the lead's.
    if (!item || timeline.of !== undefined) return attempts(timeline, ['not-authorised'])
    return timeline.deeds.filter(({ step, by }) => step === 'handling' && by !== undefined && !item.officers.includes(by))
      .map(({ id, at }, i) => ({ clock: numbered('authority:handling', i + 1), becameTrueAt: at, evidence: [id] }))
  },
}
