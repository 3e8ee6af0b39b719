import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf, cookieIn, firstSignIn, type FoundedHouse } from '../signed-in.ts'
import { minutes, openSignInHouse, type SignInHouse } from './signin-house.ts'

const kind = async (answer: Response) => `${answer.status} ${(await answer.json() as { code?: string }).code}`
let house: SignInHouse, people: FoundedHouse
beforeAll(async () => { house = await openSignInHouse(); people = await house.found() })
afterAll(() => house.close())
const isIn = async (cookie: string) => (await house.door.get('/api/me', cookie)).status === 200
const post = (path: string, body: object, cookie?: string) => house.door.post(path, body, cookie)
const code = (secret: string, later = 0) => codeOf(secret, house.unix(), later)

type Socket = { readonly readyState: number; readonly OPEN: number; on(event: string, listener: (code: number) => void): void; close(): void }
const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: { headers: Record<string, string> }) => Socket
/** A live line as a browser holds it; when and how it ended. */
async function line(cookie: string) {
  const socket = new WebSocket(`${house.door.url.replace('http', 'ws')}/api/live`, { headers: { cookie } })
  const ended = new Promise<{ code: number; at: number }>((resolve) => socket.on('close', (code) => resolve({ code, at: performance.now() })))
  await new Promise<void>((resolve, reject) => { socket.on('open', () => resolve()); socket.on('error', () => reject(new Error('the line does not open'))) })
  return { socket, ended }
}

describe('whoever has changed is out within a second, with whatever they held open', () => {
  const changes: [string, (person: string) => Promise<unknown>][] = [
    ['a role is withdrawn', (person) => people.say('security', `/api/identity/${person}/withdraw-role`, { role: 'handler', scope: 'own', reason: '岗位调整' })],
    ['they are suspended', (person) => people.say('system', `/api/identity/${person}/suspend-person`, { reason: '停职' })],
    ['they are moved', (person) => people.say('system', `/api/identity/${person}/move-person`, { department: '住建局', post: '科员' })],
    ['their second factor is taken away', async (person) => expect((await house.door.remove(`/api/people/${person}/totp`, await people.administrator('security'))).status).toBe(204)],
    ['their password is set anew by a code', async (person) => {
      const { code } = await people.say('system', `/api/people/${person}/activation`, {}) as { code: string }
      expect((await post('/api/activate', { person, code, password: 'another long password' })).status).toBe(204)
    }],
  ]
  it.each(changes)('%s', async (what, change) => {
    const person = `c-${createHash('sha256').update(what).digest('hex').slice(0, 8)}`, { cookie } = await people.enrol(person, ['handler']), bystander = await people.enrol(`${person}-by`, ['handler'])
    const { ended } = await line(cookie), other = await line(bystander.cookie)
    await people.administrator('security')
    const began = performance.now()
    await change(person)
    const { code, at } = await ended
    expect(code).toBe(4401)
    expect(at - began).toBeLessThan(1000)
    expect(await isIn(cookie)).toBe(false)
    expect(await isIn(bystander.cookie)).toBe(true)
    expect(other.socket.readyState).toBe(other.socket.OPEN)
    other.socket.close()
    await vi.waitFor(async () => expect((await house.told(`identity-session.${person}.`)).at(-1)).toMatchObject({ type: 'SessionEnded', reason: 'changed' }))
  })
  it('one who signs out takes the line along', async () => {
    const { cookie } = await people.enrol('c-out', ['handler']), { ended } = await line(cookie)
    await post('/api/sign-out', {}, cookie)
    expect((await ended).code).toBe(4401)
  })
  it('an activation code that is only handed out ends nothing', async () => {
    const { person, cookie } = await people.enrol('c-handed', ['handler'])
    await people.say('system', `/api/people/${person}/activation`, {})
    expect(await isIn(cookie)).toBe(true)
  })
  it('a role that is granted holds with the next request, under the same session', async () => {
    const { person, cookie } = await people.enrol('c-granted', [])
    const roles = async () => (await (await house.door.get('/api/me', cookie)).json() as { grants: { role: string }[] }).grants.map(({ role }) => role)
    expect(await roles()).toStrictEqual([])
    await people.say('security', `/api/identity/${person}/grant-role`, { role: 'handler', scope: 'own', basis: '任命' })
    expect(await roles()).toStrictEqual(['handler'])
  })
  it('who is suspended is told so, where the password is right, and else nothing', async () => {
    const { person, password, secret } = await people.enrol('c-suspended', ['handler'])
    await people.say('system', `/api/identity/${person}/suspend-person`, { reason: '停职' })
    house.pass(minutes(1))
    expect(await kind(await post('/api/sign-in', { person, password, totp: code(secret) }))).toBe('403 account-suspended')
    expect(await kind(await post('/api/sign-in', { person, password: 'not this one at all' }))).toBe('401 sign-in-failed')
    await people.say('system', `/api/identity/${person}/reinstate-person`, { reason: '复职' })
    expect((await post('/api/sign-in', { person, password, totp: code(secret) })).status).toBe(200)
  })
})

