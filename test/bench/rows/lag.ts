import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cases } from '../../../domain/cases/index.ts'
import { items } from '../../../domain/items/index.ts'
import { platform } from '../../../domain/platform/index.ts'
import type { Answered, Saying } from '../../../api/tell.ts'
import type { Heard, Saw } from '../children/ws-listener.ts'
import { ms, nowMs, number, percentiles } from '../figures.ts'
import { historyOf, openHouse, said, type House } from '../house.ts'
import { assertRight, type Bound, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { served } from '../serving.ts'
import { benchZone } from '../told.ts'

/** `perSaying`: facts that one saying tells. Ten thousand facts a second are told as an import tells them, ten to a saying. */
type Pace = { sayingsPerSecond: number; perSaying: number; goal(lag: Lag): Bound[] }
type Lag = { ratio: number; p99: number }
const paces: readonly Pace[] = [
  { sayingsPerSecond: 200, perSaying: 1, goal: ({ ratio }) => [{ zh: 'p50 ÷ 提交 p50', value: ratio, most: 3 }] },
  { sayingsPerSecond: 1_000, perSaying: 1, goal: ({ ratio, p99 }) => [{ zh: 'p50 ÷ 提交 p50', value: ratio, most: 3 }, { zh: 'p99 ms', value: p99, most: 5 }] },
  { sayingsPerSecond: 1_000, perSaying: 10, goal: ({ ratio, p99 }) => [{ zh: 'p50 ÷ 提交 p50', value: ratio, most: 3 }, { zh: 'p99 ms', value: p99, most: 10 }] },
]
type Timed = { key: string; step: string; saidAt: number; answeredAt: number; answer: Answered }

async function prepared(house: House) {
  await said(house, { context: platform, id: 'H-1', key: 'hall', command: { type: 'OpenHall', data: { name: '县政务服务中心', kind: 'hall', zone: benchZone } } })
  for (const [code, name] of [['MJ-0001', '食品经营许可'], ['MJ-0002', '道路货物运输经营许可'], ['MJ-0003', '林木采伐许可']] as const) {
    await said(house, { context: items, id: code, key: code, command: { type: 'PublishItem', data: { version: 1, legalName: name, shortName: name, itemType: 'licence', caseType: 'PROMISED',
      department: '市场监督管理局', statutoryWorkingDays: 20, promisedWorkingDays: 10, flow: ['handling', 'reviewing'], officers: ['p-001'], specialProcedures: [], materials: [{ name: '申请书', required: true }],
      legalBasis: [{ statute: '行政许可法', clause: '第四十二条' }], categories: [], stepLimits: [], twoPersonRule: true, fees: [], form: [] } } })
  }
}

/** What is said nth: an application, and then its acceptance; or a foreign case with all its steps. */
function sayingOf(run: string, n: number, perSaying: number): { saying: Omit<Saying, 'by'> & { by?: Saying['by'] }; key: string; step: string } {
  if (perSaying > 1) {
    const caseNo = `${run}-${n}`
    return { saying: { context: cases, ...historyOf('lag', caseNo, perSaying, `${run} ${n}`) }, key: `lag:${caseNo}`, step: `环节 ${perSaying - 1}：核对材料并登记` }
  }
  const id = `${run}-${n >> 1}`, key = `${run} ${n}`
  return n % 2 === 0
    ? { key: id, step: 'ApplicationSubmitted', saying: { context: cases, id, key, command: { type: 'SubmitApplication', data: { itemCode: `MJ-000${1 + n % 3}`, hall: 'H-1', channel: 'window', applicantId: `a-${n}`, applicantName: '张三丰' } },
      by: { person: 'p-002', role: 'window-clerk', department: '市场监督管理局' } } }
    : { key: id, step: 'CaseAccepted', saying: { context: cases, id, key, command: { type: 'AcceptCase', data: {} }, by: { person: 'p-001', role: 'handler', department: '市场监督管理局' } } }
}

/** Says so many a second, whether or not the ones before have been answered; two sayings of one case are half a second apart. */
async function sayAt(house: House, run: string, { sayingsPerSecond, perSaying }: Pace, forMs: number): Promise<{ timed: Timed[]; lateMs: number }> {
  const timed: Timed[] = [], flying: Promise<void>[] = [], began = nowMs()
  const total = Math.round(sayingsPerSecond * forMs / 1000), apart = perSaying > 1 ? 0 : Math.round(sayingsPerSecond / 4)
  let lateMs = 0
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor((nowMs() - began) * sayingsPerSecond / 1000))
    for (; n < due; n++) {
      // Blocks of applications, then the same cases accepted.
      const block = apart === 0 ? 0 : Math.floor(n / (2 * apart)), within = apart === 0 ? n : n % (2 * apart)
      const number = apart === 0 ? n : 2 * (block * apart + within % apart) + Math.floor(within / apart)
      const { saying, key, step } = sayingOf(run, number, perSaying), saidAt = nowMs()
      lateMs = Math.max(lateMs, saidAt - began - n * 1000 / sayingsPerSecond)
      flying.push(said(house, saying).then((answer) => { timed.push({ key, step, saidAt, answeredAt: nowMs(), answer }) }))
    }
    await setTimeout(1)
  }
  await Promise.all(flying)
  return { timed, lateMs }
}

