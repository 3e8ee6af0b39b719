import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayAfter, dayIn, instantIn, instantOf, isZone, localMs, offsetMsAt } from '../../domain/kernel/zones.ts'

const zones = ['Asia/Shanghai', 'Asia/Urumqi', 'Europe/Amsterdam', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Caracas', 'Pacific/Kiritimati', 'Pacific/Apia', 'America/St_Johns', 'UTC']
/** The same by another road: a formatter that prints days and clocks, read as text. */
const printers = new Map(zones.map((zone) => [zone, new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })]))
const printed = (zone: string, at: Instant) => printers.get(zone)!.format(Date.parse(at)) // 2026-03-29 03:00:00

const zone = fc.constantFrom(...zones)
const instant = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2060, 0, 1) }).map(instantOf)
const day = instant.map((at) => at.slice(0, 10) as Day)
const clock = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'))

describe('时区', () => {
  it('a day there is the day that a calendar on the wall shows', () =>
    fc.assert(fc.property(zone, instant, (zone, at) => { expect(dayIn(zone, at)).toBe(printed(zone, at).slice(0, 10)) }), { numRuns: 3000 }))
  it('an instant of a day and a clock is shown as that day and clock there; where clocks were put forward over it, no earlier', () =>
    fc.assert(fc.property(zone, day, clock, (zone, day, clock) => {
      const shown = printed(zone, instantIn(zone, day, clock)).slice(0, 16), said = `${day} ${clock}`
      const skipped = localMs(zone, Date.parse(`${day}T${clock}:00Z`)) + offsetMsAt(zone, Date.parse(instantIn(zone, day, clock))) !== Date.parse(`${day}T${clock}:00Z`)
      if (skipped) expect(shown > said).toBe(true)
      else expect(shown).toBe(said)
    }), { numRuns: 3000 }))
  it('midnight of a day is on that day, and a millisecond before it on another', () =>
    fc.assert(fc.property(zone, day, (zone, day) => {
      fc.pre(!(zone === 'Pacific/Apia' && day === '2011-12-30')) // a day that Samoa never had
      const midnight = instantIn(zone, day)
      expect(dayIn(zone, midnight)).toBe(day)
      expect(dayIn(zone, instantOf(Date.parse(midnight) - 1)) < day).toBe(true)
    }), { numRuns: 2000 }))
  it('time goes forward there too: a later instant is never on an earlier day', () =>
    fc.assert(fc.property(zone, instant, fc.nat(400 * 864e5), (zone, at, later) => {
      fc.pre(zone !== 'America/St_Johns') // whose clocks went back over midnight
      expect(dayIn(zone, instantOf(Date.parse(at) + later)) >= dayIn(zone, at)).toBe(true)
    })))

  it.each([
    ['Europe/Amsterdam', '2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'], // skipped: as if they had not
    ['Europe/Amsterdam', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'], // twice: the earlier
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00.000Z'],
    ['Asia/Shanghai', '2026-09-20', '17:30', '2026-09-20T09:30:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '00:00', '2025-12-31T18:15:00.000Z'],
    ['Asia/Kathmandu', '1986-01-01', '00:10', '1985-12-31T18:40:00.000Z'], // the quarter of an hour that they went ahead
  ])('%s, %s %s is %s', (zone, day, clock, at) => expect(instantIn(zone, day as Day, clock)).toBe(at))
  it('an offset that changes within the hour is read where it changes', () =>
    expect(['1985-12-31T18:05:00Z', '1985-12-31T18:29:59Z', '1985-12-31T18:30:00Z', '1985-12-31T18:59:00Z'].map((at) => offsetMsAt('Asia/Kathmandu', Date.parse(at)) / 36e5)).toStrictEqual([5.5, 5.5, 5.75, 5.75]))
  it('an offset that changes a minute after midnight is read to the minute, and the day that it brings back with it', () => {
    const instants = ['2006-10-29T02:30:59.999Z', '2006-10-29T02:31:00.000Z', '2006-10-29T03:29:59.999Z', '2006-10-29T03:30:00.000Z'] as Instant[]
    expect(instants.map((at) => offsetMsAt('America/St_Johns', Date.parse(at)) / 36e5)).toStrictEqual([-2.5, -3.5, -3.5, -3.5])
    expect(instants.map((at) => dayIn('America/St_Johns', at))).toStrictEqual(['2006-10-29', '2006-10-28', '2006-10-28', '2006-10-29'])
    expect(['2006-04-02T03:30:59.999Z', '2006-04-02T03:31:00.000Z'].map((at) => offsetMsAt('America/St_Johns', Date.parse(at)) / 36e5)).toStrictEqual([-3.5, -2.5])
  })
  it('the days around the change of clocks are as long as they are', () => {
    const hours = (zone: string, day: string) => (Date.parse(instantIn(zone, dayAfter(day as Day))) - Date.parse(instantIn(zone, day as Day))) / 36e5
    expect([hours('Europe/Amsterdam', '2026-03-29'), hours('Europe/Amsterdam', '2026-10-25'), hours('Asia/Shanghai', '2026-03-29'), hours('Australia/Lord_Howe', '2026-04-05')])
      .toStrictEqual([23, 25, 24, 24.5])
  })
  it('counts days over the end of a year and a leap day', () => {
    expect(['2024-02-28', '2025-02-28', '2026-12-31'].map((day) => dayAfter(day as Day))).toStrictEqual(['2024-02-29', '2025-03-01', '2027-01-01'])
    expect(dayAfter('2024-03-01' as Day, -1)).toBe('2024-02-29')
  })
  it('knows a zone from a wish', () => {
    expect(zones.every(isZone)).toBe(true)
    expect(['', ' ', 'Enshi', 'Asia/Enshi', 'GMT+25', 'Asia/Shanghai\n'].some(isZone)).toBe(false)
  })
})
