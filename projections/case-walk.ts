import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { businessOrder, isOver, occurredAt, type Epoch } from '../domain/kernel/order.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { caseRows } from './case-row.ts'
import type { CaseRow } from './cases.ts'
import { foldInto } from './kernel.ts'
import { timelines } from './timelines/fold.ts'

type Fact = Recorded<CaseEvent>
/** 折到某一条 — the row and the timelines of a case after its first so many facts. */
type Folded = { row: CaseRow | undefined; timelines: ReadonlyMap<string, Timeline> }
/** 一步 — what the facts up to here come to; and, by the fact that came next, where it went on from here. */
export type Walked = Folded & { on: Map<Fact, Walked> }
/** So many steps are remembered: as a rule one for each fact, however many late entries were not known at which moment. */
const remembered = 20_000
const begins = (): Walked => ({ row: undefined, timelines: new Map(), on: new Map() })

/** 走查 — what had been told of a case by one instant and had happened by another, and what it comes to. */
export function caseWalks(id: string, facts: readonly Fact[], epoch: Epoch | undefined) {
  const ordered = businessOrder(facts), isKnown = (fact: Fact, known: Instant) => fact.meta.recordedAt <= known || isOver(fact, known, epoch)
  let start = begins(), steps = 0
  /** One fact further: each way on is folded once, whichever way the hand moves. */
  function after(before: Walked, fact: Fact): Walked {
    const known = before.on.get(fact)
    if (known) return known
    const rows = new Map<string, CaseRow>(), lines = new Map(before.timelines)
    if (before.row) rows.set(id, before.row)
    foldInto(caseRows, rows, fact)
    const then: Walked = { row: rows.get(id), timelines: foldInto(timelines, lines, fact).length > 0 ? lines : before.timelines, on: new Map() }
    before.on.set(fact, then)
    steps++
    return then
  }
  /** Before the first fact. */
  function begin(): Walked {
    if (steps > remembered) { start = begins(); steps = 0 }
    return start
  }
  return {
    told: (known: Instant) => ordered.filter((fact) => isKnown(fact, known)),
    by: (told: readonly Fact[], at: Instant) => told.filter((fact) => occurredAt(fact) <= at || isOver(fact, at, epoch)),
    begin, after, folded: (told: readonly Fact[]): Walked => told.reduce(after, begin()),
  }
}
