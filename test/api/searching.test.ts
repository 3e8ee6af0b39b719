import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBlindIndex } from '../../adapters/blind/embedded.ts'
import { memoryBook } from '../../adapters/book/memory.ts'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { Projector } from '../../adapters/read-store/projector.ts'
import { memoryFacts } from '../../adapters/read-store/source.ts'
import { blindingOf } from '../../api/blinding.ts'
import { openCalendars } from '../../api/calendars.ts'
import type { Rooms } from '../../api/rooms.ts'
import { searchAsked } from '../../api/search-asked.ts'
import { searchCases } from '../../api/searching.ts'
import type { Sight } from '../../api/access/sight.ts'
import type { Fact, Recorded, Told } from '../../domain/kernel/events.ts'
import type { EventLog, Keys } from '../../domain/kernel/ports.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { groups, projections } from '../../projections/index.ts'
import { collect } from '../contract/event-log.ts'
import { licence } from '../fixtures/licence.ts'
import { liMin } from '../kernel/spec.ts'

const folders: string[] = []
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'searching-')); folders.push(dir); return dir }
const closing: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
  folders.forEach((dir) => rmSync(dir, { recursive: true, force: true }))
})

const now = '2026-05-06T02:00:00.000Z' as Instant
const zone = 'Asia/Shanghai'
/** A case as the test made it up: the oracle looks at these, never at rows. */
type Made = {
  id: string; caseNo: string; hall: string; item: string; department: string; caseType: string; stage: string; open: boolean; acceptedOn?: string; acceptedBy?: string
  person?: { id: string; name: string; number: string }; organisation?: string; orgId?: string; dueAt?: string; soonAt?: string; held: boolean
}
const halls = [{ hall: 'H-1', name: '县政务服务中心' }, { hall: 'H-2', name: '云岭镇便民中心' }, { hall: 'H-3', name: '县政务服务中心' }]
const items = [['SP-01', '食品经营许可', '食品许可'], ['SP-02', '食品生产许可', '食品生产'], ['JZ-01', '建设工程规划许可', '规划许可'], ['JZ-02', '施工许可', '施工许可'], ['MZ-01', '社会团体登记', '社团登记']] as const
const people = ['p-1 王芳', 'p-2 李敏', 'p-3 王芳', 'p-4 赵强', 'p-5 钱进'].map((text) => ({ person: text.split(' ')[0]!, name: text.split(' ')[1]! }))
const persons = Array.from({ length: 400 }, (_, i) => ({ id: `a-${i}`, name: `${'张李王赵陈'[i % 5]}${['三', '四', '伟', '小明', '𠮷子'][Math.floor(i / 5) % 5]}`, number: `99999920990101${String(1000 + i)}`.slice(0, 17) + (i % 11 === 10 ? 'X' : i % 10) }))
const organisations = ['云栖商行', '山河建设有限公司', '张三']
const stages = ['Submitted', 'SupplementPending', 'Accepted', 'Handled', 'Suspended', 'Concluded', 'Delivered', 'NotAccepted', 'Withdrawn']
const ended = ['Concluded', 'Delivered', 'NotAccepted', 'Withdrawn']

function random(seed: number) {
  let state = seed >>> 0
  const below = (n: number) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 2 ** 32 * n) }
  return { below, one: <T>(all: readonly T[]): T => all[below(all.length)]! }
}
const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 5) + n * 86_400_000).toISOString().slice(0, 10)
const instantAt = (n: number) => new Date(Date.parse(now) + n * 3_600_000).toISOString()

