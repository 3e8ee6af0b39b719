import { z } from 'zod'
import { workbenchEvents, type WorkbenchEvent } from '../domain/workbench/events.ts'
import { Day, Instant } from '../domain/kernel/values.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

export const AbsenceRow = z.strictObject({ person: z.string(), ...workbenchEvents.AbsenceAnnounced.schema.shape, announcedAt: Instant, backOn: Day.optional() })
export type AbsenceRow = z.infer<typeof AbsenceRow>
type Away = Extract<WorkbenchEvent, { type: 'AbsenceAnnounced' | 'AbsenceEnded' }>
const personOf = (stream: string) => stream.slice('workbench-'.length)

/** Away on a day: both ends are days away, unless they were back before. */
export const isAwayOn = ({ from, to, backOn }: Pick<AbsenceRow, 'from' | 'to' | 'backOn'>, day: Day): boolean => from <= day && day <= to && (backOn === undefined || day < backOn)

/** 外出 — who is away when, and who stands in; of which department they are is asked of the people themselves, who move. */
export const absences: Projection<AbsenceRow, Away> = {
  name: 'absences',
  version: 1,
  row: AbsenceRow,
  order: 'business',
  key: ({ data, meta }: Recorded<Away>) => `${personOf(meta.stream)} ${data.number}`,
  indexes: ['person', 'from', 'to', 'standIn'],
  on: {
    AbsenceAnnounced: (_, { data, meta }) => ({ person: personOf(meta.stream), ...data, announcedAt: meta.recordedAt }),
    AbsenceEnded: (row, { data }) => row && { ...row, backOn: data.backOn },
  },
}
