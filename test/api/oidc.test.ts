import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastifyHelmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { exportJWK, generateKeyPair, SignJWT, decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsIn } from '../../adapters/oidc/clients.ts'
import { openIdOf } from '../../adapters/oidc/open.ts'
import { openGate } from '../../api/access/gate.ts'
import { strictly } from '../../api/commands.ts'
import { closeEdges } from '../../api/edges.ts'
import { usualLimits } from '../../api/limits.ts'
import { oidcRoutes } from '../../api/oidc/routes.ts'
import type { Rooms } from '../../api/rooms.ts'
import { signingIn } from '../../api/signin/routes.ts'
import { openSupervisedHouse, at, type SupervisedHouse } from './supervised-house.ts'

const dir = mkdtempSync(join(tmpdir(), 'oidc-')), back = 'http://127.0.0.1:9/back', sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const clientsFile = join(dir, 'oidc-clients.json'), secret = 'a-secret-of-theirs-0123456789'
let house: SupervisedHouse, app: FastifyInstance, url: string, issuer: string, nowMs = 0, partnerKey: CryptoKey
const idleMs = 15 * 60_000

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  partnerKey = privateKey
  writeFileSync(clientsFile, JSON.stringify({ clients: [
    { client_id: 'screens', name: '大屏', redirect_uris: [back], first_party: true },
    { client_id: 'archive', name: '<b>档案</b>系统', redirect_uris: [back], secret_sha256: sha256(secret) },
    { client_id: 'partner', name: '外单位', redirect_uris: [back], first_party: true, jwks: { keys: [{ ...await exportJWK(publicKey), kid: 'p1', alg: 'ES256', use: 'sig' }] } },
  ] }), { mode: 0o600 })
  house = await openSupervisedHouse({ start: at('2026-03-02') })
  await house.settled()
  const rooms = { ...house.rooms, founding: { ...house.rooms.founding, purpose: 'demonstration' }, onTold: () => () => undefined, openId: openIdOf(dir) } as unknown as Rooms
  app = Fastify()
  strictly(app)
  await app.register(fastifyHelmet, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], formAction: ["'self'"] } } })
  const signing = signingIn(app, rooms, { idleMs, nowMs: () => nowMs }), { tooOften } = await closeEdges(app, usualLimits)
  openGate(app, signing.standing, tooOften)
  signing.routes()
  oidcRoutes(app, rooms, signing)
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  issuer = `${url}/oidc`
})
afterAll(async () => { await app.close(); await house.close(); rmSync(dir, { recursive: true, force: true }) })

