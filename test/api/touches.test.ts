import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calendar } from '../../domain/calendar/index.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { CaseView } from '../../projections/views.ts'
import { licence } from '../fixtures/licence.ts'
import { at } from '../kernel/spec.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'

const handler: Actor = { person: 'p-handler', role: 'handler', department: '甲局' }, clerk: Actor = { person: 'w', role: 'window-clerk', department: '政务服务中心' }
const ids = Array.from({ length: 9 }, (_, i) => `T-${i + 1}`)
type Move = { subject: string; clock: string; from: string; to: string; workingDays: number }
type Touched = { open: number; movedCases: number; movedClocks: number; later: number; earlier: number; by: { workingDays: number; clocks: number }[]; moves: Move[]; unlisted: number; facts: number }

let house: AccessHouse, auditor: string, inspector: string
/** Every due day of every open case, as the pages show it: counted by the case's own replay, not by what is tested. */
async function dueDays(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const id of [...ids, 'case-0001', 'case-0002', 'case-0003', 'case-0004', 'case-0005']) {
    const { body } = await house.ask(`/api/cases/${id}`, {}, auditor)
    for (const { name, dueOn, stoppedAt } of (body as CaseView).clocks) if (dueOn && !stoppedAt) found.set(`cases.${id} ${name}`, dueOn)
  }
  return found
}
const differences = (before: Map<string, string>, after: Map<string, string>) => [...before].filter(([clock, day]) => after.get(clock) !== day).map(([clock, day]) => `${clock} ${day} ${after.get(clock)}`).sort()
const told = ({ moves }: Touched) => moves.map(({ subject, clock, from, to }) => `${subject} ${clock} ${from} ${to}`).sort()
const amendment = (more: object) => ({ layer: 'national', place: '', year: 2026, off: [], working: [], ordinary: [], notice: '关于调整放假安排的通知', knownOn: '2026-03-11', ...more })

beforeAll(async () => {
  house = await openAccessHouse()
  for (const [i, id] of ids.entries()) {
    const day = `2026-03-${String(2 + i).padStart(2, '0')}`
    if (i > 4) house.set(at(day, '10:00'))
    await house.say(cases, id, 'SubmitApplication', { itemCode: 'A-1', hall: i % 2 ? 'hall-1' : 'hall-2', channel: 'window' }, { ...clerk })
    if (i !== 3) await house.say(cases, id, 'AcceptCase', {}, handler)
    if (i === 7) await house.say(cases, id, 'StartSpecialProcedure', { kind: 'inspection', plannedWorkingDays: 5, basis: '第四十五条', approver: 'p-leader', noticeSent: true }, handler).catch(() => undefined)
  }
  house.set(at('2026-03-11', '11:00'))
  await house.settled()
  auditor = await house.session(who.auditor)
  inspector = await house.session(who.inspector)
}, 180_000)
afterAll(async () => { await house?.close() })

const touches = async (id: string, command: string, body: object, cookie = auditor) => house.ask(`/api/touches/calendar/${id}/${command}`, { method: 'POST', body }, cookie)

