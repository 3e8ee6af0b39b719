import type { ExportRow } from '../../../projections/footage-exports.ts'
import type { HoldRow } from '../../../projections/holds.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { intent } from '../../intent.ts'
import { subscribe } from '../../live.ts'
import { tell } from '../../tell.ts'

const most = 200
type Answered = Awaited<ReturnType<typeof client.collection>>
const collections = ['holds', 'footage-exports'] as const
/** 留存与调取 — what is held or asked for, and what one may say of it; read while the drawer is open, and again whenever somebody has said something of it. */
export function held() {
  let open = $state(false), holds = $state.raw<HoldRow[]>(), exports = $state.raw<ExportRow[]>(), problem = $state.raw<Problem>(), busy = $state(false)
  let stops: (() => void)[] = [], turn = 0
  const one = intent()
  async function load() {
    const own = ++turn, [first, second] = await Promise.all(collections.map((collection) => client.collection(collection, most))) as [Answered, Answered]
    if (own !== turn) return
    if (isProblem(first)) { problem = first; return }
    if (isProblem(second)) { problem = second; return }
    holds = (first.rows as unknown as HoldRow[]).filter(({ standing }) => standing)
    exports = (second.rows as unknown as ExportRow[]).toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))
    if (open && stops.length === 0) stops = [first, second].map(({ position }, i) => subscribe(collections[i]!, {}, position, () => void load()))
  }
  function close() {
    for (const stop of stops.splice(0)) stop()
  }
  return {
    get open() { return open },
    set open(is: boolean) {
      open = is
      close()
      if (!is) return
      problem = undefined
      void load()
    },
    close() { open = false; close() },
    get holds() { return holds }, get exports() { return exports }, get problem() { return problem }, get busy() { return busy },
    /** 说一句 of one of them. */
    async say(id: string, command: 'request-hold-release' | 'approve-hold-release' | 'approve-export', body: object = {}) {
      busy = true
      const answer = await tell('evidence', id, command, body, { key: one.keyOf([id, command, body]) })
      busy = false
      problem = isProblem(answer) ? answer : undefined
      if (isProblem(answer)) return
      one.over()
      await load()
    },
  }
}
export type Held = ReturnType<typeof held>
