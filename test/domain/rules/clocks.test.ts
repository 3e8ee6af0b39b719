import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../../domain/calendar/calendar.ts'
import { deadline } from '../../../domain/calendar/deadline.ts'
import type { Day, Instant } from '../../../domain/kernel/values.ts'
import { asClock, dueOf } from '../../../domain/supervision/due.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import type { Mark } from '../../../domain/supervision/rules/rule.ts'
import type { Timeline, TimelineClock } from '../../../domain/supervision/timeline.ts'
import { nationalFacts } from '../../fixtures/calendars.ts'
import { isWorkingDay, workingDayAfter } from '../../oracles/office-days.ts'

/** Halls at both ends of the world, and at hours that no office has: what a rule skips as settled, it must not skip there. */
const halls = [
  { zone: 'Asia/Shanghai', ahead: 8, closesAt: '17:30' }, { zone: 'Pacific/Kiritimati', ahead: 14, closesAt: '09:00' }, { zone: 'Pacific/Pago_Pago', ahead: -11, closesAt: '23:59' },
].map((hall) => ({ ...hall, calendar: calendarOf([...nationalFacts, { type: 'OfficeHoursSet', data: { hall: 'H-1', opensAt: '00:01', closesAt: hall.closesAt, effectiveFrom: '2020-01-01' as Day, basis: '大厅办法' } }],
  { knownAsOf: '2026-01-01' as Day, hall: 'H-1', zone: hall.zone }) }))
type Hall = typeof halls[number]

/** By the words alone: the wall of the hall, a day at a time. */
const dayMs = 864e5
const textOf = (ms: number) => new Date(ms).toISOString()
const closeMs = ({ ahead, closesAt }: Hall, day: string) => Date.parse(`${day}T${closesAt}:00.000Z`) - ahead * 36e5
const dayAt = ({ ahead }: Hall, ms: number) => textOf(ms + ahead * 36e5).slice(0, 10)
function walked({ startedOn, pauses }: TimelineClock, workingDays: number): string | undefined {
  let day: string = startedOn
  for (let left = workingDays; left > 0;) {
    day = textOf(Date.parse(day) + dayMs).slice(0, 10)
    if (pauses.some(({ from, to }) => from < day && to === undefined)) return undefined
    if (isWorkingDay(day) && !pauses.some(({ from, to }) => from < day && day <= to!)) left--
  }
  return day
}
const grace: Partial<Record<TimelineClock['kind'], [ruleId: string, days: number, severity: string]>> = {
  promised: ['R-02', 1, 'YELLOW'], superior: ['R-02', 1, 'YELLOW'], statutory: ['R-04', 1, 'RED'], notice: ['R-05', 0, 'YELLOW'], special: ['R-06', 1, 'YELLOW'], step: ['R-07', 0, 'HINT'],
  delivery: ['R-16', 1, 'YELLOW'], publication: ['R-17', 0, 'WARN'],
}
const canTurn = ['R-02', 'R-06', 'R-16', 'R-20']

function expected({ clocks, of }: Timeline, hall: Hall): string[] {
  const statutory = clocks.filter(({ kind }) => kind === 'statutory').map((clock) => walked(clock, clock.limitWorkingDays!))
  return clocks.flatMap((clock) => {
    const { name, kind, limitWorkingDays: limit = 0, stoppedAt } = clock
    const found: [string, string, number, string][] = [], due = walked(clock, limit)
    const [usual, days, severity] = grace[kind]!, ruleId = kind === 'promised' && of ? 'R-20' : usual
    if (kind === 'promised' && limit > 1) {
      const soon = walked(clock, Math.min(limit - 1, Math.ceil(limit * 0.8)))
      if (soon !== undefined) found.push(['R-01', name, closeMs(hall, soon), 'WARN'])
    }
    if (kind === 'notice') {
      const fourth = walked(clock, 4)
      if (fourth !== undefined && due !== undefined && fourth < due) found.push(['R-05', `${name}~soon`, closeMs(hall, fourth), 'WARN'])
    }
    if (due !== undefined && !(ruleId === 'R-02' && kind === 'promised' && statutory.includes(due)) && !(ruleId === 'R-02' && of)) {
      const at = closeMs(hall, workingDayAfter(due, days))
      found.push([ruleId, name, kind === 'step' && limit <= 1 ? at - 2 * 36e5 : at, severity])
      if (kind === 'step') found.push(['R-07', `${name}~late`, closeMs(hall, workingDayAfter(due, 1)), 'WARN'])
      if (severity === 'YELLOW' && canTurn.includes(ruleId)) found.push(['R-03', name, closeMs(hall, workingDayAfter(dayAt(hall, at), 3)), 'RED'])
    }
    return found.filter(([, , at]) => stoppedAt === undefined || textOf(at) < stoppedAt).map(([rule, episode, at, severity]) => `${rule} ${episode} ${textOf(at)} ${severity}`)
  }).sort()
}

