import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { Answer, Saying } from '../api/tell.ts'

/** 舞台 — all that a simulated county may do: say commands as anybody would, and move the demonstration's clock on. */
export type Stage = {
  /** Says a command as the runner does; the clock is as it was set. */
  say(saying: Saying): Promise<Answer>
  /** `recordedAt` of what is said next; never goes back. While the county is live, the root moves it. */
  clock: { now(): Instant; set(at: Instant): void }
  calendar(): OfficeCalendar
  /** Rows caught up and policies run as of the clock (cards dealt). Called a minute after each office close while history is played. */
  closeOfDay(): Promise<void>
  /** When all that has been said has been judged. */
  judged(): Promise<void>
}
