import { onDestroy } from 'svelte'
import type { CaseView } from '../../../projections/views.ts'
import { isProblem, type Problem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { intent, keyOfWords } from '../../intent.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { tell, type Told } from '../../tell.ts'
import { handIn, readActions, readCase, readDictionary, readOpinions, type CaseActions } from './asks.ts'

type Usual = { number?: number; step?: string; text: string }
const settleMs = 300

/** 常用意见 — one's own first, then what the house has in its dictionary; read once and kept while the page is. */
function openUsual() {
  let own = $state.raw<readonly Usual[]>([]), house = $state.raw<readonly Usual[]>([]), asked = false
  const one = intent()
  const readOwn = async () => {
    const answer = await readOpinions()
    if (!isProblem(answer)) own = answer.rows
  }
  return {
    /** `step`: those kept for it, and those kept for any. */
    of: (step: string | undefined) => [...own.filter((one) => one.step === undefined || one.step === step), ...house].slice(0, 9),
    async read() {
      if (asked) return
      asked = true
      const [, answer] = await Promise.all([readOwn(), readDictionary()])
      if (isProblem(answer)) return
      house = (answer.rows[0]?.entries ?? []).filter(({ retired }) => !retired).map(({ zh = '', code }) => ({ text: zh || code }))
    },
    async keep(person: string, text: string, step: string | undefined): Promise<Problem | undefined> {
      const body = { text, ...(step !== undefined && ['handling', 'reviewing', 'approving'].includes(step) && { step }) }
      const answer = await tell('workbench', person, 'keep-opinion', body, { key: one.keyOf(body) })
      if (isProblem(answer)) return answer
      setTimeout(() => void readOwn(), settleMs)
      return undefined
    },
  }
}
export const usual = openUsual()

/** 一件的办理 — the case, and what may be said of it now; read again whenever it moves. */
export function workOn(id: string) {
  let view = $state.raw<CaseView>(), actions = $state.raw<CaseActions>(), problem = $state.raw<Problem>(), gone = false, stop: (() => void) | undefined, turn = 0
  async function read() {
    const own = ++turn
    const [nextView, nextActions] = await Promise.all([readCase(id), readActions(id)])
    if (gone || own !== turn) return
    if (isProblem(nextView)) { problem = nextView; return }
    if (isProblem(nextActions)) { problem = nextActions; return }
    view = nextView
    actions = nextActions
    problem = undefined
    stop ??= subscribe('cases', { id }, nextView.facts.reduce((most, { position }) => Math.max(most, position), 0), fresh.again)
  }
  const fresh = keepingUp(read)
  void read()
  void usual.read()
  onDestroy(() => { gone = true; stop?.(); fresh.stop() })
  return {
    get view() { return view },
    get actions() { return actions },
    get problem() { return problem },
    read,
    /** One file, kept and then named by the case; what went wrong is answered. */
    async attach(file: File): Promise<Problem | undefined> {
      const kept = await handIn(id, file)
      if (isProblem(kept)) return kept
      // Known by what it holds and who hands it in: said again because no answer came, it is the same document.
      const { blob, bytes, mediaType, name } = kept, number = `${blob.slice(7, 31)}-${(house.view?.person?.person ?? '').slice(0, 30)}`
      const told = await tell('cases', id, 'attach-document', { number, name, blob, mediaType, bytes }, { key: await keyOfWords(['attach', id, number, name]) })
      await read()
      return isProblem(told) ? told : undefined
    },
    say: (command: string, body: object, how: { revision?: number; key: string }): Promise<Told | { waiting: true } | Problem> => tell('cases', id, command, body, how),
  }
}
export type WorkState = ReturnType<typeof workOn>
