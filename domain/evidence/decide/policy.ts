import { canonical } from '../../kernel/canonical.ts'
import { decider, refuse } from '../../kernel/decider.ts'
import type { RetentionPolicy, Said, Written } from '../events.ts'
import { legalDays, usualPolicy } from '../retention.ts'

type PolicyEvent = Written<'RetentionSet' | 'ShorteningAllowed'>
export type PolicyState = { policy: RetentionPolicy; shortening: boolean }
const asSet = ({ reason: _, by: __, ...policy }: Written<'RetentionSet'>['data']): RetentionPolicy => policy

/** 保存规则, and whether a disk that runs full may shorten what exceeds the law. What is linked to a case is never kept for fewer days than all the rest. */
export const policyDecider = decider<PolicyState, Said<'SetRetention' | 'AllowShortening'>, PolicyEvent>()({
  needs: { SetRetention: {}, AllowShortening: {} },
  initial: { policy: usualPolicy, shortening: false },
  evolve: evolvePolicy,
  answers: {
    SetRetention({ policy: before }, { reason, ...policy }, { by }) {
      if (policy.baseDays < legalDays) return refuse('retention-below-the-law')
      if (Math.min(policy.stepDays, policy.supplementDays, policy.complaintDays, policy.cardDays) < policy.baseDays) return refuse('linked-kept-shorter-than-the-rest')
      return canonical(before) === canonical(policy) ? [] : [{ type: 'RetentionSet', data: { ...policy, reason, by: by.person } }]
    },
    AllowShortening: ({ shortening }, { allowed, reason }, { by }) => shortening === allowed ? [] : [{ type: 'ShorteningAllowed', data: { allowed, reason, by: by.person } }],
  },
})
/** 规则 folded from its stream. */
export function evolvePolicy(state: PolicyState, { type, data }: PolicyEvent): PolicyState {
  return type === 'RetentionSet' ? { ...state, policy: asSet(data) } : { ...state, shortening: data.allowed }
}
