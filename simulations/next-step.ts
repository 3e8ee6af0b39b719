import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { archiving, concluding, delivering, publishing } from './afterwards.ts'
import { beforeAcceptance } from './before-acceptance.ts'
import { beside, besideTheEnd, correcting } from './beside.ts'
import type { Fate } from './fate.ts'
import { inHand, leaving } from './in-hand.ts'
import type { Progress } from './progress.ts'
import { sceneOf, type NextStep, type Scene } from './scene.ts'

export type { NextStep } from './scene.ts'

/** All that could be said next of a case: of the trunk one thing, beside it some. */
function candidates(scene: Scene, caseNo: string): (NextStep | undefined)[] {
  switch (scene.progress.stage) {
    case 'Draft':
    case 'Ended': return []
    case 'Submitted': return [beforeAcceptance(scene)]
    case 'Accepted': return [inHand(scene, caseNo), leaving(scene), ...beside(scene)]
    case 'Decided': return [concluding(scene), ...besideTheEnd(scene)]
    case 'Concluded': {
      // It leaves the list of what is open when it is handed over, so all that must be done is done before.
      const first = [publishing(scene), correcting(scene), ...besideTheEnd(scene)]
      return first.some((it) => it !== undefined) ? first : [delivering(scene)]
    }
    case 'Delivered': return [archiving(scene, caseNo)]
  }
}
/** What comes next for a case, after `notBefore`: the earliest; nothing where it is at its end or the applicant never comes back. */
export const nextStep = (fate: Fate, caseNo: string, progress: Progress, calendar: OfficeCalendar, notBefore: Instant): NextStep | undefined =>
  candidates(sceneOf(fate, progress, calendar, notBefore), caseNo).reduce<NextStep | undefined>((first, it) => it && (!first || it.at < first.at) ? it : first, undefined)
