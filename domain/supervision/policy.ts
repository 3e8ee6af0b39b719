import { deadline, ledgerText } from '../calendar/deadline.ts'
import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { asClock, clockOf, ledgerOf } from './due.ts'
import type { CardCommand } from './events.ts'
import { revokedByPeople, type Said } from './marks.ts'
import { episodeOf, findingId, type Finding, type Severity } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 已发的牌 as far as judging anew must know it. */
export type Dealt = Said & {
  cardId: string; severity: Severity; becameTrueAt: Instant; dueOn?: Day | undefined; state: 'active' | 'revoked' | 'superseded'
  /** How often it was dealt. */
  dealt: number
  recordedAt: Instant; calendarVersion: number; department?: string | undefined; evidence?: string[] | undefined; notified?: readonly unknown[] | undefined
}
/** 当时的账 — what the facts of today would give under the calendar that the platform had when a card was dealt. */
export type Then = { findings: readonly Finding[]; calendar: Calendar }
/** 其后记入的事实 in words. `late`: it had happened by the instant of the card. */
export type Since = { fact: string; late: boolean }
/** 复核 — a subject judged anew, beside the cards that it has. `of` says for a disproved card how it stood then and what was recorded since. */
export type Review = {
  subject: string; timeline?: Timeline | undefined; findings: readonly Finding[]; cards: readonly Dealt[]; calendar: Calendar
  of(card: Dealt): { then?: Then | undefined; since: readonly Since[] }
}
/** 说的话 with its key: any number of machines may say it at any time, and it is said once. */
export type Saying = { id: string; key: string; command: CardCommand }

/** Standing cards that what is found now does not bear out: not at that instant, or not with that weight. */
export const disproved = (cards: readonly Dealt[], findings: readonly Finding[]): Dealt[] => cards.filter((card) => card.state === 'active'
  && !findings.some((finding) => !finding.shadow && findingId(finding) === card.cardId && finding.severity === card.severity))

const dueText = (dueOn: Day | undefined) => dueOn ?? '未定'
function accountOf(timeline: Timeline | undefined, episode: string, calendar: Calendar): string {
  const clock = timeline && clockOf(timeline, episode)
  if (!clock) return '无时限'
  const counted = asClock(clock), found = deadline(counted, calendar)
  return `应办结 ${dueText(found.dueOn)}（${ledgerText(found, counted, calendar, 'zh').join('；')}）`
}
const longest = 4000
/** Of a foreign history what counts is that it came in later: its money is judged whole, whenever it was paid. */
const reasonOf = (amended: boolean, since: readonly Since[], foreign: boolean) =>
  amended ? 'calendar-amended' : since.some(({ late }) => late || foreign) ? 'late-fact' : 'judged-anew'
/** 证据 in words: both accounts where the calendar has moved, else the facts that had happened by then and came in after the card, else what there is. */
function evidenceOf({ timeline, calendar }: Review, card: Dealt, then: Then | undefined, since: readonly Since[]): string {
  const foreign = timeline?.imported ?? false
  const facts = (late: boolean) => since.filter((it) => foreign || it.late === late).map(({ fact }) => fact).join('；') || '无'
  const text = {
    'calendar-amended': () => `日历修订：按发牌时的日历（第 ${then!.calendar.version} 版）${accountOf(timeline, card.clock, then!.calendar)}，牌于 ${card.becameTrueAt} 成立；`
      + `按现行日历（第 ${calendar.version} 版）${accountOf(timeline, card.clock, calendar)}，该时刻不成立`,
    'late-fact': () => `发牌（${card.recordedAt}）之后记入的${foreign ? '' : `、在 ${card.becameTrueAt} 以前发生的`}事实使其不成立：${facts(true)}`,
    'judged-anew': () => `发牌（${card.recordedAt}）之后没有补录此前的事实（其后发生的事实：${facts(false)}）；按现行规则以及全部记录重新研判，${card.becameTrueAt} 不成立，`
      + accountOf(timeline, card.clock, calendar),
  }[reasonOf(then !== undefined && stoodThen(card, then), since, foreign)]()
  return text.slice(0, longest)
}
const stoodThen = ({ cardId }: Dealt, then: Then | undefined) => then?.findings.some((finding) => findingId(finding) === cardId) ?? false

const dealing = (subject: string, timeline: Timeline | undefined, calendar: Calendar, times: (cardId: string) => number) => (finding: Finding): Saying => {
  const { correctedAt: _, shadow: __, evidence, ...found } = finding, cardId = findingId(finding), before = times(cardId)
  return { id: subject, key: before === 0 ? cardId : `${cardId} ${before + 1}`,
    command: { type: 'IssueCard', data: { ...found, ...(evidence && { evidence: [...evidence] }),
      ledger: timeline ? [...ledgerOf(timeline, finding.clock, calendar, finding.becameTrueAt)] : [] } } }
}
/** 发牌 for what is found of a subject that has no cards yet; the key is the finding's own. */
export const cardsFor = (timeline: Timeline, findings: readonly Finding[], calendar: Calendar): Saying[] =>
  findings.filter(({ shadow }) => !shadow).map(dealing(timeline.subject, timeline, calendar, () => 0))

/** 复核牌 — what is found now becomes cards, each with its account; a card at another instant than its episode now has gives way to the one that has it;
    one whose episode is not found any more is revoked, with the reason computed. What people have revoked is left alone, and so is its episode. */
export function reconcile(review: Review): Saying[] {
  const { subject, timeline, findings, cards, calendar } = review
  const known = new Map(cards.map((card) => [card.cardId, card]))
  const settled = new Set(cards.filter(revokedByPeople).map(episodeOf)), open = findings.filter((finding) => !finding.shadow && !settled.has(episodeOf(finding)))
  const found = new Set(open.map(findingId)), wanted = open.filter(({ because }) => because === undefined || found.has(because))
  const holding = new Map<string, string>()
  for (const finding of wanted) if (!holding.has(episodeOf(finding))) holding.set(episodeOf(finding), findingId(finding))

  const before: Saying[] = [], after: Saying[] = []
  const redealt = new Set<string>()
  for (const card of disproved(cards, wanted)) {
    const { then, since } = review.of(card)
    const reason = reasonOf(stoodThen(card, then), since, review.timeline?.imported ?? false)
    const by = holding.get(episodeOf(card))
    if (by !== undefined && by !== card.cardId) {
      after.push({ id: subject, key: `supersede ${card.cardId} ${card.dealt}`, command: { type: 'SupersedeCard', data: { cardId: card.cardId, by, reason } } })
      continue
    }
    const saying: Saying = { id: subject, key: `revoke ${card.cardId} ${card.dealt}`,
      command: { type: 'RevokeCard', data: { cardId: card.cardId, reason, evidence: evidenceOf(review, card, then, since) } } }
    // The same instant with another weight: the card gives way to itself.
    if (by === card.cardId) { before.push(saying); redealt.add(card.cardId) } else after.push(saying)
  }
  const due = wanted.filter((finding) => redealt.has(findingId(finding)) || known.get(findingId(finding))?.state !== 'active')
  return [...before, ...due.map(dealing(subject, timeline, calendar, (cardId) => known.get(cardId)?.dealt ?? 0)), ...after]
}
