import { describe, expect, it } from 'vitest'
import { personDecider, type AdministratorsReference } from '../../domain/identity/decide/person.ts'
import type { IdentityCommand, IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Role, Scope } from '../../domain/kernel/context.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { day, policy, specOf } from '../kernel/spec.ts'

const given = specOf(identity, personDecider)
const [nie, min]: [Actor, Actor] = [{ person: 'p-nie', role: 'system-admin', department: '中心' }, { person: 'p-min', role: 'security-admin', department: '中心' }]
const place = { name: '李敏', department: '市场监管局', post: '窗口', hall: 'H-1' }
type Of<T extends IdentityEvent['type']> = Extract<IdentityEvent, { type: T }>
type Said<T extends IdentityCommand['type']> = Extract<IdentityCommand, { type: T }>
const enrolled = (...roles: Role[]): Of<'PersonEnrolled'> => ({ type: 'PersonEnrolled', data: { person: 'p-001', ...place, ...(roles.length > 0 && { roles }) } })
const moved: Of<'PersonMoved'> = { type: 'PersonMoved', data: { person: 'p-001', department: '住建局', post: '建管科', movedOn: day('2026-03-02') } }
const suspended: Of<'PersonSuspended'> = { type: 'PersonSuspended', data: { person: 'p-001', reason: '停职' } }
const reinstated: Of<'PersonReinstated'> = { type: 'PersonReinstated', data: { person: 'p-001', reason: '复职' } }
type Until = { of?: string; until?: ReturnType<typeof day> }
const basis = '任职通知', reason = '离岗'
const granted = (role: Role, scope: Scope, more: Until = {}): Of<'RoleGranted'> => ({ type: 'RoleGranted', data: { person: 'p-001', role, scope, basis, ...more } })
const withdrawn = (role: Role, scope: Scope, of?: string, why = reason): Of<'RoleWithdrawn'> =>
  ({ type: 'RoleWithdrawn', data: { person: 'p-001', role, scope, ...(of !== undefined && { of }), reason: why } })
const enrol = (roles?: Role[]): Said<'EnrolPerson'> => ({ type: 'EnrolPerson', data: { ...place, ...(roles && { roles }) } })
const move: Said<'MovePerson'> = { type: 'MovePerson', data: { department: '住建局', post: '建管科' } }
const suspend: Said<'SuspendPerson'> = { type: 'SuspendPerson', data: { reason: '停职' } }
const reinstate: Said<'ReinstatePerson'> = { type: 'ReinstatePerson', data: { reason: '复职' } }
const grant = (role: Role, scope: Scope, more: Until = {}): Said<'GrantRole'> => ({ type: 'GrantRole', data: { role, scope, basis, ...more } })
const withdraw = (role: Role, scope: Scope, of?: string): Said<'WithdrawRole'> => ({ type: 'WithdrawRole', data: { role, scope, ...(of !== undefined && { of }), reason } })
const id = 'p-001', byHouse = { id, by: policy }, byNie = { id, by: nie }, byMin = { id, by: min }
const none = undefined as AdministratorsReference | undefined, holding = (...persons: string[]): AdministratorsReference => ({ persons })

