import type { CameraRow } from '../../projections/cameras.ts'
import type { StorageNow } from './port.ts'

/** 告急 — with fewer hours left than this everybody is told; with fewer than these, cameras that matter least stop first. */
export const warnHours = 48
const sparingHours = 6, lastHours = 2

/** 谁还录 — when nothing may be deleted any more and the disk runs full, the least important cameras stop first; live pictures go on. What is held is never the price. */
export function recordingOf(cameras: readonly Pick<CameraRow, 'priority'>[], storage: StorageNow | undefined): (camera: Pick<CameraRow, 'priority'>) => boolean {
  if (!storage || storage.state === 'lost' || storage.hoursLeft >= sparingHours) return () => true
  const priorities = [...new Set(cameras.map(({ priority }) => priority))].sort((a, b) => a - b)
  const kept = storage.state === 'full' ? 0 : storage.hoursLeft < lastHours ? 1 : Math.max(1, priorities.length - 1)
  return ({ priority }) => priorities.indexOf(priority) < kept
}
