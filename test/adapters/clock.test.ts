import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock, type ClockStep, type KnownTime, type Readings } from '../../adapters/clock.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { clockDecider, type ClockState } from '../../domain/platform/clock.ts'

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour, year = 365 * day
const instant = (ms: number) => new Date(ms).toISOString() as Instant
const known: KnownTime = { last: undefined, open: false, offsetMs: 0, epoch: 0 }

/** A machine whose true time is known to the test alone: its wall clock can be set, and its monotonic one does not count sleep. */
function machine(startMs = Date.parse('2026-03-02T02:00:00.000Z')) {
  let trueMs = startMs, wrongMs = 0, awakeMs = 0, bootedMs = startMs - hour, hasBoot = true
  const readings: Readings = { wallMs: () => trueMs + wrongMs, monotonicMs: () => awakeMs, bootMs: () => hasBoot ? trueMs - bootedMs : undefined }
  return {
    readings,
    true: () => trueMs, wrong: () => wrongMs,
    pass(ms: number) { trueMs += ms; awakeMs += ms },
    sleep(ms: number) { trueMs += ms },
    set(byMs: number) { wrongMs += byMs },
    /** Switched off and on: nothing of the monotonic clocks goes on. */
    off(ms: number) { trueMs += ms; awakeMs = 7; bootedMs = trueMs - minute },
    withoutBoot() { hasBoot = false },
  }
}
function opened(it = machine(), from: Partial<KnownTime> = {}) {
  const clock = systemClock({ ...known, ...from }, it.readings), steps: ClockStep[] = []
  clock.onStep((step) => steps.push(step))
  return { ...it, clock, steps }
}
const confirm = (trust: 'wall' | 'believed') => ({ type: 'ClockConfirmed', data: { trust } })

describe('系统时钟', () => {
  it('is the machine’s, to the millisecond, and at a standstill where that stands still', () => {
    const { clock, pass, true: now } = opened()
    for (const ms of [0, 1, 999, hour, day]) { pass(ms); expect(clock.now()).toBe(instant(now())) }
    expect(clock.state()).toBe('trusted')
  })
  it.each([[60_000, 0], [60_001, 1], [-60_000, 0], [-60_001, 1]])('set by %i ms it has stepped %i times', (ms, times) => {
    const { clock, steps, set, true: now } = opened()
    clock.now()
    set(ms)
    const read = Date.parse(clock.now())
    expect(steps).toHaveLength(times)
    if (times) {
      expect(read).toBe(now())
      expect(steps[0]).toStrictEqual({ wallAt: instant(now() + ms), believedAt: instant(now()), stepMs: ms })
    } else expect(read).toBe(Math.max(now(), now() + ms))
  })
  it('what is set little by little is a step as soon as it comes to more than a minute, and time goes on as it was before', () => {
    const { clock, steps, set, pass, true: now } = opened()
    for (let i = 0; i < 3; i++) { set(25_000); pass(second); clock.now() }
    expect(steps).toHaveLength(1)
    expect(clock.state()).toBe('stepped')
    pass(2 * minute)
    expect(Math.abs(Date.parse(clock.now()) - now())).toBeLessThan(10)
  })
  it('a clock that runs a little fast is followed for years', () => {
    const { clock, steps, set, pass, true: now, wrong } = opened()
    for (let i = 0; i < 2000; i++) { pass(6 * hour); set(5 * second); clock.now() }
    expect(steps).toStrictEqual([])
    expect(clock.now()).toBe(instant(now() + wrong()))
  })
  it('a machine that slept has not stepped, where something counts on meanwhile; where nothing does, it asks', () => {
    for (const ms of [2 * minute, 9 * hour, 40 * day]) {
      const slept = opened()
      slept.sleep(ms)
      expect(slept.clock.now()).toBe(instant(slept.true()))
      expect([slept.steps, slept.clock.state()]).toStrictEqual([[], 'trusted'])
      const it = machine()
      it.withoutBoot()
      const blind = opened(it)
      blind.sleep(ms)
      blind.clock.now()
      expect(blind.steps).toHaveLength(1)
    }
  })
  it('asleep and set meanwhile: the sleep is time that passed, the rest is a step', () => {
    const { clock, steps, sleep, set, true: now } = opened()
    sleep(8 * hour)
    set(-year)
    expect(clock.now()).toBe(instant(now()))
    expect(steps.map(({ stepMs }) => stepMs)).toStrictEqual([-year])
    sleep(5 * hour)
    expect(clock.now()).toBe(instant(now()))
    expect(steps).toHaveLength(1)
  })
  it('leap days, turns of years and zones that change their hours are no matter', () => {
    for (const start of ['2028-02-28T23:59:59.000Z', '2026-12-31T23:59:58.000Z', '2026-03-29T00:59:59.000Z', '2016-12-31T23:59:59.000Z']) {
      const { clock, steps, pass, true: now } = opened(machine(Date.parse(start)))
      for (let i = 0; i < 100; i++) { pass(20 * minute); expect(clock.now()).toBe(instant(now())) }
      expect(steps).toStrictEqual([])
    }
  })
  it('a wall clock beyond what can be written is read as the last or first instant that can', () => {
    for (const ms of [9e15 - 1e15, -9e15 + 1e15]) {
      const { clock, set, steps } = opened()
      set(ms)
      clock.now()
      expect(steps[0]!.wallAt).toMatch(/^(9999|0001)-/)
    }
  })
})

