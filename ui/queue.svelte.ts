import { alone } from './alone.ts'
import { isProblem, read, type Problem } from './client.ts'
import { kept, type Kept } from './kept.ts'
import { network } from './network.svelte.ts'

/** 等着发出的话 — a command as it was meant: whose, of what, with the key that makes it one saying. */
export type Meant = {
  at: string; context: string; id: string; command: string; body: object; key: string
  /** What one had before one. */
  revision?: number
  /** Why it was not done; it stays until it has been seen. */
  refused?: Problem
}
type Answer = { revision: number; facts: string[] }
/** A platform that is busy, and a door that asks who one is first: said again later. Everything else is an answer. */
const later = new Set([0, 401, 428, 429, 502, 503, 504])
/** An answer that has not come by then is as good as lost; it is asked for again under the same key. */
const patienceMs = 20_000
const againMs = 3_000
export const say = ({ context, id, command, body, key, revision }: Omit<Meant, 'at'>) =>
  read<Answer>(`/${context}/${encodeURIComponent(id)}/${command}`, {}, body, 'POST', { 'idempotency-key': key, ...(revision !== undefined && { 'if-match': `"${revision}"` }) }, patienceMs)

const whoNow = async () => {
  const house = await read<{ person?: { person: string } }>('/house')
  return isProblem(house) ? undefined : house.person?.person
}

type Waiting = readonly (readonly [name: string, meant: Meant])[]
const inOrder = async (store: Kept<Meant>): Promise<Waiting> => (await store.all()).sort(([a], [b]) => a < b ? -1 : 1)
const isHeld = ({ context, id }: Meant, waiting: Waiting) => waiting.some(([, before]) => before.refused && before.context === context && before.id === id)

/** One's own saying has moved the matter on, and is known to whoever said the next one in the same breath: it is pinned to what came of it. Kept before the
    first is forgotten, so that it holds though the line breaks between the two. */
async function pinOn(store: Kept<Meant>, of: Meant, revision: number): Promise<void> {
  for (const [name, meant] of await inOrder(store)) {
    if (meant.key !== of.key && !meant.refused && meant.context === of.context && meant.id === of.id && meant.revision === of.revision) await store.put(name, { ...meant, revision })
  }
}

/** One after the other, in the order in which they were meant; stops where the line stops. What follows a refusal in the same matter was meant on top of it, and is not said. */
async function sendAll(store: Kept<Meant>, isTheirs: () => Promise<boolean>, wait: (ms: number) => void): Promise<number> {
  for (let done = 0; ;) {
    const waiting = await inOrder(store), next = waiting.find(([, meant]) => !meant.refused)
    if (!next || !await isTheirs()) return done
    const [name, meant] = next
    if (isHeld(meant, waiting)) { await store.put(name, { ...meant, refused: { status: 0, code: 'after-refused' } }); continue }
    const answer = await say(meant)
    if (isProblem(answer)) {
      if (later.has(answer.status)) { if (answer.retryAfterMs) wait(answer.retryAfterMs); return done }
      await store.put(name, { ...meant, refused: answer })
      continue
    }
    if (meant.revision !== undefined) await pinOn(store, meant, answer.revision)
    await store.drop(name)
    done++
  }
}

function openQueue() {
  let person: string | undefined, all = $state.raw<Waiting>([]), sent = $state(0), sending = false, number = 0, notBefore = 0
  const adding = new Set<string>()
  const store = (whose = person!) => kept<Meant>('queue', whose)
  /** Tabs of one browser share the queue, and what became of it. */
  const tabs = new BroadcastChannel('mingjian.queue')
  async function look() {
    const own = person
    const found = own === undefined ? [] : await inOrder(kept<Meant>('queue', own)).catch(() => [])
    if (own === person) all = found
  }
  async function moved(done = 0) {
    await look()
    sent += done
    tabs.postMessage({ person, done })
  }
  tabs.onmessage = ({ data }: MessageEvent<{ person?: string; done: number }>) => {
    if (data.person !== person) return
    sent += data.done
    void look()
  }
  /** As long as the platform has asked for, and then at once. */
  const wait = (ms: number) => { notBefore = Date.now() + ms; setTimeout(() => void send(), ms) }
  async function send(): Promise<void> {
    const own = person
    if (own === undefined || sending || Date.now() < notBefore) return
    await look()
    if (!all.some(([, meant]) => !meant.refused)) return
    sending = true
    try {
      const done = await alone(() => sendAll(store(own), async () => person === own && await whoNow() === own, wait))
      await moved(done)
    } catch { /* the browser gave nothing back: tried again */ } finally { sending = false }
  }
  network.onBack(() => void send())
  setInterval(() => { if (all.some(([, meant]) => !meant.refused)) void send() }, againMs)

  return {
    get waiting() { return all.filter(([, meant]) => !meant.refused).length },
    /** Something is before it that has not been sent. */
    isBefore: (context: string, id: string) => all.some(([, meant]) => !meant.refused && meant.context === context && meant.id === id),
    get refused() { return all.filter(([, meant]) => meant.refused) },
    get sent() { return sent },
    seen() { sent = 0 },
    /** Whose it is: that of the person who is signed in, and of nobody else. */
    of(whoever: string | undefined) {
      if (whoever === person) return
      person = whoever
      sent = notBefore = 0
      void look().then(send)
    },
    async add(meant: Meant) {
      // The same intent said again is the same saying.
      if (adding.has(meant.key) || all.some(([, before]) => before.key === meant.key && !before.refused)) return
      adding.add(meant.key)
      try { await store().put(`${String(Date.now()).padStart(15, '0')} ${String(number++).padStart(6, '0')} ${meant.key}`, meant) } finally { adding.delete(meant.key) }
      await moved()
    },
    async drop(name: string) {
      await store().drop(name)
      await moved()
    },
    send,
  }
}
export const queue = openQueue()