const day2026 = fc.integer({ min: 0, max: 180 }).map((n) => textOf(Date.UTC(2026, 0, 4) + n * dayMs).slice(0, 10) as Day)
const kinds = ['promised', 'statutory', 'step', 'notice', 'special', 'superior', 'delivery', 'publication'] as const
const clockOf = (kind: TimelineClock['kind'], n: number) => fc.record({
  startedOn: day2026, limitWorkingDays: kind === 'step' ? fc.integer({ min: 1, max: 9 }) : fc.integer({ min: 0, max: 25 }), stop: fc.option(fc.integer({ min: 0, max: 40 * 1440 })),
  pauses: fc.array(fc.record({ after: fc.integer({ min: -3, max: 25 }), days: fc.option(fc.integer({ min: 0, max: 15 }), { freq: 6 }) }), { maxLength: 2 }),
}).map(({ startedOn, limitWorkingDays, stop, pauses }): TimelineClock => {
  const later = (days: number) => textOf(Date.parse(startedOn) + days * dayMs).slice(0, 10) as Day
  return { name: ['step', 'special'].includes(kind) ? `${kind}:${n}` : kind, kind, clause: '', basis: '', startedOn, limitWorkingDays,
    pauses: ['promised', 'statutory', 'step'].includes(kind) ? pauses.map(({ after, days }) => ({ clause: '特别程序', from: later(after), ...(days !== null && { to: later(after + days) }) })) : [],
    ...(stop !== null && { stoppedAt: textOf(Date.parse(startedOn) + stop * 6e4) as Instant }) }
})
const timelines = fc.record({ clocks: fc.tuple(...kinds.map((kind, n) => fc.option(clockOf(kind, n)))), sub: fc.boolean(), hall: fc.constantFrom(...halls) }).map(({ clocks, sub, hall }) => ({
  hall, timeline: { subject: 'cases.X-1', department: 'D', itemCode: 'SP-01', hall: 'H-1', zone: hall.zone, imported: false, openedOn: '2026-01-05' as Day, deeds: [],
    clocks: clocks.filter((clock) => clock !== null), ...(sub && { of: 'cases.X-0' }) } as Timeline }))
const afterAll = '2099-12-31T00:00:00.000Z' as Instant
const book = rulebook()
const judged = (timeline: Timeline, { calendar }: Hall, now = afterAll, marks: readonly Mark[] = []) => judge(timeline, book, { calendar, marks }, now)
const lines = (found: ReturnType<typeof judged>) => found.map(({ ruleId, clock, becameTrueAt, severity }) => `${ruleId} ${clock} ${becameTrueAt} ${severity}`).sort()

describe('钟的规则', () => {
  it('find on any clocks, of any hall, what walking the days by their words finds: no more, no less, to the millisecond', () => {
    const seen = new Map<string, number>()
    fc.assert(fc.property(timelines, ({ timeline, hall }) => {
      const found = lines(judged(timeline, hall))
      for (const line of found) seen.set(line.split(' ')[0]!, (seen.get(line.split(' ')[0]!) ?? 0) + 1)
      expect(found).toStrictEqual(expected(timeline, hall))
    }), { numRuns: 3000, seed: 20260914 })
    // That the generator reaches every one of them, stopped in time or not.
    for (const ruleId of ['R-01', 'R-02', 'R-03', 'R-04', 'R-05', 'R-06', 'R-07', 'R-16', 'R-17', 'R-20']) expect(seen.get(ruleId) ?? 0, ruleId).toBeGreaterThan(50)
  })
  it('are stopped by what happens at the very instant or before it, and by nothing after', () => {
    fc.assert(fc.property(timelines, ({ timeline, hall }) => {
      const running = { ...timeline, clocks: timeline.clocks.map(({ stoppedAt: _, ...clock }) => clock) }
      for (const finding of judged(running, hall)) {
        const { ruleId, clock: episode, becameTrueAt } = finding
        const stopped = (at: number) => ({ ...running, clocks: running.clocks.map((clock) => clock.name === episode.split('~')[0] ? { ...clock, stoppedAt: textOf(at) as Instant } : clock) })
        const ids = (at: number) => judged(stopped(at), hall).map((it) => `${it.ruleId} ${it.clock}`)
        expect(ids(Date.parse(becameTrueAt)), `${ruleId} ${episode}`).not.toContain(`${ruleId} ${episode}`)
        expect(ids(Date.parse(becameTrueAt) + 1), `${ruleId} ${episode}`).toContain(`${ruleId} ${episode}`)
      }
    }), { numRuns: 150, seed: 6 })
  })
  it('count the due day of any clock as the calendar does, provisional days and extensions with it, however often they ask', () => {
    const clocks = fc.tuple(clockOf('promised', 0), fc.integer({ min: 0, max: 360 }), fc.option(fc.integer({ min: 1, max: 15 })), fc.constantFrom(...halls))
    fc.assert(fc.property(fc.array(clocks, { minLength: 1, maxLength: 40 }), (many) => {
      const asked = many.map(([clock, later, extension, { calendar }]) => ({ calendar, clock: { ...clock, startedOn: textOf(Date.UTC(2026, 0, 4) + later * dayMs).slice(0, 10) as Day,
        ...(extension !== null && { extensions: [{ clause: '行政许可法第四十二条', workingDays: extension }] }) } }))
      for (const { clock, calendar } of [...asked, ...asked]) {
        const { dueOn, provisional } = deadline(asClock(clock), calendar)
        expect(dueOf(clock, calendar)).toStrictEqual({ ...(dueOn && { dueOn }), ...(provisional && { provisional }) })
      }
    }), { numRuns: 100, seed: 5 })
  })
  it('never take back: what is true at an instant is true at any later one', () => {
    fc.assert(fc.property(timelines, fc.integer({ min: 0, max: 300 }), ({ timeline, hall }, n) => {
      const early = lines(judged(timeline, hall, textOf(Date.UTC(2026, 0, 4) + n * dayMs) as Instant)), late = lines(judged(timeline, hall))
      expect(late).toEqual(expect.arrayContaining(early))
    }), { numRuns: 300, seed: 7 })
  })
  it('a pause that begins after a warning unsays no warning', () => {
    fc.assert(fc.property(clockOf('promised', 0), fc.integer({ min: 0, max: 20 }), (clock, after) => {
      const hall = halls[0]!, timeline = (more: object) => ({ ...base, clocks: [{ ...clock, pauses: [], ...more }] }) as unknown as Timeline
      const warned = judged(timeline({}), hall).filter(({ ruleId }) => ruleId === 'R-01')
      const from = textOf(Date.parse(warned[0] ? hall.calendar.dayOf(warned[0].becameTrueAt) : clock.startedOn) + after * dayMs).slice(0, 10)
      const still = judged(timeline({ pauses: [{ clause: '补办件', from }] }), hall).filter(({ ruleId }) => ruleId === 'R-01')
      expect(lines(still)).toStrictEqual(lines(warned))
    }), { numRuns: 300, seed: 8 })
  })
})

