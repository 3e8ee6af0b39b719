import { describe, it } from 'vitest'
import { keyDecider, type HolderReference } from '../../domain/identity/decide/key.ts'
import { identity } from '../../domain/identity/index.ts'
import { specOf } from '../kernel/spec.ts'

const given = specOf(identity, keyDecider), id = 'uk-990101', by = { person: 'p-min', role: 'security-admin', department: '中心' }
const holding = (more: Partial<HolderReference> = {}): HolderReference => ({ suspended: false, moves: 0, ...more })
type Said = { person?: string; terminal?: string; publicKey?: string }
const data = (more: Said = {}) => ({ person: 'p-001', terminal: 'w7', ...more })
const bind = (more: Said = {}) => ({ type: 'BindKey', data: data(more) } as const), bound = (more: Said & { moves?: number } = {}) => ({ type: 'KeyBound', data: { key: id, ...data(more) } } as const)
const lock = { type: 'LockKey', data: { reason: '遗失' } } as const, locked = { type: 'KeyLocked', data: { key: id, reason: '遗失' } } as const
const unlock = { type: 'UnlockKey', data: { reason: '寻回' } } as const, unlocked = { type: 'KeyUnlocked', data: { key: id, reason: '寻回' } } as const

describe('钥匙', () => {
  it('is bound to a person and a terminal; twice it adds nothing', () => {
    given().when(bind(), { id, by, holder: holding() }).then(bound())
    given(bound()).when(bind(), { id, by, holder: holding() }).then()
  })
  it('to another terminal or another public key it is bound anew', () => {
    given(bound()).when(bind({ terminal: 'w8' }), { id, by, holder: holding() }).then(bound({ terminal: 'w8' }))
    given(bound()).when(bind({ publicKey: 'spki' }), { id, by, holder: holding() }).then(bound({ publicKey: 'spki' }))
  })
  it('to nobody who is not there, nor to one who is suspended', () => {
    given().when(bind(), { id, by, holder: undefined }).thenRefused('not-enrolled')
    given().when(bind(), { id, by, holder: holding({ suspended: true }) }).thenRefused('person-suspended')
  })
  it('to another person only after it was locked, and again after it was unlocked', () => {
    given(bound()).when(bind({ person: 'p-002' }), { id, by, holder: holding() }).thenRefused('key-of-another')
    given(bound(), locked).when(bind({ person: 'p-002' }), { id, by, holder: holding() }).then(bound({ person: 'p-002' }))
    given(bound(), locked, unlocked).when(bind({ person: 'p-002' }), { id, by, holder: holding() }).thenRefused('key-of-another')
    given(bound(), locked, bound({ person: 'p-002' })).when(bind(), { id, by, holder: holding() }).thenRefused('key-of-another')
  })
  it('after a move it is bound again, and says after how many', () => {
    given(bound()).when(bind(), { id, by, holder: holding({ moves: 1 }) }).then(bound({ moves: 1 }))
    given(bound({ moves: 1 })).when(bind(), { id, by, holder: holding({ moves: 1 }) }).then()
    given(bound({ moves: 1 })).when(bind(), { id, by, holder: holding({ moves: 2 }) }).then(bound({ moves: 2 }))
  })
  it('is locked and unlocked, each once', () => {
    given(bound()).when(lock, { id, by }).then(locked)
    given(bound(), locked).when(lock, { id, by }).then()
    given(bound(), locked).when(unlock, { id, by, holder: holding() }).then(unlocked)
    given(bound(), locked, unlocked).when(unlock, { id, by, holder: holding() }).then()
    given(bound(), locked).when(bind(), { id, by, holder: holding() }).then(bound())
  })
  it('nobody binds or unlocks their own, whoever had it before', () => {
    const self = { ...by, person: data().person }
    given().when(bind(), { id, by: self, holder: holding() }).thenRefused('not-over-oneself')
    given(bound({ person: 'p-002' }), locked).when(bind(), { id, by: self, holder: holding() }).thenRefused('not-over-oneself')
    given(bound(), locked).when(unlock, { id, by: self, holder: holding() }).thenRefused('not-over-oneself')
    given(bound()).when(lock, { id, by: self }).then(locked)
  })
  it('of one who has moved it is not unlocked but bound again', () => {
    given(bound(), locked).when(unlock, { id, by, holder: holding({ moves: 1 }) }).thenRefused('bound-before-the-move')
    given(bound({ moves: 1 }), locked).when(unlock, { id, by, holder: holding({ moves: 1 }) }).then(unlocked)
  })
  it('that nobody has is neither locked nor unlocked', () => {
    given().when(lock, { id, by }).thenRefused('no-such-key')
    given().when(unlock, { id, by, holder: undefined }).thenRefused('no-such-key')
  })
})
