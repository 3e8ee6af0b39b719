import type { Timeline } from '../timeline.ts'
import { at, deed } from './example.ts'
import { firstAbove, groupOf, idsOf, text } from './group.ts'
import type { ItemGround, Observation, Pattern } from './rule.ts'

const item: ItemGround = { officers: ['P-1', 'P-2', 'P-3'], flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }
const handledBy = (officers: string) => [...officers].map((officer, i) => ({ subject: `cases.${i}`, applicant: 'A-1',
  deeds: [deed('HandlingCompleted', `2026-03-0${i + 2}`, {}, { step: 'handling', by: `P-${officer}` })] }))

/** 指定承办人 — one officer handles most of what one applicant, or one agent, brings in a year, though several may. Cases of items with few officers do not count. */
export const steering: Pattern<{ share: number; leastCases: number; leastOfficers: number }> = {
  id: 'I-01',
  zh: '指定承办人',
  en: 'Steering',
  version: 1,
  severity: 'HINT',
  clause: '保市府办〔2010〕214号（权力运行监控）',
  params: { share: 0.6, leastCases: 5, leastOfficers: 3 },
  bounds: { share: { from: 0.1, to: 1, whole: false }, leastCases: { from: 2, to: 10_000, whole: true }, leastOfficers: { from: 2, to: 1000, whole: true } },
  inputs: ['HandlingCompleted', 'ItemPublished'],
  formula: {
    zh: '授权人员不少于 leastOfficers 人的事项，同一申请人或者代理人一年以内的办件不少于 leastCases 件，其中由同一人员承办的多于 share',
    en: 'of items with at least leastOfficers officers, one applicant’s or agent’s cases of a year, at least leastCases, of which one officer handled more than share',
  },
  tells: ['inspector'],
  deduction: {},
  escalates: false,
  confidential: true,
  examples: [
    { zh: '事项有三人可办，五件之中四件由同一人承办', en: 'three may, and one handles four of five', timelines: handledBy('11121'), item,
      finds: [{ subject: 'officers.P-1', clock: 'steering:applicant:A-1:2026', becameTrueAt: at('2026-03-06') }] },
    { zh: '五件由三人承办', en: 'three handle five', timelines: handledBy('12312'), item, finds: [] },
  ],
  observe({ subject, applicant, agent, department, of, deeds }: Timeline, { calendar, item }): readonly Observation[] {
    // Who handles it first; who takes it up after a sending back unsays nothing.
    const handled = of === undefined && item ? deeds.find(({ step, by }) => step === 'handling' && by !== undefined) : undefined
    if (!handled?.by || !item) return []
    const { at, id, by } = handled, year = calendar.dayOf(at).slice(0, 4)
    return Object.entries({ applicant, agent }).flatMap(([whose, who]) => who === undefined ? [] : [{
      group: groupOf(whose, who, year), subject, at, id, said: { whose, who, year, officer: by, officers: item.officers.length, department } }])
  },
  conclude: (_, observations, __, { share, leastCases, leastOfficers }) =>
    firstAbove(observations.filter(({ said }) => Number(said['officers']) >= leastOfficers), 'officer', share, leastCases).map(({ who, at, mine }) => ({
      subject: `officers.${who}`, department: text(at, 'department'), evidence: idsOf(mine), becameTrueAt: at.at,
      clock: `steering:${text(at, 'whose')}:${text(at, 'who')}:${text(at, 'year')}` })),
}
