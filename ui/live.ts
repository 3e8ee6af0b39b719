import { network } from './network.svelte.ts'

type Subscription = { collection: string; where: Record<string, unknown>; position: number; changed(): void }
const subscriptions = new Map<string, Subscription>()
const patienceMs = { first: 500, most: 20_000 }
let socket: WebSocket | undefined, waitMs = patienceMs.first

const ask = (query: string, { collection, where, position }: Subscription) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ query, collection, where, position }))
}
function connect() {
  if (socket) return
  const own = socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`)
  own.onopen = () => {
    waitMs = patienceMs.first
    for (const [query, subscription] of subscriptions) ask(query, subscription)
  }
  own.onmessage = ({ data }) => {
    const told = JSON.parse(String(data)) as { query?: string; position?: number; changes?: unknown[]; refresh?: boolean }
    const subscription = told.query === undefined ? undefined : subscriptions.get(told.query)
    if (!subscription) return
    if (told.position !== undefined) subscription.position = told.position
    if (told.refresh || told.changes?.length) subscription.changed()
  }
  own.onclose = () => {
    socket = undefined
    if (!navigator.onLine) network.lost('offline')
    // Reading says at once whether only the line broke or the platform is gone.
    for (const { changed } of subscriptions.values()) changed()
    setTimeout(() => {
      connect()
      // What the line did not bring meanwhile is read again, which also says whether the platform is back.
      if (network.why) for (const { changed } of subscriptions.values()) changed()
    }, waitMs * (0.75 + Math.random() / 2))
    waitMs = Math.min(waitMs * 2, patienceMs.most)
  }
}

/** 实时 — calls `changed` when rows that match have changed; says the position one has, so that nothing is missed over a lost line. Returns how to stop. */
export function subscribe(collection: string, where: Record<string, unknown>, position: number, changed: () => void): () => void {
  // A name that is free again is used again: the platform then forgets what was watched under it.
  let number = 1
  while (subscriptions.has(`q${number}`)) number++
  const query = `q${number}`
  const subscription = { collection, where, position, changed }
  subscriptions.set(query, subscription)
  if (socket) ask(query, subscription)
  else connect()
  return () => { subscriptions.delete(query) }
}
