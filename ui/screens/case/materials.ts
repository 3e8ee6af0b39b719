import type { CaseView, FactView } from '../../../projections/views.ts'

type Material = { key: string; name: string; at: string; how: 'handedIn' | 'supplied' | 'attached'; blob?: string; bytes?: number; corrected?: string }
type Asked = { key: string; material: string; reason: string; basis: string; supplied: boolean }
const textOf = (value: unknown) => typeof value === 'string' ? value : ''
const listOf = (value: unknown): unknown[] => Array.isArray(value) ? value : []
const given = { MaterialsReceived: 'handedIn', SupplementSubmitted: 'supplied' } as const
const isGiven = (type: string): type is keyof typeof given => Object.hasOwn(given, type)

function materialsIn({ type, data, revision, occurredAt: at }: FactView): Material[] {
  if (type === 'DocumentAttached') return [{ key: `${revision}`, name: textOf(data['name']), at, how: 'attached', blob: textOf(data['blob']), ...(typeof data['bytes'] === 'number' && { bytes: data['bytes'] }) }]
  return isGiven(type) ? listOf(data['materials']).map((name, i) => ({ key: `${revision}.${i}`, name: textOf(name), at, how: given[type] })) : []
}
/** 材料 — what was handed in and attached, newest first, and what was asked for; whether each of those has come since. */
export function materialsOf({ facts }: CaseView): { materials: Material[]; asked: Asked[] } {
  const all = facts.flatMap(materialsIn), corrected = new Map(facts.flatMap(({ type, data }) => type === 'MaterialCorrected' ? [[textOf(data['material']), textOf(data['what'])] as const] : []))
  const asked = facts.flatMap(({ type, data, revision }, n) => type !== 'SupplementRequested' ? [] : listOf(data['asked']).map((one, i): Asked => {
    const { material, reason, basis } = one as Record<string, unknown>, since = facts.slice(n + 1).flatMap(materialsIn)
    return { key: `${revision}.${i}`, material: textOf(material), reason: textOf(reason), basis: textOf(basis), supplied: since.some(({ name }) => name === textOf(material)) }
  }))
  return { materials: all.map((one) => { const what = corrected.get(one.name); return what === undefined ? one : { ...one, corrected: what } }).reverse(), asked }
}