describe('a password of one\'s own choice', () => {
  it('takes the old one, ends what else is open, and goes on under another token', async () => {
    const who = await people.enrol('w-own', ['handler'])
    house.pass(minutes(1))
    const second = cookieIn(await post('/api/sign-in', { person: who.person, password: who.password, totp: code(who.secret) }))!
    expect(await kind(await post('/api/me/password', { password: 'not the old one', next: 'a new long password' }, second))).toBe('401 sign-in-failed')
    expect(await kind(await post('/api/me/password', { password: who.password, next: 'short' }, second))).toBe('422 password-too-short')
    expect(await isIn(who.cookie)).toBe(true)
    const changed = await post('/api/me/password', { password: who.password, next: 'a new long password' }, second), third = cookieIn(changed)!
    expect(changed.status).toBe(204)
    expect(await Promise.all([who.cookie, second, third].map(isIn))).toStrictEqual([false, false, true])
    house.pass(minutes(1))
    expect((await post('/api/sign-in', { person: who.person, password: who.password, totp: code(who.secret) })).status).toBe(401)
    expect((await post('/api/sign-in', { person: who.person, password: 'a new long password', totp: code(who.secret) })).status).toBe(200)
  })
  it('guessing the old one locks like guessing at the door', async () => {
    const { cookie } = await people.enrol('w-guess', ['handler']), statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await post('/api/me/password', { password: `wrong ${i}`, next: 'a new long password' }, cookie)).status)
    expect(statuses).toStrictEqual([401, 401, 401, 401, 401, 429])
  })
  it('a second factor is replaced only by who has the password and the one that stands', async () => {
    const { person, password, cookie, secret } = await people.enrol('w-totp', ['handler'])
    house.pass(minutes(1))
    for (const body of [{}, { password }, { totp: code(secret) }, { password, totp: code(secret, 4) }]) expect((await post('/api/me/totp', body, cookie)).status, JSON.stringify(body)).toBe(401)
    const { secret: next } = await (await post('/api/me/totp', { password, totp: code(secret) }, cookie)).json() as { secret: string }
    const now = cookieIn(await post('/api/me/totp', { code: code(next) }, cookie))!
    expect(await Promise.all([cookie, now].map(isIn))).toStrictEqual([false, true])
    house.pass(minutes(1))
    expect((await post('/api/sign-in', { person, password, totp: code(secret) })).status).toBe(401)
    expect((await post('/api/sign-in', { person, password, totp: code(next) })).status).toBe(200)
  })
})

