import type { CardPage } from '../../../projections/card-page.ts'
import type { CardRemark } from '../../../projections/views.ts'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
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

type Said = Record<string, string>
/** 对牌说一句 — one form for one intent: pressed twice, it is said once. What is written is kept like any draft; where somebody else came first, it is shown beside
    what they said. To be called while a component of this card is made. */
export function saying(page: () => CardPage, done: () => Promise<unknown>) {
  let command = $state<string>(), wrong = $state<Record<string, Fault>>({}), problem = $state.raw<Problem>(), waits = $state(false), busy = $state(false), changed = $state(false)
  /** The card as it was before one when one began to write: whatever the page shows by now, it is this one that is spoken of. */
  let about = $state.raw(page())
  const kept = draft<Record<string, Said>>(`card ${page().key}`, {}), one = intent()
  const values = () => kept.value[command ?? ''] ?? {}, asked = () => fields[command ?? ''] ?? []
  const faultIn = ({ name, kind, optional }: Asked): Fault | undefined => {
    const said = (values()[name] ?? '').trim()
    if (kind === 'number') return /^\d{1,2}(\.\d)?$/.test(said) && Number(said) <= 50 ? undefined : 'wantedPoints'
    return said || optional ? undefined : kind === 'day' ? 'wantedDay' : 'wanted'
  }
  const faults = () => Object.fromEntries(asked().flatMap((field): [string, Fault][] => { const fault = faultIn(field); return fault ? [[field.name, fault]] : [] }))
  const bodyOf = () => ({ cardId: about.card.cardId, ...Object.fromEntries(asked().flatMap(({ name, kind, optional }) => {
    const value = (values()[name] ?? '').trim()
    return optional && !value ? [] : [[name, kind === 'number' ? Number(value) : value]]
  })), ...(command === 'revoke-card' && { reason: 'force-majeure' }) })
  function forget() { if (command !== undefined) delete kept.value[command]; command = undefined; one.over() }
  async function say() {
    if (command === undefined || busy) return
    wrong = faults()
    problem = undefined
    if (Object.keys(wrong).length > 0) return
    busy = true
    const body = bodyOf(), answer = await tell('supervision', about.subject, command, body, { revision: about.actions.revision, key: one.keyOf(body) })
    if (isProblem(answer) && answer.status === 412) { await done(); changed = true } else if (isProblem(answer)) problem = answer
    else if ('waiting' in answer) waits = true
    else { forget(); void done() }
    busy = false
  }
  return {
    get command() { return command }, get fields() { return asked() }, get wrong() { return wrong }, get problem() { return problem }, get waits() { return waits }, get busy() { return busy }, get savedAt() { return kept.savedAt },
    get values() { return values() },
    begin(which: string) {
      kept.value[which] ??= Object.fromEntries((fields[which] ?? []).map(({ name }) => [name, '']))
      command = which; wrong = {}; problem = undefined; waits = changed = false; about = page(); one.over()
    },
    /** What is written stays. */
    leave() { command = undefined },
    say,
    /** 别人先说了: what has been said of this card since one began; of another card of the same subject nothing is said here. */
    get changed() { return changed },
    get since(): readonly CardRemark[] { return page().key === about.key ? page().card.remarks.slice(about.card.remarks.length) : [] },
    keep() { changed = false },
    /** As things stand now. */
    again() { changed = false; if (page().key === about.key) about = page(); void say() },
    drop() { changed = false; forget() },
  }
}
export type SayingState = ReturnType<typeof saying>
