import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from '@fastify/websocket'
import { closeSync, openSync } from 'node:fs'
import { request as ask, type IncomingMessage } from 'node:http'
import { basename, dirname } from 'node:path'
import { standingOf, type Standing } from '../access/standing.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { cameraFor, liveViewers } from './scope.ts'
import { liveWatched } from './views.ts'

/** A wall shows a dozen; more of one session are nobody's looking. */
const socketsPerSession = 48
/** What may wait for a slow reader on this side, and when more is fetched for it; what it does not take in time waits at the source, which lets it go at a megabyte. */
const fullBytes = 1 << 19, againBytes = 1 << 18, backlogBytes = 1 << 20
/** As for the other live line: the session is over; not yours or not there; gone for now, come again. */
const codes = { sessionOver: 4401, notYours: 4403, comeAgain: 1013 }, closingMs = 500
/** `hour`: the last that is on record. */
type Watching = { who: Standing; camera: string; hour?: string; upstream?: IncomingMessage }
type OnEnded = (listener: (session: { id: string }) => void) => () => unknown

/** 看实时 — GET /api/video/cameras/:camera/live: FLV over a WebSocket, from the process that records. Who watches is on record before the first picture; a line ends with its session,
    and when its camera is no longer theirs to see. */
export function footageLiveRoute(app: FastifyInstance, rooms: Rooms, { mayConnect, onEnded }: { mayConnect(request: FastifyRequest): boolean; onEnded: OnEnded }) {
  const watchers = new Map<WebSocket, Watching>()
  function hangUp(line: WebSocket, code: number, why: string) {
    watchers.get(line)?.upstream?.destroy()
    watchers.delete(line)
    line.close(code, why)
    setTimeout(() => line.terminate(), closingMs).unref()
  }
  const stopEnding = onEnded(({ id }) => { for (const [line, { who }] of watchers) if (who.session === id) hangUp(line, codes.sessionOver, 'the session is over') })
  const stopChanges = rooms.onChanged((changed) => {
    if (!('many' in changed ? changed.collections.includes('cameras') : changed.changes.some(({ collection }) => collection === 'cameras'))) return
    // Once all have heard of it: who remembers the register has then forgotten it.
    setImmediate(() => {
      for (const [line, { who, camera }] of watchers) cameraFor(rooms, who, camera, 'live').catch(() => hangUp(line, codes.notYours, 'no such camera'))
    })
  })
  app.addHook('preClose', async () => {
    stopEnding()
    stopChanges()
    for (const line of watchers.keys()) hangUp(line, 1001, 'closing')
  })

  async function show(line: WebSocket, watching: Watching, keysOnly: boolean) {
    const { who, camera } = watching, hourNow = () => rooms.now().slice(0, 13)
    watching.hour = hourNow()
    try { await liveWatched(rooms, who, camera) } catch (error) {
      if (!(error instanceof Unanswerable)) throw error
      return hangUp(line, error.problem.status === 503 ? codes.comeAgain : codes.notYours, error.problem.code)
    }
    const path = rooms.footage?.live(), from = path === undefined || !watchers.has(line) ? undefined : await fetched(path, `/live/${camera}${keysOnly ? '?keys=1' : ''}`)
    if (!from) return hangUp(line, codes.comeAgain, 'not recording')
    if (!watchers.has(line)) return void from.destroy()
    watching.upstream = from
    from.on('data', (bytes: Buffer) => {
      // A wall that hangs all day is on record for each hour of it.
      if (watching.hour !== hourNow()) {
        watching.hour = hourNow()
        liveWatched(rooms, who, camera).catch(() => hangUp(line, codes.comeAgain, 'look-not-recorded'))
      }
      line.send(bytes, () => { if (from.isPaused() && line.bufferedAmount < againBytes) from.resume() })
      if (line.bufferedAmount > backlogBytes) hangUp(line, codes.comeAgain, 'too slow')
      else if (line.bufferedAmount > fullBytes) from.pause()
    })
    from.on('error', () => undefined)
    from.on('close', () => { if (watchers.has(line)) hangUp(line, codes.comeAgain, 'the picture was interrupted') })
  }
  const fromHere = async (request: FastifyRequest, reply: FastifyReply) => { if (!mayConnect(request)) return reply.code(403).send() }
  const options = { websocket: true, config: { access: liveViewers }, preValidation: fromHere } as const
  app.get<{ Params: { camera: string }; Querystring: { keys?: string } }>('/api/video/cameras/:camera/live', options, (line, request) => {
    const who = standingOf(request), watching: Watching = { who, camera: request.params.camera }
    if ([...watchers.values()].filter((other) => other.who.session === who.session).length >= socketsPerSession) return line.close(codes.comeAgain, 'too many of one session')
    watchers.set(line, watching)
    line.on('close', () => { watching.upstream?.destroy(); watchers.delete(line) })
    line.on('error', () => line.terminate())
    show(line, watching, request.query.keys === '1').catch((error: unknown) => { app.log.error(error); hangUp(line, 1011, 'unexpected') })
  })
}

/** sockaddr_un holds 108 bytes; a longer path is reached through an open descriptor of its folder. */
const longestPath = 100
/** The stream, or nothing where it is not served. */
function fetched(socket: string, path: string): Promise<IncomingMessage | undefined> {
  const folder = Buffer.byteLength(socket) > longestPath ? openSync(dirname(socket), 'r') : undefined
  return new Promise<IncomingMessage | undefined>((resolve) => {
    const asked = ask({ socketPath: folder === undefined ? socket : `/proc/self/fd/${folder}/${basename(socket)}`, path }, (answer) => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.resume()
      resolve(undefined)
    })
    asked.on('error', () => resolve(undefined))
    asked.end()
  }).finally(() => { if (folder !== undefined) closeSync(folder) })
}
