import type { Instant } from '../../kernel/values.ts'
import type { Money, Timeline } from '../timeline.ts'
import { at, money } from './example.ts'
import type { Found, Rule } from './rule.ts'

/** 收费不符 — what was paid in the end against what was owed: all that was assessed, or the item's whole fee where nothing was (行政许可法 58, 59, 75).
    More is red, less is yellow, nothing paid is nothing collected wrongly; a refund puts right. By the house's own records besides: no receipt,
    collected before acceptance. It is graded by itself and does not turn red with time. */
export const wrongFee: Rule<Record<never, number>> = {
  id: 'R-09',
  zh: '收费不符',
  en: 'Fee not as the standard says',
  version: 1,
  severity: 'YELLOW',
  clause: '行政许可法第五十八条、第五十九条、第七十五条',
  params: {},
  bounds: {},
  inputs: ['FeeAssessed', 'FeeCharged', 'FeeRefunded', 'CaseAccepted', 'ItemPublished'],
  formula: {
    zh: '已收 > 应收为红牌，0 < 已收 < 应收为黄牌，在最后一次核定或者收费时成立，退清即纠正；无票据、受理前收费（本平台办件）为黄牌，收费时成立',
    en: 'paid > owed is red, 0 < paid < owed yellow, at the last assessment or charge, put right by a refund; no receipt, or before acceptance (own cases), yellow as it is charged',
  },
  tells: ['handler', 'section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { YELLOW: 5, RED: 10 },
  escalates: false,
  breaches: { over: { zh: '多收', en: 'charged too much' }, under: { zh: '少收', en: 'charged too little' },
    receipt: { zh: '无票据', en: 'no receipt' }, early: { zh: '受理前收费', en: 'charged before acceptance' } },
  examples: [
    { zh: '照标准收', en: 'As the standard says', timeline: { acceptedAt: at('2026-03-02'), feeFen: 5000, money: [money('charged', '2026-03-03', 5000)] }, finds: [] },
    { zh: '不收费的事项收了五十元', en: 'Fifty yuan where nothing is owed', timeline: { acceptedAt: at('2026-03-02'), feeFen: 0, money: [money('charged', '2026-03-03', 5000)] },
      finds: [{ clock: 'fee~over', becameTrueAt: at('2026-03-03'), severity: 'RED' }] },
    { zh: '罚款加费用，少缴五元', en: 'Fine and expenses, five yuan short', finds: [{ clock: 'fee~under', becameTrueAt: at('2026-03-09'), severity: 'YELLOW' }],
      timeline: { imported: true, money: [money('assessed', '2026-03-02', 3500, { effect: 'sets' }), money('assessed', '2026-03-03', 1000),
        money('charged', '2026-03-09', 4000, { effect: 'sets' })] } },
    { zh: '受理前收，且无票据', en: 'Before acceptance, and no receipt',
      finds: [{ clock: 'charge:1~receipt', becameTrueAt: at('2026-03-02') }, { clock: 'charge:1~early', becameTrueAt: at('2026-03-02') }],
      timeline: { acceptedAt: at('2026-03-03'), feeFen: 5000, money: [money('charged', '2026-03-02', 5000, { receipt: false })] } },
    { zh: '未缴', en: 'Nothing paid yet', timeline: { feeFen: 5000 }, finds: [] },
  ],
  foresee: (timeline, { item }) => !timeline.money?.some(({ kind }) => kind === 'charged') ? []
    : [...inTheEnd(timeline.money, timeline.feeFen ?? item?.feeFen), ...timeline.imported ? [] : asCharged(timeline)],
}

/** The last `sets` of a kind and all that was added, before it or after. */
function totals(money: readonly Money[]) {
  const total = { assessed: { set: 0, more: 0 }, charged: { set: 0, more: 0 }, refunded: { set: 0, more: 0 } }
  return {
    count({ kind, effect, amountFen }: Money) {
      if (effect === 'sets') total[kind].set = amountFen
      else total[kind].more += amountFen
    },
    net: (fee: number) => {
      const of = (kind: Money['kind']) => total[kind].set + total[kind].more
      return { owed: money.some(({ kind }) => kind === 'assessed') ? of('assessed') : fee, paid: of('charged') - of('refunded') }
    },
  }
}

/** Walked from the last assessment or charge on: what is wrong then, or made wrong by a refund, and the refund that puts it right. */
function inTheEnd(money: readonly Money[], feeFen: number | undefined): Found[] {
  if (feeFen === undefined && !money.some(({ kind }) => kind === 'assessed')) return []
  const last = money.findLastIndex(({ kind }) => kind !== 'refunded')
  const { count, net } = totals(money)
  const found: { over?: Found; under?: Found } = {}
  money.forEach((it, i) => {
    count(it)
    if (i < last) return
    const { owed, paid } = net(feeFen ?? 0)
    const now = paid > owed ? 'over' : paid < owed && paid > 0 ? 'under' : undefined
    for (const kind of ['over', 'under'] as const) {
      const open = found[kind]
      if (now === kind) found[kind] = open && open.correctedAt === undefined ? open : wrong(kind, it)
      else if (open && open.correctedAt === undefined) found[kind] = { ...open, correctedAt: it.at }
    }
  })
  return Object.values(found)
}
const wrong = (kind: 'over' | 'under', { id, at }: { id: string; at: Instant }): Found =>
  ({ clock: `fee~${kind}`, becameTrueAt: at, severity: kind === 'over' ? 'RED' : 'YELLOW', evidence: [id] })

function asCharged({ money = [], acceptedAt }: Timeline): Found[] {
  const breachesOf = ({ at, receipt }: Money) => [...receipt ? [] : ['receipt'], ...acceptedAt === undefined || at < acceptedAt ? ['early'] : []]
  return money.filter(({ kind }) => kind === 'charged').flatMap((it, i) => breachesOf(it)
    .map((breach) => ({ clock: `charge:${i + 1}~${breach}`, becameTrueAt: it.at, evidence: [it.id] })))
}
