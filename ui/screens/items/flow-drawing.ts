import type { Item } from './asks.ts'

export type Step = Item['flow'][number]
export const everyStep: readonly Step[] = ['handling', 'reviewing', 'approving']
/** 画布 — widths are those of the boxes of a process map. */
export const size = { width: 128, height: 64, gap: 36, top: 8 }
/** A box of the flow: those at the ends are the law's and stay. */
export type Box = { key: string; x: number; step?: Step; at?: number }
export function boxesOf(flow: readonly Step[]): Box[] {
  const place = (i: number) => 4 + i * (size.width + size.gap)
  return [{ key: 'received', x: place(0) }, { key: 'accepted', x: place(1) }, ...flow.map((step, at) => ({ key: step, step, at, x: place(at + 2) })), { key: 'decided', x: place(flow.length + 2) }, { key: 'concluded', x: place(flow.length + 3) }]
}
/** Where a box that is dragged by so much would come to stand among the steps. */
export const dropAt = (at: number, by: number, steps: number) => Math.min(Math.max(at + Math.round(by / (size.width + size.gap)), 0), steps - 1)
