import type { ExportRow } from '../../../projections/footage-exports.ts'
import type { HoldRow } from '../../../projections/holds.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { intent } from '../../intent.ts'
import { tell } from '../../tell.ts'

const most = 200
/** What another has said meanwhile, and what was said here and is not in the lists yet, comes within so long. */
const againMs = 2_000
/** 留存与调取 — what is held or asked for, and what one may say of it; read while the drawer is open. */
export function held() {
  let open = $state(false), holds = $state.raw<HoldRow[]>(), exports = $state.raw<ExportRow[]>(), problem = $state.raw<Problem>(), busy = $state(false)
  let timer: ReturnType<typeof setInterval> | undefined
  const one = intent()
  async function load() {
    const [first, second] = await Promise.all([client.collection('holds', most), client.collection('footage-exports', most)])
    if (isProblem(first)) { problem = first; return }
    if (isProblem(second)) { problem = second; return }
    holds = (first.rows as unknown as HoldRow[]).filter(({ standing }) => standing)
    exports = (second.rows as unknown as ExportRow[]).toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))
  }
  return {
    get open() { return open },
    set open(is: boolean) {
      open = is
      clearInterval(timer)
      if (!is) return
      problem = undefined
      void load()
      timer = setInterval(() => { if (!document.hidden && !busy) void load() }, againMs)
    },
    close() { clearInterval(timer) },
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
