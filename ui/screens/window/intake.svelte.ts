import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import { answersOf, type Answers, type Choices, type Fault } from '../../forms.ts'
import { asks, type Item } from './asks.ts'
import type { Person } from './finder.svelte.ts'
import { badPages, listOf, missing, type Filed, type Material } from './materials.ts'
import { course, type Intent, type Outcome } from './course.ts'
import { loaded } from './loading.ts'
import { say } from './words.ts'

/** 收件 as it is written down meanwhile. `base`: from which the keys of all that will be said follow; another person or item is another intake. `began`: of a case that was taken in before; `asked`: what its one-time notice named. */
export type Intake = {
  base?: string; applicant?: Person; withAgent: boolean; agent?: Person; item?: Item; form: Answers; licenceNo: string; expiresOn: string; materials: Material[]; intent?: Intent
  began?: { caseNo: string; notified: boolean; asked?: string[] }
}
export type Finished = { id: string; outcome: Outcome; itemName: string; immediate: boolean; applicant: string; agent: boolean }
const blank: Intake = { withAgent: false, form: {}, licenceNo: '', expiresOn: '', materials: [] }
const againMs = 1_500

/** 一次收件 — from the person at the counter to the notice in their hand; what was done is done, and it goes on where it stopped. */
export function intake() {
  const kept = draft<Intake>('window', blank), files = new Map<string, File>()
  let faults = $state.raw<Fault[]>([]), problem = $state.raw<Problem>(), choices = $state.raw<Choices>({}), busy = $state(false), stopped = $state(false), step = $state<string>(), finished = $state.raw<Finished>()
  let timer: ReturnType<typeof setTimeout> | undefined, gone = false
  const lacks = $derived(missing(kept.value.materials))

  async function choose(code: string) {
    const answer = await asks.item(code)
    if (isProblem(answer)) { problem = answer; return }
    problem = undefined
    kept.value.base = crypto.randomUUID()
    kept.value.item = answer
    kept.value.form = {}
    kept.value.materials = listOf(answer, say().notice.usual)
    faults = []
    if (answer.form.some(({ dictionary }) => dictionary !== undefined)) choices = await asks.choices()
  }
  function attach(material: Material, given: Iterable<File>) {
    for (const file of given) {
      const key = crypto.randomUUID()
      files.set(key, file)
      material.files.push({ key, name: file.name.slice(0, 200) || material.name })
      material.got = true
    }
  }
  /** What keeps it from being done, in the order of the page. */
  const needs = () => {
    const { applicant, withAgent, agent, item, licenceNo, expiresOn, materials, began } = kept.value
    return [!applicant && !began && 'applicant', withAgent && !agent && !began && 'agent', !item && 'item', item?.renewal && !began && !(licenceNo.trim() && expiresOn) && 'renewal',
      materials.some(badPages) && 'pages'].filter((one) => one !== false && one !== undefined) as ('applicant' | 'agent' | 'item' | 'renewal' | 'pages')[]
  }
  async function run(outcome: Outcome, refusal?: Intent['refusal']) {
    if (busy) return
    clearTimeout(timer)
    busy = true
    stopped = false
    problem = undefined
    const { item } = kept.value
    if (item && !kept.value.began && item.form.length > 0 && !kept.value.intent?.done.includes('submit')) {
      const answer = await asks.answers(item.code, answersOf(item.form, kept.value.form))
      faults = isProblem(answer) ? [] : answer.faults
      if (isProblem(answer)) problem = answer
      if (isProblem(answer) || answer.faults.length > 0) { busy = false; return }
    }
    kept.value.base ??= crypto.randomUUID()
    kept.value.intent ??= { outcome, done: [] }
    kept.value.intent.outcome = outcome
    if (refusal) kept.value.intent.refusal = refusal
    const answer = await course(kept.value, files, (now) => { step = now })
    busy = false
    if (!answer) { finish(outcome); return }
    // The line is tried until it is back; nothing of what was done is done again.
    if (answer.status === 0) { stopped = true; if (!gone) timer = setTimeout(() => void run(outcome), againMs) } else problem = answer
  }
  function finish(outcome: Outcome) {
    const { intent, item, applicant, withAgent } = kept.value
    finished = { id: intent!.id!, outcome, itemName: item?.shortName ?? '', immediate: item?.caseType === 'IMMEDIATE', applicant: applicant?.name ?? '', agent: withAgent }
    step = undefined
    begin()
  }
  function begin() {
    clearTimeout(timer)
    stopped = false
    files.clear()
    faults = []
    problem = undefined
    kept.clear()
  }
  onDestroy(() => { gone = true; clearTimeout(timer) })
  return {
    get value() { return kept.value }, get savedAt() { return kept.savedAt },
    get faults() { return faults }, get problem() { return problem }, get choices() { return choices }, get lacks() { return lacks },
    get busy() { return busy }, get stopped() { return stopped }, get step() { return step }, get finished() { return finished },
    /** What the way it stands leads to. */
    get outcome(): Outcome { const { began } = kept.value; return began?.asked ? 'supplied' : lacks.length === 0 ? 'accept' : 'supplement' },
    /** Once it has been received under a number, whose it is and what for stands. */
    get fixed() { return kept.value.began !== undefined || kept.value.intent?.begun === true },
    needs, choose, attach, run, begin,
    chooseApplicant(person: Person | undefined) { kept.value.base = crypto.randomUUID(); if (person) kept.value.applicant = person; else delete kept.value.applicant },
    chooseAgent(person: Person | undefined) { if (person) kept.value.agent = person; else delete kept.value.agent },
    changeItem() { delete kept.value.item; kept.value.materials = []; kept.value.form = {} },
    gotAll() { for (const material of kept.value.materials) material.got = true },
    without(material: Material, file: Filed) { files.delete(file.key); material.files = material.files.filter(({ key }) => key !== file.key) },
    isHere: ({ key, blob }: Filed) => blob !== undefined || files.has(key),
    /** 接着办 — a case that was taken in before, as it stands now. */
    async goOn(id: string) {
      begin()
      finished = undefined
      const found = await loaded(id, say().notice.usual)
      if (isProblem(found)) problem = found
      else Object.assign(kept.value, found)
    },
    next() { finished = undefined; begin() },
  }
}
export type IntakeState = ReturnType<typeof intake>
