import { clerksAt, seatOf } from '../people.ts'
import { halls } from '../places.ts'
import type { View } from './scene/draw.ts'

/** 机位 — a camera of the county's, as it is registered and as it sees. `terminal`: the machine at which a window's facts are said. */
export type Placed = View & { hall: string; name: string; terminal?: string; priority: number }

/** 窗口 of a hall, by number, each with the machine that stands there. */
export const windowsOf = (hall: string) => clerksAt(hall).map((clerk) => ({ window: parseInt(clerk.post), terminal: seatOf(clerk).terminal })).sort((a, b) => a.window - b.window)
const numbered = (hall: string, window: number) => `${hall}-w${String(window).padStart(2, '0')}`

function placedIn(hall: string): Placed[] {
  return windowsOf(hall).map(({ window, terminal }) => ({ camera: numbered(hall, window), hall, kind: 'window', window, terminal, name: `${window} 号窗口`, priority: 2 }))
}
const screenOf = ({ camera, hall, window, terminal }: Placed): Placed =>
  ({ camera: `${camera}-screen`, hall, kind: 'screen', name: `${window} 号窗口屏幕`, priority: 4, ...(window !== undefined && { window }), ...(terminal !== undefined && { terminal }) })

/** 布点 — all there are, the most telling first: the windows of the county hall, the whole of it, one screen, then the branches and the townships. */
function allPlaced(): Placed[] {
  const [main, ...others] = halls.map(({ hall }) => placedIn(hall))
  const [first, ...rest] = main!, overview: Placed = { camera: `${first!.hall}-overview`, hall: first!.hall, kind: 'overview', name: '大厅全景', priority: 3 }
  return [first!, overview, screenOf(first!), ...rest, ...others.flat()]
}
export const placed = (count: number): readonly Placed[] => allPlaced().slice(0, count)
export const mostCameras = allPlaced().length