describe('改历牵动', () => {
  it('names every due day that an amendment then moves, from which day to which, and no other', async () => {
    const change = amendment({ off: [{ on: '2026-03-16', name: '县庆' }, { on: '2026-03-17', name: '县庆' }], working: [{ on: '2026-03-21', name: '县庆调休' }] })
    const before = await dueDays(), { status, body } = await touches('national', 'amend-calendar', change), said = body as Touched
    expect(status).toBe(200)
    expect(said.unlisted).toBe(0)
    const seen = new Set((await house.facts(`privacy-viewer.${who.auditor}.`)).flatMap(({ data }) => (data['looks'] as { case: string }[]).map((look) => `cases.${look.case}`)))
    expect(said.moves.filter(({ subject }) => !seen.has(subject)), 'whom it names was looked at').toStrictEqual([])
    await house.say(calendar, 'national', 'AmendCalendar', change)
    await house.settled()
    const really = differences(before, await dueDays())
    expect(really.length).toBeGreaterThan(5)
    expect(told(said)).toStrictEqual(really)
    expect(said.movedClocks).toBe(really.length)
    expect(said.later + said.earlier).toBe(really.length)
    expect(said.movedCases).toBe(new Set(really.map((line) => line.split(' ')[0])).size)
    expect(said.by.reduce((sum, { clocks }) => sum + clocks, 0)).toBe(really.length)
  })
  it('the same words again would write nothing, and move nothing', async () => {
    const change = amendment({ off: [{ on: '2026-03-16', name: '县庆' }, { on: '2026-03-17', name: '县庆' }], working: [{ on: '2026-03-21', name: '县庆调休' }] })
    expect((await touches('national', 'amend-calendar', change)).body).toMatchObject({ facts: 0, movedClocks: 0, moves: [] })
  })
  it('a layer of one hall moves what is at that hall alone, exactly as it then does', async () => {
    const change = { layer: 'office', place: 'hall-1', year: 2026, off: [{ on: '2026-03-18', name: '搬迁' }], working: [], notice: '一号大厅搬迁', knownOn: '2026-03-11' }
    const before = await dueDays(), said = (await touches('office.hall-1', 'publish-calendar', change)).body as Touched
    await house.say(calendar, 'office.hall-1', 'PublishCalendar', change)
    await house.settled()
    const really = differences(before, await dueDays())
    expect(really.length).toBeGreaterThan(0)
    expect(told(said)).toStrictEqual(really)
  })
  it('of a place that this house does not read, nothing moves', async () => {
    const change = { layer: 'county', place: '110101', year: 2026, off: [{ on: '2026-03-19', name: '别处' }], working: [], notice: '别县', knownOn: '2026-03-11' }
    expect((await touches('county.110101', 'publish-calendar', change)).body).toMatchObject({ facts: 1, movedClocks: 0 })
  })
  it('closing earlier moves no day and every hour', async () => {
    const hours = { hall: '', opensAt: '09:00', closesAt: '16:30', effectiveFrom: '2026-03-11', basis: '夏令' }
    const { body } = await touches('house', 'set-office-hours', hours), said = body as Touched
    expect(said.by.map(({ workingDays }) => workingDays)).toStrictEqual([0])
    expect(said.movedClocks).toBe(said.earlier)
    expect(said.movedClocks).toBe([...(await dueDays()).values()].filter((day) => day >= '2026-03-11').length)
  })
  it('what could not be said is not counted, and refused in the same words', async () => {
    expect(await touches('national', 'amend-calendar', amendment({ off: [{ on: '2031-01-01', name: '远' }] }))).toMatchObject({ status: 422, body: { code: 'day-outside-the-year' } })
    expect(await touches('national', 'publish-calendar', amendment({ ordinary: undefined, off: [{ on: '2026-03-19', name: '另' }] }))).toMatchObject({ status: 409, body: { code: 'calendar-already-published' } })
    expect(await touches('national', 'amend-calendar', { layer: 'national' })).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect(await touches('national', 'close-calendar', {})).toMatchObject({ status: 404, body: { code: 'no-such-command' } })
  })
  it('who sees no cases learns how many and not which; an inspector not those of their own department', async () => {
    const change = amendment({ off: [{ on: '2026-03-20', name: '县庆' }] }), all = (await touches('national', 'amend-calendar', change)).body as Touched
    const admin = await touches('national', 'amend-calendar', change, await house.session(who['system-admin']))
    const hall = await touches('office.hall-1', 'amend-calendar', amendment({ layer: 'office', place: 'hall-1', off: [{ on: '2026-03-19', name: '检修' }] }), await house.session(who['hall-manager']))
    expect(admin.body).toMatchObject({ movedClocks: all.movedClocks, moves: [], unlisted: all.movedClocks })
    expect(admin.text).not.toMatch(/T-\d|case-0/)
    const own = (hall.body as Touched).moves.map(({ subject }) => subject)
    expect(own.length).toBeGreaterThan(0)
    expect(own.every((subject) => ['cases.T-2', 'cases.T-4', 'cases.T-6', 'cases.T-8', 'cases.case-0001', 'cases.case-0004'].includes(subject))).toBe(true)
    expect(((await touches('national', 'amend-calendar', change, inspector)).body as Touched).moves.map(({ subject }) => subject)).not.toContain('cases.case-0005')
  })
})

