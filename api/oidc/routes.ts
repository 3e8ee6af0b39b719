import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Directory } from '../access/directory.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import type { Sessions } from '../signin/sessions.ts'
import { pageOf } from './page.ts'
import type { Bearer, Claims, OpenId, Pending } from './port.ts'

type Signing = { sessions: Sessions; directory: Directory }
type OfInteraction = { Params: { uid: string; answer?: string }; Querystring: { again?: string } }
const none = problem(404, 'no-such-page', '没有这一页', 'There is no such page')
const html = (reply: FastifyReply, status: number, page: Parameters<typeof pageOf>[0]) => reply.code(status).type('text/html; charset=utf-8').header('Cache-Control',
  'no-store').send(pageOf(page))
const over = (reply: FastifyReply) => html(reply, 400, { title: '登录请求已过期 / This sign-in is over', lines: ['请回到来处重新开始。 / Go back to where you came from and begin again.'] })

/** Headers of the house go out with what another engine answers. */
function handOver(reply: FastifyReply) {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
}
const scopeWords: Record<string, string> = { openid: '您的编号 / your id', profile: '姓名、部门、岗位 / name, department, post', roles: '角色与范围 / roles and their reach' }
/** Sent on to where it came from: a form may lead there, and nowhere else. */
const askConsent = (reply: FastifyReply, { client, scopes, uid }: Pending) => html(
  reply.header('Content-Security-Policy', `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${new URL(client.redirectUri).origin}`), 200, {
    title: `「${client.name}」要用您的登录 / ${client.name} asks to sign you in`, lines: ['将告诉它： / It will be told:', ...scopes.map((scope) => scopeWords[scope] ?? scope)],
    actions: [{ href: `/oidc/interaction/${uid}/allow`, text: '同意 / Allow' }, { href: `/oidc/interaction/${uid}/deny`, text: '不同意 / Deny' }] })

async function claimsOf({ directory }: Signing, person: string): Promise<Claims | undefined> {
  const standing = await directory.standing({ person, id: '' })
  if (!standing || standing.grants.length === 0) return undefined
  const { name, department, post, grants } = standing
  return { name, department, post, roles: grants.map(({ role, scope, of }) => ({ role, scope, ...(of !== undefined && { of }) })) }
}
/** 开放登录, opened at the first asking: only then is it known at which address the house answers. */
function opener(app: FastifyInstance, rooms: Rooms, signing: Signing) {
  let opening: Promise<OpenId | undefined> | undefined
  signing.sessions.onEnded(({ id }) => { void opening?.then((provider) => provider?.ended(id)).catch((error: unknown) => app.log.error({ err: error }, 'a grant has outlived its session')) })
  return () => opening ??= (async () => {
    const address = app.server.address()
    if (typeof address !== 'object' || address === null) return undefined
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return rooms.openId?.({ issuer: `http://${host}:${address.port}/oidc`, claimsOf: (person) => claimsOf(signing, person), page: (title, text) => pageOf({ title, lines: [text] }),
      onError: (error) => app.log.error({ err: error }, 'the OpenID provider has failed') })
  })()
}

/** /oidc — discovery, authorization code with PKCE, token, userinfo; signs in whoever has signed in here, and knows nobody else. */
export function oidcRoutes(app: FastifyInstance, rooms: Rooms, signing: Signing) {
  const provider = opener(app, rooms, signing)
  const bearerOf = ({ standing }: FastifyRequest): Bearer | undefined => standing && standing.grants.length > 0 ? { person: standing.person, session: standing.session } : undefined

  app.register(async (within) => {
    // Whoever answers reads the content itself.
    within.removeAllContentTypeParsers()
    within.addContentTypeParser('*', (_, __, done) => done(null))
    within.get<OfInteraction>('/oidc/interaction/:uid', { config: { access: 'public' } }, async (request, reply) => {
      const openId = await provider(), pending = await openId?.pending(request.raw, reply.raw), bearer = bearerOf(request),
        self = `/oidc/interaction/${encodeURIComponent(request.params.uid)}`
      if (!openId) return answerWith(reply, none)
      if (!pending || pending.uid !== request.params.uid) return over(reply)
      // Come from another site, the browser keeps our cookie back; from our own page it hands it over.
      if (!bearer && request.query.again === undefined) return html(reply, 200, { title: '正在核对登录 / Looking who has signed in', links: [{ href: `${self}?again=1`, text: '继续 / Go on' }],
        refresh: `${self}?again=1` })
      if (!bearer) return html(reply, 401, { title: '请先登录 / Sign in first', lines: [`「${pending.client.name}」请您登录。 / ${pending.client.name} asks you to sign in.`],
        links: [{ href: '/', text: '登录明鉴 / Sign in to Mingjian' }, { href: `${self}?again=1`, text: '已登录，继续 / Signed in, go on' }] })
      return pending.prompt === 'login' ? reply.redirect(await openId.finish(request.raw, reply.raw, bearer, 'signed-in'), 303) : askConsent(reply, pending)
    })
    within.post<OfInteraction>('/oidc/interaction/:uid/:answer', { config: { access: 'signed-in' } }, async (request, reply) => {
      const openId = await provider(), pending = await openId?.pending(request.raw, reply.raw), bearer = bearerOf(request), { answer } = request.params
      if (!openId || (answer !== 'allow' && answer !== 'deny')) return answerWith(reply, none)
      if (!pending || !bearer || pending.uid !== request.params.uid || pending.prompt !== 'consent') return over(reply)
      return reply.redirect(await openId.finish(request.raw, reply.raw, bearer, answer === 'allow' ? 'allowed' : 'denied'), 303)
    })
    within.route({ method: ['GET', 'POST'], url: '/oidc/*', config: { access: 'public' }, async handler(request, reply) {
      const openId = await provider()
      if (!openId) return answerWith(reply, none)
      handOver(reply)
      await openId.answer(request.raw, reply.raw, bearerOf(request))
    } })
  })
}
