import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeskView } from '../../api/desk.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { nextStep } from '../../domain/cases/evolve.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { desk, type DeskRow } from '../../projections/desk.ts'
import { foldRow } from '../../projections/fold-row.ts'
import { walk, type Recorded as Told } from '../domain/cases-walk.ts'
import { licence } from '../fixtures/licence.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { numbered } from '../kernel/rows.ts'

describe('轮到谁', () => {
  it('the row of a case waits for what its decider would hear next, all along whatever way it goes', () => {
    const seen = new Set<string>()
    let compared = 0
    fc.assert(fc.property(fc.array(fc.integer(), { minLength: 120, maxLength: 240 }), (numbers) => {
      let facts: Told[] = []
      walk(numbers, caseDecider, { began() { facts = [] }, over: () => false, stepped({ facts: fresh, after }) {
        if (fresh.length === 0) return
        facts = [...facts, ...fresh]
        const recorded = numbered(facts.map(({ type, data, by }) => ({ stream: 'cases-X-1', fact: { type, data } as CaseEvent, meta: { actor: by } }))) as Recorded<CaseEvent>[]
        const row = foldRow(desk, recorded, 'X-1') as DeskRow, step = nextStep(after)
        const right = step === 'waiting' ? after.asked ? 'supplement' : 'special' : step === 'above' ? 'superior' : step
        if (step !== undefined) expect(row.turn).toBe(right)
        else expect(['handling', 'reviewing', 'approving', 'decision', 'special', 'superior']).not.toContain(row.turn)
        // What it waits for at the end follows from what would be refused.
        if (row.turn === 'delivery') expect([after.stage, after.delivered]).toStrictEqual(['Concluded', false])
        expect(row.awaits).toBe((after.stage === 'Accepted' || after.stage === 'Decided') && after.subCases.some(({ given }) => !given))
        expect(row.at.handlers).toStrictEqual([...after.handlers])
        seen.add(row.turn)
        compared++
      } })
    }), { numRuns: 80 })
    expect(compared).toBeGreaterThan(500)
    expect([...seen].sort()).toStrictEqual(['acceptance', 'approving', 'archive', 'conclusion', 'decision', 'delivery', 'handling', 'none', 'reviewing', 'special', 'superior', 'supplement'])
  }, 180_000)
})