const base = { subject: 'cases.X-1', department: 'D', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: '2026-01-05', deeds: [] }

describe('R-03 与对牌所说', () => {
  const [hall] = halls as [Hall]
  // T16: due on Sunday the 20th, yellow at the close of Monday the 21st, red at that of Thursday the 24th.
  const late = { ...base, clocks: [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: '2026-09-14', limitWorkingDays: 5, pauses: [] }] } as unknown as Timeline
  const close = (day: string) => textOf(closeMs(hall, day)) as Instant
  const mark = (kind: Mark['kind'], at: string, until?: string, more: Partial<Mark> = {}): Mark => ({ ruleId: 'R-02', clock: 'promised', kind, at: at as Instant, ...(until && { until: close(until) }), ...more })
  const redAt = (...marks: Mark[]) => judged(late, hall, afterAll, marks).find(({ ruleId }) => ruleId === 'R-03')?.becameTrueAt
  const justBefore = textOf(closeMs(hall, '2026-09-24') - 1)

  it.each<[string, Mark[], Instant | undefined]>([
    ['nothing is said: the third close', [], close('2026-09-24')],
    ['corrected a millisecond before it', [mark('corrected', justBefore)], undefined],
    ['corrected as it falls: too late', [mark('corrected', close('2026-09-24'))], close('2026-09-24')],
    ['revoked before it', [mark('revoked', justBefore)], undefined],
    ['another rule’s yellow corrected', [mark('corrected', justBefore, undefined, { ruleId: 'R-06' })], close('2026-09-24')],
    ['another clock’s yellow corrected', [mark('corrected', justBefore, undefined, { clock: 'special:1' })], close('2026-09-24')],
    ['stayed in time: three days after the stay', [mark('stayed', justBefore, '2026-09-28')], close('2026-10-08')],
    ['stayed when it had turned: nothing is unsaid', [mark('stayed', close('2026-09-24'), '2026-09-28')], close('2026-09-24')],
    ['stayed until before the yellow: nothing gained', [mark('stayed', justBefore, '2026-09-18')], close('2026-09-24')],
    ['stayed again while the first stay holds it back', [mark('stayed', justBefore, '2026-09-28'), mark('stayed', '2026-10-08T02:00:00.000Z', '2026-10-12')], close('2026-10-15')],
    ['stayed again when even the stay had run out', [mark('stayed', justBefore, '2026-09-28'), mark('stayed', '2026-10-09T02:00:00.000Z', '2026-10-12')], close('2026-10-08')],
    ['a second stay that ends earlier takes nothing away', [mark('stayed', '2026-09-22T02:00:00.000Z', '2026-09-30'), mark('stayed', '2026-09-23T02:00:00.000Z', '2026-09-25')], close('2026-10-10')],
    ['stayed, and corrected while it lasts', [mark('stayed', justBefore, '2026-09-28'), mark('corrected', '2026-09-29T02:00:00.000Z')], undefined],
  ])('%s', (_, marks, red) => {
    expect(redAt(...marks)).toBe(red)
    expect(redAt(...[...marks].reverse()), 'in whatever order they are read').toBe(red)
  })
  it('the yellow itself stays as it was, whatever is said of it', () =>
    expect(lines(judged(late, hall, close('2026-09-24'), [mark('revoked', justBefore)]))).toContain(`R-02 promised ${close('2026-09-21')} YELLOW`))
})