describe('activation', () => {
  const enrol = async (person: string) => { await people.say('system', `/api/identity/${person}/enrol-person`, { name: '某人', department: '市场监管局', post: '科员' }); return person }
  /** Whole: with its second part where there is one. */
  const issue = async (person: string): Promise<{ code: string; until: string }> => {
    const { code, until, second } = await people.say('system', `/api/people/${person}/activation`, {}) as { code: string; until: string; second?: string }
    return { code: second === undefined ? code : `${code} ${(await people.say('security', `/api/people/${person}/activation/second`, {}) as { code: string }).code}`, until }
  }
  const activate = (person: string, code: string, password = 'a long enough one') => post('/api/activate', { person, code, password })
  it('of an account without a second factor takes two hands: neither administrator gets in alone, and each part is on record by its own', async () => {
    await people.say('system', '/api/identity/c-two-hands/enrol-person', { name: '某新人', department: '市场监管局', post: '科员', hall: 'H-1' })
    expect((await post('/api/people/c-two-hands/activation/second', {}, await people.administrator('security'))).status, 'nothing to hand over yet').toBe(404)
    const first = await people.say('system', '/api/people/c-two-hands/activation', {}) as { code: string; second?: string }
    expect(first.second).toBe('security-admin')
    expect(await kind(await activate('c-two-hands', first.code))).toBe('422 activation-failed')
    expect((await post('/api/people/c-two-hands/activation/second', {}, await people.administrator('system'))).status).toBe(403)
    house.pass(1)
    const second = await people.say('security', '/api/people/c-two-hands/activation/second', {}) as { code: string }
    expect((await post('/api/people/c-two-hands/activation/second', {}, await people.administrator('security'))).status, 'handed over once').toBe(404)
    expect(await kind(await activate('c-two-hands', second.code))).toBe('422 activation-failed')
    expect((await activate('c-two-hands', `${first.code} ${second.code}`)).status).toBe(204)
    const said = (await house.facts('identity-account.c-two-hands')).map(({ data, meta }) => `${String(data['credential'])} by ${meta.actor.role}`)
    expect(said).toStrictEqual(['activation by system-admin', 'activation by security-admin', 'password by policy'])
  })
  it('is handed out by the system administrator alone, to others who are enrolled', async () => {
    const person = await enrol('a-who'), system = await people.administrator('system')
    for (const cookie of [await people.administrator('security'), await people.administrator('audit'), await people.cookieFor('leader')]) expect((await post(`/api/people/${person}/activation`, {}, cookie)).status).toBe(403)
    expect((await post(`/api/people/${person}/activation`, {})).status).toBe(401)
    expect(await kind(await post('/api/people/adm-system/activation', {}, system))).toBe('409 not-over-oneself')
    expect(await kind(await post('/api/people/nobody/activation', {}, system))).toBe('404 no-such-person')
    await people.say('system', `/api/people/${person}/activation`, {})
    expect(await house.told(`identity-account.${person}`)).toStrictEqual([{ type: 'CredentialSet', person, credential: 'activation' }])
    expect((await house.facts(`identity-account.${person}`))[0]!.meta.actor).toMatchObject({ person: 'adm-system', role: 'system-admin' })
  })
  it('works once, with a password that may be one, and only in its person\'s name', async () => {
    const person = await enrol('a-once'), other = await enrol('a-other'), { code: said } = await issue(person), { code: theirs } = await issue(other)
    expect(await kind(await activate(person, theirs))).toBe('422 activation-failed')
    expect(await kind(await activate('nobody', said))).toBe('422 activation-failed')
    expect(await kind(await activate(person, said, 'short'))).toBe('422 password-too-short')
    expect(await kind(await activate(person, said, 'this is a-once again'))).toBe('422 password-names-you')
    expect((await activate(person, said.toLowerCase())).status).toBe(204)
    expect(await kind(await activate(person, said, 'a different long one'))).toBe('422 activation-failed')
    expect((await firstSignIn(house.door.url, person, 'a long enough one', house.unix())).cookie).toBeTruthy()
  })
  it('lapses after a day, and a new code takes the place of an old one', async () => {
    const person = await enrol('a-day'), { code: first } = await issue(person), { code: second } = await issue(person)
    expect(await kind(await activate(person, first))).toBe('422 activation-failed')
    house.pass(minutes(24 * 60 - 1))
    expect((await activate(person, second, 'short')).status).toBe(422)
    house.pass(minutes(1))
    expect(await kind(await activate(person, second))).toBe('422 activation-failed')
  })
  it('is dead when it was guessed at five times', async () => {
    const person = await enrol('a-guess'), { code: right } = await issue(person)
    for (let i = 0; i < 5; i++) expect(await kind(await activate(person, `WRONG-${i}`))).toBe('422 activation-failed')
    expect((await activate(person, right)).status).toBe(429)
    house.pass(minutes(16))
    expect(await kind(await activate(person, right))).toBe('422 activation-failed')
  })
  it('leaves nobody in who came with the old password at the same moment', async () => {
    const { person, password, secret } = await people.enrol('a-race', ['handler'])
    let old = password
    for (let i = 0; i < 5; i++) {
      house.pass(minutes(2))
      const { code: said } = await issue(person), next = `another long password ${i}`
      const [entered, activated] = await Promise.all([post('/api/sign-in', { person, password: old, totp: code(secret) }), activate(person, said, next)])
      expect(activated.status).toBe(204)
      const cookie = cookieIn(entered)
      if (cookie) expect(await isIn(cookie), `round ${i}, answered ${entered.status}`).toBe(false)
      old = next
    }
  })
  it('leaves the second factor as it is: who resets a password is not in by that', async () => {
    const { person, secret } = await people.enrol('a-reset', ['handler']), { code: said } = await issue(person)
    await activate(person, said, 'set by somebody else')
    house.pass(minutes(1))
    expect(await kind(await post('/api/sign-in', { person, password: 'set by somebody else' }))).toBe('401 second-factor-wanted')
    expect((await post('/api/sign-in', { person, password: 'set by somebody else', totp: code(secret) })).status).toBe(200)
    const system = await people.administrator('system')
    expect((await house.door.remove(`/api/people/${person}/totp`, system)).status).toBe(403)
    expect((await house.door.remove('/api/people/adm-security/totp', await people.administrator('security'))).status).toBe(409)
  })
})

