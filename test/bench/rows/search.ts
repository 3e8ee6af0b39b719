import { Unanswerable } from '../../../api/problems.ts'
import { cursorOf, searchAsked } from '../../../api/search-asked.ts'
import type { SearchPage } from '../../../api/searching.ts'
import { dayAfter } from '../../../domain/kernel/zones.ts'
import { countyHouse, countyServed } from '../county-house.ts'
import { countyOracle, type CountyOracle, type Strings } from '../county-oracle.ts'
import { chance, countyCase, countyNo, countyTypes, dayOf, halls, itemCode, items, officerId, officers, organisationName, organisations, todays } from '../county.ts'
import { ms, number, percentiles, timed } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { departments } from '../told.ts'

type Kind = { zh: string; asked(n: number, cases: number): Strings; /** Said in a body: it belongs in no address. */ post?: true }
const pick = <T>(from: readonly T[], n: number, of: number): T => from[Math.floor(chance(n, of) * from.length)]!
const some = (n: number, of: number, most: number) => Math.floor(chance(n, of) * most)
const orders = ['newest', 'oldest', 'due'] as const
const department = (n: number) => pick(departments, n, 21), item = (n: number) => itemCode(some(n, 22, items)), officer = (n: number) => officerId(some(n, 23, officers)), hall = (n: number) => pick(halls, n, 24)
const range = (n: number, days: number): Strings => { const from = dayOf(some(n, 25, todays)); return { acceptedFrom: from, acceptedTo: dayAfter(from, days) } }
const ways = (n: number) => ({ order: orders[n % 2]! })

