import { describe, expect, it } from 'vitest'
import { accountDecider } from '../../domain/identity/decide/account.ts'
import { applicantDecider } from '../../domain/identity/decide/applicant.ts'
import { sessionDecider } from '../../domain/identity/decide/session.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { instantOf } from '../../domain/kernel/zones.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, policy, specOf } from '../kernel/spec.ts'

const by = policy, now = at('2026-03-02')

describe('申请人登记', () => {
  const given = specOf(identity, applicantDecider), id = 'a-7f3a'
  const register = (data: { name?: string; number?: string; phone?: string; applicant?: string }) => ({ type: 'RegisterApplicant', data: { applicant: id, ...data } } as const)
  const registered = (data: { name?: string; number?: string; phone?: string }) => ({ type: 'ApplicantRegistered', data: { applicant: id, ...data } } as const)
  it('by what they say of themselves, or by nothing', () => {
    given().when(register({ name: '赵安', phone: '19900000000' }), { id, by, holder: undefined }).then(registered({ name: '赵安', phone: '19900000000' }))
    given().when(register({}), { id, by, holder: undefined }).then(registered({}))
  })
  it('once, and under their own id', () => {
    given(registered({})).when(register({ name: '赵安' }), { id, by, holder: undefined }).thenRefused('already-registered')
    given().when(register({ applicant: 'a-8' }), { id, by, holder: undefined }).thenRefused('another-applicant')
  })
  it('at a window by whoever has looked at the document, and never unseen', () => {
    const clerk = { id, by: { person: 'p-clerk', role: 'window-clerk', department: '政务服务中心' }, holder: undefined } as const, card = { document: 'resident-card', name: '赵安', number: '11010519491231002x' } as const
    const register = (data: object) => ({ type: 'RegisterApplicant', data: { applicant: id, ...data } } as const)
    given().when(register(card), clerk).then({ type: 'ApplicantRegistered', data: { applicant: id, ...card, number: '11010519491231002X' } } as const)
    for (const left of ['document', 'name', 'number'] as const) given().when(register(Object.fromEntries(Object.entries(card).filter(([name]) => name !== left))), clerk).thenRefused('document-not-shown')
    given().when(register({ ...card, number: '110105194912310021' }), clerk).thenRefused('not-a-resident-number')
  })
  it('not under the id of an official', () => given().when(register({}), { id, by, holder: { suspended: false, moves: 0 } }).thenRefused('id-of-an-official'))
  it.each([['11010519491231002X', '11010519491231002X'], ['11010519491231002x', '11010519491231002X'], ['440524188001010014', '440524188001010014']])('a resident number %s is kept as %s', (said, kept) =>
    given().when(register({ number: said }), { id, by, holder: undefined }).then(registered({ number: kept })))
  it.each(['110105194912310021', '11010519491331002X', '440524188002300014', '000000000000000000'])('%s is none', (number) =>
    given().when(register({ number }), { id, by, holder: undefined }).thenRefused('not-a-resident-number'))
  it.each(['91350100M000100Y43', 'E12345678', '护照 G1234', '12345678901234567'])('%s looks like none, and is kept as it was said', (number) =>
    given().when(register({ number }), { id, by, holder: undefined }).then(registered({ number })))
})

