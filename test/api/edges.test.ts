import fastify, { type FastifyInstance } from 'fastify'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openGate } from '../../api/access/gate.ts'
import { strictly } from '../../api/commands.ts'
import { doorOf } from '../../api/door.ts'
import { isOurs, nameSaid, originOf } from '../../api/names.ts'
import { closeEdges, soundContent } from '../../api/edges.ts'
import { usualLimits, type Limits } from '../../api/limits.ts'

const open: FastifyInstance[] = []
afterEach(async () => { await Promise.all(open.splice(0).map((app) => app.close())) })
/** A door with one room behind it; who brings a name has a session of that name. */
async function door(limits: Partial<Limits> = {}, answer: () => Promise<unknown> = async () => ({ ok: true })) {
  const entrance = doorOf({ ...usualLimits, ...limits }), app = fastify({ serverFactory: entrance.serverFor((method) => method === 'PUT') })
  open.push(app)
  strictly(app)
  const { tooOften } = await closeEdges(app, { ...usualLimits, ...limits })
  openGate(app, async ({ headers }) => typeof headers['x-test-session'] === 'string'
    ? { person: 'p', name: 'p', department: 'd', post: '', grants: [], session: headers['x-test-session'] } : undefined, tooOften)
  app.get('/room', { config: { access: 'public' } }, answer)
  app.post('/room', { config: { access: 'public' } }, async ({ body }) => ({ heard: body }))
  return { app, atOnce: entrance.within, entrance }
}
/** This machine as a browser says it. */
const here = ['localhost', 8080].join(':')
const json = { 'content-type': 'application/json', host: 'hall.example' }
const post = (app: FastifyInstance, payload: string | Buffer, headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: '/room', payload, headers: { ...json, ...headers } })

describe('内容', () => {
  it('comes through as it was said', async () => {
    const { app } = await door(), said = { 意见: '符合条件\n第二行\t', list: [1, { a: null, 'b c': '👩‍👩‍👧 ‏right to left mark is no override' }] }
    expect((await post(app, JSON.stringify(said))).json()).toStrictEqual({ heard: said })
  })
  it.each([
    ['deeper than it may be', '['.repeat(25) + ']'.repeat(25), 'too-deep'], ['much deeper', '['.repeat(500_000), 'too-deep'], ['objects, deep', '{"a":'.repeat(30) + '1' + '}'.repeat(30), 'too-deep'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not-utf8'], ['half a character', Buffer.from([0x22, 0xe4, 0xb8, 0x22]), 'not-utf8'],
    ['a NUL', '{"opinion":"a\\u0000b"}', 'unprintable-text'], ['an escape of a terminal', '{"opinion":"\\u001b[2J"}', 'unprintable-text'], ['C1', '{"opinion":"\\u009b31m"}', 'unprintable-text'],
    ['turned around', '{"opinion":"\\u202egnp.exe"}', 'unprintable-text'], ['isolated', '{"opinion":"\\u2067a"}', 'unprintable-text'], ['half a pair', '{"opinion":"\\ud800"}', 'unprintable-text'],
    ['a field that is none', '{"a\\u0007":1}', 'unprintable-text'], ['a prototype', '{"__proto__":{"admin":true}}', 'bad-request'], ['a constructor', '{"constructor":{"prototype":{"admin":true}}}', 'bad-request'],
    ['cut off', '{"a":', 'bad-request'], ['nothing', '', 'bad-request'], ['two', '{}{}', 'bad-request'],
  ])('%s: 400, in two languages, and nobody behind hears of it', async (_, payload, code) => {
    const { app } = await door(), answer = await post(app, payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code, title: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/[a-z]{3}/) })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  })
  it('names the field, however deep', async () => {
    const { app } = await door()
    expect((await post(app, '{"asked":[{"reason":"好"},{"reason":"x\\u202ey"}]}')).json()).toMatchObject({ field: 'asked.1.reason', rule: 'printable' })
  })
  it('brackets inside of texts are no depth, and a quote that is escaped ends none', async () => {
    const { app } = await door(), text = `${'['.repeat(200)}\\"${'{'.repeat(200)}`
    expect((await post(app, JSON.stringify({ text }))).statusCode).toBe(200)
  })
  it('whatever JSON there is, it is refused where some text of it deceives, and only there', () => {
    const texts = (value: unknown): string[] => typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, inner]) => [...Array.isArray(value) ? [] : [name], ...texts(inner)]) : []
    const deceives = (text: string) => {
      try { encodeURIComponent(text) } catch { return true }
      return [...text].map((c) => c.codePointAt(0)!).some((c) => (c < 32 && ![9, 10, 13].includes(c)) || (c >= 127 && c < 160) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
    }
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\u202e', 'a\u2069', '\u007f', '\t\n\r', '\ud83d', '事'))
    const { value } = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(text, tie('value'), { maxKeys: 3 })) }))
    fc.assert(fc.property(value, (said) => {
      let refused = false
      try { soundContent(said, 10) } catch { refused = true }
      expect(refused).toBe(texts(said).some(deceives))
    }), { numRuns: 500 })
  })
  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])('packed as %s it is not taken, whatever it may be', async (encoding) => {
    const { app } = await door(), answer = await post(app, '{}', { 'content-encoding': encoding })
    expect([answer.statusCode, answer.json().code]).toStrictEqual([415, 'packed-content'])
    expect((await post(app, '{}', { 'content-encoding': 'identity' })).statusCode).toBe(200)
  })
  it('is refused by its length before it is read', async () => {
    const { app } = await door({ bodyBytes: 1000 })
    expect((await post(app, JSON.stringify('x'.repeat(2000)))).statusCode).toBe(413)
  })
})

