import type { FactView } from '../../../projections/views.ts'
import { isProblem, type Look, type Problem } from '../../client.ts'
import { asks, type Head, type Opened, type Receipt } from './asks.ts'
import { verified } from './verifying.ts'

/** 证明 — the head of the book, and of one fact at a time what proves it; asked for when somebody wants it. */
export function proving(id: string) {
  let head = $state.raw<Head>(), fact = $state.raw<FactView>(), receipt = $state.raw<Receipt>(), problem = $state.raw<Problem>(), holds = $state<boolean>(), open = $state(false)
  const readHead = () => void asks.head().then((answer) => { if (!isProblem(answer)) head = answer })
  readHead()
  return {
    get head() { return head },
    get fact() { return fact },
    get receipt() { return receipt },
    get problem() { return problem },
    /** Whether it led up to the head, where that could be checked here. */
    get holds() { return holds },
    get open() { return open },
    set open(is: boolean) { open = is },
    async prove(one: FactView) {
      fact = one
      receipt = problem = holds = undefined
      open = true
      const answer = await asks.receipt(id, one.revision)
      if (fact !== one) return
      if (isProblem(answer)) { problem = answer; return }
      holds = await verified(answer)
      receipt = answer
      readHead()
    },
  }
}
export type Proving = ReturnType<typeof proving>

/** 谁看过 — read when the drawer opens. */
export function lookers(id: string) {
  let looks = $state.raw<Look[]>(), more = $state(false), problem = $state.raw<Problem>(), open = $state(false)
  return {
    get looks() { return looks },
    get more() { return more },
    get problem() { return problem },
    get open() { return open },
    set open(is: boolean) { open = is },
    async show() {
      open = true
      const answer = await asks.looks(id)
      if (isProblem(answer)) { problem = answer; return }
      looks = answer.looks
      more = answer.next !== undefined
      problem = undefined
    },
  }
}
export type Lookers = ReturnType<typeof lookers>

/** 启看 — what is sealed, for as long as the dialog is open. */
export function opening(id: string) {
  let open = $state(false), fields = $state.raw<Opened['fields']>(), questions = $state.raw<Opened['questions']>(), problem = $state.raw<Problem>(), purpose = $state(''), missing = $state(false)
  return {
    get open() { return open },
    set open(is: boolean) { open = is; if (!is) { fields = questions = problem = undefined; purpose = '' } },
    get fields() { return fields },
    get questions() { return questions },
    get problem() { return problem },
    get missing() { return missing },
    get purpose() { return purpose },
    set purpose(text: string) { purpose = text; missing = false },
    async reveal(which: readonly string[]) {
      missing = !purpose.trim()
      if (missing) return
      const answer = await asks.open(id, which, purpose.trim())
      if (!open) return
      if (isProblem(answer)) problem = answer
      else { fields = answer.fields; questions = answer.questions; problem = undefined }
    },
  }
}
export type Opening = ReturnType<typeof opening>