describe('工作台', () => {
  let house: AccessHouse, numberedUp = 0
  const cookies = new Map<string, string>()
  const read = async (person: string, query = '') => {
    await house.settled()
    if (!cookies.has(person)) cookies.set(person, await house.session(person, false))
    const { status, body } = await house.ask(`/api/desk${query}`, {}, cookies.get(person))
    expect(status, JSON.stringify(body)).toBe(200)
    return body as DeskView
  }
  const submit = async (itemCode: string, hall = 'hall-1') => {
    const id = `D-${numberedUp++}`
    await house.say(cases, id, 'SubmitApplication', { itemCode, hall, channel: 'window', applicantId: 'q-one', applicantName: '李某某' }, { person: 'p-clerk', role: 'window-clerk', department: '政务服务中心' })
    return id
  }
  const on = (id: string, person: string, role: 'handler' | 'section-head' | 'leader' | 'window-clerk', type: string, data: object, department = '甲局') => house.say(cases, id, type, data, { person, role, department })
  const ids = ({ rows }: DeskView) => rows.map(({ id, turn }) => `${id} ${turn}`).sort()
  const later = (hours: number) => { house.set(new Date(Date.parse(house.now()) + hours * 3_600_000).toISOString() as Instant) }

  beforeAll(async () => {
    house = await openAccessHouse()
    const common = { ...licence, department: '甲局', materials: [], officers: ['p-handler', 'p-mate'] }
    await house.say(items, 'C-1', 'PublishItem', { ...common, shortName: '丙一', flow: ['handling', 'reviewing', 'approving'], promisedWorkingDays: 10 })
    await house.say(items, 'C-2', 'PublishItem', { ...common, shortName: '丙二', caseType: 'JOINT', flow: ['handling', 'reviewing'], promisedWorkingDays: 15,
      coHandlers: [{ department: '乙局', matter: '取水', promisedWorkingDays: 3, officers: ['p-water'] }] })
    await house.say(identity, 'p-mate', 'EnrolPerson', { name: '同事', department: '甲局', post: '科员', roles: ['handler'] })
    await house.say(identity, 'p-water', 'EnrolPerson', { name: '水', department: '乙局', post: '科员', roles: ['handler'] })
    await house.settled()
  }, 180_000)
  afterAll(() => house?.close())

  it('a case goes from desk to desk, and is on one at a time', async () => {
    const id = await submit('C-1')
    expect(ids(await read(who['window-clerk']))).toContain(`${id} acceptance`)
    await on(id, 'p-handler', 'handler', 'AcceptCase', {})
    expect(ids(await read(who.handler))).toContain(`${id} handling`)
    expect(ids(await read('p-mate'))).not.toContain(`${id} handling`) // a colleague has taken it
    expect(ids(await read('p-mate', '?whose=all'))).toContain(`${id} handling`)
    expect(ids(await read(who['section-head']))).toStrictEqual([])
    await on(id, 'p-handler', 'handler', 'CompleteHandling', { opinion: '合格' })
    expect(ids(await read(who.handler))).not.toContain(`${id} handling`)
    expect(ids(await read(who['section-head']))).toStrictEqual([`${id} reviewing`])
    await on(id, who['section-head'], 'section-head', 'ReviewCase', { opinion: '退', result: 'back' })
    const back = (await read(who.handler)).rows.find((row) => row.id === id)!
    expect(back).toMatchObject({ turn: 'handling', sentBack: 1, group: 'later', as: 'handler' })
    await on(id, 'p-handler', 'handler', 'CompleteHandling', { opinion: '补齐' })
    await on(id, who['section-head'], 'section-head', 'ReviewCase', { opinion: '可', result: 'pass' })
    expect(ids(await read(who.leader))).toStrictEqual([`${id} approving`])
    await on(id, who.leader, 'leader', 'ApproveCase', { opinion: '可', result: 'pass' })
    expect(ids(await read(who.leader))).toStrictEqual([`${id} decision`])
    await on(id, who.leader, 'leader', 'DecideCase', { result: 'grant' })
    expect(ids(await read(who.handler))).toContain(`${id} conclusion`)
    await on(id, 'p-handler', 'handler', 'ConcludeCase', {})
    expect(ids(await read(who['window-clerk']))).toContain(`${id} delivery`)
    const { month } = await read(who.handler)
    expect(month).toMatchObject({ concluded: 1, inTime: 1, meanWorkingDays: 0 })
    expect(month.rows.map((row) => row.id)).toStrictEqual([id])
    for (const role of ['section-head', 'leader'] as const) expect((await read(who[role])).month.concluded).toBe(1)
  })
  it('a co-handler is asked for its opinion on its own clock, and only as long as it is owed', async () => {
    const id = await submit('C-2')
    await on(id, 'p-handler', 'handler', 'AcceptCase', {})
    await on(id, 'p-handler', 'handler', 'OpenSubCase', { department: '乙局' })
    const [row] = (await read('p-water')).rows
    expect(row).toMatchObject({ id, turn: 'opinion', subCase: 1, dueOn: '2026-03-05' })
    expect((await read(who.handler)).rows.find((one) => one.id === id)).toMatchObject({ turn: 'handling', dueOn: '2026-03-23' })
    later(24 * 4) // past its day, and far from the lead's
    expect((await read('p-water')).rows[0]).toMatchObject({ id, group: 'late', light: 'late' })
    expect((await read(who.handler)).rows.find((one) => one.id === id)).toMatchObject({ light: 'ok' })
    expect((await read('p-water')).waiting).toBe(1)
    await on(id, 'p-water', 'handler', 'GiveSubOpinion', { subCase: 1, result: 'agree', opinion: '可' }, '乙局')
    expect((await read('p-water')).rows).toStrictEqual([])
  })
  it('groups go by the clock, their counts are exact where rows are cut short, and what is held stands still', async () => {
    const held = await submit('C-1'), urged = await submit('C-1')
    for (const id of [held, urged]) await on(id, 'p-handler', 'handler', 'AcceptCase', {})
    await on(held, 'p-handler', 'handler', 'StartSpecialProcedure', { kind: 'inspection', plannedWorkingDays: 4, approver: who.leader })
    await on(urged, who.leader, 'leader', 'UrgeCase', { number: 'u1', reason: '申请人等着' })
    later(24 * 7) // Friday 13 March: the due day, Friday the 20th, is of next week
    expect((await read(who.handler)).rows.find((row) => row.id === urged)).toMatchObject({ group: 'later', urged: 1 })
    later(24 * 7)
    const onTheDay = await read(who.handler)
    expect(onTheDay.rows.find((row) => row.id === urged)).toMatchObject({ group: 'today', light: 'soon' })
    expect(onTheDay.rows.find((row) => row.id === held)).toMatchObject({ group: 'hold', turn: 'special', held: { days: 10, planned: 4 } })
    expect(onTheDay.news.urges).toContainEqual(expect.objectContaining({ id: urged, reason: '申请人等着', role: 'leader', byName: 'leader' }))
    later(24 * 3)
    const { rows, counts, waiting } = await read(who.handler), cut = await read(who.handler, '?limit=1')
    expect(rows[0]).toMatchObject({ id: urged, group: 'late', light: 'late' })
    expect(cut.rows).toHaveLength(1)
    expect(cut.counts).toStrictEqual(counts)
    for (const group of ['late', 'today', 'week', 'hold', 'later'] as const) expect(counts[group]).toBe(rows.filter((row) => row.group === group).length)
    expect(counts.mine).toBe(rows.length)
    expect(waiting).toBe(counts.late + counts.today)
    expect((await house.ask('/api/desk/waiting', {}, cookies.get(who.handler))).body).toStrictEqual({ waiting })
  })
  it('what is asked wrongly is said field by field, and nobody reads the desk of others', async () => {
    for (const [query, field] of [['?whose=hers', 'whose'], ['?limit=0', 'limit'], ['?limit=501', 'limit'], ['?person=p-mate', 'person']] as const)
      expect((await house.ask(`/api/desk${query}`, {}, cookies.get(who.handler)))).toMatchObject({ status: 400, body: { field } })
    expect((await house.ask('/api/desk', {}, await house.session(who.auditor)))).toMatchObject({ status: 403 })
    expect(JSON.stringify(await read('p-water'))).not.toContain('李某某')
  })
})
