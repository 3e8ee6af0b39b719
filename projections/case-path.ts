import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import type { CaseRow } from './cases.ts'
import type { StepView } from './views.ts'

type Fact = Recorded<CaseEvent>
const done: Partial<Record<CaseEvent['type'], string>> = {
  ApplicationSubmitted: 'submitted', MaterialsReceived: 'submitted', CaseAccepted: 'accepted', CaseDeemedAccepted: 'accepted', HandlingCompleted: 'handling',
  ReviewCompleted: 'reviewing', ApprovalGiven: 'approving', SuperiorDecided: 'superior', LicenceGranted: 'decision', LicenceRefused: 'decision', RenewalDeemedGranted: 'decision',
  CaseConcluded: 'concluded', CaseTerminated: 'concluded', CaseNotAccepted: 'concluded', CaseReturned: 'concluded', ApplicationWithdrawn: 'concluded',
}
/** 退回 undoes the steps of the flow: all of them, or those from where it is sent back to. */
function undone({ data, type }: Fact, flow: readonly string[]): readonly string[] {
  if (type === 'StepSentBack') return flow.slice(Math.max(0, flow.indexOf(data.to)))
  return (type === 'ReviewCompleted' || type === 'ApprovalGiven') && data.result === 'back' ? flow : []
}

/** 环节 — the path that the item's flow foresees; of a foreign case, the activities that there were, in their order. */
export function pathOf(row: CaseRow, facts: readonly Fact[], nameOf: (person: string) => string | undefined, role: string): StepView[] {
  const by = ({ data }: Fact) => {
    const person = 'by' in data ? data.by : undefined
    const name = person === undefined || role === 'applicant' ? undefined : nameOf(person) ?? person
    return name === undefined ? {} : { byName: name }
  }
  if (row.imported) return [...facts.filter(({ meta }) => meta.source?.activity !== undefined)
    .map((fact): StepView => ({ step: fact.meta.source!.activity!, state: 'done', at: occurredAt(fact), ...by(fact) })),
  { step: 'concluded', state: row.open ? 'todo' : 'done', ...(row.endedAt && { at: row.endedAt }) }]
  const flow = facts.flatMap(({ data }) => 'pinned' in data && data.pinned ? [data.pinned] : []).at(-1)?.flow ?? []
  const above = facts.some(({ type }) => type === 'CaseReportedUp') ? ['superior'] : []
  const path = ['submitted', 'accepted', ...flow, ...above, 'decision', 'concluded']
  const reached = new Map<string, Fact>()
  for (const fact of facts) {
    const back = undone(fact, flow), step = done[fact.type]
    for (const again of back) reached.delete(again)
    if (back.length === 0 && step) reached.set(step, fact)
  }
  const current = path.find((step) => !reached.has(step))
  return path.map((step): StepView => {
    const fact = reached.get(step)
    return fact ? { step, state: 'done', at: occurredAt(fact), ...by(fact) } : { step, state: step === current && row.open ? 'current' : 'todo' }
  })
}
