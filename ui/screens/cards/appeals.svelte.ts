import { isProblem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { subscribe } from '../../live.ts'
import { asks } from './asks.ts'

const settleMs = 400, againMs = 60_000
/** 待决申诉 — how many wait for an answer among the cards that one decides or answers for; as long as the page is open. */
function openAppeals() {
  let open = $state<number>(), asking = false, soon: ReturnType<typeof setTimeout> | undefined, following = false
  const concerned = () => house.view?.person?.roles.some((role) => ['inspector', 'section-head', 'leader'].includes(role)) ?? false
  async function read() {
    if (document.hidden || !concerned()) return
    const answer = await asks.appeals()
    if (isProblem(answer)) return
    open = answer.appeals
    if (following) return
    following = true
    subscribe('appeals', {}, answer.position, () => { clearTimeout(soon); soon = setTimeout(() => void read(), settleMs) })
  }
  return {
    get open() {
      if (!asking && concerned()) {
        asking = true
        setTimeout(() => void read())
        // A line that is silent because it broke is no answer.
        setInterval(() => void read(), againMs)
      }
      return open
    },
  }
}
export const appeals = openAppeals()
