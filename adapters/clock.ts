import { uptime } from 'node:os'
import type { Fact } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'

/** The wall has left the monotonic clock by more than this: it was set, and did not merely run fast. */
const toleranceMs = 60_000
/** What a kernel slews by at most, and a poor oscillator drifts: learned as it comes, so that years do not add up to a step. */
const driftPerMs = 0.0005
const firstMs = Date.parse('0001-01-01T00:00:00.000Z'), lastMs = Date.parse('9999-12-31T23:59:59.999Z')
const instant = (ms: number) => new Date(ms).toISOString() as Instant

/** 读数来源 — the machine's clocks. `bootMs` counts on while the machine sleeps and `monotonicMs` does not; nothing where there is no such clock. */
export type Readings = { wallMs(): number; monotonicMs(): number; bootMs(): number | undefined }
const ofMachine: Readings = { wallMs: () => Date.now(), monotonicMs: () => performance.now(), bootMs: () => process.platform === 'linux' ? uptime() * 1000 : undefined }

/** What is known of time when the book is opened. `last`: no fact of this epoch is later; `open`, `offsetMs`, `epoch`, `began`: as its facts have them;
    `witnessedMs`: the latest that a witness who could be reached says it is. */
export type KnownTime = { witnessedMs?: number | undefined; last: Instant | undefined; open: boolean; offsetMs: number; epoch: number; began?: Instant }
export type ClockStep = { wallAt: Instant; believedAt: Instant; stepMs: number; returned?: true }

/** 走时 — the wall beside the monotonic clock, reading by reading. */
function handsOf(readings: Readings) {
  const wallMs = () => Math.min(Math.max(Math.round(readings.wallMs()), firstMs), lastMs), sleptMs = () => (readings.bootMs() ?? mono) - mono
  let mono = readings.monotonicMs(), wall = wallMs(), ahead = wall - mono, slept = sleptMs()
  return {
    wall: () => wall,
    mono: () => mono,
    /** `stepMs`: by how much the wall has been set since the last reading; `asleepMs`: how long the machine slept, as far as that had to be asked; `goneOn`: what
        the wall would be, had nobody touched it. */
    look(): { stepMs: number; asleepMs: number; goneOn: number } {
      const since = mono
      let asleepMs = 0
      mono = readings.monotonicMs()
      wall = wallMs()
      if (Math.abs(wall - mono - ahead) > toleranceMs) {
        asleepMs = sleptMs() - slept
        slept += asleepMs
        ahead += asleepMs
      }
      const goneOn = mono + ahead, left = wall - goneOn, stepMs = Math.abs(left) > toleranceMs ? left : 0
      ahead = stepMs ? wall - mono : ahead + Math.sign(left) * Math.min(Math.abs(left), (mono - since) * driftPerMs)
      return { stepMs, asleepMs, goneOn }
    },
  }
}

/** 系统时钟 — follows the machine's within an epoch and never goes back. Between two readings the monotonic clock is believed: where the wall has been set,
    time goes on from the last reading until somebody who may says which is right. */
export function systemClock(known: KnownTime, readings: Readings = ofMachine) {
  const hands = handsOf(readings), steps: ClockStep[] = []
  let { open, epoch, began } = known
  let latest = known.last === undefined ? -Infinity : Date.parse(known.last), believed = latest
  let listener: ((step: ClockStep) => void) | undefined
  const tell = (step: ClockStep) => { if (listener) listener(step); else steps.push(step) }
  /** How far the believed time is ahead of the monotonic clock, where the wall is not followed. */
  let free: number | undefined
  const noticed = (stepMs: number, returned: boolean) => {
    open ||= !returned
    tell({ wallAt: instant(hands.wall()), believedAt: instant(Math.max(latest, Math.round(believed))), stepMs: Math.round(stepMs), ...(returned && { returned: true as const }) })
  }

  /** How long the house was closed nobody here knows: of the times that may be, none of which lies before the newest fact or after every witness, the earliest makes
      least come true. Where none may be, a witness's own is gone by. */
  function begin(): void {
    const { witnessedMs = latest, offsetMs } = known, most = known.witnessedMs === undefined ? Infinity : known.witnessedMs + toleranceMs
    const wall = hands.wall(), [earliest] = [wall, wall - offsetMs].filter((ms) => ms >= latest - toleranceMs && ms <= most).sort((a, b) => a - b)
    believed = Math.max(latest, earliest ?? witnessedMs)
    if (earliest === undefined) noticed(wall - believed - offsetMs, false)
    else if (earliest === wall && offsetMs > 0) noticed(wall - latest - offsetMs, !open)
    if (earliest !== wall) free = believed - hands.mono()
  }
  if (known.last !== undefined) begin()

  function look(): void {
    const { stepMs, asleepMs, goneOn } = hands.look(), wall = hands.wall(), mono = hands.mono()
    if (free !== undefined) free += asleepMs
    believed = free === undefined ? goneOn : mono + free
    const near = free !== undefined && Math.abs(wall - believed) <= toleranceMs
    if (stepMs || (near && !open)) noticed(stepMs, near && !open)
    if (stepMs && !near) free = believed - mono
    if (near) free = undefined
    if (free === undefined) believed = wall
  }
  const now = () => {
    look()
    return instant(latest = Math.max(latest, Math.round(believed)))
  }
  return {
    now,
    state: (): 'trusted' | 'stepped' => open ? 'stepped' : 'trusted',
    reading() { const believedAt = now(); return { wallAt: instant(hands.wall()), believedAt } },
    epoch: () => epoch,
    began: () => began,
    /** A fact about this clock has been written. */
    told({ type, data }: Fact): void {
      if (type === 'ClockConfirmed') {
        open = false
        if (data['trust'] === 'wall') free = undefined
      }
      if (type !== 'ClockEpochStarted') return
      epoch = Number(data['epoch'])
      began = data['to'] as Instant
      latest = Date.parse(began)
    },
    /** Hears of every step from here on, and of those before. */
    onStep(heard: (step: ClockStep) => void): void {
      listener = heard
      for (const step of steps.splice(0)) heard(step)
    },
  }
}

/** 演示时钟 — stands where it is set until it is run; then a second of ours is `factor` of its own. It never goes back.
    Chosen at the root alone, and only for a book whose very first fact declares it a demonstration. */
export function simulatedClock(start: Instant) {
  let baseMs = Date.parse(start), sinceMs = 0, factor = 0
  const nowMs = () => baseMs + Math.floor((performance.now() - sinceMs) * factor)
  const rebase = (ms: number) => { baseMs = Math.max(ms, nowMs()); sinceMs = performance.now() }
  return {
    now: () => instant(nowMs()),
    set: (at: Instant) => rebase(Date.parse(at)),
    run(speed: number) { rebase(nowMs()); factor = speed },
  }
}
export type SimulatedClock = ReturnType<typeof simulatedClock>
