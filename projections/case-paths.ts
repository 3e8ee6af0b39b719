import { z } from 'zod'
import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import { caseTypes } from '../domain/kernel/vocabulary.ts'
import type { Projection } from './kernel.ts'
import { instantOf } from './timelines/deeds.ts'

/** 一步 — what was done, under the name by which the map knows it: the house's own by the name of the fact, a foreign one by its own word. */
const Step = z.strictObject({
  name: z.string(), type: z.string(), at: Instant, by: z.string().optional(), precision: z.literal('day').optional(),
  /** Of the pinned flow. */
  step: z.string().optional(),
  /** It sends the case back: to this step, or to the first. */
  back: z.string().optional(),
})
export const CasePathRow = z.strictObject({
  id: z.string(), source: z.string().optional(), department: z.string(), itemCode: z.string(), hall: z.string(), zone: z.string(), caseType: z.enum(caseTypes).optional(),
  flow: z.array(z.string()).optional(), openedAt: Instant, open: z.boolean(), steps: z.array(Step),
})
export type CasePathRow = z.infer<typeof CasePathRow>
export type PathStep = CasePathRow['steps'][number]

/** What is a fact of the case and no step in it. A foreign row that has a word of its own is a step whatever it is. */
const beside = ['DocumentAttached', 'NoticeSent', 'CaseUrged', 'FeeAssessed', 'FeeCharged', 'FeeRefunded', 'RecordCorrectionProposed', 'RecordCorrected', 'StepRefused', 'DecisionPublished']
const ends = ['CaseConcluded', 'CaseTerminated', 'CaseNotAccepted', 'CaseReturned', 'ApplicationWithdrawn']
const flowSteps: Readonly<Record<string, string>> = { HandlingCompleted: 'handling', ReviewCompleted: 'reviewing', ApprovalGiven: 'approving' }

function stepOf(fact: Recorded<CaseEvent>): PathStep | undefined {
  const { type, data, meta } = fact, activity = meta.source?.activity
  if (meta.source ? activity === undefined : beside.includes(type)) return undefined
  const by = 'by' in data && data.by !== undefined ? data.by : meta.source ? undefined : meta.actor.person
  const step = type === 'StepCompleted' ? data.step : flowSteps[type]
  const back = type === 'StepSentBack' ? data.to : (type === 'ReviewCompleted' || type === 'ApprovalGiven') && data.result === 'back' ? '' : undefined
  return { name: activity ?? (type === 'StepCompleted' ? data.step : type), type, at: instantOf(fact),
    ...(by !== undefined && { by }), ...(meta.precision && { precision: meta.precision }), ...(step !== undefined && { step }), ...(back !== undefined && { back }) }
}

const caseId = (stream: string) => stream.slice('cases-'.length)
function begun(fact: Recorded<CaseEvent>): CasePathRow {
  const { meta } = fact
  return { id: caseId(meta.stream), ...(meta.source && { source: meta.source.name }), department: '', itemCode: '', hall: '', zone: '', openedAt: instantOf(fact), open: true, steps: [] }
}
/** What the facts say of the case itself: where it is, of what kind, and by which flow it goes. */
function known(row: CasePathRow, { type, data }: Recorded<CaseEvent>): CasePathRow {
  const { caseType, flow } = 'pinned' in data && data.pinned ? data.pinned : {}
  const stated = type === 'ApplicationSubmitted' ? data.flow : undefined
  const at = type === 'ApplicationSubmitted' ? { department: data.department, itemCode: data.itemCode, hall: data.hall, zone: data.zone } : {}
  const now = flow ?? stated
  return { ...row, ...at, ...(caseType && { caseType }), ...(now && { flow: [...now] }), ...(ends.includes(type) && { open: false }) }
}
const on = (row: CasePathRow | undefined, fact: Recorded<CaseEvent>): CasePathRow => {
  const now = known(row ?? begun(fact), fact), step = stepOf(fact)
  return step ? { ...now, steps: [...now.steps, step] } : now
}

/** 办件路径 — the way that a case has gone, step by step as it happened; what the process map is discovered from. */
export const casePaths: Projection<CasePathRow, CaseEvent> = {
  name: 'case-paths',
  version: 1,
  row: CasePathRow,
  order: 'business',
  key: ({ meta }) => meta.stream.startsWith('cases-officer.') ? [] : caseId(meta.stream),
  indexes: ['department', 'itemCode'],
  on: Object.fromEntries(Object.keys(caseEvents).map((type) => [type, on])) as Projection<CasePathRow, CaseEvent>['on'],
}
