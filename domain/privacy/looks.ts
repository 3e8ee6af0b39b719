import { decider } from '../kernel/decider.ts'
import type { Said, Written } from './said.ts'

/** 查阅记录 of one person and day, batch by batch; the house says what was looked at, and a batch is told once. */
export const looksDecider = decider<{ told: readonly string[] }, Said<'RecordViews'>, Written<'RecordsViewed'>>()({
  needs: { RecordViews: {} },
  initial: { told: [] },
  evolve: ({ told }, { data }) => ({ told: [...told, data.number] }),
  answers: { RecordViews: ({ told }, data) => told.includes(data.number) ? [] : [{ type: 'RecordsViewed', data }] },
})
