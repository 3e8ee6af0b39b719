import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { instantIn } from '../../domain/kernel/zones.ts'
import { delayShares } from '../../domain/supervision/delay.ts'
import type { Timeline, TimelineClock } from '../../domain/supervision/timeline.ts'
import { chineseDays, oracleOf } from '../calendar-oracle.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day } from '../kernel/spec.ts'

const { works, after } = oracleOf(chineseDays('package'))
const clockOf = (more: Partial<TimelineClock>): TimelineClock => ({ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: day('2026-03-02'), limitWorkingDays: 5, pauses: [], ...more })
const timelineOf = (more: Partial<Timeline>): Timeline =>
  ({ subject: 'cases.X-1', department: '主办', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, clocks: [clockOf({})], deeds: [], ...more })
const sub = (n: number, department: string, more: Partial<TimelineClock>) => timelineOf({ subject: `cases.X-1#${n}`, of: 'cases.X-1', department, clocks: [clockOf(more)] })
const dayAfter = (text: string, days = 1) => new Date(Date.parse(text) + days * 864e5).toISOString().slice(0, 10)
const closed = (text: string) => instantIn('Asia/Shanghai', day(text), '17:30')

describe('迟延分摊', () => {
  // Due Monday 9 March. Concluded Friday the 20th at noon: late on the 10th–13th and 16th–19th.
  const stoppedAt = at('2026-03-20', '12:00'), lead = timelineOf({ clocks: [clockOf({ stoppedAt })], endedAt: stoppedAt })
  const now = at('2026-06-01')
  it('is the lead’s where nobody else kept it', () => expect(delayShares(lead, [], calendarIn2026, now)).toStrictEqual([{ department: '主办', workingDays: 8 }]))
  it('nothing is late, nothing is shared', () => expect(delayShares(lead, [], calendarIn2026, at('2026-03-10', '12:00'))).toStrictEqual([]))
  it('a co-handler past its own limit answers for the days until its opinion, an hour before the close included', () => {
    // Due on the 11th, given on the 17th at 16:30: the 12th, 13th and 16th are its own.
    const beside = sub(1, '住建局', { startedOn: day('2026-03-04'), stoppedAt: at('2026-03-17', '16:30') })
    expect(delayShares(lead, [beside], calendarIn2026, now)).toStrictEqual([{ department: '主办', workingDays: 5 }, { department: '住建局', workingDays: 3 }])
  })
  it('of two the one longest due, of two due on one day the first', () => {
    const one = sub(1, '甲', { limitWorkingDays: 6, stoppedAt: at('2026-03-18', '09:00') }), two = sub(2, '乙', { limitWorkingDays: 3, stoppedAt: at('2026-03-13', '09:00') })
    expect(delayShares(lead, [one, two], calendarIn2026, now)).toStrictEqual([{ department: '乙', workingDays: 3 }, { department: '甲', workingDays: 3 }, { department: '主办', workingDays: 2 }])
    const same = [sub(1, '甲', {}), sub(2, '乙', {})]
    expect(delayShares(lead, same, calendarIn2026, now)).toStrictEqual([{ department: '甲', workingDays: 8 }])
  })
  it('the superior answers for its own segment, during which the local clock stands still', () => {
    // Reported on the 4th after two days; due above on the 11th, decided on the 16th at noon: 12 and 13 March. Locally three days are left: due on the 19th, concluded on the 20th.
    const pauses = [{ clause: '行政许可法第三十五条', from: day('2026-03-04'), to: day('2026-03-16') }]
    const above = clockOf({ name: 'superior', kind: 'superior', department: '省厅', startedOn: day('2026-03-04'), stoppedAt: at('2026-03-16', '12:00') })
    const reported = timelineOf({ clocks: [clockOf({ pauses, stoppedAt: at('2026-03-20', '18:00') }), above], endedAt: at('2026-03-20', '18:00') })
    expect(delayShares(reported, [], calendarIn2026, now)).toStrictEqual([{ department: '省厅', workingDays: 2 }, { department: '主办', workingDays: 1 }])
  })

  const instant = fc.tuple(fc.nat(80), fc.nat(23)).map(([days, hour]) => `${dayAfter('2026-02-20', days)}T${String(hour).padStart(2, '0')}:10:00.000Z` as Instant)
  const clock = fc.record({ start: fc.nat(40), limit: fc.nat(12), stop: fc.option(instant, { nil: undefined }) })
  const from = (n: number) => dayAfter('2026-02-10', n) as Day
  it('adds up, department by department, to the days that an independent walk finds late', () => fc.assert(fc.property(clock, fc.array(clock, { maxLength: 4 }), fc.option(clock, { nil: undefined }), instant,
    (own, others, above, until) => {
      const made = (it: { start: number; limit: number; stop: Instant | undefined }, more: Partial<TimelineClock> = {}) =>
        clockOf({ startedOn: from(it.start), limitWorkingDays: it.limit, ...(it.stop && { stoppedAt: it.stop }), ...more })
      const whole = timelineOf({ clocks: [made(own), ...above ? [made(above, { name: 'superior', kind: 'superior', department: '省厅' })] : []], ...(own.stop && { endedAt: own.stop }) })
      const subs = others.map((it, i) => sub(i + 1, `辅办${i + 1}`, made(it)))
      const shares = delayShares(whole, subs, calendarIn2026, until)
      // The walk: every day of the spring, asked of each clock on its own.
      const lateOn = ({ start, limit, stop }: { start: number; limit: number; stop: Instant | undefined }, on: string) => on > after(from(start), limit) && (!stop || stop >= closed(on))
      const expected: Record<string, number> = {}
      for (let on = '2026-02-11'; on < '2026-07-01'; on = dayAfter(on)) {
        if (!works(on) || closed(on) > until || (own.stop && closed(on) > own.stop)) continue
        const lateOthers = others.map((it, i) => ({ due: after(from(it.start), it.limit), late: lateOn(it, on), i })).filter(({ late }) => late)
        const longest = lateOthers.filter(({ due }) => lateOthers.every((other) => due <= other.due))[0]
        const whose = above && lateOn(above, on) ? '省厅' : !lateOn(own, on) ? undefined : longest ? `辅办${longest.i + 1}` : '主办'
        if (whose) expected[whose] = (expected[whose] ?? 0) + 1
      }
      expect(Object.fromEntries(shares.map(({ department, workingDays }) => [department, workingDays]))).toStrictEqual(expected)
    }), { numRuns: 300 }))
})
