import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { answersOf, type Fault } from '../../forms.ts'
import { house } from '../../house.svelte.ts'
import { lateAt, type Late } from '../../late.ts'
import { asks } from './asks.ts'
import { course, type Intent, type Outcome } from './course.ts'
import type { Intake } from './intake.svelte.ts'

const againMs = 1_500
type Kept = { readonly value: Intake; keep(): Promise<void> }

/** Between which moments the materials can have been handed in. */
export const lateOf = ({ began }: Intake): Late => ({ from: began?.lateFrom, now: house.view?.now ?? '', zone: began?.zone ?? house.view?.zone ?? 'Asia/Shanghai' })

/** 正在办 — an intake on its way; where the line breaks it waits, and nothing of what was done is done again. */
export function running(kept: Kept, files: ReadonlyMap<string, File>, finish: (outcome: Outcome) => void) {
  let faults = $state.raw<Fault[]>([]), problem = $state.raw<Problem>(), busy = $state(false), stopped = $state(false), step = $state<string>(), lateWrong = $state<string>(), gone = false
  let timer: ReturnType<typeof setTimeout> | undefined
  /** What is wrong with the form is known before anything is said. */
  async function isFilled(intake: Intake): Promise<boolean> {
    const { item, began, intent, form } = intake
    if (!item || began || item.form.length === 0 || intent?.begun) return true
    const answer = await asks.answers(item.code, answersOf(item.form, form))
    faults = isProblem(answer) ? [] : answer.faults
    if (isProblem(answer)) problem = answer
    return !isProblem(answer) && answer.faults.length === 0
  }
  /** What is said of when they were handed in; false where it cannot be. */
  function isDated(intake: Intake, intent: Intent): boolean {
    delete intent.receivedAt
    const at = intake.happened === undefined ? undefined : lateAt(intake.happened, lateOf(intake))
    lateWrong = at && 'wrong' in at ? at.wrong : undefined
    if (at && 'at' in at) intent.receivedAt = at.at
    return lateWrong === undefined
  }
  async function run(outcome: Outcome, refusal?: Intent['refusal']) {
    if (busy) return
    clearTimeout(timer)
    busy = true
    stopped = false
    problem = undefined
    if (!await isFilled(kept.value)) { busy = false; return }
    const intake = kept.value
    intake.base ??= crypto.randomUUID()
    intake.intent ??= { outcome, done: [] }
    intake.intent.outcome = outcome
    if (refusal) intake.intent.refusal = refusal
    if (!isDated(intake, intake.intent)) { busy = false; return }
    // Before anything is said: a page that is closed in the middle comes back with all that it had been told, and says it under the same keys.
    await kept.keep()
    const wrong = await course(intake, files, (now) => { step = now })
    busy = false
    if (!wrong) { step = undefined; finish(outcome); return }
    if (wrong.status === 0) { stopped = true; if (!gone) timer = setTimeout(() => void run(outcome), againMs) } else problem = wrong
  }
  onDestroy(() => { gone = true; clearTimeout(timer) })
  return {
    get faults() { return faults }, get problem() { return problem }, get busy() { return busy }, get stopped() { return stopped }, get step() { return step }, get lateWrong() { return lateWrong },
    run,
    wrong(found: Problem | undefined) { problem = found },
    forget() { clearTimeout(timer); stopped = false; faults = []; problem = undefined; lateWrong = undefined },
  }
}
