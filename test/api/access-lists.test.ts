import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { collections } from '../../api/access/collections.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { groups, projections } from '../../projections/index.ts'
import { licence } from '../fixtures/licence.ts'
import { at, policy } from '../kernel/spec.ts'
import { caseAt, noCase, openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { roles, viewing, within, type Role } from './access-matrix.table.ts'

let house: AccessHouse
const cookies = new Map<string, string>(), viewers = Object.keys(viewing) as Role[]
const ask = (path: string, as: string, said: Parameters<AccessHouse['ask']>[1] = {}) => house.ask(encodeURI(path), said, cookies.get(as))
const idsIn = ({ status, body }: { status: number; body: any }) => { expect(status, JSON.stringify(body)).toBe(200); return body.rows.map(({ id }: { id: string }) => id).sort() as string[] }
const ownOf = (role: Role) => within(viewing[role]!).map((position) => caseAt[position]).sort()
const finding = (ruleId: string, severity: string, on = '2026-03-02') => ({ ruleId, ruleVersion: 1, params: {}, clause: '款', calendarVersion: 1, clock: 'promised', becameTrueAt: at(on, '08:00'), ledger: [], severity })
const officers = { 'A-1': 'p-both', 'A-2': 'p-other' }

beforeAll(async () => {
  house = await openAccessHouse()
  const { say } = house
  await say(identity, 'p-both', 'EnrolPerson', { name: '双', department: '甲局', post: '窗口', roles: ['handler', 'window-clerk'], hall: 'hall-2' })
  await say(items, 'A-1', 'PublishItem', { ...licence, version: 2, department: '甲局', shortName: 'A-1', officers: ['p-handler', officers['A-1']], materials: [] })
  for (const [subject, ruleId, severity] of [['cases.case-0001', 'R-02', 'YELLOW'], ['cases.case-0001', 'I-07', 'RED'], ['cases.case-0003', 'R-02', 'YELLOW'], ['officers.p-handler', 'R-18', 'WARN'], ['officers.p-inspector', 'R-12', 'RED'],
    ['departments.甲局', 'R-15', 'HINT'], ['agents.g-1', 'I-02', 'HINT']] as const) await say(supervision, subject, 'IssueCard', finding(ruleId, severity))
  await house.settled()
  for (const role of roles) cookies.set(role, await house.session(who[role]))
  cookies.set('both', await house.session('p-both'))
  cookies.set('looks without a word', await house.session(who.inspector, false))
}, 180_000)
afterAll(async () => { await house?.close() })

describe('列表、综合查询、计数', () => {
  it.each(viewers)('%s: the list, the search, the rows and the counts have their own, all of them, and nothing beside', async (role) => {
    const own = ownOf(role)
    expect(idsIn(await ask('/api/cases?limit=200', role))).toStrictEqual(own)
    expect(idsIn(await ask('/api/cases?order=opened', role))).toStrictEqual(own)
    expect(idsIn(await ask('/api/cases?q=case-', role))).toStrictEqual(own)
    for (const order of ['newest', 'oldest', 'due']) expect(idsIn(await ask(`/api/search?order=${order}`, role))).toStrictEqual(own)
    expect(idsIn(await ask('/api/search', role, { method: 'POST', body: { light: 'ok' } }))).toStrictEqual(own)
    expect(idsIn(await ask('/api/collections/cases?limit=1000', role))).toStrictEqual(own)
    expect((await ask('/api/search?count=1&limit=1', role)).body.count).toBe(own.length)
    expect((await ask('/api/search?count=1&light=ok&limit=1', role)).body.count).toBe(own.length)
    expect((await ask('/api/collections/cases?count=1', role)).body.count).toBe(own.length)
    const { open, departments } = (await ask('/api/cases/counts', role)).body
    expect(open).toBe(own.length)
    expect(departments.reduce((sum: number, one: { open: number }) => sum + one.open, 0)).toBe(own.length)
  })
  it.each(viewers)('%s: asking for what is not theirs finds what is theirs of it', async (role) => {
    const own = ownOf(role)
    for (const [field, value, right] of [['department', '乙局', ['case-0003', 'case-0004']], ['department', '监察局', ['case-0005']], ['item', 'A-2', ['case-0002']], ['department', '甲局', ['case-0001', 'case-0002']]] as const) {
      const theirs = right.filter((id) => own.includes(id))
      expect(idsIn(await ask(`/api/cases?${field}=${value}`, role)), `${field}=${value}`).toStrictEqual(theirs)
      expect(idsIn(await ask(`/api/search?${field}=${value}`, role))).toStrictEqual(theirs)
      expect((await ask(`/api/search?${field}=${value}&count=1`, role)).body.count).toBe(theirs.length)
      expect(idsIn(await ask(`/api/collections/cases?where=${JSON.stringify({ [field === 'item' ? 'itemCode' : field]: value })}`, role))).toStrictEqual(theirs)
    }
    for (const caseNo of Object.values(caseAt)) expect(idsIn(await ask(`/api/search?caseNo=${caseNo}`, role))).toStrictEqual(own.includes(caseNo) ? [caseNo] : [])
    expect(idsIn(await ask('/api/search', role, { method: 'POST', body: { applicant: 'q-two' } }))).toStrictEqual(own.filter((id) => id !== 'case-0001'))
  })
  it('of two roles one sees what either sees, page by page and counted once', async () => {
    const own = ['case-0001', 'case-0002', 'case-0003', 'case-0005']
    for (const path of ['/api/cases?limit=1', '/api/cases?limit=1&order=opened', '/api/search?limit=1', '/api/search?limit=1&order=oldest', '/api/search?limit=1&order=due', '/api/search?limit=1&light=ok', '/api/collections/cases?limit=1&order=openedAt',
      '/api/collections/cases?limit=1']) {
      const found: string[] = []
      for (let after: string | undefined; ;) {
        const { status, body } = await house.ask(`${path}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`, {}, cookies.get('both'))
        expect(status, JSON.stringify([path, body])).toBe(200)
        found.push(...body.rows.map(({ id }: { id: string }) => id))
        if (body.next === undefined) break
        after = body.next
      }
      expect([...found].sort(), path).toStrictEqual(own)
    }
    expect((await ask('/api/search?count=1', 'both')).body.count).toBe(4)
    expect((await ask('/api/search?count=1&light=ok', 'both')).body.count).toBe(4)
    expect((await ask('/api/cases/counts', 'both')).body.open).toBe(4)
  })
  it('a row is seen in the eyes that see it: no official is named to the applicant', async () => {
    const [row] = (await ask('/api/collections/cases', 'applicant')).body.rows
    for (const field of ['responsible', 'holder', 'acceptedBy']) expect(row).not.toHaveProperty(field)
    expect(await ask('/api/collections/cases?where={"acceptedBy":"p-handler"}', 'applicant')).toMatchObject({ status: 400, body: { field: 'acceptedBy' } })
    expect((await ask('/api/collections/items', 'applicant')).body.rows[0]).not.toHaveProperty('officers')
    expect((await ask('/api/collections/items', 'handler')).body.rows[0]).toHaveProperty('officers')
  })
  it('of integrity risks nobody hears but who oversees: neither as a card, nor as a mark in a list, nor as a receipt', async () => {
    const marks = async (role: string) => (await ask('/api/cases?q=case-0001', role)).body.rows[0].cards.sort()
    expect(await marks('inspector')).toStrictEqual(['RED', 'YELLOW'])
    for (const role of ['handler', 'section-head', 'leader', 'hall-manager']) expect(await marks(role)).toStrictEqual(['YELLOW'])
    for (const role of ['applicant', 'window-clerk', 'hall-monitor']) expect(await marks(role)).toStrictEqual([])
  })
})

describe('集合', () => {
  it('a projection that is not in the table is nobody\'s; there is a line for each', () =>
    expect(Object.keys(collections).sort()).toStrictEqual([...projections, ...groups].map(({ name }) => name).sort()))
  it('what the table does not know is refused like what one may not see', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) expect((await ask(`/api/collections/${name}`, 'auditor')).status).toBe(400)
    expect(await ask('/api/collections/people', 'handler')).toMatchObject({ status: 403, body: { code: 'not-granted' } })
  })
  const cardsOf = async (role: string) => ((await ask('/api/collections/cards?limit=1000', role)).body.rows as { subject: string; ruleId: string }[]).map(({ subject, ruleId }) => `${ruleId} ${subject}`).sort()
  it.each<[Role, string[]]>([
    ['handler', ['R-02 cases.case-0001', 'R-18 officers.p-handler']], ['section-head', ['R-02 cases.case-0001', 'R-15 departments.甲局', 'R-18 officers.p-handler']],
    ['leader', ['R-02 cases.case-0001', 'R-15 departments.甲局', 'R-18 officers.p-handler']], ['hall-manager', ['R-02 cases.case-0001']],
    ['inspector', ['I-02 agents.g-1', 'I-07 cases.case-0001', 'R-02 cases.case-0001', 'R-02 cases.case-0003', 'R-15 departments.甲局', 'R-18 officers.p-handler']],
    ['auditor', ['I-02 agents.g-1', 'I-07 cases.case-0001', 'R-02 cases.case-0001', 'R-02 cases.case-0003', 'R-12 officers.p-inspector', 'R-15 departments.甲局', 'R-18 officers.p-handler']],
    ['system-admin', ['R-02 cases.case-0001', 'R-02 cases.case-0003', 'R-12 officers.p-inspector', 'R-15 departments.甲局', 'R-18 officers.p-handler']],
  ])('%s sees the cards %j', async (role, right) => {
    expect(await cardsOf(role)).toStrictEqual(right)
    expect((await ask('/api/collections/cards?count=1', role)).body.count).toBe(right.length)
    expect((await ask('/api/collections/cards?where={"ruleId":"I-07"}', role)).body.rows).toHaveLength(right.filter((one) => one.startsWith('I-07')).length)
  })
  it('an administrator sees that a card was dealt, not over what', async () => {
    for (const row of (await ask('/api/collections/cards', 'system-admin')).body.rows) for (const field of ['ledger', 'clause', 'notified', 'appeal', 'evidence', 'dueOn']) expect(row).not.toHaveProperty(field)
  })
  it('who looks without having the case in hand says why first; what concerns nobody is open without', async () => {
    for (const path of ['/api/cases', '/api/search', `/api/cases/${caseAt.own}`, `/api/cases/${caseAt.own}/ledger`, '/api/collections/cases', '/api/collections/cards', '/api/collections/case-timelines'])
      expect((await ask(path, 'looks without a word')).body, path).toMatchObject({ status: 428, code: 'purpose-required' })
    for (const path of ['/api/collections/items', '/api/collections/halls', '/api/cases/counts']) expect((await ask(path, 'looks without a word')).status, path).toBe(200)
  })
})

