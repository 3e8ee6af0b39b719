import { context } from '../kernel/context.ts'
import { decider } from '../kernel/decider.ts'
import { handling } from './decide/handling.ts'
import { history } from './decide/history.ts'
import { deemedAcceptance, intake } from './decide/intake.ts'
import { special } from './decide/special.ts'
import { supplement } from './decide/supplement.ts'
import { caseCommands, caseEvents, type CaseCommand, type CaseEvent } from './events.ts'
import { evolve, type Case } from './evolve.ts'
import { needs, type References } from './needs.ts'

/** 办件：申办 →（补正）→ 受理 → 承办 → 审核 → 批准 → 决定 → 办结 → 送达 */
export const caseDecider = decider<Case, CaseCommand, CaseEvent, References>()({
  needs,
  initial: { stage: 'Draft' },
  evolve,
  byTime: deemedAcceptance,
  answers: { ...intake, ...supplement, ...special, ...handling, ...history },
})

export const cases = context({
  name: 'cases',
  zh: '办件',
  events: caseEvents,
  commands: caseCommands,
  grants: {
    SubmitApplication: ['applicant', 'window-clerk'], RequestSupplement: ['window-clerk', 'handler'], SubmitSupplement: ['applicant', 'window-clerk'],
    AcceptCase: ['window-clerk', 'handler'], DeemAccepted: ['policy'], StartSpecialProcedure: ['handler'], EndSpecialProcedure: ['handler'],
    CompleteHandling: ['handler'], ReviewCase: ['section-head'], ApproveCase: ['leader'], CompleteStep: ['handler', 'window-clerk'],
    DecideCase: ['section-head', 'leader'], ConcludeCase: ['handler'], DeliverResult: ['window-clerk'], RecordHistory: ['importer'],
  },
  deciders: { '': caseDecider },
})
