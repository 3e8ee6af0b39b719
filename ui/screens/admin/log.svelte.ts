import { isProblem, type Problem } from '../../client.ts'
import { router } from '../../router.svelte.ts'
import { asks, type Logged } from './asks.ts'

/** 登录与授权记录, the newest first, as the address asks for them. */
export function accessLog() {
  let rows = $state.raw<Logged[]>(), next = $state.raw<string>(), problem = $state.raw<Problem>(), turn = 0
  const where = () => { const { about, kind, day } = router.query; return { ...(about && { person: about }), ...(kind && { kind }), ...(day && { day }) } }
  async function read(after?: string) {
    const own = after === undefined ? ++turn : turn
    const page = await asks.rows<Logged>('access-log', { where: JSON.stringify(where()), order: '-at', limit: 50, after })
    if (own !== turn) return
    if (isProblem(page)) { problem = page; if (after === undefined) rows = undefined; return }
    rows = after === undefined ? page.rows : [...rows ?? [], ...page.rows]
    next = page.next
    problem = undefined
  }
  $effect(() => { void router.query; void read() })
  return { get rows() { return rows }, get problem() { return problem }, get more() { return next !== undefined }, readMore: () => void read(next), retry: () => void read() }
}
