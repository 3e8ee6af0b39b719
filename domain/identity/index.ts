import { context } from '../kernel/context.ts'
import type { Refusal } from '../kernel/decider.ts'
import { accountDecider } from './decide/account.ts'
import { applicantDecider } from './decide/applicant.ts'
import { keyDecider } from './decide/key.ts'
import { organisationDecider } from './decide/organisation.ts'
import { personDecider } from './decide/person.ts'
import { sessionDecider } from './decide/session.ts'
import { identityCommands, identityEvents } from './events.ts'

const deciders = { '': personDecider, organisation: organisationDecider, applicant: applicantDecider, account: accountDecider, session: sessionDecider, key: keyDecider }
type CodeOf<D> = D extends { decide(...said: never[]): infer Answer } ? Extract<Answer, Refusal>['refused'] : never
export type IdentityRefusal = { [K in keyof typeof deciders]: CodeOf<typeof deciders[K]> }[keyof typeof deciders]

/** 身份：人员、授权、组织、申请人、账户、会话、钥匙 (domain.md K) */
export const identity = context({
  name: 'identity',
  zh: '身份',
  events: identityEvents,
  commands: identityCommands,
  grants: {
    EnrolPerson: ['system-admin', 'policy'], MovePerson: ['system-admin'], SuspendPerson: ['system-admin'], ReinstatePerson: ['system-admin'],
    EstablishOrganisation: ['system-admin'], RenameOrganisation: ['system-admin'], CloseOrganisation: ['system-admin'],
    GrantRole: ['security-admin'], WithdrawRole: ['security-admin'], BindKey: ['security-admin'], LockKey: ['security-admin'], UnlockKey: ['security-admin'],
    UnlockSignIn: ['security-admin'],
    RegisterApplicant: ['policy'], SetCredential: ['policy'], LockSignIn: ['policy'], StartSession: ['policy'], EndSession: ['policy'],
  },
  subjects: { '': 'house', organisation: 'house', applicant: 'house', account: 'house', session: 'house', key: 'house' },
  deciders,
  // The last administrator of a kind, and the last child of an organisation, are counted over many streams.
  inTurn: ['MovePerson', 'SuspendPerson', 'WithdrawRole', 'EstablishOrganisation', 'CloseOrganisation'],
})
