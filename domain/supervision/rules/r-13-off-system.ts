import type { Calendar } from '../../kernel/values.ts'
import type { Deed, Timeline } from '../timeline.ts'
import { at, deed } from './example.ts'
import type { Found, Rule } from './rule.ts'

const official = ['acceptance', 'handling', 'reviewing', 'approving', 'decision', 'conclusion']
const decisions = ['LicenceGranted', 'LicenceRefused', 'SuperiorDecided']
/** When it was keyed in, whatever is claimed. */
const keyedInAt = ({ at, recordedAt }: Deed) => recordedAt ?? at

/** 厅外审批、体外循环 — what the trace of a case shows when it was dealt with elsewhere and keyed in for show. Foreign histories have no such trace. */
export const offSystem: Rule<{ lateEntryWorkingDays: number }> = {
  id: 'R-13',
  zh: '厅外审批或体外循环',
  en: 'Off-system handling',
  version: 1,
  severity: 'YELLOW',
  clause: '保市府办〔2010〕214号（厅外审批、体外循环）',
  params: { lateEntryWorkingDays: 1 },
  bounds: { lateEntryWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['CaseAccepted', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'LicenceGranted', 'LicenceRefused', 'SuperiorDecided', 'CaseConcluded'],
  formula: {
    zh: '自受理至办结不足事项最短合理时间且各环节出自同一终端；或者决定之后才录入受理；或者非网上申办在办公时间以外受理；或者发生后满 lateEntryWorkingDays 个工作日下班后才补录',
    en: 'concluded faster than is plausible and all at one terminal; or accepted after the decision; or out of hours and not online; or keyed in after the close of lateEntryWorkingDays',
  },
  tells: ['section-head', 'leader', 'inspector'],
  deduction: { YELLOW: 5, RED: 10 },
  escalates: true,
  breaches: {
    fast: { zh: '快于最短合理时间', en: 'faster than is plausible' }, 'after-decision': { zh: '先决定后受理', en: 'accepted after the decision' },
    'after-hours': { zh: '办公时间以外受理', en: 'accepted out of office hours' }, 'late-entry': { zh: '事后补录', en: 'keyed in late' },
  },
  examples: [
    { zh: '星期六在窗口受理', en: 'accepted at the window on a Saturday',
      timeline: { channel: 'window', deeds: [deed('CaseAccepted', '2026-03-07', {}, { step: 'acceptance' })] }, finds: [{ clock: 'after-hours', becameTrueAt: at('2026-03-07') }] },
    { zh: '星期一的事，星期三才录入', en: 'done on Monday, keyed in on Wednesday',
      timeline: { deeds: [deed('HandlingCompleted', '2026-03-02', {}, { step: 'handling', recordedAt: at('2026-03-04 09:00') })] },
      finds: [{ clock: 'late-entry:handling:1', becameTrueAt: at('2026-03-04 09:00') }] },
    { zh: '受理一刻钟即办结，出自同一终端，最短合理时间为半小时', en: 'concluded a quarter of an hour after acceptance at one terminal, where half an hour is the least',
      timeline: { channel: 'window', minimumMinutes: 30, acceptedAt: at('2026-03-03 10:00'),
        deeds: [deed('CaseAccepted', '2026-03-03 10:00', {}, { step: 'acceptance', terminal: 'T-1' }),
          deed('CaseConcluded', '2026-03-03 10:15', {}, { step: 'conclusion', terminal: 'T-1' })] },
      finds: [{ clock: 'fast', becameTrueAt: at('2026-03-03 10:15') }] },
    { zh: '次日下班前补录，网上件夜间受理', en: 'keyed in before the close of the next day; accepted at night, but online',
      timeline: { channel: 'online', deeds: [deed('CaseAccepted', '2026-03-02 22:00', {}, { step: 'acceptance' }),
        deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', recordedAt: at('2026-03-04 17:30') })] }, finds: [] },
  ],
  foresee: (timeline, { calendar }, { lateEntryWorkingDays }) => timeline.imported ? []
    : [...tooFast(timeline), ...afterDecision(timeline, calendar), ...afterHours(timeline, calendar), ...lateEntries(timeline, calendar, lateEntryWorkingDays)],
}

/** Two terminals are two desks at least; where none is known, the time alone speaks. */
function tooFast({ deeds, acceptedAt, minimumMinutes }: Timeline): readonly Found[] {
  if (acceptedAt === undefined || minimumMinutes === undefined) return []
  const concluded = deeds.find(({ type }) => type === 'CaseConcluded')
  if (!concluded || Date.parse(concluded.at) - Date.parse(acceptedAt) >= minimumMinutes * 60_000) return []
  const steps = deeds.filter(({ step }) => step !== undefined && official.includes(step))
  return new Set(steps.flatMap(({ terminal }) => terminal ?? [])).size > 1 ? [] : [{ clock: 'fast', becameTrueAt: concluded.at, evidence: steps.map(({ id }) => id) }]
}

/** 先办后录 — the decision claims to be older than the acceptance is. */
function afterDecision({ deeds }: Timeline, calendar: Calendar): readonly Found[] {
  const accepted = deeds.find(({ type }) => type === 'CaseAccepted')
  if (!accepted) return []
  const keyedIn = keyedInAt(accepted), on = calendar.dayOf(keyedIn)
  const decided = deeds.find(({ type, at, said }) => decisions.includes(type) && (at < keyedIn || (said?.['decidedOn'] !== undefined && String(said['decidedOn']) < on)))
  return decided ? [{ clock: 'after-decision', becameTrueAt: keyedIn, evidence: [accepted.id, decided.id] }] : []
}

function afterHours({ deeds, channel }: Timeline, calendar: Calendar): readonly Found[] {
  if (channel === undefined || channel === 'online') return []
  const accepted = deeds.find(({ type }) => type === 'CaseAccepted')
  if (!accepted || accepted.precision) return []
  const day = calendar.dayOf(accepted.at)
  const open = calendar.isWorkingDay(day) && accepted.at >= calendar.opensOf(day) && accepted.at <= calendar.closeOf(day)
  return open ? [] : [{ clock: 'after-hours', becameTrueAt: accepted.at, evidence: [accepted.id] }]
}

/** 补录 — the nth entry of a step, late or not, keeps its number when others come between. It is late when it is made: nobody could see it before. */
function lateEntries({ deeds, of }: Timeline, calendar: Calendar, workingDays: number): readonly Found[] {
  if (!deeds.some(({ recordedAt }) => recordedAt !== undefined)) return []
  const visits = new Map<string, number>()
  return deeds.flatMap(({ id, type, step = type, at, recordedAt }) => {
    const n = (visits.get(step) ?? 0) + 1
    visits.set(step, n)
    // A co-handler's late word is found on the sub-case, and is not the lead's.
    if (recordedAt === undefined || (of === undefined && type === 'SubOpinionGiven')) return []
    const until = calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(at), workingDays))
    return recordedAt > until ? [{ clock: `late-entry:${step}:${n}`, becameTrueAt: recordedAt, evidence: [id] }] : []
  })
}
