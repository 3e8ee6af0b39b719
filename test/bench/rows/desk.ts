import { getHeapStatistics } from 'node:v8'
import { cases } from '../../../domain/cases/index.ts'
import { items } from '../../../domain/items/index.ts'
import { openRooms } from '../../../api/opening/main.ts'
import type { Instant } from '../../../domain/kernel/values.ts'
import { instantOf } from '../../../domain/kernel/zones.ts'
import { pageLimit } from '../../../projections/read-store.ts'
import { ms, number, percentiles, timed } from '../figures.ts'
import { founding, said, type House } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { send } from '../../signed-in.ts'
import { served } from '../serving.ts'
import { caseName, department, departments, fillOpen } from '../told.ts'

/** Before anything falls due: what is measured is the asking, not a judge who deals a hundred thousand cards. */
const began = '2026-01-07T01:00:00.000Z' as Instant
/** By whom every case of the bench was taken up, and of how many of the sixty items they are an officer. */
const handler = 'p-007', own = 6
const codeOf = (n: number) => `MJ-${String(n).padStart(4, '0')}`
async function publish(house: House) {
  for (let n = 0; n < 60; n++) await said(house, { context: items, id: codeOf(n), key: `item ${n}`, command: { type: 'PublishItem', data: { version: 1, legalName: `事项 ${n}`, shortName: `事项 ${n}`, itemType: 'licence', caseType: 'PROMISED',
    department: departments[0]!, categories: [], statutoryWorkingDays: 20, promisedWorkingDays: 10, stepLimits: [], flow: ['handling', 'reviewing', 'approving'], twoPersonRule: true, officers: n < own ? [handler] : ['p-008'],
    specialProcedures: [], materials: [{ name: '申请书', required: true }], legalBasis: [{ statute: '法', clause: '第一条' }], fees: [], form: [] } } })
}
const sumOf = (all: readonly { open: number }[]) => all.reduce((sum, { open }) => sum + open, 0)
/** 限 — the same rows read once from the file, as nothing more than rows. */
async function readAll({ rooms }: House, collection: string, where: Record<string, string | boolean>): Promise<number> {
  let n = 0
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rooms.rows.find(collection, { where, limit: pageLimit, ...(after !== undefined && { after }) })
    n += page.rows.length
    after = page.next
  }
  return n
}

