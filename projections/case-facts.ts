import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { FactView } from './views.ts'

/** Those to whom findings and cards are said; the rest are told by the house, not by the file. */
const overseeing = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor', 'policy']
export const seesFindings = (role: string) => overseeing.includes(role)
/** Inner opinions, and who among the officials did what, are not the applicant's (ui.md §1.14): absent, not hidden. */
const inner = ['opinion', 'by', 'group', 'responsible', 'approver', 'attributes', 'officers', 'proposedBy', 'evidence']
/** Persons by their names where they are known. */
const persons = ['approver', 'proposedBy']
const seesInner = (role: string) => role !== 'applicant'

type Names = (person: string) => string | undefined
type Corrections = ReadonlyMap<number, NonNullable<FactView['corrections']>>
/** 更正 stands beside the fact that it corrects, from when it was said by the second of two. */
function correctionsIn(all: readonly Recorded<CaseEvent>[], role: string, nameOf: Names): Corrections {
  const found = new Map<number, NonNullable<FactView['corrections']>>()
  for (const fact of all) {
    if (fact.type !== 'RecordCorrected') continue
    const { target, reason, correct, by } = fact.data, byName = seesInner(role) && by !== undefined ? nameOf(by) : undefined
    found.set(target, [...found.get(target) ?? [], { at: occurredAt(fact), reason, correct, ...(byName !== undefined && { byName }) }])
  }
  return found
}

/** What of a fact's data the role may read; persons by their names where these are known. */
export const saidTo = (data: object, role: string, nameOf: Names): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([name, value]) => value !== undefined && (seesInner(role) || !inner.includes(name)))
    .map(([name, value]) => [name, persons.includes(name) ? nameOf(String(value)) ?? value : value]))
/** Who did it, as far as anybody is named for it. */
export const doneBy = ({ data, meta }: Recorded<CaseEvent>): string | undefined => 'by' in data && data.by !== undefined ? data.by : meta.source ? undefined : meta.actor.person

/** 事实 as the role may see it, without what later facts say of it. Sealed fields have been masked before. */
function factView(fact: Recorded<CaseEvent>, role: string, zone: string, nameOf: Names): FactView {
  const { type, data, meta } = fact, at = occurredAt(fact), by = doneBy(fact), shown = seesInner(role) && by !== undefined, name = shown ? nameOf(by) : undefined
  return {
    position: meta.position, revision: meta.revision, type, occurredAt: at, recordedAt: meta.recordedAt, ...(meta.precision && { precision: meta.precision }),
    late: dayIn(zone, meta.recordedAt) > dayIn(zone, at), role: meta.actor.role, department: meta.actor.department,
    ...(shown && { by }), ...(name !== undefined && { byName: name }), ...(seesInner(role) && 'group' in data && data.group !== undefined && { group: data.group }),
    ...(meta.source?.activity !== undefined && { activity: meta.source.activity }),
    ...(meta.source && { source: { name: meta.source.name, batch: meta.source.batch, order: meta.source.order } }),
    data: saidTo(data, role, nameOf),
  }
}
/** 经过 in one role's eyes. A fact looks the same at every moment but for what has been corrected of it since: each is made once, however often it is asked for. */
export function factViews(role: string, nameOf: Names) {
  const made = new Map<string, WeakMap<object, FactView>>()
  return (facts: readonly Recorded<CaseEvent>[], zone: string): FactView[] => {
    const known = made.get(zone) ?? new WeakMap<object, FactView>(), corrections = correctionsIn(facts, role, nameOf)
    made.set(zone, known)
    return facts.map((fact) => {
      const view = known.get(fact) ?? factView(fact, role, zone, nameOf), corrected = corrections.get(fact.meta.revision)
      known.set(fact, view)
      return corrected ? { ...view, corrections: corrected } : view
    })
  }
}
