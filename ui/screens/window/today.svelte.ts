import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { tell } from '../../tell.ts'
import { asks, type Today } from './asks.ts'

/** Days and limits move with time alone. */
const againMs = 60_000

/** 今天的窗口 — kept fresh while it is looked at. */
export function today() {
  let view = $state.raw<Today>(), problem = $state.raw<Problem>(), handing = $state<string>(), stops: (() => void)[] = [], turn = 0
  const keys = new Map<string, string>()
  async function read() {
    const own = ++turn, answer = await asks.today()
    if (own !== turn) return
    if (isProblem(answer)) { problem = answer; return }
    problem = undefined
    view = answer
    if (stops.length === 0) stops = answer.halls.map((hall) => subscribe('cases', hall ? { hall } : {}, answer.position, again))
  }
  const fresh = keepingUp(read), { again } = fresh
  void read()
  const timer = setInterval(again, againMs)
  onDestroy(() => { turn = -1; fresh.stop(); clearInterval(timer); for (const stop of stops) stop() })
  return {
    get view() { return view }, get problem() { return problem }, get handing() { return handing },
    again,
    /** 送达 at the window, once however often it is pressed; `happenedAt`: entered afterwards. */
    async hand(id: string, recipient: 'applicant' | 'agent', happenedAt?: string): Promise<'said' | 'waiting' | undefined> {
      const saying = `${id} ${happenedAt ?? ''}`, key = keys.get(saying) ?? crypto.randomUUID()
      keys.set(saying, key)
      handing = id
      const answer = await tell('cases', id, 'deliver-result', { method: 'window', recipient, ...(happenedAt !== undefined && { happenedAt }) }, { key })
      handing = undefined
      if (isProblem(answer)) { problem = answer; return undefined }
      again()
      return 'waiting' in answer ? 'waiting' : 'said'
    },
  }
}
export type TodayState = ReturnType<typeof today>
