import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf, cookieIn, type FoundedHouse } from '../signed-in.ts'
import { minutes, openSignInHouse, type SignInHouse } from './signin-house.ts'

const kind = async (answer: Response) => `${answer.status} ${(await answer.json() as { code?: string }).code}`
const administrators = (password = 'a long enough one') => Object.fromEntries(['system', 'security', 'audit'].map((kind) => [kind, { person: `adm-${kind}`, name: `管理${kind}`, password }]))
const setUp = (code: string, more: object = {}) => ({ code, name: '某县平台', region: '422822', administrators: administrators(), ...more })

describe('first set-up', () => {
  let house: SignInHouse
  beforeAll(async () => { house = await openSignInHouse() })
  afterAll(() => house.close())
  const wanted = async () => (await house.door.get('/api/setup')).json()

  it('lets nobody in before it, by any name or word that anybody would try', async () => {
    for (const person of ['admin', 'root', 'administrator', 'system', 'p-009', 'p-001', 'policy', 'importer', 'adm-system', '管理员']) for (const password of ['admin', 'password', '123456', person, 'mingjian', ' ']) {
      const answer = await house.door.post('/api/sign-in', { person, password })
      expect([401, 429], `${person} ${password}`).toContain(answer.status)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })
  it('is wanted until its code is said; a wrong code, a weak password or two in one do not use it up', async () => {
    const code = await house.door.code()
    expect(code.replaceAll('-', '').length * 5).toBeGreaterThanOrEqual(128)
    expect(await wanted()).toStrictEqual({ wanted: true })
    expect(await kind(await house.door.post('/api/setup', setUp('AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA')))).toBe('403 set-up-code-wrong')
    expect(await kind(await house.door.post('/api/setup', setUp(code, { administrators: administrators('short') })))).toBe('422 password-too-short')
    expect(await kind(await house.door.post('/api/setup', setUp(code, { administrators: { ...administrators(), audit: administrators().system } })))).toBe('422 three-people')
    expect(await kind(await house.door.post('/api/setup', { ...setUp(code), zone: 'UTC' }))).toBe('400 malformed')
    expect((await house.told('identity-adm')).length).toBe(0)
  })
  it('happens once: of many at one time one, and afterwards none', async () => {
    const code = await house.door.code()
    const answers = await Promise.all(Array.from({ length: 4 }, () => house.door.post('/api/setup', setUp(code.toLowerCase().replaceAll('-', ' ')))))
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([204, 409, 409, 409])
    expect(await kind(await house.door.post('/api/setup', setUp(code)))).toBe('409 set-up-already')
    expect(await wanted()).toStrictEqual({ wanted: false })
    expect((await house.told('identity-adm-')).filter(({ type }) => type === 'PersonEnrolled').map(({ person, roles }: any) => `${person} ${roles}`).sort())
      .toStrictEqual(['adm-audit auditor', 'adm-security security-admin', 'adm-system system-admin'])
    expect(await house.told('platform-main')).toStrictEqual([])
  })
  it('gives nobody a session without a second factor', async () => {
    const answer = await house.door.post('/api/sign-in', { person: 'adm-security', password: 'a long enough one' }), pending = cookieIn(answer)!
    expect(await answer.json()).toStrictEqual({ second: 'to-be-set' })
    for (const path of ['/api/me', '/api/me/sessions', '/api/cases', '/api/collections/people', '/api/live', '/api/people/adm-audit/rights']) expect((await house.door.get(path, pending)).status, path).toBe(401)
    for (const path of ['/api/identity/x/grant-role', '/api/me/purpose', '/api/me/password']) expect((await house.door.post(path, {}, pending)).status, path).toBe(401)
    expect((await house.told('identity-session.')).length).toBe(0)
    expect(await kind(await house.door.post('/api/me/totp', { code: '123456' }, pending))).toBe('409 no-second-factor-begun')
    const { secret, uri } = await (await house.door.post('/api/me/totp', {}, pending)).json() as { secret: string; uri: string }
    expect(new URL(uri).searchParams.get('secret')).toBe(secret)
    expect(await kind(await house.door.post('/api/me/totp', { code: codeOf(secret, Date.now(), 5) }, pending))).toBe('422 second-factor-wrong')
    const whole = cookieIn(await house.door.post('/api/me/totp', { code: codeOf(secret) }, pending))!
    expect(whole).not.toBe(pending)
    expect((await house.door.get('/api/me', whole)).status).toBe(200)
    expect((await house.door.get('/api/me', pending)).status).toBe(401)
    expect((await house.told('identity-session.adm-security')).map(({ type, method }: any) => `${type} ${method}`)).toStrictEqual(['SessionStarted password-totp'])
  })
  it('is not wanted again after a restart', async () => {
    await house.restart()
    expect(await wanted()).toStrictEqual({ wanted: false })
    expect(house.door.codes).toStrictEqual([])
  })
})

it('a set-up code that is said wrong five times is dead, also said right, until the next start brings another', async () => {
  const house = await openSignInHouse()
  try {
    const code = await house.door.code()
    for (let i = 0; i < 5; i++) expect(await kind(await house.door.post('/api/setup', setUp(`WRONG-${i}`)))).toBe('403 set-up-code-wrong')
    expect(await kind(await house.door.post('/api/setup', setUp(code)))).toBe('403 set-up-code-dead')
    expect(await (await house.door.get('/api/setup')).json()).toStrictEqual({ wanted: true, dead: true })
    await house.restart()
    expect(await house.door.code()).not.toBe(code)
    expect(await kind(await house.door.post('/api/setup', setUp(code)))).toBe('403 set-up-code-wrong')
    expect((await house.door.post('/api/setup', setUp(await house.door.code()))).status).toBe(204)
  } finally { await house.close() }
})

describe('sign-in', () => {
  let house: SignInHouse, people: FoundedHouse
  beforeAll(async () => { house = await openSignInHouse(); people = await house.found() })
  afterAll(() => house.close())
  const signIn = (person: string, password: string, totp?: string, headers: Record<string, string> = {}) => fetch(`${house.door.url}/api/sign-in`, { method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify({ person, password, ...(totp !== undefined && { totp }) }) })
  const code = (secret: string, later = 0) => codeOf(secret, house.unix(), later)
  const isIn = async (cookie: string) => (await house.door.get('/api/me', cookie)).status === 200
  /** Whoever was enrolled, on one of our clocks' later days. */
  const again = async ({ person, password, secret }: { person: string; password: string; secret: string }) => {
    house.pass(minutes(2))
    const answer = await signIn(person, password, code(secret))
    if (answer.status !== 200) throw new Error(`${person}: ${answer.status} ${await answer.text()}`)
    return cookieIn(answer)!
  }

  it('says the same of a wrong person, a wrong password and a wrong code, and takes about as long', async () => {
    const { person, password, secret } = await people.enrol('s-same', ['handler'])
    const tries: [string, string, string?][] = [['nobody-here', password], [person, 'not this one at all'], [person, password, code(secret, 4)]]
    const texts = await Promise.all(tries.map(async (said) => (await signIn(...said)).text()))
    expect(new Set(texts).size).toBe(1)
    // Of people who have passwords one try each, or they would be locked; in turn with nobody's, so that a busy machine is busy for both.
    const times = { somebody: [] as number[], nobody: [] as number[] }, count = 9
    for (let i = 0; i < count; i++) await people.enrol(`s-somebody-${i}`, [])
    for (let i = 0; i < count; i++) for (const who of ['somebody', 'nobody'] as const) {
      const began = performance.now()
      await signIn(`s-${who}-${i}`, 'not this one at all')
      times[who].push(performance.now() - began)
    }
    const [somebodys, nobodys] = [times.somebody, times.nobody].map((all) => all.sort((a, b) => a - b)[(count - 1) / 2]!) as [number, number]
    expect(nobodys / somebodys).toBeGreaterThan(0.4)
    expect(nobodys / somebodys).toBeLessThan(2.5)
  })
  it('gives a token that scripts and other sites do not get, and that is another each time', async () => {
    const who = await people.enrol('s-cookie', ['handler'])
    house.pass(minutes(2))
    const answer = await signIn(who.person, who.password, code(who.secret)), cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^mingjian-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(cookieIn(answer)).not.toBe(who.cookie)
    expect(await answer.text()).not.toContain(cookieIn(answer)!.slice(17))
  })
  it('makes nobody of a cookie that it did not give', async () => {
    const { cookie } = await people.enrol('s-forged', ['handler']), token = cookie.slice(17)
    const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    for (const said of [`mingjian-session=${flipped}`, `mingjian-session=${token}x`, 'mingjian-session=', `mingjian-session=${'A'.repeat(43)}`, 'mingjian-person=adm-system', `Mingjian-Session=${token}`, `xmingjian-session=${token}`,
      `mingjian-session="${token}"`, `mingjian-session=${token}; mingjian-session=${'A'.repeat(43)}`, `mingjian-session=${'A'.repeat(43)}; mingjian-session=${token}`]) expect(await isIn(said), said).toBe(false)
    expect(await isIn(`other=1; ${cookie}; more=2`)).toBe(true)
  })
  it('never goes on under the token that somebody came with', async () => {
    const { person, password, secret, cookie: first } = await people.enrol('s-fixed', ['handler'])
    house.pass(minutes(2))
    const planted = `mingjian-session=${'P'.repeat(43)}`
    for (const came of [planted, first]) {
      house.pass(minutes(1))
      const answer = await signIn(person, password, code(secret), { Cookie: came })
      expect(cookieIn(answer)).not.toBe(came)
      expect(await isIn(cookieIn(answer)!)).toBe(true)
      expect(await isIn(came)).toBe(false)
    }
  })
  it('takes a one-time code once, at no time an earlier one, and none that is not of now', async () => {
    const { person, password, secret } = await people.enrol('s-replay', ['handler'])
    const now = code(secret)
    expect((await signIn(person, password, now)).status, 'the code that set it up').toBe(401)
    house.pass(minutes(2))
    expect(await kind(await signIn(person, password))).toBe('401 second-factor-wanted')
    const used = code(secret)
    expect((await signIn(person, password, used)).status).toBe(200)
    expect((await signIn(person, password, used)).status).toBe(401)
    expect((await signIn(person, password, code(secret, -1))).status).toBe(401)
    house.pass(minutes(2))
    expect((await signIn(person, password, code(secret, 3))).status).toBe(401)
    expect((await signIn(person, password, code(secret, 1))).status, 'a telephone that goes before').toBe(200)
  })

  describe('lock-out', () => {
    const fail = async (person: string, times: number, headers: Record<string, string> = {}) => {
      const statuses: number[] = []
      for (let i = 0; i < times; i++) statuses.push((await signIn(person, `wrong ${i}`, undefined, headers)).status)
      return statuses
    }
    const locks = async (person: string) => (await house.told(`identity-account.${person}`)).filter(({ type }) => type === 'SignInLocked')
    it('after five failures hears nobody for a quarter of an hour, from wherever they say they come; then it does', async () => {
      const { person, password, secret } = await people.enrol('l-one', ['handler'])
      house.pass(minutes(2))
      expect(await fail(person, 7)).toStrictEqual([401, 401, 401, 401, 401, 429, 429])
      const locked = await signIn(person, password, code(secret))
      expect(locked.status).toBe(429)
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(800)
      for (const address of ['10.0.0.1', '203.0.113.9, 10.0.0.1']) {
        expect((await signIn(person, password, code(secret), { 'X-Forwarded-For': address, 'Forwarded': `for=${address}`, 'X-Real-IP': address, 'CF-Connecting-IP': address })).status).toBe(429)
      }
      expect(await locks(person)).toMatchObject([{ person, failures: 5 }])
      house.pass(minutes(14))
      expect((await signIn(person, password, code(secret))).status).toBe(429)
      house.pass(minutes(2))
      expect((await signIn(person, password, code(secret))).status).toBe(200)
      expect((await locks(person)).length).toBe(1)
    })
    it('counts many at once as many', async () => {
      const { person } = await people.enrol('l-many', ['handler'])
      const statuses = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await signIn(person, `wrong ${i}`)).status))
      expect(statuses.filter((status) => status === 401).length).toBe(5)
      expect(statuses.filter((status) => status === 429).length).toBe(15)
      expect((await locks(person)).length).toBe(1)
    })
    it('counts wrong codes, however often the password was right', async () => {
      const { person, password, secret } = await people.enrol('l-code', ['handler'])
      house.pass(minutes(2))
      const statuses: number[] = []
      for (let i = 0; i < 6; i++) statuses.push((await signIn(person, password)).status, (await signIn(person, password, code(secret, 5 + i))).status)
      expect(statuses).toStrictEqual([401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429])
    })
    it('whoever goes on for days is heard no more often for it, and does not fill the account\'s stream', async () => {
      const { person } = await people.enrol('l-days', ['handler']), heard: number[] = []
      for (let quarter = 0; quarter < 12; quarter++) {
        heard.push((await fail(person, 6)).filter((status) => status === 401).length)
        house.pass(minutes(16))
      }
      expect(heard).toStrictEqual(Array.from({ length: 12 }, () => 5))
      expect((await locks(person)).length).toBe(8)
    })
    it('is of nobody the same, and no fact', async () => {
      expect(await fail('l-nobody', 6)).toStrictEqual([401, 401, 401, 401, 401, 429])
      expect(await house.told('identity-account.l-nobody')).toStrictEqual([])
    })
    it('outlives the process, and ends where the security administrator says so', async () => {
      const { person, password, secret } = await people.enrol('l-stays', ['handler']), other = await people.enrol('l-freed', ['handler'])
      house.pass(minutes(2))
      await fail(person, 5)
      await fail(other.person, 5)
      await house.restart()
      for (const it of [person, other.person]) expect((await signIn(it, password)).status).toBe(429)
      house.pass(minutes(1))
      people.reopened(house.door.url)
      await people.say('security', `/api/identity/${other.person}/unlock-sign-in`, { reason: '本人到场核实' })
      expect((await signIn(other.person, other.password, code(other.secret))).status).toBe(200)
      expect((await signIn(person, password, code(secret))).status).toBe(429)
    })
  })

  describe('sessions', () => {
    const endings = async (person: string) => (await house.told(`identity-session.${person}`)).filter(({ type }) => type === 'SessionEnded').map(({ reason }: any) => reason as string)
    it('ends after a quarter of an hour unused, and lives on where it is used', async () => {
      const { person, cookie } = await people.enrol('i-idle', ['handler'])
      for (let i = 0; i < 5; i++) { house.pass(minutes(14)); expect(await isIn(cookie)).toBe(true) }
      house.pass(minutes(15) + 1)
      expect(await isIn(cookie)).toBe(false)
      expect(await isIn(cookie)).toBe(false)
      await vi.waitFor(async () => expect(await endings(person)).toStrictEqual(['idle']))
    })
    it('ends after ten hours, however busy', async () => {
      const who = await people.enrol('i-long', ['handler']), cookie = await again(who)
      for (let i = 0; i < 60; i++) { house.pass(minutes(10)); expect(await isIn(cookie), `after ${i + 1} times ten minutes`).toBe(true) }
      house.pass(1)
      expect(await isIn(cookie)).toBe(false)
      await vi.waitFor(async () => expect((await endings(who.person)).at(-1)).toBe('absolute'))
    })
    it('is on record before anybody has its token, and its end when it is signed out', async () => {
      const { person, cookie } = await people.enrol('i-record', ['handler'])
      const { session } = await (await house.door.get('/api/me', cookie)).json() as { session: { session: string } }
      expect(await house.told(`identity-session.${person}`)).toMatchObject([{ type: 'SessionStarted', session: session.session, method: 'password-totp' }])
      const out = await house.door.post('/api/sign-out', {}, cookie)
      expect([out.status, out.headers.get('set-cookie')]).toStrictEqual([204, 'mingjian-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0'])
      expect(await isIn(cookie)).toBe(false)
      expect(await endings(person)).toStrictEqual(['signed-out'])
      // The name in the book is no token.
      expect(await isIn(`mingjian-session=${session.session}`)).toBe(false)
      expect(cookie).not.toContain(session.session)
    })
    it('are listed to their own, who may end the others', async () => {
      const who = await people.enrol('i-list', ['handler']), stranger = await people.enrol('i-stranger', ['handler'])
      const second = await again(who), third = await again(who)
      const list = async (cookie: string) => (await (await house.door.get('/api/me/sessions', cookie)).json() as { sessions: { session: string; current?: boolean }[] }).sessions
      const all = await list(third)
      expect(all.length).toBe(3)
      expect(all.filter(({ current }) => current).length).toBe(1)
      expect((await house.door.remove(`/api/me/sessions/${all[0]!.session}`, stranger.cookie)).status).toBe(404)
      expect((await house.door.remove(`/api/me/sessions/${all[0]!.session}`, third)).status).toBe(204)
      expect(await Promise.all([who.cookie, second, third].map(isIn))).toStrictEqual([false, true, true])
      expect((await house.door.remove('/api/me/sessions', third)).status).toBe(204)
      expect(await Promise.all([second, third].map(isIn))).toStrictEqual([false, true])
    })
    it('of one person are twelve at the most: the one unused for longest makes room', async () => {
      const who = await people.enrol('i-most', ['handler']), cookies = [who.cookie]
      for (let i = 0; i < 12; i++) { cookies.push(await again(who)); for (const cookie of cookies.slice(1)) await isIn(cookie) }
      expect(await isIn(cookies[0]!)).toBe(false)
      expect((await Promise.all(cookies.slice(1).map(isIn))).every(Boolean)).toBe(true)
    })
  })
})
