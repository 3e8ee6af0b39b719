import { onDestroy } from 'svelte'
import type { DepartmentView } from '../../../projections/views-department.ts'
import { isProblem, type Problem } from '../../client.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { asks } from './asks.ts'

/** Lights move with time alone; so often it is read again though nothing was told. */
const againMs = 60_000

/** 部门 that the address names, or one's own; kept fresh while it is looked at. */
export function departmentState() {
  let view = $state.raw<DepartmentView>(), problem = $state.raw<Problem>()
  let turn = 0, watched = '', stops: (() => void)[] = []
  async function read(anew = false) {
    const own = ++turn, answer = await asks.department(router.query['department'])
    if (own !== turn) return
    if (isProblem(answer)) { problem = answer; if (anew) view = undefined; return }
    view = answer
    problem = undefined
    if (watched === answer.department) return
    watched = answer.department
    for (const stop of stops) stop()
    stops = [subscribe('cases', { department: watched }, answer.position, again), subscribe('absences', {}, answer.position, again)]
  }
  const fresh = keepingUp(() => read()), { again } = fresh
  // Which department is asked for stands in the address.
  $effect(() => { void router.query['department']; void read(true) })
  const timer = setInterval(again, againMs)
  onDestroy(() => { turn = -1; fresh.stop(); clearInterval(timer); for (const stop of stops) stop() })
  return {
    get view() { return view },
    get problem() { return problem },
    again, retry: () => void read(),
  }
}
export type DepartmentState = ReturnType<typeof departmentState>