/** 桌 — what every desk and every rail asks for, over so many open cases. */
export const desk = (many: number) => async (place: Place): Promise<Line[]> => {
  let now = began
  const house = await openRooms(place.room('desk'), { write: 'must', founding, clock: { now: () => now, kind: 'simulated' } }), { rooms } = house
  place.say(`  铺簿 ${many} 件在办 / filling a book through its port`)
  await publish(house)
  rooms.bulk(true)
  await fillOpen(rooms.book, many, rooms.now())
  rooms.bulk(false)
  await rooms.caughtUp((await rooms.book.head()).position)
  now = instantOf(Date.parse(began) + 2 * many)
  const serving = await served(house)
  try {
    const { people } = serving, { cookie } = await people.enrol(handler, ['handler'], { department: departments[0]! })
    const leader = (await people.enrol('t-region', ['leader'], {}, { scope: 'region' })).cookie, inspector = await people.cookieFor('inspector')
    const theirs = Array.from({ length: many }, (_, n) => department(n)).filter((one) => one === departments[0]).length
    const mine = Array.from({ length: many }, (_, n) => n % 60).filter((n) => n < own).length
    const asks: { row: string; zh: string; path: string; cookie: string; limit: [string, Record<string, string | boolean>]; isRight(body: any): boolean; body?: object }[] = [
      { row: 'desk', zh: '工作台', path: '/api/desk', cookie, limit: ['desk', { turn: 'handling' }], isRight: ({ counts, rows }) => counts.mine === mine && rows.length === 100 },
      { row: 'desk-waiting', zh: '待办数', path: '/api/desk/waiting', cookie, limit: ['desk', { turn: 'handling' }], isRight: ({ waiting }) => waiting >= 0 && waiting <= mine },
      { row: 'items', zh: '事项表与在办数', path: '/api/items', cookie, limit: ['cases', { open: true }], isRight: ({ items }) => items.reduce((sum: number, { open }: { open: number }) => sum + open, 0) === many },
      { row: 'touches-person', zh: '人员牵动', path: `/api/touches/people/${handler}`, cookie: await people.administrator('system'), limit: ['cases', { open: true }], isRight: ({ casesHeld }) => casesHeld >= 0 && casesHeld <= many },
      { row: 'desk-region', zh: '全县领导的工作台', path: '/api/desk?whose=all', cookie: leader, limit: ['desk', { turn: 'handling' }], isRight: ({ counts, rows }) => counts.all === many && counts.mine === 0 && rows.length === 100
        && counts.late + counts.today + counts.week + counts.hold + counts.later === many },
      { row: 'board', zh: '监察板', path: '/api/board', cookie: inspector, limit: ['cases', { open: true }], isRight: ({ total, departments, halls, steps }) => [[total], departments, halls, steps].every((all) => sumOf(all) === many) },
      // A day off that nobody has published: what falls due after it moves by a day.
      { row: 'touches-calendar', zh: '改历牵动', path: '/api/touches/calendar/national/amend-calendar', cookie: inspector, limit: ['cases', { open: true }],
        body: { layer: 'national', place: '', year: 2026, off: [{ on: '2026-01-14', name: '县庆' }], working: [], ordinary: [], notice: '关于县庆放假的通知', knownOn: '2026-01-07' },
        isRight: ({ open, movedCases, moves, unlisted, movedClocks }) => open === many && movedCases > 0 && movedCases <= many && moves.length + unlisted === movedClocks },
      { row: 'department', zh: '部门页', path: `/api/department?department=${encodeURIComponent(departments[0]!)}`, cookie: inspector, limit: ['cases', { open: true }],
        isRight: ({ total, items, departments: all }) => total.open === theirs && sumOf(items) === theirs && sumOf(all) === many },
      { row: 'process-map', zh: '流程图', path: '/api/process-map', cookie: inspector, limit: ['case-paths', {}], isRight: ({ cases, edges }) => cases === many && edges.length > 0 },
    ]
    const { judging } = serving, lines: Line[] = [{ row: 'first-judging', zh: `开门后先逐件研判（${number(many)} 件在办）`, measured: `${ms(judging.ms)} 判完；其间问了 ${judging.answers} 次，最慢一答 ${ms(judging.slowestMs)}`,
      limit: '先等 10 s，等不到就答进度', goal: [{ zh: '最慢一答，ms', value: judging.slowestMs, most: 12_000 }], checked: '没判完的每一答都说判了几件、共几件、多久再问', figures: { judgedMs: judging.ms, answers: judging.answers, slowestMs: judging.slowestMs } }]
    for (const { row, zh, path, cookie, limit: [collection, where], isRight, body } of asks) {
      const ask = async () => { const answer = await (body ? send(serving.url, path, body, cookie) : fetch(serving.url + path, { headers: { cookie } })); return { status: answer.status, text: await answer.text() } }
      const first = await timed(ask), taken: number[] = [], spentMs: number[] = []
      for (let n = 0; n < (place.quick ? 10 : 40); n++) {
        // A case is urged between two questions: what lies in memory has moved.
        await said(house, { context: cases, id: caseName(n), key: `${row} ${n}`, command: { type: 'UrgeCase', data: { number: `${row} ${n}`, reason: '试' } }, by: { person: handler, role: 'leader', department: departments[0]! } })
        const before = process.cpuUsage(), { ms: took, value: { status, text } } = await timed(ask), { user, system } = process.cpuUsage(before)
        spentMs.push((user + system) / 1000)
        assertRight(status === 200 && isRight(JSON.parse(text)), `${path}: ${status} ${text.slice(0, 200)}`)
        taken.push(took)
      }
      const limit = await timed(() => readAll(house, collection, where)), p = percentiles(taken)
      lines.push({ row, zh: `${zh}（${number(many)} 件在办，${number(mine)} 件在手）`, measured: `p50 ${ms(p(0.5))}，p95 ${ms(p(0.95))}（CPU p50 ${ms(percentiles(spentMs)(0.5))}），第一次 ${ms(first.ms)}`, limit: `逐页读过 ${number(limit.value)} 行 ${ms(limit.ms)}`, times: limit.ms / p(0.5),
        goal: [{ zh: 'p95，ms', value: p(0.95), most: 100 }], checked: '数与铺下的件数一致', figures: { cpuMs: percentiles(spentMs)(0.5), p50Ms: p(0.5), p95Ms: p(0.95), firstMs: first.ms, rowsReadMs: limit.ms, rows: limit.value } })
      place.say(`  ${lines.at(-1)!.zh} ${lines.at(-1)!.measured}`)
    }
    globalThis.gc?.()
    const { heapUsed } = process.memoryUsage(), { heap_size_limit: limit } = getHeapStatistics()
    lines.push({ row: 'desk-memory', zh: `以上都问过之后，主线程的堆（${number(many)} 件在办）`, measured: `${number(heapUsed / 1e6)} MB，每件 ${number(heapUsed / many)} B`, limit: `堆的上限 ${number(limit / 1e6)} MB`, times: heapUsed / limit,
      goal: [{ zh: '堆 ÷ 上限', value: heapUsed / limit, most: 0.5 }], checked: '收过垃圾之后量', figures: { heapMb: heapUsed / 1e6, limitMb: limit / 1e6 } })
    return lines
  } finally { await serving.close() }
}
