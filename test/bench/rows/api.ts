import type { Asked, Loaded } from '../children/http-load.ts'
import { mean, ms, number, percent, perSecond, spread } from '../figures.ts'
import { openHouse, theBook } from '../house.ts'
import { bareServer } from '../limits/bare-server.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { served } from '../serving.ts'
import { caseName, departments } from '../told.ts'

const connections = 16
const collection = (query: Record<string, string>) => `/api/collections/cases?${new URLSearchParams(query).toString()}`
type Rows = { rows: { caseNo: string; department: string; open: boolean; openedAt: string }[] }
type Question = { row: string; zh: string; paths: string[]; isRight(asked: URLSearchParams, answer: Rows): boolean }

const questions = (cases: number): Question[] => [
  { row: 'api-one', zh: 'API 读一行 / API read, one row', paths: Array.from({ length: 500 }, (_, i) => collection({ where: JSON.stringify({ caseNo: caseName(i * 7 % cases) }), limit: '1' })),
    isRight: (asked, { rows }) => rows.length === 1 && rows[0]!.caseNo === (JSON.parse(asked.get('where')!) as { caseNo: string }).caseNo },
  { row: 'api-list', zh: 'API 读 20 行的列表 / API read, list of 20', paths: departments.map((department) => collection({ where: JSON.stringify({ department, open: true }), order: '-openedAt', limit: '20' })),
    isRight: (asked, { rows }) => rows.length === 20 && rows.every((row, i) => row.open && row.department === (JSON.parse(asked.get('where')!) as { department: string }).department
      && (i === 0 || row.openedAt <= rows[i - 1]!.openedAt)) },
]

async function measure(place: Place, { port, cookie }: { port: number; cookie: string }, { row, zh, paths, isRight }: Question): Promise<Line> {
  const warmMs = place.quick ? 200 : 700, forMs = place.quick ? 500 : 1_500, rounds = place.quick ? 1 : 3
  const body = await (await fetch(`http://127.0.0.1:${port}${paths[0]}`, { headers: { cookie } })).text()
  const bare = await bareServer(body)
  const load = (asked: Pick<Asked, 'port' | 'cookie' | 'paths' | 'keep'>) => place.ask<Loaded>('http-load', { connections, warmMs, forMs, ...asked } satisfies Asked)
  const ours: (Loaded & { cpuUs: number })[] = [], limits: (Loaded & { cpuUs: number })[] = []
  const withCpu = async (asked: Pick<Asked, 'port' | 'cookie' | 'paths' | 'keep'>) => {
    const before = process.cpuUsage(), loaded = await load(asked), { user, system } = process.cpuUsage(before)
    return { ...loaded, cpuUs: (user + system) / loaded.count * forMs / (forMs + warmMs) }
  }
  for (let round = 0; round < rounds; round++) {
    limits.push(await withCpu({ port: bare.port, paths: ['/bare'], keep: 0 }))
    ours.push(await withCpu({ port, cookie, paths, keep: 50 }))
  }
  limits.push(await withCpu({ port: bare.port, paths: ['/bare'], keep: 0 }))
  await bare.close()
  const kept = ours.flatMap((one) => one.kept)
  assertRight(kept.length > 0 && kept.every(({ path, body }) => isRight(new URL(path, 'http://x').searchParams, JSON.parse(body) as Rows)), `an answer of ${row}`)
  const rate = mean(ours.map((one) => one.perSecond)), limit = mean(limits.map((one) => one.perSecond))
  const p99 = mean(ours.map((one) => one.p99Ms)), bareP99 = mean(limits.map((one) => one.p99Ms))
  const cpuUs = mean(ours.map((one) => one.cpuUs)), bareCpuUs = mean(limits.map((one) => one.cpuUs))
  return {
    row, zh: `${zh}（${connections} 个连接，从库里读，${Buffer.byteLength(body)} B）`,
    measured: `${perSecond(rate, 'req')}，p99 ${ms(p99)}，服务端 ${number(cpuUs)} µs CPU/req`,
    limit: `裸 Fastify 送同样大小的现成 JSON ${perSecond(limit, 'req')}（±${percent(spread(limits.map((one) => one.perSecond)))}），p99 ${ms(bareP99)}，${number(bareCpuUs)} µs CPU/req`,
    times: rate / limit, noise: spread(limits.map((one) => one.perSecond)),
    goal: [{ zh: '÷ 裸 Fastify', value: rate / limit, least: 0.7 }, { zh: 'p99 ÷ 裸 p99', value: p99 / bareP99, most: 1.5 }],
    checked: `抽出 ${kept.length} 份回答，问的就是答的`,
    figures: { perSecond: Math.round(rate), p99Ms: p99, cpuUs, limitPerSecond: Math.round(limit), limitP99Ms: bareP99, limitCpuUs: bareCpuUs, bytes: Buffer.byteLength(body) },
  }
}

/** API 读 — the house as it serves, asked by another process. */
export async function api(place: Place): Promise<Line[]> {
  const { dir, cases } = await theBook(place)
  const serving = await served(await openHouse(dir))
  try {
    const lines: Line[] = []
    for (const question of questions(cases)) lines.push(await measure(place, serving, question))
    return lines
  } finally { await serving.close() }
}