async function watch({ url, cookie }: { url: string; cookie: string }, work: () => Promise<void>): Promise<Saw> {
  const child = fork(fileURLToPath(new URL('../children/ws-listener.js', import.meta.url)), { execArgv: [], serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] })
  try {
    child.send({ url: `${url.replace('http', 'ws')}/api/live`, cookie })
    await once(child, 'message')
    await work()
    await setTimeout(300)
    child.send('stop')
    const [saw] = await once(child, 'message') as [Saw]
    return saw
  } finally { child.kill() }
}

/** Each fact that was told was heard: as the row that it made, as a later row of its case, or by being told to load again. */
function lagsOf(timed: readonly Timed[], { heard, refreshes }: Saw) {
  const byKey = new Map<string, Heard[]>()
  for (const one of heard) byKey.set(one.key, [...byKey.get(one.key) ?? [], one])
  const fromSaid: number[] = [], fromAnswered: number[] = []
  let exact = 0
  for (const { key, step, saidAt, answeredAt, answer } of timed) {
    const shown = byKey.get(key)?.find(({ position }) => position >= answer.position)
    const found = shown ?? refreshes.find(({ position }) => position >= answer.position)
    assertRight(found !== undefined, `${key} ${step}, told at ${answer.position}, was never heard`)
    if (shown?.lastStep === step) exact++
    fromSaid.push(found.atMs - saidAt)
    fromAnswered.push(found.atMs - answeredAt)
  }
  assertRight(refreshes.length > 0 || exact > timed.length * 0.9, `${timed.length - exact} of ${timed.length} rows were not those that had been told`)
  return { fromSaid, fromAnswered, exact }
}

/** 从说到看见 — a command said in the house; its row, changed, at a watcher's socket in another process. */
export async function lag(place: Place): Promise<Line[]> {
  const lines: Line[] = [], dir = place.room('lag')
  const house = await openHouse(dir)
  await prepared(house)
  const serving = await served(house)
  try {
    for (const [i, pace] of paces.entries()) lines.push(await measure(place, house, serving, pace, `r${i}`))
  } finally { await serving.close() }
  place.empty('lag')
  return lines
}

async function measure(place: Place, house: House, at: { url: string; cookie: string }, pace: Pace, run: string): Promise<Line> {
  const { sayingsPerSecond, perSaying, goal } = pace, factsPerSecond = sayingsPerSecond * perSaying
  await watch(at, async () => { await sayAt(house, `${run}w`, pace, place.quick ? 500 : 1_500) }) // warm
  let done: { timed: Timed[]; lateMs: number } = { timed: [], lateMs: 0 }
  let spentMs = 0
  const saw = await watch(at, async () => {
    done = await sayAt(house, run, pace, place.quick ? 2_000 : 6_000)
    spentMs = Math.max(...done.timed.map((one) => one.answeredAt)) - Math.min(...done.timed.map((one) => one.saidAt))
    await house.rooms.caughtUp((await house.rooms.book.head()).position)
  })
  const { fromSaid, fromAnswered, exact } = lagsOf(done.timed, saw)
  const commit = percentiles(done.timed.map((one) => one.answeredAt - one.saidAt)), lag = percentiles(fromSaid), after = percentiles(fromAnswered)
  const reached = done.timed.length * perSaying * 1000 / spentMs, ratio = lag(0.5) / commit(0.5)
  return {
    row: `lag-${factsPerSecond}`, zh: `事实 → WebSocket，${number(factsPerSecond)} facts/s${perSaying > 1 ? `（每次 ${perSaying} 条）` : ''} / fact to WebSocket`,
    measured: `从说到收 p50 ${ms(lag(0.5))}，p99 ${ms(lag(0.99))}；从确认到收 p50 ${ms(after(0.5))}，p99 ${ms(after(0.99))}（实际 ${number(reached)} facts/s，说晚了最多 ${ms(done.lateMs)}）`,
    limit: `提交（说到答）p50 ${ms(commit(0.5))}，p99 ${ms(commit(0.99))}`, times: ratio,
    // A pace that was not kept up proves nothing about it.
    goal: [...goal({ ratio, p99: lag(0.99) }), ...(reached < factsPerSecond * 0.95 ? [{ zh: '实际 ÷ 应有速率', value: reached / factsPerSecond, least: 0.95 }] : [])],
    checked: `${done.timed.length} 次说的都在另一进程的套接字上收到，${exact} 次正是它所成的行${saw.refreshes.length > 0 ? `；有 ${saw.refreshes.length} 次改叫重新读取` : ''}`,
    figures: { lagP50Ms: lag(0.5), lagP99Ms: lag(0.99), afterAnswerP50Ms: after(0.5), afterAnswerP99Ms: after(0.99), commitP50Ms: commit(0.5), commitP99Ms: commit(0.99), reachedPerSecond: reached, lateMs: done.lateMs, exact, refreshes: saw.refreshes.length },
  }
}
