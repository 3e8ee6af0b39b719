import type { CaseView, FactView } from '../../../projections/views.ts'

type Difference = { between: FactView[]; undone: FactView[]; attributes: (readonly [name: string, before: string, after: string])[] }
/** 差 — what one moment tells that the other does not: facts told since, facts that were told only at the first, and fields that say something else. */
export function differing(a: CaseView, b: CaseView): Difference {
  const inA = new Set(a.facts.map(({ revision }) => revision)), inB = new Set(b.facts.map(({ revision }) => revision))
  const names = [...new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])]
  return {
    between: b.facts.filter(({ revision }) => !inA.has(revision)), undone: a.facts.filter(({ revision }) => !inB.has(revision)),
    attributes: names.map((name) => [name, a.attributes[name] ?? '', b.attributes[name] ?? ''] as const).filter(([, before, after]) => before !== after),
  }
}