function made(count: number): Made[] {
  const { below, one } = random(7)
  return Array.from({ length: count }, (_, n) => {
    const foreign = n % 12 === 0
    const caseNo = foreign ? `2026-${String(below(300))}-${n}` : `2026-${String(n).padStart(5, '0')}`
    const stage = one(stages), open = !ended.includes(stage), accepted = !['Submitted', 'SupplementPending', 'NotAccepted'].includes(stage)
    const due = open && below(10) > 0 ? instantAt(below(400) - 150 + below(7) / 10) : undefined
    const held = open && due === undefined && below(2) > 0
    const who = below(4)
    return {
      id: foreign ? `old:${caseNo}` : caseNo, caseNo, hall: halls[Math.min(below(8), 2)]!.hall, item: one(items)[0], department: `部门${below(6)}`,
      caseType: one(['IMMEDIATE', 'PROMISED', 'PROMISED', 'JOINT', 'REPORTED_UP']), stage, open, held,
      ...(accepted && { acceptedOn: dayOf(below(120)), acceptedBy: one(people).person }),
      ...(who < 2 ? { person: one(persons) } : who === 2 && { organisation: one(organisations), orgId: `91${below(30)}` }),
      ...(due !== undefined && { dueAt: due, soonAt: new Date(Date.parse(due) - 48 * 3_600_000).toISOString() }),
    }
  })
}

/** The facts that make it so. */
async function factsOf(it: Made, keys: Keys): Promise<Fact[]> {
  const matter = `cases-${it.id}`
  const sealed = it.person && { applicantId: it.person.id, applicantName: await keys.seal(it.person.id, matter, JSON.stringify(it.person.name)),
    applicantNumber: await keys.seal(it.person.id, matter, JSON.stringify(it.person.number)) }
  const pinned = { itemVersion: 1, calendarVersion: 1, promisedWorkingDays: 5, statutoryWorkingDays: 20, flow: ['handling'], caseType: it.caseType }
  const by = { by: it.acceptedBy ?? 'p-9' }, submitted = { type: 'ApplicationSubmitted', data: { caseNo: it.caseNo, itemCode: it.item, hall: it.hall, channel: 'window', zone, department: it.department,
    receivedOn: dayOf(0), pinned, ...sealed, ...(it.organisation && { organisation: it.organisation, applicantId: it.orgId }) } }
  const asked = { type: 'SupplementRequested', data: { asked: [{ material: '图', reason: '无', basis: '法' }], requestedOn: dayOf(1) } }
  const accepted = { type: 'CaseAccepted', data: { acceptedOn: it.acceptedOn, ...by } }, concluded = { type: 'CaseConcluded', data: { resultCode: 'granted', concludedOn: dayOf(130), by: 'p-9' } }
  const after: Record<string, Fact[]> = {
    Submitted: [], SupplementPending: [asked], Accepted: [accepted], Handled: [accepted, { type: 'HandlingCompleted', data: { by: 'p-9' } }],
    Suspended: [accepted, { type: 'SpecialProcedureStarted', data: { kind: 'test', startedOn: dayOf(2) } }], Concluded: [accepted, concluded],
    Delivered: [accepted, concluded, { type: 'ResultDelivered', data: { deliveredOn: dayOf(131) } }], Withdrawn: [accepted, { type: 'ApplicationWithdrawn', data: { withdrawnOn: dayOf(3) } }],
    NotAccepted: [{ type: 'CaseNotAccepted', data: { reasonCode: 'not-our-competence', reason: '理', basis: '法', remedies: '救', decidedOn: dayOf(2) } }],
  }
  return [submitted, ...after[it.stage]!]
}
let told = 0
const append = async (book: EventLog, stream: string, facts: readonly Fact[], source?: string) => {
  await book.append(stream, 0, facts.map((fact, i): Told => ({ ...fact, meta: { id: `${told++}`.padStart(32, '0'), version: 1, recordedAt: instantAt(i - 3_000) as Instant, actor: liMin, region: '422822', cause: 'c',
    ...(source && { occurredAt: instantAt(i - 3_000) as Instant, source: { name: source, batch: 'b', order: i, activity: 'a' } }) } })))
}