describe('起草', () => {
  it('whoever manages a hall drafts its own days and hours, and nobody else’s; it says so at the field', async () => {
    const manager = await house.session(who['hall-manager']), other = await house.session(who['system-admin'])
    const off = [{ on: '2026-03-20', name: '检修' }], office = (hall: string) => ({ layer: 'office', place: hall, year: 2026, off, working: [], notice: '检修', knownOn: '2026-03-11' })
    const hours = (hall: string) => ({ hall, opensAt: '09:00', closesAt: '16:00', effectiveFrom: '2026-03-12', basis: '夏令' })
    const said = [['office.hall-1', 'amend-calendar', { ...office('hall-1'), ordinary: [] }, 200], ['hall-1', 'set-office-hours', hours('hall-1'), 200],
      ['office.hall-2', 'publish-calendar', office('hall-2'), 403], ['hall-2', 'set-office-hours', hours('hall-2'), 403], ['house', 'set-office-hours', hours(''), 403],
      ['national', 'amend-calendar', amendment({ off }), 403], ['county.422822', 'publish-calendar', { ...office('422822'), layer: 'county' }, 403],
      // The name of one's hall is no other layer's, nor the other way round.
      ['hall-1', 'publish-calendar', office('hall-1'), 403], ['office.hall-1', 'set-office-hours', hours('hall-1'), 403]] as const
    for (const [id, command, body, status] of said) {
      const answer = await touches(id, command, body, manager)
      expect([id, command, answer.status], answer.text).toStrictEqual([id, command, status])
      if (status === 403) expect(answer.body).toMatchObject({ code: 'beyond-your-reach', field: 'id', rule: 'own-hall', title: expect.stringContaining('自己大厅'), en: expect.stringContaining('own hall') })
    }
    expect((await touches('office.hall-2', 'publish-calendar', office('hall-2'), other)).status).toBe(200)
  })
})

describe('人员牵动', () => {
  it('of who is suspended: their sessions end, their items have nobody else, exactly as was said', async () => {
    const admin = await house.session(who['system-admin']), open = await Promise.all([1, 2].map(() => house.session('p-handler')))
    const { body } = await house.ask('/api/touches/people/p-handler', {}, admin)
    const held = (await house.rooms.rows.find('cases', { where: { open: true }, limit: 1000 })).rows.filter(({ row }) => row['holder'] === 'p-handler').length
    expect(held).toBeGreaterThan(4)
    expect(body).toMatchObject({ casesHeld: held, sessions: open.length, lastOf: 1, onlyOfficerOf: 1, items: [{ code: 'A-1', only: true }], roles: [{ role: 'handler', scope: 'own', last: true }] })
    expect((await house.ask('/api/identity/p-handler/suspend-person', { method: 'POST', body: { reason: '离岗' } }, admin)).status).toBe(200)
    await house.settled()
    expect(await Promise.all(open.map(async (cookie) => (await house.ask('/api/me', {}, cookie)).status))).toStrictEqual([401, 401])
    const officers = (await house.ask('/api/officers', {}, admin)).body as { officers: { person: string }[] }
    const left = (await house.ask('/api/items/A-1/versions', {}, admin)).body as { versions: { officers: string[] }[] }
    expect(left.versions[0]!.officers.filter((person) => officers.officers.some((one) => one.person === person))).toStrictEqual([])
    expect((await house.ask('/api/touches/people/p-handler', {}, admin)).body).toMatchObject({ roles: [], sessions: 0, onlyOfficerOf: 0 })
  })
  it('nobody is nobody', async () => expect(await house.ask('/api/touches/people/p-nobody', {}, auditor)).toMatchObject({ status: 404, body: { code: 'no-such-person' } }))
})

describe('组织牵动', () => {
  it('counts who works there, what it handles, what stands below it', async () => {
    const admin: Actor = { person: who['system-admin'], role: 'system-admin', department: '政务服务中心' }
    await house.say(identity, 'R', 'EstablishOrganisation', { name: '某县', kind: 'region' }, admin)
    await house.say(identity, 'D', 'EstablishOrganisation', { name: '甲局', kind: 'department', parent: 'R' }, admin)
    await house.say(identity, 'O', 'EstablishOrganisation', { name: '登记科', kind: 'office', parent: 'D' }, admin)
    await house.settled()
    const { body } = await house.ask('/api/touches/organisations/D', {}, auditor)
    expect(body).toMatchObject({ name: '甲局', children: [{ organisation: 'O' }], items: [{ code: 'A-1' }, { code: 'A-2' }] })
    expect(body.people.map(({ person }: { person: string }) => person).sort()).toStrictEqual(['p-head', 'p-leader'])
    expect(body.openCases).toBe(ids.length + 2)
    expect(await house.ask('/api/touches/organisations/none', {}, auditor)).toMatchObject({ status: 404 })
  })
})

