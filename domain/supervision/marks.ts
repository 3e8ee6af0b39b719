import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { peoplesReasons } from './decide/held.ts'
import type { Mark } from './rules/rule.ts'

type Stay = { until: Day; recordedAt: Instant }
/** 牌上的话 — a card as far as what people have said of it bears on judging. */
export type Said = {
  ruleId: string; clock: string
  stay?: (Stay & { earlier?: readonly Stay[] | undefined }) | undefined; correction?: { recordedAt: Instant } | undefined; revoked?: { reason: string; recordedAt: Instant } | undefined
}
export const revokedByPeople = ({ revoked }: Pick<Said, 'revoked'>) => revoked !== undefined && peoplesReasons.includes(revoked.reason)

/** 标记 of all cards of a subject, by episode: corrected, stayed until the close of a day, revoked by people. The platform's own revocations say nothing. */
export const marksOf = (cards: readonly Said[], calendar: Calendar): Mark[] => cards.flatMap((card) => {
  const { ruleId, clock, stay, correction, revoked } = card, of = { ruleId, clock }
  return [
    ...correction ? [{ ...of, kind: 'corrected' as const, at: correction.recordedAt }] : [],
    ...stay ? [...stay.earlier ?? [], stay].map(({ until, recordedAt }) => ({ ...of, kind: 'stayed' as const, at: recordedAt, until: calendar.closeOf(until) })) : [],
    ...revoked && revokedByPeople(card) ? [{ ...of, kind: 'revoked' as const, at: revoked.recordedAt }] : [],
  ]
})
