import type { Fact, Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

/** One row folded from the facts of its stream, in the order given: what a list shows of a subject, at whatever moment is asked for. */
export function foldRow<Row, Event extends Fact>({ key, on }: Projection<Row, Event>, facts: readonly Recorded<Event>[], of: string): Row | undefined {
  let row: Row | undefined
  for (const fact of facts) {
    const step = on[fact.type as Event['type']] as ((row: Row | undefined, fact: Recorded<Event>, key: string) => Row | undefined) | undefined
    if (step && [key(fact)].flat().includes(of)) row = step(row, fact, of)
  }
  return row
}
