import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pathsOf } from '../../api/process-map-paths.ts'
import type { DeskView } from '../../api/desk.ts'
import { cases } from '../../domain/cases/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { residentId } from '../../simulations/applicants.ts'
import { at } from '../kernel/spec.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'
import type { Role } from './access-matrix.table.ts'

let house: AccessHouse
const cookies = new Map<Role, string>()
const ask = (path: string, as: Role) => house.ask(path, {}, cookies.get(as))
const say = (path: string, body: object, as: Role) => house.ask(path, { method: 'POST', body, headers: { 'idempotency-key': randomUUID() } }, cookies.get(as))
const finding = (ruleId: string) => ({ ruleId, ruleVersion: 1, params: {}, clause: '款', calendarVersion: 1, clock: 'promised', becameTrueAt: at('2026-03-02', '08:00'), ledger: [], severity: 'YELLOW' })
const module = (id: string, confidential?: true) => ({ id, version: 0, zh: id, en: id, severity: 'YELLOW', clause: '款', params: {}, bounds: {}, inputs: ['CaseAccepted'], formula: { zh: '—', en: '—' }, tells: ['handler'],
  deduction: { YELLOW: 1 }, escalates: false, examples: [], ...(confidential && { confidential }), foresee: () => [] })
const handler: Actor = { person: who.handler, role: 'handler', department: '甲局' }

beforeAll(async () => {
  house = await openAccessHouse()
  // 模块 with a rule that is the inspectors' alone; no rule of it is asked here.
  Object.assign(house.rooms, { modules: [{ name: 'county', rules: [module('M-01', true), module('M-02')], patterns: [] }] })
  for (const rule of ['R-02', 'M-01', 'M-02']) await house.say(supervision, 'cases.case-0001', 'IssueCard', finding(rule))
  await house.settled()
  for (const role of ['applicant', 'window-clerk', 'handler', 'leader', 'hall-manager', 'inspector'] as const) cookies.set(role, await house.session(who[role]))
}, 180_000)
afterAll(async () => { await house?.close() })

describe('牌 (domain.md K, D.3)', () => {
  it('are none of a window’s matter: the desk of a clerk holds the case and no card of it', async () => {
    const { rows, news } = (await ask('/api/desk', 'window-clerk')).body as DeskView
    expect(rows.map(({ id }) => id)).toContain('case-0001')
    expect([news.warned, news.warnings]).toStrictEqual([0, []])
    expect(JSON.stringify({ rows, news })).not.toMatch(/[RM]-\d\d|YELLOW/)
  })
  it('of a rule of a module that is the inspectors’ alone are in the case for them, and for nobody else', async () => {
    const inside = async (as: Role) => JSON.stringify([(await ask('/api/cases/case-0001', as)).body, (await ask('/api/cases/case-0001/replay', as)).body, (await ask('/api/desk', as)).body])
    expect(await inside('handler')).toContain('M-02')
    expect(await inside('handler')).not.toContain('M-01')
    expect(await inside('inspector')).toContain('M-01')
  })
  it('of a rule of a module that is the inspectors’ alone are in the register for them, too, and on no wall', async () => {
    const rules = async (as: Role, more = '') => ((await ask(`/api/cards?${more}`, as)).body.rows as { ruleId: string }[]).map(({ ruleId }) => ruleId).sort()
    for (const role of ['handler', 'leader', 'hall-manager'] as const) {
      expect(await rules(role), role).toStrictEqual(['M-02', 'R-02'])
      expect(await rules(role, 'confidential=1'), role).toStrictEqual([])
    }
    expect(await rules('inspector')).toStrictEqual(['M-02', 'R-02'])
    expect(await rules('inspector', 'confidential=1')).toStrictEqual(['M-01'])
    expect((await ask('/api/board', 'inspector')).body.today.yellow).toBe(2)
  })
})

describe('窗口', () => {
  it('an access code whose issue cannot be told is not handed out', async () => {
    const id = 'case-0100'
    await house.say(cases, id, 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: ' q', applicantName: '李某' }, { person: who['window-clerk'], role: 'window-clerk', department: '政务服务中心' })
    await house.settled()
    const { status, text } = await say(`/api/cases/${id}/access-code`, { document: true }, 'window-clerk')
    expect(status, text).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/[A-Z2-7]{4}-[A-Z2-7]{4}/)
    expect((await house.facts('identity-account. q')).length).toBe(0)
  })
  it('a number in another width is kept as the number that it is', async () => {
    const number = residentId('99999920910203771'), wide = [...number].map((one) => String.fromCharCode(one.charCodeAt(0) + 0xFEE0)).join('')
    const { status, body } = await say('/api/window/applicants', { name: '欧阳试宁', number: wide, document: 'resident-card' }, 'window-clerk')
    expect(status).toBe(201)
    const [fact] = await house.facts(`identity-applicant.${body.applicant}`)
    expect(JSON.parse((await house.rooms.keys.open(fact!.data['number'] as never))!)).toBe(number)
  })
})

describe('事项与日历', () => {
  it('what is proposed is not a leader’s to read (K, 事项库)', async () => {
    expect((await say('/api/items/A-9/propose-item', { ...(await ask('/api/items/A-1/versions', 'handler')).body.versions[0], reason: '新设' }, 'handler')).status).toBe(400)
    const { body: { versions: [{ code: _1, by: _2, byName: _3, at: _4, open: _5, version: _6, ...item }] } } = await ask('/api/items/A-1/versions', 'handler')
    expect((await say('/api/items/A-1/propose-item', { ...item, version: 2, reason: '缩短' }, 'handler')).status).toBe(200)
    expect((await say('/api/items/A-9/propose-item', { ...item, version: 1, reason: '新设' }, 'handler')).status).toBe(200)
    await house.settled()
    const seen = async (as: Role) => [(await ask('/api/items', as)).body.fresh.length, (await ask('/api/items/A-1/versions', as)).body.proposals.length, (await ask('/api/items/A-9/versions', as)).status]
    expect(await seen('handler')).toStrictEqual([1, 1, 200])
    expect(await seen('leader')).toStrictEqual([0, 0, 404])
  })
  it('of a hall that there is not no calendar is made, nor kept', async () => {
    expect((await ask('/api/calendar?hall=hall-1', 'applicant')).status).toBe(200)
    expect(await ask('/api/calendar?hall=hall-9', 'applicant')).toMatchObject({ status: 400, body: { field: 'hall' } })
  })
})

describe('流程图', () => {
  it('keeps the ways that cases go, and none that they have left behind', async () => {
    await ask('/api/process-map', 'inspector')
    const paths = await pathsOf(house.rooms), different = () => new Set([...paths.all.values()].map(({ variant }) => variant)).size
    const before = paths.ways()
    expect(before).toBe(different())
    await house.say(cases, 'case-0001', 'AcceptCase', {}, handler)
    for (let n = 1; n <= 12; n++) await house.say(cases, 'case-0001', 'CompleteStep', { number: String(n), step: '勘验' }, handler)
    await house.settled()
    expect([...paths.all.get('case-0001')!.variant.steps].filter((step) => step === '勘验').length).toBe(12)
    expect(paths.ways()).toBe(different())
    expect(paths.ways()).toBeLessThanOrEqual(before + 1)
  })
})
