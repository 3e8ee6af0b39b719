import { describe, expect, it } from 'vitest'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identityEvents } from '../../domain/identity/events.ts'
import { accessLog } from '../../projections/access-log.ts'
import { applicants } from '../../projections/applicants.ts'
import { keys } from '../../projections/keys.ts'
import { organisations } from '../../projections/organisations.ts'
import { people } from '../../projections/people.ts'
import { rightsAt } from '../../projections/rights-view.ts'
import { rowsOf } from '../kernel/rows.ts'
import { at, day } from '../kernel/spec.ts'
import { toldOn } from './told.ts'

const person = 'p-001', place = { name: '李敏', department: '市场监管局', post: '窗口' }
type Of<T extends IdentityEvent['type']> = Extract<IdentityEvent, { type: T }>
const fact = <T extends IdentityEvent['type']>(type: T, data: Of<T>['data']) => ({ type, data }) as Of<T>
const enrolled = fact('PersonEnrolled', { person, ...place }), reason = '事由'
const granted = (role: 'handler' | 'leader' | 'inspector', scope: 'own' | 'department' | 'region', more: { of?: string; until?: ReturnType<typeof day>; basis?: string } = {}) =>
  fact('RoleGranted', { person, role, scope, basis: '任职通知', ...more })
const withdrawn = (role: 'handler' | 'leader', scope: 'own' | 'department', of?: string) => fact('RoleWithdrawn', { person, role, scope, ...(of !== undefined && { of }), reason })
const moved = fact('PersonMoved', { person, department: '住建局', post: '建管科', movedOn: day('2026-05-04') })
const peopleAfter = (...told: IdentityEvent[]) => rowsOf(people, [], toldOn(`identity-${person}`, ...told.map((one) => ['2026-03-02', one] as const))).rows[person]

describe('人员', () => {
  it('by their ids, and with what they hold', () => {
    expect(peopleAfter(enrolled)).toStrictEqual({ person, ...place, roles: [], grants: [] })
    expect(peopleAfter(fact('PersonEnrolled', { person, ...place, hall: 'H-1', roles: ['window-clerk', 'handler', 'leader'] }))).toStrictEqual({ person, ...place, hall: 'H-1',
      roles: ['window-clerk', 'handler', 'leader'], grants: [{ role: 'window-clerk', scope: 'hall', of: 'H-1' }, { role: 'handler', scope: 'own' }, { role: 'leader', scope: 'department', of: '市场监管局' }] })
  })
  it('a role of two reaches is one role', () => expect(peopleAfter(enrolled, granted('leader', 'department', { of: 'A' }), granted('leader', 'department', { of: 'B' }))).toMatchObject({ roles: ['leader'],
    grants: [{ of: 'A' }, { of: 'B' }] }))
  it('while suspended no role, and all of them again afterwards', () => {
    expect(peopleAfter(enrolled, granted('handler', 'own'), fact('PersonSuspended', { person, reason }))).toMatchObject({ suspended: true, roles: [], grants: [{ role: 'handler', scope: 'own' }] })
    expect(peopleAfter(enrolled, granted('handler', 'own'), fact('PersonSuspended', { person, reason }), fact('PersonReinstated', { person, reason }))).toStrictEqual({ person, ...place, roles: ['handler'],
      grants: [{ role: 'handler', scope: 'own' }] })
  })
  it('moved to another place, they leave the hall behind', () => expect(peopleAfter(fact('PersonEnrolled', { person, ...place, hall: 'H-1' }), moved)).toStrictEqual({ person, name: '李敏',
    department: '住建局', post: '建管科', roles: [], grants: [], moves: 1 }))
})

describe('组织、钥匙、申请人', () => {
  it('an organisation under its latest name, closed or not', () => {
    const told = toldOn<IdentityEvent>('identity-organisation.R', ['2026-03-02', fact('OrganisationEstablished', { organisation: 'R', name: '甲县', kind: 'region', division: '422822' })],
      ['2026-03-03', fact('OrganisationRenamed', { organisation: 'R', name: '乙县' })], ['2026-03-04', fact('OrganisationClosed', { organisation: 'R', reason })])
    expect(rowsOf(organisations, [], told.slice(0, 2)).rows).toStrictEqual({ R: { organisation: 'R', name: '乙县', kind: 'region', division: '422822' } })
    expect(rowsOf(organisations, [], told).rows).toStrictEqual({ R: { organisation: 'R', name: '乙县', kind: 'region', division: '422822', closed: true } })
  })
  it('a key as it was bound last, locked or not', () => {
    const told = toldOn<IdentityEvent>('identity-key.k', ['2026-03-02', fact('KeyBound', { key: 'k', person, terminal: 'w7' })], ['2026-03-03', fact('KeyLocked', { key: 'k', reason })],
      ['2026-03-04', fact('KeyUnlocked', { key: 'k', reason })], ['2026-03-05', fact('KeyLocked', { key: 'k', reason })], ['2026-03-06', fact('KeyBound', { key: 'k', person: 'p-002', moves: 1 })])
    const after = (count: number) => rowsOf(keys, [], told.slice(0, count)).rows['k']
    expect([1, 2, 3, 4].map((count) => after(count)?.['locked'])).toStrictEqual([false, true, false, true])
    expect(after(5)).toStrictEqual({ key: 'k', person: 'p-002', moves: 1, locked: false })
  })
  it('an applicant by an id, with nothing in the clear beside it', () => {
    const name = { subject: 'a-1', matter: 'identity-applicant.a-1', sealed: '…' }
    expect(rowsOf(applicants, [], toldOn('identity-applicant.a-1', ['2026-03-02', fact('ApplicantRegistered', { applicant: 'a-1', name, number: name, phone: name })])).rows).toStrictEqual({ 'a-1': { applicant: 'a-1', name } })
  })
})