describe('确认', () => {
  it('forwards by the wall: time goes on from there', () => {
    const { clock, set, pass, wrong, true: now } = opened()
    set(2 * hour)
    clock.now()
    clock.told(confirm('wall'))
    pass(second)
    expect(clock.now()).toBe(instant(now() + wrong()))
    expect(clock.state()).toBe('trusted')
  })
  it('backwards by the wall: within the new epoch time is the wall’s, and does not fall again', () => {
    const { clock, set, pass, wrong, true: now } = opened()
    set(-2 * hour)
    const { wallAt, believedAt } = clock.reading()
    expect(wallAt < believedAt).toBe(true)
    clock.told(confirm('wall'))
    clock.told({ type: 'ClockEpochStarted', data: { epoch: 1, from: believedAt, to: wallAt } })
    pass(second)
    expect(clock.now()).toBe(instant(now() + wrong()))
    expect([clock.epoch(), clock.began()]).toStrictEqual([1, wallAt])
    set(-30 * second)
    expect(clock.now()).toBe(instant(now() + wrong() + 30 * second))
  })
  it('the believed time goes on until the wall comes back: that is told, and nobody is asked again', () => {
    const { clock, steps, set, pass, true: now } = opened()
    set(3 * day)
    clock.now()
    clock.told(confirm('believed'))
    pass(hour)
    expect(clock.now()).toBe(instant(now()))
    set(-3 * day)
    expect(clock.now()).toBe(instant(now()))
    expect(steps.map(({ stepMs, returned }) => [stepMs, returned])).toStrictEqual([[3 * day, undefined], [-3 * day, true]])
    expect(clock.state()).toBe('trusted')
    set(20 * second)
    expect(clock.now()).toBe(instant(now() + 20 * second))
  })
  it('come back without a jump, it is followed again, and that is told too', () => {
    const { clock, steps, set, pass, true: now, wrong } = opened()
    set(80 * second)
    clock.now()
    clock.told(confirm('believed'))
    for (const by of [-30, 5]) { set(by * second); pass(minute); clock.now() }
    expect(steps.slice(1).map(({ stepMs, returned }) => [stepMs, returned])).toStrictEqual([[0, true]])
    expect(clock.now()).toBe(instant(now() + wrong()))
  })
  it('come back unconfirmed it still waits', () => {
    const { clock, set } = opened()
    set(day)
    clock.now()
    set(-day)
    clock.now()
    expect(clock.state()).toBe('stepped')
  })
  it('set again after it was confirmed it waits again', () => {
    const { clock, set } = opened()
    for (const trust of ['wall', 'believed'] as const) {
      set(day)
      clock.now()
      expect(clock.state()).toBe('stepped')
      clock.told(confirm(trust))
      expect(clock.state()).toBe('trusted')
    }
    set(day)
    clock.now()
    expect(clock.state()).toBe('stepped')
  })
})

