import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { identityCommands, identityEvents, type IdentityCommand, type IdentityEvent } from './events.ts'

export type IdentityRefusal = 'already-enrolled'

/** 人员登记 */
export const personDecider = decider<{ enrolled: boolean }, IdentityCommand, IdentityEvent>()({
  needs: { EnrolPerson: {} },
  initial: { enrolled: false },
  evolve: () => ({ enrolled: true }),
  answers: {
    EnrolPerson: ({ enrolled }, data, { id }) =>
      enrolled ? refuse('already-enrolled') : [{ type: 'PersonEnrolled', data: { person: id, ...data } }],
  },
})

export const identity = context({
  name: 'identity',
  zh: '身份',
  events: identityEvents,
  commands: identityCommands,
  grants: { EnrolPerson: ['system-admin', 'policy'] },
  subjects: { '': 'house' },
  deciders: { '': personDecider },
})
