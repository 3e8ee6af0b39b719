import { canonical } from '../../kernel/canonical.ts'
import { refuse } from '../../kernel/decider.ts'
import type { Given } from '../../kernel/decider.ts'
import type { Calendar, Day, Instant } from '../../kernel/values.ts'
import type { CardEvent } from '../events.ts'
import type { Severity } from '../rules/rule.ts'

type Notified = Extract<CardEvent, { type: 'CardNotified' }>['data']['notified']
/** 一张牌 as far as the next word about it depends on the words before. `standing` is always one of three, and never none. */
export type Held = {
  ruleId: string; severity: Severity; becameTrueAt: Instant; standing: 'active' | 'revoked' | 'superseded'
  because?: string; lateNotice?: boolean
  /** How the platform or a person ended it; said again in the same words it is nothing new. */
  ended?: string; byPeople?: boolean
  notified: Notified; notifiedAt?: Instant
  appeal?: { grounds: string; result?: 'upheld' | 'dismissed'; reason?: string }
  stayedUntil?: Day; report?: string; corrected?: boolean; confirmed?: boolean
  sanctions: Readonly<Record<string, string>>
}
/** 一个对象的牌 — every card that it was ever given, by finding. */
export type Cards = Readonly<Record<string, Held>>

/** What only people say: an appeal that was upheld, an act of God. The platform's own reasons are computed. */
export const peoplesReasons: readonly string[] = ['appeal-upheld', 'force-majeure']

/** Ids are said from outside: `constructor` is no card. */
export const cardIn = (cards: Cards, cardId: string): Held | undefined => Object.hasOwn(cards, cardId) ? cards[cardId] : undefined
/** 有效的牌, or why there is none. */
export function activeIn(cards: Cards, cardId: string) {
  const card = cardIn(cards, cardId)
  if (!card) return refuse('no-such-card')
  return card.standing === 'active' ? card : refuse('card-not-standing')
}
/** Cards that stand on this one and fall with it. */
export const restingOn = (cards: Cards, cardId: string): string[] =>
  Object.entries(cards).filter(([, { because, standing }]) => because === cardId && standing === 'active').map(([id]) => id)

const severities = { HintRaised: 'HINT', WarningRaised: 'WARN', YellowCardIssued: 'YELLOW', RedCardIssued: 'RED' } as const
type Issued = Extract<CardEvent, { type: keyof typeof severities }>

/** Dealt again, it stands again; what had been said of it meanwhile stays said. */
const dealt = (card: Held | undefined, { type, data }: Issued): Held => {
  const { ended: _, byPeople: __, ...kept } = card ?? { notified: [], sanctions: {} }
  return { ...kept, ruleId: data.ruleId, severity: severities[type], becameTrueAt: data.becameTrueAt, standing: 'active',
    ...('because' in data && data.because !== undefined && { because: data.because }), ...('lateNotice' in data && data.lateNotice && { lateNotice: true }) }
}
const isDealing = (fact: CardEvent): fact is Issued => Object.hasOwn(severities, fact.type)

function after(card: Held, fact: Exclude<CardEvent, Issued>): Held {
  switch (fact.type) {
    case 'CardNotified': return { ...card, notified: [...card.notified, ...fact.data.notified], notifiedAt: card.notifiedAt ?? fact.data.notifiedAt }
    case 'CardAppealFiled': return { ...card, appeal: { grounds: fact.data.grounds } }
    case 'CardAppealUpheld': return { ...card, appeal: { ...card.appeal!, result: 'upheld', reason: fact.data.reason } }
    case 'CardAppealDismissed': return { ...card, appeal: { ...card.appeal!, result: 'dismissed', reason: fact.data.reason } }
    case 'CardStayed': return { ...card, stayedUntil: fact.data.until }
    case 'CardCorrected': return { ...card, report: fact.data.report }
    case 'CardCorrectionConfirmed': return { ...card, corrected: true }
    case 'CardConfirmed': return { ...card, confirmed: true }
    case 'CardRevoked': return { ...card, standing: 'revoked', ended: canonical(fact.data), byPeople: peoplesReasons.includes(fact.data.reason) }
    case 'CardSuperseded': return { ...card, standing: 'superseded', ended: canonical(fact.data) }
    case 'SanctionRecorded': return { ...card, sanctions: { ...card.sanctions, [fact.data.documentNo]: canonical(fact.data) } }
  }
}

export function evolveCards(cards: Cards, fact: CardEvent): Cards {
  const { cardId } = fact.data, card = cardIn(cards, cardId)
  if (isDealing(fact)) return { ...cards, [cardId]: dealt(card, fact) }
  return card ? { ...cards, [cardId]: after(card, fact) } : cards
}

/** 申诉期、裁决期 in working days (domain.md D.1, convention). */
const appealWorkingDays = 3, decisionWorkingDays = 5
/** 申诉截止日 */
export const appealUntil = (notifiedAt: Instant, calendar: Calendar): Day => calendar.addWorkingDays(calendar.dayOf(notifiedAt), appealWorkingDays)
/** An appeal may be filed until the close of the third working day after the notice; where none was given the days have not begun. */
export const appealIsLate = ({ notifiedAt }: Held, { now, calendar }: Given) =>
  notifiedAt !== undefined && now > calendar.closeOf(appealUntil(notifiedAt, calendar))
export const decideBy = ({ now, calendar }: Given): Day => calendar.addWorkingDays(calendar.dayOf(now), decisionWorkingDays)
/** 告知迟 — later than the close of the first working day after the yellow became true, or never. */
export const noticeWasLate = ({ becameTrueAt, notifiedAt }: Held, { calendar }: Given) =>
  notifiedAt === undefined || notifiedAt > calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(becameTrueAt), 1))
