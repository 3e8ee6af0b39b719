import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, filesWith, headOf, run, serving, told, workplace, type Served } from '../cli/mingjian.ts'

type Person = { person: string; name: string; roles: string[]; department: string; hall?: string }
type Answered = { status: number; etag: string | null; body: any }
const place = workplace()
const dir = place.dir()
let served: Served, people: Person[] = [], item: any, clerk: Person, handler: Person
/** What the inspector of the county reads, who has said what for. */
const json = async (path: string): Promise<any> => (await fetch(served.url + path, { headers: { Cookie: await cookieOf(overseer) } })).json()
const overseer = 'chen-jingzhi'
const collection = (name: string, where: object = {}) => json(`/api/collections/${name}?limit=500&where=${encodeURIComponent(JSON.stringify(where))}`)

/** Being somebody, without a password: the demonstration alone allows it. */
const cookies = new Map<string, string>()
async function cookieOf(person: string): Promise<string> {
  const held = cookies.get(person)
  if (held !== undefined) return held
  const answer = await fetch(`${served.url}/api/me`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ person }) })
  expect(answer.status).toBe(204)
  const cookie = answer.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Strict/)
  const own = cookie.split(';')[0]!
  if (person === overseer) expect((await fetch(`${served.url}/api/me/purpose`, { method: 'POST', headers: { 'Content-Type': 'application/json', Cookie: own }, body: JSON.stringify({ text: '日常监察' }) })).ok).toBe(true)
  cookies.set(person, own)
  return own
}
let said = 0
async function say(as: string | undefined, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
  const answer = await fetch(`${served.url}/api/${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `acceptance-${said++}`, ...(as && { Cookie: await cookieOf(as) }), ...headers } })
  return { status: answer.status, etag: answer.headers.get('etag'), body: await answer.json().catch(() => undefined) }
}
const planted = { name: '乐无忧之名', number: '99010020000101001X' }
let cases = 0
/** A case of this test's own, freshly submitted over the counter. */
async function submitted(headers: Record<string, string> = {}, more: object = {}): Promise<{ id: string; answer: Answered }> {
  const id = `ACC-${++cases}`
  return { id, answer: await say(clerk.person, `cases/${id}/submit-application`, { itemCode: item.code, hall: clerk.hall, channel: 'window', applicantId: 'acceptance-1', applicantName: planted.name, applicantNumber: planted.number, ...more }, headers) }
}
const factsOf = async (id: string): Promise<any[]> => (await json(`/api/cases/${id}`)).facts
const oneRealCase = () => ({
  csv: place.file('one.csv', 'no,what,when,task\nA1,look,2024-05-06 09:00,1\n'),
  profile: place.file('one.json', JSON.stringify({ source: 'one', hall: { id: 'one', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
    case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } })),
})
const untilHistory = async () => {
  for (let tries = 0; tries < 200 && !/历史铺好/.test(served.stderr()); tries++) await new Promise((resolve) => setTimeout(resolve, 100))
  expect(served.stderr()).toMatch(/历史铺好/)
}

beforeAll(async () => {
  served = await serving('demo', dir, '--days', '5')
  await untilHistory()
  people = (await json('/api/people')).people
  const { rows: items } = await collection('items')
  clerk = people.find(({ roles, hall }) => roles.includes('window-clerk') && hall !== undefined)!
  item = items.find(({ officers }: { officers: string[] }) => officers.includes(clerk.person) && people.some(({ person, roles }) => officers.includes(person) && roles.includes('handler')))
  handler = people.find(({ person, roles }) => item.officers.includes(person) && roles.includes('handler'))!
})
afterAll(() => {
  served?.child.kill('SIGKILL')
  place.clear()
})

describe('the demonstration county over HTTP', () => {
  it('says on every screen\'s frame that it is a demonstration on a simulated clock', async () => {
    expect(await json('/api/house')).toMatchObject({ purpose: 'demonstration', clock: 'simulated' })
  })

  it('lists whom one may be, and lets one be them, but nobody else', async () => {
    expect(people.length).toBeGreaterThan(10)
    for (const person of people) expect(person).toMatchObject({ person: expect.any(String), name: expect.stringMatching(/[一-鿿]/), roles: expect.any(Array) })
    const house = await (await fetch(`${served.url}/api/house`, { headers: { Cookie: await cookieOf(clerk.person) } })).json()
    expect(house).toMatchObject({ person: { person: clerk.person } })
    for (const body of ['{"person":"importer"}', '{"person":"policy"}', '{}', 'null', '"x"', '[]', '{"person":{"a":1}}']) {
      const answer = await fetch(`${served.url}/api/me`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
      expect(answer.status, body).toBe(422)
      expect(await answer.json()).toMatchObject({ field: 'person' })
    }
  })

  it('takes a case over the counter and accepts it by who is authorised: 200 with the revision as its tag', async () => {
    const { id, answer } = await submitted()
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, etag: '"1"', body: { revision: 1, facts: ['ApplicationSubmitted'] } })
    const accepted = await say(handler.person, `cases/${id}/accept-case`, {}, { 'If-Match': '"1"' })
    expect(accepted, JSON.stringify(accepted.body)).toMatchObject({ status: 200, etag: '"2"', body: { revision: 2, facts: ['CaseAccepted'] } })
    const facts = await factsOf(id)
    expect(facts.map(({ type, by }) => [type, by])).toContainEqual(['CaseAccepted', handler.person])
    expect(await json(`/api/cases/${id}`)).toMatchObject({ imported: false, applicant: { name: expect.stringMatching(/^乐＊+$/) } })
  })

  it('accepts a case that was waiting at a window, found through the collections', async () => {
    const { rows } = await collection('cases', { stage: 'Submitted' })
    const { rows: items } = await collection('items')
    const officersOf = new Map<string, string[]>(items.map(({ code, officers }: any) => [code, officers]))
    const answers = []
    for (const { id, itemCode } of rows) {
      const by = people.find(({ person, roles }) => officersOf.get(itemCode)?.includes(person) && (roles.includes('handler') || roles.includes('window-clerk')))
      if (by) answers.push(await say(by.person, `cases/${id}/accept-case`, {}))
      if (answers.at(-1)?.status === 200) break
    }
    expect(answers.at(-1), JSON.stringify(answers)).toMatchObject({ status: 200, body: { facts: ['CaseAccepted'] } })
  })

  it('refuses nobody with 401, and who has another role with 403', async () => {
    const { id } = await submitted()
    expect(await say(undefined, `cases/${id}/accept-case`, {})).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
    const leader = people.find(({ roles }) => roles.length === 1 && roles[0] === 'leader')!
    expect(await say(leader.person, `cases/${id}/accept-case`, {})).toMatchObject({ status: 403, body: { code: 'not-granted', title: expect.stringMatching(/[一-鿿]/) } })
    expect(await say(handler.person, `cases/${id}/record-history`, { anything: 1 })).toMatchObject({ status: 403 })
  })

  it('refuses who is not authorised for the item, and keeps the attempt on their own record', async () => {
    const { rows: items } = await collection('items')
    const idle = people.find(({ person, roles }) => roles.includes('handler') && items.every(({ officers }: { officers: string[] }) => !officers.includes(person)))!
    const theirs = items.find(({ department }: { department: string }) => department === idle.department)
    const { id, answer } = await submitted({}, { itemCode: theirs.code })
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
    expect(await say(idle.person, `cases/${id}/accept-case`, {})).toMatchObject({ status: 409, body: { code: 'not-authorised' } })
    expect((await factsOf(id)).map(({ type }) => type)).not.toContain('CaseAccepted')
  })
  it('does not say to another department whether there is such a case', async () => {
    const { id } = await submitted()
    const other = people.find(({ person, roles, department }) => roles.includes('handler') && department !== item.department && !item.officers.includes(person))!
    const there = await say(other.person, `cases/${id}/accept-case`, {}), nowhere = await say(other.person, 'cases/NOWHERE/accept-case', {})
    expect(there).toMatchObject({ status: 404, body: { code: 'no-such-case' } })
    expect(JSON.stringify(nowhere).replaceAll('NOWHERE', id)).toBe(JSON.stringify(there))
  })

  it('refuses what was decided on an old page with 412, and says the revision that there is', async () => {
    const { id } = await submitted()
    expect(await say(handler.person, `cases/${id}/accept-case`, {}, { 'If-Match': '"7"' })).toMatchObject({ status: 412, body: { code: 'stale', revision: 1 } })
    for (const seen of ['1', '"one"', '*', 'W/"1"']) expect(await say(handler.person, `cases/${id}/accept-case`, {}, { 'If-Match': seen }), seen).toMatchObject({ status: 400, body: { code: 'bad-if-match' } })
    expect(await factsOf(id)).toHaveLength(1)
  })

  it('answers a saying that is said again with its key as it did, and tells it once', async () => {
    const { id } = await submitted()
    const key = { 'Idempotency-Key': 'once and for all' }
    const first = await say(handler.person, `cases/${id}/accept-case`, {}, key), again = await say(handler.person, `cases/${id}/accept-case`, {}, key)
    expect(first.status).toBe(200)
    expect(again).toEqual(first)
    expect((await factsOf(id)).filter(({ type }) => type === 'CaseAccepted')).toHaveLength(1)
    expect(await say(handler.person, `cases/${id}/accept-case`, {})).toMatchObject({ status: 409, body: { code: 'not-submitted' } })
    for (const bad of ['', 'x'.repeat(201)]) expect(await say(handler.person, `cases/${id}/accept-case`, {}, { 'Idempotency-Key': bad })).toMatchObject({ status: 400 })
  })

  it('names an unknown field, a missing one, and one of another type', async () => {
    const { id } = await submitted()
    const unknown = await say(handler.person, `cases/${id}/accept-case`, { favour: true })
    expect(unknown).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect(JSON.stringify(unknown.body.errors)).toContain('favour')
    const wrong = await say(clerk.person, 'cases/ACC-wrong/submit-application', { hall: 7, channel: 'window' })
    expect(wrong.status).toBe(400)
    expect(wrong.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['hall', 'itemCode'])
    expect(await json('/api/cases/ACC-wrong')).toMatchObject({ status: 404, code: 'no-such-case' })
  })

  it('never takes a malformed saying for a fault of its own', async () => {
    const { id } = await submitted()
    const { paths } = await json('/api/openapi.json')
    const broken: string[] = []
    const bodies: [body: string, type: string][] = [['', 'application/json'], ['{', 'application/json'], ['null', 'application/json'], ['[]', 'application/json'], ['"x"', 'application/json'], ['{"__proto__":{}}', 'application/json'],
      ['{"opinion":1e999}', 'application/json'], ['a=b', 'application/x-www-form-urlencoded'], ['<a/>', 'text/xml'], [`{"opinion":"${'x'.repeat(5000)}"}`, 'application/json']]
    for (const [path, { post }] of Object.entries<any>(paths)) {
      const by = post && people.find(({ roles }) => roles.some((role) => post['x-roles']?.includes(role)))
      if (!by) continue
      for (const [body, type] of bodies) {
        const answer = await fetch(served.url + path.replace('{id}', id), { method: 'POST', body, headers: { 'Content-Type': type, 'Idempotency-Key': `m-${said++}`, Cookie: await cookieOf(by.person) } })
        if (answer.status >= 500) broken.push(`${path} ${body.slice(0, 30)} → ${answer.status}`)
        await answer.arrayBuffer()
      }
    }
    for (const cookie of ['mingjian-session=%E0%A4%A', 'mingjian-session=', 'mingjian-session=;;=', 'mingjian-session=__proto__', `mingjian-session=${'A'.repeat(43)}`]) {
      const answer = await fetch(`${served.url}/api/house`, { headers: { Cookie: cookie } })
      if (answer.status >= 500) broken.push(`cookie ${cookie} → ${answer.status}`)
    }
    for (const strange of ['%00', 'officer.x', 'a%0Ab', 'x'.repeat(390), '%20', 'receipt:A1']) {
      const answer = await say(clerk.person, `cases/${strange}/submit-application`, { itemCode: item.code, hall: clerk.hall, channel: 'window' })
      if (answer.status >= 500 || answer.status === 200) broken.push(`id ${strange.slice(0, 20)} → ${answer.status}`)
    }
    expect(broken).toEqual([])
  }, 180_000)

  it('lets no header and no field set when a fact was recorded', async () => {
    const before = Date.parse((await json('/api/house')).now)
    const long = '2001-01-01T00:00:00.000Z'
    const { id, answer } = await submitted({ 'Date': 'Mon, 01 Jan 2001 00:00:00 GMT', 'X-Recorded-At': long, 'X-Now': long, 'Recorded-At': long, 'X-Forwarded-For': '10.0.0.1' })
    expect(answer.status).toBe(200)
    const [fact] = await factsOf(id)
    const after = Date.parse((await json('/api/house')).now)
    expect(Date.parse(fact.recordedAt)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(fact.recordedAt)).toBeLessThanOrEqual(after)
    expect(fact.occurredAt).toBe(fact.recordedAt)
    for (const field of ['recordedAt', 'occurredAt', 'meta', 'receivedOn', 'caseNo', 'by', 'now']) {
      const refused = await submitted({}, { [field]: long })
      expect(refused.answer, field).toMatchObject({ status: 400, body: { code: 'malformed' } })
      expect(JSON.stringify(refused.answer.body.errors)).toContain(field)
    }
  })

  it('keeps who applies sealed: neither name nor number is to be read in the data directory, or in any answer', async () => {
    const { id, answer } = await submitted()
    expect(answer.status).toBe(200)
    const roles = ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'inspector', 'auditor', 'system-admin']
    const answers = await Promise.all([...roles.map((role) => `/api/cases/${id}?as=${role}`), `/api/cases?q=${id}`, `/api/collections/cases?where=${encodeURIComponent(JSON.stringify({ caseNo: id }))}`].map(json))
    expect(JSON.stringify(answers)).toContain(id)
    for (const secret of Object.values(planted)) {
      expect(JSON.stringify(answers)).not.toContain(secret)
      expect(filesWith(dir, secret)).toEqual([])
    }
    expect((await submitted({}, { applicantId: planted.number })).answer).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect(filesWith(dir, planted.number)).toEqual([])
  })

  it('takes no real data', async () => {
    const { csv, profile } = oneRealCase(), before = (await json('/health')).position
    const refused = await run('import', csv, '--profile', profile, '--data', dir, '--json')
    expect(refused.code).toBe(2)
    expect(refused.json.error).toMatchObject({ code: 'demonstration-book', field: 'data', title: expect.stringMatching(/演示/), en: expect.stringMatching(/demonstration/) })
    expect((await json('/api/collections/cases?limit=1&where=' + encodeURIComponent('{"source":"one"}'))).rows).toEqual([])
    expect((await json('/health')).position).toBeGreaterThanOrEqual(before)
  })
})

describe('live queries', () => {
  type Socket = { on(event: string, listener: (...args: any[]) => void): void; send(text: string): void; close(): void; terminate(): void }
  const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options?: { origin?: string; headers?: Record<string, string> }) => Socket
  const address = () => served.url.replace('http', 'ws') + '/api/live'
  /** Messages as they come; `until` waits for one that fits. */
  async function watching(options: { origin?: string } = {}) {
    const socket = new WebSocket(address(), { ...options, headers: { cookie: await cookieOf(overseer) } })
    const heard: any[] = [], waiting: (() => void)[] = []
    socket.on('message', (data: Buffer) => { heard.push(JSON.parse(String(data))); for (const wake of waiting.splice(0)) wake() })
    await new Promise<void>((resolve, reject) => { socket.on('open', () => resolve()); socket.on('error', reject) })
    return {
      socket, heard, say: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      async until(fits: (message: any) => boolean): Promise<any> {
        for (const end = Date.now() + 10_000; Date.now() < end;) {
          const found = heard.find(fits)
          if (found) return found
          await Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, 200))])
        }
        throw new Error(`not heard in time; heard ${JSON.stringify(heard).slice(0, 2000)}`)
      },
    }
  }

  it('are refused to a page of another origin', async () => {
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${served.port + 1}`, `https://127.0.0.1:${served.port}`]) {
      await expect(watching({ origin }), origin).rejects.toThrow(/403/)
    }
    const own = await watching({ origin: served.url })
    own.socket.close()
  })

  it('tell the changed row after a saying, to those whose conditions it meets and no others', async () => {
    const live = await watching()
    live.say({ query: 'open', collection: 'cases', where: { open: true, hall: clerk.hall } })
    live.say({ query: 'elsewhere', collection: 'cases', where: { hall: 'nowhere' } })
    const { position } = await live.until(({ query }) => query === 'elsewhere')
    expect(position).toBeGreaterThan(0)
    const { id, answer } = await submitted()
    expect(answer.status).toBe(200)
    const told = await live.until(({ query, changes }) => query === 'open' && changes?.some(({ key }: any) => key === id))
    expect(told.position).toBeGreaterThan(position)
    expect(told.changes.find(({ key }: any) => key === id).row).toMatchObject({ id, stage: 'Submitted', open: true, hall: clerk.hall })
    await say(handler.person, `cases/${id}/accept-case`, {})
    await live.until(({ query, changes }) => query === 'open' && changes?.some(({ key, row }: any) => key === id && row?.stage === 'Accepted'))
    expect(live.heard.filter(({ query, changes }) => query === 'elsewhere' && changes?.length > 0)).toEqual([])
    live.socket.close()
  })

  it('tell a row that no longer meets the conditions as gone', async () => {
    const live = await watching()
    live.say({ query: 'waiting', collection: 'cases', where: { stage: 'Submitted' } })
    await live.until(({ query }) => query === 'waiting')
    const { id } = await submitted()
    await live.until(({ changes }) => changes?.some(({ key, row }: any) => key === id && row))
    await say(handler.person, `cases/${id}/accept-case`, {})
    await live.until(({ changes }) => changes?.some(({ key, row }: any) => key === id && row === null))
    live.socket.close()
  })

  it('tell who comes back with an old position to load again, and who comes back with the present one nothing', async () => {
    await submitted()
    const live = await watching()
    live.say({ query: 'old', collection: 'cases', position: 1 })
    expect(await live.until(({ query }) => query === 'old')).toMatchObject({ refresh: true, position: expect.any(Number) })
    live.say({ query: 'present', collection: 'cases', position: 1e12 })
    expect(await live.until(({ query }) => query === 'present')).not.toHaveProperty('refresh')
    live.socket.close()
  })

  it('answer a malformed subscription in two languages, and go on', async () => {
    const live = await watching()
    const malformed = ['', '{', 'null', '[]', '{"query":"a"}', '{"query":"a","collection":"nowhere"}', '{"query":"","collection":"cases"}', '{"query":"a","collection":"cases","where":{"open":{"from":1}}}',
      '{"query":"a","collection":"cases","colour":1}', '{"query":"a","collection":"cases","position":-1}', '{"query":"a","collection":"__proto__"}']
    for (const message of malformed) live.say(message)
    live.say({ query: 'good', collection: 'cases' })
    await live.until(({ query }) => query === 'good')
    expect(live.heard.filter(({ error }) => error === 'malformed')).toHaveLength(malformed.length)
    expect(live.heard[0]).toMatchObject({ zh: expect.stringMatching(/[一-鿿]/), en: expect.any(String) })
    live.socket.close()
    const tooLong = await watching()
    const closed = new Promise((resolve) => { tooLong.socket.on('close', resolve); tooLong.socket.on('error', () => undefined) })
    tooLong.say('x'.repeat(10_000))
    await closed
    expect((await fetch(`${served.url}/health`)).status).toBe(200)
  })

  it('do not let one socket watch without end', async () => {
    const live = await watching()
    for (let i = 0; i < 40; i++) live.say({ query: `q${i}`, collection: 'cases' })
    await live.until(({ error }) => error === 'malformed')
    expect(new Set(live.heard.filter(({ query }) => query !== undefined).map(({ query }) => query)).size).toBeLessThanOrEqual(32)
    live.socket.close()
  })
})