describe('以谁的眼', () => {
  const seen = (role: string, as?: string, id: string = caseAt.own) => ask(`/api/cases/${id}${as ? `?as=${as}` : ''}`, role)
  it.each(viewers)('%s looks with their own eyes, and through others\' only to oversee', async (role) => {
    expect((await seen(role)).body.role).toBe(role)
    expect((await seen(role, role)).body.role).toBe(role)
    const other = role === 'applicant' ? 'inspector' : 'applicant', through = await seen(role, other)
    if (role === 'inspector' || role === 'auditor') expect(through.body).toMatchObject({ role: other })
    else expect(through).toMatchObject({ status: 403, body: { code: 'not-your-eyes', field: 'as' } })
  })
  it('of two roles one may say which', async () => {
    expect((await seen('both')).body.role).toBe('handler')
    expect((await seen('both', 'window-clerk', caseAt['other item'])).body.role).toBe('window-clerk')
    expect((await seen('both', 'window-clerk')).status).toBe(403)
  })
  it('a role that there is not is a mistake in asking; eyes that are not one\'s own tell nothing of what is not there', async () => {
    for (const id of [caseAt.own, caseAt['other department'], noCase]) expect(await seen('handler', 'emperor', id)).toMatchObject({ status: 400, body: { field: 'as' } })
    const [theirs, none] = [await seen('handler', 'leader', caseAt['other department']), await seen('handler', 'leader', noCase)]
    expect(theirs.status).toBe(404)
    expect(theirs.text.replaceAll(caseAt['other department'], '')).toBe(none.text.replaceAll(noCase, ''))
  })
})

