import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import { deadline, dueOnOf, type Clock } from '../../domain/calendar/deadline.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { chineseDays, holidayCn, oracleOf, publishedDataIsThere } from '../calendar-oracle.ts'
import { nationalFacts } from '../fixtures/calendars.ts'

// An adder of its own: other people's table of rest days, one array of them, and a walk from day to day. It shares no line with what it checks.

const raw = publishedDataIsThere ? holidayCn() : chineseDays('package'), { works: worked } = oracleOf(raw)
const first = Date.UTC(2006, 11, 1), dayMs = 864e5
const dates = Array.from({ length: 7700 }, (_, i) => new Date(first + i * dayMs).toISOString().slice(0, 10))
const works = dates.map(worked), weekend = dates.map((_, i) => [0, 6].includes(new Date(first + i * dayMs).getUTCDay()))
const indexOf = new Map(dates.map((date, i) => [date, i])), [from, to] = [indexOf.get('2007-01-01')!, indexOf.get('2026-12-31')!]
const ours = calendarOf(nationalFacts, { knownAsOf: '2026-12-31' as Day })

/** Any 32 bits from a seed, so that a difference that was found once is found again. */
function chance(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Case = { start: number; limit: number; extension: number; pauses: { from: number; to: number }[] }
function someCase(roll: (below: number) => number): Case {
  const start = from + roll(to - from + 1)
  const pauses = Array.from({ length: roll(4) }, () => { const since = start - 5 + roll(80); return { from: since, to: since + roll(31) } })
  return { start, limit: roll(61), extension: roll(2) * (1 + roll(15)), pauses }
}
/** Day after day: a day of work on which nothing stands still uses up one; what else there was is counted beside it. */
function walked({ start, limit, extension, pauses }: Case, work = works) {
  let at = start, left = limit + extension, paused = 0, rest = 0
  const makeUp: string[] = []
  while (left > 0) {
    at++
    if (!work[at]) rest++
    else if (pauses.some((pause) => pause.from < at && at <= pause.to)) paused++
    else {
      left--
      if (weekend[at]) makeUp.push(dates[at]!)
    }
  }
  return { due: at, paused, rest, makeUp }
}
const clockOf = ({ start, limit, extension, pauses }: Case): Clock => ({ clause: '承诺期限', startedOn: dates[start] as Day, limitWorkingDays: limit,
  pauses: pauses.map((pause, i) => ({ clause: `停 ${i}`, from: dates[pause.from] as Day, to: dates[pause.to] as Day })), ...(extension && { extensions: [{ clause: '延期', workingDays: extension }] }) })

/** What a ledger says, entry by entry, beside what was walked; nothing where they agree. */
function differenceIn(drawn: Case, calendar = ours): object | undefined {
  const clock = clockOf(drawn), { dueOn, provisional = false, ledger } = deadline(clock, calendar), { due, ...expected } = walked(drawn)
  const days = (kind: string) => ledger.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + entry.days, 0)
  const found = { dueOn, alone: dueOnOf(clock, calendar).dueOn, sum: dates[drawn.start + ledger.reduce((sum, entry) => sum + entry.days, 0)],
    limit: days('limit'), extension: days('extension'), paused: days('pause'), rest: days('rest'), makeUp: ledger.flatMap(({ makeUp = [] }) => makeUp),
    provisional, kinds: [...new Set(ledger.map(({ kind }) => kind))].every((kind) => ['limit', 'extension', 'pause', 'rest'].includes(kind)) }
  const right = { dueOn: dates[due], alone: dates[due], sum: dates[due], limit: drawn.limit, extension: drawn.extension, ...expected, provisional: dates[due]! > '2026-12-31', kinds: true }
  return JSON.stringify(found, Object.keys(right).sort()) === JSON.stringify(right, Object.keys(right).sort()) ? undefined : { drawn, found, right }
}

