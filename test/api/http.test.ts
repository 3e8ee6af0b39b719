import { createConnection } from 'node:net'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contexts } from '../../domain/contexts.ts'
import { projections } from '../../projections/index.ts'
import { servingLog, workplace, type Served } from '../cli/mingjian.ts'
import { founded, type FoundedHouse } from '../signed-in.ts'

const place = workplace()
const dir = place.dir()
let served: Served, house: FoundedHouse, cookie: string
/** As the inspector, who has said what for. */
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${served.url}${path}`, { headers: { cookie, ...headers } })
const dashed = (name: string) => name.split(/(?=[A-Z])/).join('-').toLowerCase()
/** One saying as raw as it goes over the wire; `fetch` sets Host itself. */
const withHost = (host: string, path = '/health') => new Promise<{ status: number; body: string }>((resolve, reject) => {
  const asked = request({ host: '127.0.0.1', port: served.port, path, headers: { Host: host } }, (answer) => {
    let body = ''
    answer.on('data', (chunk) => { body += String(chunk) })
    answer.on('end', () => resolve({ status: answer.statusCode!, body }))
  })
  asked.once('error', reject)
  asked.end()
})
const commands = contexts.flatMap(({ name, commands }) => Object.keys(commands).map((type) => ({ type, path: `/api/${name}/{id}/${dashed(type)}` })))

beforeAll(async () => { served = await servingLog(place, dir, 'three', ['A1,look,2024-05-06 09:00,1', 'A2,look,2024-05-07 09:00,2'])
  house = await founded(served)
  cookie = await house.cookieFor('inspector')
})
afterAll(async () => {
  served?.child.kill('SIGKILL')
  place.clear()
})

describe('a real book over HTTP', () => {
  it('says how it is, and what it is', async () => {
    const health = await get('/health')
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ status: 'ok', position: expect.any(Number), rows: expect.arrayContaining([expect.objectContaining({ name: 'cases' })]) })
    const asNobody = await (await fetch(`${served.url}/api/house`)).json() as object
    expect(asNobody).toMatchObject({ purpose: 'official', clock: 'system' })
    expect(asNobody).not.toHaveProperty('person')
    expect(await (await get('/api/house')).json()).toMatchObject({ purpose: 'official', person: { roles: ['inspector'], purpose: { text: '例行检查' } } })
  })
  it('shows nothing of anybody to nobody', async () => {
    for (const path of ['/api/cases', '/api/cases/three:A1', '/api/cases/three:A1/ledger', '/api/cases/counts', '/api/search', '/api/collections/cases', '/api/rules', '/api/what-if', '/api/cases/nowhere']) {
      const answer = await fetch(`${served.url}${path}`)
      expect(await answer.json(), path).toMatchObject({ status: 401, code: 'not-signed-in', title: expect.stringMatching(/\p{Script=Han}/u) })
    }
  })

  it('answers this machine\'s own names alone, whatever is asked', async () => {
    for (const host of ['county.example', `county.example:${served.port}`, '192.168.1.5', '127.0.0.1.example', 'localhost.example']) for (const path of ['/health', '/api/house', '/', '/api/live']) {
      const { status, body } = await withHost(host, path)
      expect(status, `${host} ${path}`).toBe(421)
      expect(JSON.parse(body)).toMatchObject({ code: 'not-this-host', title: expect.stringMatching(/[一-鿿]/) })
    }
    for (const host of [`127.0.0.1:${served.port}`, `localhost:${served.port}`, 'localhost']) expect((await withHost(host)).status, host).toBe(200)
  })

  it('guards its pages: no inline script or style, no frames, no sniffing, no referrer', async () => {
    for (const path of ['/health', '/api/house', '/', '/api/nowhere', '/api/openapi.json']) {
      const { headers } = await get(path, { accept: 'text/html' })
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, path).toMatch(/default-src 'none'/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(policy).not.toMatch(/unsafe|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-frame-options')).toBeTruthy()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('has nobody to be: no list of people to pick from, and no way to be one of them', async () => {
    expect((await get('/api/people')).status).toBe(404)
    const chosen = await fetch(`${served.url}/api/me`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"person":"importer"}' })
    expect(chosen.status).toBe(404)
    expect(chosen.headers.get('set-cookie')).toBeNull()
  })

  it('lets nobody say anything, whatever their cookie says', async () => {
    for (const { path } of commands) {
      const answer = await fetch(served.url + path.replace('{id}', 'three:A1'), { method: 'POST', body: '{}',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k', Cookie: 'mingjian-person=importer; mingjian-session=importer' } })
      expect(answer.status, path).toBe(401)
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(await answer.json()).toMatchObject({ status: 401, code: 'not-signed-in', title: expect.stringMatching(/[一-鿿]/), en: expect.any(String) })
    }
  })

  it('refuses who is not signed in before a byte of the body is read', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(served.port, '127.0.0.1', () => socket.write('POST /api/cases/three%3AA1/accept-case HTTP/1.1\r\n'
        + `Host: 127.0.0.1:${served.port}\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 900000\r\n\r\n`))
      socket.once('data', (chunk) => { resolve(String(chunk)); socket.destroy() })
      socket.once('error', reject)
      setTimeout(() => reject(new Error('it waits for the body')), 4000).unref()
    })
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  it.each([
    ['/api/cases?colour=red', 'colour'], ['/api/cases?q=a&q=b', 'q'], ['/api/cases/three:A1?now=2000-01-01', 'now'], ['/api/collections/cases?select=id', 'select'],
    ['/api/cases?light=purple', 'light'], ['/api/cases?order=name', 'order'], ['/api/cases?limit=0', 'limit'], ['/api/cases?limit=201', 'limit'], ['/api/cases?limit=x', 'limit'],
    ['/api/cases/three:A1?at=yesterday', 'at'], ['/api/cases/three:A1?at=9999-12-31T23:59:59.999Z', 'at'], ['/api/cases/three:A1?known=1899-12-31', 'known'], ['/api/cases/three:A1?known=2024-02-30', 'known'], ['/api/cases/three:A1?as=emperor', 'as'],
    ['/api/collections/cases?where=nonsense', 'where'], ['/api/collections/cases?where={"lastStep":"x"}', 'lastStep'], ['/api/collections/cases?order=lastStep', 'lastStep'],
    ['/api/collections/cases?limit=1001', 'limit'], ['/api/collections/cases?limit=-1', 'limit'], ['/api/collections/cases?after=nowhere', 'after'],
  ])('%s is a bad request that names %s in two languages', async (path, field) => {
    const answer = await get(encodeURI(path))
    const body = await answer.json() as { title: string; en: string; field?: string; code: string }
    expect(answer.status, JSON.stringify(body)).toBe(400)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(body.field).toBe(field)
    expect(body.title).toMatch(/[一-鿿]/)
    expect(body.en).toMatch(/[a-z]{3}/)
  })

  it('never takes what is asked strangely for a fault of its own', async () => {
    const strange = ['/api/cases?q=a&q=b', '/api/cases?department=a&department=b', '/api/cases?item=a&item=b', '/api/cases?light=ok&light=late', '/api/cases?limit=1&limit=2', '/api/cases?after=garbage',
      '/api/cases?after=%00', '/api/cases?q=%00', `/api/cases?q=${'九'.repeat(300)}`, '/api/cases?q=:', '/api/cases/%00', `/api/cases/${'x'.repeat(390)}`, '/api/cases/%E0%A4%A', '/api/cases/three:A1?at=2024-01-01&at=2024-01-02',
      '/api/cases/three:A1?at=%2B099999-01-01T00:00:00Z', '/api/cases/three:A1?known=0001-01-01', '/api/cases/three:A1?at=9999-12-31', '/api/cases/three:A1?as=applicant&as=leader', '/api/cases/three:A1?now=2000-01-01',
      '/api/collections/cases?where={"open":{"in":[]}}', '/api/collections/cases?where={"__proto__":1}', '/api/collections/cases?where={"open":[1]}', '/api/collections/cases?order=caseNo&order=open', '/api/collections/cases?after=a&after=b',
      '/api/collections/cases?where={}&where={}', '/api/collections/__proto__', '/api/collections/nowhere', '/api/collections/cases?count=0', '/api/live', '/%', '/..%2f..%2fetc/passwd', '/api/cases/?x']
    const broken: string[] = []
    for (const path of strange) {
      const answer = await get(path.replace(/[{}"[\] ]/g, encodeURIComponent))
      if (answer.status >= 500) broken.push(`${path} → ${answer.status}`)
      await answer.arrayBuffer()
    }
    expect(broken).toEqual([])
    expect((await get('/health')).status).toBe(200)
  })

  it('says not found in the same form, for the number of a case that is not there', async () => {
    const answer = await get('/api/cases/Z99')
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'no-such-case', title: expect.stringContaining('Z99'), en: expect.stringContaining('Z99') })
    expect((await get('/api/nowhere')).status).toBe(404)
  })

  it('shows in a list and on its page the case that was imported', async () => {
    expect(await (await get('/api/cases?q=A1')).json()).toMatchObject({ rows: [{ caseNo: 'A1', source: 'three' }] })
    expect(await (await get('/api/cases/three:A1')).json()).toMatchObject({ id: 'three:A1', facts: [{ occurredAt: '2024-05-06T01:00:00.000Z' }] })
    const before = await get('/api/cases/three:A1?at=2024-05-06T00:59:59Z')
    expect(before.status).toBe(404)
    expect(await before.json()).toMatchObject({ code: 'before-the-case-began', begins: '2024-05-06T01:00:00.000Z' })
  })
})

describe('the description of the interface', () => {
  let api: any
  beforeAll(async () => { api = await (await get('/api/openapi.json')).json() })

  it('is OpenAPI 3.1 in its structure: paths, operations, parameters, responses', () => {
    expect(api.openapi).toMatch(/^3\.1\.\d+$/)
    expect(api.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const ids: string[] = []
    /** All that is said stands in the address. */
    const sayNothing = ['/api/video/cameras/{camera}/stream-key', '/api/what-if/stop']
    for (const path of sayNothing) expect(api.paths[path].post.requestBody, path).toBeUndefined()
    for (const [path, item] of Object.entries<any>(api.paths)) {
      expect(path).toMatch(/^\//)
      for (const [method, operation] of Object.entries<any>(item)) {
        expect(['get', 'post', 'delete'], `${method} ${path}`).toContain(method)
        ids.push(operation.operationId)
        const inPath = (operation.parameters ?? []).filter((it: any) => it.in === 'path')
        expect(inPath.map(({ name }: any) => name).sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
        for (const parameter of operation.parameters ?? []) {
          expect(['path', 'query', 'header', 'cookie']).toContain(parameter.in)
          expect(parameter.schema, `${path} ${parameter.name}`).toBeTypeOf('object')
          if (parameter.in === 'path') expect(parameter.required).toBe(true)
        }
        expect(Object.keys(operation.responses).length, path).toBeGreaterThan(0)
        for (const [status, response] of Object.entries<any>(operation.responses)) {
          expect(status).toMatch(/^([1-5]\d\d|default)$/)
          expect(response.description, `${path} ${status}`).toMatch(/\S/)
        }
        if (method === 'post' && !sayNothing.includes(path)) for (const { schema } of Object.values<any>(operation.requestBody.content)) expect(schema, path).toBeTypeOf('object')
      }
    }
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has a path for every command of every context, and for every collection', () => {
    for (const { type, path } of commands) expect(api.paths[path]?.post?.operationId, path).toBe(type)
    for (const { name } of projections) expect(api.paths[`/api/collections/${name}`]?.get, name).toBeDefined()
  })

  it('refers to nothing that is not there', () => {
    const dangling: string[] = []
    const visit = (node: unknown, at: string) => {
      if (typeof node !== 'object' || node === null) return
      const ref = (node as { $ref?: unknown }).$ref
      if (typeof ref === 'string') {
        const target = ref.startsWith('#/') && ref.slice(2).split('/').reduce<any>((it, step) => it?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], api)
        if (!target) dangling.push(`${at} → ${ref}`)
      }
      for (const [name, inner] of Object.entries(node)) visit(inner, `${at}/${name}`)
    }
    visit(api, '')
    expect(dangling).toEqual([])
  })

  it('describes collections that answer, with rows in the form described', async () => {
    const readers = [cookie, await house.cookieFor('auditor'), await house.cookieFor('security-admin'), await house.cookieFor('system-admin'), await house.cookieFor('handler')]
    /** Folded for screens that answer of it in another form: row by row they are nobody's. */
    const nobodys = ['case-paths', 'desk', 'footage-hours', 'footage-moments', 'footage-seats']
    for (const { name } of projections) {
      const answers = await Promise.all(readers.map((cookie) => get(`/api/collections/${name}?limit=2`, { cookie }))), answer = answers.find(({ status }) => status === 200)
      if (nobodys.includes(name)) { expect(answers.map(({ status }) => status)).toStrictEqual(readers.map(() => 403)); continue }
      if (!answer) throw new Error(`${name} is read by nobody: ${answers.map(({ status }) => status).join()}`)
      const { rows } = await answer.json() as { rows: Record<string, unknown>[] }
      const { items } = api.paths[`/api/collections/${name}`].get.responses[200].content['application/json'].schema.properties.rows
      for (const row of rows) {
        expect(Object.keys(items.properties)).toEqual(expect.arrayContaining(Object.keys(row)))
        expect(Object.keys(row)).toEqual(expect.arrayContaining(items.required ?? []))
      }
    }
  })
})