describe('申办', () => {
  const submit = (as: string, id: string, more: object = {}) => ask(`/api/cases/${id}/submit-application`, as, { method: 'POST', body: { itemCode: 'A-1', hall: 'hall-1', channel: 'online', ...more } })
  it('an applicant applies in their own name, under a number that begins with it', async () => {
    expect((await submit('applicant', 'q-one-1')).status).toBe(200)
    const [fact] = await house.book.readStream('cases-q-one-1')
    expect(fact!.data).toMatchObject({ applicantId: 'q-one' })
    expect((await submit('applicant', 'q-one-2', { applicantId: 'q-one', agentId: 'q-two' })).status).toBe(200)
    expect(await submit('applicant', 'q-one-3', { applicantId: 'q-two' })).toMatchObject({ status: 422, body: { field: 'applicantId' } })
  })
  it('and so learns nothing of the numbers of others, whether there are such or not', async () => {
    const answers = await Promise.all([caseAt['other department'], noCase, caseAt.own, 'q-two-1', 'q-one'].map(async (id) => (await submit('applicant', id)).text))
    expect(new Set(answers).size).toBe(1)
    expect(JSON.parse(answers[0]!)).toMatchObject({ status: 422, code: 'number-not-yours', field: 'id' })
  })
  it('a clerk on behalf, at a hall that is theirs', async () => {
    expect((await submit('window-clerk', 'w-1', { applicantId: 'q-two' })).status).toBe(200)
    expect(await submit('window-clerk', 'w-2', { hall: 'hall-2', applicantId: 'q-two' })).toMatchObject({ status: 403, body: { field: 'hall' } })
    expect(await house.book.readStream('cases-w-2')).toHaveLength(0)
  })
  it.each(roles.filter((role) => role !== 'applicant' && role !== 'window-clerk'))('%s does not apply', async (role) => expect((await submit(role, 'q-one-9')).status).toBe(403))
})

