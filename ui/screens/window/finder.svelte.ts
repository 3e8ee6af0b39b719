import { onDestroy } from 'svelte'
import { client, isProblem, type Problem } from '../../client.ts'
import { caseHref, router } from '../../router.svelte.ts'
import { asks, type Finding, type Found } from './asks.ts'

/** 申请人或代理人 as an intake has them. */
export type Person = { id: string; name: string; kind: 'person' | 'organisation'; number?: string }
const settleMs = 250
const han = /\p{Script=Han}/u
/** What is asked for while somebody is still typing: a name, or as much of a number as a whole one has. */
const worthAsking = (text: string) => text.length >= 2 && (han.test(text) || /^[\dA-Z]{18}$/i.test(text) || /^\+?[\d -]{7,12}$/.test(text))
/** 受理编号 as a scanner reads it off a notice. */
const isNumberOfCase = (text: string) => !han.test(text) && /^(?=.*\d)[\w]+(?:-[\w]+){1,4}$/.test(text)

/** 登记 — what the document says of somebody who is not known yet. */
function registering() {
  let adding = $state({ name: '', number: '', phone: '', document: 'resident-card' }), key = crypto.randomUUID()
  return {
    get value() { return adding },
    begin() { key = crypto.randomUUID(); adding = { name: '', number: '', phone: '', document: 'resident-card' } },
    /** What was looked for in vain is where they begin. */
    take({ kind, number = '' }: Finding, asked: string) {
      if (kind === 'resident-number') adding.number = number
      if (kind === 'name') adding.name = asked
      if (kind === 'phone') adding.phone = asked
    },
    async send(): Promise<Person | Problem> {
      const { phone, document } = adding, name = adding.name.trim(), number = adding.number.trim()
      const answer = await asks.register({ name, number, document, ...(phone.trim() && { phone: phone.trim() }) }, key)
      return isProblem(answer) ? answer : { id: answer.applicant, name, kind: 'person', ...(/^\d{17}[\dX]$/i.test(number) && { number: number.toUpperCase() }) }
    },
  }
}

/** 找人 — one question at a time; what was typed on meanwhile is asked next. */
export function finder(chosen: (person: Person) => void) {
  let text = $state(''), finding = $state.raw<Finding>(), problem = $state.raw<Problem>(), busy = $state(false), timer: ReturnType<typeof setTimeout> | undefined, turn = 0
  const adding = registering(), forget = () => { finding = undefined; problem = undefined }
  async function ask(): Promise<Finding | undefined> {
    clearTimeout(timer)
    const own = ++turn, asked = text.trim()
    if (asked.length < 2) { forget(); return undefined }
    busy = true
    const answer = await asks.find(asked)
    if (own !== turn) return undefined
    busy = false
    if (isProblem(answer)) { finding = undefined; problem = answer; return undefined }
    problem = undefined
    finding = answer
    if (answer.applicants.length === 0) adding.take(answer, asked)
    return answer
  }
  function begin() { turn++; text = ''; busy = false; adding.begin(); forget() }
  async function choose({ applicant, kind, name }: Found) {
    const number = finding?.kind === 'resident-number' ? finding.number : undefined
    if (kind === 'organisation') { chosen({ id: applicant, name: name ?? applicant, kind }); begin(); return }
    const answer = await asks.find(text.trim(), applicant)
    if (isProblem(answer)) { problem = answer; return }
    const opened = answer.applicants[0]
    if (opened?.name === undefined) return
    chosen({ id: applicant, name: opened.name, kind, ...(number !== undefined && { number }) })
    begin()
  }
  onDestroy(() => clearTimeout(timer))
  return {
    get text() { return text },
    set text(said: string) {
      text = said
      clearTimeout(timer)
      turn++
      busy = false
      forget()
      if (worthAsking(said.trim())) timer = setTimeout(() => void ask(), settleMs)
    },
    get finding() { return finding },
    get problem() { return problem },
    get busy() { return busy },
    get adding() { return adding.value },
    choose, begin,
    /** Enter, or the end of what a scanner reads: a case is opened; the only one who answers to it is chosen. */
    async enter() {
      const said = text.trim()
      if (isNumberOfCase(said)) {
        const found = await client.case(said)
        if (!isProblem(found)) { router.go(caseHref(found.id)); return }
      }
      const answer = await ask(), [only, second] = answer?.applicants ?? []
      if (only && !second) await choose(only)
    },
    async register() {
      busy = true
      const answer = await adding.send()
      busy = false
      if (isProblem(answer)) problem = answer
      else { chosen(answer); begin() }
    },
    /** 单位 is known by its code; the name is what its licence says. */
    takeOrganisation(name: string) {
      if (finding?.number === undefined || name.trim() === '') return
      chosen({ id: finding.number, name: name.trim(), kind: 'organisation' })
      begin()
    },
  }
}
export type Finder = ReturnType<typeof finder>
