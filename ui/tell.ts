import { read, type Problem } from './client.ts'

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
/** 说一句 — a command by whoever is signed in. `command` in the words of the address: `accept-case`. */
export const tell = (context: string, id: string, command: string, body: object, { revision, key = crypto.randomUUID() }: How = {}): Promise<Told | Waiting | Problem> =>
  read<Told>(`/${context}/${encodeURIComponent(id)}/${command}`, {}, body, 'POST', { 'idempotency-key': key, ...(revision !== undefined && { 'if-match': `"${revision}"` }) })