type World = { rooms: Rooms; cases: Made[]; keys: Keys; dir: string; book: EventLog }
async function world(count: number, looking: Parameters<typeof openReadStore>[1] = {}, keys: Keys = memoryKeys()): Promise<World> {
  const dir = folder(), book = memoryBook(), cases = made(count)
  for (const one of cases) await append(book, `cases-${one.id}`, await factsOf(one, keys), one.id.includes(':') ? 'old' : undefined)
  for (const [code, legalName, shortName] of items) await append(book, `items-${code}`, [{ type: 'ItemPublished', data: { ...licence, legalName, shortName } }])
  for (const one of people) await append(book, `identity-${one.person}`, [{ type: 'PersonEnrolled', data: { ...one, department: '部门1', post: '科员', roles: ['handler'] } }])
  for (const one of halls) await append(book, `platform-hall.${one.hall}`, [{ type: 'HallOpened', data: { ...one, kind: 'hall', zone } }])
  const facts = await collect(book.readAll(0)) as Recorded[]
  const rowsDir = join(dir, 'rows')
  const wanted = projections.filter(({ name }) => ['cases', 'items', 'people', 'halls', 'cards'].includes(name))
  const projector = new Projector({ dir: rowsDir, projections: wanted, groups: groups.filter(({ of }) => wanted.some(({ name }) => name === of)), source: memoryFacts(facts) })
  await projector.caughtUp(facts.at(-1)!.meta.position)
  const rows = openReadStore(rowsDir, looking), index = openDueIndex(join(dir, 'due.db'))
  index.put(cases.filter(({ open }) => open).map(({ id, department, item, hall, dueAt, soonAt, held }) => ({ subject: `cases.${id}`, department, itemCode: item, hall, held,
    ...(dueAt && { dueAt: dueAt as Instant, lateAt: dueAt as Instant, soonAt: soonAt as Instant }) })))
  index.put([{ subject: `cases.${cases[0]!.id}#1`, department: '部门1', itemCode: 'SP-01', hall: 'H-1', held: false, dueAt: now, lateAt: now, aside: true }])
  const blind = blindingOf(book, keys, openBlindIndex(join(dir, 'blind.db'), await keys.blind('mark', '')))
  const calendars = await openCalendars(book, () => '422822', () => zone)
  closing.push(async () => { await blind.close(); await rows.close(); await projector.close(); index.close() })
  const rooms = { dir, founding: { purpose: 'official', name: '', region: '422822', zone }, now: () => now, book, keys: blind.keys, rows, calendars, blind, due: async () => index, onChanged: () => () => undefined }
  return { rooms: rooms as unknown as Rooms, cases, keys: blind.keys, dir, book }
}

