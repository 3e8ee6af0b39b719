import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import type { CardList, CardPage } from '../../projections/card-page.ts'
import { at } from '../kernel/spec.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { roles, type Role } from './access-matrix.table.ts'

let house: AccessHouse
const cookies = new Map<string, string>()
const ask = (path: string, as: Role) => house.ask(encodeURI(path), {}, cookies.get(as))
const finding = (ruleId: string, severity: string, on: string) => ({ ruleId, ruleVersion: 1, params: {}, clause: '款', calendarVersion: 1, clock: 'promised', becameTrueAt: at(on, '08:00'), ledger: [], severity })
/** Whose each is stands in its subject; `case-0001` is 甲局 at hall one, `case-0003` 乙局, `case-0005` the inspectorate's. */
const dealt = [
  ['cases.case-0001', 'R-02', 'YELLOW', '2026-03-02'], ['cases.case-0001', 'I-07', 'RED', '2026-03-02'], ['cases.case-0003', 'R-02', 'YELLOW', '2026-03-02'], ['cases.case-0004', 'R-07', 'HINT', '2026-03-02'],
  ['cases.case-0005', 'R-02', 'YELLOW', '2026-03-02'], ['officers.p-handler', 'R-18', 'WARN', '2026-03-02'], ['departments.甲局', 'R-15', 'HINT', '2026-03-02'], ['agents.g-1', 'I-02', 'HINT', '2026-03-02'],
] as const
const keyOf = ([subject, ruleId, , on]: typeof dealt[number]) => `${subject} ${ruleId}/promised/${at(on, '08:00')}`

beforeAll(async () => {
  house = await openAccessHouse()
  for (const one of dealt) await house.say(supervision, one[0], 'IssueCard', finding(one[1], one[2], one[3]))
  await house.say(supervision, 'cases.case-0001', 'NotifyCard', { cardId: keyOf(dealt[0]).slice('cases.case-0001 '.length), notified: [{ duty: 'handler', person: who.handler }] })
  await house.settled()
  for (const role of roles) cookies.set(role, await house.session(who[role]))
}, 180_000)
afterAll(async () => { await house?.close() })
const keys = async (path: string, as: Role) => { const { status, body } = await ask(path, as); expect(status, JSON.stringify(body)).toBe(200); return { keys: (body as CardList).rows.map(({ key }) => key).sort(), count: (body as CardList).count } }