describe('人员登记', () => {
  it('names the person under their id, without a right', () => given().when(enrol(), { ...byNie, applicant: undefined }).then(enrolled()))
  it('the house itself may say roles with it', () => given().when(enrol(['handler', 'window-clerk']), { ...byHouse, applicant: undefined }).then(enrolled('handler', 'window-clerk')))
  it('nobody else may, not even an administrator', () => given().when(enrol(['handler']), { ...byNie, applicant: undefined }).thenRefused('roles-are-granted'))
  it('happens once: nobody enrols over somebody else', () => given(enrolled('handler')).when(enrol(['inspector']), { ...byHouse, applicant: undefined }).thenRefused('already-enrolled'))
  it.each(['policy', 'importer', 'a b', '', '李 敏', 'a:b', `x${'1'.repeat(64)}`, 'a\u202eb'])('under an id that is nobody else’s word: not %j', (bad) =>
    given().when(enrol(), { id: bad, by: nie, applicant: undefined }).thenRefused('not-a-person-id'))
  it.each(['p-001', '李敏', 'constructor', '1'.repeat(64)])('but %j', (fine) =>
    given().when(enrol(), { id: fine, by: nie, applicant: undefined }).then({ type: 'PersonEnrolled', data: { person: fine, ...place } }))
  it.each([['system-admin', 'auditor'], ['security-admin', 'handler'], ['auditor', 'applicant']] as Role[][])('not even the house joins %s and %s', (...roles) =>
    given().when(enrol(roles), { ...byHouse, applicant: undefined }).thenRefused('administrators-apart'))
  it.each(['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager'] as Role[])('nor inspector and %s', (role) =>
    given().when(enrol(['inspector', role]), { ...byHouse, applicant: undefined }).thenRefused('inspector-handles-nothing'))
  it('not under the id of an applicant, who would be signed in as an official', () => given().when(enrol(), { ...byNie, applicant: { registered: true } }).thenRefused('id-of-an-applicant'))
  it('gives a role that there is, and at least one', () => {
    const { EnrolPerson } = identity.commands
    expect(EnrolPerson!.safeParse({ ...place, roles: ['emperor'] }).success).toBe(false)
    expect(EnrolPerson!.safeParse({ ...place, roles: [] }).success).toBe(false)
  })
})