const lightOf = (it: Made) => !it.open ? 'done' : it.held ? 'hold' : it.dueAt && now > it.dueAt ? 'late' : it.soonAt && now >= it.soonAt ? 'soon' : 'ok'
type Strings = Record<string, string>
/** 综合查询 as one would do it by hand: every case looked at, each word taken as it says. */
function byHand(cases: readonly Made[], asked: Strings): Made[] {
  const { hall, caseNo, caseType, stage, light, department, applicant, acceptedBy, item, acceptedFrom, acceptedTo, overdue, order = 'newest' } = asked
  const isItem = (code: string) => {
    if (items.some(([known]) => known === item)) return code === item
    const exactly = items.filter(([, legal, short]) => legal === item || short === item)
    const found = exactly.length ? exactly : items.filter(([, legal, short]) => legal.includes(item!) || short.includes(item!))
    return found.some(([known]) => known === code) || (!found.length && code === item)
  }
  const named = (id: string, all: readonly (readonly [string, string])[], said: string) => all.some(([known]) => known === said) ? id === said : all.some(([known, name]) => known === id && name === said)
  const found = cases.filter((it) =>
    (hall === undefined || named(it.hall, halls.map(({ hall, name }) => [hall, name]), hall)) && (caseNo === undefined || it.caseNo === caseNo || it.id === caseNo)
    && (caseType === undefined || it.caseType === caseType) && (stage === undefined || it.stage === stage) && (light === undefined || lightOf(it) === light)
    && (overdue === undefined || lightOf(it) === 'late') && (department === undefined || it.department === department)
    && (acceptedBy === undefined || (it.acceptedBy !== undefined && named(it.acceptedBy, people.map(({ person, name }) => [person, name]), acceptedBy)))
    && (item === undefined || isItem(it.item)) && (acceptedFrom === undefined || (it.acceptedOn !== undefined && it.acceptedOn >= acceptedFrom))
    && (acceptedTo === undefined || (it.acceptedOn !== undefined && it.acceptedOn <= acceptedTo)) && (order !== 'due' || it.open)
    && (applicant === undefined || [it.person?.id, it.person?.name, it.person?.number, it.organisation, it.orgId].some((known) => known !== undefined && known === applicant.trim())))
  const utf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
  const place = (it: Made) => order === 'due' ? it.dueAt : it.acceptedOn
  return found.sort((a, b) => {
    const left = place(a), right = place(b)
    if ((left === undefined) !== (right === undefined)) return left === undefined ? 1 : -1
    const way = utf8(left ?? '', right ?? '') || utf8(a.id, b.id)
    return order === 'newest' ? -way : way
  })
}
async function allPages({ rooms }: World, asked: Strings, sight?: Sight) {
  const rows: { id: string; light: string; applicant?: string }[] = []
  let count: number | undefined, pages = 0
  for (let after: string | undefined; ;) {
    const page = await searchCases(rooms, searchAsked({ ...asked, ...(after !== undefined && { after }), ...(after === undefined && { count: '1' }) }), sight)
    count ??= page.count
    rows.push(...page.rows)
    expect(page.rows.length).toBeLessThanOrEqual(Number(asked['limit'] ?? 50))
    if (page.looked === undefined && page.next !== undefined) expect(page.rows).toHaveLength(Number(asked['limit'] ?? 50))
    if (page.next === undefined) return { rows, count, pages }
    if (++pages > 3_000) throw new Error('pages without end')
    after = page.next
  }
}

const someone = fc.constantFrom(...persons)
const fields: Record<string, fc.Arbitrary<string>> = {
  hall: fc.constantFrom('H-1', 'H-2', 'H-3', '县政务服务中心', '云岭镇便民中心', 'H-9'), caseType: fc.constantFrom('IMMEDIATE', 'PROMISED', 'JOINT', 'REPORTED_UP'), stage: fc.constantFrom(...stages, 'Archived'),
  light: fc.constantFrom('ok', 'soon', 'late', 'hold', 'done'), department: fc.constantFrom('部门0', '部门1', '部门2', '部门5', '部门9'),
  acceptedBy: fc.constantFrom('p-1', 'p-2', '王芳', '赵强', '无人'), item: fc.constantFrom('SP-01', '食品', '食品许可', '许可', '施工许可', 'MZ-01', '没有这个'),
  acceptedFrom: fc.nat(130).map(dayOf), acceptedTo: fc.nat(130).map(dayOf), overdue: fc.constant('1'),
  applicant: fc.oneof(someone.map(({ name }) => name), someone.map(({ number }) => number), someone.map(({ id }) => id), fc.constantFrom(...organisations, '9113', ' 张三 ', '没有这个人')),
  caseNo: fc.nat(5_000).map((n) => `2026-${String(n).padStart(5, '0')}`),
}
const order = fc.constantFrom('newest', 'oldest', 'due'), limit = fc.constantFrom('7', '50', '200')
const possible = ({ acceptedFrom, acceptedTo, overdue, light, order }: Strings) =>
  !(acceptedFrom && acceptedTo && acceptedFrom > acceptedTo) && !(overdue && light && light !== 'late') && !(order === 'due' && light === 'done')
