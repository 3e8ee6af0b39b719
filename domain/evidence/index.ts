import { context } from '../kernel/context.ts'
import type { Refusal } from '../kernel/decider.ts'
import { exportDecider } from './decide/export.ts'
import { footageDecider } from './decide/footage.ts'
import { holdDecider } from './decide/hold.ts'
import { keyDecider } from './decide/key.ts'
import { noticeDecider } from './decide/notice.ts'
import { policyDecider } from './decide/policy.ts'
import { registerDecider } from './decide/register.ts'
import { viewDecider } from './decide/view.ts'
import { evidenceCommands, evidenceEvents } from './events.ts'

type Refused<D extends { decide: (...args: never[]) => unknown }> = Extract<ReturnType<D['decide']>, Refusal>['refused']
export type EvidenceRefusal = Refused<typeof footageDecider> | Refused<typeof registerDecider> | Refused<typeof holdDecider> | Refused<typeof exportDecider>
  | Refused<typeof viewDecider> | Refused<typeof keyDecider> | Refused<typeof policyDecider> | Refused<typeof noticeDecider>

const watching = ['hall-monitor', 'inspector'] as const
/** 视频证据：录像、保存、保全、调取、查看 */
export const evidence = context({
  name: 'evidence',
  zh: '视频证据',
  events: evidenceEvents,
  commands: evidenceCommands,
  grants: {
    RecordFootage: ['camera'], LapseSegments: ['policy'], SpareSegments: ['policy'], ExpireSegments: ['policy'],
    ReportAmiss: ['policy'], ReportRestored: ['policy'], DisputeFootage: ['camera'],
    RegisterCamera: ['system-admin'], ChangeCamera: ['system-admin'], RetireCamera: ['system-admin'], IssueStreamKey: ['system-admin'],
    PlaceHold: watching, RequestHoldRelease: watching, ApproveHoldRelease: ['inspector'],
    RequestExport: watching, ApproveExport: ['inspector'], RecordExport: ['policy'], PublishEvidenceKey: ['policy'],
    OpenView: ['policy'], RecordLiveWatch: ['policy'], RecordSnapshot: ['policy'],
    SetRetention: ['inspector'], AllowShortening: ['system-admin'], DeclareFilming: ['hall-manager'],
  },
  subjects: { camera: 'house', register: 'house', hold: 'footage', export: 'footage', key: 'house', view: 'house', policy: 'house', notice: 'footage' },
  deciders: { camera: footageDecider, register: registerDecider, hold: holdDecider, export: exportDecider, key: keyDecider, view: viewDecider, policy: policyDecider,
    notice: noticeDecider },
  // A hold and a deletion are never weighed at once: whichever comes second knows of the first.
  inTurn: ['PlaceHold', 'LapseSegments', 'SpareSegments'],
})
