import { describe, expect, it } from 'vitest'
import { personDecider } from '../../domain/identity/decide/person.ts'
import { identity } from '../../domain/identity/index.ts'
import { policy, specOf } from '../kernel/spec.ts'

const given = specOf(identity, personDecider)
const data = { name: '李敏', department: '市场监管局', post: '窗口', roles: ['handler', 'window-clerk'] as ('handler' | 'window-clerk')[], hall: 'H-1' }
const enrol = { type: 'EnrolPerson', data } as const

describe('人员登记', () => {
  it('names the person under their id', () => given().when(enrol, { id: 'p-001', by: policy }).then({ type: 'PersonEnrolled', data: { person: 'p-001', ...data } }))
  it('happens once: nobody enrols over somebody else', () =>
    given({ type: 'PersonEnrolled', data: { person: 'p-001', ...data } }).when({ ...enrol, data: { ...data, roles: ['inspector'] } }, { id: 'p-001', by: policy }).thenRefused('already-enrolled'))
  it('gives a role that there is, and at least one', () => {
    const { EnrolPerson } = identity.commands
    expect(EnrolPerson!.safeParse({ ...data, roles: ['emperor'] }).success).toBe(false)
    expect(EnrolPerson!.safeParse({ ...data, roles: [] }).success).toBe(false)
  })
})
