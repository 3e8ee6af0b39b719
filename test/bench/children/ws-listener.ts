import { createRequire } from 'node:module'
import { nowMs } from '../figures.ts'

type Socket = { on(event: 'open' | 'message' | 'close', listener: (data: Buffer) => void): void; send(text: string): void; close(): void }
const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: { headers: Record<string, string> }) => Socket

export type Asked = { url: string; cookie: string }
/** What a watcher saw of a row, and when; `refreshes`: when it was told to load again instead, because too much had changed at once. */
export type Heard = { key: string; stage: string; lastStep: string; position: number; atMs: number }
export type Refresh = { position: number; atMs: number }
export type Saw = { heard: readonly Heard[]; refreshes: readonly Refresh[] }

/** 看的人 — subscribes to `cases`, in a process of its own: says `ready`, and all that it heard when it is told to stop. */
process.once('message', ({ url, cookie }: Asked) => {
  const heard: Heard[] = []
  const refreshes: Refresh[] = []
  const socket = new WebSocket(url, { headers: { cookie } })
  socket.on('open', () => socket.send(JSON.stringify({ query: 'all', collection: 'cases' })))
  socket.on('message', (data) => {
    const atMs = nowMs()
    const said = JSON.parse(data.toString()) as { position: number; refresh?: true; changes?: { key: string; row: { stage: string; lastStep: string } | null }[] }
    if (said.refresh) refreshes.push({ position: said.position, atMs })
    for (const { key, row } of said.changes ?? []) if (row) heard.push({ key, stage: row.stage, lastStep: row.lastStep, position: said.position, atMs })
    if (heard.length === 0) process.send!('ready')
  })
  process.once('message', () => {
    process.send!({ heard, refreshes } satisfies Saw)
    socket.close()
  })
})
