import { beforeEach, describe, expect, it } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { openCalendars, type Calendars } from '../../api/calendars.ts'
import { runner, type Saying } from '../../api/tell.ts'
import { calendar } from '../../domain/calendar/index.ts'
import { nationalCommands } from '../../domain/calendar/national.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day, policy } from '../kernel/spec.ts'

const zone = 'Asia/Shanghai', [published2020, amended2020] = nationalCommands.filter(({ data }) => data.year === 2020)
const hours = (hall: string, closesAt: string) => ({ type: 'SetOfficeHours', data: { hall, opensAt: '08:00', closesAt, effectiveFrom: '2020-01-01', basis: '规定' } })
let now: Instant, calendars: Calendars, tell: (id: string, command: { type: string; data: object }, when: Instant) => Promise<void>

/** 2020: the Office's amendment of 27 January reached this platform on 5 February. */
beforeEach(async () => {
  const book = memoryBook()
  const say = runner({ book, keys: memoryKeys(), region: '422822', now: () => now, calendar: () => calendarIn2026, references: {} })
  tell = async (id, command, when) => {
    now = when
    const saying = { context: calendar, id, command, by: policy, key: JSON.stringify(command) } as Saying
    expect(isRefusal(await say(saying) as object), `${command.type} ${id}`).toBe(false)
  }
  await tell('national', published2020!, at('2019-12-01'))
  await tell('national', amended2020!, at('2020-02-05', '12:00'))
  await tell('H-1', hours('H-1', '16:00'), at('2020-02-06'))
  calendars = await openCalendars(book, () => '422822', () => zone)
})

describe('平台当时所知', () => {
  const changed = ['2020-01-31', '2020-02-01'].map(day)
  const natures = async (knownAsOf: string, recordedBy?: Instant) => {
    const known = await calendars.of('H-1', zone, day(knownAsOf), recordedBy)
    return { works: changed.map((on) => known.isWorkingDay(on)), version: known.version, closes: known.closeOf(day('2020-03-02')) }
  }
  it('an amendment that was public is absent until it is recorded, and there afterwards', async () => {
    expect(await natures('2020-02-01', at('2020-02-01'))).toStrictEqual({ works: [true, true], version: 1, closes: at('2020-03-02', '17:30') })
    expect(await natures('2020-02-01', at('2020-02-05', '12:00'))).toMatchObject({ works: [false, false], version: 2 })
    expect(await natures('2020-02-01', at('2026-03-02'))).toMatchObject({ works: [false, false], version: 3 })
  })
  it('holds to the instant: a millisecond before it was recorded it was not known', async () => {
    const recorded = at('2020-02-05', '12:00'), before = new Date(Date.parse(recorded) - 1).toISOString() as Instant
    expect((await natures('2020-02-05', before)).works).toStrictEqual([true, true])
    expect((await natures('2020-02-05', recorded)).works).toStrictEqual([false, false])
  })
  it('what was not public yet is not known for having been recorded since', async () =>
    expect(await natures('2020-01-26', at('2026-03-02'))).toMatchObject({ works: [true, true] }))
  it('without an instant all that is on record counts', async () => expect(await natures('2020-02-01')).toMatchObject({ works: [false, false], version: 3 }))
  it('hours of a hall too are known since they were recorded', async () => {
    expect(await natures('2020-02-06', at('2020-02-05', '18:00'))).toMatchObject({ version: 2, closes: at('2020-03-02', '17:30') })
    expect(await natures('2020-02-06', at('2020-02-06'))).toMatchObject({ version: 3, closes: at('2020-03-02', '16:00') })
  })
  it('before anything was recorded nothing was known: every day provisional', async () => {
    const known = await calendars.of('', zone, day('2020-02-01'), at('2019-11-30'))
    expect([known.version, known.isProvisional(day('2020-02-03')), known.isWorkingDay(day('2020-02-01'))]).toStrictEqual([0, true, false])
  })
  it('instants between two facts share one calendar, days between two notices do, and no standpoints that know otherwise', async () => {
    const of = (hall: string, knownAsOf: string, recordedBy?: Instant) => calendars.of(hall, zone, day(knownAsOf), recordedBy)
    expect(await of('H-1', '2020-02-01', at('2020-01-01'))).toBe(await of('H-1', '2020-02-01', at('2020-02-05', '11:59')))
    expect(await of('H-1', '2020-01-27')).toBe(await of('H-1', '2020-02-02'))
    expect(await of('H-1', '2020-02-01', at('2020-01-01'))).not.toBe(await of('H-2', '2020-02-01', at('2020-01-01')))
    const all = await Promise.all([of('H-1', '2020-02-01', at('2020-01-01')), of('H-1', '2020-02-01', at('2020-02-05', '12:00')), of('H-1', '2020-02-01', at('2020-02-06')),
      of('H-1', '2020-02-01'), of('H-1', '2020-01-26'), of('H-2', '2020-02-01'), of('', '2020-02-01')])
    expect(new Set(all).size).toBe(7)
  })
  it('what is recorded after the house was opened is known once it is read again', async () => {
    await tell('prefecture.4228', { type: 'PublishCalendar', data: { layer: 'prefecture', place: '4228', year: 2020, off: [{ on: '2020-08-19', name: '州庆' }], working: [], notice: '州庆放假', knownOn: '2020-02-07' } }, at('2020-02-08'))
    const works = async (recordedBy: Instant) => (await calendars.of('H-1', zone, day('2020-02-10'), recordedBy)).isWorkingDay(day('2020-08-19'))
    expect(await works(at('2020-02-10'))).toBe(true)
    await calendars.reload()
    expect([await works(at('2020-02-10')), await works(at('2020-02-07'))]).toStrictEqual([false, true])
  })
})
