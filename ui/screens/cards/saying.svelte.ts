import type { CardPage } from '../../../projections/card-page.ts'
import { isProblem, type Problem } from '../../client.ts'
import { intent } from '../../intent.ts'
import { tell } from '../../tell.ts'

/** 一栏 of what is asked: a text, a day, a choice or a number. */
export type Asked = { name: string; kind: 'text' | 'day' | 'choice' | 'number'; choices?: readonly string[]; optional?: true }
const text = (name: string): Asked => ({ name, kind: 'text' })
/** 每个命令问什么, in its order. */
const fields: Record<string, readonly Asked[]> = {
  'file-card-appeal': [text('grounds')], 'correct-card': [text('report')], 'decide-card-appeal': [{ name: 'result', kind: 'choice', choices: ['upheld', 'dismissed'] }, text('reason')],
  'stay-card': [{ name: 'until', kind: 'day' }, text('reason')], 'confirm-correction': [{ ...text('remark'), optional: true }], 'confirm-card': [text('reason')], 'revoke-card': [text('evidence')],
  'record-sanction': [{ name: 'documentNo', kind: 'text' }, text('measure'), { name: 'points', kind: 'number' }],
}
type Fault = 'wanted' | 'wantedDay' | 'wantedPoints'
export const known = (command: string) => command in fields

/** 对牌说一句 — one form for one intent: pressed twice, it is said once. */
export function saying(page: () => CardPage, done: () => void) {
  let command = $state<string>(), values = $state<Record<string, string>>({}), wrong = $state<Record<string, Fault>>({}), problem = $state.raw<Problem>(), waits = $state(false), busy = $state(false)
  /** The card as it was before one when one began to write: whatever the page shows by now, it is this one that is spoken of. */
  let about = page(), stale = false
  const one = intent()
  const faultIn = ({ name, kind, optional }: Asked): Fault | undefined => {
    const said = (values[name] ?? '').trim()
    if (kind === 'number') return /^\d{1,2}(\.\d)?$/.test(said) && Number(said) <= 50 ? undefined : 'wantedPoints'
    return said || optional ? undefined : kind === 'day' ? 'wantedDay' : 'wanted'
  }
  const faults = () => Object.fromEntries((fields[command ?? ''] ?? []).flatMap((field): [string, Fault][] => { const fault = faultIn(field); return fault ? [[field.name, fault]] : [] }))
  return {
    get command() { return command }, get fields() { return fields[command ?? ''] ?? [] }, get values() { return values }, get wrong() { return wrong }, get problem() { return problem }, get waits() { return waits }, get busy() { return busy },
    begin(which: string) { command = which; values = Object.fromEntries((fields[which] ?? []).map(({ name }) => [name, ''])); wrong = {}; problem = undefined; waits = false; about = page(); stale = false; one.over() },
    leave() { command = undefined },
    async say() {
      if (command === undefined || busy) return
      wrong = faults()
      if (Object.keys(wrong).length > 0) return
      busy = true
      // Told that it has changed, they have it before them as it is now.
      if (stale && page().key === about.key) about = page()
      const { subject, card: { cardId }, actions: { revision } } = about, said = Object.fromEntries(this.fields.flatMap(({ name, kind, optional }) => {
        const value = (values[name] ?? '').trim()
        return optional && !value ? [] : [[name, kind === 'number' ? Number(value) : value]]
      }))
      const body = { cardId, ...said, ...(command === 'revoke-card' && { reason: 'force-majeure' }) }
      const answer = await tell('supervision', subject, command, body, { revision, key: one.keyOf(body) })
      busy = false
      if ('waiting' in answer) { waits = true; return }
      if (isProblem(answer)) { problem = answer; stale = answer.status === 412; if (stale) done(); return }
      command = undefined
      done()
    },
  }
}
export type SayingState = ReturnType<typeof saying>