describe('查阅事由', () => {
  it('is stated before an inspector looks, stands for half an hour of use, and can be taken back', async () => {
    const { cookie } = await people.enrol('v-inspector', ['inspector'], { department: '监察室' })
    const looks = async () => (await house.door.get('/api/cases', cookie)).status
    expect(await looks()).toBe(428)
    for (const text of ['', '查', '   查   ', '长'.repeat(201)]) expect((await post('/api/me/purpose', { text }, cookie)).status, text).toBe(400)
    const { purpose } = await (await post('/api/me/purpose', { text: '  投诉核查  ', caseNo: 'X-1' }, cookie)).json() as { purpose: { until: string } }
    expect(purpose).toStrictEqual({ text: '投诉核查', caseNo: 'X-1', until: new Date(Date.parse(house.now()) + minutes(30)).toISOString() })
    expect((await (await house.door.get('/api/house', cookie)).json() as { person: { purpose: object } }).person.purpose).toStrictEqual(purpose)
    for (let i = 0; i < 2; i++) { house.pass(minutes(14)); expect(await looks()).toBe(200) }
    house.pass(minutes(2))
    expect(await looks()).toBe(428)
    await post('/api/me/purpose', { text: '例行检查' }, cookie)
    expect(await looks()).toBe(200)
    expect((await house.door.remove('/api/me/purpose', cookie)).status).toBe(204)
    expect(await looks()).toBe(428)
  })
})

