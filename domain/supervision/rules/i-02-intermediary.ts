import { at, deed } from './example.ts'
import { firstAbove, groupOf, idsOf, text } from './group.ts'
import type { Pattern } from './rule.ts'

const granted = (agents: string) => [...agents].map((agent, i) => ({ subject: `cases.${i}`, itemCode: 'SP-01', department: '市场监管局', ...(agent !== '-' && { agent: `G-${agent}` }),
  deeds: [deed('LicenceGranted', `2026-03-1${i}`, {}, { step: 'decision' })] }))

/** 中介垄断 — one agent behind a large share of a year's grants of one item. */
export const intermediary: Pattern<{ share: number; leastGrants: number }> = {
  id: 'I-02',
  zh: '中介垄断',
  en: 'Intermediary',
  version: 1,
  severity: 'HINT',
  clause: '优化营商环境条例第四十三条',
  params: { share: 0.3, leastGrants: 20 },
  bounds: { share: { from: 0.05, to: 1, whole: false }, leastGrants: { from: 2, to: 100_000, whole: true } },
  inputs: ['ApplicationSubmitted', 'LicenceGranted'],
  formula: { zh: '同一事项一年以内准予许可不少于 leastGrants 件，其中由同一代理人代办的多于 share', en: 'of at least leastGrants grants of one item in a year, more than share through one agent' },
  tells: ['inspector'],
  deduction: {},
  escalates: false,
  confidential: true,
  examples: [
    { zh: '四件之中两件由同一代理人代办', en: 'two of four through one agent', params: { leastGrants: 4 }, timelines: granted('1-1-'),
      finds: [{ subject: 'agents.G-1', clock: 'agent:SP-01:2026', becameTrueAt: at('2026-03-13') }] },
    { zh: '四件由四个代理人代办', en: 'four through four agents', params: { leastGrants: 4 }, timelines: granted('1234'), finds: [] },
  ],
  observe({ subject, itemCode, department, agent, of, deeds }, { calendar }) {
    const grant = of === undefined ? deeds.find(({ type }) => type === 'LicenceGranted') : undefined
    if (!grant) return []
    const year = calendar.dayOf(grant.at).slice(0, 4)
    return [{ group: groupOf(itemCode, year), subject, at: grant.at, id: grant.id, said: { itemCode, year, department, ...(agent !== undefined && { agent }) } }]
  },
  conclude: (_, observations, __, { share, leastGrants }) => firstAbove(observations, 'agent', share, leastGrants).map(({ who, at, mine }) => ({
    subject: `agents.${who}`, department: text(at, 'department'), clock: `agent:${text(at, 'itemCode')}:${text(at, 'year')}`, becameTrueAt: at.at, evidence: idsOf(mine) })),
}
