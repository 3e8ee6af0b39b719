import { z } from 'zod'
import { Day, Fen, Instant } from '../kernel/values.ts'

const Pause = z.strictObject({ clause: z.string(), from: Day, to: Day.optional(), plannedWorkingDays: z.int().optional() })
/** 钟的种类 — promised 承诺, statutory 法定, step 环节, notice 补正告知, special 特别程序, superior 上级机关, delivery 送达, publication 公开. */
export const clockKinds = ['promised', 'statutory', 'step', 'notice', 'special', 'superior', 'delivery', 'publication'] as const

const Clock = z.strictObject({
  /** Of its own in the subject and through every re-telling of it: `promised`, `step:reviewing:2`, `special:1`. The episode of a finding. */
  name: z.string(),
  kind: z.enum(clockKinds),
  clause: z.string(), basis: z.string(), startedOn: Day, pauses: z.array(Pause),
  /** `at`: when it was granted; before anything else where nobody says. What had become true by then it does not unsay. */
  extensions: z.array(z.strictObject({ clause: z.string(), workingDays: z.int(), at: Instant.optional() })).optional(),
  /** Counted from an earlier day, but running only since this instant: the law took the case for accepted. */
  runsSince: Instant.optional(),
  /** What the clock runs for; or, where a foreign source states the day itself, that day and its instant. */
  limitWorkingDays: z.int().optional(), statedDueOn: Day.optional(), statedDueAt: Instant.optional(),
  /** What was to be done in time is done, or has lost its object. A finding that had not become true by then never will. */
  stoppedAt: Instant.optional(),
  /** Who holds it up, where that is not the subject's own department or nobody in particular. */
  department: z.string().optional(), by: z.string().optional(),
})
export type TimelineClock = z.infer<typeof Clock>

/** 所做之事 in business order: steps, decisions, notices, all that somebody did. `id`: the fact's own, for evidence. */
const Deed = z.strictObject({
  id: z.string(), type: z.string(), at: Instant, step: z.string().optional(), by: z.string().optional(), role: z.string().optional(), department: z.string().optional(),
  terminal: z.string().optional(), key: z.string().optional(),
  /** Where it was keyed in later than it is said to have happened. */
  recordedAt: Instant.optional(), precision: z.literal('day').optional(),
  /** What rules ask of the deed: result, reason given, clause cited, kind of notice … small and without personal data. */
  said: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
export type Deed = z.infer<typeof Deed>

const Money = z.strictObject({
  id: z.string(), at: Instant, kind: z.enum(['assessed', 'charged', 'refunded']), effect: z.enum(['sets', 'adds']), amountFen: Fen, receipt: z.boolean().optional(),
})
export type Money = z.infer<typeof Money>

/** 时间线 — one supervised subject of any context, as far as rules may see it. */
export const Timeline = z.strictObject({
  subject: z.string(),
  department: z.string(),
  itemCode: z.string(),
  itemVersion: z.int().optional(),
  caseType: z.string().optional(),
  hall: z.string(),
  zone: z.string(),
  channel: z.string().optional(),
  /** Told by a foreign source: rules of late entry, hours and terminals do not look at it, and it makes no cards by itself. */
  imported: z.boolean(),
  /** The lead case of a sub-case. */
  of: z.string().optional(),
  /** Who may answer for its department, of a sub-case. */
  officers: z.array(z.string()).optional(),
  applicant: z.string().optional(), agent: z.string().optional(),
  clocks: z.array(Clock),
  deeds: z.array(Deed),
  money: z.array(Money).optional(),
  /** Pinned when it was accepted: the flow, the whole fee, the shortest plausible time. */
  flow: z.array(z.string()).optional(), stepLimits: z.array(z.strictObject({ step: z.string(), workingDays: z.int() })).optional(),
  feeFen: Fen.optional(), minimumMinutes: z.int().optional(), limitedQuantity: z.boolean().optional(),
  openedOn: Day.optional(), acceptedAt: Instant.optional(),
  /** It is over: decided and concluded, withdrawn, terminated, returned or not accepted. */
  endedAt: Instant.optional(), outcome: z.string().optional(),
})
export type Timeline = z.infer<typeof Timeline>
