import { decider, refuse } from '../../kernel/decider.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'

type KeyCommand = Extract<IdentityCommand, { type: 'BindKey' | 'LockKey' | 'UnlockKey' }>
export type KeyEvent = Extract<IdentityEvent, { type: 'KeyBound' | 'KeyLocked' | 'KeyUnlocked' }>
/** 持有人 as far as a key must know them. */
export type HolderReference = { suspended: boolean; moves: number }
type Bound = Omit<Extract<KeyEvent, { type: 'KeyBound' }>['data'], 'key'>
type Key = { bound?: Bound; locked: boolean }

const holderOf = ({ bound }: Key) => bound && { id: bound.person }
/** 钥匙 — whose it is, at which terminal; nobody binds or frees their own. Its holder's move locks it without a word: it says after how many moves it was bound. */
export const keyDecider = decider<Key, KeyCommand, KeyEvent, { holder: HolderReference }>()({
  needs: { BindKey: { holder: (_, { person }) => ({ id: person }) }, LockKey: {}, UnlockKey: { holder: holderOf } },
  initial: { locked: false },
  evolve(state, { type, data }) {
    if (type !== 'KeyBound') return { ...state, locked: type === 'KeyLocked' }
    const { key: _, ...bound } = data
    return { bound, locked: false }
  },
  answers: {
    BindKey({ bound, locked }, data, { id, by, holder }) {
      if (by.person === data.person) return refuse('not-over-oneself')
      if (!holder) return refuse('not-enrolled')
      if (holder.suspended) return refuse('person-suspended')
      const { moves } = holder
      if (bound && !locked && bound.person !== data.person) return refuse('key-of-another')
      if (bound && !locked && bound.terminal === data.terminal && bound.publicKey === data.publicKey && (bound.moves ?? 0) === moves) return []
      return [{ type: 'KeyBound', data: { key: id, ...data, ...(moves > 0 && { moves }) } }]
    },
    LockKey({ bound, locked }, { reason }, { id }) {
      if (!bound) return refuse('no-such-key')
      return locked ? [] : [{ type: 'KeyLocked', data: { key: id, reason } }]
    },
    UnlockKey({ bound, locked }, { reason }, { id, by, holder }) {
      if (!bound) return refuse('no-such-key')
      if (by.person === bound.person) return refuse('not-over-oneself')
      if (!locked) return []
      if (holder && holder.moves !== (bound.moves ?? 0)) return refuse('bound-before-the-move')
      return [{ type: 'KeyUnlocked', data: { key: id, reason } }]
    },
  },
})
