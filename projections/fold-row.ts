import type { Fact, Recorded } from '../domain/kernel/events.ts'
import { foldInto, type Fold } from './kernel.ts'

/** The rows that facts make, in the order given. */
export function foldRows<Row, Event extends Fact>(projection: Fold<Row, Event>, facts: readonly Recorded<Event>[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>()
  for (const fact of facts) foldInto(projection, rows, fact)
  return rows
}
/** One row folded from the facts of its stream, in the order given: what a list shows of a subject, at whatever moment is asked for. */
export const foldRow = <Row, Event extends Fact>(projection: Fold<Row, Event>, facts: readonly Recorded<Event>[], of: string): Row | undefined =>
  foldRows(projection, facts).get(of)