describe('以钥匙登录', () => {
  const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string
  const ed = generateKeyPairSync('ed25519'), ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }), rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const bind = (key: string, person: string, publicKey: string) => people.say('security', `/api/identity/${key}/bind-key`, { person, publicKey })
  const text = (nonce: string, person: string, origin = house.door.url) => Buffer.from(`mingjian sign-in v1\n${origin}\n${person}\n${nonce}\n`)
  const challenge = async (person: string) => (await (await post('/api/sign-in/challenge', { person })).json() as { nonce: string; text: string })
  const words = new Map<string, string>(), enrol = async (person: string) => { const one = await people.enrol(person, ['handler']); words.set(person, one.password); return one }
  const byKey = (person: string, nonce: string, signature: Buffer, key?: string, password = words.get(person) ?? 'nobody has told') => post('/api/sign-in/key', { person, password, nonce, signature: signature.toString('base64url'), ...(key !== undefined && { key }) })
  const signed = async (person: string, privateKey: KeyObject, key?: string) => {
    const { nonce } = await challenge(person)
    return byKey(person, nonce, sign(null, text(nonce, person), privateKey), key)
  }
  it('of Ed25519 and of P-256, as browsers and as tools write signatures; of nothing else', async () => {
    const { person } = await enrol('k-kinds')
    await bind('k-ed', person, pem(ed.publicKey))
    await bind('k-ec', person, (ec.publicKey.export({ type: 'spki', format: 'der' }) as Buffer).toString('base64'))
    await bind('k-rsa', person, pem(rsa.publicKey))
    const first = await signed(person, ed.privateKey)
    expect(first.status).toBe(200)
    expect(await isIn(cookieIn(first)!)).toBe(true)
    for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
      const { nonce } = await challenge(person)
      expect((await byKey(person, nonce, sign('sha256', text(nonce, person), { key: ec.privateKey, dsaEncoding }), 'k-ec')).status, dsaEncoding).toBe(200)
    }
    const { nonce } = await challenge(person)
    expect((await byKey(person, nonce, sign('sha256', text(nonce, person), rsa.privateKey), 'k-rsa')).status).toBe(401)
    expect((await house.told(`identity-session.${person}.`)).filter(({ method }: any) => method === 'key').length).toBe(3)
  })
  it('signs what it is told it signs: this house, this person, this challenge, once and soon', async () => {
    const { person } = await enrol('k-text'), other = await enrol('k-text-other')
    await bind('k-text-key', person, pem(ed.publicKey))
    const { nonce, text: said } = await challenge(person)
    expect(said).toBe(text(nonce, person).toString())
    for (const wrong of [text(nonce, person, 'https://elsewhere.example'), text(nonce, other.person), Buffer.from(nonce), Buffer.from('')]) {
      const { nonce: fresh } = await challenge(person)
      expect((await byKey(person, wrong.includes(nonce) ? nonce : fresh, sign(null, wrong, ed.privateKey))).status).toBe(401)
      house.pass(minutes(11) / 10)
    }
    house.pass(minutes(16))
    const once = await challenge(person), signature = sign(null, text(once.nonce, person), ed.privateKey)
    expect((await byKey(person, once.nonce, signature)).status).toBe(200)
    expect((await byKey(person, once.nonce, signature)).status).toBe(401)
    const late = await challenge(person)
    house.pass(minutes(2) + 1)
    expect((await byKey(person, late.nonce, sign(null, text(late.nonce, person), ed.privateKey))).status).toBe(401)
    const theirs = await challenge(other.person)
    expect((await byKey(person, theirs.nonce, sign(null, text(theirs.nonce, person), ed.privateKey))).status).toBe(401)
    const made = await challenge(person)
    expect((await byKey(person, `${made.nonce}x`, sign(null, text(`${made.nonce}x`, person), ed.privateKey))).status).toBe(401)
  })
  it('of the security administrator’s own making opens nobody’s account: of two things it is one', async () => {
    const { person } = await enrol('k-theirs'), made = generateKeyPairSync('ed25519')
    await bind('k-made', person, pem(made.publicKey))
    for (const guess of ['nobody has told', 'sesame-opens-two']) {
      const { nonce } = await challenge(person)
      expect(await kind(await byKey(person, nonce, sign(null, text(nonce, person), made.privateKey), 'k-made', guess))).toBe('401 sign-in-failed')
    }
    const { nonce } = await challenge(person), bare = await post('/api/sign-in/key', { person, nonce, signature: sign(null, text(nonce, person), made.privateKey).toString('base64url') })
    expect(bare.status).toBe(400)
    expect((await signed(person, made.privateKey, 'k-made')).status).toBe(200)
    await expect(people.say('security', '/api/identity/k-own/bind-key', { person: 'adm-security', publicKey: pem(made.publicKey) })).rejects.toThrow('not-over-oneself')
  })
  it('is no key while it is locked, bound to another or from before its holder moved; locking it ends what it opened', async () => {
    const { person } = await enrol('k-locked'), other = await enrol('k-locked-other')
    await bind('k-lock', person, pem(ed.publicKey))
    expect((await signed(other.person, ed.privateKey, 'k-lock')).status).toBe(401)
    const cookie = cookieIn(await signed(person, ed.privateKey, 'k-lock'))!
    await people.say('security', '/api/identity/k-lock/lock-key', { reason: '遗失' })
    expect(await isIn(cookie)).toBe(false)
    expect((await signed(person, ed.privateKey, 'k-lock')).status).toBe(401)
    await people.say('security', '/api/identity/k-lock/unlock-key', { reason: '找到' })
    expect((await signed(person, ed.privateKey, 'k-lock')).status).toBe(200)
    await people.say('system', `/api/identity/${person}/move-person`, { department: '住建局', post: '科员' })
    expect((await signed(person, ed.privateKey, 'k-lock')).status).toBe(401)
  })
})

