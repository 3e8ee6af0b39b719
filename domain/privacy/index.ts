import { context } from '../kernel/context.ts'
import { delayDecider } from './delay.ts'
import { erasureDecider } from './erasure.ts'
import { privacyCommands, privacyEvents } from './events.ts'
import { looksDecider } from './looks.ts'
import { openingDecider } from './opening.ts'

export type PrivacyRefusal = 'opening-requested-already' | 'no-such-sealed-field' | 'opening-of-own-department' | 'no-opening-requested' | 'opening-approved-already'
  | 'opened-by-two-persons' | 'disclosure-delayed-already' | 'delay-out-of-bounds' | 'erasure-of-another' | 'erasure-without-reason' | 'erasure-requested-already'
  | 'no-erasure-requested' | 'erasure-decided-by-its-asker' | 'erasure-not-granted'

export const privacy = context({
  name: 'privacy',
  zh: '个人信息',
  events: privacyEvents,
  commands: privacyCommands,
  grants: {
    RecordViews: ['policy'], RequestOpening: ['inspector'], ApproveOpening: ['inspector'], DelayDisclosure: ['inspector'],
    RequestErasure: ['applicant', 'window-clerk', 'complaints-officer'], DecideErasure: ['security-admin'], EraseMatters: ['policy'],
  },
  subjects: { '': 'house', viewer: 'house', opening: 'house', delay: 'case' },
  deciders: { '': erasureDecider, viewer: looksDecider, opening: openingDecider, delay: delayDecider },
})
