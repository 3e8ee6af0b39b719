/** 一次到窗 — somebody comes to a window, is served there and leaves. `untilMs`: when they turn to go, as far as it is known; `acts`: when something was told of the case here. */
export type Visit = { caseNo: string; fromMs: number; untilMs: number; acts: readonly number[] }
/** 窗口 — in a hall; `staffed`: during office hours. */
export type WindowScene = { window: number; staffed: boolean; visits: readonly Visit[] }
/** 取景 — what a camera is pointed at. */
export type View = { camera: string; kind: 'window' | 'screen' | 'overview'; window?: number }

/** Time that it takes to the window and away from it. */
export const walkMs = 5_000

/** Where somebody is on the way: 0 far off, 1 at the window; nothing before and after. */
export function nearness({ fromMs, untilMs }: Visit, ms: number): number | undefined {
  if (ms < fromMs || ms >= untilMs + walkMs) return undefined
  return Math.min(1, (ms - fromMs) / walkMs, (untilMs + walkMs - ms) / walkMs)
}
export const leaving = ({ untilMs }: Visit, ms: number) => ms >= untilMs
/** Whoever stands at the window, or is nearest to it. */
export function visitAt({ visits }: WindowScene, ms: number): Visit | undefined {
  return visits.filter((visit) => nearness(visit, ms) !== undefined).sort((a, b) => nearness(b, ms)! - nearness(a, ms)!)[0]
}
/** What is being handled: from when somebody stands there until they turn to go. */
export const handledAt = ({ visits }: WindowScene, ms: number) => visits.find(({ fromMs, untilMs }) => ms >= fromMs + walkMs && ms < untilMs)
/** A stamp comes down when something is told, and is seen for a while. */
export const acting = ({ acts }: Visit, ms: number, forMs: number) => acts.some((at) => ms >= at && ms < at + forMs)
