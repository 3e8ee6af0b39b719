import fastifyHelmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { contexts } from '../domain/contexts.ts'
import { projections } from '../projections/index.ts'
import { openGate } from './access/gate.ts'
import { ownerOf } from './access/owned.ts'
import { quotasOf } from './access/quotas.ts'
import { rightsRoute } from './access/rights.ts'
import { hasRole } from './access/standing.ts'
import { actionsRoute } from './actions.ts'
import { calendarRoute } from './admin-calendar.ts'
import { healthRoute } from './admin-health.ts'
import { itemEditingRoutes } from './admin-items.ts'
import { bundleRoutes } from './footage/bundle.ts'
import { attachmentRoutes } from './attachments/routes.ts'
import { boardRoute } from './board.ts'
import { cardRoutes } from './cards-register.ts'
import { departmentRoute } from './department.ts'
import { answerWith, commandPaths, commandRoutes, strictly } from './commands.ts'
import { doorOf } from './door.ts'
import { deskRoutes } from './desk.ts'
import type { Due } from './due.ts'
import { closeEdges } from './edges.ts'
import { footageLiveRoute } from './footage/live.ts'
import { footageRoutes } from './footage/routes.ts'
import { usualLimits, type Limits } from './limits.ts'
import { itemRoutes } from './item-impact.ts'
import { liveRoutes } from './live.ts'
import { openapi } from './openapi.ts'
import { problem } from './problems.ts'
import { processMapRoutes } from './process-map.ts'
import { ledgerRoute } from './ledger.ts'
import { replayRoute } from './replaying.ts'
import { receiptRoute } from './receipts.ts'
import { transparencyRoutes, unwitnessed, witnessing } from './transparency.ts'
import { myAwayRoute } from './my-away.ts'
import { isLocal, isOurs, originOf } from './names.ts'
import { clockOf, houseView, queryRoutes } from './queries.ts'
import { restoredOf } from './restoring.ts'
import { oidcRoutes } from './oidc/routes.ts'
import { privacyRoutes } from './privacy/routes.ts'
import type { Rooms } from './rooms.ts'
import { rulesRoute } from './rules.ts'
import { touchesRoutes } from './touches.ts'
import type { SignInOptions } from './signin/door.ts'
import { signingIn } from './signin/routes.ts'
import { whatIfRoute } from './what-if-route.ts'
import { windowRoutes } from './window.ts'

function houseRoutes(app: FastifyInstance, rooms: Rooms) {
  app.get('/api/house', { config: { access: 'public' } }, async ({ standing }) => ({ ...await houseView(rooms, standing), witness: witnessing(rooms), ...await restoredOf(rooms.book) }))
  app.get('/health', { config: { access: 'public' } }, async (_, reply) => {
    const rows = await rooms.rowsHealth()
    const { position } = await rooms.book.head()
    const broken = rows.some((row) => row.broken), trouble = rooms.trouble?.(), troubled = trouble !== undefined || rows.some((row) => row.trouble !== undefined)
    return reply.code(broken || troubled ? 503 : 200).send({ status: broken ? 'broken' : troubled ? 'troubled' : 'ok', position, ...clockOf(rooms),
      ...(trouble && { book: { code: trouble.code, zh: trouble.zh, en: trouble.en } }), rows })
  })
}

function pages(app: FastifyInstance, uiDir: string) {
  if (existsSync(uiDir)) {
    app.register(fastifyStatic, { root: uiDir, serve: false, setHeaders(reply, path) {
      reply.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    } })
    app.get<{ Params: { '*': string } }>('/*', { config: { access: 'public' } }, ({ params }, reply) => { void reply.sendFile(params['*'] || 'index.html') })
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html')
    if (isPage && existsSync(uiDir)) return reply.header('Cache-Control', 'no-cache').sendFile('index.html')
    return answerWith(reply, problem(404, 'no-such-page', '没有这一页', 'There is no such page'))
  })
}

/** 服务 — HTTP, WebSocket and the screens, over rooms that a root has opened. */
export async function openServer(rooms: Rooms, due: Due, { uiDir, version, log, limits = usualLimits, names = [], signIn }: {
  uiDir: string; version: string; log: boolean; limits?: Limits; names?: readonly string[]; signIn?: Partial<SignInOptions>
}) {
  const door = doorOf(limits)
  const app = Fastify({ serverFactory: door.serverFor(commandPaths(contexts)), bodyLimit: limits.bodyBytes, logger: log ? { level: 'warn' } : false,
    genReqId: () => randomBytes(6).toString('hex'), routerOptions: { maxParamLength: 400 },
    forceCloseConnections: 'idle',
    // What is no address at all comes to no route, and to none of its hooks.
    frameworkErrors: (_, _request, reply) => {
      void answerWith(reply.header('X-Content-Type-Options', 'nosniff'), problem(400, 'bad-request', '请求不符合要求', 'The request is not well-formed'))
    } })
  strictly(app)
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (!isOurs(headers.host, names)) return answerWith(reply, problem(421, 'not-this-host', '只接受本机访问', 'Only this machine is answered'))
    if (!isLocal(headers.host)) reply.header('Strict-Transport-Security', 'max-age=31536000')
  })
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'"],
      connectSrc: ["'self'"], mediaSrc: ["'self'", 'blob:'], manifestSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false, referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(fastifyWebsocket, { options: { maxPayload: 4096 } })
  const signing = signingIn(app, rooms, signIn)
  const { tooOften } = await closeEdges(app, limits)
  openGate(app, signing.standing, tooOften)
  const described = openapi(contexts, projections, version)
  app.get('/api/openapi.json', { config: { access: 'public' } }, () => described)
  houseRoutes(app, rooms)
  signing.routes()
  oidcRoutes(app, rooms, signing)
  rightsRoute(app, rooms)
  queryRoutes(app, rooms, due)
  windowRoutes(app, rooms, due, names)
  boardRoute(app, rooms, due)
  cardRoutes(app, rooms, due)
  departmentRoute(app, rooms, due)
  myAwayRoute(app, rooms)
  ledgerRoute(app, rooms)
  replayRoute(app, rooms)
  actionsRoute(app, rooms)
  deskRoutes(app, rooms, due)
  receiptRoute(app, rooms)
  privacyRoutes(app, rooms)
  transparencyRoutes(app, rooms)
  const { formsIn } = attachmentRoutes(app, rooms)
  footageRoutes(app, rooms, due)
  bundleRoutes(app, rooms)
  processMapRoutes(app, rooms, due)
  rulesRoute(app, rooms)
  itemRoutes(app, rooms)
  itemEditingRoutes(app, rooms, formsIn)
  touchesRoutes(app, rooms, (person) => signing.sessions.ofPerson(person).length)
  healthRoute(app, rooms, version)
  calendarRoute(app, rooms)
  whatIfRoute(app, rooms, ({ standing }) => standing !== undefined && hasRole(standing, ['inspector']))
  commandRoutes(app, { contexts, door, owned: ownerOf(rooms), tell: rooms.tell, spend: quotasOf(rooms).spend, waiting: (context) => unwitnessed(rooms, context) })
  const mayConnect = (request: FastifyRequest) => request.headers.origin === undefined || request.headers.origin === originOf(request)
  liveRoutes(app, rooms, mayConnect, signing.sessions.onEnded)
  footageLiveRoute(app, rooms, { mayConnect, onEnded: signing.sessions.onEnded })
  pages(app, uiDir)
  return app
}
