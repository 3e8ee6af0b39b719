import { replayed } from '../../../projections/replayed.ts'
import type { CaseView } from '../../../projections/views.ts'
import { isProblem } from '../../client.ts'
import { asks } from './asks.ts'

type Look = ReturnType<typeof replayed>
/** What did not come is asked for again after so long: a line breaks, and what may not be seen stays unseen. */
const againMs = 5_000
/** 当时 — a case as it stood at an instant, by what was known then; what was sent of it is folded here, however far the playhead is dragged. */
export function then() {
  const asked = new Set<string>()
  let looks = $state.raw(new Map<string, Look>()), missed = $state(0)
  return {
    want(id: string) {
      // Whoever wanted what did not come wants it again.
      void missed
      if (asked.has(id)) return
      asked.add(id)
      void asks.replay(id).then((answer) => {
        if (!isProblem(answer)) looks = new Map(looks).set(id, replayed(answer))
        else if (answer.status === 0 || answer.status >= 500 || answer.status === 429) setTimeout(() => { asked.delete(id); missed++ }, againMs)
      })
    },
    at(id: string, ms: number): CaseView | undefined {
      const at = new Date(ms).toISOString() as CaseView['at'], found = looks.get(id)?.({ at, known: at })
      return found && !('notYet' in found) ? found : undefined
    },
  }
}
export type Then = ReturnType<typeof then>
