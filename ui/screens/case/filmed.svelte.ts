import type { FactView } from '../../../projections/views.ts'
import { isProblem, read } from '../../client.ts'
import { house } from '../../house.svelte.ts'

type FilmedBy = { camera: string; name: string; kind: 'window' | 'screen' | 'overview'; covered: boolean; gap?: string; purged?: readonly string[] }
type FilmedFact = { factId: string; type: string; atMs: number; cameras: FilmedBy[] }
/** 一条的录像 — which camera has it, or why none has. */
export type Filmed = { camera: FilmedBy; covered: boolean; others: readonly FilmedBy[] }

const lookers: readonly string[] = ['hall-monitor', 'inspector']
const mayLook = () => house.view?.person?.roles.some((role) => lookers.includes(role)) ?? false
const order = ['window', 'screen', 'overview']
const keyOf = (type: string, atMs: number) => `${type} ${atMs}`

/** 镜头前的事 — for those who may look at recordings: which facts of the case happened before a camera, and whether there is a picture of them. In the eyes of somebody
    who may not, nothing of it is asked or shown. */
export function filming(id: string, eyes: () => string | undefined) {
  let found = $state.raw(new Map<string, Filmed>()), gone = false, asked = false
  const open = () => { const role = eyes(); return mayLook() && (role === undefined || lookers.includes(role)) }
  async function load() {
    const answer = await read<{ facts: FilmedFact[] }>(`/cases/${encodeURIComponent(id)}/footage`)
    if (gone || isProblem(answer)) return
    found = new Map(answer.facts.flatMap(({ type, atMs, cameras }): [string, Filmed][] => {
      const inOrder = [...cameras].sort((a, b) => Number(b.covered) - Number(a.covered) || order.indexOf(a.kind) - order.indexOf(b.kind)), first = inOrder[0]
      return first ? [[keyOf(type, atMs), { camera: first, covered: first.covered, others: inOrder.slice(1) }]] : []
    }))
  }
  $effect(() => { if (open() && !asked) { asked = true; void load() } })
  return {
    get any() { return found.size > 0 && open() },
    of: ({ type, occurredAt }: Pick<FactView, 'type' | 'occurredAt'>): Filmed | undefined => open() ? found.get(keyOf(type, Date.parse(occurredAt))) : undefined,
    close() { gone = true },
  }
}
export type Filming = ReturnType<typeof filming>

/** Where that second of the recording is; the case is why one looks. */
export const footageHref = ({ camera }: FilmedBy, atMs: number, { id, caseNo }: { id: string; caseNo: string }) =>
  `/video?${new URLSearchParams({ camera, at: new Date(atMs).toISOString(), case: id, no: caseNo })}`
