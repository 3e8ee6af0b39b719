import { describe, it } from 'vitest'
import { organisationDecider, type OrganisationReference } from '../../domain/identity/decide/organisation.ts'
import type { IdentityCommand, IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import { specOf } from '../kernel/spec.ts'

const given = specOf(identity, organisationDecider)
const by = { person: 'p-nie', role: 'system-admin', department: '中心' }
type Kind = OrganisationReference['kind']
type Establish = Extract<IdentityCommand, { type: 'EstablishOrganisation' }>
type Established = Extract<IdentityEvent, { type: 'OrganisationEstablished' }>
const kinds: Kind[] = ['region', 'department', 'office', 'hall', 'window']
const establish = (kind: Kind, more: Partial<Establish['data']> = {}): Establish => ({ type: 'EstablishOrganisation', data: { name: '建管科', kind, ...more } })
const established = (kind: Kind, more: Partial<Establish['data']> = {}): Established => ({ type: 'OrganisationEstablished', data: { organisation: 'X-1', name: '建管科', kind, ...more } })
const above = (kind: Kind, more: Partial<OrganisationReference> = {}): OrganisationReference => ({ kind, closed: false, ...more })
const closed = { type: 'OrganisationClosed', data: { organisation: 'X-1', reason: '机构改革' } } as const

describe('设立组织', () => {
  it('a region stands by itself, or within one', () => {
    given().when(establish('region', { division: '422822' }), { by, parent: undefined }).then(established('region', { division: '422822' }))
    given().when(establish('region', { parent: 'R' }), { by, parent: above('region') }).then(established('region', { parent: 'R' }))
  })
  // Written as a drawing of the tree, so that both agree or one of them is wrong.
  const tree = 'region>region region>department department>office region>hall hall>window'.split(' ')
  it.each(kinds.flatMap((parent) => kinds.map((child) => [parent, child, tree.includes(`${parent}>${child}`)] as const)))('below a %s a %s: %s', (parent, child, may) => {
    const answer = given().when(establish(child, { parent: 'P' }), { by, parent: above(parent) })
    if (may) answer.then(established(child, { parent: 'P' }))
    else answer.thenRefused('parent-of-another-kind')
  })
  it.each(['department', 'office', 'hall', 'window'] as Kind[])('a %s does not stand by itself', (kind) =>
    given().when(establish(kind), { by, parent: undefined }).thenRefused('parent-of-another-kind'))
  it('not below what is not there, nor below what is closed', () => {
    given().when(establish('office', { parent: 'P' }), { by, parent: undefined }).thenRefused('no-such-organisation')
    given().when(establish('office', { parent: 'P' }), { by, parent: above('department', { closed: true }) }).thenRefused('organisation-closed')
  })
  it('once: also what was closed is not established again', () => {
    given(established('region')).when(establish('region'), { by, parent: undefined }).thenRefused('already-established')
    given(established('region'), closed).when(establish('region'), { by, parent: undefined }).thenRefused('already-established')
  })
  it.each([['420000', '422822'], ['422800', '422822'], ['422822', '422822'], ['422822', '422822100'], ['422822100', '422822100201'], ['422822000000', '422822100'], ['422800', '422822000000'], ['110000', '110101']])(
    'a division of %s holds %s', (outer, inner) =>
      given().when(establish('region', { parent: 'P', division: inner }), { by, parent: above('region', { division: outer }) }).then(established('region', { parent: 'P', division: inner })))
  it.each([['422822', '422823'], ['422822', '422800'], ['420000', '430000'], ['422822100', '422822'], ['422822100', '422822101'], ['422822100201', '422822100202'], ['110000', '100000'], ['422810', '422811']])(
    'a division of %s does not hold %s', (outer, inner) =>
      given().when(establish('region', { parent: 'P', division: inner }), { by, parent: above('region', { division: outer }) }).thenRefused('division-elsewhere'))
  it('where one of the two has no code, there is nothing to compare', () => {
    given().when(establish('region', { parent: 'P', division: '110000' }), { by, parent: above('region') }).then(established('region', { parent: 'P', division: '110000' }))
    given().when(establish('region', { parent: 'P' }), { by, parent: above('region', { division: '422822' }) }).then(established('region', { parent: 'P' }))
  })
})

describe('更名与撤销', () => {
  const rename = { type: 'RenameOrganisation', data: { name: '审批科' } } as const, close = { type: 'CloseOrganisation', data: { reason: '机构改革' } } as const
  const renamed = { type: 'OrganisationRenamed', data: { organisation: 'X-1', name: '审批科' } } as const
  it('a name may change, to another', () => {
    given(established('office')).when(rename, { by }).then(renamed)
    given(established('office'), renamed).when(rename, { by }).then()
    given(established('office'), renamed).when({ ...rename, data: { name: '建管科' } }, { by }).then({ ...renamed, data: { organisation: 'X-1', name: '建管科' } })
  })
  it('closed is closed', () => {
    given(established('office')).when(close, { by, children: { open: 0 } }).then(closed)
    given(established('office'), closed).when(close, { by, children: { open: 0 } }).then()
    given(established('office'), closed).when(rename, { by }).thenRefused('organisation-closed')
  })
  it('what has something open below it stays open', () => given(established('department')).when(close, { by, children: { open: 1 } }).thenRefused('children-open'))
  it('what is not there has no name and no end', () => {
    given().when(rename, { by }).thenRefused('no-such-organisation')
    given().when(close, { by, children: { open: 0 } }).thenRefused('no-such-organisation')
  })
})
