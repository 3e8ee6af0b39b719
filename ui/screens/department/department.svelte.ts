import { onDestroy } from 'svelte'
import type { DepartmentView } from '../../../projections/views-department.ts'
import { isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { asks } from './asks.ts'

const settleMs = 600
/** Lights move with time alone; so often it is read again though nothing was told. */
const againMs = 60_000

/** 部门 that the address names, or one's own; kept fresh while it is looked at. */
export function departmentState() {
  let view = $state.raw<DepartmentView>(), problem = $state.raw<Problem>()
  let turn = 0, soon: ReturnType<typeof setTimeout> | undefined, watched = '', stops: (() => void)[] = []
  async function read() {
    const own = ++turn, answer = await asks.department(router.query['department'])
    if (own !== turn) return
    if (isProblem(answer)) { problem = answer; return }
    view = answer
    problem = undefined
    if (watched === answer.department) return
    watched = answer.department
    for (const stop of stops) stop()
    stops = [subscribe('cases', { department: watched }, answer.position, again), subscribe('absences', {}, answer.position, again)]
  }
  function again() {
    clearTimeout(soon)
    soon = setTimeout(() => { if (!document.hidden) void read() }, settleMs)
  }
  // Which department is asked for stands in the address.
  $effect(() => { void router.query['department']; void read() })
  const timer = setInterval(again, againMs)
  onDestroy(() => { turn = -1; clearTimeout(soon); clearInterval(timer); for (const stop of stops) stop() })
  return {
    get view() { return view },
    get problem() { return problem },
    again, retry: () => void read(),
  }
}
export type DepartmentState = ReturnType<typeof departmentState>
