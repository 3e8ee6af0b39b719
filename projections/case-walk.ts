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
export type Folded = { row: CaseRow | undefined; timelines: ReadonlyMap<string, Timeline> }
/** So many ways through the facts are remembered: one for each set of late entries that was not known yet. */
const remembered = 32

/** One way through the facts: each step of it is folded once, whichever way the hand moves. */
function walk(seq: readonly Fact[], id: string) {
  const steps: Folded[] = [{ row: undefined, timelines: new Map() }]
  return {
    seq,
    at(n: number): Folded {
      while (steps.length <= n) {
        const fact = seq[steps.length - 1]!, before = steps.at(-1)!, rows = new Map<string, CaseRow>(), lines = new Map(before.timelines)
        if (before.row) rows.set(id, before.row)
        foldInto(caseRows, rows, fact)
        steps.push({ row: rows.get(id), timelines: foldInto(timelines, lines, fact).length > 0 ? lines : before.timelines })
      }
      return steps[n]!
    },
  }
}

/** 走查 — what had been told of a case by one instant and had happened by another, and what it comes to. */
export function caseWalks(id: string, facts: readonly Fact[], epoch: Epoch | undefined) {
  const ordered = businessOrder(facts), walks = new Map<string, ReturnType<typeof walk>>()
  const isKnown = (fact: Fact, known: Instant) => fact.meta.recordedAt <= known || isOver(fact, known, epoch)
  const isOnTime = ({ meta }: Fact) => meta.occurredAt === undefined || meta.occurredAt === meta.recordedAt
  /** The way on which late entries that are not known yet are left out, but not what was simply still to come. */
  function walkFor(known: Instant) {
    const left = ordered.filter((fact) => !isOnTime(fact) && !isKnown(fact, known)), key = left.map(({ meta }) => meta.revision).join(' ')
    let found = walks.get(key)
    if (!found) {
      if (walks.size >= remembered) walks.delete(walks.keys().next().value!)
      walks.set(key, found = walk(left.length === 0 ? ordered : ordered.filter((fact) => !left.includes(fact)), id))
    }
    return found
  }
  /** The facts in their order, and how to fold them; anew where they are no beginning of the way. */
  function folded(known: Instant, told: readonly Fact[]): Folded {
    const way = walkFor(known)
    return told.length === 0 || way.seq[told.length - 1] === told.at(-1) ? way.at(told.length) : walk(told, id).at(told.length)
  }
  return {
    told: (known: Instant) => ordered.filter((fact) => isKnown(fact, known)),
    by: (told: readonly Fact[], at: Instant) => told.filter((fact) => occurredAt(fact) <= at || isOver(fact, at, epoch)),
    folded,
  }
}