/** 查询页上的每一栏 alone, the orders that the page offers, and the combinations that people make of them. The number says which of each. */
const kinds: Record<string, Kind> = {
  all: { zh: '不设条件', asked: (n) => ({ order: orders[n % 3]! }) },
  hall: { zh: '监察地点', asked: (n) => ({ hall: hall(n), ...ways(n) }) },
  caseNo: { zh: '受理编号', asked: (n, cases) => ({ caseNo: countyNo(countyCase(some(n, 26, cases), cases)) }) },
  caseType: { zh: '办件类型', asked: (n) => ({ caseType: pick(countyTypes, n, 27), ...ways(n) }) },
  stage: { zh: '办理状态', asked: (n) => ({ stage: pick(['Submitted', 'Accepted', 'Handled', 'Reviewed', 'Suspended', 'Concluded', 'Delivered', 'Handled,Reviewed'], n, 28), ...ways(n) }) },
  light: { zh: '灯', asked: (n) => ({ light: pick(['ok', 'soon', 'late', 'hold', 'done'], n, 29), ...ways(n) }) },
  department: { zh: '业务部门', asked: (n) => ({ department: department(n), ...ways(n) }) },
  applicant: { zh: '申请人（单位名称，连最大的一家）', post: true, asked: (n) => ({ applicant: organisationName(n % 4 === 0 ? 0 : some(n, 30, organisations)) }) },
  applicantId: { zh: '申请人编号', asked: (n, cases) => ({ applicantId: n % 3 === 0 ? `o-${some(n, 31, organisations)}` : `a-${some(n, 31, Math.floor(cases / 3))}` }) },
  acceptedBy: { zh: '受理人', asked: (n) => ({ acceptedBy: officer(n), ...ways(n) }) },
  item: { zh: '项目名称', asked: (n) => ({ item: n % 2 ? item(n) : `事项第${some(n, 22, items)}号`, ...ways(n) }) },
  range: { zh: '受理日期起止', asked: (n) => ({ ...range(n, 20), ...ways(n) }) },
  overdue: { zh: '过期', asked: (n) => ({ overdue: '1', order: orders[n % 3]! }) },
  holder: { zh: '在谁手里', asked: (n) => ({ holder: officer(n), order: orders[n % 3]! }) },
  untaken: { zh: '没有人接手', asked: (n) => ({ untaken: '1', department: department(n), ...ways(n) }) },
  due: { zh: '快要到期', asked: (n) => ({ due: n % 2 ? 'week' : 'today', order: orders[n % 3]! }) },
  unaccepted: { zh: '还没有受理', asked: (n) => ({ unaccepted: '1', ...ways(n) }) },
  today: { zh: '今天的', asked: (n) => ({ today: pick(['received', 'concluded', 'delivered'], n, 32), ...ways(n) }) },
  dueOrder: { zh: '最紧的在前', asked: (n) => ({ order: 'due', ...pick<Strings>([{}, { department: department(n) }, { hall: hall(n) }, { stage: 'Handled' }, { acceptedBy: officer(n) }], n, 33) }) },
  itemSince: { zh: '项目＋日期', asked: (n) => ({ item: item(n), acceptedFrom: dayOf(some(n, 34, todays)), ...ways(n) }) },
  hallStage: { zh: '地点＋状态', asked: (n) => ({ hall: hall(n), stage: pick(['Accepted', 'Handled', 'Delivered', 'Suspended'], n, 35), ...ways(n) }) },
  hallLight: { zh: '地点＋灯', asked: (n) => ({ hall: hall(n), light: pick(['ok', 'soon', 'late', 'hold'], n, 36), order: orders[n % 3]! }) },
  lightOfMany: { zh: '部门＋受理人＋灯', asked: (n) => ({ department: department(n), acceptedBy: officer(n), light: pick(['ok', 'late'], n, 37), ...ways(n) }) },
  combined: { zh: '部门＋受理人＋状态＋日期＋灯', asked: (n) => ({ department: department(n), acceptedBy: officer(n), stage: 'Accepted', ...range(n, 200), light: n % 2 ? 'soon' : 'ok' }) },
  typeAndHall: { zh: '类型＋地点＋受理人', asked: (n) => ({ caseType: pick(countyTypes, n, 38), hall: hall(n), acceptedBy: officer(n), ...ways(n) }) },
  none: { zh: '部门＋别部门的项目，没有这样的件', asked: (n) => ({ department: department(n), item: itemCode((departments.indexOf(department(n)) + 1) % departments.length), ...ways(n) }) },
  rare: { zh: '地点＋类型＋停表，少有', asked: (n) => ({ hall: hall(n), caseType: 'REPORTED_UP', stage: 'Suspended', ...ways(n) }) },
}

type Asker = { url: string; cookie: string; oracle: CountyOracle; cases: number }
async function ask({ url, cookie }: Asker, { post }: Kind, words: Strings): Promise<SearchPage> {
  const answer = post ? await fetch(`${url}/api/search`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(words) })
    : await fetch(`${url}/api/search?${new URLSearchParams(words).toString()}`, { headers: { cookie } })
  const text = await answer.text()
  assertRight(answer.status === 200, `${JSON.stringify(words)}: ${answer.status} ${text.slice(0, 300)}`)
  return JSON.parse(text) as SearchPage
}
const perPage = 50
/** The road on which a page goes on that is asked for in the middle of what is found. */
const cursorAfter = (words: Strings, n: number, oracle: CountyOracle) => {
  const isDue = words['order'] === 'due', dueAt = oracle.dueAtOf(n)
  return cursorOf(searchAsked(words).question, { by: isDue ? 'due' : 'rows', value: (isDue ? dueAt === '9999' ? undefined : dueAt : oracle.acceptedOn(n)) ?? null, key: oracle.key(n) })
}

