import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { interactionPolicy, type Context, type Interaction } from 'oidc-provider'
import { isSecretOf, type Client } from './clients.ts'
import { memoryState } from './memory.ts'

/** Whose sign-in it hangs on. */
type Bearer = { person: string; session: string }
type Asked = {
  issuer: string; clients: readonly Client[]; keys: { keys: readonly object[] }
  claimsOf(person: string): Promise<object | undefined>
  page(title: string, text: string): string
  onError(error: Error): void
}
const minutes = 60, hours = 60 * minutes
/** No longer than a session of the house can last; each ends with the session that it hangs on, whichever comes first. */
const ttl = { AccessToken: 10 * minutes, IdToken: 10 * minutes, AuthorizationCode: 1 * minutes, Interaction: 10 * minutes, Session: 10 * hours, Grant: 10 * hours }
const off = { enabled: false }
const algorithms = ['ES256', 'EdDSA']

const metadataOf = ({ id, name, redirectUris, keys, secretSha256 }: Client) => ({
  client_id: id, client_name: name, redirect_uris: redirectUris, grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: 'ES256',
  ...(keys ? { token_endpoint_auth_method: 'private_key_jwt', jwks: keys } : secretSha256 === undefined ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: secretSha256 }),
})

function configurationOf({ clients, keys, claimsOf, page }: Asked, isBound: (context: Context) => boolean) {
  const policy = interactionPolicy.base()
  policy.get('login').checks.add(new interactionPolicy.Check('house_session', 'somebody signs in at the house first', 'login_required', (context) => !isBound(context)))
  return {
    adapter: memoryState(() => performance.now()), jwks: keys, clients: clients.map(metadataOf), ttl,
    responseTypes: ['code'], pkce: { required: () => true }, scopes: ['openid'], subjectTypes: ['public'],
    claims: { openid: ['sub'], profile: ['name', 'department', 'post'], roles: ['roles'] },
    features: { devInteractions: off, rpInitiatedLogout: off, pushedAuthorizationRequests: off, dPoP: off, resourceIndicators: off, revocation: { enabled: true },
      userinfo: { enabled: true } },
    enabledJWA: { idTokenSigningAlgValues: algorithms, userinfoSigningAlgValues: algorithms, clientAuthSigningAlgValues: algorithms },
    clientAuthMethods: ['none', 'private_key_jwt', 'client_secret_basic'],
    cookies: { keys: [crypto.randomUUID()], long: { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true, path: '/oidc' }, short: { httpOnly: true, sameSite: 'lax',
      signed: true, overwrite: true } },
    interactions: { policy, url: (_: Context, { uid }: { uid: string }) => `/oidc/interaction/${uid}` },
    findAccount: async (_: Context, person: string) => {
      const claims = await claimsOf(person)
      return claims && { accountId: person, claims: () => ({ sub: person, ...claims }) }
    },
    /** Of ours nobody is asked twice: whoever signed in at the house has agreed to the house. */
    async loadExistingGrant({ oidc }: Context) {
      const { client: { clientId }, session, result, provider } = oidc, id = result?.consent?.grantId ?? session.grantIdFor(clientId)
      const known = id === undefined ? undefined : await provider.Grant.find(id)
      if (known || !clients.find((client) => client.id === clientId)?.firstParty) return known
      const grant = new provider.Grant({ accountId: session.accountId!, clientId })
      grant.addOIDCScope(oidc.params.scope ?? '')
      await grant.save()
      return grant
    },
    renderError(context: Context, { error, error_description: more = '' }: { error: string; error_description?: string }) {
      context.type = 'html'
      context.body = page('不能这样登录 / This sign-in does not work', `${error}${more === '' ? '' : `: ${more}`}`)
    },
  }
}

/** 开放登录 — the provider over the sessions of the house. Each of its own sessions is bound to one of them, and ends with it. */
export function openProvider(asked: Asked) {
  const { issuer, clients, onError } = asked, bearers = new WeakMap<IncomingMessage, Bearer>(), bound = new Map<string, string>()
  const isBound = ({ req, oidc }: Context): boolean => {
    const bearer = bearers.get(req), { uid, accountId } = oidc.session
    if (!bearer || accountId !== bearer.person) return false
    if (oidc.route === 'resume' && oidc.result?.login?.accountId === bearer.person) bound.set(uid, bearer.session)
    return bound.get(uid) === bearer.session
  }
  const provider = new Provider(issuer, configurationOf(asked, isBound))
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', { value(this: { clientId: string }, secret: unknown) {
    return isSecretOf(clients.find(({ id }) => id === this.clientId)?.secretSha256, secret)
  } })
  provider.on('server_error', (_, error) => onError(error))
  const callback = provider.callback()
  const forget = async (uid: string) => { bound.delete(uid); await (await provider.Session.findByUid(uid))?.destroy() }

  /** Another person, or another session of the same one: what went before in this browser is over. */
  async function startAnew(interaction: Interaction, { person, session }: Bearer): Promise<void> {
    const before = interaction.session
    if (!before || (before.accountId === person && bound.get(before.uid) === session)) return
    await forget(before.uid)
    delete interaction.session
    await interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1000)))
  }
  async function consentOf({ params: { client_id: clientId, scope = '' } }: Interaction, { person }: Bearer): Promise<{ grantId: string }> {
    const grant = new provider.Grant({ accountId: person, clientId })
    grant.addOIDCScope(scope)
    return { grantId: await grant.save() }
  }
  return {
    async answer(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse, bearer: Bearer | undefined): Promise<void> {
      if (bearer) bearers.set(request, bearer)
      // As a framework that mounts it would: it finds its own address by the difference of the two.
      request.originalUrl = request.url!
      request.url = request.url!.slice('/oidc'.length) || '/'
      await callback(request, response)
    },
    async pending(request: IncomingMessage, response: ServerResponse) {
      const found = await provider.interactionDetails(request, response).catch(() => undefined), client = clients.find(({ id }) => id === found?.params.client_id)
      if (!found || !client) return undefined
      const { uid, prompt, params: { scope = '', redirect_uri: redirectUri } } = found, { id, name, firstParty } = client
      return { uid, prompt: prompt.name, client: { id, name, firstParty, redirectUri }, scopes: scope.split(' ') }
    },
    async finish(request: IncomingMessage, response: ServerResponse, bearer: Bearer, answer: 'signed-in' | 'allowed' | 'denied'): Promise<string> {
      const interaction = await provider.interactionDetails(request, response)
      if (answer === 'denied') return provider.interactionResult(request, response, { error: 'access_denied', error_description: 'the person did not agree' })
      await startAnew(interaction, bearer)
      return provider.interactionResult(request, response, answer === 'signed-in' ? { login: { accountId: bearer.person } } : { consent: await consentOf(interaction, bearer) })
    },
    async ended(session: string): Promise<void> {
      for (const [uid, house] of [...bound]) if (house === session) await forget(uid)
    },
  }
}
