import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { businessOrder, isOver, occurredAt, type Epoch } from '../domain/kernel/order.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { judge, type Rulebook } from '../domain/supervision/judge.ts'
import { dueEntry, lightAt } from '../domain/supervision/light.ts'
import { marksOf } from '../domain/supervision/marks.ts'
import type { Ground, ItemGround } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { cards as cardsProjection } from './cards.ts'
import { cardViews, findingViews } from './case-cards.ts'
import { clockView, restDays } from './case-clocks.ts'
import { factView, seesFindings } from './case-facts.ts'
import { partsOf } from './case-parts.ts'
import { pathOf } from './case-path.ts'
import { caseTimelines } from './case-timelines.ts'
import { feesOf } from './case-row.ts'
import { casesProjection } from './cases.ts'
import { foldRow, foldRows } from './fold-row.ts'
import type { CaseView, FindingView } from './views.ts'

/** What a view is folded from. `cards`: those of the case and of its sub-cases. `calendar` is the one that the case is judged by; names are as of today. */
export type CaseSources = {
  facts: readonly Recorded<CaseEvent>[]
  cards: readonly Recorded<CardEvent>[]
  calendar: Calendar
  rulebook: Rulebook
  /** What the rules look at of the item that the case was accepted under. */
  ground?: ItemGround | undefined
  item?: { shortName: string; caseType: string } | undefined
  hallName?: string | undefined
  personName(person: string): string | undefined
}
/** When, as far as was known when, and in whose eyes. `now` is the clock of the house, and `epoch` its newest where it has been set back. */
export type Standpoint = { at?: Instant | undefined; known?: Instant | undefined; role: string; now: Instant; epoch?: Epoch | undefined }
export type NotYet = { notYet: 'begun' | 'known'; since: Instant }

const last = <T>(list: readonly T[]): T => list[list.length - 1]!

/** 办件 — folded from its facts on demand: as it stood at an instant, as far as was known by another, as a role saw it. */
export function caseView(id: string, sources: CaseSources, { at: asked, known: by, role, now, epoch }: Standpoint): CaseView | NotYet {
  const known = by ?? now, isKnown = (fact: Recorded<unknown>) => fact.meta.recordedAt <= known || isOver(fact, known, epoch)
  const told = businessOrder(sources.facts.filter(isKnown))
  // What was not known then is not told, not even when it began.
  if (told.length === 0) return { notYet: 'known', since: sources.facts[0]!.meta.recordedAt }
  const begins = occurredAt(told[0]!)
  const newest = occurredAt(last(told))
  const at = asked ?? newest
  const then = told.filter((fact) => occurredAt(fact) <= at || isOver(fact, at, epoch))
  if (then.length === 0) return { notYet: 'begun', since: begins }
  const row = foldRow(casesProjection, then, id)!
  const subject = `cases.${id}`, timelines = foldRows(caseTimelines, then)
  // Of a foreign case that so far has only steps or fees there is no timeline yet: no clock runs.
  const lead = timelines.get(subject) ?? { subject, department: '', itemCode: '', hall: '', zone: row.zone, imported: row.imported, clocks: [], deeds: [] }
  const subs = [...timelines.values()].filter(({ of }) => of === subject)
  const { calendar, rulebook: book } = sources
  const dealt = foldRows(cardsProjection, sources.cards.filter(isKnown))
  const groundOf = (timeline: Timeline): Ground => ({ calendar, marks: marksOf([...dealt.values()].filter((card) => card.subject === timeline.subject), calendar),
    ...(timeline === lead && { item: sources.ground }) })
  const ground = groundOf(lead), due = dueEntry(lead, book, ground, at), positions = new Map(then.map(({ meta }) => [meta.id, meta.position]))
  const end = row.endedAt && row.endedAt <= at ? row.endedAt : at
  const whole = foldRow(casesProjection, told, id)!
  const to = whole.open ? (newest > now ? newest : now) : newest
  const fees = feesOf(row)
  return {
    id, caseNo: row.caseNo, ...(row.source !== undefined && { source: row.source }), itemCode: row.itemCode, itemName: sources.item?.shortName ?? row.itemCode,
    ...(sources.item && { caseType: sources.item.caseType }), department: row.department, hall: row.hall, hallName: sources.hallName ?? row.hall,
    zone: row.zone || calendar.zone, channel: row.channel, imported: row.imported, attributes: attributesOf(then, role),
    ...(row.applicantId !== undefined && { applicant: { id: row.applicantId, name: row.organisation ?? (typeof row.applicantName === 'string' ? row.applicantName : '') } }),
    ...(role !== 'applicant' && row.responsible !== undefined && { responsible: row.responsible }),
    at, known, role, now, span: { from: begins, to }, revision: then.length,
    stage: row.stage, light: lightAt(due, end), ...(role !== 'applicant' && row.holder !== undefined && row.open && { holder: sources.personName(row.holder) ?? row.holder }),
    ...(row.endedAt && { endedAt: row.endedAt }), ...(row.endedOn && { endedOn: row.endedOn }), ...(row.resultCode !== undefined && { resultCode: row.resultCode }),
    steps: pathOf(row, then, sources.personName, role), clocks: lead.clocks.map((clock) => clockView(clock, calendar, at)),
    facts: then.map((fact) => factView(fact, role, row.zone || calendar.zone, sources.personName, then)),
    findings: seesFindings(role) ? [lead, ...subs].flatMap((one) => findingsOf(one, judge(one, book, groundOf(one), at), role, positions)) : [],
    cards: seesFindings(role) ? cardViews(sources.cards.filter(isKnown), at, role, sources.personName, positions) : [],
    ...partsOf(then, lead, subs, book, ground, at, role, sources.personName),
    ...(fees && { fees }), restDays: restDays(calendar.dayOf(begins), calendar.dayOf(to), calendar),
  }
}

/** 发现 in the case or in a sub-case, which is named. */
const findingsOf = ({ of, subject }: Timeline, found: ReturnType<typeof judge>, role: string, positions: ReadonlyMap<string, number>): FindingView[] =>
  findingViews(found, role, positions, of === undefined ? undefined : Number(subject.slice(of.length + 1)))

const attributesOf = (facts: readonly Recorded<CaseEvent>[], role: string): Record<string, string> =>
  role === 'applicant' ? {} : Object.assign({}, ...facts.flatMap(({ data }) => 'attributes' in data && data.attributes ? [data.attributes] : []))
