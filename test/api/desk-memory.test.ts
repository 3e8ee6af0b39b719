import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Standing } from '../../api/access/standing.ts'
import { waitingFor, type Waiting } from '../../api/desk-asks.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { dueOf } from '../../domain/supervision/due.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import type { CaseRow } from '../../projections/cases.ts'
import type { DeskRow } from '../../projections/desk.ts'
import { licence } from '../fixtures/licence.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'

const handlers = ['p-handler', 'p-mate'], inHand = ['acceptance', 'supplement', 'handling', 'reviewing', 'approving', 'decision', 'special', 'superior', 'conclusion']
const codes = ['M-1', 'M-2', 'M-3'] as const
const grants = (role: string, scope: string, of?: string) => [{ role, scope, ...(of && { of }) }] as unknown as Standing['grants']
const standings: Record<string, Standing> = Object.fromEntries([['p-handler', grants('handler', 'items')], ['p-mate', grants('handler', 'items')], ['p-water', grants('handler', 'items')], [who['section-head'], grants('section-head', 'department', '甲局')],
  [who.leader, grants('leader', 'department', '甲局')], ['p-chief', grants('leader', 'region')], [who['window-clerk'], grants('window-clerk', 'hall', 'hall-1')], ['p-two', [...grants('window-clerk', 'hall', 'hall-2'), ...grants('section-head', 'department', '甲局')]]]
  .map(([person, of]) => [person, { person, department: '甲局', grants: of } as unknown as Standing]))
