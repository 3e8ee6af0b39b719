import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Instant } from '../../../domain/kernel/values.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import type { Money, Timeline } from '../../../domain/supervision/timeline.ts'
import { calendarIn2026 } from '../../fixtures/calendars.ts'

const afterAll = '2099-12-31T00:00:00.000Z' as Instant
const book = rulebook()
const found = (timeline: Partial<Timeline>) => judge(
  { subject: 'cases.X-1', department: 'D', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, clocks: [], deeds: [], ...timeline } as Timeline, book, { calendar: calendarIn2026 }, afterAll)
  .filter(({ ruleId }) => ruleId === 'R-09').map(({ clock, becameTrueAt, severity, correctedAt }) => ({ clock, becameTrueAt, severity, ...(correctedAt && { correctedAt }) }))
/** The nth thing that happens to the money. */
const minute = (n: number) => new Date(Date.UTC(2026, 2, 2, 2, n)).toISOString() as Instant
type Told = readonly [kind: Money['kind'], fen: number, effect?: Money['effect'], receipt?: boolean]
const story = (...told: readonly Told[]): Money[] =>
  told.map(([kind, amountFen, effect = 'adds', receipt = true], n) => ({ id: `m-${n}`, at: minute(n), kind, effect, amountFen, ...(kind === 'charged' && { receipt }) }))
const acceptedAt = '2026-03-01T02:00:00.000Z' as Instant
const over = (n: number, corrected?: number) => ({ clock: 'fee~over', becameTrueAt: minute(n), severity: 'RED', ...(corrected !== undefined && { correctedAt: minute(corrected) }) })
const under = (n: number, corrected?: number) => ({ ...over(n, corrected), clock: 'fee~under', severity: 'YELLOW' })

