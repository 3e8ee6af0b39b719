import { isProblem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { readWaiting } from './asks.ts'

const againMs = 60_000
/** 等我的 — how many are to be done today; asked for whoever has a desk, as long as the page is open. */
function openBadge() {
  let waiting = $state<number>(), asking = false
  async function read() {
    if (document.hidden || !house.view?.person?.roles.some((role) => ['handler', 'section-head', 'leader'].includes(role))) return
    const answer = await readWaiting()
    if (!isProblem(answer)) waiting = answer.waiting
  }
  return {
    get waiting() {
      if (!asking) {
        asking = true
        setTimeout(() => void read())
        setInterval(() => void read(), againMs)
      }
      return waiting
    },
    set waiting(n: number | undefined) { waiting = n },
  }
}
export const badge = openBadge()
