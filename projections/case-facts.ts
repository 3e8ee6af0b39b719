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
/** 更正 stands beside the fact that it corrects, from when it was said by the second of two. */
function correctionsOf(revision: number, role: string, nameOf: Names, all: readonly Recorded<CaseEvent>[]): Pick<FactView, 'corrections'> {
  const found = all.flatMap((fact) => fact.type === 'RecordCorrected' && fact.data.target === revision ? [fact] : []).map((fact) => {
    const byName = seesInner(role) && fact.data.by !== undefined ? nameOf(fact.data.by) : undefined
    return { at: occurredAt(fact), reason: fact.data.reason, correct: fact.data.correct, ...(byName !== undefined && { byName }) }
  })
  return found.length > 0 ? { corrections: found } : {}
}

/** 事实 as the role may see it. Sealed fields have been masked before. */
export function factView({ type, data, meta }: Recorded<CaseEvent>, role: string, zone: string, nameOf: Names, all: readonly Recorded<CaseEvent>[] = []): FactView {
  const at = occurredAt({ meta })
  const said = Object.fromEntries(Object.entries(data).filter(([name, value]) => value !== undefined && (seesInner(role) || !inner.includes(name)))
    .map(([name, value]) => [name, persons.includes(name) ? nameOf(String(value)) ?? value : value]))
  const by = 'by' in data && data.by !== undefined ? data.by : meta.source ? undefined : meta.actor.person
  const shown = seesInner(role) && by !== undefined
  const name = shown ? nameOf(by) : undefined
  return {
    position: meta.position, revision: meta.revision, type, occurredAt: at, recordedAt: meta.recordedAt, ...(meta.precision && { precision: meta.precision }),
    late: dayIn(zone, meta.recordedAt) > dayIn(zone, at), role: meta.actor.role, department: meta.actor.department,
    ...(shown && { by }), ...(name !== undefined && { byName: name }), ...(seesInner(role) && 'group' in data && data.group !== undefined && { group: data.group }),
    ...(meta.source?.activity !== undefined && { activity: meta.source.activity }),
    ...(meta.source && { source: { name: meta.source.name, batch: meta.source.batch, order: meta.source.order } }),
    ...correctionsOf(meta.revision, role, nameOf, all), data: said,
  }
}
