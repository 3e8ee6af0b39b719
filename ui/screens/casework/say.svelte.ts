import type { CaseView, FactView } from '../../../projections/views.ts'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import { lateAt, type Late } from '../../late.ts'
import { intent } from '../../intent.ts'
import { bodyOf, fieldsOf, wrongIn, type Said } from './forms.ts'
import type { WorkState } from './casework.svelte.ts'

type Outcome = 'said' | 'waiting'
/** The deciders' word for a claimed time that lies before the newest fact, or after now. */
const outOfBounds = 'claim-out-of-bounds'
type Error = { field: string; message: string }
/** 要说的一句 — the form of one command of one case: kept while it is written, said once however often it is pressed. To be called while a component is made. */
export function saying(work: WorkState, id: string, command: string, initial: Said, done: (how: Outcome) => void, late?: () => Late) {
  const kept = draft<Said>(`work ${id} ${command}`, initial), one = intent(), began = JSON.stringify(initial)
  let tried = $state(false), busy = $state(false), problem = $state.raw<Problem>(), changed = $state(false)
  /** What stood there when somebody else came first. */
  let since = $state(0), seen = work.actions?.revision ?? 0
  /** 补录 — nothing as long as it is said as it happens. */
  const happened = () => { const said = kept.value['happenedAt']; return late && typeof said === 'string' ? lateAt(said, late()) : undefined }
  const wrongHere = () => { const found = happened(); return { ...wrongIn(command, kept.value), ...(found && 'wrong' in found && { happenedAt: found.wrong }) } }
  const wrong = () => tried ? { ...wrongHere(), ...told() } : {}
  const told = (): Record<string, string> => problem?.code === outOfBounds ? { happenedAt: outOfBounds } : Object.fromEntries(((problem as { errors?: Error[] } | undefined)?.errors ?? []).map(({ field, message }) => [field.split('.')[0] ?? field, message]))
  async function send() {
    tried = true
    if (busy || Object.keys(wrongHere()).length > 0) return
    busy = true
    problem = undefined
    // Its own number is its key too: said again because no word came back, it is neither twice.
    const found = happened(), at = found && 'at' in found ? { happenedAt: found.at } : {}
    const key = one.keyOf({ ...bodyOf(command, kept.value, ''), ...at }), answer = await work.say(command, { ...bodyOf(command, kept.value, key), ...at }, { revision: seen, key })
    busy = false
    if (isProblem(answer)) {
      if (answer.status === 412) {
        since = seen
        await work.read()
        changed = true
        return
      }
      problem = answer
      // What others have said meanwhile is shown; that one has it before one is another press's to say.
      await work.read()
      return
    }
    kept.clear()
    tried = false
    one.over()
    done('waiting' in answer ? 'waiting' : 'said')
  }
  // As long as nothing is written, what one has before one is the newest.
  $effect(() => {
    const now = work.actions?.revision
    if (now !== undefined && JSON.stringify(kept.value) === began && !changed) seen = now
  })
  return {
    send,
    get savedAt() { return kept.savedAt },
    get value() { return kept.value },
    get fields() { return fieldsOf(command, kept.value) },
    get wrong() { return wrong() },
    get tried() { return tried },
    get busy() { return busy },
    get problem() { return problem },
    get changed() { return changed },
    set changed(open: boolean) { changed = open },
    /** Facts that came meanwhile. */
    theirs: (view: CaseView): FactView[] => view.facts.filter(({ revision }) => revision > since),
    /** As things stand now. */
    again() { seen = work.actions?.revision ?? seen; void send() },
    drop() { kept.clear(); tried = false; seen = work.actions?.revision ?? seen; one.over() },
  }
}
export type Saying = ReturnType<typeof saying>
