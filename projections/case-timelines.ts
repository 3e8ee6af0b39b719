import type { CaseEvent } from '../domain/cases/events.ts'
import { occurredAt, type Recorded } from '../domain/kernel/events.ts'
import type { Day } from '../domain/kernel/values.ts'
import { Timeline, type TimelineClock } from '../domain/supervision/timeline.ts'
import type { Projection } from './kernel.ts'

type Pinned = { promisedWorkingDays: number; statutoryWorkingDays: number }
const promisedBy = '优化营商环境条例第三十六条', limitedBy = '行政许可法第四十二条'

const running = (row: Timeline, startedOn: Day, { promisedWorkingDays, statutoryWorkingDays }: Pinned): Timeline => ({ ...row, clocks: [
  { name: 'promised', clause: '承诺期限', basis: promisedBy, startedOn, limitWorkingDays: promisedWorkingDays, pauses: [] },
  { name: 'statutory', clause: '法定期限', basis: limitedBy, startedOn, limitWorkingDays: statutoryWorkingDays, pauses: [] },
] })
type Pauses = TimelineClock['pauses']
const paused = (row: Timeline, which: readonly TimelineClock['name'][], change: (pauses: Pauses) => Pauses): Timeline =>
  ({ ...row, clocks: row.clocks.map((clock) => which.includes(clock.name) ? { ...clock, pauses: change(clock.pauses) } : clock) })
const closedOn = (clause: (clause: string) => boolean, to: Day) => (pauses: Pauses) =>
  pauses.map((pause) => pause.to === undefined && clause(pause.clause) ? { ...pause, to } : pause)
const isSpecial = (clause: string) => clause.startsWith('特别程序')
const begun = (row: Timeline | undefined, { meta }: Recorded<CaseEvent>): Timeline =>
  row ?? { subject: meta.stream.replace('-', '.'), department: '', itemCode: '', hall: '', zone: '', imported: meta.source !== undefined, clocks: [] }
/** What ends a case ends it once. */
const ended = (row: Timeline | undefined, fact: Recorded<CaseEvent>): Timeline => {
  const at = begun(row, fact)
  return at.endedAt ? at : { ...at, endedAt: occurredAt(fact) }
}

/** 办件时间线 — a case as rules see it: days as they happened, and no verdict about today. */
export const caseTimelines: Projection<Timeline, CaseEvent> = {
  name: 'case-timelines',
  version: 1,
  row: Timeline,
  order: 'business',
  key: ({ meta }) => meta.stream.startsWith('cases-officer.') ? [] : meta.stream.replace('-', '.'),
  indexes: ['department', 'endedAt'],
  on: {
    ApplicationSubmitted: (row, fact) => {
      const { department, itemCode, hall, zone, receivedOn } = fact.data
      return { ...begun(row, fact), department, itemCode, hall, zone, openedOn: receivedOn }
    },
    CaseAccepted(row, fact) {
      const at = begun(row, fact), { acceptedOn, pinned, promisedDueOn, promisedDueAt } = fact.data
      const opened = { ...at, openedOn: at.openedOn ?? acceptedOn }
      if (pinned) return running(opened, acceptedOn, pinned)
      if (!promisedDueOn) return opened
      return { ...opened, clocks: [{ name: 'promised', clause: '来源所载期限', basis: fact.meta.source?.name ?? '', startedOn: acceptedOn, statedDueOn: promisedDueOn,
        ...(promisedDueAt && { statedDueAt: promisedDueAt }), pauses: [] }] }
    },
    CaseDeemedAccepted: (row, fact) => running(begun(row, fact), fact.data.effectiveOn, fact.data.pinned),
    // Only the promised clock stands still for a supplement, never the statutory one (行政许可法 45 does not list it).
    SupplementRequested: (row, fact) => row && paused(row, ['promised'], (pauses) => [...pauses, { clause: '补办件', from: fact.data.requestedOn }]),
    SupplementSubmitted: (row, fact) => row && paused(row, ['promised'], closedOn((clause) => clause === '补办件', fact.data.submittedOn)),
    SpecialProcedureStarted: (row, fact) => row && paused(row, ['promised', 'statutory'], (pauses) => [...pauses, {
      clause: `特别程序：${fact.data.kind}`, from: fact.data.startedOn,
      ...(fact.data.plannedWorkingDays !== undefined && { plannedWorkingDays: fact.data.plannedWorkingDays }) }]),
    SpecialProcedureEnded: (row, fact) => row && paused(row, ['promised', 'statutory'], closedOn(isSpecial, fact.data.endedOn)),
    CaseConcluded: ended,
    CaseTerminated: ended,
  },
}