describe('账户', () => {
  const given = specOf(identity, accountDecider), id = 'p-001', own = { id, by }
  const set = (credential: 'password' | 'totp' | 'key', fingerprint?: string) => ({ credential, ...(fingerprint !== undefined && { fingerprint }) })
  const setting = (...said: Parameters<typeof set>) => ({ type: 'SetCredential', data: set(...said) } as const), wasSet = (...said: Parameters<typeof set>) => ({ type: 'CredentialSet', data: { person: id, ...set(...said) } } as const)
  const until = at('2026-03-02', '10:30'), locked = { type: 'SignInLocked', data: { person: id, until, failures: 5 } } as const, unlocked = { type: 'SignInUnlocked', data: { person: id, reason: '本人到场' } } as const
  const lock = { type: 'LockSignIn', data: { until, failures: 5 } } as const, unlock = { type: 'UnlockSignIn', data: { reason: '本人到场' } } as const, byMin = { id, by: { person: 'p-min', role: 'security-admin', department: '中心' } }
  it('that a credential was set, and never which', () => given().when(setting('password'), own).then(wasSet('password')))
  it('again at another instant it was set again, at the very same it was not', () => {
    const state = accountDecider.evolve({}, wasSet('password')), at = (lastAt: Instant) => accountDecider.decide(state, setting('password'), { id, by, now, calendar: calendarIn2026, lastAt })
    expect(at(instantOf(Date.parse(now) - 1))).toStrictEqual([wasSet('password')])
    expect(at(now)).toStrictEqual([])
  })
  it('another kind or another key is another setting, whenever', () => {
    given(wasSet('password')).when(setting('totp'), own).then(wasSet('totp'))
    given(wasSet('key', 'sm2:aa')).when(setting('key', 'sm2:bb'), own).then(wasSet('key', 'sm2:bb'))
  })
  it('an access code of one case is no access code of another', () => {
    const code = (of: string) => ({ type: 'SetCredential', data: { credential: 'access-code', case: of } } as const), issued = (of: string) => ({ type: 'CredentialSet', data: { person: id, credential: 'access-code', case: of } } as const)
    given(issued('A-1')).when(code('A-2'), own).then(issued('A-2'))
    const answer = (of: string) => accountDecider.decide(accountDecider.evolve({}, issued('A-1')), code(of), { id, by, now, calendar: calendarIn2026, lastAt: now })
    expect([answer('A-1'), answer('A-2')]).toStrictEqual([[], [issued('A-2')]])
  })
  it('what was set and taken away at one instant is two facts', () => {
    const taken = { type: 'CredentialSet', data: { person: id, credential: 'totp', removed: true } } as const
    const state = accountDecider.evolve({}, wasSet('totp')), answer = accountDecider.decide(state, { type: 'SetCredential', data: { credential: 'totp', removed: true } }, { id, by, now, calendar: calendarIn2026, lastAt: now })
    expect(answer).toStrictEqual([taken])
    expect(accountDecider.decide(accountDecider.evolve(state, taken), { type: 'SetCredential', data: { credential: 'totp', removed: true } }, { id, by, now, calendar: calendarIn2026, lastAt: now })).toStrictEqual([])
  })
  it('a lock is told once, and again where it lasts longer', () => {
    given().when(lock, own).then(locked)
    given(locked).when(lock, own).then()
    given(locked).when({ ...lock, data: { until: at('2026-03-02', '10:29'), failures: 6 } }, own).then()
    given(locked).when({ ...lock, data: { until: at('2026-03-02', '11:00'), failures: 6 } }, own).then({ ...locked, data: { person: id, until: at('2026-03-02', '11:00'), failures: 6 } })
  })
  it('a lock lies ahead', () => given().when({ ...lock, data: { until: at('2026-03-02'), failures: 5 } }, own).thenRefused('lock-over-already'))
  it('setting a password opens no lock', () => given(locked).when(setting('password'), own).then(wasSet('password')))
  it('is opened by another, while it stands', () => {
    given(locked).when(unlock, byMin).then(unlocked)
    given(locked, wasSet('password')).when(unlock, byMin).then(unlocked)
    given().when(unlock, byMin).thenRefused('sign-in-not-locked')
    given(locked, unlocked).when(unlock, byMin).thenRefused('sign-in-not-locked')
    given(locked).when(unlock, { ...byMin, now: until }).thenRefused('sign-in-not-locked')
    given(locked).when(unlock, { id, by: { person: id, role: 'security-admin', department: '中心' } }).thenRefused('not-over-oneself')
  })
})

describe('会话', () => {
  const given = specOf(identity, sessionDecider), id = 'p-001.202603', one = '0123456789abcdef', two = 'fedcba9876543210'
  const start = (session: string) => ({ type: 'StartSession', data: { session, method: 'password-totp', terminal: 'w7' } } as const), started = (session: string, person = 'p-001') => ({ type: 'SessionStarted', data: { person, session, method: 'password-totp', terminal: 'w7' } } as const)
  const end = (session: string) => ({ type: 'EndSession', data: { session, reason: 'idle' } } as const), ended = (session: string) => ({ type: 'SessionEnded', data: { person: 'p-001', session, reason: 'idle' } } as const)
  it('begins and ends, each on its own', () => {
    given().when(start(one), { id, by }).then(started(one))
    given(started(one)).when(start(one), { id, by }).then()
    given(started(one)).when(start(two), { id, by }).then(started(two))
    given(started(one), started(two)).when(end(one), { id, by }).then(ended(one))
  })
  it('ends where it began, and once', () => {
    given(started(two)).when(end(one), { id, by }).thenRefused('no-such-session')
    given(started(one), ended(one)).when(end(one), { id, by }).thenRefused('no-such-session')
  })
  it('of a person whose id has dots too', () => given().when(start(one), { id: 'a.b.202612', by }).then(started(one, 'a.b')))
  it.each(['p-001', 'p-001.2026', 'p-001.202613', 'p-001.202600', '.202603', 'p-001.202603.1'])('under a person and a month: not %s', (bad) => given().when(start(one), { id: bad, by }).thenRefused('no-month-of-sessions'))
})