describe('a demonstration and its directory', () => {
  it('goes on where it stopped: no fact is recorded before one that was', async () => {
    await submitted()
    const last = Date.parse((await json('/api/house')).now)
    expect((await served.stop()).code).toBe(0)
    served = await serving('demo', dir, '--days', '5')
    cookies.clear()
    expect(Date.parse((await json('/api/house')).now)).toBeGreaterThanOrEqual(Math.floor(last / 1000) * 1000 - 60_000)
    const { id, answer } = await submitted()
    expect(answer.status).toBe(200)
    const [fact] = await factsOf(id)
    expect(Date.parse(fact.recordedAt)).toBeGreaterThanOrEqual(Date.parse((await factsOf(`ACC-${cases - 1}`))[0].recordedAt))
    expect((await served.stop()).code).toBe(0)
  })

  it('says what it is when it is served as if it were real', async () => {
    served = await serving('serve', dir)
    expect(await json('/api/house')).toMatchObject({ purpose: 'demonstration' })
    expect((await served.stop()).code).toBe(0)
    expect((await run('verify', '--data', dir)).code).toBe(0)
  })

  it('is never played into a real book: refused, and nothing written', async () => {
    const real = place.dir()
    const { csv, profile } = oneRealCase()
    await told('import', csv, '--profile', profile, '--data', real)
    const head = await headOf(real), files = filesBelow(real).length
    const refused = await run('demo', '--data', real, '--port', '0', '--json')
    expect(refused.code).toBe(2)
    expect(refused.json.error).toMatchObject({ code: 'not-a-demonstration', field: 'data', title: expect.stringContaining(real), en: expect.stringContaining(real) })
    expect(await headOf(real)).toBe(head)
    expect(filesBelow(real).length).toBe(files)
    for (const host of ['0.0.0.0', '::', '192.168.1.1']) expect((await run('demo', '--host', host, '--port', '0', '--data', place.dir(), '--json')).json.error, host).toMatchObject({ field: 'host' })
  })
})
