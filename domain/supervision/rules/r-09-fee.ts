import type { Calendar, Instant } from '../../kernel/values.ts'
import { notBefore } from '../due.ts'
import type { Money, Timeline } from '../timeline.ts'
import { numbered } from './chain.ts'
import { at, money } from './example.ts'
import type { Found, Rule } from './rule.ts'

/** 收费不符 — what was paid against what was owed, too much as it is charged, too little in the end: all that was assessed, or the item's whole fee where
    nothing was (行政许可法 58, 59, 75). More is red, less is yellow, nothing paid is nothing collected wrongly; a refund or the rest puts right. By the house's
    own records besides: no receipt, collected before acceptance. It is graded by itself and does not turn red with time. */
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
    zh: '已收 > 应收为红牌，收费时成立；0 < 已收 < 应收为黄牌，办件结束时成立，其后收费的，当日下班时成立（外部来源：均在最后一次核定或者收费时）；'
      + '退清、补足即纠正；无票据、受理前收费（本平台办件）为黄牌，收费时成立',
    en: 'paid > owed is red, as it is charged; 0 < paid < owed yellow, when the case has ended, what is paid later at that close (foreign: both at the last assessment or charge); '
      + 'put right by a refund or the rest; no receipt, or before acceptance (own cases), yellow as it is charged',
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
    { zh: '分两次缴清', en: 'Paid in two parts', finds: [],
      timeline: { acceptedAt: at('2026-03-02'), endedAt: at('2026-03-04'), feeFen: 5000, money: [money('charged', '2026-03-03', 2000), money('charged', '2026-03-03 10:20', 3000)] } },
    { zh: '办结时尚未缴足', en: 'The rest not paid when the case has ended', finds: [{ clock: 'fee~under', becameTrueAt: at('2026-03-04'), severity: 'YELLOW' }],
      timeline: { acceptedAt: at('2026-03-02'), endedAt: at('2026-03-04'), feeFen: 5000, money: [money('charged', '2026-03-03', 2000)] } },
    { zh: '未缴', en: 'Nothing paid yet', timeline: { feeFen: 5000 }, finds: [] },
  ],
  foresee(timeline, { item, calendar }) {
    const { money = [], imported } = timeline, feeFen = timeline.feeFen ?? item?.feeFen
    if (!money.some(({ kind }) => kind === 'charged')) return []
    const said = money.some(({ kind }) => kind === 'assessed')
    if (imported) return feeFen === undefined && !said ? [] : wrongs(toldWhole(money, feeFen))
    return [...feeFen === undefined && !said ? [] : wrongs(asItHappened(timeline, money, feeFen, calendar)), ...asCharged(timeline)]
  },
}

/** The last `sets` of a kind and all that was added, before it or after; the fee is owed where nothing has been assessed. */
function balanceOf(money: readonly Money[], feeFen = 0): Wrong | undefined {
  const total = { assessed: { set: 0, more: 0 }, charged: { set: 0, more: 0 }, refunded: { set: 0, more: 0 } }
  for (const { kind, effect, amountFen } of money) {
    if (effect === 'sets') total[kind].set = amountFen
    else total[kind].more += amountFen
  }
  const of = (kind: Money['kind']) => total[kind].set + total[kind].more
  const owed = money.some(({ kind }) => kind === 'assessed') ? of('assessed') : feeFen, paid = of('charged') - of('refunded')
  return paid > owed ? 'over' : paid < owed && paid > 0 ? 'under' : undefined
}
type Wrong = 'over' | 'under'
/** 一次结算 — what is wrong at an instant, and what of that may be held against anybody already. */
type Reckoning = { at: Instant; id?: string | undefined; now: Wrong | undefined; counts: readonly Wrong[] }
const both = ['over', 'under'] as const

/** A foreign history is told whole: from its last assessment or charge on, what is wrong then or made wrong by a refund. */
function toldWhole(money: readonly Money[], feeFen: number | undefined): Reckoning[] {
  const last = money.findLastIndex(({ kind }) => kind !== 'refunded')
  return money.slice(last).map(({ at, id }, i) => ({ at, id, now: balanceOf(money.slice(0, last + i + 1), feeFen), counts: both }))
}

/** Of the house's own: too much as it is charged; too little once the case has ended, for until then the rest may be paid, and what is paid after that
    by the close of its day. What was charged before acceptance is held against the fee that is pinned then. */
function asItHappened({ acceptedAt, endedAt }: Timeline, money: readonly Money[], feeFen: number | undefined, calendar: Calendar): Reckoning[] {
  const from = acceptedAt ?? endedAt, ended = (at: Instant) => endedAt !== undefined && at >= endedAt
  if (from === undefined) return []
  const closing = (at: Instant) => notBefore(at, calendar.closeOf(calendar.dayOf(at)))
  const instants = [from, ...endedAt === undefined ? [] : [endedAt], ...money.flatMap(({ at }) => at < from ? [] : ended(at) ? [at, closing(at)] : [at])]
  return [...new Set(instants)].sort().map((at) => {
    const sofar = money.filter((one) => one.at <= at), last = sofar.at(-1), charging = sofar.some((one) => one.kind === 'charged' && (one.at === at || at === from))
    const settled = at === endedAt || (ended(at) && money.some((one) => one.at >= endedAt! && closing(one.at) === at))
    return { at, id: last?.id, now: balanceOf(sofar, feeFen), counts: [...charging || settled ? ['over' as const] : [], ...settled ? ['under' as const] : []] }
  })
}

/** From one settlement to the next: what is put right has an end, and what is wrong again is another finding. */
function wrongs(reckonings: readonly Reckoning[]): Found[] {
  const found: Found[] = []
  for (const kind of both) {
    let open: Found | undefined, n = 0
    for (const { at, id, now, counts } of reckonings) {
      if (now !== kind && open) {
        open.correctedAt = at
        open = undefined
      } else if (now === kind && !open && counts.includes(kind)) {
        open = { clock: `${numbered('fee', ++n)}~${kind}`, becameTrueAt: at, severity: kind === 'over' ? 'RED' : 'YELLOW', ...(id !== undefined && { evidence: [id] }) }
        found.push(open)
      }
    }
  }
  return found
}

function asCharged({ money = [], acceptedAt }: Timeline): Found[] {
  const breachesOf = ({ at, receipt }: Money) => [...receipt ? [] : ['receipt'], ...acceptedAt === undefined || at < acceptedAt ? ['early'] : []]
  return money.filter(({ kind }) => kind === 'charged').flatMap((it, i) => breachesOf(it)
    .map((breach) => ({ clock: `charge:${i + 1}~${breach}`, becameTrueAt: it.at, evidence: [it.id] })))
}
