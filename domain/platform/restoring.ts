import { decider, refuse } from '../kernel/decider.ts'
import type { PlatformCommand, PlatformEvent } from './events.ts'

type Written = Extract<PlatformEvent, { type: 'BookRestored' }>
export type RestoringRefusal = 'restored-old-without-reason'

/** 恢复入簿 — a book that goes on from a copy says so, as often as that happens; of one that is old, why it was accepted. */
export const restoringDecider = decider<{ restored: readonly Written['data'][] }, Extract<PlatformCommand, { type: 'RecordRestoring' }>, Written>()({
  needs: { RecordRestoring: {} },
  initial: { restored: [] },
  evolve: ({ restored }, { data }) => ({ restored: [...restored, data] }),
  answers: {
    RecordRestoring({ restored }, data) {
      if (data.missing !== undefined && data.reason === undefined) return refuse('restored-old-without-reason')
      return restored.some(({ size, root }) => size === data.size && root === data.root) ? [] : [{ type: 'BookRestored', data }]
    },
  },
})
