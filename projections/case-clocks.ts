import { deadline, elapsedWorkingDays, ledgerText, overdueWorkingDays, remainingWorkingDays } from '../domain/calendar/deadline.ts'
import { dayAfter } from '../domain/kernel/zones.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { specialProcedureNames, type SpecialProcedure } from '../domain/kernel/vocabulary.ts'
import { asClock, limitOf } from '../domain/supervision/due.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'
import type { CaseView, ClockView } from './views.ts'

/** What a pause still open is planned to take counts here, as a provisional day; a rule would not go by it. */
const withPlans = (clock: TimelineClock) => ({ ...asClock(clock), pauses: clock.pauses })

/** A clause names a special procedure by its code; a line that people read names it in their language. */
const inWords = (language: 'zh' | 'en') => (line: string) => line.replace(/特别程序：([a-z-]+)/g, (_, kind: string) => {
  const named = Object.hasOwn(specialProcedureNames, kind) ? specialProcedureNames[kind as SpecialProcedure][language] : kind
  return language === 'zh' ? `特别程序（${named}）` : `special procedure (${named})`
})

/** 时限 with its account, as of an instant: what is used, what is left, by how much it was missed. */
export function clockView(clock: TimelineClock, { endedAt }: Timeline, calendar: Calendar, at: Instant): ClockView {
  const counted = withPlans(clock)
  const found = deadline(counted, calendar)
  const until = endedAt && endedAt < at ? endedAt : at
  const { dueOn, provisional, ledger } = found
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  const left = dueOn && !endedAt && { remainingWorkingDays: remainingWorkingDays(dueOn, until, calendar) }
  return {
    name: clock.name, clause: clock.clause, basis: clock.basis, startedOn: clock.startedOn, limitWorkingDays: limitOf(clock, calendar),
    stated: clock.statedDueOn !== undefined, held: !endedAt && clock.pauses.some(({ to }) => to === undefined),
    ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(provisional && { provisional }), ...left,
    ...(dueAt && until > dueAt && { overdueWorkingDays: overdueWorkingDays(dueOn!, until, calendar) }),
    elapsedWorkingDays: elapsedWorkingDays(counted, calendar.dayOf(until), calendar),
    pauses: clock.pauses.map(({ clause, from, to }) => ({ clause, from, ...(to && { to }) })), ledger,
    lines: { zh: ledgerText(found, counted, calendar, 'zh').map(inWords('zh')), en: ledgerText(found, counted, calendar, 'en').map(inWords('en')) },
  }
}

/** Past this a time line shows no days any more, and the shading would only cost. */
const shadedDays = 800

/** 休息日 inside a span of days, as stretches with the name of the festival where it has one. */
export function restDays(from: Day, to: Day, calendar: Calendar): CaseView['restDays'] {
  const stretches: { from: Day; to: Day; name: string }[] = []
  for (let day = from, n = 0; day <= to && n < shadedDays; day = dayAfter(day), n++) {
    if (calendar.isWorkingDay(day)) continue
    const name = calendar.nameOf(day) ?? ''
    const last = stretches.at(-1)
    if (last && dayAfter(last.to) === day) stretches[stretches.length - 1] = { ...last, to: day, name: last.name || name }
    else stretches.push({ from: day, to: day, name })
  }
  return stretches
}