describe('牌的归属', () => {
  const cardId = (ruleId: string) => `${ruleId}/promised/${at('2026-03-02', '08:00')}`
  const appeal = (as: string, subject: string, ruleId: string) => house.ask(`/api/supervision/${encodeURIComponent(subject)}/file-card-appeal`, { method: 'POST', body: { cardId: cardId(ruleId), grounds: '系统停机' } }, cookies.get(as))
  const revoke = (as: string, subject: string, ruleId: string) => house.ask(`/api/supervision/${encodeURIComponent(subject)}/revoke-card`, { method: 'POST', body: { cardId: cardId(ruleId), reason: 'force-majeure', evidence: '停电' } }, cookies.get(as))
  const heard = (answer: { status: number }) => [200, 409, 422].includes(answer.status)
  it.each<[string, string, string, 'heard' | 'unseen']>([
    ['handler', 'officers.p-handler', 'R-18', 'heard'], ['section-head', 'officers.p-handler', 'R-18', 'heard'], ['both', 'officers.p-handler', 'R-18', 'unseen'], ['handler', 'officers.p-inspector', 'R-12', 'unseen'],
    ['section-head', 'officers.p-inspector', 'R-12', 'unseen'], ['section-head', 'departments.甲局', 'R-15', 'heard'], ['section-head', 'departments.乙局', 'R-15', 'unseen'], ['handler', 'departments.甲局', 'R-15', 'unseen'],
    ['handler', 'agents.g-1', 'I-02', 'unseen'], ['section-head', 'agents.g-1', 'I-02', 'unseen'], ['handler', 'cases.case-0001#1', 'R-20', 'unseen'], ['handler', 'officers.nobody', 'R-18', 'unseen'], ['handler', 'elsewhere.x', 'R-18', 'unseen'],
  ])('%s appeals against a card of %s (%s): %s', async (as, subject, ruleId, right) => {
    const answer = await appeal(as, subject, ruleId)
    if (right === 'heard') expect(heard(answer), answer.text).toBe(true)
    else expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-case' } })
  })
  it.each<[string, string, 'heard' | 'unseen']>([
    ['officers.p-handler', 'R-18', 'heard'], ['departments.甲局', 'R-15', 'heard'], ['agents.g-1', 'I-02', 'heard'], ['officers.p-inspector', 'R-12', 'unseen'], ['departments.监察局', 'R-15', 'unseen'],
  ])('an inspector revokes a card of %s (%s): %s, never of their own department', async (subject, ruleId, right) => {
    const answer = await revoke('inspector', subject, ruleId)
    if (right === 'heard') expect(heard(answer), answer.text).toBe(true)
    else expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-case' } })
  })
})