/** One field more often than many, and a few together. */
const combined = fc.subarray(Object.keys(fields), { minLength: 0, maxLength: 5 }).chain((names) =>
  fc.record(Object.fromEntries([...names.map((name) => [name, fields[name]!]), ['order', order], ['limit', limit]]))).map((asked) => asked as Strings).filter(possible)

/** 视野 and, by hand, what is in it. */
const sights: readonly [Sight, (it: Made) => boolean][] = [
  [[], () => false], [[{ as: 'window-clerk', within: { hall: ['H-1'] } }], ({ hall }) => hall === 'H-1'],
  [[{ as: 'leader', within: { department: ['部门1'] } }, { as: 'leader', within: { itemCode: ['SP-01', 'MZ-01'] } }], ({ department, item }) => department === '部门1' || item === 'SP-01' || item === 'MZ-01'],
  [[{ as: 'inspector', within: { department: ['部门0', '部门2', '部门3', '部门4', '部门5'] } }], ({ department }) => department !== '部门1'],
  [[{ as: 'handler', within: { itemCode: ['SP-01'] } }, { as: 'window-clerk', within: { hall: ['H-2', 'H-3'] } }, { as: 'applicant', within: { applicantId: [persons[0]!.id] } }, { as: 'applicant', within: { agentId: [persons[0]!.id] } }],
    ({ item, hall, person }) => item === 'SP-01' || hall === 'H-2' || hall === 'H-3' || person?.id === persons[0]!.id],
  [[{ as: 'applicant', within: { applicantId: [persons[1]!.id] } }, { as: 'applicant', within: { agentId: [persons[1]!.id] } }], ({ person }) => person?.id === persons[1]!.id],
]

const worlds: Record<string, () => Promise<World>> = {
  'as it serves': () => world(5_000),
  'where everything is many, and a page looks at few': () => world(1_500, { upTos: [], atMost: 200 }),
}
describe.each(Object.entries(worlds))('综合查询 %s', (_, open) => {
  let it_: World
  beforeAll(async () => { it_ = await open() }, 120_000)
  const agrees = async (asked: Strings, sight?: Sight, isSeen: (it: Made) => boolean = () => true) => {
    const right = byHand(it_.cases.filter(isSeen), asked), { rows, count } = await allPages(it_, asked, sight)
    expect(rows.map(({ id }) => id), JSON.stringify(asked)).toStrictEqual(right.map(({ id }) => id))
    expect(rows.map(({ light }) => light)).toStrictEqual(right.map(lightOf))
    expect(count).toBe(right.length)
  }
  it('by nothing, gives all of them', { timeout: 60_000 }, async () => { for (const order of ['newest', 'oldest', 'due']) await agrees({ order, limit: '200' }) })
  it.each(Object.keys(fields))('by %s alone', { timeout: 60_000 }, async (name) => {
    await fc.assert(fc.asyncProperty(fields[name]!, order, async (said, order) => {
      if (possible({ [name]: said, order })) await agrees({ [name]: said, order, limit: '200' })
    }), { numRuns: 5 })
  })
  it('by any combination, in any order, page by page, is what one finds by hand', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(combined, (asked) => agrees(asked)), { numRuns: 100 })
  })
  it('of what is somebody\'s to see, in any order, page by page, is what one finds by hand of theirs', { timeout: 120_000 }, async () => {
    for (const [sight, isSeen] of sights) for (const order of ['newest', 'due']) await agrees({ order, limit: '200' }, sight, isSeen)
    await fc.assert(fc.asyncProperty(combined, fc.constantFrom(...sights), (asked, [sight, isSeen]) => agrees(asked, sight, isSeen)), { numRuns: 25 })
  })
  it('whole answers are not all empty: the oracle finds something', () => {
    const found = fc.sample(combined, { numRuns: 300, seed: 5 }).filter((asked) => byHand(it_.cases, asked).length > 0)
    expect(found.length).toBeGreaterThan(100)
  })
})

