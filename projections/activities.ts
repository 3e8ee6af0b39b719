import { z } from 'zod'
import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import type { Projection } from './kernel.ts'

export const ActivityRow = z.strictObject({ source: z.string(), activity: z.string(), times: z.int().positive() })
export type ActivityRow = z.infer<typeof ActivityRow>

const count = (row: ActivityRow | undefined, source: string, activity: string): ActivityRow => ({ source, activity, times: (row?.times ?? 0) + 1 })
type On = Projection<ActivityRow, CaseEvent>['on']
const types = Object.keys(caseEvents).filter((type) => type !== 'StepRefused') as CaseEvent['type'][]

/** 活动 — how often each thing was done: the activities of a foreign source by its own words, the house's own by the name of the fact.
    One row of a file counts once, whatever number of facts it gave. */
export const activities: Projection<ActivityRow, CaseEvent> = {
  name: 'activities',
  version: 2,
  row: ActivityRow,
  order: 'arrival',
  key: ({ type, meta }) => !meta.source ? `:${type}` : meta.source.activity === undefined ? [] : `${meta.source.name}:${meta.source.activity}`,
  indexes: ['source', 'times'],
  on: Object.fromEntries(types.map((type) => [type, (row: ActivityRow | undefined, { meta }: { meta: { source?: { name: string; activity?: string } } }) =>
    count(row, meta.source?.name ?? '', meta.source?.activity ?? type)])) as unknown as On,
}
