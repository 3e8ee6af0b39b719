import type { Day } from '../../kernel/values.ts'
import type { Deed, Timeline } from '../timeline.ts'
import { at, close, deed } from './example.ts'
import type { Found, Ground, Rule } from './rule.ts'
import { untold } from './told.ts'

/** 违规延期 — asked for when the day had passed, for too long, a second time, approved by whoever asked, or not told to the applicant (行政许可法 42).
    The house itself refuses most of these; a foreign source may tell of any. */
export const badExtension: Rule<{ maxWorkingDays: number; jointMaxWorkingDays: number; noticeWorkingDays: number }> = {
  id: 'R-08',
  zh: '违规延期',
  en: 'Extension against the law',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第四十二条',
  params: { maxWorkingDays: 10, jointMaxWorkingDays: 15, noticeWorkingDays: 1 },
  bounds: { maxWorkingDays: { from: 0, to: 250, whole: true }, jointMaxWorkingDays: { from: 0, to: 250, whole: true }, noticeWorkingDays: { from: 0, to: 250, whole: true } },
  inputs: ['LimitExtended', 'NoticeSent'],
  formula: {
    zh: '到期以后延期，超过 maxWorkingDays（联办件 jointMaxWorkingDays）个工作日，再次延期，或者自批自延，延期时成立；noticeWorkingDays 个工作日内未告知申请人，在当日下班时成立',
    en: 'after the due day, by more than maxWorkingDays (joint jointMaxWorkingDays), again, or approved by nobody else, as it is made; not told within noticeWorkingDays, at that close',
  },
  tells: ['section-head', 'leader', 'inspector'],
  deduction: { YELLOW: 5 },
  escalates: false,
  breaches: { late: { zh: '到期以后延期', en: 'after the due day' }, long: { zh: '延期过长', en: 'too long' }, again: { zh: '再次延期', en: 'a second time' },
    approver: { zh: '自批自延', en: 'approved by nobody else' }, untold: { zh: '未告知申请人', en: 'applicant not told' } },
  examples: [
    { zh: '到期前由领导批准，次日告知', en: 'Before its day, by the leader, told the next day', finds: [],
      timeline: { deeds: [deed('LimitExtended', '2026-03-06', { workingDays: 10, approver: 'p-9', dueOnBefore: '2026-03-09' }, { by: 'p-1' }),
        deed('NoticeSent', '2026-03-09', { kind: 'extension' })] } },
    { zh: '逾期三日才延，自己批准', en: 'Three days too late, and by himself',
      finds: [{ clock: 'extension:1~late', becameTrueAt: at('2026-03-12') }, { clock: 'extension:1~approver', becameTrueAt: at('2026-03-12') }],
      timeline: { imported: true, deeds: [deed('LimitExtended', '2026-03-12', { workingDays: 10, approver: 'p-1', dueOnBefore: '2026-03-09' }, { by: 'p-1' })] } },
    { zh: '延期十一日；未告知', en: 'Eleven days, and nobody told',
      finds: [{ clock: 'extension:1~long', becameTrueAt: at('2026-03-06') }, { clock: 'extension:1~untold', becameTrueAt: close('2026-03-09') }],
      timeline: { deeds: [deed('LimitExtended', '2026-03-06', { workingDays: 11, approver: 'p-9', dueOnBefore: '2026-03-09' }, { by: 'p-1' })] } },
    { zh: '联办件延期十五日', en: 'A joint case by fifteen days', finds: [],
      timeline: { imported: true, caseType: 'JOINT', deeds: [deed('LimitExtended', '2026-03-06', { workingDays: 15, approver: 'p-9', dueOnBefore: '2026-03-09' }, { by: 'p-1' })] } },
  ],
  foresee(timeline, ground, params) {
    const found: Found[] = []
    let n = 0
    for (const deed of timeline.deeds) if (deed.type === 'LimitExtended') {
      const clock = `extension:${++n}`
      for (const breach of breachesOf(deed, n, timeline, ground, params)) found.push({ clock: `${clock}~${breach}`, becameTrueAt: deed.at, evidence: [deed.id] })
      const silent = untold(timeline, deed, 'extension', `${clock}~untold`, params.noticeWorkingDays, ground.calendar)
      if (silent) found.push(silent)
    }
    return found
  },
}

type Longest = { maxWorkingDays: number; jointMaxWorkingDays: number }
function breachesOf({ at, by, said = {} }: Deed, n: number, { caseType }: Timeline, { calendar }: Ground, { maxWorkingDays, jointMaxWorkingDays }: Longest): string[] {
  const { workingDays, approver, dueOnBefore } = said
  const breaches: string[] = []
  if (typeof dueOnBefore === 'string' && at > calendar.closeOf(dueOnBefore as Day)) breaches.push('late')
  if (Number(workingDays) > (caseType === 'JOINT' ? jointMaxWorkingDays : maxWorkingDays)) breaches.push('long')
  if (n > 1) breaches.push('again')
  if (approver === '' || (approver !== undefined && approver === by)) breaches.push('approver')
  return breaches
}
