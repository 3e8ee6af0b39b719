import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { FastifyServerOptions } from 'fastify'
import { busy, type Limits } from './limits.ts'

/** Within which a request has come whole, and for which a connection without one is kept. */
const patienceMs = 30_000, keptMs = 72_000
/** What is sent away has nothing in it: no page, no script. The same words for everybody, made once. */
const away = { 'Content-Type': 'application/problem+json; charset=utf-8', 'Retry-After': '1', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'", 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'SAMEORIGIN', 'Cross-Origin-Resource-Policy': 'same-origin' }
const awayText = JSON.stringify(busy)

/** Which share of the time since it was last asked the house was at work (0–1), and what time it is in ms: those of this process. */
type Pace = { atWork(): number; nowMs(): number }
function ofThisProcess(): Pace {
  let before = performance.eventLoopUtilization()
  return {
    nowMs: () => performance.now(),
    atWork() {
      const now = performance.eventLoopUtilization(), { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    },
  }
}
const lookEveryMs = 50, calmLooks = 20, placesAtLeast = 4, [tooMuch, enough] = [0.9, 0.8]
/** 席位 — how many commands are at work at once: as many as the limit says; where all places are taken while the house has no time left, a quarter of them, twenty times a
    second, for those beyond what keeps it at work only wait for each other; and all again after a second in which nobody was sent away. Where the disk is what is
    waited for, the house has time left; and a handful who come together take no notice of any of this. */
function placesOf(most: number, { atWork, nowMs }: Pace) {
  let places = most, lookedMs = nowMs(), wasFull = false, calm = 0
  return {
    now() {
      const now = nowMs()
      if (now - lookedMs < lookEveryMs) return places
      lookedMs = now
      const share = atWork()
      calm = wasFull ? 0 : calm + 1
      // One moment in which nobody was sent away is no calm yet.
      if (calm >= calmLooks) places = most
      else if (wasFull && share > tooMuch) places = Math.max(Math.min(placesAtLeast, most), Math.floor(places / 4))
      else if (wasFull && share < enough) places = Math.min(most, places + placesAtLeast)
      wasFull = false
      return places
    },
    full() { wasFull = true },
  }
}

/**
 * 大门 — how many are in the house at once. Whoever comes to a full house is sent away before anything of theirs is read: that costs next to nothing, so that
 * those who are in do not wait for those who are not. (Overload control by early rejection: Welsh & Culler, USITS 2003.)
 */
export type Door = ReturnType<typeof doorOf>
export function doorOf({ requestsAtOnce, commandsAtOnce }: Pick<Limits, 'requestsAtOnce' | 'commandsAtOnce'>, pace = ofThisProcess()) {
  let within = 0, telling = 0, coming = 0
  const places = placesOf(commandsAtOnce, pace)
  /** Commands that came in with this turn of the loop are not at work yet, and will be. Who is slow to send what they have to say holds no place. */
  const come = () => { if (coming++ === 0) setImmediate(() => { coming = 0 }) }
  const isTaken = (others: number) => {
    const taken = others >= places.now()
    if (taken) places.full()
    return taken
  }
  const isFull = (isCommand: boolean) => within >= requestsAtOnce || (isCommand && isTaken(telling + coming))
  return {
    within: () => within,
    /** 入内 — the way out where there is a place to tell the book something, nothing where there is none. */
    enter(): (() => void) | undefined {
      if (isTaken(telling)) return undefined
      telling++
      coming = Math.max(0, coming - 1)
      let left = false
      return () => { if (!left) { left = true; telling-- } }
    },
    /** A server whose door this is. `isCommand`: which requests tell the book something. */
    serverFor: (isCommand: (method: string, url: string) => boolean): NonNullable<FastifyServerOptions['serverFactory']> => (handler): Server => {
      const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        const { method = '', url = '' } = request, tells = isCommand(method, url)
        if (isFull(tells) && url !== '/health') {
          response.writeHead(busy.status, away).end(awayText)
          return
        }
        within++
        if (tells) come()
        response.once('close', () => { within-- })
        handler(request, response)
      })
      // A screen keeps its connection between two questions; what stands still for two patiences is let go.
      server.keepAliveTimeout = keptMs
      server.requestTimeout = patienceMs
      server.setTimeout(2 * patienceMs)
      return server
    },
  }
}
