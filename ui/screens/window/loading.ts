import type { CaseView, FactView } from '../../../projections/views.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { asks } from './asks.ts'
import type { Intake } from './intake.svelte.ts'
import { listOf, receiptOf, type Material } from './materials.ts'

const newest = (facts: readonly FactView[], type: string) => facts.findLast((fact) => fact.type === type)
type Asked = { material: string; reason: string; basis: string }
const askedIn = ({ facts, stage }: CaseView): Asked[] | undefined => stage === 'SupplementPending' ? newest(facts, 'SupplementRequested')?.data['asked'] as Asked[] | undefined : undefined

/** 已收的这件 — its list as it was counted, and what its one-time notice still asks for. */
export async function loaded(id: string, reason: string): Promise<Intake | Problem> {
  const view = await client.case(id)
  if (isProblem(view)) return view
  const [item, bound] = await Promise.all([asks.item(view.itemCode), asks.lateFrom(id)])
  if (isProblem(item)) return item
  if (isProblem(bound)) return bound
  const counted = (newest(view.facts, 'MaterialsReceived')?.data['list'] ?? []) as { name: string; pages: number }[], asked = askedIn(view), notified = view.facts.some(({ type }) => type === 'SupplementRequested')
  const supplied = view.facts.filter(({ type }) => type === 'SupplementSubmitted').flatMap(({ data }) => (data['materials'] ?? []) as string[])
  const has = (name: string) => counted.some((one) => one.name === name) || supplied.includes(name) || (notified && !asked?.some(({ material }) => material === name))
  const usual = listOf(item, reason), extra = (asked ?? []).filter(({ material }) => !usual.some(({ name }) => name === material))
  const materials: Material[] = [...usual, ...extra.map(({ material, reason, basis }) => ({ name: material, required: true, got: false, pages: '1', reason, basis, files: [] }))]
    .map((one) => ({ ...one, required: asked ? asked.some(({ material }) => material === one.name) : one.required, got: has(one.name), pages: String(counted.find(({ name }) => name === one.name)?.pages ?? 1) }))
  return {
    ...(view.applicant && { applicant: { id: view.applicant.id, name: view.applicant.name, kind: 'person' as const } }), withAgent: false, item, form: {}, licenceNo: '', expiresOn: '', materials,
    began: { caseNo: view.caseNo, notified, zone: view.zone, ...(bound.lateFrom !== undefined && { lateFrom: bound.lateFrom }), ...(asked && { asked: asked.map(({ material }) => material) }) },
    base: crypto.randomUUID(), intent: { outcome: asked ? 'supplied' : 'accept', id: view.id, begun: true, done: ['number', 'submit'], received: JSON.stringify(receiptOf(materials)) },
  }
}
