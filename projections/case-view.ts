import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { isOver } from '../domain/kernel/order.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { foreseen, rulesFor, type Rulebook } from '../domain/supervision/judge.ts'
import { soonAtOf } from '../domain/supervision/light.ts'
import { marksOf } from '../domain/supervision/marks.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import type { Ground, ItemGround } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { cards as cardsProjection } from './cards.ts'
import { cardPieces, findingViews } from './case-cards.ts'
import { seesFindings } from './case-facts.ts'
import { caseFolder, type Eyes, type FoldSources, type Judged, type Moment, type NotYet } from './case-fold.ts'
import { foldRows } from './fold-row.ts'
import type { CaseView } from './views.ts'

/** What a view is made of where the book and the rules are. `cards`: those of the case and of its sub-cases. `calendar` is the one that the case is judged by. */
export type CaseSources = Omit<FoldSources, 'cards' | 'calendarAt' | 'judged'> & {
  facts: readonly Recorded<CaseEvent>[]
  cards: readonly Recorded<CardEvent>[]
  calendar: Calendar
  rulebook: Rulebook
  /** What the rules look at of the item that the case was accepted under. */
  ground?: ItemGround | undefined
}
/** When, as far as was known when, and in whose eyes. */
export type Standpoint = Eyes & Moment

/** Rules that are known, those that wait for facts and those of modules among them. */
export const rulesIn = ({ rules, patterns }: Rulebook) => [...catalogue, ...rules, ...patterns]
/** 研判 of a subject by the rules, with what people had said of its cards by then. */
export function judging({ cards, facts, rulebook, ground: item, personName: _ }: CaseSources, { role, epoch }: Eyes) {
  const positions = new Map(facts.map(({ meta }) => [meta.id, meta.position])), known = rulesIn(rulebook)
  const isKnown = (fact: Recorded<CardEvent>, known: Instant) => fact.meta.recordedAt <= known || isOver(fact, known, epoch)
  const dealtBy = (known: Instant) => [...foldRows(cardsProjection, cards.filter((fact) => isKnown(fact, known))).values()]
  const marksBy = (known: Instant, calendar: Calendar) => {
    const dealt = dealtBy(known)
    return (subject: string) => marksOf(dealt.filter((card) => card.subject === subject), calendar)
  }
  const judged = (timeline: Timeline, calendar: Calendar, marks: NonNullable<Ground['marks']>): Judged => {
    const ground: Ground = { calendar, marks, ...(timeline.of === undefined && { item }) }
    const found = foreseen(timeline, rulesFor(rulebook, timeline.openedOn), ground), soonAt = soonAtOf(timeline, found)
    return { ...(soonAt && { soonAt }), found: seesFindings(role) ? findingViews(found, role, positions, numberOf(timeline), known) : [] }
  }
  return { marksBy, judged, positions }
}
/** A sub-case is named in what is found of it. */
const numberOf = ({ of, subject }: Timeline) => of === undefined ? undefined : Number(subject.slice(of.length + 1))

/** 办件 — as it stood at an instant, as far as was known by another, as a role saw it. */
export function caseView(id: string, sources: CaseSources, { at, known, ...eyes }: Standpoint): CaseView | NotYet {
  const { calendar, cards, personName } = sources, { marksBy, judged, positions } = judging(sources, eyes), marks = marksBy(known ?? eyes.now, calendar)
  return caseFolder(id, { ...sources, cards: seesFindings(eyes.role) ? cardPieces(cards, eyes.role, personName, positions, rulesIn(sources.rulebook)) : [], calendarAt: () => calendar,
    judged: (timeline) => judged(timeline, calendar, marks(timeline.subject)) }, eyes)({ at, known })
}
