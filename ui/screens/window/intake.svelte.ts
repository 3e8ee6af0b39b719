import { isProblem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import type { Answers, Choices } from '../../forms.ts'
import { asks, type Item } from './asks.ts'
import type { Intent, Outcome } from './course.ts'
import type { Person } from './finder.svelte.ts'
import { loaded } from './loading.ts'
import { badPages, listOf, missing, receiptOf, type Filed, type Material } from './materials.ts'
import { lateOf, running } from './running.svelte.ts'
import { say } from './words.ts'

/** 收件 as it is written down meanwhile. `base`: from which the keys of all that will be said follow; another person or item is another intake. `began`: of a
    case that was taken in before; `asked`: what its one-time notice named. */
export type Intake = {
  base?: string; applicant?: Person; withAgent: boolean; agent?: Person; item?: Item; form: Answers; licenceNo: string; expiresOn: string; materials: Material[]; intent?: Intent
  began?: { caseNo: string; notified: boolean; asked?: string[]; zone?: string; lateFrom?: string }
  /** 补录 — when the materials were handed in, where that was before they are counted here. */
  happened?: string
}
export type Finished = { id: string; outcome: Outcome; itemName: string; immediate: boolean; applicant: string; agent: boolean }
const blank: Intake = { withAgent: false, form: {}, licenceNo: '', expiresOn: '', materials: [] }

/** What keeps it from being done, in the order of the page. */
function needsOf({ applicant, withAgent, agent, item, licenceNo, expiresOn, materials, began }: Intake) {
  const needs: ('applicant' | 'agent' | 'item' | 'renewal' | 'pages')[] = []
  if (!began && !applicant) needs.push('applicant')
  if (!began && withAgent && !agent) needs.push('agent')
  if (!item) needs.push('item')
  if (!began && item?.renewal && !(licenceNo.trim() && expiresOn)) needs.push('renewal')
  if (materials.some(badPages)) needs.push('pages')
  return needs
}
/** 授权委托书 belongs to the list where somebody comes for another (行政许可法 29). */
const authorisation = (): Material => ({ name: say().who.authorisation, required: true, kind: 'original', got: false, pages: '1', reason: say().notice.usual, basis: say().who.authorisationLaw, files: [] })

/** 一次收件 — from the person at the counter to the notice in their hand; what was done is done, and it goes on where it stopped. */
export function intake() {
  const kept = draft<Intake>('window', blank), files = new Map<string, File>(), now = running(kept, files, finish)
  /** What was asked for last is what is before one. */
  let turn = 0, choices = $state.raw<Choices>({}), finished = $state.raw<Finished>()
  const lacks = $derived(missing(kept.value.materials))
  async function choose(code: string) {
    const own = ++turn, answer = await asks.item(code)
    if (own !== turn) return
    now.forget()
    if (isProblem(answer)) { now.wrong(answer); return }
    Object.assign(kept.value, { base: crypto.randomUUID(), item: answer, form: {}, materials: [...listOf(answer, say().notice.usual), ...kept.value.withAgent ? [authorisation()] : []] })
    if (answer.form.some(({ dictionary }) => dictionary !== undefined)) choices = await asks.choices()
  }
  function finish(outcome: Outcome) {
    const { intent, item, applicant, withAgent } = kept.value
    finished = { id: intent!.id!, outcome, itemName: item?.shortName ?? '', immediate: item?.caseType === 'IMMEDIATE', applicant: applicant?.name ?? '', agent: withAgent }
    begin()
  }
  function begin() { turn++; files.clear(); now.forget(); kept.clear() }
  return {
    now, choose, begin,
    get value() { return kept.value }, get savedAt() { return kept.savedAt }, get choices() { return choices }, get lacks() { return lacks }, get finished() { return finished },
    /** What the way it stands leads to. */
    get outcome(): Outcome { return kept.value.began?.asked ? 'supplied' : lacks.length === 0 ? 'accept' : 'supplement' },
    /** Once it has gone out under a number, whose it is and what for stands. */
    get fixed() { return kept.value.began !== undefined || kept.value.intent?.begun === true },
    /** Something is half done, and only here: it is handed in or cleared by whoever began it, and by nothing that they press in passing. */
    get begun() { return now.busy || (!finished && !this.fixed && (kept.value.applicant !== undefined || kept.value.item !== undefined)) },
    get needs() { return needsOf(kept.value) },
    /** What is counted now may have been handed in before: after the application, which came by another way or on another day. */
    get late() {
      const { began, intent, materials } = kept.value
      return began?.lateFrom !== undefined && !began.asked && intent?.received !== JSON.stringify(receiptOf(materials)) ? lateOf(kept.value) : undefined
    },
    chooseApplicant(person: Person | undefined) { kept.value.base = crypto.randomUUID(); if (person) kept.value.applicant = person; else delete kept.value.applicant },
    chooseAgent(person: Person | undefined) { if (person) kept.value.agent = person; else delete kept.value.agent },
    byAgent(on: boolean) {
      kept.value.withAgent = on
      const { name } = authorisation(), others = kept.value.materials.filter((one) => one.name !== name)
      if (kept.value.item) kept.value.materials = on ? [...others, authorisation()] : others
    },
    changeItem() { delete kept.value.item; kept.value.materials = []; kept.value.form = {} },
    gotAll() { for (const material of kept.value.materials) material.got = true },
    attach(material: Material, given: Iterable<File>) {
      for (const file of given) {
        const key = crypto.randomUUID()
        files.set(key, file)
        material.files.push({ key, name: file.name.slice(0, 200) || material.name })
        material.got = true
      }
    },
    without(material: Material, file: Filed) { files.delete(file.key); material.files = material.files.filter(({ key }) => key !== file.key) },
    isHere: ({ key, blob }: Filed) => blob !== undefined || files.has(key),
    /** 接着办 — a case that was taken in before, as it stands now. */
    async goOn(id: string) {
      if (this.begun) { now.wrong({ status: 409, code: 'half-done', title: say().half, en: say().half }); return }
      begin()
      finished = undefined
      const own = ++turn, found = await loaded(id, say().notice.usual)
      if (own !== turn) return
      if (isProblem(found)) now.wrong(found)
      else Object.assign(kept.value, found)
    },
    next() { finished = undefined; begin() },
  }
}
export type IntakeState = ReturnType<typeof intake>
