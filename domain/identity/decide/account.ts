import { decider, refuse } from '../../kernel/decider.ts'
import type { Instant } from '../../kernel/values.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'

type AccountCommand = Extract<IdentityCommand, { type: 'SetCredential' | 'LockSignIn' | 'UnlockSignIn' }>
type AccountEvent = Extract<IdentityEvent, { type: 'CredentialSet' | 'SignInLocked' | 'SignInUnlocked' }>
/** `set`: the credential that the newest fact is about, where it is about one. */
type Setting = { credential: string; case?: string | undefined; fingerprint?: string | undefined; removed?: true | undefined }
type Account = { lockedUntil?: Instant; set?: Setting }
const isSame = (a: Setting, b: Setting) => a.credential === b.credential && a.case === b.case && a.fingerprint === b.fingerprint && a.removed === b.removed

/** 账户 — that a credential was set or taken away, and when; never which. Locked by failures, and free again by time or by the security administrator. */
export const accountDecider = decider<Account, AccountCommand, AccountEvent>()({
  needs: { SetCredential: {}, LockSignIn: {}, UnlockSignIn: {} },
  initial: {},
  evolve({ lockedUntil }, { type, data }) {
    if (type === 'SignInLocked') return { lockedUntil: data.until }
    if (type === 'SignInUnlocked') return {}
    return { ...(lockedUntil !== undefined && { lockedUntil }), set: { credential: data.credential, case: data.case, fingerprint: data.fingerprint, removed: data.removed } }
  },
  answers: {
    // A password set anew is a fact anew; only at the very same instant it is the same setting.
    SetCredential: ({ set }, data, { id, now, lastAt }) => lastAt === now && set !== undefined && isSame(set, data)
      ? [] : [{ type: 'CredentialSet', data: { person: id, ...data } }],
    LockSignIn({ lockedUntil }, { until, failures }, { id, now }) {
      if (until <= now) return refuse('lock-over-already')
      return lockedUntil !== undefined && lockedUntil >= until ? [] : [{ type: 'SignInLocked', data: { person: id, until, failures } }]
    },
    UnlockSignIn({ lockedUntil }, { reason }, { id, by, now }) {
      if (by.person === id) return refuse('not-over-oneself')
      return lockedUntil === undefined || lockedUntil <= now ? refuse('sign-in-not-locked') : [{ type: 'SignInUnlocked', data: { person: id, reason } }]
    },
  },
})