describe('开机', () => {
  const last = instant(Date.parse('2026-03-02T02:00:00.000Z'))
  const start = (atMs: number, from: Partial<KnownTime> = {}) => opened(machine(Date.parse(last) + atMs), { last, ...from })
  it('later than the newest fact, by however much, the wall is believed', () => {
    for (const ms of [0, 1, hour, 3 * year]) {
      const { clock, steps, true: now } = start(ms)
      expect([clock.now(), steps]).toStrictEqual([instant(now()), []])
    }
  })
  it('a little before it, time waits; by more than a minute, that is a step', () => {
    const { clock, steps, pass, true: now } = start(-minute)
    expect([clock.now(), steps]).toStrictEqual([last, []])
    pass(2 * minute)
    expect(clock.now()).toBe(instant(now()))
    const late = start(-minute - 1)
    expect(late.clock.now()).toBe(last)
    expect(late.steps).toStrictEqual([{ wallAt: instant(late.true()), believedAt: last, stepMs: -minute - 1 }])
    late.pass(hour)
    expect(late.clock.now()).toBe(instant(Date.parse(last) + hour))
  })
  it.each([
    ['no witness can be reached', 2 * year, undefined, false], ['a witness says the same', 3 * day, 3 * day, false], ['a witness is a minute behind', day + minute, day, false],
    ['the wall is after every witness', day + 2 * year, day, true], ['a minute and a bit after', day + minute + 1, day, true], ['the wall is before every witness', day, 2 * year, false],
  ] as const)('%s: %i ms after the newest fact, witnesses at %s, a step: %s', (_, after, witness, stepped) => {
    const start = Date.parse('2026-03-02T02:00:00.000Z'), { clock, steps } = opened(machine(start + after), { last: instant(start), ...(witness !== undefined && { witnessedMs: start + witness }) })
    expect(clock.now()).toBe(instant(start + (stepped ? witness! : after)))
    expect(steps).toStrictEqual(stepped ? [{ wallAt: instant(start + after), believedAt: instant(start + witness!), stepMs: after - witness! }] : [])
    expect(clock.state()).toBe(stepped ? 'stepped' : 'trusted')
  })
  it('a wall before the newest fact is corrected by a witness, who has seen how long the house was closed', () => {
    const start = Date.parse('2026-03-02T02:00:00.000Z'), { clock, steps, pass } = opened(machine(start - year), { last: instant(start), witnessedMs: start + 3 * day })
    expect(clock.now()).toBe(instant(start + 3 * day))
    expect(steps.map(({ stepMs }) => stepMs)).toStrictEqual([-year - 3 * day])
    pass(hour)
    expect(clock.now()).toBe(instant(start + 3 * day + hour))
  })
  it('a step that nobody had confirmed still waits, and its wall is not believed', () => {
    const { clock, steps, true: now } = start(2 * year + hour, { open: true, offsetMs: 2 * year })
    expect([clock.state(), clock.now(), steps]).toStrictEqual(['stepped', instant(now() - 2 * year), []])
  })
  it('put right while the house was closed: told where it was ahead, and still unconfirmed; where it had been said to be wrong, it has come back', () => {
    const ahead = start(hour, { open: true, offsetMs: 2 * year })
    expect([ahead.clock.state(), ahead.clock.now(), ahead.steps.length]).toStrictEqual(['stepped', instant(ahead.true()), 1])
    const believed = start(hour, { offsetMs: 2 * year })
    expect([believed.clock.state(), believed.clock.now(), believed.steps.map(({ returned }) => returned)]).toStrictEqual(['trusted', instant(believed.true()), [true]])
  })
})

type Doing = { do: 'pass' | 'sleep' | 'set' | 'slew' | 'restart' | 'write' | 'confirm'; ms: number; big: boolean }
const doing: fc.Arbitrary<Doing> = fc.record({
  do: fc.constantFrom('pass', 'pass', 'write', 'write', 'set', 'set', 'confirm', 'confirm', 'sleep', 'slew', 'restart'),
  // ±75 s … ±2 y evenly by magnitude, so that seconds come as often as years.
  ms: fc.tuple(fc.double({ min: Math.log(75 * second), max: Math.log(2 * year), noNaN: true }), fc.boolean()).map(([log, back]) => Math.round(Math.exp(log)) * (back ? -1 : 1)), big: fc.boolean(),
})

