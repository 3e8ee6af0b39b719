import type { Day, Instant } from '../domain/kernel/values.ts'
import { printedNotices } from '../domain/platform/notice-blanks.ts'
import type { CaseView, FactView } from './views.ts'

export const notices = printedNotices
export type NoticeKind = typeof notices[number]
type Due = { on: Day; provisional?: true; lines: { zh: readonly string[]; en: readonly string[] } }
/** 告知文书 — what a printed notice says, from the facts of the case as they stand; the words around it are the page's. */
export type NoticeView = {
  kind: NoticeKind; id: string; caseNo: string; itemCode: string; itemName: string; department: string; hall: string; zone: string; caseType?: string
  applicant?: string; agent?: string
  /** The day and the fact that it tells of, and who did it. */
  on: Day; at: Instant; by?: string
  receivedOn?: Day; materials: { name: string; pages?: number }[]
  promised?: Due; statutory?: Due
  asked?: { material: string; reason: string; basis: string }[]
  refusal?: { reasonCode: string; reason: string; basis: string; remedies: string; rightOrgan?: string }
  fees?: { owedFen: number }
}

type Listed = { name: string; pages?: number }
const text = (value: unknown) => typeof value === 'string' ? value : ''
const newest = (facts: readonly FactView[], ...types: string[]) => facts.findLast(({ type }) => types.includes(type))
/** 材料 — what was counted, and what came in afterwards. */
function materialsOf(facts: readonly FactView[]): Listed[] {
  const counted = newest(facts, 'MaterialsReceived')?.data, list = (counted?.['list'] ?? []) as Listed[]
  const names = list.length > 0 ? [] : (counted?.['materials'] ?? []) as string[]
  const supplied = facts.filter(({ type }) => type === 'SupplementSubmitted').flatMap(({ data }) => (data['materials'] ?? []) as string[])
  const all = [...list.map(({ name, pages }) => ({ name, ...(pages !== undefined && { pages }) })), ...[...names, ...supplied].map((name) => ({ name }))]
  return [...new Map(all.reverse().map((one) => [one.name, one])).values()].reverse()
}
function dueOf(view: CaseView, kind: 'promised' | 'statutory'): Due | undefined {
  const clock = view.clocks.find((one) => one.name === kind)
  return clock?.dueOn && { on: clock.dueOn, ...(clock.provisional && { provisional: true as const }), lines: clock.lines }
}
/** By which fact it can be given; without that there is nothing to tell. */
const told: Readonly<Record<NoticeKind, readonly string[]>> = {
  receipt: ['MaterialsReceived', 'ApplicationSubmitted'], acceptance: ['CaseAccepted', 'CaseDeemedAccepted'], supplement: ['SupplementRequested'], 'non-acceptance': ['CaseNotAccepted'],
}
const dayOf = ({ data }: FactView) => ['acceptedOn', 'effectiveOn', 'requestedOn', 'decidedOn', 'receivedOn'].map((field) => text(data[field])).find((day) => day !== '') as Day

/** 文书 of a case; undefined while there is nothing that it could tell. */
export function noticeOf(kind: NoticeKind, view: CaseView): NoticeView | undefined {
  const fact = newest(view.facts, ...told[kind].slice(0, 1)) ?? newest(view.facts, ...told[kind]), submitted = view.facts.find(({ type }) => type === 'ApplicationSubmitted')
  if (!fact || !submitted) return undefined
  const receivedOn = text(submitted.data['receivedOn']) as Day | '', agent = text(submitted.data['agentName']), promised = dueOf(view, 'promised'), statutory = dueOf(view, 'statutory')
  return {
    kind, id: view.id, caseNo: view.caseNo, itemCode: view.itemCode, itemName: view.itemName, department: view.department, hall: view.hallName, zone: view.zone,
    ...(view.caseType !== undefined && { caseType: view.caseType }), ...(view.applicant && { applicant: view.applicant.name }), ...(agent && { agent }),
    on: dayOf(fact), at: fact.occurredAt, ...(fact.byName !== undefined && { by: fact.byName }), ...(receivedOn && { receivedOn }), materials: materialsOf(view.facts),
    ...(kind === 'acceptance' && promised && { promised }), ...(kind === 'acceptance' && statutory && { statutory }),
    ...(kind === 'acceptance' && view.fees && { fees: { owedFen: view.fees.owedFen } }),
    ...(kind === 'supplement' && { asked: fact.data['asked'] as { material: string; reason: string; basis: string }[] }),
    ...(kind === 'non-acceptance' && { refusal: {
      reasonCode: text(fact.data['reasonCode']), reason: text(fact.data['reason']), basis: text(fact.data['basis']), remedies: text(fact.data['remedies']),
      ...(text(fact.data['rightOrgan']) && { rightOrgan: text(fact.data['rightOrgan']) }) } }),
  }
}
