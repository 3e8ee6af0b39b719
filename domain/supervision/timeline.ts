import { z } from 'zod'
import { Day, Instant } from '../kernel/values.ts'

const Pause = z.strictObject({ clause: z.string(), from: Day, to: Day.optional(), plannedWorkingDays: z.int().optional() })
const Clock = z.strictObject({
  name: z.enum(['promised', 'statutory', 'step']), clause: z.string(), basis: z.string(), startedOn: Day, pauses: z.array(Pause),
  /** What the clock runs for; or, where a foreign source states the day itself, that day and its instant. */
  limitWorkingDays: z.int().optional(), statedDueOn: Day.optional(), statedDueAt: Instant.optional(),
})
export type TimelineClock = z.infer<typeof Clock>

/** 时间线 — one supervised subject of any context, as far as rules may see it. */
export const Timeline = z.strictObject({
  subject: z.string(),
  department: z.string(),
  itemCode: z.string(),
  hall: z.string(),
  zone: z.string(),
  /** Told by a foreign source: rules of late entry, hours and terminals do not look at it, and it makes no cards by itself. */
  imported: z.boolean(),
  clocks: z.array(Clock),
  openedOn: Day.optional(),
  /** All clocks stop; what had not become true by then never will. */
  endedAt: Instant.optional(),
})
export type Timeline = z.infer<typeof Timeline>