describe('申请人 by name', () => {
  it('is found by exact name or number, masked, and by nobody once forgotten: neither in answers nor in the side table', async () => {
    const keys = fileKeys(join(folder(), 'keys')), it_ = await world(300, {}, keys)
    closing.unshift(() => keys.close())
    const { person } = it_.cases.find(({ person }) => person !== undefined)!
    const own = it_.cases.filter((one) => one.person?.id === person!.id).map(({ id }) => id).sort()
    const ids = async (applicant: string) => (await allPages(it_, { applicant })).rows.map(({ id }) => id)
    const { rows } = await allPages(it_, { applicant: person!.name })
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(own))
    for (const { applicant } of rows.filter(({ id }) => own.includes(id))) expect(applicant).toMatch(/^.＊+$/u)
    expect((await ids(person!.number)).sort()).toStrictEqual(own)
    expect((await ids(person!.number.toLowerCase())).sort()).toStrictEqual(own)
    expect(await ids(person!.name.slice(0, 1))).toStrictEqual([]) // exact, never a beginning
    const namesakes = (await ids(person!.name)).filter((id) => !own.includes(id))
    const { default: Database } = await import('libsql')
    const side = new Database(join(it_.dir, 'blind.db'))
    const wordsOf = (subject: string) => (side.prepare('SELECT count(*) FROM words WHERE subject=?').raw().all(subject) as [number][])[0]![0]
    expect(wordsOf(person!.id)).toBe(own.length * 2)
    await it_.keys.forget(person!.id)
    expect(wordsOf(person!.id)).toBe(0)
    expect(await ids(person!.number)).toStrictEqual([])
    expect((await ids(person!.name)).sort()).toStrictEqual(namesakes.sort())
    expect((await ids(person!.id)).sort()).toStrictEqual(own) // the case stays, by our number
    side.close()
  })
  it('one matter is forgotten alone', async () => {
    const it_ = await world(400)
    const person = persons.find(({ id }) => it_.cases.filter((one) => one.person?.id === id).length > 1)!
    const [first, ...others] = it_.cases.filter((one) => one.person?.id === person.id).map(({ id }) => id)
    await allPages(it_, { applicant: person.number })
    await it_.keys.forget(person.id, `cases-${first!}`)
    expect((await allPages(it_, { applicant: person.number })).rows.map(({ id }) => id).sort()).toStrictEqual(others.sort())
  })
  it('is found as soon as it is told: a search waits for the head at the time of asking', async () => {
    const keys = memoryKeys(), book = memoryBook(), blind = blindingOf(book, keys, openBlindIndex(undefined, await keys.blind('mark', '')))
    for (const [n, name] of ['周一', '周二', '周一'].entries()) {
      await append(book, `cases-N-${n}`, await factsOf({ ...made(1)[0]!, id: `N-${n}`, person: { id: `a-${n}`, name, number: `${n}` } }, keys))
      expect(await blind.casesOf(name)).toContain(`N-${n}`)
      expect(blind.position()).toBe((await book.head()).position)
    }
    expect([...await blind.casesOf('周一')].sort()).toStrictEqual(['N-0', 'N-2'])
    expect(await blind.casesOf('1')).toStrictEqual(['N-1'])
    await blind.close()
  })
  it('the side table is made again from the book when it is gone, and when the key has changed; no name or number stands in it', async () => {
    const keys = memoryKeys(), book = memoryBook(), path = join(folder(), 'blind.db')
    await append(book, 'cases-N-1', await factsOf({ ...made(1)[0]!, id: 'N-1', person: { id: 'a-1', name: '欧阳克己', number: '99999920990101001X' } }, keys))
    const ask = async (mark: string) => {
      const blind = blindingOf(book, keys, openBlindIndex(path, mark))
      const found = [await blind.casesOf('欧阳克己'), await blind.casesOf('99999920990101001x')]
      await blind.close()
      return found
    }
    expect(await ask('k-1')).toStrictEqual([['N-1'], ['N-1']])
    for (const file of readdirSync(join(path, '..'))) expect(readFileSync(join(path, '..', file)).includes('欧阳克己') || readFileSync(join(path, '..', file)).includes('99999920990101001X')).toBe(false)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await ask('k-2')).toStrictEqual([['N-1'], ['N-1']])
    rmSync(path)
    expect(await ask('k-2')).toStrictEqual([['N-1'], ['N-1']])
  })
  it('a word is of one field and one key: elsewhere it is another', async () => {
    const [one, other] = [memoryKeys(), memoryKeys()]
    expect(await one.blind('applicantName', '1')).toBe(await one.blind('applicantName', '1'))
    expect(new Set([await one.blind('applicantName', '1'), await one.blind('applicantNumber', '1'), await other.blind('applicantName', '1')]).size).toBe(3)
    const dir = join(folder(), 'keys'), first = fileKeys(dir), word = await first.blind('applicantName', '张三')
    await first.close()
    const again = fileKeys(dir)
    expect(await again.blind('applicantName', '张三')).toBe(word)
    await again.close()
    expect(statSync(join(dir, 'blind.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dir, 'blind.key'))).not.toEqual(readFileSync(join(dir, 'master.key')))
  })
})

describe('查询条件', () => {
  const refusal = (asked: Strings): object => { try { return searchAsked(asked) } catch (error) { return (error as { problem: object }).problem } }
  it.each<[Strings, string, string]>([
    [{ hal: 'H-1' }, 'hal', 'known-field'], [{ acceptedFrom: '2026-02-30' }, 'acceptedFrom', 'yyyy-mm-dd'], [{ acceptedTo: '2026-2-3' }, 'acceptedTo', 'yyyy-mm-dd'], [{ acceptedTo: 'x' }, 'acceptedTo', 'yyyy-mm-dd'],
    [{ acceptedFrom: '2026-13-01' }, 'acceptedFrom', 'yyyy-mm-dd'], [{ acceptedFrom: '2026-03-02', acceptedTo: '2026-03-01' }, 'acceptedTo', 'from-before-to'], [{ stage: 'Nowhere' }, 'stage', 'one-of'],
    [{ caseType: 'promised' }, 'caseType', 'one-of'], [{ light: 'red' }, 'light', 'one-of'], [{ overdue: 'yes' }, 'overdue', 'one-of'], [{ overdue: '1', light: 'ok' }, 'light', 'overdue-is-late'],
    [{ order: 'due', light: 'done' }, 'order', 'due-is-open'], [{ order: 'name' }, 'order', 'one-of'], [{ limit: '0' }, 'limit', '1-200'], [{ limit: '201' }, 'limit', '1-200'], [{ limit: '1e2' }, 'limit', '1-200'],
    [{ applicant: ' ' }, 'applicant', 'not-empty'], [{ item: '' }, 'item', 'not-empty'], [{ hall: 'x'.repeat(201) }, 'hall', 'at-most-200'], [{ after: 'nonsense' }, 'after', 'of-this-question'],
  ])('%j is refused, naming field and rule in both languages', (asked, field, rule) =>
    expect(refusal(asked)).toMatchObject({ status: 400, field, rule, title: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[^\p{Script=Han}]+/u) }))
  it('a page of one question is no page of another', async () => {
    const it_ = await world(200), { next } = await searchCases(it_.rooms, searchAsked({ limit: '5' }))
    expect(refusal({ limit: '7', after: next! })).toMatchObject({ limit: 7 })
    expect(refusal({ stage: 'Accepted', after: next! })).toMatchObject({ code: 'bad-cursor' })
    expect(refusal({ order: 'oldest', after: next! })).toMatchObject({ code: 'bad-cursor' })
  })
})
