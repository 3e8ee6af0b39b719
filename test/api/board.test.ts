import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { board } from '../../api/board.ts'
import { everything } from '../../api/access/sight.ts'
import { replay } from '../../api/case-reading.ts'
import { houseCalendar } from '../../api/judging.ts'
import { searchInAddress } from '../../api/search-asked.ts'
import { searchCases } from '../../api/searching.ts'
import { cases } from '../../domain/cases/index.ts'
import { items } from '../../domain/items/index.ts'
import { occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { steps } from '../../projections/board.ts'
import { licence } from '../fixtures/licence.ts'
import { heInspector, liMin, wangQiang } from '../kernel/spec.ts'
import { at, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

const zone = 'Asia/Shanghai', lights = ['late', 'soon', 'ok', 'hold'] as const
const houses: SupervisedHouse[] = []
afterAll(async () => { for (const house of houses) await house.close() })
const chen = { person: 'p-003', role: 'leader', department: '市场监管局' } as const

/** A pause that begins when the due day is over moves that day into the pause: then it was late by what is known now, and stopped by what was known then. */
const inTime = async (house: SupervisedHouse, id: string, deed: () => Promise<unknown>) => (await replay(house.rooms, id, { at: house.now() })).light === 'late' ? undefined : deed()
/** What somebody may do next, whatever comes of it: what is refused is passed over. */
const deeds: Record<string, (house: SupervisedHouse, id: string) => Promise<unknown>> = {
  ask: (house, id) => inTime(house, id, () => house.ask(id)), supply: (house, id) => house.supply(id), handle: (house, id) => house.handle(id), review: (house, id) => house.review(id),
  decide: (house, id) => house.decide(id), conclude: (house, id) => house.conclude(id),
  deliver: (house, id) => house.say(cases, id, 'DeliverResult', { method: 'window' }, { person: 'p-004', role: 'window-clerk', department: '市场监管局' }),
  pause: (house, id) => inTime(house, id, () => house.say(cases, id, 'StartSpecialProcedure', { kind: 'inspection', plannedWorkingDays: 3, approver: chen.person }, liMin)),
  resume: (house, id) => house.say(cases, id, 'EndSpecialProcedure', { result: '合格' }, liMin),
  withdraw: (house, id) => house.say(cases, id, 'WithdrawApplication', {}, { person: `a-${id}`, role: 'applicant', department: '' }),
  back: (house, id) => house.say(cases, id, 'SendBack', { to: 'handling', reason: '材料不实' }, wangQiang),
}
/** The next of the way, whatever that is. */
const forward = async (house: SupervisedHouse, id: string) => { for (const deed of ['deliver', 'conclude', 'decide', 'review', 'handle']) if (await deeds[deed]!(house, id).then(() => true, () => false)) return }
type Fact = Recorded & { data: Record<string, unknown> }
const ofType = (facts: readonly Fact[], ...types: string[]) => facts.filter(({ type }) => types.includes(type))

/** Days of trouble that the time machine is asked for: each is a replay of each case. */
const compared = 6
/** The same figures by another road: each case by the time machine, each moment that counts from its own facts. */
async function counted(house: SupervisedHouse, ids: readonly string[]) {
  const now = house.now(), today = dayIn(zone, now), calendar = await houseCalendar(house.rooms, now)
  const days: Day[] = []
  for (let ms = Date.parse(`${today}T04:00:00Z`); days.length < 22; ms -= 864e5) { const day = new Date(ms).toISOString().slice(0, 10) as Day; if (calendar.isWorkingDay(day)) days.unshift(day) }
  const nothing = () => ({ open: 0, late: 0, soon: 0, ok: 0, hold: 0 }), total = nothing(), byStep: Record<string, ReturnType<typeof nothing>> = {}, byDepartment: Record<string, any> = {}
  const day = { received: 0, concluded: 0, delivered: 0 }
  for (const id of ids) {
    const view = await replay(house.rooms, id, { at: now }), facts = (await house.facts(`cases-${id}`)).filter(({ meta }) => meta.stream === `cases-${id}`) as Fact[]
    const own = byDepartment[view.department] ??= { ...nothing(), lateOn: days.slice(-compared).map(() => 0), n: 0, inTime: 0 }
    const happened = (...types: string[]) => ofType(facts, ...types).map(occurredAt)[0]
    if (happened('ApplicationSubmitted')!.length && dayIn(zone, happened('ApplicationSubmitted')!) === today) day.received++
    const concluded = happened('CaseConcluded'), delivered = happened('ResultDelivered')
    if (concluded && dayIn(zone, concluded) === today) day.concluded++
    if (delivered && dayIn(zone, delivered) === today) day.delivered++
    for (const [i, on] of days.entries()) {
      if (i < days.length - compared) continue
      const then = on === today ? now : calendar.closeOf(on)
      if (then >= view.span.from && (await replay(house.rooms, id, { at: then })).light === 'late') own.lateOn[i - days.length + compared]++
    }
    const due = view.clocks.find(({ kind }) => kind === 'promised')?.dueAt
    if (concluded && due && concluded.length && dayIn(zone, concluded).slice(0, 7) === today.slice(0, 7)) { own.n++; if (concluded <= due) own.inTime++ }
    if (view.light === 'done') continue
    const step = Object.entries(steps).find(([, stages]) => (stages as readonly string[]).includes(view.stage))![0]
    for (const counts of [total, own, byStep[step] ??= nothing()]) { counts.open++; counts[view.light]++ }
  }
  return { total, byStep, byDepartment, day, days }
}

async function opened(start: Instant) {
  const house = await openSupervisedHouse({ start })
  houses.push(house)
  await house.say(items, 'SP-02', 'PublishItem', { ...licence, department: '民政局', shortName: '社会救助', promisedWorkingDays: 2, officers: ['p-001', 'p-004'], materials: [] })
  return house
}

describe('监察板', () => {
  it('sentence, blocks and departments add up to the same, at random moments, and to what the time machine says of each case', async () => {
    let moments = 0
    const met = { late: 0, soon: 0, ok: 0, hold: 0, concluded: 0, lateOn: 0 }
    const everyKindMet = () => Object.values(met).every((n) => n > 0)
    const once = () => fc.assert(fc.asyncProperty(
      fc.array(fc.record({ hours: fc.integer({ min: 1, max: 16 }), item: fc.constantFrom('SP-01', 'SP-02'), fresh: fc.nat(3).map((n) => n === 0), whose: fc.nat(9), deed: fc.constantFrom(...Object.keys(deeds), 'pause', 'pause', 'pause', 'ask', ...Array<string>(12).fill('')) }), { minLength: 80, maxLength: 80 }),
      async (acts) => {
        // What is not accepted at once rests: what the law accepts afterwards, from an earlier day on, was late before anybody could know.
        const house = await opened(at('2026-04-13', '08:00')), judge = await house.judge(false), ids: string[] = [], handled: string[] = []
        let clock = Date.parse(house.now())
        for (const [i, { hours, item, fresh, whose, deed }] of acts.entries()) {
          clock += hours * 3_600_000
          house.set(new Date(clock).toISOString() as Instant)
          if (fresh || handled.length === 0) { const id = `X-${i}`; await house.submit(id, { itemCode: item }); ids.push(id); if (whose > 1 || handled.length === 0) { handled.push(id); await house.accept(id) } } else
            await (deeds[deed] ?? forward)(house, handled[whose % handled.length]!).catch(() => undefined)
          if (i % 40 !== 39) continue
          await house.settled()
          await judge.sweep()
          await house.settled()
          await judge.sweep()
          const [seen, oracle] = [await board(house.rooms, judge.index, everything), await counted(house, ids)]
          expect(seen.total).toStrictEqual(oracle.total)
          expect(Object.fromEntries(seen.steps.filter(({ open }) => open).map(({ step, stages: _, ...counts }) => [step, counts]))).toStrictEqual(oracle.byStep)
          expect(seen.days).toStrictEqual(oracle.days)
          expect({ received: seen.today.received, concluded: seen.today.concluded, delivered: seen.today.delivered }).toStrictEqual(oracle.day)
          const departments = Object.fromEntries(seen.departments.map(({ department, yellow: _, red: __, onTime, ...counts }) => [department, { ...counts, lateOn: counts.lateOn.slice(-compared), n: onTime.n, inTime: onTime.inTime }]))
          expect(departments).toStrictEqual(oracle.byDepartment)
          for (const light of ['open', ...lights] as const) for (const parts of [seen.steps, seen.departments, seen.halls]) expect(parts.reduce((sum, one) => sum + one[light], 0)).toBe(seen.total[light])
          moments++
          for (const light of lights) met[light] += seen.total[light]
          for (const { lateOn, onTime } of seen.departments) { met.concluded += onTime.n; met.lateOn += Math.max(...lateOn) }
          // A block opens a list of exactly so many.
          for (const { step, open, late } of seen.steps) {
            const listed = async (more: object) => (await searchCases({ ...house.rooms, due: async () => judge.index }, searchInAddress({ stage: steps[step].join(','), order: 'due', limit: '1', count: '1', ...more }))).count
            expect([await listed({}), await listed({ light: 'late' })]).toStrictEqual([open, late])
          }
        }
        judge.stop()
      }), { numRuns: 1, endOnFailure: true })
    // What never occurred has not been compared: two towns, and more until each kind has been met.
    for (let towns = 0; towns < 2 || (towns < 10 && !everyKindMet()); towns++) await once()
    expect(moments).toBeGreaterThanOrEqual(4)
    expect(Object.entries(met).filter(([, n]) => n === 0)).toStrictEqual([])
  }, 600_000)

  it('cards stand with their department, an appeal waits until it is decided, and a revocation is told of today', async () => {
    const house = await opened(at('2026-04-27', '08:30'))
    for (const [id, itemCode] of [['X-1', 'SP-01'], ['X-2', 'SP-02']] as const) { await house.submit(id, { itemCode }); await house.accept(id) }
    const judge = await house.judge()
    const seen = async () => { await house.settled(); await judge.sweep(); await house.settled(); return board(house.rooms, judge.index, everything) }
    for (const on of ['2026-04-30', '2026-05-06']) { house.set(at(on, '17:31')); await judge.sweep(); await house.settled() }
    const of = (department: string, { departments }: Awaited<ReturnType<typeof seen>>) => departments.find((one) => one.department === department)!
    const before = await seen(), [card] = (await house.cards()).filter(({ severity, standing }) => severity === 'YELLOW' && standing)
    expect(card).toBeDefined()
    const owner = card!.subject === 'cases.X-1' ? '市场监管局' : '民政局'
    expect(of(owner, before).yellow).toBe(1)
    expect(before.appeals).toStrictEqual({ waiting: 0 })
    house.set(at('2026-05-07', '09:00'))
    await house.ofCard(card!.subject, 'FileCardAppeal', { cardId: card!.cardId, grounds: '停电' }, liMin)
    const appealed = await seen()
    expect(appealed.appeals).toStrictEqual({ waiting: 1, earliest: (await house.cards()).find(({ cardId }) => cardId === card!.cardId)!.appeal!.decideBy })
    house.set(at('2026-05-07', '10:00'))
    await house.ofCard(card!.subject, 'DecideCardAppeal', { cardId: card!.cardId, result: 'upheld', reason: '确有停电' }, heInspector)
    const after = await seen()
    expect([after.appeals, after.today.revoked - appealed.today.revoked, of(owner, after).yellow]).toStrictEqual([{ waiting: 0 }, 1, 0])
    judge.stop()
  })

  it('tells from where to where cases went since a position, and of none that had gone before', async () => {
    const house = await opened(at('2026-04-27', '08:30'))
    await house.submit('X-1')
    const judge = await house.judge()
    const { position } = await board(house.rooms, judge.index, everything)
    await house.accept('X-1')
    await house.handle('X-1')
    await house.settled()
    const later = await board(house.rooms, judge.index, everything, { since: position })
    expect(later.moves!.map(({ from, to }) => `${from} ${to}`)).toStrictEqual(['received handling', 'handling reviewing'])
    expect((await board(house.rooms, judge.index, everything, { since: later.position })).moves).toStrictEqual([])
    judge.stop()
  })
})
