import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { isOver, occurredAt, type Epoch } from '../domain/kernel/order.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import { dueWith, lightAt } from '../domain/supervision/lights.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { cardsAt, provedBy, type CardPiece } from './card-fold.ts'
import { clockView, restDays } from './case-clocks.ts'
import { factViews, seesFindings } from './case-facts.ts'
import { partsOf } from './case-parts.ts'
import { pathOf } from './case-path.ts'
import { feesOf } from './case-row.ts'
import { caseWalks } from './case-walk.ts'
import type { CaseView, FindingView } from './views.ts'

type Fact = Recorded<CaseEvent>
/** 研判所得 of one subject with what is told of it: what becomes true of it if nothing else happens, as the role may see it, and since when it is due soon. */
export type Judged = { soonAt?: Instant | undefined; found: readonly FindingView[] }
/** What a view is folded from: by whoever holds the book and the rules, or by whoever was sent what comes of them. `calendarAt`: the one that the case is
    judged by as far as is known by then; names are as of today. */
export type FoldSources = {
  facts: readonly Fact[]
  cards: readonly CardPiece[]
  calendarAt(known: Instant): Calendar
  judged(timeline: Timeline, at: Instant, known: Instant): Judged
  item?: { shortName: string; caseType: string } | undefined
  hallName?: string | undefined
  personName(person: string): string | undefined
}
/** In whose eyes. `now` is the clock of the house, and `epoch` its newest where it has been set back. */
export type Eyes = { role: string; now: Instant; epoch?: Epoch | undefined }
export type Moment = { at?: Instant | undefined; known?: Instant | undefined }
export type NotYet = { notYet: 'begun' | 'known'; since: Instant }

/** 办件 at every moment — folded from its facts: as it stood at an instant, as far as was known by another, as a role saw it. What has been folded once is
    remembered, so that a hand can move through it. */
export function caseFolder(id: string, sources: FoldSources, { role, now, epoch }: Eyes) {
  const { cards, personName: names } = sources, walks = caseWalks(id, sources.facts, epoch), viewsOf = factViews(role, names), subject = `cases.${id}`
  const known = ({ meta }: Pick<CardPiece, 'meta'>, by: Instant) => meta.recordedAt <= by || isOver({ meta } as Fact, by, epoch)

  return ({ at: asked, known: by = now }: Moment): CaseView | NotYet => {
    const told = walks.told(by)
    // What was not known then is not told, not even when it began.
    if (told.length === 0) return { notYet: 'known', since: sources.facts[0]!.meta.recordedAt }
    const begins = occurredAt(told[0]!), newest = occurredAt(told.at(-1)!), at = asked ?? newest, then = walks.by(told, at)
    if (then.length === 0) return { notYet: 'begun', since: begins }
    const { row: made, timelines } = walks.folded(then), row = made!, { open } = walks.folded(told).row!, calendar = sources.calendarAt(by)
    // Of a foreign case that so far has only steps or fees there is no timeline yet: no clock runs.
    const lead = timelines.get(subject) ?? { subject, department: '', itemCode: '', hall: '', zone: row.zone, imported: row.imported, clocks: [], deeds: [] }
    const subs = [...timelines.values()].filter(({ of }) => of === subject), zone = row.zone || calendar.zone
    const judged = new Map([lead, ...subs].map((one) => [one.subject, sources.judged(one, at, by)])), dueOf = (one: Timeline) => dueWith(one, calendar, judged.get(one.subject)?.soonAt)
    const positions = new Set(then.map(({ meta }) => meta.position)), isTold = (position: number) => positions.has(position), sees = seesFindings(role)
    const found = sees ? [...judged.values()].flatMap(({ found }) => found).filter(({ becameTrueAt }) => becameTrueAt <= at).map((finding) => provedBy(finding, isTold)) : []
    const to = open ? newest > now ? newest : now : newest, end = row.endedAt && row.endedAt <= at ? row.endedAt : at, fees = feesOf(row)
    return {
      id, caseNo: row.caseNo, ...(row.source !== undefined && { source: row.source }), itemCode: row.itemCode, itemName: sources.item?.shortName ?? row.itemCode,
      ...(sources.item && { caseType: sources.item.caseType }), department: row.department, hall: row.hall, hallName: sources.hallName ?? row.hall,
      zone, channel: row.channel, imported: row.imported, attributes: attributesOf(then, role),
      ...(row.applicantId !== undefined && { applicant: { id: row.applicantId, name: row.organisation ?? (typeof row.applicantName === 'string' ? row.applicantName : '') } }),
      ...(role !== 'applicant' && row.responsible !== undefined && { responsible: row.responsible }),
      at, known: by, role, now, span: { from: begins, to }, revision: then.length,
      stage: row.stage, light: lightAt(dueOf(lead), end), ...(role !== 'applicant' && row.holder !== undefined && row.open && { holder: names(row.holder) ?? row.holder }),
      ...(row.endedAt && { endedAt: row.endedAt }), ...(row.endedOn && { endedOn: row.endedOn }), ...(row.resultCode !== undefined && { resultCode: row.resultCode }),
      steps: pathOf(row, then, names, role), clocks: lead.clocks.map((clock) => clockView(clock, calendar, at)), facts: viewsOf(then, zone),
      findings: found, cards: sees ? cardsAt(cards.filter((piece) => known(piece, by)), at, isTold) : [],
      ...partsOf(then, lead, subs, { at, calendar, role, names, dueOf }),
      ...(fees && { fees }), restDays: restDays(calendar.dayOf(begins), calendar.dayOf(to), calendar),
    }
  }
}

const attributesOf = (facts: readonly Fact[], role: string): Record<string, string> =>
  role === 'applicant' ? {} : Object.assign({}, ...facts.flatMap(({ data }) => 'attributes' in data && data.attributes ? [data.attributes] : []))