/** What a book would have: the facts about the clock folded as the house folds them, and every recorded time with its epoch. */
function house(it: ReturnType<typeof machine>) {
  const told: ClockStep[] = []
  let state: ClockState = clockDecider.initial, clock = systemClock(known, it.readings)
  const written: { epoch: number; at: Instant }[] = []
  const hear = () => clock.onStep((step) => { told.push(step); state = clockDecider.evolve(state, { type: 'ClockStepped', data: step }) })
  hear()
  return {
    written, clock: () => clock, told: () => told, state: () => state,
    write() { written.push({ epoch: clock.epoch(), at: clock.now() }) },
    confirm(trust: 'wall' | 'believed') {
      const given = { id: 'main', now: clock.now(), by: { person: 'a', role: 'system-admin', department: '' }, calendar: undefined as never, reading: clock.reading() }
      const answer = clockDecider.decide(state, { type: 'ConfirmClock', data: { trust, reason: '对时' } }, given)
      if ('refused' in answer) return answer.refused
      this.write()
      for (const fact of answer) { state = clockDecider.evolve(state, fact); clock.told(fact) }
      return undefined
    },
    restart(ms: number) {
      it.off(ms)
      const newest = written.at(-1), { last: _, ...rest } = state
      clock = systemClock({ ...rest, last: newest && (newest.epoch < state.epoch ? state.began : newest.at) }, it.readings)
      hear()
    },
  }
}

describe('跳变 at random', () => {
  it.each([[true], [false]])('recorded time never falls within an epoch, every jump is told once, and (asked of one who knows: %s) never more has passed than truly has', (truthful) => {
    let jumps = 0, epochs = 0, restarts = 0
    fc.assert(fc.property(fc.array(doing, { minLength: 5, maxLength: 60 }), (doings) => {
      const it = machine(), its = house(it)
      let slewed = 0, off = false
      its.write()
      for (const { do: what, ms, big } of doings) {
        const before = its.told().length
        if (what === 'pass') it.pass(Math.abs(ms) % (3 * day))
        if (what === 'sleep') it.sleep(Math.abs(ms) % (30 * day))
        if (what === 'slew' && slewed < 20) { it.set(big ? second : -second); slewed++ }
        if (what === 'set') {
          // A clock that is wrong is sometimes put right.
          const by = big && it.wrong() !== 0 && Math.abs(it.wrong()) > 75 * second ? -it.wrong() : ms
          it.set(by)
          jumps++
        }
        if (what === 'restart') { its.restart(Math.abs(ms) % (2 * day)); restarts++; off = true }
        its.write()
        // A jump of more than a minute between two readings is told once and at once; nothing else is told (what is found at the start is looked at above).
        if (what === 'set') expect(its.told().length - before).toBe(1)
        else if (what !== 'restart' && what !== 'confirm') expect(its.told().slice(before).filter(({ stepMs }) => stepMs !== 0)).toStrictEqual([])
        if (what === 'confirm') {
          // Whoever is asked looks at a watch; or does not.
          const trust = (truthful ? Math.abs(it.wrong()) <= minute : big) ? 'wall' : 'believed', refusal = its.confirm(trust)
          expect(refusal).toBe(its.state().open || refusal === undefined ? undefined : 'clock-not-stepped')
          if (refusal === undefined) expect(its.clock().state()).toBe('trusted')
          its.write()
        }
        expect(its.clock().state()).toBe(its.state().open ? 'stepped' : 'trusted')
        if (!truthful) continue
        // Never ahead of the truth; and while the house was open throughout, not behind it either.
        const ahead = Date.parse(its.clock().now()) - it.true()
        expect(ahead).toBeLessThanOrEqual(minute + 25 * second)
        if (!off) expect(ahead).toBeGreaterThanOrEqual(-minute - 25 * second)
      }
      const { written } = its
      for (let i = 1; i < written.length; i++) if (written[i]!.epoch === written[i - 1]!.epoch) expect(written[i]!.at >= written[i - 1]!.at, `${written[i - 1]!.at} → ${written[i]!.at}`).toBe(true)
        else { expect(written[i]!.epoch).toBe(written[i - 1]!.epoch + 1); epochs++ }
    }), { numRuns: 800 })
    expect(Math.min(jumps, restarts)).toBeGreaterThan(500)
    if (!truthful) expect(epochs).toBeGreaterThan(100)
  })
  it('set forward by two years while the house was closed and put right later: an epoch, and true time from there on', () => {
    fc.assert(fc.property(fc.integer({ min: 75 * second, max: 2 * year }), fc.integer({ min: 1, max: day }), (wrong, passed) => {
      const it = machine(), its = house(it)
      its.write()
      it.set(wrong)
      its.restart(hour)
      its.write()
      expect(its.clock().state()).toBe('trusted')
      it.pass(passed)
      it.set(-wrong)
      its.write()
      expect(its.clock().state()).toBe('stepped')
      expect(its.confirm('wall')).toBeUndefined()
      it.pass(second)
      its.write()
      expect(its.written.at(-1)).toStrictEqual({ epoch: 1, at: instant(it.true()) })
    }), { numRuns: 300 })
  })
})
