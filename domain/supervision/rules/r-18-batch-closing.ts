import { remainingWorkingDays } from '../../calendar/deadline.ts'
import type { Calendar, Day, Instant } from '../../kernel/values.ts'
import { dueOf, limitOf } from '../due.ts'
import type { Timeline } from '../timeline.ts'
import { numbered } from './chain.ts'
import { at, deed, promised } from './example.ts'
import { groupOf, idsOf, kept, text } from './group.ts'
import type { Observation, Pattern } from './rule.ts'

/** 到期前批量办结 — an officer who closes many at a stroke shortly before they fall due, or with one and the same opinion. Limits of a day or less are always nearly due,
    and what is past its due day is R-02's. Those that are not so do not hide those that are. */
export const batchClosing: Pattern<{ leastCases: number; withinMinutes: number; remainingWorkingDays: number }> = {
  id: 'R-18',
  zh: '到期前批量办结',
  en: 'Batch closing',
  version: 1,
  severity: 'WARN',
  clause: '保市府办〔2010〕214号（体外循环）',
  params: { leastCases: 5, withinMinutes: 10, remainingWorkingDays: 1 },
  bounds: { leastCases: { from: 2, to: 1000, whole: true }, withinMinutes: { from: 1, to: 1440, whole: true }, remainingWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseConcluded', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven'],
  formula: {
    zh: '同一人员一日以内在 withinMinutes 分钟之中办结不少于 leastCases 件，均在到期以前且剩余工作日不多于 remainingWorkingDays，或者其意见文字完全相同',
    en: 'one officer on one day concludes at least leastCases within withinMinutes, all not yet past due with at most remainingWorkingDays left, or all with the very same opinion',
  },
  tells: ['section-head', 'inspector'],
  deduction: { YELLOW: 5 },
  escalates: false,
  examples: [
    { zh: '到期当日四分钟办结五件', en: 'five in four minutes on the day that is due', timelines: five((n) => `2026-03-09 16:0${n}`),
      finds: [{ subject: 'officers.P-1', clock: 'batch:2026-03-09', becameTrueAt: at('2026-03-09 16:04') }] },
    { zh: '各隔五分钟', en: 'five minutes apart', timelines: five((n) => `2026-03-09 16:${String(10 + n * 5)}`), finds: [] },
  ],
  observe(timeline, { calendar }) {
    const { subject, department, deeds } = timeline
    const concluded = deeds.find(({ type }) => type === 'CaseConcluded')
    if (!concluded || concluded.by === undefined || concluded.precision) return []
    const { by, at, id } = concluded, day = calendar.dayOf(at)
    const opinion = deeds.slice(0, deeds.indexOf(concluded)).findLast((deed) => deed.by === by && deed.said?.['opinion'] !== undefined)?.said?.['opinion']
    const left = remaining(timeline, day, at, calendar)
    return left === undefined && opinion === undefined ? []
      : [{ group: groupOf(by, day), subject, at, id, said: { officer: by, day, department, ...(left !== undefined && { remaining: left }), ...(opinion !== undefined && { opinion }) } }]
  },
  conclude(_, observations, __, { leastCases, withinMinutes, remainingWorkingDays: most }) {
    if (observations.length < leastCases) return []
    const nearlyDue = observations.filter(({ said }) => said['remaining'] !== undefined && Number(said['remaining']) <= most)
    const alike = new Map<string, Observation[]>()
    for (const observation of observations) if (observation.said['opinion'] !== undefined) kept(alike, text(observation, 'opinion')).push(observation)
    const batches = [nearlyDue, ...alike.values()].flatMap((some) => batchesIn(some, leastCases, withinMinutes * 60_000))
      .sort((a, b) => a.at === b.at ? 0 : a.at < b.at ? -1 : 1)
    // The same cases are one batch, whatever is wrong with them; what is added to two when both are batches already makes them no more one.
    const apart = batches.reduce<Batch[]>((kept, batch) => kept.some(({ cases }) => cases.some((one) => batch.first.includes(one))) ? kept : [...kept, batch], [])
    return apart.map(({ at, cases }, i) => ({ subject: `officers.${text(cases[0]!, 'officer')}`, department: text(cases[0]!, 'department'),
      clock: numbered(`batch:${text(cases[0]!, 'day')}`, i + 1), becameTrueAt: at, evidence: idsOf(cases) }))
  },
}

/** Nothing where it is past due, or was nearly due from the first. */
function remaining({ clocks }: Timeline, day: Day, at: Instant, calendar: Calendar): number | undefined {
  const clock = clocks.find(({ kind }) => kind === 'promised'), dueOn = clock && dueOf(clock, calendar).dueOn
  return dueOn === undefined || dueOn < day || limitOf(clock!, calendar) <= 1 ? undefined : remainingWorkingDays(dueOn, at, calendar)
}

type Batch = { at: Instant; first: readonly Observation[]; cases: readonly Observation[] }
/** Each begins with the first conclusion that has enough after it in time, becomes true with the last one needed, and takes all that come in time. */
function batchesIn(observations: readonly Observation[], least: number, withinMs: number): Batch[] {
  const found: Batch[] = []
  for (let i = 0; i + least <= observations.length; i++) {
    const from = Date.parse(observations[i]!.at), cases = observations.slice(i).filter(({ at }) => Date.parse(at) - from <= withinMs)
    if (cases.length < least) continue
    found.push({ at: cases[least - 1]!.at, first: cases.slice(0, least), cases })
    i += cases.length - 1
  }
  return found
}

function five(when: (n: number) => string): Partial<Timeline>[] {
  return [0, 1, 2, 3, 4].map((n) => ({ subject: `cases.${n}`, ...promised('2026-03-02', 5), deeds: [deed('CaseConcluded', when(n), {}, { by: 'P-1' })] }))
}
