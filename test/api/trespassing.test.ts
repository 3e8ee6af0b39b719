import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Rooms } from '../../api/rooms.ts'
import type { Saying } from '../../api/tell.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { privacy } from '../../domain/privacy/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { nothing } from '../../domain/supervision/what-if.ts'
import { at, policy } from '../kernel/spec.ts'
import { caseAt, openAccessHouse, who, type AccessHouse } from './access-house.ts'

let house: AccessHouse
const finding = (ruleId: string) => ({ ruleId, ruleVersion: 1, params: {}, clause: '款', calendarVersion: 1, clock: 'promised', becameTrueAt: at('2026-03-02', '08:00'), ledger: [], severity: 'YELLOW' })
const sentence = 'a sentence that nobody guesses'
const looksBy = async (person: string) => (await house.facts(`privacy-viewer.${person}.`)).flatMap(({ data }) => (data as { looks: { kind: string; case: string }[] }).looks)
/** What a cursor says to whoever takes it apart. */
const plain = (cursor: string) => Buffer.from(cursor, 'base64url').toString()
async function everyPage(path: string, cookie: string) {
  const pages: any[] = []
  for (let after: string | undefined; ;) {
    const { status, body } = await house.ask(encodeURI(path) + (after === undefined ? '' : `&after=${encodeURIComponent(after)}`), {}, cookie)
    expect(status, JSON.stringify([path, body])).toBe(200)
    pages.push(body)
    if (body.next === undefined) return pages
    after = body.next
  }
}
const enrol = async (person: string, roles: readonly string[], department = '甲局') => { await house.say(identity, person, 'EnrolPerson', { name: person, department, post: '岗', roles }); await house.settled() }

beforeAll(async () => {
  house = await openAccessHouse()
  await enrol('p-third', ['handler'], '乙局')
  for (const subject of ['cases.case-0001', 'cases.case-0002', 'cases.case-0003', 'cases.case-0004', 'officers.p-third', 'departments.乙局', 'departments.甲局']) await house.say(supervision, subject, 'IssueCard', finding('R-02'))
  await house.settled()
}, 180_000)
afterAll(() => house?.close())

