import type { Calendar } from '../../kernel/values.ts'
import type { Deed, Timeline } from '../timeline.ts'
import { attempted, attempts } from './attempts.ts'
import { chainOf, numbered } from './chain.ts'
import { at, deed } from './example.ts'
import type { Found, Rule } from './rule.ts'

const codes = ['not-the-next-step', 'approval-refused', 'superior-decided-otherwise']

/** 程序倒置、跳环节 — a step of the pinned flow was passed over; found once, at the deed that passed it over, under the name of the step that was missing. */
export const orderOfSteps: Rule<{}> = {
  id: 'R-10',
  zh: '程序倒置或跳环节',
  en: 'Order of steps',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第四条；建始县电子政务平台简介（操作是否违规）',
  params: {},
  bounds: {},
  inputs: ['CaseAccepted', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'StepCompleted', 'StepSentBack', 'LicenceGranted', 'LicenceRefused', 'CaseConcluded', 'StepRefused'],
  formula: {
    zh: '按受理时锁定的环节顺序，前一环节未完成即做后一环节或者作出决定；退回后自退回环节起重新计算；来源只载日期的，同日先后不计',
    en: 'by the flow pinned at acceptance, a later step or the decision before an earlier step is done; after a sending back, from the step sent back to; a day tells no order within it',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { YELLOW: 5 },
  escalates: true,
  breaches: { order: { zh: '环节缺失或者倒置', en: 'step passed over' }, ...attempted },
  examples: [
    { zh: '未审核即批准', en: 'approved before it was reviewed',
      timeline: { flow: ['handling', 'reviewing', 'approving'], deeds: [deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling' }),
        deed('ApprovalGiven', '2026-03-04', { result: 'pass' }, { step: 'approving' }), deed('LicenceGranted', '2026-03-05', {}, { step: 'decision' })] },
      finds: [{ clock: 'order:reviewing', becameTrueAt: at('2026-03-04') }] },
    { zh: '退回承办后重新审核', en: 'sent back to handling, and reviewed again',
      timeline: { flow: ['handling', 'reviewing'], deeds: [
        deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling' }), deed('ReviewCompleted', '2026-03-04', { result: 'back' }, { step: 'reviewing' }),
        deed('HandlingCompleted', '2026-03-05', {}, { step: 'handling' }), deed('ReviewCompleted', '2026-03-06', { result: 'pass' }, { step: 'reviewing' }),
        deed('LicenceGranted', '2026-03-06 11:00', {}, { step: 'decision' })] },
      finds: [] },
  ],
  foresee: (timeline, { calendar }) => timeline.flow ? passedOver(timeline, timeline.flow, calendar) : attempts(timeline, codes),
}

/** Who tells only the day has not told what came first on it. */
const maybeBefore = (earlier: Deed, later: Deed, calendar: Calendar) =>
  (earlier.precision ?? later.precision) !== undefined && calendar.dayOf(earlier.at) === calendar.dayOf(later.at)

function passedOver(timeline: Timeline, flow: readonly string[], calendar: Calendar): readonly Found[] {
  const links = chainOf(timeline), found = new Map<string, Found>()
  for (const { deed, step, standing, round } of links) {
    if (deed.type === 'RenewalDeemedGranted') break // what the law grants by itself needs no steps
    // Concluded without a decision of which anybody has told is decided too.
    const decides = step === 'decision' || step === 'conclusion'
    for (const earlier of decides ? flow : flow.slice(0, flow.indexOf(step))) {
      const name = numbered(`order:${earlier}`, round)
      if (found.has(name) || standing.some((other) => other.step === earlier)) continue
      if (links.some((other) => other.step === earlier && other.deed !== deed && maybeBefore(other.deed, deed, calendar))) continue
      found.set(name, { clock: name, becameTrueAt: deed.at, evidence: [deed.id] })
    }
    if (decides) break
  }
  return [...found.values()]
}