async function measure(asker: Asker, [name, kind]: [string, Kind], times: number): Promise<Line> {
  const { oracle, cases } = asker, pages: number[] = [], deep: number[] = [], counting: number[] = []
  let found = 0, partly = 0, deepest = 0
  for (let n = 0; n < times; n++) {
    const words = kind.asked(n, cases), right = oracle.found(words), from = n % 2 && right.length > perPage ? some(n, 40, right.length) : 0
    const asked = from === 0 ? words : { ...words, after: cursorAfter(words, right[from - 1]!, oracle) }
    const page = await timed(() => ask(asker, kind, { ...asked, limit: String(perPage) })), { rows, looked, next } = page.value
    ;(from === 0 ? pages : deep).push(page.ms)
    const expected = right.slice(from, from + perPage).map(oracle.key), got = rows.map(({ id }) => id)
    if (looked !== undefined) partly++
    assertRight(got.join() === expected.slice(0, looked === undefined ? perPage : got.length).join(), `the page of ${JSON.stringify(asked)} from ${from}: ${got.slice(0, 3).join()} …, not ${expected.slice(0, 3).join()} …; ${got.length}, not ${expected.length}`)
    assertRight((next !== undefined) === (looked !== undefined || right.length > from + perPage), `whether ${JSON.stringify(asked)} goes on`)
    found += right.length
    deepest = Math.max(deepest, from)
    if (n % 4 > 1) continue
    const counted = await timed(() => ask(asker, kind, { ...words, limit: '1', count: '1' }))
    counting.push(counted.ms)
    assertRight(counted.value.count === right.length, `the number of ${JSON.stringify(words)}: ${String(counted.value.count)}, not ${right.length}`)
  }
  const p = percentiles(pages), d = percentiles(deep), c = percentiles(counting), all = percentiles([...pages, ...deep])
  return {
    row: `search-${name}`, zh: `综合查询：${kind.zh}（${number(cases)} 件，${perPage} 行一页，经 HTTP）`,
    measured: `首页 p50 ${ms(p(0.5))}，p95 ${ms(p(0.95))}${deep.length === 0 ? '' : `；深页 p95 ${ms(d(0.95))}（至第 ${number(deepest)} 行）`}；连总数 p95 ${ms(c(0.95))}`,
    limit: '一页 150 ms', times: all(0.95) / 150,
    goal: [{ zh: '页 p95，ms', value: all(0.95), most: 150 }], checked: `${times} 页、${counting.length} 个总数与由编号推得的一样，平均 ${number(found / times)} 件${partly > 0 ? `；${partly} 页没有看完，说了看过多少` : ''}`,
    figures: { p50Ms: p(0.5), p95Ms: p(0.95), deepP95Ms: d(0.95), worstMs: Math.max(...pages, ...deep), countP95Ms: c(0.95), asked: times, partly },
  }
}

/** A county of a million is judged for minutes after its doors open: who asks is told to come again. */
async function onceJudged(due: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await due()
      return
    } catch (error) {
      if (!(error instanceof Unanswerable && error.problem.code === 'still-judging')) throw error
    }
  }
}

/** 综合查询 over a county filled through its port, asked as a browser asks. With `--keep` it is filled once. */
export const search = (cases: number) => async (place: Place): Promise<Line[]> => {
  if (place.fill) {
    await countyHouse(place, cases)
    return []
  }
  place.say('  由编号推出各件 / what must be found')
  const serving = await countyServed(place, cases), { house, url, cookie } = serving
  try {
    const oracle = countyOracle(cases, house.rooms.now()), asker = { url, cookie, oracle, cases }, lines: Line[] = []
    place.say('  推算到期、逐件研判 / everything is looked at')
    const { ms: readyMs } = await timed(() => onceJudged(house.rooms.due))
    place.say(`  ${(readyMs / 1000).toFixed(0)} s；在办 ${oracle.open()} 件`)
    for (const kind of Object.entries(kinds)) {
      await ask(asker, kind[1], { ...kind[1].asked(10_001, cases) })
      lines.push(await measure(asker, kind, place.quick ? 24 : 60))
      place.say(`  ${lines.at(-1)!.zh} ${lines.at(-1)!.measured}`)
    }
    return lines
  } finally { await serving.close() }
}