describe('翻页', () => {
  it.each(['', '&order=subject', '&order=-subject', '&order=severity', '&where={"severity":"YELLOW"}', '&where={"subject":"cases.case-0003"}'])('of cards tells nothing of what stands between (%s)', async (asked) => {
    const pages = await everyPage(`/api/collections/cards?limit=1${asked}`, await house.session(who.handler)), own = asked.includes('case-0003') ? [] : ['cases.case-0001']
    expect(pages.flatMap(({ rows }) => rows.map((row: any) => row.subject))).toStrictEqual(own)
    expect(pages).toHaveLength(1)
  })
  it('of cards goes on where more may be seen, behind what was shown', async () => {
    const pages = await everyPage('/api/collections/cards?limit=1&order=subject', await house.session(who.leader))
    expect(pages.map(({ rows }) => rows.map((row: any) => row.subject))).toStrictEqual([['cases.case-0001'], ['cases.case-0002'], ['departments.甲局']])
    for (const [i, { next }] of pages.entries()) if (next !== undefined) expect(plain(next)).toContain(pages[i].rows[0].subject)
  })
  it('of one’s own looks does not say that there are such as are not told yet, nor whose', async () => {
    const id = 'case-0200', clerk = { person: 'w-hall-1', role: 'window-clerk', department: '政务服务中心' } as const
    await house.say(identity, 'q-three', 'RegisterApplicant', { applicant: 'q-three', name: '李某' })
    await house.say(cases, id, 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-three', applicantName: '李某' }, clerk)
    await house.settled()
    await house.say(privacy, id, 'DelayDisclosure', { reason: '核查举报', until: '2026-05-01' }, { person: who.inspector, role: 'inspector', department: '监察局' })
    for (const role of ['inspector', 'window-clerk', 'auditor', 'handler'] as const) {
      house.set(new Date(Date.parse(house.now()) + 60_000).toISOString() as ReturnType<AccessHouse['now']>)
      expect((await house.ask(`/api/cases/${id}`, {}, await house.session(who[role]))).status).toBe(200)
    }
    const pages = await everyPage('/api/me/looks?limit=1', await house.session('q-three'))
    expect(pages.map(({ looks }) => looks.map(({ role }: any) => role))).toStrictEqual([['handler'], ['window-clerk']])
    for (const { next } of pages) if (next !== undefined) { expect(plain(next)).not.toContain(who.inspector); expect(plain(next)).not.toContain(who.auditor) }
    expect((await house.ask('/api/me/looks?after=e30', {}, await house.session('q-three'))).body).toMatchObject({ status: 400, code: 'bad-cursor' })
  })
})

describe('兼任', () => {
  it.each(['complaints-officer', 'disclosure-officer', 'hall-monitor'])('an inspector who is %s too says why, as every inspector does', async (role) => {
    const person = `p-also-${role}`
    await enrol(person, ['inspector', role], '监察局')
    const cookie = await house.session(person, false)
    for (const path of ['/api/cases', `/api/cases/${caseAt.own}`, '/api/collections/cards', `/api/cases/${caseAt.own}/looks`, '/api/what-if', '/api/items/A-1/impact?promised=3']) {
      expect((await house.ask(path, {}, cookie)).body, path).toMatchObject({ status: 428, code: 'purpose-required' })
    }
  })
  it('who looked at a case is told to those who answer for it, not to whoever answers for another', async () => {
    await enrol('p-head-and-clerk', ['section-head', 'window-clerk'], '丙局')
    await house.rooms.tell({ context: identity, id: 'p-head-and-clerk', by: { person: who['security-admin'], role: 'security-admin', department: '' }, key: 'grant',
      command: { type: 'GrantRole', data: { role: 'window-clerk', scope: 'hall', of: 'hall-1', basis: '任命' } } })
    const cookie = await house.session('p-head-and-clerk')
    expect((await house.ask(`/api/cases/${caseAt.own}`, {}, cookie)).status).toBe(200)
    expect((await house.ask(`/api/cases/${caseAt.own}/looks`, {}, cookie)).body).toMatchObject({ status: 404, code: 'no-such-case' })
  })
})

describe('推演', () => {
  it('of other limits lists the cases that one may see, each on record, and counts all', async () => {
    await enrol('p-manager-2', ['handler'], '丙局')
    const impact = async (person: string) => (await house.ask('/api/items/A-1/impact?promised=3', {}, await house.session(person))).body
    const head = await impact(who['section-head']), none = await impact('p-manager-2')
    expect(head.cases.map(({ subject }: any) => subject)).toContain(`cases.${caseAt.own}`)
    expect(head.unlisted).toBe(0)
    expect(none).toMatchObject({ open: head.open, cases: [], unlisted: head.open })
    expect((await looksBy(who['section-head'])).map((look) => look.case)).toContain(caseAt.own)
    expect(await looksBy('p-manager-2')).toStrictEqual([])
  })
  it('of other rules lists nothing of the inspector’s own department, and puts the rest on record', async () => {
    const card = (subject: string, department: string) => ({ change: 'added', rule: 'R-02', clock: 'promised', severity: 'YELLOW', subject, department, ledger: [] })
    const listed = [card('cases.case-0001', '甲局'), card('cases.case-0005', '监察局'), card('officers.p-third', '乙局'), card('officers.p-inspector', '监察局')]
    /** A thread that finds the same whatever is supposed. */
    const thread = () => Object.assign(new EventEmitter(), {
      postMessage(this: EventEmitter, { turn, after, bin }: { turn: number; after?: string; bin?: number }) {
        const done = { tally: nothing(), listed: bin === undefined ? listed : [], subjects: 1, limited: 0 }
        setImmediate(() => { if (after !== undefined) this.emit('message', { turn, upTo: undefined }); else { this.emit('message', { turn, upTo: 'x' }); this.emit('message', { turn, done, rssMb: 1 }) } })
      }, terminate: async () => 0 })
    Object.assign(house.rooms, { thread })
    const { status, body } = await house.ask('/api/what-if', {}, await house.session(who.inspector))
    expect(status, JSON.stringify(body)).toBe(200)
    const subjects = new Set(body.cards.map(({ subject }: any) => subject))
    expect(subjects).toStrictEqual(new Set(['cases.case-0001', 'officers.p-third']))
    expect(body.omitted).toBe(0 - body.cards.length)
    const looks = (await looksBy(who.inspector)).map((look) => `${look.kind} ${look.case}`)
    expect(looks).toContain('list case-0001')
    expect(looks).not.toContain('list case-0005')
  })
})

describe('说话之间', () => {
  it('who is nobody any more when their words have come is not heard', async () => {
    await enrol('p-second', ['system-admin'], '政务服务中心')
    await enrol('p-victim', ['handler'])
    const cookie = await house.session('p-second'), words = new Readable({ read() { /* told below */ } })
    const answer = house.app.inject({ method: 'POST', url: '/api/identity/p-victim/suspend-person', payload: words,
      headers: { host: 'localhost', cookie, 'idempotency-key': 'slow', 'content-type': 'application/json' } })
    words.push('{"reason":')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await house.rooms.tell({ context: identity, id: 'p-second', by: { person: who['security-admin'], role: 'security-admin', department: '' }, key: 'withdraw',
      command: { type: 'WithdrawRole', data: { role: 'system-admin', scope: 'region', reason: '免去' } } })
    words.push('"报复"}')
    words.push(null)
    expect((await answer).statusCode).toBe(401)
    expect((await house.facts('identity-p-victim')).map(({ type }) => type)).toStrictEqual(['PersonEnrolled'])
  })
  it('what somebody puts into an Idempotency-Key is in no fact, and says the same again', async () => {
    const cookie = await house.session(who['system-admin']), uuid = '7f9c24e8-3b12-4d0a-9f5e-2c41d0b6a111'
    for (const [person, key] of [['p-keyed-1', '11010519491231002X'], ['p-keyed-2', uuid]] as const) {
      const say = () => house.ask(`/api/identity/${person}/enrol-person`, { method: 'POST', body: { name: '某', department: '甲局', post: '岗' }, headers: { 'idempotency-key': key } }, cookie)
      const [first, second] = [await say(), await say()]
      expect(first.status, first.text).toBe(200)
      expect(second.text).toBe(first.text)
    }
    expect(JSON.stringify(await house.facts(''))).not.toContain('11010519491231002X')
    expect(JSON.stringify(await house.facts('identity-p-keyed-2'))).toContain(uuid)
  })
  it('many registrations at once from one address are counted one by one', async () => {
    const statuses = await Promise.all(Array.from({ length: 26 }, async (_, i) => (await house.ask('/api/applicants', { method: 'POST', body: { name: `申请人${i}`, password: sentence } })).status))
    expect(statuses.filter((status) => status === 201)).toHaveLength(20)
    expect(statuses.filter((status) => status === 429)).toHaveLength(6)
  })
})

describe('簿写不进去时', () => {
  const unwritable = async (job: () => Promise<void>) => {
    const rooms = house.rooms as { tell: Rooms['tell'] }, { tell } = rooms
    rooms.tell = async (saying: Saying) => { if (saying.command.type === 'SetCredential') throw new Error('no room'); return tell(saying) }
    try { await job() } finally { rooms.tell = tell }
  }
  it('a changed password ends what the old one opened', async () => {
    await house.rooms.credentials!.setPassword(who.leader, sentence)
    const cookie = await house.session(who.leader), other = await house.session(who.leader)
    await unwritable(async () => { expect((await house.ask('/api/me/password', { method: 'POST', body: { password: sentence, next: `${sentence} twice` } }, cookie)).status).toBe(500) })
    for (const one of [cookie, other]) expect((await house.ask('/api/me', {}, one)).status).toBe(401)
  })
  it('a second factor is not taken away', async () => {
    house.rooms.credentials!.setTotp(who.auditor, 'JBSWY3DPEHPK3PXP')
    await unwritable(async () => { expect((await house.ask(`/api/people/${who.auditor}/totp`, { method: 'DELETE' }, await house.session(who['security-admin']))).status).toBe(500) })
    expect(house.rooms.credentials!.totp(who.auditor)).toBe('JBSWY3DPEHPK3PXP')
  })
})

describe('实时', () => {
  const connect = (cookie: string) => house.app.injectWS('/api/live', { headers: { cookie, host: 'localhost' } })
  it('what is told of a case has been looked at', async () => {
    await enrol('p-watcher', ['auditor'], '监察局')
    const socket = await connect(await house.session('p-watcher')), told: any[] = []
    socket.on('message', (data: Buffer) => told.push(JSON.parse(String(data))))
    socket.send(JSON.stringify({ query: 'q', collection: 'cases' }))
    await vi.waitFor(() => expect(told).toHaveLength(1))
    await house.say(cases, caseAt.own, 'SendNotice', { kind: 'acceptance', number: 'n-1', channel: 'window' }, policy)
    await house.settled()
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(await looksBy('p-watcher')).toMatchObject([{ kind: 'list', case: caseAt.own, purpose: '核对办件时限' }])
    socket.terminate()
  })
  it('one session holds sixteen lines open and no more; another goes on', async () => {
    const cookie = await house.session(who.handler), closed: number[] = []
    const sockets = await Promise.all(Array.from({ length: 18 }, async () => { const socket = await connect(cookie); socket.on('close', (code: number) => closed.push(code)); return socket }))
    await vi.waitFor(() => expect(closed).toStrictEqual([1013, 1013]))
    const other = await connect(await house.session(who.leader))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(other.readyState).toBe(other.OPEN)
    for (const socket of [...sockets, other]) socket.terminate()
  })
})
