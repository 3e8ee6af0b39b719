import { join } from 'node:path'
import { fileCredentials } from '../../adapters/credentials/file.ts'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import type { Rooms } from '../../api/rooms.ts'
import { openServer } from '../../api/server.ts'
import type { Saying } from '../../api/tell.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { at } from '../kernel/spec.ts'
import { founded, send } from '../signed-in.ts'
import { openSupervisedHouse } from './supervised-house.ts'

type Listener = Parameters<Rooms['onTold']>[0]

/** A door on a real port whose clocks are ours: the machine's, the telephone's and the house's go on together when they are told to. */
export async function openSignInHouse() {
  const house = await openSupervisedHouse({ start: at('2026-03-02', '09:00') }), unix = Date.now()
  const listeners = new Set<Listener>(), credentials = fileCredentials(join(house.dir, 'keys')), index = openDueIndex(join(house.dir, 'due.db'))
  let goneMs = 0
  const tell = async (saying: Saying) => {
    const answer = await house.tell(saying)
    if ('facts' in answer && answer.facts.length > 0) for (const listener of listeners) listener(saying, answer.facts)
    return answer
  }
  const rooms = { ...house.rooms, credentials, tell, blobs: { arrivals: async () => [] }, rowsHealth: async () => [], onTold: (listener: Listener) => { listeners.add(listener); return () => listeners.delete(listener) } } as unknown as Rooms
  async function openDoor() {
    const codes: string[] = []
    const app = await openServer(rooms, { index, ready: () => Promise.resolve() }, { uiDir: '/nowhere', version: '0', log: false,
      signIn: { nowMs: () => goneMs, unixMs: () => unix + goneMs, sayCode: (code) => codes.push(code) } })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const code = async () => { while (codes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5)); return codes[0]! }
    return { app, url, codes, code, post: (path: string, body: object, cookie?: string) => send(url, path, body, cookie),
      get: (path: string, cookie?: string, headers: Record<string, string> = {}) => fetch(url + path, { headers: { ...headers, ...(cookie && { Cookie: cookie }) } }),
      remove: (path: string, cookie?: string) => fetch(url + path, { method: 'DELETE', headers: cookie ? { Cookie: cookie } : {} }) }
  }
  let door = await openDoor()
  return {
    ...house, rooms, credentials,
    get door() { return door },
    found: async () => founded({ url: door.url, code: await door.code() }, () => unix + goneMs),
    unix: () => unix + goneMs,
    /** All three clocks. */
    pass(ms: number) {
      goneMs += ms
      house.set(new Date(Date.parse(house.now()) + ms).toISOString() as Instant)
    },
    /** The process ends and begins again, over the same book and the same secrets. */
    async restart() { await door.app.close(); door = await openDoor() },
    /** Facts of a stream's beginning, as type and what of them is asked for. */
    told: async (prefix: string) => (await house.facts(prefix)).map(({ type, data }) => ({ type, ...data })),
    async close() {
      await door.app.close()
      index.close()
      credentials.close()
      await house.close()
    },
  }
}
export type SignInHouse = Awaited<ReturnType<typeof openSignInHouse>>
export const minutes = (count: number) => count * 60_000
