import type { CaseCommand } from '../domain/cases/events.ts'
import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import type { Actor } from '../domain/kernel/events.ts'
import { instantOf } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Fate } from './fate.ts'
import { afterWork } from './office-time.ts'
import { acting, seatOf, type Person } from './people.ts'
import type { Progress } from './progress.ts'

/** 下一步 — what is said next, by whom and when. `tried`: what is said before it and must be refused. `exact`: at that minute and not a little before or
    after; `anytime`: whether the doors are open or not. */
export type NextStep = { at: Instant; by: Actor; command: CaseCommand; tried?: { by: Actor; command: CaseCommand }; exact?: true; anytime?: true }

/** 场 — a case at a moment, and what may be asked of it to find its next step. */
export type Scene = {
  fate: Fate; progress: Progress; calendar: OfficeCalendar; notBefore: Instant
  /** So many working days after the latest step of the trunk, or after another moment; soon, where that is past. */
  work(workingDays: number, from?: Instant): Instant
  say(command: CaseCommand, by: Actor, at: Instant, more?: Pick<NextStep, 'exact' | 'anytime'>): NextStep
}
export const minutes = (at: Instant, count: number): Instant => instantOf(Date.parse(at) + count * 60_000)
export const policy: Actor = { person: 'policy', role: 'policy', department: '' }
/** Over the net in one's own name; at a window the clerk keys it in. */
export const applicantOf = ({ applicant }: Fate): Actor => ({ person: applicant.applicantId, role: 'applicant', department: '' })
export const applying = (fate: Fate): Actor => fate.channel === 'online' ? applicantOf(fate) : acting(fate.clerk)
/** At somebody else's machine, or with somebody else's key. */
export const lent = (who: Person, role: Role, whose: Person, what: 'terminal' | 'key'): Actor => ({ ...acting(who, role), [what]: seatOf(whose)[what] })
/** 应办结 as it was promised, where nothing moves it. */
export const promisedDay = ({ fate: { matter }, progress: { acceptedAt }, calendar }: Scene): Day =>
  calendar.addWorkingDays(calendar.dayOf(acceptedAt), matter.promisedWorkingDays)

export function sceneOf(fate: Fate, progress: Progress, calendar: OfficeCalendar, notBefore: Instant): Scene {
  const soon = () => afterWork(calendar, notBefore, fate.chance.between(`soon ${progress.facts}`, 0.002, 0.01))
  return {
    fate, progress, calendar, notBefore,
    work(workingDays, from = progress.since) {
      const at = afterWork(calendar, from, workingDays)
      return at > notBefore ? at : soon()
    },
    say: (command, by, at, more = {}) => ({ command, by, at: at > notBefore ? at : notBefore, ...more }),
  }
}