describe('字典牵动', () => {
  type Touched = { entries: { code: string; how: string; was?: string }[]; items: { code: string; open: number; questions: string[]; unasked: string[] }[]; openCases: number; offered: number }
  const trades = [{ code: 'G51', zh: '餐饮' }, { code: 'G52', zh: '零售' }, { code: 'G53', zh: '仓储', retired: true }]
  const asked = (dictionary: string) => [{ id: 'trade', label: '行业', kind: 'choice', required: false, dictionary }, { id: 'seats', label: '座位数', kind: 'number', required: false, when: { field: 'trade', is: 'G51' } }]
  const manager: Actor = { person: who['hall-manager'], role: 'hall-manager', department: '政务服务中心' }
  let system = ''
  const draft = (id: string, body: object, cookie = system) => house.ask(`/api/touches/dictionaries/${id}`, { method: 'POST', body }, cookie)
  beforeAll(async () => {
    system = await house.session(who['system-admin'])
    await house.say(items, 'trades', 'PublishDictionary', { version: 1, name: '行业', entries: trades }, manager)
    for (const [code, form] of [['D-1', asked('trades')], ['D-2', asked('trades').slice(0, 1)], ['D-3', asked('others').slice(0, 1)]] as const)
      await house.say(items, code, 'PublishItem', { ...licence, department: '丙局', shortName: code, officers: ['p-third'], materials: [], form }, manager)
    for (const [i, itemCode] of ['D-1', 'D-1', 'D-2', 'D-3'].entries()) await house.say(cases, `DT-${i}`, 'SubmitApplication', { itemCode, hall: 'hall-1', channel: 'window' }, clerk)
    await house.settled()
  })
  it('which entries differ and how, which items ask for them, what is no longer asked, and how many of their cases are in hand', async () => {
    const { status, body } = await draft('trades', { version: 2, name: '行业', entries: [{ code: 'G51', zh: '餐饮', retired: true }, { code: 'G52', zh: '零售业' }, { code: 'G53', zh: '仓储' }, { code: 'G54', zh: '住宿' }] }), said = body as Touched
    expect(status).toBe(200)
    expect(said.entries.map(({ code, how, was }) => [code, how, was])).toStrictEqual([['G51', 'retired', undefined], ['G52', 'renamed', '零售'], ['G53', 'reinstated', undefined], ['G54', 'new', undefined]])
    expect(said.items).toStrictEqual([{ code: 'D-1', shortName: 'D-1', department: '丙局', questions: ['行业'], unasked: ['座位数'], open: 2 }, { code: 'D-2', shortName: 'D-2', department: '丙局', questions: ['行业'], unasked: [], open: 1 }])
    expect([said.openCases, said.offered]).toStrictEqual([3, 0])
    // Nothing has been written, and nobody looked at.
    expect((await house.ask('/api/collections/dictionaries?limit=10', {}, auditor)).body.rows.find((row: { dictionary: string }) => row.dictionary === 'trades').version).toBe(1)
    expect(JSON.stringify(body)).not.toContain('DT-')
  })
  it('the same entries under another name touch nobody; usual opinions are offered to whoever writes them', async () => {
    expect((await draft('trades', { version: 2, name: '行业门类', entries: trades })).body).toMatchObject({ entries: [], items: [], openCases: 0 })
    const writing = ((await house.ask('/api/collections/people?limit=100', {}, auditor)).body.rows as { roles: string[]; suspended?: true }[]).filter(({ roles, suspended }) => !suspended && roles.some((role) => ['handler', 'section-head', 'leader'].includes(role)))
    expect(((await draft('said', { version: 1, name: 'opinions', entries: [{ code: 'O1', zh: '同意。' }] })).body as Touched).offered).toBe(writing.length)
  })
  it('what could not be published is refused in the same words, and whoever may not publish is not told', async () => {
    expect(await draft('trades', { version: 2, name: '行业', entries: trades.slice(1) })).toMatchObject({ status: 422, body: { code: 'entry-left-out' } })
    expect(await draft('trades', { version: 3, name: '行业', entries: trades })).toMatchObject({ body: { code: 'not-the-next-version' } })
    expect(await draft('trades', { version: 2, name: '行业', entries: [{ code: '', zh: '' }] })).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect((await draft('trades', { version: 2, name: '行业', entries: trades }, auditor)).status).toBe(403)
  })
})
