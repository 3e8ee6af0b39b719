import { canonical } from '../../kernel/canonical.ts'
import { decider, isRefusal, refuse } from '../../kernel/decider.ts'
import type { CardCommand, CardEvent } from '../events.ts'
import { catalogue } from '../rules/index.ts'
import { findingId } from '../rules/rule.ts'
import { activeIn, appealIsLate, cardIn, decideBy, evolveCards, noticeWasLate, peoplesReasons, restingOn, type Cards } from './held.ts'

type Revoking = Extract<CardEvent, { type: 'CardRevoked' }>['data']
/** 撤牌 takes with it what stood on the card: a red without its yellow is none. */
const revoking = (cards: Cards, { cardId, reason, evidence }: Revoking): readonly CardEvent[] => [
  { type: 'CardRevoked', data: { cardId, reason, evidence } },
  ...restingOn(cards, cardId).map((id): CardEvent => ({ type: 'CardRevoked', data: { cardId: id, reason, evidence: `所依据的牌 ${cardId} 已撤` } })),
]
/** A warning that an inspector may hold for a yellow is one of a rule that knows a yellow (domain.md R-18). */
const knowsYellow = (ruleId: string) => catalogue.some(({ id, deduction }) => id === ruleId && deduction.YELLOW !== undefined)
const appellants = ['handler', 'section-head']

/** 发牌、告知、申诉、缓、纠错、撤牌、处理 — an issued card is never taken out; all that is said of it stands beside it. */
export const cardDecider = decider<Cards, CardCommand, CardEvent>()({
  needs: {
    IssueCard: {}, NotifyCard: {}, SupersedeCard: {}, RevokeCard: {}, FileCardAppeal: {}, DecideCardAppeal: {}, StayCard: {}, CorrectCard: {},
    ConfirmCorrection: {}, ConfirmCard: {}, RecordSanction: {},
  },
  initial: {},
  evolve: evolveCards,
  answers: {
    IssueCard(cards, { severity, because, ...finding }, given) {
      const cardId = findingId(finding), known = cardIn(cards, cardId)
      // What people have revoked is not dealt again; what the platform took back or moved is, where the facts have changed back.
      if (known && (known.standing === 'active' || known.byPeople)) return []
      if (severity === 'HINT') return [{ type: 'HintRaised', data: { cardId, ...finding } }]
      if (severity === 'WARN') return [{ type: 'WarningRaised', data: { cardId, ...finding } }]
      if (severity === 'YELLOW') return [{ type: 'YellowCardIssued', data: { cardId, ...finding } }]
      const yellow = because === undefined ? undefined : cardIn(cards, because)
      if (because !== undefined && yellow?.standing !== 'active') return refuse('no-yellow-behind-it')
      return [{ type: 'RedCardIssued', data: { cardId, ...finding, ...(because !== undefined && { because }), ...(yellow && noticeWasLate(yellow, given) && { lateNotice: true }) } }]
    },
    NotifyCard(cards, { cardId, notified }, { now }) {
      const card = activeIn(cards, cardId)
      if (isRefusal(card)) return card
      const told = card.notified.map(canonical), fresh = notified.filter((one) => !told.includes(canonical(one)))
      return fresh.length === 0 ? [] : [{ type: 'CardNotified', data: { cardId, notified: fresh, notifiedAt: now } }]
    },
    SupersedeCard(cards, data) {
      if (cardIn(cards, data.cardId)?.ended === canonical(data)) return []
      const card = activeIn(cards, data.cardId), by = activeIn(cards, data.by)
      if (isRefusal(card)) return card
      if (isRefusal(by) || data.by === data.cardId) return refuse('no-card-in-its-place')
      return [{ type: 'CardSuperseded', data }]
    },
    RevokeCard(cards, data, { by }) {
      if (peoplesReasons.includes(data.reason) === (by.role === 'policy')) return refuse('reason-of-another')
      const card = cardIn(cards, data.cardId)
      if (card?.standing === 'revoked') return []
      return card?.standing === 'active' ? revoking(cards, data) : refuse(card ? 'card-not-standing' : 'no-such-card')
    },
    FileCardAppeal(cards, { cardId, grounds }, given) {
      const card = activeIn(cards, cardId)
      if (isRefusal(card)) return card
      if (card.appeal) return card.appeal.grounds === grounds ? [] : refuse('appealed-already')
      const notified = card.notified.filter(({ duty }) => appellants.includes(duty))
      if (notified.length > 0 && !notified.some(({ person }) => person === given.by.person)) return refuse('card-of-another')
      if (appealIsLate(card, given)) return refuse('appeal-too-late')
      return [{ type: 'CardAppealFiled', data: { cardId, grounds, decideBy: decideBy(given) } }]
    },
    DecideCardAppeal(cards, { cardId, result, reason }) {
      const card = cardIn(cards, cardId)
      if (!card) return refuse('no-such-card')
      if (card.appeal?.result) return card.appeal.result === result && card.appeal.reason === reason ? [] : refuse('appeal-decided-already')
      if (!card.appeal) return refuse('no-appeal-open')
      if (card.standing !== 'active') return refuse('card-not-standing')
      if (result === 'dismissed') return [{ type: 'CardAppealDismissed', data: { cardId, reason } }]
      return [{ type: 'CardAppealUpheld', data: { cardId, reason } }, ...revoking(cards, { cardId, reason: 'appeal-upheld', evidence: reason })]
    },
    StayCard(cards, data, { now, calendar }) {
      const card = activeIn(cards, data.cardId)
      if (isRefusal(card)) return card
      if (card.stayedUntil === data.until) return []
      if (!card.appeal || card.appeal.result) return refuse('no-appeal-open')
      if (data.until < calendar.dayOf(now)) return refuse('stay-already-over')
      if (restingOn(cards, data.cardId).length > 0) return refuse('red-already')
      return [{ type: 'CardStayed', data }]
    },
    CorrectCard(cards, data) {
      const card = activeIn(cards, data.cardId)
      if (isRefusal(card)) return card
      if (card.report !== undefined) return card.report === data.report ? [] : refuse('corrected-already')
      return [{ type: 'CardCorrected', data }]
    },
    ConfirmCorrection(cards, data) {
      const card = activeIn(cards, data.cardId)
      if (isRefusal(card)) return card
      if (card.report === undefined) return refuse('no-correction-reported')
      return card.corrected ? [] : [{ type: 'CardCorrectionConfirmed', data }]
    },
    ConfirmCard(cards, data) {
      const card = activeIn(cards, data.cardId)
      if (isRefusal(card)) return card
      if (!card.lateNotice && !(card.severity === 'WARN' && knowsYellow(card.ruleId))) return refuse('nothing-to-confirm')
      return card.confirmed ? [] : [{ type: 'CardConfirmed', data }]
    },
    RecordSanction(cards, data) {
      const card = activeIn(cards, data.cardId)
      if (isRefusal(card)) return card
      const said = Object.hasOwn(card.sanctions, data.documentNo) ? card.sanctions[data.documentNo] : undefined
      if (said !== undefined) return said === canonical(data) ? [] : refuse('document-number-taken')
      if (card.lateNotice && !card.confirmed) return refuse('card-not-confirmed')
      return [{ type: 'SanctionRecorded', data }]
    },
  },
})
