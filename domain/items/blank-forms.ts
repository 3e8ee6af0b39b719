import type { ItemSaid } from './events.ts'

type Materials = ItemSaid['materials']
/** 样表参照 — what is kept for this item of the forms that were named; `damaged`: what lies there is not what was handed in. */
export type FormsReference = readonly { blob: string; damaged?: true }[]
export type FormKind = 'blankForm' | 'sampleForm'
export const formKinds: readonly FormKind[] = ['blankForm', 'sampleForm']
type Named = { blob: string; kind: FormKind; material: string; at: string }

/** 空白样表、填写文例 that the materials name, each at its place. */
export const formsNamed = (materials: Materials): readonly Named[] => materials.flatMap((material, i) => formKinds.flatMap((kind) => {
  const blob = material[kind]
  return blob === undefined ? [] : [{ blob, kind, material: material.name, at: `materials.${i}.${kind}` }]
}))

export type FormMissing = 'no-such-form' | 'form-damaged'
/** A version lasts, and so does what it hands out: it names no form that is not kept whole. */
export function missingForms(materials: Materials, kept: FormsReference = []): readonly (Named & { code: FormMissing })[] {
  const found = new Map(kept.map((one) => [one.blob, one]))
  return formsNamed(materials).flatMap((named) => {
    const one = found.get(named.blob), code: FormMissing | undefined = one === undefined ? 'no-such-form' : one.damaged ? 'form-damaged' : undefined
    return code === undefined ? [] : [{ ...named, code }]
  })
}
