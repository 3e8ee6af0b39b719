import { isProblem, type Problem } from './client.ts'
import { house } from './house.svelte.ts'
import { queue, say } from './queue.svelte.ts'

/** `facts`: the types of those that were written down. */
export type Told = { revision: number; facts: string[] }
/** 等着发出 — said while the line was down: it goes out by itself, once. */
export type Waiting = { waiting: true }
type How = {
  /** What one had before one: where the case has moved on since, nothing is written (412). */
  revision?: number | undefined
  /** Of this intent; the same intent said again is the same fact. */
  key?: string
}
/** 说一句 — a command by whoever is signed in. `command` in the words of the address: `accept-case`. Where no answer comes, it waits on this computer and goes out by itself. */
export async function tell(context: string, id: string, command: string, body: object, { revision, key = crypto.randomUUID() }: How = {}): Promise<Told | Waiting | Problem> {
  const meant = { context, id, command, body, key, ...(revision !== undefined && { revision }) }
  // What was meant before it in the same matter goes before it.
  const answer = queue.isBefore(context, id) ? undefined : await say(meant)
  if (answer && !(isProblem(answer) && answer.status === 0)) return answer
  // A browser that keeps nothing can promise nothing.
  try { await queue.add({ ...meant, at: house.view?.now ?? new Date().toISOString() }) } catch { return answer ?? { status: 0, code: 'offline' } }
  return { waiting: true }
}
