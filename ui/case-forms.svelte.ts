import type { CaseView } from '../projections/views.ts'
import { formsIn, versionOf, type Forms } from './item-forms.ts'

/** 此件的样表, by material: of the version that it was accepted under. To be called while a component is made. */
export function formsOfCase(view: () => CaseView) {
  let known = $state.raw<ReadonlyMap<string, Forms>>(new Map())
  // What was brought from elsewhere was handled under items of elsewhere.
  const code = $derived(view().id.includes(':') ? undefined : view().itemCode), version = $derived(versionOf(view()))
  $effect(() => {
    if (code === undefined) return
    let over = false
    void formsIn(code, version).then((found) => { if (!over) known = found })
    return () => { over = true }
  })
  return {
    of: (name: string) => known.get(name),
    /** Those whose material is not listed otherwise. */
    beside: (names: readonly string[]) => [...known].filter(([name]) => !names.includes(name)),
  }
}
