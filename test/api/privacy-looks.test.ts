import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { looked } from '../../api/privacy/looks.ts'
import type { Standing } from '../../api/access/standing.ts'
import { cases } from '../../domain/cases/index.ts'
import { collections } from '../../api/access/collections.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Role } from '../../domain/kernel/context.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { privacy } from '../../domain/privacy/index.ts'
import { isCode, sourcesIn } from '../architecture/source.ts'
import { at } from '../kernel/spec.ts'
import { caseAt, openAccessHouse, who, type AccessHouse } from './access-house.ts'

type Look = { kind: string; case: string; about: string[]; purpose?: string; fields?: string[]; at: string }
type Told = { looker: string; role: string; department: string; number: string; looks: Look[] }
let house: AccessHouse, clock = Date.parse(at('2026-03-02', '09:10'))
/** A day, or whatever has to pass for what was looked at to be looked at anew. */
const later = (minutes: number) => { clock += minutes * 60_000; house.set(new Date(clock).toISOString() as Instant) }
const told = async (person: string): Promise<Told[]> => (await house.facts(`privacy-viewer.${person}.`)).map(({ data }) => data as Told)
const looksBy = async (person: string) => (await told(person)).flatMap(({ looks, role, department }) => looks.map((look) => ({ ...look, role, department })))
const own = caseAt.own
const windowActor = { person: 'w-hall-1', role: 'window-clerk', department: '政务服务中心' } as const

beforeAll(async () => {
  house = await openAccessHouse()
  await house.say(identity, 'p-inspector-2', 'EnrolPerson', { name: '第二监察员', department: '监察局', post: '监察员', roles: ['inspector'] })
  await house.settled()
  later(0)
})
afterAll(() => house.close())