describe('登录与授权记录', () => {
  it('a row for each fact, by whom and of whom, with what it says', () => {
    const told = [...toldOn<IdentityEvent>(`identity-${person}`, ['2026-03-02', enrolled], ['2026-03-03', granted('handler', 'own')]),
      ...toldOn<IdentityEvent>('identity-key.k', ['2026-03-04', fact('KeyLocked', { key: 'k', reason })]),
      ...toldOn<IdentityEvent>(`identity-session.${person}.202603`, ['2026-03-05', fact('SessionStarted', { person, session: '0123456789abcdef', method: 'password' })])]
      .map((one, i) => ({ ...one, meta: { ...one.meta, position: 2 * i + 1 } }))
    const { rows } = rowsOf(accessLog, [], told)
    expect(Object.keys(rows)).toStrictEqual([`identity-${person} 1`, `identity-${person} 2`, 'identity-key.k 1', `identity-session.${person}.202603 1`])
    expect(rows[`identity-${person} 2`]).toStrictEqual({ position: 3, at: at('2026-03-03'), day: '2026-03-03', kind: 'RoleGranted', person, by: 'p-001', role: 'handler',
      said: { role: 'handler', scope: 'own', basis: '任职通知' } })
    expect(rows['identity-key.k 1']).toMatchObject({ kind: 'KeyLocked', key: 'k', said: { reason } })
    expect(rows['identity-key.k 1']).not.toHaveProperty('person')
  })
  it('every fact about persons in office, their keys and sessions is in it, and nothing of applicants or organisations', () => {
    const left = Object.keys(identityEvents).filter((type) => !(type in accessLog.on))
    expect(left.sort()).toStrictEqual(['ApplicantRegistered', 'OrganisationClosed', 'OrganisationEstablished', 'OrganisationRenamed'])
  })
})

describe('当时的权限', () => {
  const by = (name: string, role: string) => ({ actor: { person: name, role, department: '中心' } })
  const told = toldOn<IdentityEvent>(`identity-${person}`, ['2026-03-02', enrolled, by('nie', 'system-admin')], ['2026-03-03', granted('handler', 'own', { basis: '甲' }), by('min', 'security-admin')],
    ['2026-03-04', granted('leader', 'department', { of: 'A', until: day('2026-03-10'), basis: '乙' }), by('min', 'security-admin')], ['2026-04-01', fact('PersonSuspended', { person, reason: '调查' }), by('nie', 'system-admin')],
    ['2026-04-20', fact('PersonReinstated', { person, reason }), by('nie', 'system-admin')], ['2026-05-04', moved, by('nie', 'system-admin')], ['2026-05-04', withdrawn('handler', 'own'), by('nie', 'system-admin')],
    ['2026-05-05', granted('inspector', 'region', { basis: '丙' }), by('min', 'security-admin')])
  const on = (date: string, time = '12:00') => rightsAt(told, at(date, time), day(date))
  it('nothing before they were enrolled', () => expect(on('2026-03-02', '09:59')).toBeUndefined())
  it.each([
    ['2026-03-02', '10:00', []], ['2026-03-03', '09:59', []], ['2026-03-03', '10:00', ['handler 3 甲']], ['2026-03-10', '23:59', ['handler 3 甲', 'leader 5 乙']], ['2026-03-11', '00:00', ['handler 3 甲']],
    ['2026-04-01', '09:59', ['handler 3 甲']], ['2026-04-01', '10:00', []], ['2026-04-20', '10:00', ['handler 3 甲']], ['2026-05-04', '10:00', []], ['2026-06-01', '12:00', ['inspector 15 丙']],
  ] as const)('on %s at %s: %j', (date, time, held) => expect(on(date, time)!.rights.map(({ role, from }) => `${role} ${from.position} ${from.basis}`)).toStrictEqual(held))
  it('says who said so, in which role, and where in the book', () => expect(on('2026-03-10')!.rights[1]).toStrictEqual({ role: 'leader', scope: 'department', of: 'A', until: '2026-03-10',
    from: { position: 5, recordedAt: at('2026-03-04'), type: 'RoleGranted', by: 'min', byRole: 'security-admin', basis: '乙' } }))
  it('of who is suspended: why, and what rests', () => expect(on('2026-04-10')).toMatchObject({ rights: [], suspended: { reason: '调查', from: { position: 7, by: 'nie' }, resting: [{ role: 'handler' }] } }))
  it('where they were then', () => {
    expect(on('2026-05-03')).toMatchObject({ department: '市场监管局', from: { position: 1, type: 'PersonEnrolled' } })
    expect(on('2026-05-05')).toMatchObject({ department: '住建局', post: '建管科', from: { position: 11, type: 'PersonMoved' } })
    expect(on('2026-05-05')).not.toHaveProperty('suspended')
  })
  it('what was told later changes nothing of it', () => {
    for (let count = 1; count <= told.length; count++) {
      const instant = told[count - 1]!.meta.recordedAt, date = day(instant.slice(0, 10)), known = told.filter(({ meta }) => meta.recordedAt <= instant)
      expect(rightsAt(told, instant, date)).toStrictEqual(rightsAt(known, instant, date))
    }
  })
})
