import { dueOf, overrun, stoppedBefore, usedUpOn } from '../due.ts'
import type { Timeline } from '../timeline.ts'
import { clock, close, deed, at } from './example.ts'
import type { Found, Rule } from './rule.ts'

/** 补正告知超时 — no word to the applicant by the close of the fifth working day after the receipt, the very instant at which the law takes the case for
    accepted (行政许可法 32(1)(4)); and all that is missing is said once: a second request, or one after acceptance, is a breach as it is made.
    What was missed here cannot be made good, so it does not turn red. */
export const lateNotice: Rule<{ warnAfterWorkingDays: number; graceWorkingDays: number }> = {
  id: 'R-05',
  zh: '补正告知超时',
  en: 'Supplement notice late or not at once',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第三十二条、第七十二条第四项',
  params: { warnAfterWorkingDays: 4, graceWorkingDays: 0 },
  bounds: { warnAfterWorkingDays: { from: 0, to: 250, whole: true }, graceWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['ApplicationSubmitted', 'MaterialsReceived', 'SupplementRequested', 'CaseAccepted', 'CaseDeemedAccepted', 'CaseNotAccepted', 'CaseReturned'],
  formula: {
    zh: '收件后满 warnAfterWorkingDays 个工作日未告知，预警；告知时限届满后再过 graceWorkingDays 个工作日仍未告知，黄牌，均在当日下班时成立；再次要求补正，或者受理后要求补正，即时成立',
    en: 'no notice warnAfterWorkingDays after receipt, a warning; none graceWorkingDays after its limit, yellow, each at that close; a second request, or one after acceptance, as made',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'hall-manager'],
  deduction: { YELLOW: 5 },
  escalates: false,
  breaches: { soon: { zh: '补正告知即将到期', en: 'supplement notice due soon' }, again: { zh: '再次要求补正', en: 'a second request' },
    accepted: { zh: '受理后要求补正', en: 'a request after acceptance' } },
  examples: [
    { zh: '收件五日无告知', en: 'Five days and no word', timeline: { clocks: [clock('notice', '2026-04-27', 5)] },
      finds: [{ clock: 'notice~soon', becameTrueAt: close('2026-05-06'), severity: 'WARN' }, { clock: 'notice', becameTrueAt: close('2026-05-07') }] },
    { zh: '第三日一次性告知', en: 'All at once on the third day',
      timeline: { clocks: [clock('notice', '2026-04-27', 5, { stoppedAt: at('2026-04-30') })], deeds: [deed('SupplementRequested', '2026-04-30')] }, finds: [] },
    { zh: '又要一次', en: 'And once more', timeline: { deeds: [deed('SupplementRequested', '2026-04-28'), deed('SupplementSubmitted', '2026-05-06'), deed('SupplementRequested', '2026-05-07')] },
      finds: [{ clock: 'supplement:2~again', becameTrueAt: at('2026-05-07') }] },
    { zh: '受理以后才要', en: 'Only after acceptance',
      timeline: { deeds: [deed('CaseAccepted', '2026-04-28'), deed('SupplementRequested', '2026-05-07')] }, finds: [{ clock: 'supplement:1~accepted', becameTrueAt: at('2026-05-07') }] },
  ],
  foresee(timeline, { calendar }, { warnAfterWorkingDays, graceWorkingDays }) {
    const found = requests(timeline)
    for (const clock of timeline.clocks) {
      if (clock.kind !== 'notice' || stoppedBefore(clock, Math.min(warnAfterWorkingDays, clock.limitWorkingDays ?? 0))) continue
      const { dueOn } = dueOf(clock, calendar), warnedOn = usedUpOn(clock, warnAfterWorkingDays, calendar)
      if (dueOn === undefined || warnedOn === undefined) continue
      if (warnedOn < dueOn) found.push({ ...overrun(clock, dueOn, calendar.closeOf(warnedOn)), clock: `${clock.name}~soon`, severity: 'WARN' })
      found.push(overrun(clock, dueOn, calendar.closeOf(calendar.addWorkingDays(dueOn, graceWorkingDays))))
    }
    return found
  },
}

/** Accepted before it in the order of business; by the law alone, before its instant. */
function requests({ deeds, acceptedAt }: Timeline): Found[] {
  const found: Found[] = []
  let asked = 0, accepted = false
  for (const { type, id, at } of deeds) {
    if (type === 'CaseAccepted' || type === 'CaseDeemedAccepted') accepted = true
    if (type !== 'SupplementRequested') continue
    asked++
    const breach = accepted || (acceptedAt !== undefined && acceptedAt < at) ? 'accepted' : asked > 1 ? 'again' : undefined
    if (breach) found.push({ clock: `supplement:${asked}~${breach}`, becameTrueAt: at, evidence: [id] })
  }
  return found
}
