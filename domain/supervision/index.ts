import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { canonical } from '../kernel/canonical.ts'
import { supervisionCommands, supervisionEvents, type CardCommand, type CardEvent, type RuleCommand, type RuleEvent } from './events.ts'
import { rules } from './rules/index.ts'
import { findingId } from './rules/rule.ts'

export type SupervisionRefusal = 'no-yellow-behind-it' | 'no-such-card' | 'no-such-rule' | 'unknown-parameter' | 'not-the-next-rule-version'
  | 'parameter-out-of-bounds' | 'rule-reaching-back'
/** Of one subject: every card that it was ever given, by finding. */
type Cards = Readonly<Record<string, 'issued' | 'revoked'>>
/** Ids are said from outside: `constructor` is no card. */
const standing = (cards: Cards, cardId: string) => Object.hasOwn(cards, cardId) ? cards[cardId] : undefined

/** 发牌、撤牌 */
export const cardDecider = decider<Cards, CardCommand, CardEvent>()({
  needs: { IssueCard: {}, RevokeCard: {} },
  initial: {},
  evolve: (cards, { type, data }) => ({ ...cards, [data.cardId]: type === 'CardRevoked' ? 'revoked' : 'issued' }),
  answers: {
    IssueCard(cards, { severity, because, ...finding }) {
      const cardId = findingId(finding)
      if (standing(cards, cardId)) return [] // a revoked card is not dealt again for the same instant
      if (severity === 'WARN') return [{ type: 'WarningRaised', data: { cardId, ...finding } }]
      if (severity === 'YELLOW') return [{ type: 'YellowCardIssued', data: { cardId, ...finding } }]
      if (because !== undefined && standing(cards, because) !== 'issued') return refuse('no-yellow-behind-it')
      return [{ type: 'RedCardIssued', data: { cardId, ...finding, because } }]
    },
    RevokeCard(cards, data) {
      if (standing(cards, data.cardId) === 'revoked') return []
      return standing(cards, data.cardId) ? [{ type: 'CardRevoked', data }] : refuse('no-such-card')
    },
  },
})

/** 发布规则：another version with other parameters, from a day on; what was published is never changed. */
export const ruleDecider = decider<{ version: number; latest?: string }, RuleCommand, RuleEvent>()({
  needs: { PublishRule: {} },
  initial: { version: 1 },
  evolve: (_, { data: { ruleId: _id, ...said } }) => ({ version: said.version, latest: canonical(said) }),
  answers: {
    PublishRule({ version, latest }, data, { id, now, calendar }) {
      const rule = rules.find((rule) => rule.id === id)
      if (!rule) return refuse('no-such-rule')
      if (latest === canonical(data)) return []
      if (data.version !== version + 1) return refuse('not-the-next-rule-version')
      if (Object.keys(data.params).some((name) => !Object.hasOwn(rule.params, name))) return refuse('unknown-parameter')
      const outside = Object.entries(data.params).some(([name, value]) => {
        const { from, to, whole } = rule.bounds[name]!
        return value < from || value > to || (whole && !Number.isInteger(value))
      })
      if (outside) return refuse('parameter-out-of-bounds')
      if (data.effectiveFrom < calendar.dayOf(now)) return refuse('rule-reaching-back') // domain.md D.4
      return [{ type: 'RulePublished', data: { ruleId: id, ...data } }]
    },
  },
})

export const supervision = context({
  name: 'supervision',
  zh: '监察',
  events: supervisionEvents,
  commands: supervisionCommands,
  grants: { IssueCard: ['policy'], RevokeCard: ['inspector', 'policy'], PublishRule: ['inspector'] },
  deciders: { card: cardDecider, rule: ruleDecider },
})
