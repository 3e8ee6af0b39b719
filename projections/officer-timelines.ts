import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { withDeed } from './timelines/deeds.ts'

const prefix = 'cases-officer.'
/** An officer stands in no hall; the first attempt was made on this day where the country keeps its clock. */
const zone = 'Asia/Shanghai'

/** 人员时间线 — refused attempts of one officer, as deeds: rows of the case timelines, fed by the officer's own stream. */
export const officerTimelines = {
  key: ({ meta }: Recorded<CaseEvent>): string | undefined => meta.stream.startsWith(prefix) ? `officers.${meta.stream.slice(prefix.length)}` : undefined,
  on(row: Timeline | undefined, fact: Recorded<Extract<CaseEvent, { type: 'StepRefused' }>>, key: string): Timeline {
    const begun = { subject: key, itemCode: '', hall: '', zone: '', imported: false, clocks: [], deeds: [], openedOn: dayIn(zone, occurredAt(fact)) }
    return withDeed({ ...row ?? begun, department: fact.meta.actor.department }, fact)
  },
}
