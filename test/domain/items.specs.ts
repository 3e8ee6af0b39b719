import { describe, expect, it } from 'vitest'
import { itemDecider, items } from '../../domain/items/index.ts'
import { licence } from '../fixtures/licence.ts'
import { specOf } from '../kernel/spec.ts'

const given = specOf(items, itemDecider)
const publish = (data: typeof licence) => ({ type: 'PublishItem' as const, data })
const published = { type: 'ItemPublished' as const, data: licence }
const second = { ...licence, version: 2, promisedWorkingDays: 3 }

describe('事项', () => {
  it('is published version by version', () => {
    given().when(publish(licence)).then(published)
    given(published).when(publish(second)).then({ type: 'ItemPublished', data: second })
  })
  it('published in the same words is nothing new', () => given(published).when(publish(licence)).then())
  it('published in the same words, fields in another order, is nothing new', () => {
    const turned = Object.fromEntries(Object.entries(licence).reverse()) as typeof licence
    given(published).when(publish(turned)).then()
  })
  it('keeps a version as it was', () => given(published).when(publish({ ...licence, promisedWorkingDays: 9 })).thenRefused('not-the-next-version'))
  it('leaves no version out', () => given(published).when(publish({ ...licence, version: 3 })).thenRefused('not-the-next-version'))
  it('begins at version 1', () => given().when(publish(second)).thenRefused('not-the-next-version'))
  it('does not go back to an older version', () =>
    given(published, { type: 'ItemPublished', data: second }).when(publish(licence)).thenRefused('not-the-next-version'))
  it('promises no more time than the law allows', () => given().when(publish({ ...licence, promisedWorkingDays: 21 })).thenRefused('promise-beyond-the-law'))
  it('may promise all the time that the law allows', () => {
    const slow = { ...licence, promisedWorkingDays: 20 }
    given().when(publish(slow)).then({ type: 'ItemPublished', data: slow })
  })
  it('即办件 is promised for the same day', () => {
    given().when(publish({ ...licence, caseType: 'IMMEDIATE' })).thenRefused('immediate-means-today')
    const today = { ...licence, caseType: 'IMMEDIATE' as const, promisedWorkingDays: 0 }
    given().when(publish(today)).then({ type: 'ItemPublished', data: today })
  })
  it.each([{ flow: [] }, { officers: [] }, { feeFen: 0.5 }, { feeFen: -1 }, { promisedWorkingDays: 1.5 }, { specialProcedures: ['holiday'] }])('is not %j', (wrong) =>
    expect(items.commands['PublishItem']!.safeParse({ ...licence, ...wrong }).success).toBe(false))
})
