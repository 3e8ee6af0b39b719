import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { foldInto, type Projection } from './kernel.ts'

const { key, person, terminal } = identityEvents.KeyBound.schema.shape
export const SeatRow = z.strictObject({ key, bound: z.array(z.strictObject({ sinceMs: z.int(), person, terminal })) })
export type SeatRow = z.infer<typeof SeatRow>

/** 座位沿革 — at which terminal each key was bound to whom, and since when: where somebody sat whose fact names no machine. */
export const footageSeats: Projection<SeatRow, IdentityEvent> = {
  name: 'footage-seats',
  version: 1,
  row: SeatRow,
  order: 'business',
  key: ({ type, data }) => type === 'KeyBound' ? data.key : [],
  indexes: [],
  on: {
    KeyBound: (row, { data: { key, person, terminal }, meta }) =>
      ({ key, bound: [...row?.bound ?? [], { sinceMs: Date.parse(meta.recordedAt), person, ...(terminal !== undefined && { terminal }) }] }),
  },
}
/** Further facts of keys, in rows that are at hand. */
export const foldSeats = (rows: Map<string, SeatRow>, fact: Parameters<typeof footageSeats.key>[0]) => { if (fact.type === 'KeyBound') foldInto(footageSeats, rows, fact) }
/** Everybody who ever had a key at that window. */
export const everAt = (seats: readonly SeatRow[], window: string): string[] =>
  [...new Set(seats.flatMap(({ bound }) => bound.flatMap((one) => one.terminal === window ? [one.person] : [])))]
/** 当时的窗口 — whether one of somebody's keys was bound to that window at an instant. */
export const satAt = (seats: readonly SeatRow[], who: string, window: string, atMs: number): boolean => seats.some(({ bound }) => {
  const then = bound.findLast(({ sinceMs }) => sinceMs <= atMs)
  return then?.person === who && then.terminal === window
})
/** Whether a seat, as a fact names it, was this window at an instant. */
export const isSeatAt = (seats: readonly SeatRow[], seat: string, window: string, atMs: number) =>
  seat === `at ${window}` || (seat.startsWith('by ') && satAt(seats, seat.slice(3), window, atMs))
