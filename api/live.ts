import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from '@fastify/websocket'
import { z } from 'zod'
import { isSealed } from '../domain/kernel/values.ts'
import type { Condition } from '../projections/read-store.ts'
import type { Rooms, RowsChanged } from './rooms.ts'

const Subscription = z.strictObject({
  query: z.string().min(1).max(64), collection: z.string().min(1).max(64),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}), position: z.int().nonnegative().optional(),
})
type Subscription = z.infer<typeof Subscription>
/** Queries that one socket may watch, and bytes that may wait for a slow reader before it is told to load again. */
const queriesPerSocket = 32, backlogBytes = 1 << 20, messageBytes = 4096

const matches = (row: Record<string, unknown>, where: Record<string, Condition>) => Object.entries(where).every(([field, value]) => (row[field] ?? null) === value)

/** A subscriber learns that a row has changed and what of it is open; names are masked where the case is read. */
const withoutEnvelopes = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).filter(([, value]) => !isSealed(value)))

/** 实时查询 — after each commit the changed rows go to those whose query they match; a row that no longer matches is told as gone.
    Who reconnects says the position that it has, and is told to load again where something may have been missed. */
export function liveRoutes(app: FastifyInstance, rooms: Rooms, mayConnect: (request: FastifyRequest) => boolean) {
  const sockets = new Map<WebSocket, Map<string, Subscription & { held: Set<string> }>>()
  const stop = rooms.onChanged((changed) => { for (const [socket, queries] of sockets) publish(socket, queries, changed) })
  app.addHook('preClose', async () => {
    stop()
    for (const socket of sockets.keys()) socket.close(1001, 'closing')
  })

  function publish(socket: WebSocket, queries: Map<string, Subscription & { held: Set<string> }>, changed: RowsChanged) {
    for (const { query, collection, where, held } of queries.values()) {
      if ('many' in changed || socket.bufferedAmount > backlogBytes) {
        if (!('many' in changed) || changed.collections.includes(collection)) socket.send(JSON.stringify({ query, position: changed.position, refresh: true }))
        continue
      }
      const changes = changed.changes.filter((change) => change.collection === collection).flatMap(({ key, row }): { key: string; row: Record<string, unknown> | null }[] => {
        const shows = row !== undefined && matches(row, where)
        if (shows) held.add(key)
        return shows ? [{ key, row: withoutEnvelopes(row) }] : held.delete(key) || row === undefined ? [{ key, row: null }] : []
      })
      if (changes.length > 0) socket.send(JSON.stringify({ query, position: changed.position, changes }))
    }
  }

  app.get('/api/live', { websocket: true, config: { access: 'signed-in' }, preValidation: async (request, reply) => { if (!mayConnect(request)) return reply.code(403).send() } }, (socket) => {
    const queries = new Map<string, Subscription & { held: Set<string> }>()
    sockets.set(socket, queries)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: Buffer) => {
      subscribe(data).catch((error: unknown) => { app.log.error(error); socket.close(1011, 'unexpected') })
    })
    const subscribe = async (data: Buffer) => {
      const said = data.length > messageBytes ? undefined : parsed(data.toString())
      if (!said || (queries.size >= queriesPerSocket && !queries.has(said.query)) || !rooms.rows.collections().includes(said.collection)) {
        return socket.send(JSON.stringify({ error: 'malformed', zh: '订阅不符合要求', en: 'The subscription is not well-formed' }))
      }
      queries.set(said.query, { ...said, held: new Set() })
      const position = await rooms.rows.checkpoint(said.collection)
      const refresh = said.position !== undefined && said.position < position
      socket.send(JSON.stringify({ query: said.query, position, ...(refresh ? { refresh } : { changes: [] }) }))
    }
  })
}

function parsed(text: string): Subscription | undefined {
  try { return Subscription.parse(JSON.parse(text)) } catch { return undefined }
}
