import type { CaseEvent } from '../domain/cases/events.ts'
import { businessOrder, occurredAt, type Recorded } from '../domain/kernel/events.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { judge, type RuleVersion } from '../domain/supervision/judge.ts'
import { dueEntry, lightAt } from '../domain/supervision/light.ts'
import { rules } from '../domain/supervision/rules/index.ts'
import { cards as cardsProjection, type CardRow } from './cards.ts'
import { clockView, restDays } from './case-clocks.ts'
import { factView, seesFindings } from './case-facts.ts'
import { caseTimelines } from './case-timelines.ts'
import { casesProjection, feesOf, type CaseRow } from './cases.ts'
import { foldRow } from './fold-row.ts'
import type { CardView, CaseView, FindingView, StepView } from './views.ts'

/** What a view is folded from. `calendar` is the hall's, as it was known at `known`; names are as of today. */
export type CaseSources = {
  facts: readonly Recorded<CaseEvent>[]
  cards: readonly Recorded<CardEvent>[]
  calendar: Calendar
  published: readonly RuleVersion[]
  item?: { shortName: string; caseType: string } | undefined
  hallName?: string | undefined
  personName(person: string): string | undefined
}
/** When, as far as was known when, and in whose eyes. `now` is the clock of the house. */
export type Standpoint = { at?: Instant | undefined; known?: Instant | undefined; role: string; now: Instant }
export type NotYet = { notYet: 'begun' | 'known'; since: Instant }

const last = <T>(list: readonly T[]): T => list[list.length - 1]!

/** 办件 — folded from its facts on demand: as it stood at an instant, as far as was known by another, as a role saw it. */
export function caseView(id: string, sources: CaseSources, { at: asked, known: by, role, now }: Standpoint): CaseView | NotYet {
  const known = by ?? now
  const told = businessOrder(sources.facts.filter(({ meta }) => meta.recordedAt <= known))
  // What was not known then is not told, not even when it began.
  if (told.length === 0) return { notYet: 'known', since: sources.facts[0]!.meta.recordedAt }
  const begins = occurredAt(told[0]!)
  const newest = occurredAt(last(told))
  const at = asked ?? newest
  const then = told.filter((fact) => occurredAt(fact) <= at)
  if (then.length === 0) return { notYet: 'begun', since: begins }
  const stream = `cases-${id}`
  const row = foldRow(casesProjection, then, id)!
  const subject = stream.replace('-', '.')
  // Of a foreign case that so far has only steps or fees there is no timeline yet: no clock runs.
  const timeline = foldRow(caseTimelines, then, subject) ?? { subject, department: '', itemCode: '', hall: '', zone: row.zone, imported: row.imported, clocks: [] }
  const { calendar, published } = sources
  const due = dueEntry(timeline, published, calendar, at)
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
    steps: pathOf(row, then, sources.personName, role), clocks: timeline.clocks.map((clock) => clockView(clock, timeline, calendar, at)),
    facts: then.map((fact) => factView(fact, role, row.zone || calendar.zone, sources.personName)),
    findings: seesFindings(role) ? judge(timeline, published, calendar, at).map(findingView) : [],
    cards: seesFindings(role) ? cardsAt(sources.cards, at, known) : [],
    ...(fees && { fees }), restDays: restDays(calendar.dayOf(begins), calendar.dayOf(to), calendar),
  }
}

const attributesOf = (facts: readonly Recorded<CaseEvent>[], role: string): Record<string, string> =>
  role === 'applicant' ? {} : Object.assign({}, ...facts.flatMap(({ data }) => 'attributes' in data && data.attributes ? [data.attributes] : []))

function findingView({ ruleId, ruleVersion, severity, clause, clock, dueOn, becameTrueAt }: ReturnType<typeof judge>[number]): FindingView {
  const { zh, en } = rules.find(({ id }) => id === ruleId)!
  return { ruleId, ruleVersion, zh, en, severity, clause, clock, dueOn, becameTrueAt }
}

/** Cards that had been dealt, as far as was known: a revocation recorded later did not yet stand beside them. */
function cardsAt(facts: readonly Recorded<CardEvent>[], at: Instant, known: Instant): CardView[] {
  const told = facts.filter(({ meta }) => meta.recordedAt <= known)
  const keys = [...new Set(told.map((fact) => cardsProjection.key(fact) as string))]
  return keys.map((key) => foldRow(cardsProjection, told, key)).filter((row): row is CardRow => row !== undefined && row.becameTrueAt <= at)
    .map(({ cardId, ruleId, severity, becameTrueAt, recordedAt, dueOn, revoked }) => ({ cardId, ruleId, severity, becameTrueAt, issuedAt: recordedAt, dueOn,
      ...(revoked && { revoked: { reason: revoked.reason, at: revoked.recordedAt } }) }))
}

const afterAcceptance = ['decision', 'concluded']
const done: Partial<Record<CaseEvent['type'], string>> = {
  ApplicationSubmitted: 'submitted', MaterialsReceived: 'submitted', CaseAccepted: 'accepted', CaseDeemedAccepted: 'accepted', HandlingCompleted: 'handling',
  ReviewCompleted: 'reviewing', ApprovalGiven: 'approving', LicenceGranted: 'decision', LicenceRefused: 'decision', CaseConcluded: 'concluded', CaseTerminated: 'concluded',
}
/** 环节 — the path that the item's flow foresees; of a foreign case, the activities that there were, in their order. */
function pathOf(row: CaseRow, facts: readonly Recorded<CaseEvent>[], nameOf: (person: string) => string | undefined, role: string): StepView[] {
  const by = ({ data }: Recorded<CaseEvent>) => {
    const person = 'by' in data ? data.by : undefined
    const name = person === undefined || role === 'applicant' ? undefined : nameOf(person) ?? person
    return name === undefined ? {} : { byName: name }
  }
  if (row.imported) return [...facts.filter(({ meta }) => meta.source?.activity !== undefined)
    .map((fact): StepView => ({ step: fact.meta.source!.activity!, state: 'done', at: occurredAt(fact), ...by(fact) })),
  { step: 'concluded', state: row.open ? 'todo' : 'done', ...(row.endedAt && { at: row.endedAt }) }]
  const pinned = facts.flatMap(({ data }) => 'pinned' in data && data.pinned ? [data.pinned] : []).at(-1)
  const path = ['submitted', 'accepted', ...pinned?.flow ?? [], ...afterAcceptance]
  const reached = new Map<string, Recorded<CaseEvent>>()
  for (const fact of facts) {
    const step = done[fact.type]
    if ('result' in fact.data && fact.data.result === 'back') for (const undone of pinned?.flow ?? []) reached.delete(undone)
    else if (step) reached.set(step, fact)
  }
  const current = path.find((step) => !reached.has(step))
  return path.map((step): StepView => {
    const fact = reached.get(step)
    return fact ? { step, state: 'done', at: occurredAt(fact), ...by(fact) } : { step, state: step === current && row.open ? 'current' : 'todo' }
  })
}
