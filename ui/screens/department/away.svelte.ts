import { isProblem, type Problem } from '../../client.ts'
import { intent } from '../../intent.ts'
import { settings } from '../../settings.svelte.ts'
import { asks } from './asks.ts'
import { say } from './words.ts'

export type AwayFields = { person: string; from: string; to: string; reason: string; standIn: string }
/** Which field a refusal is of. */
const fieldOf: Record<string, keyof AwayFields> = {
  'away-without-a-post': 'person', 'away-already': 'from', 'back-before-gone': 'to', 'away-in-the-past': 'to', 'away-too-long': 'to', 'stand-in-for-oneself': 'standIn', 'stand-in-of-another-department': 'standIn',
}
const worded = (problem: Problem) => (settings.language === 'en' ? problem.en : problem.title) ?? problem.code

/** 登记和结束外出 — one intent, one key, so that a second press says nothing twice. */
export function awayState(again: () => void) {
  let form = $state<AwayFields>(), wrong = $state.raw<Partial<Record<keyof AwayFields, string>>>({}), problem = $state.raw<Problem>(), told = $state(''), saying = $state(false)
  const one = intent()
  return {
    get form() { return form },
    set form(fields: AwayFields | undefined) { form = fields },
    get wrong() { return wrong },
    get problem() { return problem },
    get told() { return told },
    get saying() { return saying },
    /** `person`: whose, where it can only be one's own. */
    begin(today: string, person = '') {
      one.over()
      wrong = {}
      problem = undefined
      form = { person, from: today, to: today, reason: 'leave', standIn: '' }
    },
    leave() { form = undefined },
    async say(nameOf: (person: string) => string) {
      if (!form || saying) return
      const { person, from, to, reason, standIn } = form, words = say().away
      wrong = { ...(!person && { person: words.empty }), ...(!from && { from: words.empty }), ...(!to && { to: words.empty }) }
      if (Object.keys(wrong).length > 0) return
      saying = true
      const body = { from, to, reason, ...(standIn && { standIn }) }, answer = await asks.announce(person, body, one.keyOf([person, body]))
      saying = false
      if (isProblem(answer)) {
        const field = fieldOf[answer.code]
        problem = field ? undefined : answer
        wrong = field ? { [field]: worded(answer) } : {}
        return
      }
      told = 'waiting' in answer ? words.waits : words.said(nameOf(person))
      form = undefined
      again()
    },
    async end(person: string, number: number, name: string) {
      const answer = await asks.end(person, number, `end-${person}-${number}`), words = say().away
      told = isProblem(answer) ? worded(answer) : 'waiting' in answer ? words.waits : words.ended(name)
      again()
    },
  }
}
export type AwayState = ReturnType<typeof awayState>
