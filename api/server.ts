import fastifyHelmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { contexts } from '../domain/contexts.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Actor } from '../domain/kernel/events.ts'
import type { DueIndex } from '../projections/due-index.ts'
import { projections } from '../projections/index.ts'
import type { PersonRow } from '../projections/people.ts'
import type { PersonView } from '../projections/views.ts'
import { everything } from './case-reading.ts'
import { answerWith, commandRoutes, strictly } from './commands.ts'
import { itemRoutes } from './item-impact.ts'
import { liveRoutes } from './live.ts'
import { openapi } from './openapi.ts'
import { problem } from './problems.ts'
import { ledgerRoute } from './ledger.ts'
import { receiptRoute } from './receipts.ts'
import { transparencyRoutes, unwitnessed, witnessing } from './transparency.ts'
import { houseView, queryRoutes } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { rulesRoute } from './rules.ts'
import { whatIfRoute } from './what-if-route.ts'

const cookie = 'mingjian-person'
const bodyBytes = 1 << 20
/** Until there is sign-in, the house answers this machine alone; a name that points here from elsewhere is refused too (DNS rebinding). */
const ownNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** A cookie that cannot be read names nobody. */
const decoded = (text: string) => { try { return decodeURIComponent(text) } catch { return '' } }

/** Who is asking. Only a demonstration lets one say; a real book has nobody until it has sign-in. */
function people(rooms: Rooms) {
  let enrolled = new Map<string, PersonRow>()
  const said = ({ headers }: FastifyRequest) => /(?:^|;\s*)mingjian-person=([^;]*)/.exec(headers.cookie ?? '')?.[1]
  const personOf = (request: FastifyRequest): PersonView | undefined => {
    const id = rooms.founding.purpose === 'demonstration' ? said(request) : undefined
    return id === undefined ? undefined : enrolled.get(decoded(id)) as PersonView | undefined
  }
  const load = async () => { enrolled = new Map((await everything<PersonRow>(rooms, 'people')).map((row) => [row.person, row])) }
  return {
    load,
    all: () => [...enrolled.values()] as PersonView[],
    personOf,
    actorOf(request: FastifyRequest, granted: readonly Role[]): Actor | undefined {
      const person = personOf(request)
      const role = person?.roles.find((role) => granted.includes(role as Role))
      return person && role !== undefined ? { person: person.person, role, department: person.department } : undefined
    },
  }
}

function houseRoutes(app: FastifyInstance, rooms: Rooms, { load, all, personOf }: ReturnType<typeof people>) {
  app.get('/api/house', async (request) => ({ ...await houseView(rooms, personOf(request)), witness: witnessing(rooms) }))
  const demonstrationOnly = problem(404, 'no-such-page', '没有这一页', 'There is no such page')
  app.get('/api/people', async (_, reply) => {
    if (rooms.founding.purpose !== 'demonstration') return answerWith(reply, demonstrationOnly)
    await load()
    return { people: all() }
  })
  app.post<{ Body: { person?: unknown } | null }>('/api/me', async ({ body }, reply) => {
    if (rooms.founding.purpose !== 'demonstration') return answerWith(reply, demonstrationOnly)
    await load()
    const chosen = all().find(({ person }) => person === body?.person)
    if (!chosen) return answerWith(reply, problem(422, 'no-such-person', '没有这个人', 'There is no such person', { field: 'person' }))
    return reply.code(204).header('Set-Cookie', `${cookie}=${encodeURIComponent(chosen.person)}; Path=/; HttpOnly; SameSite=Strict`).send()
  })
  app.get('/health', async (_, reply) => {
    const rows = await rooms.rowsHealth()
    const { position } = await rooms.book.head()
    const broken = rows.filter((row) => row.broken)
    return reply.code(broken.length > 0 ? 503 : 200).send({ status: broken.length > 0 ? 'broken' : 'ok', position, rows })
  })
}

function pages(app: FastifyInstance, uiDir: string) {
  if (existsSync(uiDir)) app.register(fastifyStatic, { root: uiDir, index: 'index.html', setHeaders(reply, path) {
    reply.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  } })
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html')
    if (isPage && existsSync(uiDir)) return reply.header('Cache-Control', 'no-cache').sendFile('index.html')
    return answerWith(reply, problem(404, 'no-such-page', '没有这一页', 'There is no such page'))
  })
}

/** 服务 — HTTP, WebSocket and the screens, over rooms that a root has opened. */
export async function openServer(rooms: Rooms, due: { index: DueIndex; ready: Promise<void> }, { uiDir, version, log }: { uiDir: string; version: string; log: boolean }) {
  const app = Fastify({ bodyLimit: bodyBytes, logger: log ? { level: 'warn' } : false, genReqId: () => randomBytes(6).toString('hex'), routerOptions: { maxParamLength: 400 },
    requestTimeout: 30_000, connectionTimeout: 60_000, forceCloseConnections: 'idle' })
  strictly(app)
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (!ownNames.test(headers.host ?? '')) return answerWith(reply, problem(421, 'not-this-host', '只接受本机访问', 'Only this machine is answered'))
  })
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'"],
      connectSrc: ["'self'"], manifestSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false, referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(fastifyWebsocket, { options: { maxPayload: 4096 } })
  const who = people(rooms)
  await who.load()
  const described = openapi(contexts, projections, version)
  app.get('/api/openapi.json', () => described)
  houseRoutes(app, rooms, who)
  queryRoutes(app, rooms, due)
  ledgerRoute(app, rooms)
  receiptRoute(app, rooms)
  transparencyRoutes(app, rooms)
  rulesRoute(app, rooms)
  itemRoutes(app, rooms)
  whatIfRoute(app, rooms, (request) => who.personOf(request)?.roles.includes('inspector') ?? false)
  commandRoutes(app, { contexts, actorOf: who.actorOf, signedIn: (request) => who.personOf(request) !== undefined, tell: rooms.tell, waiting: (context) => unwitnessed(rooms, context) })
  liveRoutes(app, rooms, ({ headers: { origin, host } }) => origin === undefined || origin === `http://${host}`)
  pages(app, uiDir)
  return app
}
