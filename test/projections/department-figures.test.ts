import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day } from '../../domain/kernel/values.ts'
import { agesOn } from '../../projections/department-figures.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'

const dayOf = (n: number) => new Date(Date.parse('2026-02-01') + n * 864e5).toISOString().slice(0, 10) as Day
const bounds: Record<string, [number, number]> = { '0-2': [0, 2], '3-5': [3, 5], '6-10': [6, 10], '11-20': [11, 20], 'over-20': [21, Infinity] }

describe('件龄', () => {
  it('every day of acceptance is in the one range that its working days say, whatever holidays lie between', () => {
    fc.assert(fc.property(fc.nat(300), fc.nat(80), (to, back) => {
      const today = dayOf(to), accepted = dayOf(to - back), n = calendarIn2026.workingDaysBetween(accepted, today)
      const holding = agesOn(calendarIn2026, today).filter(({ key, from, to }) => key !== 'unaccepted' && (from === undefined || accepted >= from) && (to === undefined || accepted <= to))
      expect(holding.map(({ key }) => bounds[key]![0] <= n && n <= bounds[key]![1])).toStrictEqual([true])
    }), { numRuns: 600 })
  })
  it('what is not accepted has no days', () => expect(agesOn(calendarIn2026, dayOf(100))[0]).toStrictEqual({ key: 'unaccepted' }))
})
