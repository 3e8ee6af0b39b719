import { context } from '../kernel/context.ts'
import { decider } from '../kernel/decider.ts'
import { byTime, timely } from './decide/by-time.ts'
import { decision } from './decide/decision.ts'
import { ending } from './decide/ending.ts'
import { fees } from './decide/fees.ts'
import { handling } from './decide/handling.ts'
import { history } from './decide/history.ts'
import { intake } from './decide/intake.ts'
import { joint } from './decide/joint.ts'
import { notes } from './decide/notes.ts'
import { special } from './decide/special.ts'
import { supplement } from './decide/supplement.ts'
import { caseCommands, caseEvents, type CaseCommand, type CaseEvent } from './events.ts'
import { draft, evolve, type Case } from './evolve.ts'
import { needs, type References } from './needs.ts'

/** 办件：申办 →（补正）→ 受理 → 承办 → 审核 → 批准 →（上报）→ 决定 → 办结 → 送达 → 归档 */
export const caseDecider = decider<Case, CaseCommand, CaseEvent, References>()({
  needs,
  initial: draft,
  evolve,
  byTime,
  answers: { ...intake, ...supplement, ...ending, ...timely, ...special, ...handling, ...joint, ...decision, ...fees, ...notes, ...history },
})

export const cases = context({
  name: 'cases',
  zh: '办件',
  events: caseEvents,
  commands: caseCommands,
  grants: {
    SubmitApplication: ['applicant', 'window-clerk'], RegisterReceipt: ['window-clerk'], CorrectOnSpot: ['applicant', 'window-clerk'],
    PreReview: ['window-clerk', 'handler'], RequestSupplement: ['window-clerk', 'handler'], SubmitSupplement: ['applicant', 'window-clerk'],
    AcceptCase: ['window-clerk', 'handler'], RefuseAcceptance: ['window-clerk', 'handler'], ReturnCase: ['window-clerk', 'handler'],
    AttachDocument: ['applicant', 'window-clerk', 'handler'], DeemAccepted: ['policy'],
    StartSpecialProcedure: ['handler', 'section-head'], EndSpecialProcedure: ['handler', 'section-head'], ExtendLimit: ['handler', 'section-head'], NotifyThirdParty: ['handler'],
    OpenSubCase: ['handler'], GiveSubOpinion: ['handler'], ReportUp: ['leader'], RecordSuperiorDecision: ['handler', 'window-clerk'],
    CompleteHandling: ['handler'], ReviewCase: ['section-head'], ApproveCase: ['leader'], SendBack: ['section-head', 'leader'],
    CompleteStep: ['handler', 'window-clerk'], UrgeCase: ['leader', 'section-head', 'inspector', 'hall-manager', 'applicant'],
    SendNotice: ['handler', 'window-clerk'], AssessFee: ['handler', 'window-clerk'], ChargeFee: ['window-clerk'], RefundFee: ['window-clerk'],
    DecideCase: ['section-head', 'leader'], ConcludeCase: ['handler'], TerminateCase: ['section-head', 'leader'],
    WithdrawApplication: ['applicant', 'window-clerk'], DeemRenewed: ['policy'], DeliverResult: ['window-clerk'], PublishDecision: ['handler'],
    ArchiveCase: ['handler', 'window-clerk'], CorrectRecord: ['window-clerk', 'handler', 'section-head', 'leader'], RecordHistory: ['importer'],
  },
  subjects: { '': 'case' },
  deciders: { '': caseDecider },
})
