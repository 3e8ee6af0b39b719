import type { Calendar } from '../../kernel/values.ts'
import { specialProcedures } from '../../kernel/vocabulary.ts'
import { overruns } from '../due.ts'
import type { Deed, Timeline } from '../timeline.ts'
import { at, clock, close, deed } from './example.ts'
import type { Found, Ground, Rule } from './rule.ts'
import { untold } from './told.ts'

/** 特别程序超时 — longer than was planned, of a kind that neither the law lists nor the item names, without a word in writing to the applicant, or once
    too often (行政许可法 45; how often is convention). Ending it puts right what can still be put right. */
export const specialProcedure: Rule<{ graceWorkingDays: number; noticeWorkingDays: number; maxPauses: number }> = {
  id: 'R-06',
  zh: '特别程序超时',
  en: 'Special procedure too long or out of order',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第四十五条',
  params: { graceWorkingDays: 1, noticeWorkingDays: 1, maxPauses: 2 },
  bounds: { graceWorkingDays: { from: 0, to: 250, whole: true }, noticeWorkingDays: { from: 0, to: 250, whole: true }, maxPauses: { from: 0, to: 100, whole: true } },
  inputs: ['SpecialProcedureStarted', 'SpecialProcedureEnded', 'NoticeSent', 'CaseConcluded'],
  formula: {
    zh: '特别程序超过计划的工作日 ≥ graceWorkingDays，或者启动后 noticeWorkingDays 个工作日内未书面告知申请人，在当日下班时成立；种类不在法定或者事项所列之内，或者超过 maxPauses 次，启动时成立',
    en: 'past its plan by graceWorkingDays, or not told in writing within noticeWorkingDays of its start, at that close; of a kind that law or item lacks, or beyond maxPauses, as it starts',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin'],
  deduction: { YELLOW: 5 },
  escalates: true,
  breaches: { untold: { zh: '未书面告知申请人', en: 'applicant not told in writing' }, unlisted: { zh: '不属于法定特别程序', en: 'no special procedure of the law' },
    foreign: { zh: '事项未列该特别程序', en: 'not named by the item' }, again: { zh: '次数过多', en: 'too many' } },
  examples: [
    { zh: '计划十日，第十一日下班仍未结束', en: 'Planned for ten days, still running at the close of the eleventh', finds: [{ clock: 'special:1', becameTrueAt: close('2026-04-23') }],
      timeline: { clocks: [clock('special:1', '2026-04-08', 10)],
        deeds: [deed('SpecialProcedureStarted', '2026-04-08', { kind: 'expert-review' }), deed('NoticeSent', '2026-04-09', { kind: 'special-procedure' })] } },
    { zh: '按期结束，次日告知', en: 'Ended in time, told the next day', finds: [],
      timeline: { clocks: [clock('special:1', '2026-04-08', 10, { stoppedAt: at('2026-04-22') })],
        deeds: [deed('SpecialProcedureStarted', '2026-04-08', { kind: 'hearing' }), deed('NoticeSent', '2026-04-09', { kind: 'special-procedure' })] } },
    { zh: '没有书面告知', en: 'Nothing in writing', finds: [{ clock: 'special:1~untold', becameTrueAt: close('2026-04-09') }],
      timeline: { clocks: [clock('special:1', '2026-04-08', 10, { stoppedAt: at('2026-04-22') })], deeds: [deed('SpecialProcedureStarted', '2026-04-08', { kind: 'hearing' })] } },
    { zh: '以征求意见为名', en: 'In the name of asking around', finds: [{ clock: 'special:1~unlisted', becameTrueAt: at('2026-04-08') }],
      timeline: { imported: true, deeds: [deed('SpecialProcedureStarted', '2026-04-08', { kind: 'consultation' })] } },
  ],
  foresee(timeline, ground, { graceWorkingDays, noticeWorkingDays, maxPauses }) {
    if (!timeline.deeds.some(isStart)) return overruns(timeline, 'special', graceWorkingDays, ground.calendar)
    const started = timeline.deeds.filter(isStart)
    return [...overruns(timeline, 'special', graceWorkingDays, ground.calendar), ...started.flatMap((deed, i) => [
      ...ofItsKind(deed, i + 1, maxPauses, ground), ...notTold(timeline, deed, i + 1, noticeWorkingDays, ground.calendar)])]
  },
}
const isStart = ({ type }: Deed) => type === 'SpecialProcedureStarted'
const notTold = (timeline: Timeline, deed: Deed, n: number, workingDays: number, calendar: Calendar): Found[] =>
  [untold(timeline, deed, 'special-procedure', `special:${n}~untold`, workingDays, calendar)].filter((it) => it !== undefined)

function ofItsKind({ id, at, said }: Deed, n: number, maxPauses: number, { item }: Ground): Found[] {
  const kind = String(said?.['kind'] ?? ''), lawful: readonly string[] = specialProcedures
  const breaches = [...!lawful.includes(kind) ? ['unlisted'] : item && !item.specialProcedures.includes(kind) ? ['foreign'] : [], ...n > maxPauses ? ['again'] : []]
  return breaches.map((breach) => ({ clock: `special:${n}~${breach}`, becameTrueAt: at, evidence: [id] }))
}
