import { isRefusal } from '../domain/kernel/decider.ts'
import { occurredAt } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { supervision } from '../domain/supervision/index.ts'
import { judge, rulesFor, type Rulebook } from '../domain/supervision/judge.ts'
import { disproved, reconcile, type Dealt, type Since, type Then } from '../domain/supervision/policy.ts'
import type { Finding, Ground } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { toldOf, type Enrolled } from '../domain/supervision/told.ts'
import type { CardRow } from '../projections/cards.ts'
import { cardsOf, groundFor } from './judging.ts'
import { policy, type Rooms } from './rooms.ts'

/** A subject as it has just been judged. `ofPatterns`: what was concluded about it over many subjects; absent where that has not been done, so that
    cards of such rules are left as they are. `tell`: whom a new card is told to; absent where no notices are sent. */
export type JudgedSubject = {
  subject: string; timeline?: Timeline | undefined; ground: Ground; findings: readonly Finding[]; cards: readonly CardRow[]
  ofPatterns?: readonly Finding[] | undefined; tell?: readonly Enrolled[] | undefined
}

/** Facts named in a piece of evidence, at most. */
const namedAtMost = 20
/** 其后的事实 — recorded of the subject since a card was dealt, those first that had happened by its instant. A sub-case's are its lead's. */
async function since({ book }: Rooms, { subject, timeline }: Pick<JudgedSubject, 'subject' | 'timeline'>, { recordedAt, becameTrueAt, evidence = [] }: Dealt): Promise<Since[]> {
  // Which case a sub-case is of, its timeline says: a foreign number may end like one.
  const stream = subject.startsWith('officers.') ? `cases-officer.${subject.slice('officers.'.length)}` : (timeline?.of ?? subject).replace('.', '-')
  // Of the same millisecond is later, unless it is what proved the card.
  const told = (await book.readStream(stream)).filter(({ meta }) => meta.recordedAt >= recordedAt && !evidence.includes(meta.id)).map((fact) => ({ late: occurredAt(fact) <= becameTrueAt,
    fact: `${fact.type}（第 ${fact.meta.position} 条，发生 ${occurredAt(fact)}，记入 ${fact.meta.recordedAt}）` }))
  return told.sort((a, b) => Number(b.late) - Number(a.late)).slice(0, namedAtMost)
}

/** Which of its cards this judging can speak of: a rule that is no longer here, or only tried out, says nothing of what it once dealt. */
function speaksOf(rulebook: Rulebook, { timeline, ofPatterns }: JudgedSubject): (ruleId: string) => boolean {
  const alone = new Set(timeline ? rulesFor(rulebook, timeline.openedOn).filter(({ shadow }) => !shadow).map(({ rule }) => rule.id) : [])
  const overMany = new Set(rulebook.patterns.map(({ id }) => id))
  return (ruleId) => ofPatterns ? alone.has(ruleId) || overMany.has(ruleId) : alone.has(ruleId) && !overMany.has(ruleId)
}

/** 复核 — makes the cards of a subject what was found of it: deals, supersedes, revokes, and tells whom it concerns. Answers how many facts about cards are new.
    Each saying has a key of its own, so that two who judge the same at once say it once. */
export async function review(rooms: Rooms, rulebook: Rulebook, judged: JudgedSubject, now: Instant): Promise<number> {
  const { subject, timeline, ground, findings, cards, ofPatterns = [], tell } = judged
  const found = [...findings, ...ofPatterns], speaks = speaksOf(rulebook, judged)
  const spokenOf = cards.filter(({ ruleId, state }) => state !== 'active' || speaks(ruleId))
  const wrong = disproved(spokenOf, found), how = new Map<string, { then?: Then | undefined; since: readonly Since[] }>()
  for (const card of wrong) {
    const before = timeline && await groundFor(rooms, timeline, cards, now, card.recordedAt)
    how.set(card.cardId, { since: await since(rooms, judged, card),
      then: timeline && before && { calendar: before.calendar, findings: judge(timeline, rulebook, before, now) } })
  }
  const sayings = reconcile({ subject, timeline, findings: found, cards: spokenOf, calendar: ground.calendar, of: ({ cardId }: Dealt) => how.get(cardId) ?? { since: [] } })
  let told = 0
  // One after the other: a red card stands on its yellow.
  for (const { id, key, command } of sayings) {
    const answer = await rooms.tell({ context: supervision, id, command, by: policy, key, before: async () => { told++ } })
    if (!isRefusal(answer) && 'stale' in answer) throw new Error(`${id}: a saying of the house itself pins no revision`)
  }
  if (tell) await notify(rooms, rulebook, judged, told > 0 ? await cardsOf(rooms, subject) : cards, tell)
  return told
}

/** 告知 of standing cards that nobody has been told of yet. */
async function notify(rooms: Rooms, rulebook: Rulebook, { subject, timeline }: JudgedSubject, cards: readonly CardRow[], people: readonly Enrolled[]) {
  for (const card of cards) {
    if (!card.standing || card.notified) continue
    const rule = [...rulebook.rules, ...rulebook.patterns].find(({ id }) => id === card.ruleId)
    const notified = rule ? toldOf(rule, card as Parameters<typeof toldOf>[1], { subject, timeline }, people) : []
    if (notified.length === 0) continue
    const { cardId, dealt } = card
    await rooms.tell({ context: supervision, id: subject, command: { type: 'NotifyCard', data: { cardId, notified } }, by: policy, key: `notify ${cardId} ${dealt}` })
  }
}
