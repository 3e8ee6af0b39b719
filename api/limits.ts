import { problem } from './problems.ts'

/** 边界 — what one asker may take of the house: all limits of the door in one place. */
export type Limits = {
  /** Requests a minute: of a network address while nobody has signed in there, of a session afterwards. */
  anonymousPerMinute: number; sessionPerMinute: number
  /** At once, over all askers: beyond, they are asked to come back. */
  connections: number; requestsAtOnce: number
  /** Commands that are being written down at once: the book takes them together, and more of them wait longer without more being done. */
  commandsAtOnce: number
  bodyBytes: number; jsonDepth: number
}
export const usualLimits: Limits = { anonymousPerMinute: 1_200, sessionPerMinute: 3_000, connections: 2_000, requestsAtOnce: 1_000, commandsAtOnce: 24, bodyBytes: 1 << 20, jsonDepth: 24 }

export const busy = problem(503, 'busy', '现在太忙，请稍后再试', 'Too busy at the moment; try again a little later')
