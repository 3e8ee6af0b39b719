import type { CaseEvent } from '../domain/cases/events.ts'
import { Timeline } from '../domain/supervision/timeline.ts'
import type { Projection } from './kernel.ts'
import { timelines } from './timelines/fold.ts'

/** 办件时间线 — a case as rules see it: days as they happened, and no verdict about today. Sub-cases have rows of their own; so have officers, for what they
    tried and may not. */
export const caseTimelines: Projection<Timeline, CaseEvent> = {
  name: 'case-timelines',
  version: 4,
  row: Timeline,
  order: 'business',
  indexes: ['department', 'endedAt'],
  ...timelines,
}
