import { context } from '../kernel/context.ts'
import type { Refusal } from '../kernel/decider.ts'
import { cardDecider } from './decide/cards.ts'
import { ruleDecider } from './decide/rules.ts'
import { supervisionCommands, supervisionEvents } from './events.ts'

type CodeOf<D> = D extends { decide(...said: never[]): infer Answer } ? Extract<Answer, Refusal>['refused'] : never
export type SupervisionRefusal = CodeOf<typeof cardDecider> | CodeOf<typeof ruleDecider>

/** 监察：发牌、告知、申诉、撤牌；规则的提议、发布、停用 (domain.md D.1, K) */
export const supervision = context({
  name: 'supervision',
  zh: '监察',
  events: supervisionEvents,
  commands: supervisionCommands,
  grants: {
    IssueCard: ['policy'], NotifyCard: ['policy'], SupersedeCard: ['policy'], RevokeCard: ['inspector', 'policy'],
    FileCardAppeal: ['handler', 'section-head'], CorrectCard: ['handler', 'section-head'],
    DecideCardAppeal: ['inspector'], StayCard: ['inspector'], ConfirmCorrection: ['inspector'], ConfirmCard: ['inspector'], RecordSanction: ['inspector'],
    ProposeRule: ['inspector'], PublishRule: ['inspector'], ProposeRetirement: ['inspector'], RetireRule: ['inspector'],
  },
  subjects: { card: 'card', rule: 'house' },
  deciders: { card: cardDecider, rule: ruleDecider },
})
