import type { Mosaic } from '../h264/encoder.ts'
import { burnClock } from './clock.ts'
import { drawOverview } from './overview.ts'
import { drawScreen } from './screen.ts'
import type { View, WindowScene } from './visit.ts'
import { drawWindow } from './window.ts'

export type { View, Visit, WindowScene } from './visit.ts'
/** 所摄 — a hall as it stands, and by how much its wall clock is ahead of UTC. */
export type HallScene = { hall: string; seed: number; zoneOffsetMs: number; windows: readonly WindowScene[] }

/** 一帧 — what a camera of a hall sees at an instant; from these alone. */
export function drawn({ kind, window }: View, { hall, seed, zoneOffsetMs, windows }: HallScene, ms: number): Mosaic {
  const seen = windows.find((it) => it.window === window) ?? { window: window ?? 0, staffed: false, visits: [] }
  const picture = kind === 'overview' ? drawOverview(seed, hall, windows, ms) : kind === 'screen' ? drawScreen(seen, ms) : drawWindow(seed, hall, seen, ms)
  burnClock(picture, ms, zoneOffsetMs)
  return picture
}
