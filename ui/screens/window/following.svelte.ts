import { onDestroy } from 'svelte'
import type { CaseView } from '../../../projections/views.ts'
import { client, isProblem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { subscribe } from '../../live.ts'

/** 跟着一件 — how one case stands, while it is looked at. */
export function following(id: string) {
  let view = $state.raw<CaseView>(), turn = 0
  async function read() {
    const own = ++turn, answer = await client.case(id)
    if (own === turn && !isProblem(answer)) view = answer
  }
  void read()
  onDestroy(subscribe('cases', { caseNo: id }, house.view?.position ?? 0, () => void read()))
  return { get view() { return view } }
}