describe('发牌簿', () => {
  /** By K, 发牌 V: of the case in one's sight, of oneself, of one's department; what is confidential, of whoever oversees. */
  const open: Partial<Record<Role, readonly number[]>> = { handler: [0, 5], 'section-head': [0, 5, 6], leader: [0, 5, 6], 'hall-manager': [0, 3], inspector: [0, 2, 3, 5, 6], auditor: [0, 2, 3, 4, 5, 6] }
  const secret: Partial<Record<Role, readonly number[]>> = { handler: [], 'section-head': [], leader: [], 'hall-manager': [], inspector: [1, 7], auditor: [1, 7] }
  it.each(Object.keys(open) as Role[])('%s sees what is theirs, and as many as are counted', async (role) => {
    const expected = (of: readonly number[]) => of.map((i) => keyOf(dealt[i]!)).sort()
    expect(await keys('/api/cards', role)).toStrictEqual({ keys: expected(open[role]!), count: open[role]!.length })
    expect(await keys('/api/cards?confidential=1', role)).toStrictEqual({ keys: expected(secret[role]!), count: secret[role]!.length })
    for (const [i, one] of dealt.entries()) {
      const { status } = await house.ask(`/api/cards/${encodeURIComponent(keyOf(one))}`, {}, cookies.get(role))
      expect(status, `${role} ${keyOf(one)}`).toBe([...open[role]!, ...secret[role]!].includes(i) ? 200 : 404)
    }
    // The same rows as the collection of cards has for them.
    const rows = (await ask('/api/collections/cards?limit=1000', role)).body.rows as { subject: string; cardId: string }[]
    expect([...(await keys('/api/cards', role)).keys, ...(await keys('/api/cards?confidential=1', role)).keys].sort()).toStrictEqual(rows.map(({ subject, cardId }) => `${subject} ${cardId}`).sort())
  })
  it('each field narrows alone and together; pages go on where they ended; what is not a value is told at its field', async () => {
    expect((await keys('/api/cards?severity=YELLOW,RED', 'auditor')).count).toBe(3)
    expect((await keys('/api/cards?department=甲局&severity=YELLOW', 'auditor')).keys).toStrictEqual([keyOf(dealt[0])])
    expect((await keys(`/api/cards?officer=${who.handler}`, 'auditor')).count).toBe(2)
    expect((await keys('/api/cards?from=2026-03-03', 'auditor')).count).toBe(0)
    const found: string[] = []
    for (let after = ''; ;) {
      const { body } = await ask(`/api/cards?limit=2${after && `&after=${after}`}`, 'auditor')
      found.push(...(body as CardList).rows.map(({ key }) => key))
      if (!(body as CardList).next) break
      after = (body as CardList).next!
    }
    expect([found.length, new Set(found).size]).toStrictEqual([6, 6])
    for (const [field, value] of [['severity', 'PINK'], ['state', 'gone'], ['rule', 'R-99'], ['from', '2026-02-30'], ['limit', '0'], ['after', '###'], ['standing', 'yes'], ['officer', '']] as const) {
      const { status, body } = await ask(`/api/cards?${field}=${value.replaceAll('#', '!')}`, 'auditor')
      expect([status, body.field], `${field}=${value}`).toStrictEqual([400, field])
    }
  })
  it('what may be said is what the runner then takes, and nothing else', async () => {
    const key = keyOf(dealt[0]), cardId = key.slice('cases.case-0001 '.length), page = async (role: Role) => (await house.ask(`/api/cards/${encodeURIComponent(key)}`, {}, cookies.get(role))).body as CardPage
    const allowed = async (role: Role) => (await page(role)).actions.allowed.map(({ command }) => command).sort()
    expect(await allowed('handler')).toStrictEqual(['correct-card', 'file-card-appeal'])
    expect(await allowed('auditor')).toStrictEqual([])
    expect(await allowed('inspector')).toStrictEqual(['record-sanction', 'revoke-card'])
    const said = (command: string, body: object, role: Role) => house.ask(`/api/supervision/${encodeURIComponent('cases.case-0001')}/${command}`, { method: 'POST', body: { cardId, ...body } }, cookies.get(role))
    expect((await said('decide-card-appeal', { result: 'upheld', reason: '理由' }, 'inspector')).body.code).toBe('no-appeal-open')
    expect((await said('file-card-appeal', { grounds: '停电' }, 'handler')).status).toBe(200)
    await house.settled()
    expect((await page('inspector')).state).toBe('appealed')
    expect(await allowed('inspector')).toStrictEqual(['decide-card-appeal', 'record-sanction', 'revoke-card', 'stay-card'])
    expect(await allowed('handler')).toStrictEqual(['correct-card'])
  })
  it('an appeal is counted for whoever decides it and whoever waits for it, without a look, and they are told of it over the line; of another department nobody is', async () => {
    const counted = async (role: Role) => { const { status, body } = await ask('/api/cards/appeals', role); return status === 200 ? (body as { appeals: number }).appeals : status }
    const looksOf = async (role: Role) => (await house.facts(`privacy-viewer.${who[role]}.`)).length
    const before = await looksOf('section-head')
    const readers = { inspector: 1, 'section-head': 1, leader: 1, handler: 403, auditor: 403, 'hall-manager': 403, 'window-clerk': 403 } as const
    for (const [role, wanted] of Object.entries(readers)) expect(await counted(role as Role), role).toBe(wanted)
    expect(await looksOf('section-head')).toBe(before)
    // As many as the register lists under that state.
    for (const role of ['inspector', 'section-head', 'leader'] as const) expect((await keys('/api/cards?state=appealed', role)).count).toBe(await counted(role))
    type Told = { query: string; refresh?: boolean; error?: string }
    const lines = await Promise.all((['inspector', 'section-head', 'leader', 'handler'] as const).map(async (role) => {
      const line = await house.app.injectWS('/api/live', { headers: { cookie: cookies.get(role)!, host: 'localhost' } }), heard: Told[] = []
      line.on('message', (data: Buffer) => heard.push(JSON.parse(String(data)) as Told))
      line.send(JSON.stringify({ query: role, collection: 'appeals' }))
      await vi.waitFor(() => expect(heard.length).toBe(1))
      return { role, line, heard }
    }))
    expect(lines.map(({ role, heard }) => [role, heard[0]!.error])).toStrictEqual([['inspector', undefined], ['section-head', undefined], ['leader', undefined], ['handler', 'not-granted']])
    const appeal = (i: number, person: string, department: string) => house.say(supervision, dealt[i]![0], 'FileCardAppeal', { cardId: keyOf(dealt[i]!).slice(dealt[i]![0].length + 1), grounds: '系统停机' }, { person, role: 'handler', department })
    await appeal(2, 'p-third', '乙局')
    await house.settled()
    await vi.waitFor(() => expect(lines[0]!.heard.filter(({ refresh }) => refresh).length).toBeGreaterThan(0), { timeout: 10_000 })
    await house.say(supervision, dealt[0][0], 'DecideCardAppeal', { cardId: keyOf(dealt[0]).slice(dealt[0][0].length + 1), result: 'dismissed', reason: '理由不足' }, { person: who.inspector, role: 'inspector', department: '监察局' })
    await house.settled()
    await vi.waitFor(() => expect(lines.filter(({ role }) => role !== 'handler').every(({ heard }) => heard.some(({ refresh }) => refresh))).toBe(true), { timeout: 10_000 })
    // Of the card of another department the head has heard nothing: one word, of their own.
    expect(lines.find(({ role }) => role === 'section-head')!.heard.filter(({ refresh }) => refresh)).toHaveLength(1)
    expect([await counted('inspector'), await counted('section-head'), await counted('leader')]).toStrictEqual([1, 0, 0])
    for (const { line } of lines) line.terminate()
  })
  it('who reads the register has looked at the cases in it', async () => {
    const looks = (await house.facts(`privacy-viewer.${who.auditor}.`)).flatMap(({ data }) => (data as { looks: { case: string }[] }).looks.map((look) => look.case))
    expect(new Set(looks)).toContain('case-0005')
  })
  it('the board of an inspector leaves out their own department, and the wire tells only that something moved', async () => {
    const [inspector, auditor] = [(await ask('/api/board', 'inspector')).body, (await ask('/api/board', 'auditor')).body]
    expect([inspector.total.open, auditor.total.open]).toStrictEqual([4, 5])
    expect(inspector.departments.map(({ department }: { department: string }) => department)).not.toContain('监察局')
    expect((await ask('/api/board?since=x', 'auditor')).body.field).toBe('since')
  })
  it('whose a card is follows the case that comes after it, and the official who moves', async () => {
    const early = ['cases.case-0031', 'R-02', 'YELLOW', '2026-03-02'] as const, theirs = ['officers.p-moving', 'R-18', 'WARN', '2026-03-02'] as const
    const both = [early, theirs].map((one) => `${one[0]} ${one[1]}/promised/${at(one[3], '08:00')}`).sort(), of = async (department: string) => (await keys(`/api/cards?department=${department}`, 'auditor')).keys.filter((key) => both.includes(key))
    await house.say(identity, 'p-moving', 'EnrolPerson', { name: '将调', department: '乙局', post: '科员', roles: ['handler'] })
    for (const one of [early, theirs]) await house.say(supervision, one[0], 'IssueCard', finding(one[1], one[2], one[3]))
    await house.settled()
    expect([await of('甲局'), await of('乙局')]).toStrictEqual([[], [both[1]]])
    await house.say(cases, 'case-0031', 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-two', applicantName: '李某' }, { person: 'w-hall-1', role: 'window-clerk', department: '政务服务中心' })
    await house.say(identity, 'p-moving', 'MovePerson', { department: '甲局', post: '科员' })
    await house.settled()
    expect([await of('甲局'), await of('乙局')]).toStrictEqual([both, []])
    for (const role of ['section-head', 'hall-manager', 'handler'] as const) {
      const rows = (await ask('/api/collections/cards?limit=1000', role)).body.rows as { subject: string; cardId: string }[]
      expect((await keys('/api/cards', role)).keys, role).toStrictEqual(rows.map(({ subject, cardId }) => `${subject} ${cardId}`).sort())
    }
  })
})