describe('期限账 beside an adder of its own', () => {
  it('100,000 drawn cases: every entry is what was walked, and the days add up exactly to the due day', () => {
    const roll = chance(20261122), differences: object[] = [], seen = { paused: 0, makeUp: 0, extended: 0, provisional: 0, sameDay: 0 }
    for (let n = 0; n < 100_000; n++) {
      const drawn = someCase(roll), difference = differenceIn(drawn), { paused, makeUp, due } = walked(drawn)
      if (difference) differences.push(difference)
      seen.paused += Number(paused > 0)
      seen.makeUp += Number(makeUp.length > 0)
      seen.extended += Number(drawn.extension > 0)
      seen.provisional += Number(dates[due]! > '2026-12-31')
      seen.sameDay += Number(due === drawn.start)
    }
    expect([differences.length, ...differences.slice(0, 3)]).toStrictEqual([0])
    for (const [kind, cases] of Object.entries(seen)) expect(cases, `cases drawn: ${kind}`).toBeGreaterThan(500)
  }, 360_000)
  it('finds what is planted: one make-up day of twenty years is forgotten', () => {
    const forgetful = calendarOf(nationalFacts.map((fact) => 'working' in fact.data && fact.data.year === 2026
      ? { ...fact, data: { ...fact.data, working: fact.data.working.slice(1) } } as typeof fact : fact), { knownAsOf: '2026-12-31' as Day })
    const roll = chance(20261122)
    expect(Array.from({ length: 5000 }, () => someCase(roll)).filter((drawn) => differenceIn(drawn, forgetful)).length).toBeGreaterThan(5)
  })
  it('walks as T06 of the design does', () => {
    const drawn: Case = { start: indexOf.get('2026-09-18')!, limit: 20, extension: 0, pauses: [] }
    expect(walked(drawn)).toStrictEqual({ due: indexOf.get('2026-10-22'), paused: 0, rest: 14, makeUp: ['2026-09-20', '2026-10-10'] })
  })
})

describe('beside models that count otherwise', () => {
  /** Monday to Friday without the holidays: what one gets who knows the days off and not the days made up. */
  const plain = dates.map((date, i) => !weekend[i] && raw.get(date) !== false)
  const twenty = (start: number, work = works) => walked({ start, limit: 20, extension: 0, pauses: [] }, work).due
  /** Acceptance on every working day of these years whose limit ends in a year that is published. */
  const starts = (since: number, until: number) => dates.map((_, i) => i)
    .filter((i) => works[i] && dates[i]! >= `${since}-01-01` && dates[i]! <= `${until}-12-31` && dates[twenty(i)]! <= '2026-12-31')
  const shareWrong = (of: readonly number[], due: (start: number) => number) =>
    of.filter((start) => dates[due(start)] !== dueOnOf(clockOf({ start, limit: 20, extension: 0, pauses: [] }), ours).dueOn).length / of.length
  const between = (share: number, least: number, most: number) => { expect(share).toBeGreaterThan(least); expect(share).toBeLessThan(most) }

  it('调休 left out: about a third of all 20-day limits of twenty years end on another day', () => {
    expect(starts(2007, 2026).length).toBeGreaterThan(4900)
    between(shareWrong(starts(2007, 2026), (start) => twenty(start, plain)), 0.30, 0.39)
    for (const year of [2024, 2025, 2026]) between(shareWrong(starts(year, year), (start) => twenty(start, plain)), 0.30, 0.46)
  })
  it('by the wall clock: twenty days are never twenty working days, and four weeks are wrong every other time', () => {
    expect(shareWrong(starts(2007, 2026), (start) => start + 20)).toBe(1)
    between(shareWrong(starts(2007, 2026), (start) => start + 28), 0.45, 0.60)
  })
  it('with the days made up nothing differs, so the measure itself is no cause', () => expect(shareWrong(starts(2007, 2026), (start) => twenty(start))).toBe(0))
})
