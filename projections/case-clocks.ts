import { deadline, elapsedWorkingDays, ledgerText, overdueWorkingDays, remainingWorkingDays } from '../domain/calendar/deadline.ts'
import { dayAfter } from '../domain/kernel/zones.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { specialProcedureNames, type SpecialProcedure } from '../domain/kernel/vocabulary.ts'
import { asClock, limitOf } from '../domain/supervision/due.ts'
import type { TimelineClock } from '../domain/supervision/timeline.ts'
import type { CaseView, ClockKind, ClockView } from './views.ts'

type Language = 'zh' | 'en'
/** What a pause still open is planned to take counts here, as a provisional day; a rule would not go by it. */
export const withPlans = (clock: TimelineClock) => ({ ...asClock(clock), pauses: clock.pauses })

/** With what each clock begins, and what is due at its end; where nothing is said, acceptance and conclusion. */
export const begins: { [K in ClockKind]?: Record<Language, string> } = {
  step: { zh: '环节开始', en: 'Step begun' }, notice: { zh: '收件', en: 'Received' }, special: { zh: '特别程序开始', en: 'Special procedure begun' },
  superior: { zh: '上报', en: 'Reported up' }, delivery: { zh: '作出决定', en: 'Decided' }, publication: { zh: '准予许可', en: 'Licence granted' },
}
const owed: { [K in ClockKind]?: string } = { step: '应完成', notice: '应告知', special: '应结束', superior: '应决定', delivery: '应送达', publication: '应公开' }

/** Clauses name special procedures by their code, and the other holds as the law does; lines that people read name them in their language. */
export const inWords = (language: Language, kind: ClockKind) => (line: string) => {
  const named = line.replace(/特别程序：([a-z-]+)/g, (_, kind: string) => {
    const name = Object.hasOwn(specialProcedureNames, kind) ? specialProcedureNames[kind as SpecialProcedure][language] : kind
    return language === 'zh' ? `特别程序（${name}）` : `special procedure (${name})`
  })
  const above = language === 'zh' ? named.replace(/行政许可法第三十五条(?=不计|，)/, '上级机关审查（行政许可法第三十五条）')
    : named.replace(/行政许可法第三十五条(?=:|,)/, 'with the superior organ (行政许可法第三十五条)').replace('补办件', 'documents asked for after acceptance')
  return language === 'zh' ? above.replace(/^应办结 /, `${owed[kind] ?? '应办结'} `) : above
}

/** 时限 with its account, as of an instant: what is used, what is left, by how much it was missed. */
export function clockView(clock: TimelineClock, calendar: Calendar, at: Instant): ClockView {
  const counted = withPlans(clock)
  const found = deadline(counted, calendar)
  const stopped = clock.stoppedAt !== undefined && clock.stoppedAt <= at
  const until = stopped ? clock.stoppedAt! : at
  const { dueOn, provisional, ledger } = found
  const dueAt = clock.statedDueAt ?? (dueOn && calendar.closeOf(dueOn))
  const left = dueOn && !stopped && { remainingWorkingDays: remainingWorkingDays(dueOn, until, calendar) }
  const lines = (language: Language) => {
    const startedBy = begins[clock.kind]?.[language]
    return ledgerText(found, { ...counted, ...(startedBy && { startedBy }) }, calendar, language).map(inWords(language, clock.kind))
  }
  return {
    name: clock.name, kind: clock.kind, clause: clock.clause, basis: clock.basis, startedOn: clock.startedOn, limitWorkingDays: limitOf(clock, calendar),
    stated: clock.statedDueOn !== undefined, held: !stopped && clock.pauses.some(({ to }) => to === undefined),
    ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(provisional && { provisional }), ...left,
    ...(dueAt && until > dueAt && { overdueWorkingDays: overdueWorkingDays(dueOn!, until, calendar) }),
    elapsedWorkingDays: elapsedWorkingDays(counted, calendar.dayOf(until), calendar),
    ...(stopped && { stoppedAt: clock.stoppedAt! }), ...(clock.department !== undefined && { department: clock.department }),
    pauses: clock.pauses.map(({ clause, from, to }) => ({ clause, from, ...(to && { to }) })), ledger, lines: { zh: lines('zh'), en: lines('en') },
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