describe('R-09 收费不符', () => {
  it.each<[string, Partial<Timeline>, object[]]>([
    ['the whole fee, in two parts', { feeFen: 5000, money: story(['charged', 2000], ['charged', 3000]) }, []],
    ['a cent too much', { feeFen: 5000, money: story(['charged', 2000], ['charged', 3001]) }, [over(1)]],
    ['a cent too little', { feeFen: 5000, money: story(['charged', 4999]) }, [under(0)]],
    ['what was assessed, whatever the item costs', { feeFen: 5000, money: story(['assessed', 800], ['charged', 800]) }, []],
    ['too much, and given back', { feeFen: 5000, money: story(['charged', 6000], ['refunded', 400], ['refunded', 600]) }, [over(0, 2)]],
    ['too much, and not all given back', { feeFen: 5000, money: story(['charged', 6000], ['refunded', 400]) }, [over(0)]],
    ['too much, and more than that given back', { feeFen: 5000, money: story(['charged', 6000], ['refunded', 2000]) }, [over(0, 1), under(1)]],
    ['exact, and all given back: nothing was collected', { feeFen: 5000, money: story(['charged', 5000], ['refunded', 5000]) }, []],
    ['given back before the last charge made it exact', { feeFen: 5000, money: story(['charged', 6000], ['refunded', 6000], ['charged', 5000]) }, []],
    ['a running total takes the place of the last', { feeFen: 5000, money: story(['charged', 2000, 'sets'], ['charged', 5000, 'sets']) }, []],
    ['a penalty in place of the fine, expenses beside it', { money: story(['assessed', 3500, 'sets'], ['assessed', 1200], ['assessed', 7000, 'sets'], ['charged', 8200, 'sets']) }, []],
    ['assessed higher after it was paid', { money: story(['assessed', 3500, 'sets'], ['charged', 3500], ['assessed', 7000, 'sets']) }, [under(2)]],
    ['nothing paid', { feeFen: 5000, money: story(['assessed', 5000]) }, []],
    ['nothing owed is known', { money: story(['charged', 5000]) }, []],
    ['nothing is owed', { feeFen: 0, money: story(['charged', 1]) }, [over(0)]],
  ])('of a foreign history, %s', (_, timeline, expected) => expect(found({ imported: true, ...timeline })).toStrictEqual(expected))

  const ended = (n: number) => ({ endedAt: minute(n) }), fiveYuan = (...told: readonly Told[]) => ({ feeFen: 500, money: story(...told) })
  const closeOfThatDay = '2026-03-02T09:30:00.000Z'
  it.each<[string, Partial<Timeline>, object[]]>([
    ['the first part alone, while it runs', fiveYuan(['charged', 200]), []],
    ['too little when it has ended', { ...fiveYuan(['charged', 200]), ...ended(3) }, [under(3)]],
    ['too little when it has ended, and the rest afterwards', { ...fiveYuan(['charged', 200], ['assessed', 500], ['assessed', 0], ['charged', 300]), ...ended(1) }, [under(1, 3)]],
    ['nothing when it has ended, and the whole afterwards in two parts', { ...fiveYuan(['assessed', 500], ['charged', 200], ['charged', 300]), ...ended(0) }, []],
    ['nothing when it has ended, and too little by that evening', { ...fiveYuan(['assessed', 500], ['charged', 200]), ...ended(0) }, [{ ...under(0), becameTrueAt: closeOfThatDay }]],
    ['too much, given back, and charged anew', { ...fiveYuan(['charged', 600], ['refunded', 600], ['charged', 500]), ...ended(3) }, [over(0, 1)]],
    ['too much twice', { ...fiveYuan(['charged', 600], ['refunded', 100], ['charged', 1]), ...ended(3) }, [over(0, 1), { ...over(2), clock: 'fee:2~over' }]],
    ['too much for what was assessed by then', fiveYuan(['assessed', 100], ['charged', 500], ['assessed', 400]), [over(1, 2)]],
    ['paid, and only then written down item by item', fiveYuan(['charged', 500], ['assessed', 100], ['assessed', 400]), []],
    ['paid, and written down as less: too much when it has ended', { ...fiveYuan(['charged', 500], ['assessed', 100]), ...ended(4) }, [over(4)]],
    ['refused acceptance, and never given back', { ...fiveYuan(['charged', 600]), acceptedAt: undefined as never, ...ended(2) }, [over(2)]],
  ])('of the house’s own, %s', (_, timeline, expected) => expect(found({ acceptedAt, ...timeline }).filter(({ clock }) => clock.startsWith('fee'))).toStrictEqual(expected))

  it('asks for the receipt of each charge, and for acceptance before it, of the house’s own cases alone', () => {
    const timeline = { feeFen: 5000, acceptedAt: minute(1), money: story(['charged', 2000, 'adds', false], ['charged', 3000, 'adds', true]) }
    const breach = (clock: string) => ({ clock, becameTrueAt: minute(0), severity: 'YELLOW' })
    expect(found(timeline)).toStrictEqual([breach('charge:1~receipt'), breach('charge:1~early')])
    expect(found({ ...timeline, imported: true })).toStrictEqual([])
    const { acceptedAt: _, ...never } = timeline
    expect(found(never).map(({ clock }) => clock)).toStrictEqual(['charge:1~receipt', 'charge:1~early', 'charge:2~early'])
  })

  it('says of any history of money, in the end, what the sums say', () => {
    const histories = fc.array(fc.tuple(fc.constantFrom('assessed', 'charged', 'charged', 'refunded' as const), fc.integer({ min: 0, max: 6 }), fc.constantFrom('sets', 'adds' as const)), { maxLength: 8 })
    const tally = { over: 0, under: 0, settled: 0 }
    fc.assert(fc.property(histories, fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }), (told, feeFen) => {
      const money = story(...told as never[]), sum = (kind: string) => {
        let set = 0, more = 0
        for (const [which, fen, effect] of told) if (which === kind) { if (effect === 'sets') set = fen; else more += fen }
        return set + more
      }
      const owed = told.some(([kind]) => kind === 'assessed') ? sum('assessed') : feeFen, paid = sum('charged') - sum('refunded')
      const wrong = owed === undefined || !told.some(([kind]) => kind === 'charged') ? undefined : paid > owed ? 'over' : paid > 0 && paid < owed ? 'under' : undefined
      const open = found({ imported: true, money, ...(feeFen !== undefined && { feeFen }) }).filter(({ correctedAt }) => correctedAt === undefined)
      expect(open.map(({ clock }) => clock.replace(/:\d+/, ''))).toStrictEqual(wrong ? [`fee~${wrong}`] : [])
      tally[wrong ?? 'settled']++
    }), { numRuns: 4000, seed: 9 })
    for (const times of Object.values(tally)) expect(times).toBeGreaterThan(200)
  })
})