describe('授权', () => {
  it.each([['handler', 'own'], ['section-head', 'department', '市场监管局'], ['leader', 'department', '住建局'], ['leader', 'region'], ['window-clerk', 'hall', 'H-1'], ['hall-manager', 'hall', 'H-2'],
    ['hall-monitor', 'hall', 'H-1'], ['inspector', 'region'], ['disclosure-officer', 'region'], ['complaints-officer', 'region'], ['system-admin', 'region'], ['security-admin', 'region'], ['auditor', 'region'],
  ] as [Role, Scope, string?][])('%s reaches %s %s', (role, scope, of) =>
    given(enrolled()).when(grant(role, scope, of === undefined ? {} : { of }), byMin).then(granted(role, scope, of === undefined ? {} : { of })))
  it.each([['handler', 'department', '市场监管局'], ['handler', 'region'], ['window-clerk', 'region'], ['window-clerk', 'own'], ['section-head', 'region'], ['section-head', 'hall', 'H-1'], ['leader', 'own'],
    ['leader', 'hall', 'H-1'], ['inspector', 'department', '市场监管局'], ['inspector', 'own'], ['auditor', 'department', '监察室'], ['system-admin', 'own'], ['hall-monitor', 'region']] as [Role, Scope, string?][])(
    '%s does not reach %s %s', (role, scope, of) => given(enrolled()).when(grant(role, scope, of === undefined ? {} : { of }), byMin).thenRefused('scope-beyond-the-role'))
  it.each([['section-head', 'department'], ['leader', 'department'], ['window-clerk', 'hall']] as [Role, Scope][])('%s of some %s says of which', (role, scope) =>
    given(enrolled()).when(grant(role, scope), byMin).thenRefused('reach-names-a-place'))
  it.each([['handler', 'own'], ['leader', 'region'], ['inspector', 'region']] as [Role, Scope][])('%s, %s, says of none', (role, scope) =>
    given(enrolled()).when(grant(role, scope, { of: '市场监管局' }), byMin).thenRefused('reach-names-no-place'))
  it.each(['applicant', 'importer', 'exchange-peer', 'camera', 'policy'] as Role[])('%s is granted to nobody by hand', (role) =>
    given(enrolled()).when(grant(role, 'region'), byMin).thenRefused('role-not-by-hand'))
  it('nobody grants to themselves, whatever they are', () => given(enrolled()).when(grant('handler', 'own'), { id, by: { ...min, person: id } }).thenRefused('no-self-grant'))
  it('nobody is granted what they are not there to hold', () => {
    given().when(grant('handler', 'own'), byMin).thenRefused('not-enrolled')
    given(enrolled(), suspended).when(grant('handler', 'own'), byMin).thenRefused('person-suspended')
    given(enrolled(), suspended, reinstated).when(grant('handler', 'own'), byMin).then(granted('handler', 'own'))
  })
  it('until a day: today is early enough, yesterday too late', () => {
    given(enrolled()).when(grant('handler', 'own', { until: day('2026-03-02') }), byMin).then(granted('handler', 'own', { until: day('2026-03-02') }))
    given(enrolled()).when(grant('handler', 'own', { until: day('2026-03-01') }), byMin).thenRefused('grant-over-already')
  })
  it('twice, it adds nothing; with another end it is another grant in the place of the first', () => {
    given(enrolled(), granted('handler', 'own')).when(grant('handler', 'own'), byMin).then()
    given(enrolled('window-clerk')).when(grant('window-clerk', 'hall', { of: 'H-1' }), byMin).then()
    given(enrolled(), granted('handler', 'own')).when(grant('handler', 'own', { until: day('2026-12-31') }), byMin).then(granted('handler', 'own', { until: day('2026-12-31') }))
  })
  it.each([['auditor', 'system-admin'], ['security-admin', 'auditor'], ['system-admin', 'inspector'], ['handler', 'security-admin']] as [Role, Role][])('%s excludes %s', (held, role) =>
    given(enrolled(held)).when(grant(role, 'region'), byMin).thenRefused('administrators-apart'))
  it('of an administrator also the other way round', () => given(enrolled('auditor')).when(grant('handler', 'own'), byMin).thenRefused('administrators-apart'))
  it.each([['window-clerk', 'hall', 'H-1'], ['handler', 'own'], ['section-head', 'department', '市场监管局'], ['leader', 'region'], ['hall-manager', 'hall', 'H-1']] as [Role, Scope, string?][])('inspector excludes %s, both ways', (role, scope, of) => {
    const more = of === undefined ? {} : { of }
    given(enrolled('inspector')).when(grant(role, scope, more), byMin).thenRefused('inspector-handles-nothing')
    given(enrolled(), granted(role, scope, more)).when(grant('inspector', 'region'), byMin).thenRefused('inspector-handles-nothing')
  })
  it.each([['hall-monitor', 'hall', 'H-1'], ['complaints-officer', 'region']] as [Role, Scope, string?][])('inspector lets %s be', (role, scope, of) =>
    given(enrolled('inspector')).when(grant(role, scope, of === undefined ? {} : { of }), byMin).then(granted(role, scope, of === undefined ? {} : { of })))
  it('what is over excludes nothing any more, what ends today still does', () => {
    given(enrolled(), granted('handler', 'own', { until: day('2026-03-01') })).when(grant('inspector', 'region'), byMin).then(granted('inspector', 'region'))
    given(enrolled(), granted('handler', 'own', { until: day('2026-03-02') })).when(grant('inspector', 'region'), byMin).thenRefused('inspector-handles-nothing')
  })
  it('an administrator’s standing grant is not given an end by the way; one that ends may be made to stand', () => {
    given(enrolled('auditor')).when(grant('auditor', 'region', { until: day('2026-12-31') }), byMin).thenRefused('administrator-for-good')
    given(enrolled(), granted('auditor', 'region', { until: day('2026-12-31') })).when(grant('auditor', 'region'), byMin).then(granted('auditor', 'region'))
  })
})

