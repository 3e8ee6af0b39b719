import { decider, refuse, type Reference } from '../kernel/decider.ts'
import type { Instant } from '../kernel/values.ts'
import type { PlatformCommand, PlatformEvent } from './events.ts'

const toleranceMs = 60_000
const apartMs = (wallAt: Instant, believedAt: Instant) => Date.parse(wallAt) - Date.parse(believedAt)
type Said = Extract<PlatformCommand, { type: 'NoticeClockStep' | 'ConfirmClock' }>
type Written = Extract<PlatformEvent, { type: 'ClockStepped' | 'ClockConfirmed' | 'ClockEpochStarted' }>

/** 读数 — what the machine's clock says and what the house goes by, at the moment of asking. */
export type ClockReading = { wallAt: Instant; believedAt: Instant }
/** 时钟 as the facts have it. `open`: a step that nobody has confirmed; `offsetMs`: how far the wall clock was ahead of the time that the house went by
    when that was last said, 0 where it follows the wall. */
export type ClockState = { open: boolean; offsetMs: number; epoch: number; began?: Instant; last?: ClockReading }
const follows = (ms: number) => Math.abs(ms) <= toleranceMs ? 0 : ms

function evolve(state: ClockState, { type, data }: Written): ClockState {
  switch (type) {
    case 'ClockStepped': {
      const { wallAt, believedAt, returned } = data
      return { ...state, open: state.open || !returned, offsetMs: returned ? 0 : follows(apartMs(wallAt, believedAt)), last: { wallAt, believedAt } }
    }
    case 'ClockConfirmed': return { ...state, open: false, offsetMs: data.trust === 'wall' ? 0 : follows(apartMs(data.wallAt, data.believedAt)) }
    case 'ClockEpochStarted': return { ...state, epoch: data.epoch, began: data.to }
  }
}

/** 时钟跳变 — told by the house as it is noticed; a system administrator says which time is right. Set back, the wall begins a new epoch. */
export const clockDecider = decider<ClockState, Said, Written, { reading: ClockReading }>()({
  needs: { NoticeClockStep: {}, ConfirmClock: { reading: (): Reference => ({ id: 'main' }) } },
  initial: { open: false, offsetMs: 0, epoch: 0 },
  evolve,
  answers: {
    NoticeClockStep({ last }, data) {
      return last?.wallAt === data.wallAt && last.believedAt === data.believedAt ? [] : [{ type: 'ClockStepped', data }]
    },
    ConfirmClock({ open, epoch }, { trust, reason }, { reading }) {
      if (!open || !reading) return refuse('clock-not-stepped')
      const { wallAt, believedAt } = reading, confirmed = { type: 'ClockConfirmed', data: { trust, reason, wallAt, believedAt } } as const
      return trust === 'believed' || apartMs(wallAt, believedAt) >= -toleranceMs ? [confirmed]
        : [confirmed, { type: 'ClockEpochStarted', data: { epoch: epoch + 1, from: believedAt, to: wallAt } }]
    },
  },
})
