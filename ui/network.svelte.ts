import type { Problem } from './client.ts'

/** A line under the bar appears when an answer takes longer than this. */
const slowMs = 200

function openNetwork() {
  let pending = 0, timer: ReturnType<typeof setTimeout> | undefined
  const back: (() => void)[] = []
  let slow = $state(false), why = $state<'server' | 'offline'>(), answeredAt = $state(Date.now())
  return {
    get slow() { return slow },
    /** Why nothing new comes, if nothing does; and since when what is seen is true. */
    get why() { return why },
    get answeredAt() { return answeredAt },
    began() {
      pending++
      timer ??= setTimeout(() => { slow = pending > 0 }, slowMs)
    },
    ended() {
      pending--
      if (pending > 0) return
      clearTimeout(timer)
      timer = undefined
      slow = false
    },
    answered() {
      const was = why
      why = undefined
      answeredAt = Date.now()
      if (was) for (const one of back) one()
    },
    /** Called when the platform answers after it did not. */
    onBack(one: () => void) { back.push(one) },
    lost(how: 'server' | 'offline'): Problem { why = how; return { status: 0, code: 'offline' } },
  }
}
/** 网络 — whether the platform answers, as the whole page shows it. */
export const network = openNetwork()