describe('谁看过', () => {
  /** Routes that read what belongs to persons, as the server itself declares them; and the collections that do. */
  const asks: Record<string, { path: string; method?: string; body?: unknown }> = {
    'GET /api/cases': { path: '/api/cases' }, 'GET /api/search': { path: '/api/search?department=甲局' }, 'POST /api/search': { path: '/api/search', method: 'POST', body: { department: '甲局' } },
    'GET /api/cases/:id': { path: `/api/cases/${own}` }, 'GET /api/cases/:id/ledger': { path: `/api/cases/${own}/ledger` }, 'GET /api/cases/:id/replay': { path: `/api/cases/${own}/replay` }, 'GET /api/cases/:id/actions': { path: `/api/cases/${own}/actions` }, 'GET /api/desk': { path: '/api/desk?whose=all' },
    'GET /api/cases/:id/looks': { path: `/api/cases/${own}/looks` }, 'GET /api/process-map/cases': { path: '/api/process-map/cases?share=100' }, 'GET /api/items/:code/impact': { path: '/api/items/A-1/impact?promised=3' },
    'GET /api/window': { path: '/api/window' }, 'POST /api/window/find': { path: '/api/window/find', method: 'POST', body: { text: '李某' } },
    'GET /api/cases/:id/footage': { path: `/api/cases/${own}/footage` },
    'GET /api/cases/:id/notice': { path: `/api/cases/${own}/notice` },
    'POST /api/cases/:id/reveal': { path: `/api/cases/${own}/reveal`, method: 'POST', body: { fields: ['applicantName'], purpose: '核对身份' } },
  }
  /** Openings below, what a calendar would move in its own tests, suppositions beside (trespassing); a receipt wants signed heads and an attachment its bytes, which the server as it is started has; what stands at windows is with the footage. */
  const elsewhere = ['GET /api/video/now', 'POST /api/touches/calendar/:id/:command', 'GET /api/department', 'GET /api/cards', 'GET /api/cards/:key', 'GET /api/what-if', 'POST /api/what-if', 'GET /api/openings/:id', 'GET /api/cases/:id/receipt', 'GET /api/cases/:id/attachments/:blob']
  const readers: Role[] = ['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector', 'auditor']

  it('every route that says that it reads what belongs to persons is asked here or below', () => {
    const declared = sourcesIn('api').filter(isCode).flatMap(({ text }) => [...text.matchAll(/app\.(get|post|put|delete)(?:<[^(]*>)?\('([^']+)', \{\s*(?:schema[^\n]*\s*)?config: \{[^}]*looks: true/g)].map(([, method, path]) => `${method!.toUpperCase()} ${path}`))
    expect(declared.length).toBeGreaterThanOrEqual(9)
    expect(declared.sort()).toStrictEqual([...Object.keys(asks), ...elsewhere].sort())
  })
  it('every role that is answered leaves a look, and none that is not', async () => {
    for (const [name, { path, method, body }] of Object.entries(asks)) for (const role of readers) {
      later(24 * 60)
      const person = who[role as keyof typeof who], cookie = await house.session(person), before = (await looksBy(person)).length
      const answer = await house.ask(path, { ...(method && { method }), ...(body !== undefined && { body }) }, cookie), after = await looksBy(person)
      if (answer.status === 200) {
        const fresh = after.slice(before), about = fresh.filter((look) => look.case === own)
        expect(about.length, `${name} by ${role}`).toBe(1)
        expect(about[0]).toMatchObject({ role, about: ['q-one'] })
        if (['inspector', 'hall-monitor', 'auditor'].includes(role)) expect(about[0]!.purpose).toBe(name.endsWith('reveal') ? '核对身份' : '核对办件时限')
      } else {
        expect([403, 404], `${name} by ${role}: ${answer.text}`).toContain(answer.status)
        expect(after.length).toBe(before)
      }
    }
  }, 180_000)

  it('so does every collection whose rows are somebody’s', async () => {
    const asked = Object.entries(collections).filter(([, { looks }]) => looks).map(([name]) => name)
    expect(asked).toContain('cases')
    for (const name of asked) {
      later(24 * 60)
      const before: number = (await looksBy(who.inspector)).length, { status, body } = await house.ask(`/api/collections/${name}?limit=50`, {}, await house.session(who.inspector))
      expect(status, name).toBe(200)
      const fresh = (await looksBy(who.inspector)).slice(before)
      if (body.rows.length > 0) expect(fresh.length, name).toBeGreaterThan(0)
      if (name === 'cases') expect(fresh.map((look) => look.case).sort()).toStrictEqual(body.rows.map(({ id }: { id: string }) => id).sort())
      if (name === 'applicants') expect(fresh.flatMap(({ about }) => about).sort()).toStrictEqual(['q-one', 'q-two'])
    }
  })
})

describe('a look', () => {
  beforeEach(() => later(24 * 60))
  it('is on record before the answer is, and the page of a case counts once a minute', async () => {
    const cookie = await house.session(who.inspector), look = () => house.ask(`/api/cases/${own}`, {}, cookie), before = (await looksBy(who.inspector)).length
    await look(); await look(); await look()
    expect((await looksBy(who.inspector)).length).toBe(before + 1)
    later(0.9)
    await look()
    expect((await looksBy(who.inspector)).length).toBe(before + 1)
    later(0.2)
    await look()
    expect((await looksBy(who.inspector)).length).toBe(before + 2)
  })
  it('of a list counts once a day and case, also in a process that has just been started', async () => {
    const cookie = await house.session(who.leader), before = (await looksBy(who.leader)).length
    const first = await house.ask('/api/cases', {}, cookie)
    expect(first.body.rows.length).toBeGreaterThan(1)
    const fresh = (await looksBy(who.leader)).slice(before)
    expect(fresh.map((look) => look.case).sort()).toStrictEqual(first.body.rows.map(({ id }: { id: string }) => id).sort())
    await house.ask('/api/cases', {}, cookie)
    later(3 * 60)
    await house.ask('/api/cases', {}, cookie)
    expect((await looksBy(who.leader)).length).toBe(before + fresh.length)
    // Another memory over the same book.
    const standing: Standing = { person: who.leader, name: 'leader', department: '甲局', post: '', session: 's', grants: [{ role: 'leader', scope: 'department', of: '甲局' }] }
    await looked({ ...house.rooms }, standing, 'list', first.body.rows.map(({ id }: { id: string }) => id))
    expect((await looksBy(who.leader)).length).toBe(before + fresh.length)
    await looked({ ...house.rooms }, standing, 'search', [own])
    expect((await looksBy(who.leader)).length).toBe(before + fresh.length + 1)
  })
  it('at one’s own case is nobody’s business', async () => {
    const cookie = await house.session(who.applicant), answer = await house.ask(`/api/cases/${own}`, {}, cookie)
    expect(answer.status).toBe(200)
    await house.ask('/api/cases', {}, cookie)
    expect(await looksBy(who.applicant)).toStrictEqual([])
  })
  it('joins those that wait for the same disk, is durable for everybody who waits, and none is lost', async () => {
    const rooms = { ...house.rooms }, tell = rooms.tell, delays: (() => void)[] = []
    let appends = 0
    rooms.tell = async (saying) => { appends++; await new Promise<void>((resolve) => delays.push(resolve)); return tell(saying) }
    const standing: Standing = { person: 'p-crowd', name: '众', department: '监察局', post: '', session: 's', grants: [{ role: 'inspector', scope: 'region' }] }
    let answered = 0
    const all = Array.from({ length: 100 }, (_, i) => looked(rooms, standing, 'opened', [own], { as: 'inspector', about: ['q-one'], fields: [`f${i}`], purpose: '核查' }).then(() => { answered++ }))
    const tick = () => new Promise((resolve) => setTimeout(resolve, 20))
    await tick()
    expect(answered).toBe(0)
    for (let i = 0; i < 20 && answered < 100; i++) { delays.splice(0).forEach((go) => go()); await tick() }
    await Promise.all(all)
    expect(appends).toBeLessThanOrEqual(3)
    const fields = (await looksBy('p-crowd')).map((look) => look.fields![0])
    expect(new Set(fields).size).toBe(100)
    expect(fields.length).toBe(100)
  })
  it('that cannot be put on record is not given: 503, in plain words, and the next one is tried again', async () => {
    const cookie = await house.session(who.handler), rooms = house.rooms, tell = rooms.tell
    rooms.tell = async (saying) => { if (saying.context === privacy) throw new Error('no space left on the device'); return tell(saying) }
    const refused = await house.ask(`/api/cases/${own}`, {}, cookie), list = await house.ask('/api/cases', {}, cookie)
    rooms.tell = tell
    for (const { status, body, text } of [refused, list]) {
      expect(status).toBe(503)
      expect(body).toMatchObject({ code: 'look-not-recorded', title: expect.stringMatching(/没有记录成/), en: expect.any(String) })
      expect(text).not.toContain('李某')
    }
    const before = (await looksBy(who.handler)).length
    expect((await house.ask(`/api/cases/${own}`, {}, cookie)).status).toBe(200)
    expect((await looksBy(who.handler)).length).toBe(before + 1)
  })
  it('of one person and day goes on in another stream long before one is full', async () => {
    const standing: Standing = { person: 'p-busy', name: '忙', department: '监察局', post: '', session: 's', grants: [{ role: 'inspector', scope: 'region' }] }, rooms = { ...house.rooms }
    for (let i = 0; i < 205; i++) await looked(rooms, standing, 'opened', [own], { as: 'inspector', about: ['q-one'], fields: [`f${i}`], purpose: '核查' })
    const again = { ...house.rooms } // another process
    await looked(again, standing, 'opened', [own], { as: 'inspector', about: ['q-one'], fields: ['f205'], purpose: '核查' })
    const facts = await house.facts('privacy-viewer.p-busy.'), streams = [...new Set(facts.map(({ meta }) => meta.stream))].sort()
    const before = (await looksBy('p-busy')).length
    await looked(again, standing, 'list', [own], { as: 'inspector' })
    await looked({ ...house.rooms }, standing, 'list', [own], { as: 'inspector' }) // and a third, which reads on to the last of them
    expect((await looksBy('p-busy')).length).toBe(before + 1)
    expect(streams).toHaveLength(2)
    expect(streams[1]).toBe(`${streams[0]}.1`)
    expect(facts.filter(({ meta }) => meta.stream === streams[0])).toHaveLength(200)
    expect((await looksBy('p-busy')).flatMap((look) => look.fields ?? []).sort()).toStrictEqual(Array.from({ length: 206 }, (_, i) => `f${i}`).sort())
  }, 180_000)
})

describe('the person is told', () => {
  beforeEach(() => later(24 * 60))
  const ownLooks = async () => (await house.ask('/api/me/looks?limit=1000', {}, await house.session(who.applicant))).body.looks as { name: string; role: string; kind: string; at: string; purpose?: string; case: string; delayedUntil?: string; fields?: string[] }[]
  it('who looked, as what, of which department and why, newest first, and nothing of others', async () => {
    const since = house.now()
    await house.ask(`/api/cases/${own}`, {}, await house.session(who.inspector))
    later(5)
    await house.ask(`/api/cases/${own}/reveal`, { method: 'POST', body: { fields: ['applicantName'], purpose: '打印证照' } }, await house.session(who['window-clerk']))
    await house.ask(`/api/cases/${caseAt['same hall']}`, {}, await house.session(who['window-clerk']))
    const mine = (await ownLooks()).filter((look) => look.at >= since)
    expect(mine).toStrictEqual([
      { at: house.now(), kind: 'opened', case: own, name: 'window-clerk', role: 'window-clerk', department: '政务服务中心', purpose: '打印证照', fields: ['applicantName'] },
      { at: since, kind: 'case', case: own, name: 'inspector', role: 'inspector', department: '监察局', purpose: '核对办件时限' },
    ])
  })
  it('exactly of those looks that the facts hold about them, whoever looked (by another road)', async () => {
    const expected = (await house.facts('privacy-viewer.')).flatMap(({ data }) => (data as Told).looks.filter(({ about }) => about.includes('q-one')).map((look) => `${look.at} ${(data as Told).looker} ${look.kind} ${look.case}`))
    const names = new Map(Object.values(who).map((person) => [person, Object.entries(who).find(([, id]) => id === person)![0]]))
    expect((await ownLooks()).map((look) => `${look.at} ${[...names].find(([, name]) => name === look.name)?.[0] ?? look.name} ${(look as unknown as { kind: string }).kind} ${look.case}`).sort()).toStrictEqual(expected.sort())
  })
  it('later, where an investigation has asked for it: the inspector’s looks until the day, then with the delay; the hall’s at once', async () => {
    const id = 'case-0100', since = house.now()
    await house.say(cases, id, 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-one', applicantName: '李某' }, windowActor)
    await house.settled()
    const inspector = await house.session(who.inspector), day = (days: number) => new Date(clock + days * 86_400_000).toISOString().slice(0, 10)
    const delayed = await house.ask(`/api/privacy/${id}/delay-disclosure`, { method: 'POST', body: { reason: '核查举报', until: day(10) } }, inspector)
    expect(delayed.status, delayed.text).toBe(200)
    await house.ask(`/api/cases/${id}`, {}, inspector)
    await house.ask(`/api/cases/${id}`, {}, await house.session(who['window-clerk']))
    const seen = async () => (await ownLooks()).filter((look) => look.at >= since && look.case === id && look.kind === 'case')
    const atOffice = async (role: 'leader' | 'inspector') => (await house.ask(`/api/cases/${id}/looks`, {}, await house.session(who[role]))).body as { count: number; looks: { role: string }[] }
    expect((await seen()).map(({ role }) => role)).toStrictEqual(['window-clerk'])
    expect(await atOffice('leader')).toMatchObject({ count: 1, looks: [{ role: 'window-clerk' }] })
    expect((await atOffice('inspector')).looks.map(({ role }) => role).sort()).toStrictEqual(['inspector', 'leader', 'window-clerk'])
    later(9 * 24 * 60)
    expect((await seen()).map(({ role }) => role)).toStrictEqual(['window-clerk'])
    later(24 * 60)
    expect((await seen()).map(({ role, delayedUntil }) => [role, delayedUntil]).sort()).toStrictEqual([['inspector', day(0)], ['window-clerk', undefined]])
    // Theirs who asked who had looked are among them.
    expect((await atOffice('leader')).count).toBe(4)
  })
})

describe('本人数据', () => {
  it('is all that is sealed of the person, in full, their cases as they see them, and who looked; taking it out is on record', async () => {
    later(24 * 60)
    const { status, body, headers } = await house.ask('/api/me/data', {}, await house.session(who.applicant))
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    // By another road: every envelope of theirs in the whole book.
    const envelopes = (await house.facts()).flatMap(({ type, data, meta }) => Object.entries(data).filter(([, value]) => (value as { subject?: string } | null)?.subject === 'q-one').map(([field]) => `${meta.stream} ${meta.revision} ${type} ${field}`))
    expect(envelopes.length).toBeGreaterThan(2)
    expect(body.sealed.map(({ stream, revision, type, field }: Record<string, string>) => `${stream} ${revision} ${type} ${field}`).sort()).toStrictEqual(envelopes.sort())
    expect(new Set(body.sealed.map(({ value }: { value: string }) => value))).toStrictEqual(new Set(['李某']))
    expect(body.cases.map(({ id }: { id: string }) => id)).toStrictEqual([own, 'case-0100'])
    expect(JSON.stringify(body.cases)).not.toContain('"sealed":')
    expect(body.looks.length).toBeGreaterThan(3)
    expect((await looksBy('q-one')).map(({ kind, about }) => [kind, about])).toStrictEqual([['export', ['q-one']]])
    const other = await house.ask('/api/me/data', {}, await house.session('q-two'))
    expect(other.body.cases.map(({ id }: { id: string }) => id)).not.toContain(own)
    expect(JSON.stringify(other.body)).not.toContain('q-one')
  })
})

describe('掩码与启看', () => {
  const facts = async (role: keyof typeof who, path = `/api/cases/${id}`) => (await house.ask(path, {}, await house.session(who[role]))).body.facts?.[0]?.data as Record<string, string> | undefined
  const id = 'case-0200', form = { 经营项目: '热食类', 联系电话: '13800138000' }
  beforeAll(async () => {
    later(24 * 60)
    await house.say(cases, id, 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-one', applicantName: '欧阳海棠', applicantNumber: '422822199001011234', form }, windowActor)
    await house.settled()
  })
  it('the applicant sees their own in full, those who have it in hand the name, everybody else a mask', async () => {
    expect(await facts('applicant')).toMatchObject({ applicantName: '欧阳海棠', applicantNumber: '422822199001011234', form })
    for (const role of ['window-clerk', 'handler'] as const) expect(await facts(role)).toMatchObject({ applicantName: '欧阳海棠', applicantNumber: '＊＊＊＊＊＊＊＊＊＊＊＊＊＊1234', form: '（已封存）' })
    for (const role of ['section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector', 'auditor'] as const) {
      expect(await facts(role), role).toMatchObject({ applicantName: '欧＊＊＊', applicantNumber: '＊＊＊＊＊＊＊＊＊＊＊＊＊＊1234', form: '（已封存）' })
    }
  })
  it('through others’ eyes nobody sees more than through their own', async () => {
    for (const as of ['applicant', 'window-clerk', 'handler']) expect(await facts('inspector', `/api/cases/${id}?as=${as}`), as).toMatchObject({ applicantName: '欧＊＊＊', applicantNumber: '＊＊＊＊＊＊＊＊＊＊＊＊＊＊1234' })
  })
  it('no answer that is not asked to open anything has the number or the form in it', async () => {
    for (const role of Object.keys(who) as (keyof typeof who)[]) if (role !== 'applicant') for (const path of ['/api/cases', `/api/cases/${id}`, `/api/search?caseNo=${id}`, '/api/collections/cases?limit=500', '/api/collections/applicants']) {
      const { text } = await house.ask(path, {}, await house.session(who[role]))
      for (const planted of ['422822199001011234', '13800138000', '热食类']) expect(text.includes(planted), `${role} ${path}`).toBe(false)
    }
  })
  it('is opened in full for whoever works with it, with a purpose; never for the auditor, nor for who has no part in it', async () => {
    const reveal = async (role: keyof typeof who, body: object = { fields: ['applicantNumber', 'form'], purpose: '核验身份' }, of = id) => house.ask(`/api/cases/${of}/reveal`, { method: 'POST', body }, await house.session(who[role]))
    for (const role of ['window-clerk', 'handler', 'section-head', 'inspector'] as const) {
      const { status, body } = await reveal(role)
      expect(status, role).toBe(200)
      expect(body).toStrictEqual({ fields: { applicantNumber: { value: '422822199001011234' }, form: { value: form } }, questions: [] })
      expect((await looksBy(who[role])).at(-1)).toMatchObject({ kind: 'opened', case: id, about: ['q-one'], fields: ['applicantNumber', 'form'], purpose: '核验身份', role })
    }
    for (const role of ['auditor', 'leader', 'hall-manager', 'hall-monitor', 'applicant', 'system-admin', 'security-admin'] as const) expect((await reveal(role)).status, role).toBe(403)
    for (const role of ['handler', 'section-head'] as const) expect((await reveal(role, undefined, caseAt['other department'])).body, role).toMatchObject({ status: 404, code: 'no-such-case' })
    for (const body of [{ fields: ['applicantName'] }, { fields: ['applicantName'], purpose: ' ' }, { fields: [], purpose: 'x' }, { fields: ['opinion'], purpose: 'x' }, { fields: ['applicantName'], purpose: 'x', more: 1 }]) {
      expect((await reveal('handler', body)).status, JSON.stringify(body)).toBe(400)
    }
  })
})

describe('两人启封', () => {
  it('gives the content to the two of them, for half an hour, each reading on record; to nobody else, and not before', async () => {
    later(24 * 60)
    const id = caseAt['other department'], one = await house.session(who.inspector), two = await house.session('p-inspector-2'), auditor = await house.session(who.auditor)
    const ask = (body: object, cookie = one, of = 'o-1') => house.ask(`/api/privacy/${of}/request-opening`, { method: 'POST', body }, cookie)
    const opening = { stream: `cases-${id}`, revision: 1, field: 'applicantName', purpose: '核实举报人' }
    expect((await ask({ ...opening, field: 'department' }, one, 'o-0')).body).toMatchObject({ code: 'no-such-sealed-field' })
    expect((await ask({ ...opening, stream: `cases-${caseAt.inspectorate}` }, one, 'o-0')).body).toMatchObject({ code: 'opening-of-own-department' })
    expect((await ask(opening)).status).toBe(200)
    const read = (cookie: string) => house.ask('/api/openings/o-1', {}, cookie)
    expect((await read(one)).body).toMatchObject({ code: 'not-opened-yet' })
    const approve = (cookie: string) => house.ask('/api/privacy/o-1/approve-opening', { method: 'POST', body: {} }, cookie)
    expect((await approve(one)).body).toMatchObject({ code: 'opened-by-two-persons' })
    expect((await approve(auditor)).status).toBe(403)
    expect((await approve(two)).status).toBe(200)
    for (const [cookie, person] of [[one, who.inspector], [two, 'p-inspector-2']] as const) {
      expect((await read(cookie)).body).toMatchObject({ value: '李某', field: 'applicantName', subject: 'q-two', by: [who.inspector, 'p-inspector-2'] })
      expect((await looksBy(person)).at(-1)).toMatchObject({ kind: 'opened', case: id, about: ['q-two'], fields: ['applicantName'], purpose: '核实举报人' })
    }
    expect((await read(auditor)).status).toBe(403)
    await house.say(identity, 'p-inspector-3', 'EnrolPerson', { name: '第三监察员', department: '监察局', post: '监察员', roles: ['inspector'] })
    await house.settled()
    expect((await read(await house.session('p-inspector-3'))).body).toMatchObject({ status: 404, code: 'no-such-opening' })
    later(29)
    expect((await read(await house.session(who.inspector))).status).toBe(200)
    later(1)
    for (const cookie of [await house.session(who.inspector), await house.session('p-inspector-2')]) expect((await read(cookie)).body).toMatchObject({ status: 409, code: 'opening-over' })
  })
})
