import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from '@fastify/websocket'
import { z } from 'zod'
import { isSealed } from '../domain/kernel/values.ts'
import type { Condition } from '../projections/read-store.ts'
import { isLook, isUnbounded, partsOf, seenIn } from './access/collections.ts'
import { lacksPurpose, purposeRequired } from './access/gate.ts'
import { hasRole, standingOf, type Standing } from './access/standing.ts'
import { rowsLooked } from './privacy/looks.ts'
import type { Rooms, RowsChanged } from './rooms.ts'
import { signalOf } from './signals.ts'

const Subscription = z.strictObject({
  query: z.string().min(1).max(64), collection: z.string().min(1).max(64),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}), position: z.int().nonnegative().optional(),
})
type Subscription = z.infer<typeof Subscription>
/** Sockets of one session, queries that one socket may watch, and bytes that may wait for a slow reader before it is told to load again. */
const socketsPerSession = 16, queriesPerSocket = 32, backlogBytes = 1 << 20, messageBytes = 4096
/** 会话已结束 — what a browser is told; whoever does not hang up is hung up on. */
const sessionOver = 4401, closingMs = 500

const matches = (row: Readonly<Record<string, unknown>>, where: Readonly<Record<string, Condition>>) => Object.entries(where).every(([field, value]) => (row[field] ?? null) === value)

/** A subscriber learns that a row has changed and what of it is open; names are masked where the case is read. */
const withoutEnvelopes = (row: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(row).filter(([, value]) => !isSealed(value)))
type Watching = { who: Standing; queries: Map<string, Subscription & { held: Set<string> }>; turn: Promise<void> }
/** Calls for every session that ends; ends when called. */
type OnEnded = (listener: (session: { id: string }) => void) => () => unknown

/** 实时查询 — after each commit the changed rows go to those whose query they match and whose they are to see; a row that is so no longer is told as gone.
    Who is told of a case has looked at it. Who reconnects says the position that it has, and is told to load again where something may have been missed. A socket ends with its session. */
export function liveRoutes(app: FastifyInstance, rooms: Rooms, mayConnect: (request: FastifyRequest) => boolean, onEnded: OnEnded) {
  const sockets = new Map<WebSocket, Watching>()
  // One change after the other, for what is looked up meanwhile must not put a later one first.
  const stop = rooms.onChanged((changed) => { for (const [socket, watching] of sockets) {
    watching.turn = watching.turn.then(() => publish(socket, watching, changed)).catch((error: unknown) => { app.log.error(error); socket.close(1011, 'unexpected') })
  } })
  const stopEnding = onEnded(({ id }) => { for (const [socket, { who }] of sockets) if (who.session === id) {
    sockets.delete(socket)
    socket.close(sessionOver, 'the session is over')
    setTimeout(() => socket.terminate(), closingMs).unref()
  } })
  app.addHook('preClose', async () => {
    stop()
    stopEnding()
    for (const socket of sockets.keys()) socket.close(1001, 'closing')
  })

  async function publish(socket: WebSocket, { who, queries }: Watching, changed: RowsChanged) {
    for (const { query, collection, where, held } of [...queries.values()]) {
      if (socket.readyState !== socket.OPEN) return
      const signal = signalOf(collection)
      if (signal) { if (await signal.moves(rooms, who, changed)) socket.send(JSON.stringify({ query, position: changed.position, refresh: true })); continue }
      if (isLook(collection) && lacksPurpose(who, rooms.now())) { queries.delete(query); socket.send(JSON.stringify({ query, ...purposeWanting })); continue }
      if ('many' in changed || socket.bufferedAmount > backlogBytes) {
        if (!('many' in changed) || changed.collections.includes(collection)) socket.send(JSON.stringify({ query, position: changed.position, refresh: true }))
        continue
      }
      const own = changed.changes.filter((change) => change.collection === collection)
      if (own.length === 0) continue
      const parts = await partsOf(rooms, who, collection).catch(() => []), unbounded = parts.some(isUnbounded), changes: { key: string; row: Record<string, unknown> | null }[] = []
      for (const { key, row } of own) {
        const seen = row && await seenIn(parts, row, key), shows = seen !== undefined && matches(seen, where)
        if (shows) { held.add(key); changes.push({ key, row: withoutEnvelopes(seen) }) } else if (held.delete(key) || (row === undefined && unbounded)) changes.push({ key, row: null })
      }
      if (isLook(collection)) await rowsLooked(rooms, who, collection, { rows: changes.flatMap(({ row }) => row ?? []) })
      if (changes.length > 0) socket.send(JSON.stringify({ query, position: changed.position, changes }))
    }
  }

  const fromHere = async (request: FastifyRequest, reply: FastifyReply) => { if (!mayConnect(request)) return reply.code(403).send() }
  app.get('/api/live', { websocket: true, config: { access: 'signed-in' }, preValidation: fromHere }, (socket, request) => {
    const watching: Watching = { who: standingOf(request), queries: new Map(), turn: Promise.resolve() }, { queries, who } = watching
    if ([...sockets.values()].filter((other) => other.who.session === who.session).length >= socketsPerSession) { socket.close(1013, 'too many of one session'); return }
    sockets.set(socket, watching)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: Buffer) => {
      subscribe(data).catch((error: unknown) => { app.log.error(error); socket.close(1011, 'unexpected') })
    })
    const subscribe = async (data: Buffer) => {
      if (!sockets.has(socket)) return
      const said = data.length > messageBytes ? undefined : parsed(data.toString()), signal = said && signalOf(said.collection), malformed = () => socket.send(JSON.stringify(notWellFormed))
      if (!said || !(signal || rooms.rows.collections().includes(said.collection))) return malformed()
      if (!(signal ? hasRole(who, signal.by) : await partsOf(rooms, who, said.collection).then(() => true, () => false))) {
        return socket.send(JSON.stringify({ query: said.query, error: 'not-granted', zh: '您的角色不能这样做', en: 'Your role does not allow this' }))
      }
      if (isLook(said.collection) && lacksPurpose(who, rooms.now())) return socket.send(JSON.stringify({ query: said.query, ...purposeWanting }))
      // Counted when it is taken: many may be asked for while rights are looked up.
      if (queries.size >= queriesPerSocket && !queries.has(said.query)) return malformed()
      queries.set(said.query, { ...said, held: new Set() })
      const position = await rooms.rows.checkpoint(signal?.of ?? said.collection)
      const refresh = said.position !== undefined && said.position < position
      socket.send(JSON.stringify({ query: said.query, position, ...(refresh ? { refresh } : { changes: [] }) }))
    }
  })
}
const notWellFormed = { error: 'malformed', zh: '订阅不符合要求', en: 'The subscription is not well-formed' }
const purposeWanting = { error: purposeRequired.code, zh: purposeRequired.title, en: purposeRequired.en }

function parsed(text: string): Subscription | undefined {
  try { return Subscription.parse(JSON.parse(text)) } catch { return undefined }
}