describe('别处的页面', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }, 403], ['none of its own', { origin: 'null' }, 403], ['another port', { origin: 'http://hall.example:81' }, 403], ['its own, unsecured', { origin: 'http://hall.example' }, 403], ['its own', { origin: 'https://hall.example' }, 200], ['this machine’s', { origin: `http://${here}`, host: here }, 200], ['this machine’s, by another port', { origin: `http://${here}1`, host: here }, 403],
    ['a program', {}, 200], ['cross-site by the browser’s word', { 'sec-fetch-site': 'cross-site' }, 403], ['a sibling', { 'sec-fetch-site': 'same-site' }, 403], ['the page itself', { 'sec-fetch-site': 'same-origin' }, 200], ['typed', { 'sec-fetch-site': 'none' }, 200],
  ])('%s', async (_, headers, status) => {
    const { app } = await door()
    expect((await post(app, '{}', headers)).statusCode).toBe(status)
  })
  it('a look from elsewhere changes nothing and is answered', async () => {
    const { app } = await door()
    expect((await app.inject({ url: '/room', headers: { host: 'hall.example', origin: 'https://evil.example' } })).statusCode).toBe(200)
  })
})

describe('太多', () => {
  it('no header makes another of an address: beyond the limit 429, and when to come again', async () => {
    const { app } = await door({ anonymousPerMinute: 5 })
    const answers = []
    for (let i = 0; i < 12; i++) answers.push(await app.inject({ url: '/room', headers: { 'x-forwarded-for': `10.0.0.${i}`, 'x-real-ip': `10.1.0.${i}`, forwarded: `for=10.2.0.${i}`, 'x-client-ip': `${i}`, 'true-client-ip': `${i}`, 'cf-connecting-ip': `${i}` } }))
    expect(answers.map(({ statusCode }) => statusCode)).toStrictEqual([200, 200, 200, 200, 200, 429, 429, 429, 429, 429, 429, 429])
    expect(Number(answers.at(-1)!.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(answers.at(-1)!.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(answers.at(-1)!.json()).toMatchObject({ code: 'too-many-requests', title: expect.stringMatching(/\p{Script=Han}/u) })
  })
  it('one session that asks too much is not another’s loss, nor that of its address', async () => {
    const { app } = await door({ sessionPerMinute: 3, anonymousPerMinute: 3 }), ask = async (session?: string) => (await app.inject({ url: '/room', headers: session ? { 'x-test-session': session } : {} })).statusCode
    const first = []
    for (let i = 0; i < 5; i++) first.push(await ask('a'))
    expect(first).toStrictEqual([200, 200, 200, 429, 429])
    expect([await ask('b'), await ask(), await ask(), await ask(), await ask()]).toStrictEqual([200, 200, 200, 200, 429])
  })
  it('more at once than can be done: some are asked to come back, the rest are answered, and afterwards all is as before', async () => {
    let release = () => {}
    const gate = new Promise<void>((done) => { release = done })
    const { app, atOnce } = await door({ requestsAtOnce: 4 }, async () => { await gate; return { ok: true } })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const answers = Array.from({ length: 10 }, () => fetch(`${url}/room`))
    const shed: Response[] = []
    for (let n = 0; n < 6; n++) shed.push(await Promise.race(answers.map(async (answer) => { const got = await answer; return shed.includes(got) ? new Promise<never>(() => undefined) : got })))
    expect(shed.map(({ status }) => status)).toStrictEqual([503, 503, 503, 503, 503, 503])
    for (const answer of shed) expect(answer.headers.get('retry-after')).toBe('1')
    release()
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toStrictEqual([200, 200, 200, 200, 503, 503, 503, 503, 503, 503])
    for (let tries = 0; tries < 100 && atOnce() > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(atOnce()).toBe(0)
  })
})

describe('名称', () => {
  it.each(['hall.example.gov.cn', 'HALL.example', 'a', 'a-b.c:8443'])('%s is one', (said) => expect(nameSaid(said)).toBe(said.toLowerCase()))
  it.each(['', 'https://hall.example', 'hall.example/', 'a b', '-a', 'a-', '.a', 'a..b', 'a:b', '*', 'a,b', '大厅', `${'a'.repeat(64)}.cn`, 'a\nb', 'user@hall'])('%j is none', (said) => expect(() => nameSaid(said)).toThrow(/主机名/))
  it('who comes by a name comes by TLS, and this machine does not', () => {
    const origins = (host: string) => originOf({ headers: { host } })
    expect(['hall.example', here, '127.0.0.1:1', '[::1]:2', 'localhost.example'].map(origins)).toStrictEqual(['https://hall.example', `http://${here}`, 'http://127.0.0.1:1', 'http://[::1]:2', 'https://localhost.example'])
    expect([undefined, '', 'hall.example', 'HALL.EXAMPLE', 'hall.example:81', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil'].map((host) => isOurs(host, ['hall.example']))).toStrictEqual([false, false, true, true, false, false, false, false])
  })
})
