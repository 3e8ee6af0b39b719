import { searchAsked } from '../../../api/search-asked.ts'
import { searchCases } from '../../../api/searching.ts'
import { openRooms } from '../../../api/opening/main.ts'
import type { Rooms } from '../../../api/rooms.ts'
import type { Day, Instant } from '../../../domain/kernel/values.ts'
import { dayAfter } from '../../../domain/kernel/zones.ts'
import type { CaseRow } from '../../../projections/cases.ts'
import { ms, number, percentiles, timed } from '../figures.ts'
import { founding } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { caseName, departments, fill } from '../told.ts'

type Strings = Record<string, string>
type Kind = { zh: string; asked(n: number): Strings }
const day = (n: number) => dayAfter('2026-01-05' as Day, n % 200)
const item = (n: number) => `MJ-${String(n % 60).padStart(4, '0')}`
const officer = (n: number) => `p-${String(n % 200).padStart(3, '0')}`
const department = (n: number) => departments[n % departments.length]!
/** A day on which some of what is open is late, some is not, and little falls due: most of it is late, which no county is. */
const at = '2026-07-10T02:00:00.000Z' as Instant
const openStages = ['Accepted', 'Delivered'] as const

/** Kinds of question; the number says which of each. `none`: nothing is found, so that everything that leads must be looked at. */
const kinds: Record<string, Kind> = {
  caseNo: { zh: '受理编号', asked: (n) => ({ caseNo: caseName(n * 7919 % 50_000) }) },
  department: { zh: '业务部门', asked: (n) => ({ department: department(n) }) },
  acceptedBy: { zh: '受理人', asked: (n) => ({ acceptedBy: officer(n) }) },
  range: { zh: '受理日期', asked: (n) => ({ acceptedFrom: day(n), acceptedTo: dayAfter(day(n), 20) }) },
  oldest: { zh: '项目＋日期，早受理在前', asked: (n) => ({ item: item(n), acceptedFrom: day(n * 3), order: 'oldest' }) },
  stage: { zh: '大厅＋状态', asked: (n) => ({ hall: 'H-1', stage: openStages[n % 2]! }) },
  overdue: { zh: '过期', asked: (n) => ({ overdue: '1', order: n % 2 ? 'due' : 'newest' }) },
  oldestOk: { zh: '正常，早受理在前（先看过的都已超期）', asked: () => ({ light: 'ok', order: 'oldest' }) },
  hallLight: { zh: '大厅＋灯，三种先后', asked: (n) => ({ hall: 'H-1', light: ['late', 'ok', 'soon'][n % 3]!, order: ['newest', 'oldest', 'due'][Math.floor(n / 3) % 3]! }) },
  light: { zh: '部门＋灯', asked: (n) => ({ department: department(n), light: ['late', 'ok', 'soon', 'done'][n % 4]! }) },
  combined: { zh: '部门＋受理人＋状态＋日期＋灯', asked: (n) => ({ department: department(n), acceptedBy: officer(n * 3), stage: 'Accepted', acceptedFrom: day(n), light: n % 2 ? 'late' : 'ok' }) },
  none: { zh: '部门＋项目＋状态，没有这样的件', asked: (n) => ({ department: department(n), item: item(n), stage: 'Suspended' }) },
  rare: { zh: '部门＋已办结却未办结的状态', asked: (n) => ({ department: department(n), stage: 'Delivered', light: n % 2 ? 'late' : 'soon' }) },
}

async function everyRow({ rows }: Rooms): Promise<CaseRow[]> {
  const all: CaseRow[] = []
  for await (const batch of rows.scan('cases')) all.push(...batch.map(({ row }) => row as CaseRow))
  return all
}
/** 限 — the same looked for in every row that lies in memory already; lights are asked of the index one by one. */
function linear(rows: readonly CaseRow[], asked: Strings, lightOf: (row: CaseRow) => string): CaseRow[] {
  const { hall, caseNo, stage, department, acceptedBy, item, acceptedFrom, acceptedTo, overdue, light = overdue && 'late', order = 'newest' } = asked
  const found = rows.filter((row) => (hall === undefined || row.hall === hall) && (caseNo === undefined || row.caseNo === caseNo) && (stage === undefined || row.stage === stage)
    && (department === undefined || row.department === department) && (acceptedBy === undefined || row.acceptedBy === acceptedBy) && (item === undefined || row.itemCode === item)
    && (acceptedFrom === undefined || (row.acceptedOn ?? '') >= acceptedFrom) && (acceptedTo === undefined || (row.acceptedOn !== undefined && row.acceptedOn <= acceptedTo))
    && (light === undefined || lightOf(row) === light))
  const way = order === 'newest' ? -1 : 1
  return order === 'due' ? found : found.sort((a, b) => way * (a.acceptedOn! < b.acceptedOn! ? -1 : a.acceptedOn! > b.acceptedOn! ? 1 : a.id < b.id ? -1 : 1))
}