describe('申请人', () => {
  const register = (more: object = {}) => post('/api/applicants', { name: '钱多多', number: '11010519491231002X', phone: '13900001111', password: 'an applicant\'s password', ...more })
  it('registers, is given an id that nobody guesses, signs in by it without a second factor, and is an applicant and nothing else', async () => {
    const answer = await register(), { applicant } = await answer.json() as { applicant: string }
    expect(answer.status).toBe(201)
    expect(applicant).toMatch(/^p-[a-z2-7]{26}$/)
    const entered = await post('/api/sign-in', { person: applicant, password: 'an applicant\'s password' }), cookie = cookieIn(entered)!
    expect(await entered.json()).toStrictEqual({})
    expect(await (await house.door.get('/api/me', cookie)).json()).toMatchObject({ person: applicant, grants: [{ role: 'applicant', scope: 'own' }], session: { method: 'password' } })
    expect((await post('/api/identity/x/enrol-person', {}, cookie)).status).toBe(403)
    const facts = JSON.stringify(await house.told(`identity-applicant.${applicant}`))
    for (const plain of ['钱多多', '11010519491231002X', '13900001111', 'an applicant\'s password']) expect(facts).not.toContain(plain)
  })
  it('is told what is wrong with what they say', async () => {
    expect(await kind(await register({ number: '110105194912310021' }))).toBe('422 not-a-resident-number')
    expect(await kind(await register({ password: 'call me 13900001111' }))).toBe('422 password-names-you')
    expect(await kind(await register({ role: 'inspector' }))).toBe('400 malformed')
    expect(await kind(await register({ name: '' }))).toBe('400 malformed')
  })
  it('one address registers twenty in a day, whatever it says of itself', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 21; i++) statuses.push((await register({ name: `申请人${i}`, number: undefined })).status)
    expect(statuses.indexOf(429)).toBe(statuses.filter((status) => status === 201).length)
    expect(statuses.at(-1)).toBe(429)
    house.pass(minutes(24 * 60))
    expect((await register()).status).toBe(201)
  })
})
