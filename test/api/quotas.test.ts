import { expect, it } from 'vitest'
import { quotasOf } from '../../api/access/quotas.ts'
import type { Rooms } from '../../api/rooms.ts'
import type { Instant } from '../../domain/kernel/values.ts'

const houseAt = (at: string) => {
  let now = at as Instant
  const quotas = quotasOf({ now: () => now, founding: { zone: 'Asia/Shanghai' } as Rooms['founding'] })
  return { ...quotas, set(to: string) { now = to as Instant } }
}
it('an applicant applies twenty times a day and no more, whatever the hour; another is not touched, and tomorrow it begins anew where the hall stands', () => {
  const house = houseAt('2026-05-06T01:00:00.000Z'), taken = () => Array.from({ length: 25 }, () => house.spend('P-1', 'SubmitApplication')).filter((refused) => refused === undefined).length
  expect(taken()).toBe(20)
  expect(house.spend('P-1', 'SubmitApplication')).toMatchObject({ status: 429, code: 'quota-of-the-day', title: expect.stringMatching(/20/), en: expect.stringMatching(/20 a day/) })
  expect(house.spend('P-1', 'SubmitSupplement'), 'what is in hand goes on').toBeUndefined()
  expect(house.spend('P-2', 'SubmitApplication')).toBeUndefined()
  house.set('2026-05-06T15:59:59.999Z')
  expect(taken()).toBe(0)
  house.set('2026-05-06T16:00:00.000Z')
  expect(taken()).toBe(20)
})
it('everything together has an end too', () => {
  const house = houseAt('2026-05-06T01:00:00.000Z')
  expect(Array.from({ length: 300 }, () => house.spend('P-1', 'UrgeCase')).filter((refused) => refused === undefined)).toHaveLength(200)
})