async function measure(rooms: Rooms, rows: readonly CaseRow[], [name, { zh, asked }]: [string, Kind], times: number): Promise<Line> {
  const index = await rooms.due(), now = rooms.now()
  const lightOf = (row: CaseRow) => {
    const due = row.open ? index.get(`cases.${row.id}`) : undefined
    return !row.open ? 'done' : !due ? 'ok' : due.held ? 'hold' : due.lateAt && now > due.lateAt ? 'late' : due.soonAt && now >= due.soonAt ? 'soon' : 'ok'
  }
  const taken: number[] = [], limits: number[] = [], counting: number[] = []
  let checked = 0, found = 0
  for (let n = 0; n < times; n++) {
    const page = await timed(() => searchCases(rooms, searchAsked({ ...asked(n), limit: '50' })))
    taken.push(page.ms)
    if (n % Math.ceil(times / 8) !== 0) continue
    const right = await timed(() => linear(rows, asked(n), lightOf)), counted = await timed(() => searchCases(rooms, searchAsked({ ...asked(n), limit: '1', count: '1' }))), { count } = counted.value
    counting.push(counted.ms)
    limits.push(right.ms)
    assertRight(count === right.value.length, `the number of ${JSON.stringify(asked(n))}: ${String(count)}, not ${right.value.length}`)
    if (asked(n)['order'] !== 'due' && page.value.looked === undefined)
      assertRight(page.value.rows.map(({ id }) => id).join() === right.value.slice(0, 50).map(({ id }) => id).join(), `the page of ${JSON.stringify(asked(n))}`)
    checked++
    found += right.value.length
  }
  const p = percentiles(taken), limit = percentiles(limits)(0.5)
  return {
    row: `search-${name}`, zh: `综合查询：${zh}（${number(rows.length)} 件，50 行一页）`, measured: `p50 ${ms(p(0.5))}，p99 ${ms(p(0.99))}，连总数 ${ms(percentiles(counting)(0.5))}`,
    limit: `逐行看过内存里的全部 ${ms(limit)}`, times: limit / p(0.5),
    goal: [{ zh: 'p50，ms', value: p(0.5), most: 10 }, { zh: 'p99，ms', value: p(0.99), most: 50 }], checked: `${checked} 问的总数与首页和逐行看过的一样，平均 ${number(found / checked)} 件`,
    figures: { p50Ms: p(0.5), p99Ms: p(0.99), linearMs: limit, countMs: percentiles(counting)(0.5), asked: times },
  }
}

/** 综合查询 over a book filled through its port, its rows folded by the house. */
export const search = (cases: number) => async (place: Place): Promise<Line[]> => {
  const house = await openRooms(place.room('search'), { write: 'must', founding, clock: { now: () => at, kind: 'simulated' } })
  const { rooms } = house
  try {
    place.say(`  铺簿 ${cases} 件 / filling a book through its port`)
    rooms.bulk(true)
    await fill(rooms.book, Math.round(cases * 7.4), rooms.now())
    rooms.bulk(false)
    await rooms.caughtUp((await rooms.book.head()).position)
    place.say('  推算到期 / deriving what is due')
    const rows = await everyRow(rooms)
    await rooms.due()
    const lines: Line[] = []
    for (const kind of Object.entries(kinds)) {
      lines.push(await measure(rooms, rows, kind, place.quick ? 40 : 100))
      place.say(`  ${lines.at(-1)!.zh} ${lines.at(-1)!.measured}`)
    }
    return lines
  } finally { await house.close() }
}