let house: AccessHouse
const all = async <T>(collection: string): Promise<T[]> => {
  const found: T[] = []
  for await (const batch of house.rooms.rows.scan(collection)) found.push(...batch.map(({ row }) => row as T))
  return found
}
/** What a desk goes through, and that each of it is found by its number as well. */
async function gone(person: string): Promise<{ waiting: Waiting[]; position: number }> {
  const desk = await waitingFor(house.rooms, house.index, standings[person]!), waiting: Waiting[] = []
  desk.each(({ ones }, as, taken) => { for (const one of ones) waiting.push({ one, as, ...taken }) })
  expect(waiting.map(({ one }) => desk.of(one.id)), person).toStrictEqual(waiting)
  const ids = new Set(waiting.map(({ one }) => one.id))
  expect((await all<DeskRow>('desk')).filter(({ id }) => !ids.has(id)).flatMap(({ id }) => desk.of(id) ?? [])).toStrictEqual([])
  return { waiting, position: desk.position }
}
/** 逐件数 — every timeline of an open case, clock by clock, under the calendar as it is and as it would be. */
async function movedOneByOne(off: string) {
  const timelines = await all<Timeline>('case-timelines'), open = new Set((await all<CaseRow>('cases')).flatMap(({ id, open }) => open ? [`cases.${id}`] : []))
  const notice = { type: 'CalendarAmended', data: { ...amended(off) } } as never, { rooms } = house
  const counted = timelines.filter(({ subject, endedAt }) => endedAt === undefined && open.has(subject.replace(/#.*/, '')))
  const moves = await Promise.all(counted.flatMap((timeline) => timeline.clocks.filter(({ stoppedAt }) => !stoppedAt).map(async (clock) => {
    const { hall, zone } = timeline, [now, then] = [await rooms.calendars.of(hall, zone, knownOn), await rooms.calendars.supposing(hall, zone, knownOn, [notice])]
    const [from, to] = [dueOf(clock, now).dueOn, dueOf(clock, then).dueOn]
    return from && to && from !== to ? [`${timeline.subject} ${clock.name} ${from} ${to}`] : []
  })))
  return { open: counted.filter(({ subject }) => !subject.includes('#')).length, clocks: moves.length, moves: moves.flat().sort() }
}
const knownOn = '2026-03-11' as Day, amended = (off: string) => ({ layer: 'national', place: '', year: 2026, off: [{ on: off, name: '县庆' }], working: [], ordinary: [], notice: '关于调整放假安排的通知', knownOn })

/** 全读一遍 — every row of the house, one by one, against each grant in plain words. */
const lies = (row: DeskRow, person: string, officers: ReadonlyMap<string, readonly string[]>) => standings[person]!.grants.some(({ role, scope, of }) => {
  if (role === 'handler') return (officers.get(row.itemCode)?.includes(person) && inHand.includes(row.turn)) || (row.awaits && row.at.subCases.some((one) => !one.given && one.officers.includes(person)))
  const here = scope === 'region' || (scope === 'hall' ? row.hall === of : row.department === of)
  return here && (role === 'window-clerk' ? ['acceptance', 'supplement', 'delivery'].includes(row.turn) : inHand.includes(row.turn))
})

const says = [
  ['AcceptCase', {}, 'h'], ['CompleteHandling', { opinion: '合格' }, 'h'], ['ReviewCase', { opinion: '可', result: 'pass' }, who['section-head'], 'section-head'], ['ReviewCase', { opinion: '退', result: 'back' }, who['section-head'], 'section-head'],
  ['ApproveCase', { opinion: '可', result: 'pass' }, who.leader, 'leader'], ['DecideCase', { result: 'grant' }, who.leader, 'leader'], ['DecideCase', { result: 'grant' }, who['section-head'], 'section-head'], ['ConcludeCase', {}, 'h'],
  ['RequestSupplement', { asked: [{ material: '平面图', reason: '没有', basis: '办法' }] }, 'h'], ['SubmitSupplement', { materials: ['平面图'] }, who['window-clerk'], 'window-clerk'], ['OpenSubCase', { department: '乙局' }, 'h'],
  ['GiveSubOpinion', { subCase: 1, result: 'agree', opinion: '可' }, 'p-water'], ['WithdrawApplication', { reason: '不办了' }, who['window-clerk'], 'window-clerk'], ['DeliverResult', { method: 'window', recipient: 'applicant' }, who['window-clerk'], 'window-clerk'],
] as const
const withdrawn = says.findIndex(([type]) => type === 'WithdrawApplication')

describe('桌上各件 in memory', () => {
  beforeAll(async () => {
    house = await openAccessHouse()
    for (const [person, department] of [['p-mate', '甲局'], ['p-water', '乙局']] as const) await house.say(identity, person, 'EnrolPerson', { name: person, department, post: '科员', roles: ['handler'] })
    const common = { ...licence, department: '甲局', materials: [] }
    await house.say(items, 'M-1', 'PublishItem', { ...common, shortName: '一', officers: ['p-handler'], flow: ['handling', 'reviewing', 'approving'] })
    await house.say(items, 'M-2', 'PublishItem', { ...common, shortName: '二', officers: ['p-mate', 'p-handler'] })
    await house.say(items, 'M-3', 'PublishItem', { ...common, shortName: '三', officers: ['p-mate'], caseType: 'JOINT', coHandlers: [{ department: '乙局', matter: '取水', promisedWorkingDays: 3, officers: ['p-water'] }] })
    await house.settled()
  }, 180_000)
  afterAll(() => house?.close())

  async function told([n, what, by]: readonly [number, number, number]) {
    if (what === withdrawn && n % 6 !== 0) return
    const id = `K-${n}`, code = codes[n % codes.length]!, [type, data, person, role = 'handler'] = says[what % says.length]!
    const actor = { person: person === 'h' ? handlers[by % 2]! : person, role, department: person === 'p-water' ? '乙局' : '甲局' }
    await house.tell({ context: cases, id, command: { type: 'SubmitApplication', data: { itemCode: code, hall: n % 2 ? 'hall-1' : 'hall-2', channel: 'window' } }, by: { person: 'p-clerk', role: 'window-clerk', department: '政务服务中心' }, key: `s ${n}` })
    await house.tell({ context: cases, id, command: { type, data: { ...data } }, by: actor, key: `k ${keyed++}` })
  }
  let keyed = 0, moved = 0
  const seen = new Set<string>()
  async function agrees() {
    await house.settled()
    const rows = await all<DeskRow>('desk'), listed = await all<CaseRow>('cases'), known = await all<{ code: string; officers: string[] }>('items'), officers = new Map(known.map(({ code, officers }) => [code, officers]))
    for (const person of Object.keys(standings)) {
      const { waiting, position } = await gone(person)
      expect(waiting.map(({ one }) => one.id).sort(), person).toStrictEqual(rows.filter((row) => lies(row, person, officers)).map(({ id }) => id).sort())
      expect(position).toBeLessThanOrEqual(await house.rooms.rows.checkpoint('desk'))
      for (const { one: { id, alike: { turn, taker } } } of waiting) { const right = rows.find((row) => row.id === id)!; expect([turn, taker]).toStrictEqual([right.turn, right.taker]); seen.add(turn) }
    }
    const manager = await house.session(who['hall-manager']), admin = await house.session(who['system-admin']), open = listed.filter((row) => row.open)
    const { items: counted } = (await house.ask('/api/items', {}, manager)).body as { items: { code: string; open: number; openBy: { version: number; open: number }[] }[] }
    for (const { code, open: n, openBy } of counted) {
      expect(n, code).toBe(open.filter(({ itemCode }) => itemCode === code).length)
      for (const { version, open: by } of openBy) expect(by).toBe(open.filter(({ itemCode, itemVersion = 0 }) => itemCode === code && itemVersion === version).length)
    }
    const { status, body: touched } = await house.ask('/api/touches/calendar/national/amend-calendar', { method: 'POST', body: amended('2026-03-13') }, await house.session(who.auditor)), right = await movedOneByOne('2026-03-13')
    expect(status, JSON.stringify(touched)).toBe(200)
    expect([touched.open, touched.clocks, touched.movedClocks, touched.movedCases]).toStrictEqual([right.open, right.clocks, right.moves.length, new Set(right.moves.map((move) => move.replace(/[# ].*/, ''))).size])
    expect(touched.moves.map(({ subject, clock, from, to }: Record<string, string>) => `${subject} ${clock} ${from} ${to}`).sort()).toStrictEqual(right.moves)
    moved += right.moves.length
    for (const person of handlers) expect((await house.ask(`/api/touches/people/${person}`, {}, admin)).body.casesHeld, person).toBe(open.filter(({ holder }) => holder === person).length)
  }
  it('is what every row, read one by one, says; whatever has happened between two questions', async () => {
    await agrees()
    const moves = fc.sample(fc.tuple(fc.nat(23), fc.nat(says.length - 1), fc.nat(1)), { numRuns: process.env['LONG'] ? 3000 : 600, seed: Number(process.env['SEED'] ?? 20260302) })
    for (const [i, move] of moves.entries()) {
      await told(move)
      if (i % 100 === 99) await agrees()
    }
    await agrees()
    expect(moved).toBeGreaterThan(50)
    expect([...seen].sort()).toEqual(expect.arrayContaining(['acceptance', 'conclusion', 'decision', 'delivery', 'handling', 'reviewing', 'supplement']))
  }, 360_000)
  it('an item of which somebody is an officer from now on brings its cases to their desk', async () => {
    await told([302, 0, 1])
    await house.settled()
    const before = (await gone('p-handler')).waiting.length
    await house.say(items, 'M-3', 'PublishItem', { ...licence, version: 2, department: '甲局', materials: [], shortName: '三', officers: ['p-mate', 'p-handler'], caseType: 'JOINT', coHandlers: [{ department: '乙局', matter: '取水', promisedWorkingDays: 3, officers: ['p-water'] }] })
    await agrees()
    expect((await gone('p-handler')).waiting.length).toBeGreaterThan(before)
  })
})