type Cookie = { value: string; path: string; strict: boolean }
/** A browser of few words: cookies by path and SameSite, redirects, and a page that asks to be looked at again. It stops at whatever leaves the house. */
function browser() {
  const jar = new Map<string, Cookie>()
  async function go(to: string, { crossSite = false, method = 'GET', body }: { crossSite?: boolean; method?: string; body?: string } = {}): Promise<{ left?: URL; status: number; text: string; at: string; csp: string | null }> {
    const { pathname } = new URL(to), cookies = [...jar].filter(([, { path, strict }]) => pathname.startsWith(path) && !(strict && crossSite)).map(([name, { value }]) => `${name}=${value}`)
    const answer = await fetch(to, { method, redirect: 'manual', headers: { Cookie: cookies.join('; '), ...(method === 'POST' && { Origin: url, 'Content-Type': 'application/x-www-form-urlencoded' }) }, ...(body !== undefined && { body }) })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)!, path = /path=([^;]+)/i.exec(line)?.[1] ?? '/'
      if (value === '') jar.delete(name)
      else jar.set(name, { value, path, strict: /samesite=strict/i.test(line) })
    }
    const location = answer.headers.get('location'), text = await answer.text()
    if (location !== null) {
      const next = new URL(location, to)
      return next.origin === url ? go(next.href, { crossSite }) : { left: next, status: answer.status, text, at: to, csp: null }
    }
    const refresh = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1]
    return refresh ? go(new URL(refresh, to).href) : { status: answer.status, text, at: to, csp: answer.headers.get('content-security-policy') }
  }
  return {
    go, jar,
    async signIn(person: string) {
      const answer = await fetch(`${url}/api/me`, { method: 'POST', body: JSON.stringify({ person }), headers: { 'Content-Type': 'application/json', ...(jar.has('mingjian-session') && { Cookie: `mingjian-session=${jar.get('mingjian-session')!.value}` }) } })
      expect(answer.status).toBe(204)
      jar.set('mingjian-session', { value: /mingjian-session=([\w-]{43})/.exec(answer.headers.get('set-cookie')!)![1]!, path: '/', strict: /SameSite=Strict/.test(answer.headers.get('set-cookie')!) })
    },
    signOut: () => fetch(`${url}/api/sign-out`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Cookie: `mingjian-session=${jar.get('mingjian-session')!.value}` } }),
  }
}
const insecure = { execute: [client.allowInsecureRequests] }
const discovered = (id: string, auth: client.ClientAuth = client.None()) => client.discovery(new URL(issuer), id, {}, auth, insecure)
/** To the house with a fresh code challenge, as a client would send a browser. */
async function asking(config: client.Configuration, more: Record<string, string> = {}) {
  const verifier = client.randomPKCECodeVerifier(), state = client.randomState(), nonce = client.randomNonce()
  const to = client.buildAuthorizationUrl(config, { redirect_uri: back, scope: 'openid profile roles', code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', state, nonce, ...more })
  return { to: to.href, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } }
}
async function signedInto(id: string, person: string, auth?: client.ClientAuth, web = browser()) {
  const config = await discovered(id, auth), { to, checks } = await asking(config)
  await web.signIn(person)
  const { left, text } = await web.go(to, { crossSite: true })
  if (!left) throw new Error(text)
  return { config, web, left, checks, tokens: await client.authorizationCodeGrant(config, left, checks) }
}
const errorOf = (promise: Promise<unknown>) => promise.then(() => 'no error', (error: { error?: string; code?: string; status?: number; cause?: { status?: number } }) => error.error ?? error.code ?? 'error')

describe('开放登录 — whoever has signed in at the house', () => {
  it('is known to a system of ours by code and PKCE, id token and userinfo, though the browser keeps the cookie back at first', async () => {
    const { config, tokens } = await signedInto('screens', 'p-004')
    expect(tokens.claims()).toMatchObject({ iss: issuer, sub: 'p-004', aud: 'screens' })
    expect(tokens.refresh_token, 'nothing outlives the session').toBeUndefined()
    expect(await client.fetchUserInfo(config, tokens.access_token, 'p-004')).toStrictEqual({ sub: 'p-004', name: '周窗口', department: '市场监管局', post: '周窗口', roles: [expect.objectContaining({ role: 'window-clerk' })] })
  })
  it('declares what it does and nothing more', async () => {
    const said = (await discovered('screens')).serverMetadata()
    expect(said).toMatchObject({ issuer, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'], subject_types_supported: ['public'] })
    expect(new Set(said.grant_types_supported)).toStrictEqual(new Set(['authorization_code']))
    expect(new Set(said.id_token_signing_alg_values_supported)).toStrictEqual(new Set(['ES256', 'EdDSA']))
    for (const gone of ['end_session_endpoint', 'registration_endpoint', 'introspection_endpoint', 'device_authorization_endpoint', 'pushed_authorization_request_endpoint']) expect(said).not.toHaveProperty(gone)
    const { keys } = await (await fetch(said.jwks_uri!)).json() as { keys: object[] }
    expect(keys.length).toBe(2)
    for (const key of keys) expect(key).not.toHaveProperty('d')
    expect(statSync(join(dir, 'keys', 'oidc.json')).mode & 0o777).toBe(0o600)
    const { keys: own } = JSON.parse(readFileSync(join(dir, 'keys', 'oidc.json'), 'utf8')) as { keys: { d: string }[] }
    expect(own.map(({ d }) => d.length > 40)).toStrictEqual([true, true])
  })
  it('who has not is sent to sign in, and then goes on', async () => {
    const web = browser(), config = await discovered('screens'), { to, checks } = await asking(config), page = await web.go(to, { crossSite: true })
    expect(page).toMatchObject({ status: 401, text: expect.stringMatching(/请先登录/) })
    expect(page.text).not.toMatch(/<script|style=/)
    await web.signIn('p-001')
    const { left } = await web.go(page.at)
    expect((await client.authorizationCodeGrant(config, left!, checks)).claims()).toMatchObject({ sub: 'p-001' })
  })
  it('a system that is not ours is told nothing until the person agrees; its name stays text', async () => {
    const auth = client.ClientSecretBasic(secret), config = await discovered('archive', auth), web = browser(), first = await asking(config)
    await web.signIn('p-002')
    const page = await web.go(first.to, { crossSite: true })
    expect(page.left).toBeUndefined()
    expect(page.text).toContain('&#60;b&#62;档案&#60;/b&#62;系统')
    expect(page.csp).toContain('form-action \'self\' http://127.0.0.1:9;'.slice(0, -1))
    const actions = [...page.text.matchAll(/action="([^"]+)"/g)].map(([, action]) => new URL(action!, url).href)
    const denied = await web.go(actions[1]!, { method: 'POST' })
    expect(denied.left!.searchParams.get('error')).toBe('access_denied')
    const again = await asking(config), asked = await web.go(again.to, { crossSite: true })
    const { left } = await web.go(new URL(/action="([^"]+allow)"/.exec(asked.text)![1]!, url).href, { method: 'POST' })
    const tokens = await client.authorizationCodeGrant(config, left!, again.checks)
    expect(await client.fetchUserInfo(config, tokens.access_token, 'p-002')).toMatchObject({ name: '王强' })
  })
  it('a client with a key of its own, and one with the wrong key or secret', async () => {
    const { tokens } = await signedInto('partner', 'p-003', client.PrivateKeyJwt({ key: partnerKey, kid: 'p1' }))
    expect(tokens.claims()).toMatchObject({ sub: 'p-003', aud: 'partner' })
    const { privateKey: other } = await generateKeyPair('ES256')
    expect(await errorOf(signedInto('partner', 'p-003', client.PrivateKeyJwt({ key: other, kid: 'p1' })))).toBe('invalid_client')
    expect(await errorOf(signedInto('partner', 'p-003', client.None()))).toBe('invalid_client')
    const exchange = async (word: string) => {
      const answer = await fetch(`${issuer}/token`, { method: 'POST', headers: { Authorization: `Basic ${btoa(`archive:${word}`)}`, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: back, code_verifier: 'v'.repeat(43) }) })
      return (await answer.json() as { error: string }).error
    }
    // What is kept of a secret is no secret: it opens nothing.
    expect([await exchange(secret), await exchange('another-secret'), await exchange(sha256(secret))]).toStrictEqual(['invalid_grant', 'invalid_client', 'invalid_client'])
  })
})

describe('不成 — every other way in', () => {
  it('another redirect address, no PKCE, a plain challenge, an unknown client, another response: no code leaves', async () => {
    const config = await discovered('screens'), web = browser()
    await web.signIn('p-004')
    for (const redirect_uri of ['https://evil.example/back', `${back}/x`, `${back}?x=1`, 'http://127.0.0.1:9.evil.example/back', 'javascript:alert(1)']) {
      const page = await web.go((await asking(config, { redirect_uri })).to, { crossSite: true })
      expect(page, redirect_uri).toMatchObject({ status: 400 })
      expect(page.left).toBeUndefined()
    }
    const strange = await web.go((await asking(config, { client_id: 'nobody"><script>' })).to)
    expect(strange).toMatchObject({ status: 400 })
    expect(strange.text).not.toContain('<script>')
    const bare = client.buildAuthorizationUrl(config, { redirect_uri: back, scope: 'openid' }).href
    const tried = [bare, (await asking(config, { code_challenge_method: 'plain' })).to, (await asking(config, { response_type: 'token' })).to, (await asking(config, { response_type: 'code id_token' })).to]
    for (const to of tried) {
      const { left } = await web.go(to, { crossSite: true })
      expect(left?.searchParams.get('error') ?? new URLSearchParams(left?.hash.slice(1)).get('error'), to).toMatch(/invalid_request|unauthorized_client|unsupported_response_type/)
      expect(left!.href).not.toMatch(/[?&#]code=/)
    }
  })
  it('a code said twice is refused, and takes the first token with it; a wrong verifier is refused', async () => {
    const { config, left, checks, tokens } = await signedInto('screens', 'p-004')
    expect(await errorOf(client.authorizationCodeGrant(config, left, checks))).toBe('invalid_grant')
    expect((await fetch(`${issuer}/me`, { headers: { Authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401)
    const other = await asking(config), web = browser()
    await web.signIn('p-004')
    const { left: fresh } = await web.go(other.to, { crossSite: true })
    expect(await errorOf(client.authorizationCodeGrant(config, fresh!, { ...other.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }))).toBe('invalid_grant')
  })
  it('an altered token, one of another signer, and one of another client are refused', async () => {
    const { config, tokens, web } = await signedInto('screens', 'p-004')
    const last = tokens.access_token.at(-1) === 'A' ? 'B' : 'A'
    expect(await errorOf(client.fetchUserInfo(config, tokens.access_token.slice(0, -1) + last, 'p-004'))).not.toBe('no error')
    expect((await fetch(`${issuer}/me`, { headers: { Authorization: `Bearer ${tokens.access_token.slice(0, -1)}${last}` } })).status).toBe(401)
    const { privateKey } = await generateKeyPair('ES256'), forged = await new SignJWT({ ...decodeJwt(tokens.id_token!) }).setProtectedHeader({ alg: 'ES256', kid: 'x' }).sign(privateKey)
    const hinted = await asking(config, { id_token_hint: forged, prompt: 'none' }), { left } = await web.go(hinted.to)
    expect(left!.searchParams.get('error')).toBe('invalid_request')
    const mine = await asking(config), theirs = await discovered('archive', client.ClientSecretBasic(secret)), { left: code } = await web.go(mine.to, { crossSite: true })
    expect(await errorOf(client.authorizationCodeGrant(theirs, code!, mine.checks))).toBe('invalid_grant')
  })
  it('a page of another site can neither agree in somebody\'s name nor finish what another browser began', async () => {
    const config = await discovered('archive', client.ClientSecretBasic(secret)), web = browser(), other = browser()
    await web.signIn('p-002')
    await other.signIn('p-001')
    const page = await web.go((await asking(config)).to, { crossSite: true }), action = new URL(/action="([^"]+allow)"/.exec(page.text)![1]!, url).href
    expect((await fetch(action, { method: 'POST', headers: { Origin: 'https://evil.example', Cookie: [...web.jar].map(([name, { value }]) => `${name}=${value}`).join('; ') } })).status).toBe(403)
    expect(await other.go(action, { method: 'POST' })).toMatchObject({ status: 400 })
    expect(await web.go(action.replace('allow', 'perhaps'), { method: 'POST' })).toMatchObject({ status: 404 })
  })
})

describe('会话 — what hangs on a session ends with it', () => {
  const userinfo = async (token: string) => (await fetch(`${issuer}/me`, { headers: { Authorization: `Bearer ${token}` } })).status
  it('after sign-out the token is nothing, and no code comes without signing in again', async () => {
    const { config, tokens, web } = await signedInto('screens', 'p-004')
    expect(await userinfo(tokens.access_token)).toBe(200)
    await web.signOut()
    expect(await userinfo(tokens.access_token)).toBe(401)
    expect(await web.go((await asking(config)).to)).toMatchObject({ status: 401 })
  })
  it('a code that was not used before sign-out is nothing either', async () => {
    const config = await discovered('screens'), web = browser(), { to, checks } = await asking(config)
    await web.signIn('p-004')
    const { left } = await web.go(to, { crossSite: true })
    await web.signOut()
    expect(await errorOf(client.authorizationCodeGrant(config, left!, checks))).toBe('invalid_grant')
  })
  it('nor after fifteen minutes without use', async () => {
    const { config, tokens, web } = await signedInto('screens', 'p-004')
    nowMs += idleMs + 1
    expect(await web.go((await asking(config)).to)).toMatchObject({ status: 401 })
    expect(await userinfo(tokens.access_token)).toBe(401)
  })
  it('what was handed out under a second session of the same person ends with that one, though the first is still open', async () => {
    const { config, web } = await signedInto('screens', 'p-004')
    web.jar.delete('mingjian-session') // lost rather than ended
    await web.signIn('p-004')
    const { to, checks } = await asking(config), { left } = await web.go(to), tokens = await client.authorizationCodeGrant(config, left!, checks)
    expect(await userinfo(tokens.access_token)).toBe(200)
    await web.signOut()
    expect(await userinfo(tokens.access_token)).toBe(401)
  })
  it('the next person at the same browser is not taken for the one before', async () => {
    const { config, web, tokens } = await signedInto('screens', 'p-004')
    await web.signIn('p-005')
    expect(await userinfo(tokens.access_token), 'the first session was replaced').toBe(401)
    const { to, checks } = await asking(config), { left } = await web.go(to, { crossSite: true })
    expect((await client.authorizationCodeGrant(config, left!, checks)).claims()).toMatchObject({ sub: 'p-005' })
    web.jar.delete('mingjian-session') // lost rather than ended: the session before is still open somewhere
    await web.signIn('p-001')
    const next = await asking(config), { left: third } = await web.go(next.to, { crossSite: true })
    expect((await client.authorizationCodeGrant(config, third!, next.checks)).claims()).toMatchObject({ sub: 'p-001' })
  })
})

describe('外接系统 — the list of clients', () => {
  const listed = (clients: unknown, mode = 0o600) => {
    const path = join(dir, 'list.json')
    writeFileSync(path, typeof clients === 'string' ? clients : JSON.stringify({ clients }), { mode })
    chmodSync(path, mode)
    return () => clientsIn(path)
  }
  const one = { client_id: 'a', name: '甲', redirect_uris: ['https://a.example/back'] }
  it('is read by its owner alone, and strictly', () => {
    expect(listed([one])()).toStrictEqual([{ id: 'a', name: '甲', redirectUris: ['https://a.example/back'], firstParty: false }])
    expect(listed([one], 0o644)).toThrow(/600/)
    for (const wrong of ['{', [{}], [{ ...one, client_secret: 'in the clear' }], [one, one], [{ ...one, redirect_uris: [] }], [{ ...one, redirect_uris: ['http://a.example/back'] }],
      [{ ...one, redirect_uris: ['https://a.example/#x'] }], [{ ...one, secret_sha256: 'short' }], [{ ...one, jwks: { keys: [{ kty: 'EC', d: 'private' }] } }], [null]]) expect(listed(wrong), JSON.stringify(wrong)).toThrow()
    expect(clientsIn(join(dir, 'nothing.json'))).toBeUndefined()
  })
})
