import type { LedgerView } from '../../projections/views.ts'
import { ledgerOf } from '../ledger.ts'
import { local } from './case-text.ts'
import { text, type Verb } from './verb.ts'

const positions = (facts: readonly number[]) => facts.length === 0 ? '' : `  〔事实 ${facts.map((position) => `#${position}`).join('、')}〕`
/** 账 as an official would write it: where it begins, clause by clause with its facts, the due day, and the sum. */
function ledgerLines({ zone, clock, clause, basis, calendarVersion, entries, lines: { zh }, card }: LedgerView): string[] {
  const [begun, ...rest] = zh
  return [
    `${clause ?? clock}${basis ? `（${basis}）` : ''}  日历第 ${calendarVersion} 版`,
    ...(begun === undefined ? [] : [`  ${begun}`]),
    ...entries.map((entry, i) => `  ${rest[i] ?? entry.clause}${positions(entry.facts)}`), ...rest.slice(entries.length).map((line) => `  ${line}`),
    ...(card ? [`  ${card.severity} ${card.ruleId} ${card.zh}：${local(card.becameTrueAt, zone)} 成立，${local(card.issuedAt, zone)} 发（${card.clause}）${positions(card.evidence ?? [])}`] : []),
  ]
}

/** 期限账 */
export const ledgerVerb: Verb = {
  name: 'ledger', usage: 'ledger CASENO [--clock NAME] [--card CARDID] [--at INSTANT]', zh: '一个时限或一张牌的期限账：条款、事实、天数、日历，相加得应办结日',
  en: 'The ledger of a due date or a card: clauses, facts, days and calendar, which add up', positional: ['CASENO'],
  options: {
    clock: { type: 'string', zh: '时限：promised、statutory、step:reviewing:1 …；#1 为第 1 个子件', en: 'clock: promised, statutory, step:reviewing:1 …; #1 is the first sub-case' },
    card: { type: 'string', zh: '牌号', en: 'card' },
    at: { type: 'string', zh: '发生截至（默认此刻）', en: 'what had happened by then (default now)' },
    known: { type: 'string', zh: '获知截至（默认此刻）', en: 'what had been recorded by then (default now)' },
  },
  async run(rooms, said) {
    const found = await ledgerOf(rooms, said.positional[0]!, { clock: text(said, 'clock'), card: text(said, 'card'), at: text(said, 'at'), known: text(said, 'known') })
    return { json: found, text: ledgerLines(found).join('\n') }
  },
}
