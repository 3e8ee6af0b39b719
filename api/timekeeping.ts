import { setTimeout as pause } from 'node:timers/promises'
import { read, type Epoch, type Fact, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { clockDecider, type ClockReading, type ClockState } from '../domain/platform/clock.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import { platform } from '../domain/platform/index.ts'
import { policy } from './rooms.ts'
import type { Answer, Saying } from './tell.ts'

type Step = ClockReading & { stepMs: number; returned?: true }
/** 守时 — the clock of a house that is no rehearsal: what it goes by, and whether somebody has to say what time it is. */
export type Timekeeping = {
  /** `stepped`: a step waits to be confirmed, and nothing is dealt by time. */
  state(): 'trusted' | 'stepped'
  reading(): ClockReading
  /** How often it was set back, and when the newest epoch began. */
  epoch(): number
  began(): Instant | undefined
  /** A fact about it has been written. */
  told(fact: Fact): void
  onStep(heard: (step: Step) => void): void
}
type ClockFact = Extract<PlatformEvent, { type: 'ClockStepped' | 'ClockConfirmed' | 'ClockEpochStarted' }>
const stream = 'platform-clock.main', againMs = 1_000

/** What the book says of its clock; `last`: no fact of this epoch was recorded later. */
export async function knownTime(book: EventLog): Promise<Omit<ClockState, 'last'> & { last: Instant | undefined }> {
  const { position } = await book.head()
  let newest: Recorded | undefined
  for await (const batch of book.readAll(Math.max(0, position - 1))) newest = batch.at(-1)
  const facts = (await book.readStream(stream)).map((fact) => read(platformEvents, fact as Recorded<ClockFact>, fact.meta.version))
  const state = facts.reduce(clockDecider.evolve, clockDecider.initial)
  return { ...state, last: newest && state.began !== undefined && (newest.meta.epoch ?? 0) < state.epoch ? state.began : newest?.meta.recordedAt }
}

/** Nothing before the first time that the clock was set back. */
export function newestEpoch(keeping: Timekeeping | undefined): Epoch | undefined {
  const began = keeping?.began()
  return keeping && began !== undefined ? { epoch: keeping.epoch(), began } : undefined
}

/** 记时钟跳变 — every step becomes a fact, once, however long the book will not take it. */
export function recordSteps(keeping: Timekeeping, tell: (saying: Saying) => Promise<Answer>, stopping: AbortSignal): void {
  // The next one waits for it: told out of turn, the older would stand as what the clock said last.
  const say = async (step: Step): Promise<void> => {
    while (!stopping.aborted) {
      try {
        await tell({ context: platform, id: 'main', command: { type: 'NoticeClockStep', data: { ...step } }, by: policy, key: `step ${step.believedAt} ${step.wallAt}` })
        return
      } catch { await pause(againMs, undefined, { ref: false }) }
    }
  }
  let turn = Promise.resolve()
  keeping.onStep((step) => { turn = turn.then(() => say(step)) })
}

/** 由时间促成 — what the house says because an instant has come; while nobody is sure what time it is, it waits. */
export const waitsForTime = (keeping: Timekeeping | undefined, { context, command, by }: Pick<Saying, 'context' | 'command' | 'by'>): boolean => keeping?.state() === 'stepped'
  && by.role === 'policy' && (context.name === 'supervision' || ['DeemAccepted', 'DeemRenewed'].includes(command.type))
