import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { formsPath } from '../../item-forms.ts'
import { upload } from '../../uploading.ts'
import type { FormKept, Item } from './asks.ts'

type Material = Item['materials'][number]
export type FormKind = 'blankForm' | 'sampleForm'
/** Shown once it takes longer than this. */
const slowMs = 1000
type Going = { material: Material; kind: FormKind; name: string; share: number; slow: boolean; stop(): void }
type Wrong = { material: Material; kind: FormKind; problem: Problem }

/** 样表上传 — each goes to the material for which it was begun, wherever that stands in the list by then. To be called while a component is made. */
export function formUploads(code: string) {
  let going = $state.raw<readonly Going[]>([]), wrongs = $state.raw<readonly Wrong[]>([]), kept = $state.raw<ReadonlyMap<string, FormKept>>(new Map())
  const of = (material: Material, kind: FormKind) => (one: { material: Material; kind: FormKind }) => one.material === material && one.kind === kind
  const without = <T extends { material: Material; kind: FormKind }>(list: readonly T[], material: Material, kind: FormKind) => list.filter((one) => !of(material, kind)(one))
  const keep = (forms: readonly FormKept[]) => { kept = new Map([...kept, ...forms.map((one) => [one.blob, one] as const)]) }
  onDestroy(() => { for (const { stop } of going) stop() })
  return {
    /** Some are on their way. */
    get busy() { return going.length > 0 },
    going: (material: Material, kind: FormKind) => going.find(of(material, kind)),
    problem: (material: Material, kind: FormKind) => wrongs.find(of(material, kind))?.problem,
    keptOf: (blob: string | undefined) => blob === undefined ? undefined : kept.get(blob),
    keep,
    async hand(material: Material, kind: FormKind, file: File) {
      going.find(of(material, kind))?.stop()
      wrongs = without(wrongs, material, kind)
      const change = (more: Partial<Going>) => { going = going.map((one) => one.stop === stop ? { ...one, ...more } : one) }
      const { answer, stop } = upload<FormKept>(formsPath(code), file, (share) => change({ share }))
      going = [...without(going, material, kind), { material, kind, name: file.name, share: 0, slow: false, stop }]
      const timer = setTimeout(() => change({ slow: true }), slowMs), found = await answer
      clearTimeout(timer)
      const mine = going.some((one) => one.stop === stop)
      going = going.filter((one) => one.stop !== stop)
      if (!mine) return
      if (!isProblem(found)) { keep([found]); material[kind] = found.blob } else if (found.code !== 'given-up') wrongs = [...without(wrongs, material, kind), { material, kind, problem: found }]
    },
    remove(material: Material, kind: FormKind) {
      wrongs = without(wrongs, material, kind)
      material[kind] = undefined
    },
  }
}
export type FormUploads = ReturnType<typeof formUploads>