describe('实时', () => {
  async function watch(as: string, collection: string, where: object = {}) {
    const told: any[] = [], socket = await house.app.injectWS('/api/live', { headers: { cookie: cookies.get(as)!, host: 'localhost' } })
    let closed: number | undefined
    socket.on('message', (data: Buffer) => told.push(JSON.parse(String(data))))
    socket.on('close', (code: number) => { closed = code })
    socket.send(JSON.stringify({ query: 'q', collection, where }))
    await vi.waitFor(() => expect(told).toHaveLength(1))
    return { told, keys: () => told.slice(1).flatMap(({ changes = [] }) => changes.map(({ key, row }: any) => `${key}${row === null ? ' gone' : ''}`)), closed: () => closed, end: () => socket.terminate() }
  }
  const urge = async (id: string, number: string) => { await house.say(cases, id, 'SendNotice', { kind: 'acceptance', number, channel: 'window' }, policy); await house.settled() }
  it('tells of rows that are theirs, and of no others', async () => {
    const watching = { handler: await watch('handler', 'cases'), leader: await watch('leader', 'cases'), applicant: await watch('applicant', 'cases'), auditor: await watch('auditor', 'cases') }
    for (const [i, id] of Object.values(caseAt).entries()) await urge(id, `u-${i}`)
    await vi.waitFor(() => expect(watching.auditor.keys()).toStrictEqual(Object.values(caseAt)))
    expect(watching.handler.keys()).toStrictEqual([caseAt.own])
    expect(watching.leader.keys()).toStrictEqual([caseAt.own, caseAt['other item']])
    expect(watching.applicant.keys()).toStrictEqual([caseAt.own])
    expect(JSON.stringify(watching.applicant.told)).not.toContain('p-handler')
    Object.values(watching).forEach(({ end }) => end())
  })
  it('a row that is theirs no longer is told as gone, without what is in it', async () => {
    const { keys, told, end } = await watch('both', 'cases', { itemCode: 'A-1' })
    await urge(caseAt.own, 'u-10')
    await vi.waitFor(() => expect(keys()).toStrictEqual([caseAt.own]))
    await house.say(items, 'A-1', 'PublishItem', { ...licence, version: 3, department: '甲局', shortName: 'A-1', officers: ['p-handler'], materials: [] })
    await house.settled()
    await urge(caseAt.own, 'u-11')
    await vi.waitFor(() => expect(keys()).toStrictEqual([caseAt.own, `${caseAt.own} gone`]))
    expect(told.at(-1).changes).toStrictEqual([{ key: caseAt.own, row: null }])
    await urge(caseAt.own, 'u-12')
    expect(keys()).toHaveLength(2)
    end()
  })
  it('nothing is watched that may not be read, nor looked at without a word of why', async () => {
    const { told: [refused], end } = await watch('handler', 'people')
    expect(refused).toMatchObject({ query: 'q', error: 'not-granted' })
    const { told: [wanting], end: endToo } = await watch('looks without a word', 'cases')
    expect(wanting).toMatchObject({ query: 'q', error: 'purpose-required' })
    end()
    endToo()
  })
  it('nobody connects who is not signed in, or from a page of elsewhere', async () => {
    const connecting = { host: 'localhost', connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }, cookie = cookies.get('handler')!
    for (const [headers, status] of [[{}, 401], [{ cookie, origin: 'http://elsewhere.example' }, 403], [{ cookie, origin: 'null' }, 403], [{ cookie, origin: 'http://localhost.elsewhere.example' }, 403]] as const)
      expect((await house.app.inject({ url: '/api/live', headers: { ...connecting, ...headers } })).statusCode).toBe(status)
  })
  it('a socket ends with its session', async () => {
    const cookie = await house.session(who.leader)
    cookies.set('leaving', cookie)
    const { closed } = await watch('leaving', 'cases')
    await house.ask('/api/sign-out', { method: 'POST', body: {} }, cookie)
    await vi.waitFor(() => expect(closed()).toBe(4401), { timeout: 1_000 })
  })
})
