import { chanceOf } from '../chance.ts'
import { walkMs, type Visit, type WindowScene } from './scene/visit.ts'

/** 将到窗 — something that will be said at a machine, as far as it is known. */
export type Coming = { caseNo: string; terminal: string; atMs: number }
type Seat = { terminal: string; window: number }

/** Somebody comes so long before what brings them is said, and goes so long after the last that was said. */
const beforeMs = [25_000, 80_000] as const, afterMs = [12_000, 35_000] as const
/** Whoever knows that it goes on within this stays where they are. */
const waitsMs = 15 * 60_000
/** Whoever has just had something told is not made way of before it could be seen. */
const seenMs = 2 * walkMs
/** A visit is forgotten when nobody can be seen any more. */
const goneMs = walkMs + 1_000

/** 导演 — who stands at which window, from what was told there and what is about to be: nothing that is seen already is changed any more. */
export function director(seed: number, seats: readonly Seat[]) {
  const visits = new Map<string, Visit[]>(seats.map(({ terminal }) => [terminal, []]))
  const between = (caseNo: string, name: string, [from, to]: readonly [number, number]) => chanceOf(seed, `visit ${caseNo}`).between(name, from, to)
  const staysUntil = (caseNo: string, atMs: number) => atMs + between(caseNo, `after ${atMs}`, afterMs)

  /** Only one is served at a time: whoever was there turns to go. */
  function comes(terminal: string, visit: Visit) {
    const before = visits.get(terminal)!.map((it) => ({ ...it, untilMs: Math.max(it.fromMs, Math.min(it.untilMs, visit.fromMs)) }))
    visits.set(terminal, [...before, visit])
  }
  const replace = (terminal: string, was: Visit, by: Visit) => visits.set(terminal, visits.get(terminal)!.map((it) => it === was ? by : it))
  const present = (terminal: string, caseNo: string, nowMs: number) => visits.get(terminal)?.find((it) => it.caseNo === caseNo && nowMs < it.untilMs)
  const isActing = (terminal: string, nowMs: number) => visits.get(terminal)!.some(({ untilMs, acts }) => nowMs < untilMs && acts.some((at) => nowMs < at + seenMs))

  return {
    /** What is known to be coming as of now; said again whenever it is known better. At a window the next is brought in, and those after wait for their turn. */
    expect(coming: readonly Coming[], nowMs: number): void {
      const taken = new Set<string>()
      for (const { caseNo, terminal, atMs } of [...coming].sort((a, b) => a.atMs - b.atMs)) {
        if (!visits.has(terminal)) continue
        const here = present(terminal, caseNo, nowMs)
        if (here) {
          taken.add(terminal)
          const goesOn = atMs <= here.untilMs + waitsMs && visits.get(terminal)!.at(-1) === here
          if (goesOn) replace(terminal, here, { ...here, untilMs: Math.max(here.untilMs, staysUntil(caseNo, atMs)) })
          continue
        }
        const fromMs = atMs - between(caseNo, `before ${atMs}`, beforeMs)
        if (taken.has(terminal) || fromMs > nowMs || atMs < nowMs) continue
        taken.add(terminal)
        if (!isActing(terminal, nowMs)) comes(terminal, { caseNo, fromMs: nowMs, untilMs: staysUntil(caseNo, Math.max(atMs, nowMs + walkMs)), acts: [] })
      }
    },
    /** Something was told at a machine. Whoever was not seen coming comes now. */
    told(caseNo: string, terminal: string, atMs: number): void {
      if (!visits.has(terminal)) return
      const here = present(terminal, caseNo, atMs)
      if (here) replace(terminal, here, { ...here, untilMs: Math.max(here.untilMs, staysUntil(caseNo, atMs)), acts: [...here.acts, atMs] })
      else comes(terminal, { caseNo, fromMs: atMs, untilMs: staysUntil(caseNo, atMs + walkMs), acts: [atMs] })
    },
    scenes(nowMs: number, staffed: boolean): WindowScene[] {
      return seats.map(({ terminal, window }) => {
        const seen = visits.get(terminal)!.filter(({ untilMs }) => nowMs < untilMs + goneMs)
        visits.set(terminal, seen)
        return { window, staffed, visits: seen }
      })
    },
  }
}
export type Director = ReturnType<typeof director>