describe('收回', () => {
  const other = { ...byMin, administrators: none }
  it('of the very role and reach', () => {
    given(enrolled('handler')).when(withdraw('handler', 'own'), other).then(withdrawn('handler', 'own'))
    given(enrolled(), granted('leader', 'department', { of: 'A' }), granted('leader', 'department', { of: 'B' })).when(withdraw('leader', 'department', 'A'), other).then(withdrawn('leader', 'department', 'A'))
  })
  it('of another reach there is nothing to withdraw, nor twice', () => {
    given(enrolled(), granted('leader', 'department', { of: 'A' })).when(withdraw('leader', 'department', 'B'), other).thenRefused('grant-not-standing')
    given(enrolled('handler'), withdrawn('handler', 'own')).when(withdraw('handler', 'own'), other).thenRefused('grant-not-standing')
    given().when(withdraw('handler', 'own'), other).thenRefused('not-enrolled')
  })
  it('of oneself, never: who leaves is let go by another', () => given(enrolled('handler')).when(withdraw('handler', 'own'), { ...other, by: { ...min, person: id } }).thenRefused('no-self-grant'))
  it('of one who is suspended too', () => given(enrolled('handler'), suspended).when(withdraw('handler', 'own'), other).then(withdrawn('handler', 'own')))
  it.each(['system-admin', 'security-admin', 'auditor'] as Role[])('the last %s stays', (role) => {
    given(enrolled(role)).when(withdraw(role, 'region'), { ...byMin, administrators: holding(id) }).thenRefused('last-administrator')
    given(enrolled(role)).when(withdraw(role, 'region'), { ...byMin, administrators: holding(id, 'p-002') }).then(withdrawn(role, 'region'))
    given(enrolled(role)).when(withdraw(role, 'region'), { ...byMin, administrators: holding('p-002') }).then(withdrawn(role, 'region'))
    given(enrolled(role)).when(withdraw(role, 'region'), { ...byMin, administrators: holding() }).thenRefused('last-administrator')
  })
})

describe('调动', () => {
  const plain = { ...byNie, administrators: none }
  it('takes every grant that stood with it', () => {
    given(enrolled()).when(move, plain).then(moved)
    given(enrolled('handler'), granted('leader', 'department', { of: 'A' }), granted('hall-monitor', 'hall', { of: 'H-1', until: day('2026-02-27') })).when(move, plain)
      .then(moved, withdrawn('handler', 'own', undefined, '调动'), withdrawn('leader', 'department', 'A', '调动'))
  })
  it('within the department to another hall is one too', () => given(enrolled()).when({ type: 'MovePerson', data: { department: place.department, post: place.post, hall: 'H-2' } }, plain)
    .then({ type: 'PersonMoved', data: { person: id, department: place.department, post: place.post, hall: 'H-2', movedOn: day('2026-03-02') } }))
  it('to where they are is none', () => given(enrolled('handler')).when({ type: 'MovePerson', data: { department: place.department, post: place.post, hall: 'H-1' } }, plain).then())
  it('of oneself, or of nobody, is refused', () => {
    given(enrolled()).when(move, { ...plain, by: { ...nie, person: id } }).thenRefused('not-over-oneself')
    given().when(move, plain).thenRefused('not-enrolled')
  })
  it('the last of its kind stays where they are', () => {
    given(enrolled('auditor')).when(move, { ...byNie, administrators: holding(id) }).thenRefused('last-administrator')
    given(enrolled('auditor')).when(move, { ...byNie, administrators: holding(id, 'p-002') }).then(moved, withdrawn('auditor', 'region', undefined, '调动'))
  })
})

describe('停用与恢复', () => {
  const plain = { ...byNie, administrators: none }
  it('suspends, and says why; twice it adds nothing', () => {
    given(enrolled('handler')).when(suspend, plain).then(suspended)
    given(enrolled('handler'), suspended).when(suspend, plain).then()
  })
  it('reinstates whoever was suspended, and nobody else', () => {
    given(enrolled('handler'), suspended).when(reinstate, byNie).then(reinstated)
    given(enrolled('handler')).when(reinstate, byNie).then()
  })
  it('neither is for oneself, nor of somebody unknown', () => {
    const self = { ...nie, person: id }
    given(enrolled()).when(suspend, { ...plain, by: self }).thenRefused('not-over-oneself')
    given(enrolled(), suspended).when(reinstate, { id, by: self }).thenRefused('not-over-oneself')
    given().when(suspend, plain).thenRefused('not-enrolled')
    given().when(reinstate, byNie).thenRefused('not-enrolled')
  })
  it('the last administrator of a kind is not suspended', () => {
    given(enrolled('security-admin')).when(suspend, { ...byNie, administrators: holding(id) }).thenRefused('last-administrator')
    given(enrolled('security-admin')).when(suspend, { ...byNie, administrators: holding(id, 'p-002') }).then(suspended)
  })
})

for (const part of ['organisation', 'account', 'key']) await import(`./identity-${part}.specs.ts`)
